/** The modal that an app opened for the person who acts: the top of its stack, in a real dialog. */

import { drawBlocks } from "./blocks.js";
import { h, iconButton, keepFocus } from "./dom.js";
import { avatar } from "./avatar.js";
import { closeMenu } from "./menu.js";
import { plain } from "./mrkdwn.js";
import { busy, Surface } from "./surface.js";

const REQUIRED = "Please complete this required field.";

export class Modal {
  #dialog = null;
  #view = null;
  #mark = "";
  #surfaces = new Map(); // view id → surface: a view under another keeps what was typed in it

  /** Draws the top of `stack`, or puts the dialog away when it is empty. */
  draw(stack, page) {
    const view = stack.at(-1);
    const mark = JSON.stringify([view, stack.length, page.viewer, page.world.revision]);
    if (mark === this.#mark) return;
    this.#mark = mark;
    closeMenu();
    for (const id of this.#surfaces.keys()) if (!stack.some((one) => one.id === id)) this.#surfaces.delete(id);
    if (!view) return this.#away();
    this.#page = page;
    const isOther = view.id !== this.#view?.id;
    this.#view = view;
    this.#depth = stack.length;
    if (!this.#dialog) this.#open();
    this.#fill(isOther);
  }

  #page = null;
  #depth = 0;

  #open() {
    this.#dialog = h("dialog", { class: "dialog modal", "aria-labelledby": "modal-title" });
    this.#dialog.addEventListener("cancel", (event) => {
      event.preventDefault(); // the server says when the stack is empty
      this.#close();
    });
    document.body.append(this.#dialog);
    this.#dialog.showModal();
  }

  #away() {
    this.#dialog?.close();
    this.#dialog?.remove();
    this.#dialog = null;
    this.#view = null;
  }

  #fill(isOther, errors = null) {
    const before = this.#surfaces.get(this.#view.id) ?? null;
    const page = this.#page;
    const surface = new Surface({
      container: { type: "view", view_id: this.#view.id }, names: page.world.names(page.viewer), lists: page.lists,
      channel: page.place.channel ?? null, send: page.send, before, errors: errors ?? before?.errors ?? {},
    });
    this.#surfaces.set(this.#view.id, surface);
    const scroll = isOther ? 0 : this.#dialog.querySelector(".dialog-body")?.scrollTop ?? 0;
    keepFocus(this.#dialog, () => this.#dialog.replaceChildren(this.#form(surface)));
    this.#dialog.querySelector(".dialog-body").scrollTop = scroll;
    const wrong = errors && this.#dialog.querySelector("[aria-invalid]");
    const field = this.#dialog.querySelector(".field, .select, .choices input, .select-open");
    if (wrong) wrong.focus();
    else if (isOther) (field ?? this.#dialog.querySelector(".dialog-foot button") ?? this.#dialog).focus();
  }

  #form(surface) {
    const view = this.#view;
    const app = this.#page.world.users.get(view.bot_user_id) ?? this.#page.world.bots()[0];
    const body = h("div", { class: "dialog-body" }, drawBlocks(view.blocks, surface));
    return h("form", {
      novalidate: true, data: { view: view.id },
      on: { submit: (event) => { event.preventDefault(); this.#submit(surface); } },
    },
    h("header", { class: "dialog-head" },
      this.#depth > 1
        ? iconButton("back", "Back", () => this.#close())
        : avatar(app, "medium"),
      h("h2", { id: "modal-title" }, plain(view.title)),
      iconButton("close", "Close", () => this.#close(true))),
    h("div", { class: "dialog-error", role: "alert" }),
    body,
    h("footer", { class: "dialog-foot" },
      h("button", { type: "button", class: "button", on: { click: () => this.#close() } }, plain(view.close) || "Cancel"),
      view.submit ? h("button", { type: "submit", class: "button primary" }, plain(view.submit)) : null));
  }

  async #submit(surface) {
    const wrong = mistakes(surface);
    if (Object.keys(wrong).length) return this.#fill(false, wrong);
    const view = this.#view;
    const button = this.#dialog.querySelector("button[type=submit]");
    const answer = await busy(button, () => this.#page.post("/ui/submit", { view_id: view.id, values: surface.state() }));
    if (this.#view?.id !== view.id) return undefined;
    if (answer.ok) {
      surface.errors = {};
    } else if (answer.errors) {
      this.#fill(false, answer.errors);
      const inputs = new Set(this.#view.blocks.filter((block) => block.type === "input").map((block) => block.block_id));
      const elsewhere = Object.entries(answer.errors).filter(([id]) => !inputs.has(id));
      if (elsewhere.length) this.#say(elsewhere.map(([, text]) => text).join(" "));
    } else {
      this.#say(answer.error ?? "The app did not take this. Try again.");
    }
    return undefined;
  }

  #say(text) {
    this.#dialog?.querySelector(".dialog-error").replaceChildren(text);
  }

  /** Back, Cancel and Escape close the view on top; the cross (`clear`) all of the stack. */
  async #close(clear = false) {
    const view = this.#view;
    const answer = await this.#page.post("/ui/close", { view_id: view.id, clear });
    if (!answer.ok && this.#view?.id === view.id) this.#say(answer.error);
  }
}

/** {block_id: words} for what Slack itself refuses before it asks the app. */
function mistakes(surface) {
  const wrong = {};
  for (const { block, element, value } of surface.fields()) {
    if (block.type !== "input") continue;
    const empty = value === null || value === undefined || value === "" || (Array.isArray(value) && !value.length);
    if (empty && !block.optional) wrong[block.block_id] = REQUIRED;
    else if (!empty && element.min_length && String(value).length < element.min_length) {
      wrong[block.block_id] = `Please write at least ${element.min_length} characters.`;
    }
  }
  return wrong;
}
