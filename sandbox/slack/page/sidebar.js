/** The list at the left: channels, direct messages and the app. */

import { avatar } from "./avatar.js";
import { h } from "./dom.js";
import { displayName } from "./world.js";

/** The nodes of the sidebar for the person who acts. */
export function sidebar(page) {
  const { world, viewer, place } = page;
  const entry = ({ href, lead, label, unread = 0, current, key }) => h("li", {},
    h("a", {
      class: `entry${unread ? " unread" : ""}`, href, "aria-current": current ? "page" : null, data: { key },
    }, lead, h("span", { class: "entry-label" }, label),
    unread ? h("span", { class: "count" }, String(unread), h("span", { class: "visually-hidden" }, " unread")) : null));
  const channels = world.joinedBy(viewer).map((channel) => entry({
    key: `go ${channel.id}`, href: page.hrefOf(channel.id), ...page.lists.channel(channel),
    unread: world.unread(channel.id, viewer), current: place.channel === channel.id,
  }));
  const people = world.directsOf(viewer).filter(([, other]) => !world.users.get(other)?.is_bot);
  const directs = people.map(([channel, other]) => entry({
    key: `go ${channel.id}`, href: page.hrefOf(channel.id), ...page.lists.person(world.users.get(other) ?? { id: other }),
    unread: world.unread(channel.id, viewer), current: place.channel === channel.id,
  }));
  const apps = world.bots().map((bot) => {
    const direct = world.directWith(viewer, bot.id);
    return entry({
      key: `go ${bot.id}`, href: page.hrefOf("home", bot.id), lead: avatar(bot, "small"), label: displayName(bot),
      unread: direct ? world.unread(direct.id, viewer) : 0,
      current: place.bot === bot.id || Boolean(direct && place.channel === direct.id),
    });
  });
  const group = (title, rows) => rows.length && h("section", { "aria-label": title }, h("h2", {}, title), h("ul", {}, rows));
  return [group("Channels", channels), group("Direct messages", directs), group("Apps", apps)].filter(Boolean);
}
