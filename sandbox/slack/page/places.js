/** The middle and the right of the page: a channel, a direct conversation or App Home, and a thread. */

import { avatar } from "./avatar.js";
import { drawBlocks } from "./blocks.js";
import { composer } from "./composer.js";
import { h, icon, iconButton, keepFocus } from "./dom.js";
import { openMenu, justClosed } from "./menu.js";
import { drawColumn } from "./messages.js";
import { End } from "./scroll.js";
import { Surface } from "./surface.js";
import { displayName } from "./world.js";

const at = (id) => document.getElementById(id);
let homeSurface = null;

/** The ends of the two columns. */
export const mainEnd = new End(at("scroller"), at("column"));
const threadEnd = new End(at("thread-scroller"), at("thread-column"));

/** Draws the place that is open. */
export function drawPlace(page) {
  const { channel, bot } = page.place;
  const isHome = !channel && bot && !page.place.empty;
  mainEnd.suspended = !channel;
  keepFocus(at("main-head"), () => at("main-head").replaceChildren(...head(page)));
  at("main").classList.toggle("is-home", Boolean(isHome));
  if (isHome) return drawHome(page);
  if (page.place.empty || !channel) return drawEmpty(page);
  return drawChannel(page);
}

function drawChannel(page) {
  const { world, viewer, place } = page;
  const channel = world.channels.get(place.channel);
  const label = `Message ${channel.is_im ? nameOfDirect(page, channel) : `#${channel.name}`}`;
  if (world.isMember(channel, viewer)) compose(at("compose"), page, { channel: place.channel }, label);
  else preview(channel);
  drawColumn(at("column"), world.timeline(place.channel, viewer), page, {
    channel: place.channel, place: `${viewer} ${place.channel}`, end: mainEnd,
  });
  if (!at("column").children.length) at("column").append(beginning(page));
  if (mainEnd.atEnd) world.markRead(place.channel, viewer);
  at("newer").hidden = mainEnd.atEnd || world.unread(place.channel, viewer) === 0;
}

function beginning(page) {
  const channel = page.world.channels.get(page.place.channel);
  const name = channel.is_im ? nameOfDirect(page, channel) : `#${channel.name}`;
  return h("div", { class: "beginning", data: { item: "beginning" } }, h("h3", {}, name), h("p", {}, "Nothing has been said here yet."));
}

const nameOfDirect = ({ world, viewer }, channel) =>
  displayName(world.users.get(world.counterpart(channel, viewer))) ?? "this person";

/** A composer stays while its target stays: what is being typed is not disturbed by what arrives. */
function compose(holder, page, target, label) {
  const key = JSON.stringify([page.viewer, target]);
  if (holder.dataset.target === key) return;
  holder.dataset.target = key;
  holder.replaceChildren(composer(page, target, label));
}

/** A public channel can be read from outside, not written to. */
function preview(channel) {
  clearComposer();
  const words = `You see #${channel.name} from outside: only its members write here.`;
  at("compose").replaceChildren(h("div", { class: "preview" }, words));
}

function clearComposer() {
  delete at("compose").dataset.target;
  at("compose").replaceChildren();
  at("newer").hidden = true;
}

function drawEmpty(page) {
  clearComposer();
  const bot = page.world.users.get(page.place.bot);
  at("column").dataset.place = "";
  at("column").replaceChildren(h("div", { class: "beginning" },
    bot ? [avatar(bot, "large"), h("h3", {}, displayName(bot)),
      h("p", {}, "The app has not written to you yet. Its messages to you alone will stand here.")]
      : h("p", {}, "There is no channel that this person can see.")));
}

function drawHome(page) {
  const { world, viewer, place } = page;
  clearComposer();
  const view = world.homes[viewer];
  const mark = `home ${JSON.stringify([view, viewer, place.bot, world.revision])}`;
  const column = at("column");
  if (column.dataset.place === mark) return;
  const isSame = homeSurface?.container.view_id === view?.id;
  column.dataset.place = mark;
  if (!view) {
    column.replaceChildren(h("div", { class: "beginning" }, avatar(world.users.get(place.bot), "large"),
      h("h3", {}, displayName(world.users.get(place.bot))),
      h("p", {}, "The app has not drawn your Home yet. It does so when it hears that you opened it.")));
    return;
  }
  homeSurface = new Surface({
    container: { type: "view", view_id: view.id }, names: world.names(viewer), lists: page.lists, send: page.send,
    before: isSame ? homeSurface : null,
  });
  const scroll = isSame ? at("scroller").scrollTop : 0;
  keepFocus(column, () => column.replaceChildren(h("div", { class: "home blocks" }, drawBlocks(view.blocks, homeSurface))));
  at("scroller").scrollTop = scroll;
}

function head(page) {
  const { world, viewer, place } = page;
  const channel = world.channels.get(place.channel);
  const other = channel?.is_im ? world.users.get(world.counterpart(channel, viewer)) : null;
  const bot = place.bot ? world.users.get(place.bot) : other?.is_bot ? other : null;
  if (bot) return appHead(page, bot);
  if (!channel) return [h("h1", {}, "No conversation")];
  if (other) return [h("h1", {}, avatar(other, "medium"), displayName(other)), h("span", { class: "topic" }, other.title ?? "")];
  return [
    h("h1", {}, icon(channel.is_private ? "lock" : "hash"), channel.name),
    h("span", { class: "topic", title: topicOf(channel) }, topicOf(channel)),
    members(page, channel),
  ];
}

const topicOf = (channel) => channel.topic?.value ?? channel.topic ?? "";

function members(page, channel) {
  const people = (channel.members ?? []).map((id) => page.world.users.get(id) ?? { id, name: id });
  const node = h("button", {
    type: "button", class: "members", "aria-label": `${people.length} members`, "aria-haspopup": "menu", "aria-expanded": "false",
    data: { key: "members" },
    on: {
      click: () => justClosed(node) || openMenu(node, {
        label: "Members", role: "menu", pick: () => {},
        groups: [{ items: people.map(page.lists.person) }],
      }),
    },
  }, icon("people"), String(people.length));
  return node;
}

function appHead(page, bot) {
  const direct = page.world.directWith(page.viewer, bot.id);
  const onHome = Boolean(page.place.bot) && !page.place.empty;
  const unread = direct ? page.world.unread(direct.id, page.viewer) : 0;
  const tab = (label, href, current, count = 0) => h("a", {
    class: "tab", href, "aria-current": current ? "page" : null, data: { key: `tab ${label}` },
  }, label, count ? h("span", { class: "count" }, String(count)) : null);
  return [
    h("h1", {}, avatar(bot, "medium"), displayName(bot), h("span", { class: "badge" }, "APP")),
    h("nav", { class: "tabs", "aria-label": displayName(bot) },
      tab("Home", page.hrefOf("home", bot.id), onHome),
      tab("Messages", direct ? page.hrefOf(direct.id) : page.hrefOf("app", bot.id), !onHome, unread)),
  ];
}

function putThreadAway() {
  if (at("thread-compose").contains(document.activeElement)) at("compose").querySelector("textarea")?.focus();
  at("thread-compose").replaceChildren();
  delete at("thread-compose").dataset.target;
}

/** Draws the thread that is open, or puts the pane away. */
export function drawThread(page) {
  const { world, viewer, place } = page;
  const pane = at("thread");
  const isOpen = Boolean(place.channel && place.thread);
  pane.hidden = !isOpen;
  document.body.classList.toggle("thread-open", isOpen);
  if (!isOpen) return putThreadAway();
  const [root, replies] = world.thread(place.channel, place.thread, viewer);
  const channel = world.channels.get(place.channel);
  keepFocus(at("thread-head"), () => at("thread-head").replaceChildren(
    h("h2", {}, "Thread"), h("span", { class: "topic" }, channel.is_im ? nameOfDirect(page, channel) : `#${channel.name}`),
    iconButton("close", "Close thread", () => page.go(page.hrefOf(place.channel)), { data: { key: "close thread" } })));
  const rows = root ? [root, ...replies] : replies;
  const target = { channel: place.channel, thread_ts: place.thread };
  if (world.isMember(channel, viewer)) compose(at("thread-compose"), page, target, "Reply…");
  drawColumn(at("thread-column"), rows, page, {
    channel: place.channel, thread: place.thread, place: `${viewer} ${place.channel} ${place.thread}`, end: threadEnd,
  });
  if (page.wantsReply) at("thread-compose").querySelector("textarea")?.focus();
  page.wantsReply = false;
}

at("newer").addEventListener("click", () => mainEnd.settle(true));
