/** Block Kit's blocks: https://docs.slack.dev/reference/block-kit/blocks */

import { textNodes } from "./dialogs.js";
import { h } from "./dom.js";
import { drawElement, pictureOf } from "./elements.js";
import { markdown } from "./markdown.js";
import { plain } from "./mrkdwn.js";
import { richText } from "./richtext.js";

function header(block) {
  return h("h3", { class: "block header" }, plain(block.text));
}

function section(block, surface) {
  return h("div", { class: "block section" },
    h("div", { class: "section-words" },
      block.text ? h("div", { class: "section-text" }, textNodes(block.text, surface.names)) : null,
      block.fields ? h("div", { class: "section-fields" },
        block.fields.map((field) => h("div", { class: "section-field" }, textNodes(field, surface.names)))) : null),
    block.accessory ? h("div", { class: "accessory" }, drawElement(block.accessory, block, surface)) : null);
}

function context(block, surface) {
  const words = (element) => h("span", { class: "context-words" }, textNodes(element, surface.names));
  return h("div", { class: "block context" }, (block.elements ?? []).map((element) =>
    element.type === "image" ? drawElement(element, block, surface) : words(element)));
}

function divider() {
  return h("hr", { class: "block divider" });
}

function actions(block, surface) {
  return h("div", { class: "block actions" }, (block.elements ?? []).map((element) => drawElement(element, block, surface)));
}

function input(block, surface) {
  const id = `f-${crypto.randomUUID()}`;
  const error = surface.errors[block.block_id];
  const element = drawElement(block.element ?? {}, block, surface);
  const control = element.matches("input, textarea, button, [role]") ? element
    : element.querySelector("input, textarea, button.select-open") ?? element;
  control.removeAttribute("aria-label");
  control.setAttribute("aria-labelledby", control.matches("button") ? `${id}-label ${id}-value` : `${id}-label`);
  control.querySelector(".select-words, .placeholder, .visually-hidden")?.setAttribute("id", `${id}-value`);
  control.id ||= id;
  const notes = [error ? `${id}-error` : "", block.hint ? `${id}-hint` : ""].filter(Boolean).join(" ");
  if (notes) control.setAttribute("aria-describedby", notes);
  if (error) control.setAttribute("aria-invalid", "true");
  return h("div", { class: `block input${error ? " wrong" : ""}`, data: { block: block.block_id } },
    h("label", { class: "input-label", for: control.id, id: `${id}-label` }, plain(block.label),
      block.optional ? h("span", { class: "optional" }, " (optional)") : null),
    element,
    error ? h("div", { class: "input-error", id: `${id}-error`, role: "alert" }, error) : null,
    block.hint ? h("div", { class: "input-hint", id: `${id}-hint` }, plain(block.hint)) : null);
}

function image(block) {
  return h("figure", { class: "block image" },
    block.title ? h("figcaption", {}, plain(block.title)) : null,
    h("img", { src: pictureOf(block), alt: block.alt_text ?? "", loading: "lazy" }));
}

function table(block, surface) {
  const settings = block.column_settings ?? [];
  const cell = (value, column, tag) => h(tag, {
    scope: tag === "th" ? "col" : null,
    class: [`align-${settings[column]?.align ?? "left"}`, settings[column]?.is_wrapped ? "wrap" : ""].join(" ").trim(),
  }, value?.type === "rich_text" ? richText(value, surface.names) : String(value?.text ?? value?.value ?? ""));
  const row = (cells, tag) => h("tr", {}, cells.map((value, column) => cell(value, column, tag)));
  const [head = [], ...body] = block.rows ?? [];
  return h("div", { class: "block table-frame", tabindex: "0", role: "region", "aria-label": "Table" },
    h("table", {}, h("thead", {}, row(head, "th")), h("tbody", {}, body.map((cells) => row(cells, "td")))));
}

const BLOCKS = {
  header, section, context, divider, actions, input, image, table,
  rich_text: (block, surface) => h("div", { class: "block rich" }, richText(block, surface.names)),
  markdown: (block) => h("div", { class: "block markdown" }, markdown(block.text)),
};

function unsupported(block) {
  return h("div", { class: "block unsupported" }, `This page cannot draw a block of type “${block.type}”.`);
}

/** One node for each block, in order; `surface` takes what people choose and use in them. */
export function drawBlocks(blocks, surface) {
  return (blocks ?? []).map((block) => (Object.hasOwn(BLOCKS, block.type) ? BLOCKS[block.type] : unsupported)(block, surface));
}
