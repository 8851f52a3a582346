/** The `markdown` block: the common part of Markdown to DOM. */

import { h, link } from "./dom.js";
import { emojiNode } from "./mrkdwn.js";

const INLINE = [
  [/^`([^`]+)`/, ([, code]) => h("code", {}, code)],
  [/^\*\*(?=\S)([\s\S]+?)\*\*/, ([, text]) => h("strong", {}, inline(text))],
  [/^__(?=\S)([\s\S]+?)__/, ([, text]) => h("strong", {}, inline(text))],
  [/^~~(?=\S)([\s\S]+?)~~/, ([, text]) => h("s", {}, inline(text))],
  [/^\*(?=[^\s*])([^*]+)\*/, ([, text]) => h("em", {}, inline(text))],
  [/^_(?=[^\s_])([^_]+)_(?![\p{L}\p{N}])/u, ([, text]) => h("em", {}, inline(text))],
  [/^!?\[([^\]]*)\]\(([^)\s]+)\)/, ([, text, address]) => link(address, inline(text))],
  [/^:([a-z0-9_+-]+):/, ([whole, name]) => emojiNode(name, whole)],
  [/^<?(https?:\/\/[^\s<>)]+[^\s<>).,;:!?])>?/, ([, url]) => link(url, url)],
  [/^\\([\\`*_~[\]()#>!-])/, ([, character]) => document.createTextNode(character)],
];

function inline(text) {
  const nodes = [];
  let plain = "";
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at);
    const inWord = /[\p{L}\p{N}]$/u.test(plain) && rest[0] === "_";
    const rule = inWord ? undefined : INLINE.find(([pattern]) => pattern.test(rest));
    if (rule) {
      const match = rest.match(rule[0]);
      nodes.push(plain, rule[1](match));
      plain = "";
      at += match[0].length;
    } else {
      plain += text[at];
      at += 1;
    }
  }
  return [...nodes, plain].filter((node) => node !== "");
}

const BULLET = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;

/** The nodes for a Markdown text: headings, lists, quotes, fences, tables, rules and paragraphs. */
export function markdown(text) {
  const lines = String(text ?? "").split("\n");
  const nodes = [];
  while (lines.length) {
    const draw = KINDS.find((kind) => kind.starts(lines)) ?? paragraph;
    const node = draw(lines);
    if (node) nodes.push(node);
  }
  return nodes;
}

/** Takes lines off the front while they fit. */
function take(lines, fits) {
  const taken = [];
  while (lines.length && fits(lines[0])) taken.push(lines.shift());
  return taken;
}

function fence(lines) {
  lines.shift();
  const code = take(lines, (text) => !/^\s*```/.test(text));
  lines.shift();
  return h("pre", {}, code.join("\n"));
}
fence.starts = ([first]) => /^\s*```/.test(first);

function heading(lines) {
  const [, marks, words] = lines.shift().match(/^(#{1,6})\s+(.*?)\s*#*$/);
  return h("div", { class: `heading level-${marks.length}`, role: "heading", "aria-level": marks.length + 2 }, inline(words));
}
heading.starts = ([first]) => /^#{1,6}\s+\S/.test(first);

function rule(lines) {
  lines.shift();
  return h("hr");
}
rule.starts = ([first]) => /^\s*([-*_])(\s*\1){2,}\s*$/.test(first);

function quote(lines) {
  return h("blockquote", {}, markdown(take(lines, (text) => text.startsWith(">")).map((text) => text.replace(/^> ?/, "")).join("\n")));
}
quote.starts = ([first]) => first.startsWith(">");

function table(lines) {
  const cells = (text) => text.trim().replace(/^\||\|$/g, "").split("|").map((cell) => inline(cell.trim()));
  const [head, , ...rows] = take(lines, (text) => text.includes("|"));
  return h("div", { class: "table-frame" }, h("table", {},
    h("thead", {}, h("tr", {}, cells(head).map((cell) => h("th", { scope: "col" }, cell)))),
    h("tbody", {}, rows.map((row) => h("tr", {}, cells(row).map((cell) => h("td", {}, cell)))))));
}
table.starts = ([first, second]) => first.includes("|") && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(second ?? "");

function list(lines) {
  const taken = take(lines, (text) => BULLET.test(text)).map((text) => text.match(BULLET));
  const depth = taken[0][1].length;
  const root = h(/\d/.test(taken[0][2]) ? "ol" : "ul");
  for (const [, indent, , words] of taken) {
    const task = words.match(/^\[([ xX])\]\s+(.*)$/);
    const item = h("li", {}, task ? [task[1] === " " ? "☐ " : "☑ ", inline(task[2])] : inline(words));
    const nested = indent.length > depth && root.lastElementChild;
    if (!nested) root.append(item);
    else (nested.querySelector("ul") ?? nested.appendChild(h("ul"))).append(item);
  }
  return root;
}
list.starts = ([first]) => BULLET.test(first);

function paragraph(lines) {
  const words = [lines.shift()];
  if (!words[0].trim()) return null;
  while (lines.length && lines[0].trim() && !KINDS.some((kind) => kind.starts(lines))) words.push(lines.shift());
  return h("p", {}, words.flatMap((text, at) => (at ? [h("br"), inline(text)] : inline(text))));
}

const KINDS = [fence, heading, rule, quote, table, list];
