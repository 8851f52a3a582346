/** Dialogs of the page's own: an element's "are you sure?", and a look at a message's JSON. */

import { h, icon } from "./dom.js";
import { mrkdwn, plain } from "./mrkdwn.js";

/** A text object as nodes: mrkdwn drawn, plain text with its emoji. */
export function textNodes(object, names) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(object.text, names);
  return [h("span", { class: "plain" }, plain(object))];
}

function show(dialog) {
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** Asks what a confirm object asks; true when the person goes ahead. */
export function confirmed({ title, text, confirm, deny, style }, names) {
  return new Promise((answer) => {
    const dialog = h("dialog", { class: "dialog confirm", "aria-labelledby": "confirm-title" },
      h("form", { method: "dialog" },
        h("header", { class: "dialog-head" }, h("h2", { id: "confirm-title" }, plain(title) || "Are you sure?"),
          h("button", { class: "icon-button", value: "deny", "aria-label": "Close" }, icon("close"))),
        h("div", { class: "dialog-body" }, textNodes(text, names)),
        h("footer", { class: "dialog-foot" },
          h("button", { class: "button", value: "deny" }, plain(deny) || "Cancel"),
          h("button", { class: `button ${style === "danger" ? "danger" : "primary"}`, value: "confirm", autofocus: true },
            plain(confirm) || "Yes"))));
    dialog.addEventListener("close", () => answer(dialog.returnValue === "confirm"));
    show(dialog);
  });
}

/** Shows an object as the API holds it. */
export function showJson(title, object) {
  show(h("dialog", { class: "dialog source", "aria-labelledby": "source-title" },
    h("form", { method: "dialog" },
      h("header", { class: "dialog-head" }, h("h2", { id: "source-title" }, title),
        h("button", { class: "icon-button", "aria-label": "Close" }, icon("close"))),
      h("div", { class: "dialog-body" }, h("pre", { tabindex: "0" }, JSON.stringify(object, null, 2))))));
}
