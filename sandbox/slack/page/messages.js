/** Messages: one, a column of them with days between, and what hangs on them (replies, reactions, files). */

import { avatar } from "./avatar.js";
import { drawBlocks } from "./blocks.js";
import { ago, dayOf, formatDate } from "./dates.js";
import { showJson } from "./dialogs.js";
import { h, icon, iconButton, reconcile } from "./dom.js";
import { emojiNode, mrkdwn } from "./mrkdwn.js";
import { drawFiles } from "./files.js";
import { Surface } from "./surface.js";
import { displayName } from "./world.js";

const TOGETHER = 300; // seconds: what one person writes in this time stands under one name

const secondsOf = (ts) => Number(ts.split(".")[0]);
const authorOf = (message, world) =>
  world.users.get(message.user) ?? world.bots().find((bot) => bot.bot_id === message.bot_id || !message.user);

/** Draws `messages` into `column`; `options.end` keeps a reader who was at the end at the end. */
export function drawColumn(column, messages, page, options) {
  const fresh = column.dataset.place !== options.place;
  if (fresh) column.replaceChildren();
  column.dataset.place = options.place;
  reconcile(column, items(messages, page, options));
  options.end.settle(fresh);
}

function items(messages, page, options) {
  const { world, viewer } = page;
  const zone = world.zone(viewer);
  const threads = options.thread ? new Map() : world.replies(options.channel, viewer);
  const rows = [];
  let before = null;
  for (const message of messages) {
    const epoch = secondsOf(message.ts);
    const day = dayOf(epoch, zone);
    if (!options.thread && (!before || dayOf(secondsOf(before.ts), zone) !== day)) {
      const words = formatDate(epoch, "{day_divider_pretty}", zone);
      rows.push({ key: `day ${day}`, mark: words, draw: () => dayDivider(words) });
      before = null;
    }
    const compact = continues(message, before);
    const replies = threads.get(message.ts) ?? [];
    const told = replies.map((row) => [row.ts, row.user]);
    rows.push({
      key: message.ts,
      mark: [jsonOf(message), compact, told, viewer, world.revision].join(" "),
      draw: () => drawMessage(message, page, { ...options, compact, replies }),
    });
    before = message;
    if (options.thread === message.ts && messages.length > 1) {
      rows.push(replyDivider(messages.length - 1));
      before = null;
    }
  }
  return rows;
}

function dayDivider(words) {
  return h("div", { class: "day", role: "separator", "aria-label": words }, h("hr"), h("span", {}, words));
}

const replyWords = (count) => `${count} ${count === 1 ? "reply" : "replies"}`;

function replyDivider(count) {
  const draw = () => h("div", { class: "reply-divider" }, h("span", {}, replyWords(count)), h("hr"));
  return { key: "replies", mark: String(count), draw };
}

const json = new WeakMap();

/** A message as text, made once: a change of it comes as another object. */
function jsonOf(message) {
  if (!json.has(message)) json.set(message, JSON.stringify(message));
  return json.get(message);
}

function continues(message, before) {
  return Boolean(before) && before.user === message.user && before.username === message.username
    && !before.ephemeral_to && !message.ephemeral_to && secondsOf(message.ts) - secondsOf(before.ts) < TOGETHER;
}

function drawMessage(message, page, { channel, compact, replies, thread }) {
  const { world, viewer } = page;
  const names = world.names(viewer);
  const author = authorOf(message, world);
  const name = message.username ?? displayName(author) ?? message.user ?? "Unknown";
  const epoch = secondsOf(message.ts);
  const time = formatDate(epoch, "{time}", names.zone);
  const stamp = h("a", {
    class: "stamp", href: page.hrefOf(channel, message.thread_ts ?? null),
    title: formatDate(epoch, "{date_long} at {time_secs}", names.zone),
  }, h("time", { datetime: new Date(epoch * 1000).toISOString() }, compact ? time.replace(/ [AP]M$/, "") : time));
  const isApp = Boolean(message.bot_id || author?.is_bot);
  return h("article", {
    class: ["message", compact ? "compact" : "", message.ephemeral_to ? "ephemeral" : ""].filter(Boolean).join(" "),
    "aria-label": `${name}, ${time}`, data: { ts: message.ts },
  },
  message.ephemeral_to ? h("div", { class: "only-you" }, icon("eye"), "Only visible to you") : null,
  h("div", { class: "gutter" }, compact ? stamp : avatar(author, "", message.icons?.emoji)),
  h("div", { class: "message-body" },
    compact ? null : h("div", { class: "byline" },
      h("span", { class: "author" }, name), isApp ? h("span", { class: "badge" }, "APP") : null, stamp),
    content(message, page, channel, names),
    drawFiles(message.files),
    reactions(message, names),
    replies.length ? replyBar(message, replies, page, channel) : null),
  toolbar(message, page, channel, thread));
}

function content(message, page, channel, names) {
  const edited = message.edited ? h("span", { class: "edited" }, "(edited)") : null;
  if (!message.blocks?.length) return h("div", { class: "text" }, mrkdwn(message.text, names), edited);
  const holder = h("div", { class: "blocks" });
  const surface = new Surface({
    container: { type: "message", channel, message_ts: message.ts }, names, channel, lists: page.lists, send: page.send,
  });
  holder.append(...drawBlocks(message.blocks, surface));
  if (edited) holder.append(edited);
  return holder;
}

function reactions(message, names) {
  if (!message.reactions?.length) return null;
  return h("div", { class: "reactions" }, message.reactions.map(({ name, users, count }) => {
    const who = (users ?? []).map((id) => names.user(id) ?? id).join(", ");
    return h("span", { class: `reaction${users?.includes(names.reader) ? " mine" : ""}`, title: `${who} reacted with :${name}:` },
      emojiNode(name), h("span", {}, String(count ?? users?.length ?? 1)));
  }));
}

function replyBar(message, replies, page, channel) {
  const people = [...new Map(replies.map((row) => [row.user ?? row.bot_id, row])).values()].slice(0, 3);
  const last = secondsOf(replies.at(-1).ts);
  const now = Date.now() / 1000;
  const when = now - last < 86_400 ? ago(last, now) : formatDate(last, "{date_short_pretty}", page.world.zone(page.viewer));
  return h("button", {
    type: "button", class: "reply-bar", data: { key: `replies ${message.ts}` },
    on: { click: () => page.openThread(channel, message.ts) },
  },
  people.map((row) => avatar(authorOf(row, page.world), "small")),
  h("span", { class: "reply-count" }, replyWords(replies.length)),
  h("span", { class: "reply-when" }, `Last reply ${when}`));
}

function toolbar(message, page, channel, thread) {
  const root = message.thread_ts ?? null;
  const address = () => new URL(page.hrefOf(channel, root), location.href).href;
  return h("div", { class: "toolbar", role: "toolbar", "aria-label": "Message" },
    thread || message.ephemeral_to ? null
      : iconButton("reply", "Reply in thread", () => page.openThread(channel, root ?? message.ts)),
    iconButton("link", "Copy link", () => page.copy(address())),
    iconButton("code", "Show as JSON", () => showJson("The message as the API holds it", message)));
}
