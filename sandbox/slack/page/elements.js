/** Block Kit's elements: https://docs.slack.dev/reference/block-kit/block-elements */

import { h, icon, safeUrl } from "./dom.js";
import { textNodes } from "./dialogs.js";
import { FIELDS } from "./fields.js";
import { justClosed, openMenu } from "./menu.js";
import { plain } from "./mrkdwn.js";
import { CHOICES } from "./selects.js";

const dataOf = (block, element) => ({ key: keyOf(block, element), action: element.action_id ?? "" });
const keyOf = (block, element) => `${block.block_id} ${element.action_id}`;

function button(element, block, surface) {
  const style = ["primary", "danger"].includes(element.style) ? ` ${element.style}` : "";
  const href = element.url ? safeUrl(element.url) : null;
  const node = h("button", {
    type: "button", class: `button${style}`, "aria-label": element.accessibility_label ?? null,
    title: element.url && !href ? "This address cannot be opened" : null, data: dataOf(block, element),
    on: {
      click: async () => {
        const went = await surface.use(block, element, element.value ?? "", node);
        if (went && href) window.open(href, "_blank", "noopener,noreferrer");
      },
    },
  }, plain(element.text), element.url ? h("span", { class: "visually-hidden" }, " (opens a page)") : null);
  return node;
}

function overflow(element, block, surface) {
  const node = h("button", {
    type: "button", class: "button overflow", "aria-label": element.accessibility_label ?? "More actions", "aria-haspopup": "menu",
    "aria-expanded": "false", data: dataOf(block, element),
    on: {
      click: () => justClosed(node) || openMenu(node, {
        label: "More actions", role: "menu", search: false,
        groups: [{ items: (element.options ?? []).map((option) => (
          { label: plain(option.text), description: plain(option.description), value: option })) }],
        pick: async (option) => {
          const went = await surface.use(block, element, option, node);
          if (went && option.url && safeUrl(option.url)) window.open(safeUrl(option.url), "_blank", "noopener,noreferrer");
        },
      }),
    },
  }, icon("more"));
  return node;
}

function image(element) {
  return h("img", { class: "thumbnail", src: pictureOf(element), alt: element.alt_text ?? "", loading: "lazy" });
}

/** The address of a picture, hosted anywhere or in the workspace. */
export const pictureOf = ({ image_url: url, slack_file: file }) => url ?? file?.url ?? null;

function choiceList(type) {
  return (element, block, surface) => {
    const many = type === "checkbox";
    const initial = many ? element.initial_options ?? [] : element.initial_option ?? null;
    const value = surface.field(block, element, initial);
    const chosen = new Set((many ? value : [value]).filter(Boolean).map((option) => option.value));
    const group = crypto.randomUUID();
    return h("div", {
      class: "choices", role: many ? "group" : "radiogroup", "aria-label": plain(block.text) || "Choices",
      data: { action: element.action_id ?? "" },
    },
    (element.options ?? []).map((option) => {
      const box = h("input", {
        type, name: group, value: option.value, checked: chosen.has(option.value),
        data: { key: `${keyOf(block, element)} ${option.value}` },
        on: {
          change: () => {
            if (!many) return surface.change(block, element, option, box);
            chosen[box.checked ? "add" : "delete"](option.value);
            return surface.change(block, element, element.options.filter((one) => chosen.has(one.value)), box);
          },
        },
      });
      return h("label", { class: "choice" }, box, h("span", {}, textNodes(option.text, surface.names),
        option.description ? h("span", { class: "choice-description" }, textNodes(option.description, surface.names)) : null));
    }));
  };
}

const ELEMENTS = {
  button, overflow, image, checkboxes: choiceList("checkbox"), radio_buttons: choiceList("radio"), ...CHOICES, ...FIELDS,
};

/** One element of `block`, ready to use. A kind that this page does not know says so. */
export function drawElement(element, block, surface) {
  const draw = Object.hasOwn(ELEMENTS, element.type) ? ELEMENTS[element.type] : null;
  if (!draw) return h("span", { class: "unsupported" }, `This page cannot draw the element “${element.type}”.`);
  return draw(element, block, surface);
}

