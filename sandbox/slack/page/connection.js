/** The two ways to the server: a websocket that brings what happened, and POSTs that do something. */

const FIRST_WAIT = 500;
const LONGEST_WAIT = 5000;

/** Keeps the websocket open for ever; `hear(event)` gets each message, `changed(connected)` each change. */
export function listen(hear, changed) {
  let wait = FIRST_WAIT;
  const open = () => {
    const socket = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ui`);
    socket.addEventListener("open", () => {
      wait = FIRST_WAIT;
      changed(true);
    });
    socket.addEventListener("message", ({ data }) => hear(JSON.parse(data)));
    socket.addEventListener("close", () => {
      changed(false);
      setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST_WAIT);
    });
  };
  open();
}

/** POSTs JSON; always answers an object with `ok`, and `error` in words when it is false. */
export async function post(path, body) {
  try {
    const headers = { "Content-Type": "application/json" };
    const response = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
    const type = response.headers.get("Content-Type") ?? "";
    if (type.includes("json")) return await response.json();
    return { ok: false, error: `The sandbox answered ${response.status} to ${path}. Its log says more.` };
  } catch {
    return { ok: false, error: "The sandbox did not answer. Is it still running?" };
  }
}
