/** The rich_text block: https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */

import { h, link } from "./dom.js";
import { broadcastMention, channelMention, dateText, emojiNode, groupMention, userMention } from "./mrkdwn.js";

const PARTS = {
  text: (part) => document.createTextNode(part.text ?? ""),
  link: (part) => link(part.url, part.text || part.url),
  user: (part, names) => userMention(part.user_id, names),
  usergroup: (part, names) => groupMention(part.usergroup_id, names),
  channel: (part, names) => channelMention(part.channel_id, names),
  broadcast: (part) => broadcastMention(part.range),
  emoji: (part) => (part.unicode ? unicodeEmoji(part) : emojiNode(part.name)),
  date: (part, names) => dateText(part.timestamp, part.format ?? "", names.zone, part.fallback ?? "", part.url),
  color: (part) => h("span", {}, h("span", { class: "swatch", vars: { "--swatch": part.value } }), part.value),
};

const WRAPS = [["code", "code"], ["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"]];

function unicodeEmoji(part) {
  const points = part.unicode.split("-").map((point) => parseInt(point, 16));
  return h("span", { class: "emoji", role: "img", "aria-label": part.name, title: `:${part.name}:` }, String.fromCodePoint(...points));
}

function drawPart(part, names) {
  const node = PARTS[part.type]?.(part, names) ?? h("span", { class: "unsupported-part" }, `[${part.type}]`);
  return WRAPS.reduce((inner, [style, tag]) => (part.style?.[style] ? h(tag, {}, inner) : inner), node);
}

const drawParts = (element, names) => (element.elements ?? []).map((part) => drawPart(part, names));

const SECTIONS = {
  rich_text_section: (element, names) => h("div", { class: "rich-section" }, drawParts(element, names)),
  rich_text_preformatted: (element, names) => h("pre", {}, drawParts(element, names)),
  rich_text_quote: (element, names) => h("blockquote", {}, drawParts(element, names)),
  rich_text_list: ({ indent = 0, offset = 0, ...element }, names) =>
    h(element.style === "ordered" ? "ol" : "ul",
      { class: `rich-list depth-${indent % 3}`, start: offset + 1, vars: { "--indent": String(indent) } },
      (element.elements ?? []).map((item) => h("li", {}, drawParts(item, names)))),
};

/** The nodes of one rich_text block (or cell); `names` as for mrkdwn. */
export function richText(block, names) {
  return (block.elements ?? []).map((element) =>
    SECTIONS[element.type]?.(element, names) ?? h("div", { class: "unsupported" }, `This page cannot draw “${element.type}”.`));
}
