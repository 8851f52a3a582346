/** A list that drops down from a control: single or multiple choice, searchable when long. */

import { h, icon } from "./dom.js";

const LONG = 8;
let close = () => {};

/** Puts the open list away, if there is one. */
export const closeMenu = () => close();

/**
 * Opens a list under `anchor`. `groups` = [{label, items: [{label, description, lead, chosen, value}]}].
 * `pick(value, item)` is called for each choice; a `multiple` list stays open and calls `done()` when put away.
 * `role` is "listbox" (choices) or "menu" (commands).
 */
export function openMenu(anchor, { groups, label, pick, multiple = false, done = () => {}, role = "listbox", search }) {
  closeMenu();
  const list = h("div", { class: "menu-list", role, "aria-label": label, "aria-multiselectable": multiple || null });
  const count = groups.reduce((sum, group) => sum + group.items.length, 0);
  const field = (search ?? count > LONG) && h("input", {
    class: "menu-search", type: "text", placeholder: "Search", "aria-label": `Search ${label}`, autocomplete: "off",
    on: { input: () => fill(field.value) },
  });
  const box = h("div", { class: "menu", popover: "manual" }, field || null, list);
  const choose = (item, row) => {
    if (multiple) {
      item.chosen = !item.chosen;
      row.setAttribute("aria-selected", String(item.chosen));
      pick(item.value, item);
    } else {
      shut(true);
      pick(item.value, item);
    }
  };
  const fill = (words = "") => list.replaceChildren(...rows(groups, words.trim().toLowerCase(), role, choose));

  const shut = (back) => {
    close = () => {};
    box.remove();
    document.removeEventListener("pointerdown", outside, true);
    window.removeEventListener("resize", away);
    anchor.setAttribute("aria-expanded", "false");
    if (back) anchor.focus();
    done();
  };
  const away = () => shut(false);
  const outside = (event) => {
    if (!box.contains(event.target)) shut(anchor.contains(event.target));
    if (anchor.contains(event.target)) anchor.dataset.justClosed = "yes";
  };
  box.addEventListener("keydown", (event) => steer(event, box, () => shut(true)));
  close = away;

  fill();
  (anchor.closest("dialog") ?? document.body).append(box);
  box.showPopover();
  place(box, anchor);
  anchor.setAttribute("aria-expanded", "true");
  document.addEventListener("pointerdown", outside, true);
  window.addEventListener("resize", away);
  (field || box.querySelector("[aria-selected=true], [aria-checked=true]") || box.querySelector(".menu-row"))?.focus();
}

/** True once when the press that reached the anchor is the one that put its list away. */
export function justClosed(anchor) {
  const was = anchor.dataset.justClosed === "yes";
  delete anchor.dataset.justClosed;
  return was;
}

function rows(groups, words, role, choose) {
  const fits = (item) => `${item.label} ${item.description ?? ""}`.toLowerCase().includes(words);
  const nodes = groups.flatMap(({ label, items }) => {
    const left = items.filter(fits);
    if (!left.length) return [];
    const drawn = left.map((item) => drawRow(item, role, choose));
    return label ? [h("div", { role: "group", "aria-label": label }, h("div", { class: "menu-group" }, label), drawn)] : drawn;
  });
  return nodes.length ? nodes : [h("div", { class: "menu-none" }, "Nothing found")];
}

function drawRow(item, role, choose) {
  const row = h("button", {
    type: "button", class: `menu-row${item.danger ? " danger" : ""}`, tabindex: "-1",
    role: role === "menu" ? "menuitem" : "option",
    "aria-selected": role === "menu" ? null : String(Boolean(item.chosen)),
    on: { click: () => choose(item, row) },
  },
  item.lead ?? null,
  h("span", { class: "menu-words" }, h("span", { class: "menu-label" }, item.label),
    item.description ? h("span", { class: "menu-description" }, item.description) : null),
  h("span", { class: "menu-tick" }, icon("check")));
  return row;
}

/** Arrow keys, Home, End, Escape and Tab, as in any list. */
function steer(event, box, shut) {
  const all = [...box.querySelectorAll(".menu-row")];
  const at = all.indexOf(document.activeElement);
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 };
  if (event.key in moves && !(at < 0 && event.key !== "ArrowDown")) {
    event.preventDefault();
    all[(moves[event.key] + all.length) % all.length]?.focus();
  } else if (event.key === "Escape" || event.key === "Tab") {
    event.preventDefault();
    event.stopPropagation();
    shut();
  } else if (event.key === "Enter" && at < 0) {
    event.preventDefault();
    all[0]?.click();
  }
}

function place(box, anchor) {
  const at = anchor.getBoundingClientRect();
  const below = window.innerHeight - at.bottom - 16;
  const above = at.top - 16;
  const up = below < Math.min(box.offsetHeight, 240) && above > below;
  box.style.maxHeight = `${Math.min(up ? above : below, 360)}px`;
  box.style.minWidth = `${Math.min(Math.max(at.width, 180), window.innerWidth - 16)}px`;
  box.style.left = `${Math.max(8, Math.min(at.left, window.innerWidth - box.offsetWidth - 8))}px`;
  box.style.top = up ? `${at.top - box.offsetHeight - 4}px` : `${at.bottom + 4}px`;
}
