/** What the page says beside the conversation: toasts, the socket's state and the story's banner. */

import { h, iconButton } from "./dom.js";
import { busy } from "./surface.js";

const STAY = 8000; // ms

/** Shows a notice for a while; errors are read out at once. */
export function toast(text, level = "info") {
  const holder = document.getElementById("toasts");
  const note = h("div", { class: `toast ${level}`, role: level === "info" ? "status" : "alert" }, h("span", {}, text),
    iconButton("close", "Dismiss", () => leave()));
  const leave = () => {
    note.remove();
    if (!holder.children.length && holder.matches(":popover-open")) holder.hidePopover();
  };
  holder.append(note);
  if (holder.matches(":popover-open")) holder.hidePopover();
  holder.showPopover(); // again, so that it stands above a dialog opened since
  setTimeout(leave, STAY);
}

/** The dot and words that say whether the app listens. */
export function socketState(world, linked) {
  const count = world.connections;
  const [state, words] = !linked ? ["lost", "Reconnecting to the sandbox…"]
    : count === 0 ? ["none", "App not connected"]
      : ["open", `App connected${count > 1 ? ` · ${count} sockets` : ""}`];
  return [h("span", { class: `dot ${state}`, "aria-hidden": "true" }), h("span", { class: "socket-words" }, words)];
}

/** The slim banner of the story, or nothing when none plays. */
export function storyBanner(story, page) {
  if (!story) return [];
  const control = (name, label, command) => {
    const click = () => busy(node, () => page.send("/ui/story", { command }));
    const node = iconButton(name, label, click, { data: { key: `story ${command}` } });
    return node;
  };
  const done = story.state === "done";
  return [
    h("span", { class: "story-step" }, done ? "Story ended" : `Step ${story.step} of ${story.of}`),
    h("progress", { max: story.of, value: done ? story.of : story.step - 1, "aria-label": "Story" }),
    h("span", { class: "story-words", title: story.text ?? "" }, h("strong", {}, story.title), story.text ? ` ${story.text}` : ""),
    done ? null : h("span", { class: "story-controls" },
      story.state === "playing" ? control("pause", "Pause the story", "pause") : control("play", "Play the story", "play"),
      control("next", "Next step", "next")),
  ].filter(Boolean);
}
