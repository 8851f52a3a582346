/** The small square picture of a person or an app: an emoji, or initials on a colour. */

import { h } from "./dom.js";
import { emoji } from "./emoji.js";
import { displayName } from "./world.js";

const COLOURS = ["#4a6fa5", "#8a4fa3", "#2f7f6b", "#b3592f", "#96496d", "#5b6b2f", "#3f6f8f", "#8c5a3c"];

const initials = (name) => name.split(/\s+/).filter(Boolean).slice(0, 2).map((word) => word[0].toUpperCase()).join("");

/** `user` may be unknown (undefined); `override` is a message's own emoji, as ":owl:". Purely decorative. */
export function avatar(user, size = "", override = null) {
  const name = displayName(user) ?? "?";
  const short = String(override ?? user?.emoji ?? "").replaceAll(":", "");
  const picture = short ? emoji(short) ?? (/^[\w+-]+$/.test(short) ? null : short) : null;
  const sum = [...(user?.id ?? name)].reduce((total, character) => total + character.codePointAt(0), 0);
  const colour = /^#?[0-9a-f]{6}$/i.test(user?.color ?? "") ? `#${user.color.replace("#", "")}` : COLOURS[sum % COLOURS.length];
  return h("span", { class: `avatar ${size}${picture ? " pictured" : ""}`.trim(), "aria-hidden": "true", vars: { "--avatar": colour } },
    picture ?? initials(name));
}
