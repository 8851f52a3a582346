/** Where a person writes: messages, replies, and slash commands with a list of those that exist. */

import { h, iconButton } from "./dom.js";
import { escape } from "./mrkdwn.js";
import { busy } from "./surface.js";

const drafts = new Map();

/** A composer for `target` = {channel, thread_ts?}; `label` is its placeholder. Drafts outlive it. */
export function composer(page, target, label) {
  const key = `${page.viewer} ${target.channel} ${target.thread_ts ?? ""}`;
  const error = h("div", { class: "composer-error", role: "alert" });
  const hint = h("div", { class: "composer-hint" });
  const listId = `commands-${crypto.randomUUID()}`;
  const list = h("div", { class: "commands", role: "listbox", id: listId, "aria-label": "Commands", hidden: true });
  const field = h("textarea", {
    rows: 1, placeholder: label, "aria-label": label, role: "combobox",
    "aria-autocomplete": "list", "aria-controls": listId, "aria-expanded": "false",
    data: { key: `composer ${target.thread_ts ? "thread" : "channel"}` },
    on: { input: () => changed(), keydown: (event) => onKey(event), blur: () => setTimeout(() => offer([]), 150) },
  });
  const send = iconButton("send", "Send", () => submit(), { class: "send" });
  field.value = drafts.get(key) ?? "";

  let offered = [];
  let at = 0;
  const offer = (commands) => {
    offered = commands;
    at = Math.min(at, Math.max(commands.length - 1, 0));
    list.hidden = commands.length === 0;
    field.setAttribute("aria-expanded", String(commands.length > 0));
    list.replaceChildren(...commands.map((command, row) => h("div", {
      role: "option", id: `${listId}-${row}`, class: "command", "aria-selected": String(row === at),
      on: { mousedown: (event) => { event.preventDefault(); complete(command); } },
    }, h("strong", {}, command.command), " ", h("span", { class: "usage" }, command.usage_hint ?? ""),
    h("span", { class: "description" }, command.description ?? ""))));
    if (commands.length) field.setAttribute("aria-activedescendant", `${listId}-${at}`);
    else field.removeAttribute("aria-activedescendant");
  };
  const complete = (command) => {
    field.value = `${command.command} `;
    field.focus();
    changed();
  };
  const changed = () => {
    drafts.set(key, field.value);
    error.replaceChildren();
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, 220)}px`;
    send.disabled = !field.value.trim();
    const word = field.value.match(/^\/\S*$/)?.[0];
    offer(word ? page.world.commands.filter((one) => one.command.startsWith(word)) : []);
    const known = page.world.commands.find((one) => field.value.startsWith(`${one.command} `));
    hint.replaceChildren(...(known ? [h("strong", {}, known.command), " ", known.usage_hint ?? ""] : []));
  };
  const onKey = (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.isComposing) return;
    if (offered.length && event.key in steps) {
      event.preventDefault();
      at = (at + steps[event.key] + offered.length) % offered.length;
      offer(offered);
    } else if (offered.length && (event.key === "Tab" || (event.key === "Enter" && field.value !== offered[at].command))) {
      event.preventDefault();
      complete(offered[at]);
    } else if (offered.length && event.key === "Escape") {
      event.preventDefault();
      offer([]);
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      submit();
    }
  };
  const submit = async () => {
    const text = field.value.trim();
    if (!text || send.disabled) return;
    field.value = "";
    changed();
    const isCommand = /^\/[a-z]/i.test(text);
    const body = isCommand ? { ...target, text } : { ...target, text: escape(text) };
    const answer = await busy(send, () => page.post(isCommand ? "/ui/command" : "/ui/message", body));
    send.disabled = !field.value.trim();
    if (answer.ok) return;
    field.value ||= text;
    changed();
    if (!answer.code) error.replaceChildren(answer.error ?? "This was not sent.");
  };
  changed();
  queueMicrotask(changed); // once more when it has a width, for the height of a kept draft
  return h("div", { class: "composer" }, error, list,
    h("div", { class: "composer-box" }, field, send), hint);
}
