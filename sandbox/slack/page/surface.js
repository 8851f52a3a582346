/** Where blocks are drawn (a message, a modal, App Home): holds what was chosen there, and sends what was used. */

import { confirmed } from "./dialogs.js";

export class Surface {
  values = {};
  #live = new Map();

  /**
   * `container` as the server knows it, `names` for mrkdwn, `lists` = {users(), channels(), conversations()},
   * `send(path, body)` posts as the person who acts, `before` = the surface this one replaces.
   */
  constructor({ container, names, lists, channel = null, send, before = null, errors = {} }) {
    Object.assign(this, { container, names, lists, channel, send, errors });
    this.values = before?.values ?? {};
  }

  /** The value of a field now: what the person left there, else what the block says. */
  field(block, element, initial) {
    const row = (this.values[block.block_id] ??= {});
    if (!(element.action_id in row)) row[element.action_id] = initial;
    this.#live.set(`${block.block_id} ${element.action_id}`, { block, element });
    return row[element.action_id];
  }

  /** Remembers a choice without telling anyone. */
  keep(block, element, value) {
    (this.values[block.block_id] ??= {})[element.action_id] = value;
  }

  /** The fields drawn here, with their blocks: an update may have taken others away. */
  fields() {
    return [...this.#live.values()].map(({ block, element }) => (
      { block, element, value: this.values[block.block_id][element.action_id] }));
  }

  /** {block_id: {action_id: value}} of the fields drawn here. */
  state() {
    const state = {};
    for (const { block, element, value } of this.fields()) (state[block.block_id] ??= {})[element.action_id] = value;
    return state;
  }

  /** A field was changed: inputs wait for submit unless they ask to be heard, everything else is sent. */
  async change(block, element, value, control) {
    this.keep(block, element, value);
    if (block.type === "input" && !block.dispatch_action) return true;
    return this.use(block, element, value, control);
  }

  /** Sends block_actions after the element's own question; false when the person thought better of it. */
  async use(block, element, value, control) {
    if (element.confirm && !(await confirmed(element.confirm, this.names))) return false;
    await busy(control, () => this.send("/ui/action", {
      container: this.container, block_id: block.block_id, action_id: element.action_id, value, values: this.state(),
    }));
    return true;
  }
}

/** Shows that the control is at work until `task` ends, and gives the keyboard back to it. */
export async function busy(control, task) {
  const focused = document.activeElement === control;
  control?.classList.add("busy");
  control?.setAttribute("aria-busy", "true");
  if (control) control.disabled = true;
  try {
    return await task();
  } finally {
    if (control) control.disabled = false;
    control?.classList.remove("busy");
    control?.removeAttribute("aria-busy");
    if (focused && document.activeElement === document.body) control.focus({ preventScroll: true });
  }
}
