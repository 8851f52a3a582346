/** Fields to type in: text, numbers, addresses, dates and times. */

import { epochOf, wallClock } from "./dates.js";
import { h } from "./dom.js";
import { plain } from "./mrkdwn.js";

const PAUSE = 600; // ms: a date typed digit by digit is sent once

const NAMES = {
  plain_text_input: "Text", number_input: "Number", email_text_input: "E-mail address", url_text_input: "Address",
  datepicker: "Date", timepicker: "Time", datetimepicker: "Date and time",
};

const attributes = (element, block) => ({
  class: "field", "aria-label": plain(element.placeholder) || NAMES[element.type],
  placeholder: plain(element.placeholder) || null,
  data: { key: `${block.block_id} ${element.action_id}`, action: element.action_id ?? "" },
});

function plainText(element, block, surface) {
  const value = surface.field(block, element, element.initial_value ?? null) ?? "";
  const on = new Set(element.dispatch_action_config?.trigger_actions_on ?? ["on_enter_pressed"]);
  const node = h(element.multiline ? "textarea" : "input", {
    ...attributes(element, block), type: element.multiline ? null : "text", rows: element.multiline ? 4 : null,
    minlength: element.min_length ?? null, maxlength: element.max_length ?? null,
    autocomplete: "off", autofocus: element.focus_on_load ?? null,
    on: {
      input: () => {
        surface.keep(block, element, node.value || null);
        count?.replaceChildren(String(element.max_length - [...node.value].length));
        if (on.has("on_character_entered") && block.dispatch_action) surface.change(block, element, node.value);
      },
      keydown: (event) => {
        if (event.key !== "Enter" || element.multiline || !block.dispatch_action || !on.has("on_enter_pressed")) return;
        event.preventDefault();
        surface.change(block, element, node.value, node);
      },
    },
  });
  node.value = value;
  const count = element.max_length && element.multiline
    ? h("span", { class: "field-count", "aria-hidden": "true" }, String(element.max_length - [...value].length)) : null;
  return count ? h("span", { class: "field-frame" }, node, count) : node;
}

/** A field of the browser's own. `read` and `write` turn its text into the API's value and back. */
function native(type, { initial, read = (text) => text || null, write = (value) => value ?? "", more = () => ({}) }) {
  return (element, block, surface) => {
    const zone = surface.names.zone;
    const start = surface.field(block, element, element[initial] ?? null);
    let sent = start;
    let timer = 0;
    const send = () => {
      const value = read(node.value, zone);
      clearTimeout(timer);
      if (value === sent || !node.checkValidity()) return;
      sent = value;
      surface.change(block, element, value, block.type === "input" ? null : node);
    };
    const node = h("input", {
      ...attributes(element, block), type, autocomplete: "off", ...more(element),
      on: {
        input: () => {
          surface.keep(block, element, read(node.value, zone));
          clearTimeout(timer);
          timer = setTimeout(send, PAUSE);
        },
        blur: send,
      },
    });
    node.value = write(start, zone);
    return node;
  };
}

/** Element type → how to draw it. */
export const FIELDS = {
  plain_text_input: plainText,
  number_input: native("number", {
    initial: "initial_value",
    more: (element) => ({ step: element.is_decimal_allowed ? "any" : "1", min: element.min_value ?? null, max: element.max_value ?? null }),
  }),
  email_text_input: native("email", { initial: "initial_value" }),
  url_text_input: native("url", { initial: "initial_value" }),
  datepicker: native("date", { initial: "initial_date", more: () => ({ min: "1970-01-01" }) }),
  timepicker: native("time", { initial: "initial_time" }),
  datetimepicker: native("datetime-local", {
    initial: "initial_date_time",
    read: (text, zone) => (text ? epochOf(text, zone) : null),
    write: (epoch, zone) => (epoch ? wallClock(epoch, zone) : ""),
    more: () => ({ min: "1970-01-01T00:00" }),
  }),
};
