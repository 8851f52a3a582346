/** Slack's mrkdwn to DOM: https://docs.slack.dev/messaging/formatting-message-text */

import { formatDate } from "./dates.js";
import { h, link, safeUrl } from "./dom.js";
import { emoji, withEmoji } from "./emoji.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };
const STYLES = { "*": "strong", _: "em", "~": "s" };
const WORD = /[\p{L}\p{N}]/u;

/** The three entities that mrkdwn knows, back to their characters. */
export const unescape = (text) => text.replace(/&(amp|lt|gt);/g, (entity) => ENTITIES[entity]);

/** The words of a plain_text object: Slack keeps the entities in it, and short names of emoji. */
export const plain = (object) => withEmoji(unescape(String(object?.text ?? "")));

/** What a person typed, as Slack's clients send it: only these three characters mean something. */
export const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/**
 * The nodes for a whole mrkdwn text. `names` answers `user(id)`, `channel(id)`, `group(id)` with a name or
 * null, and holds the reader's `zone` and id (`reader`).
 */
export function mrkdwn(text, names) {
  const pieces = String(text ?? "").split(/\n?```\n?([\s\S]+?)\n?```\n?/);
  return pieces.flatMap((piece, at) => (at % 2 ? [preformatted(piece, names)] : paragraphs(piece, names)));
}

function preformatted(text, names) {
  return h("pre", {}, codeNodes(text, names));
}

function paragraphs(text, names) {
  if (!text) return [];
  const nodes = [];
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    if (/^(>>>|&gt;&gt;&gt;)/.test(lines[at])) {
      const rest = [lines[at].replace(/^(>>>|&gt;&gt;&gt;) ?/, ""), ...lines.slice(at + 1)].join("\n");
      return [...nodes, h("blockquote", {}, paragraphs(rest, names))];
    }
    if (isQuote(lines[at])) {
      const quoted = [];
      for (; at < lines.length && isQuote(lines[at]); at += 1) quoted.push(lines[at].replace(/^(>|&gt;) ?/, ""));
      nodes.push(h("blockquote", {}, paragraphs(quoted.join("\n"), names)));
      at -= 1;
    } else {
      nodes.push(line(lines[at], names));
    }
  }
  return nodes;
}

const isQuote = (text) => /^(>|&gt;)/.test(text);

function line(text, names) {
  const item = text.match(/^(\s*)([•◦▪‣-]|\d+\.)\s+(.*)$/u);
  if (!item) return h("div", { class: "line" }, text ? inline(text, names) : h("br"));
  const [, indent, bullet, words] = item;
  return h("div", { class: "line item", vars: { "--indent": String(Math.floor(indent.length / 2)) } },
    h("span", { class: "bullet" }, bullet, " "), h("span", {}, inline(words, names)));
}

/** The nodes for one line of mrkdwn. */
export function inline(text, names) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push(document.createTextNode(unescape(plain)));
    plain = "";
  };
  for (let at = 0; at < text.length;) {
    const [node, length] = special(text, at, names) ?? [null, 1];
    if (node === null) {
      plain += text[at];
    } else {
      flush();
      nodes.push(node);
    }
    at += length;
  }
  flush();
  return nodes;
}

/** [node, length] when something other than plain text begins at `at`, else null. */
function special(text, at, names) {
  const rest = text.slice(at);
  switch (text[at]) {
    case "<": return found(rest.match(/^<[^<>\n]+>/), ([whole]) => angled(whole, names));
    case "`": return found(rest.match(/^`([^`\n]+)`/), ([, code]) => h("code", {}, codeNodes(code, names)));
    case ":": return found(rest.match(/^:([a-z0-9_+-]+):/), ([whole, name]) => emojiNode(name, whole));
    case "*": case "_": case "~": return styled(text, at, names);
    case "h": return WORD.test(text[at - 1] ?? "") ? null
      : found(rest.match(/^https?:\/\/[^\s<>|`*]+[^\s<>|`*.,;:!?)'"\]]/), ([url]) => link(unescape(url), unescape(url)));
    default: return null;
  }
}

const found = (match, draw) => (match ? [draw(match), match[0].length] : null);
const codeNodes = (code, names) =>
  code.split(/(<[^<>\n]+>)/).map((piece, at) => (at % 2 ? angled(piece, names) : unescape(piece)));

/** The picture with its name for those who hover or listen; an unknown name stays as it was written. */
export function emojiNode(name, written = `:${name}:`) {
  const character = emoji(name);
  if (!character) return document.createTextNode(written);
  return h("span", { class: "emoji", role: "img", "aria-label": name.replaceAll("_", " "), title: `:${name}:` }, character);
}

/** *bold*, _italic_, ~strike~: the marks must stand at the edges of words, on one line. */
function styled(text, at, names) {
  const mark = text[at];
  if (WORD.test(text[at - 1] ?? "") || !text[at + 1] || /[\s]/.test(text[at + 1]) || text[at + 1] === mark) return null;
  for (let end = at + 1; end < text.length; end += 1) {
    const skipped = text.slice(end).match(/^(<[^<>\n]+>|`[^`\n]+`)/);
    if (skipped) {
      end += skipped[0].length - 1;
    } else if (text[end] === mark && !/\s/.test(text[end - 1]) && !WORD.test(text[end + 1] ?? "")) {
      return [h(STYLES[mark], {}, inline(text.slice(at + 1, end), names)), end + 1 - at];
    }
  }
  return null;
}

/** What stands between angle brackets: a mention, a date or a link. */
function angled(whole, names) {
  const [target, label] = split(whole.slice(1, -1));
  if (target.startsWith("@")) return userMention(target.slice(1), names, label);
  if (target.startsWith("#")) return channelMention(target.slice(1), names, label);
  if (target.startsWith("!date^")) return dateNode(target, label, names);
  if (target.startsWith("!subteam^")) return groupMention(target.slice(9), names, label);
  const broadcast = target.match(/^!(here|channel|everyone)$/);
  if (broadcast) return broadcastMention(broadcast[1]);
  const address = unescape(target);
  if (!/^[a-z][a-z0-9+.-]*:/i.test(address) || !safeUrl(address)) return document.createTextNode(unescape(whole));
  return link(address, label ? inline(label, { ...names, nested: true }) : address.replace(/^mailto:/, ""));
}

function split(inner) {
  const bar = inner.indexOf("|");
  return bar < 0 ? [inner, ""] : [inner.slice(0, bar), inner.slice(bar + 1)];
}

/** "@Ana", marked when it is the reader. */
export function userMention(id, names, label = "") {
  const mine = id === names.reader ? " mine" : "";
  return h("span", { class: `mention${mine}`, data: { user: id } }, `@${names.user(id) ?? (unescape(label) || id)}`);
}

/** "#security-alerts", which opens that channel. */
export function channelMention(id, names, label = "") {
  const name = names.channel(id) ?? unescape(label);
  if (!name) return h("span", { class: "mention" }, "#private-channel");
  return h("a", { class: "mention", href: `#/${names.reader}/${id}` }, `#${name}`);
}

/** "@oncall": a group of people. */
export function groupMention(id, names, label = "") {
  const name = (names.group(id) ?? unescape(label)) || id;
  return h("span", { class: "mention mine" }, name.startsWith("@") ? name : `@${name}`);
}

/** "@channel", "@here" or "@everyone", which Slack paints loud. */
export const broadcastMention = (range) => h("span", { class: "mention mine broadcast" }, `@${range}`);

function dateNode(target, fallback, names) {
  const [, epoch, template = "", address] = target.split("^");
  return dateText(Number(epoch), unescape(template), names.zone, withEmoji(unescape(fallback)), address);
}

/** A moment in the reader's zone, or the fallback when it cannot be written so. */
export function dateText(epoch, template, zone, fallback, address) {
  const text = formatDate(epoch, template, zone);
  if (text === null) return document.createTextNode(fallback);
  const title = formatDate(epoch, "{date_long} at {time_secs}", zone);
  const time = h("time", { datetime: new Date(epoch * 1000).toISOString(), title }, text);
  return address ? link(unescape(address), time) : time;
}
