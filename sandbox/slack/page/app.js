/** The page: who acts, which place is open, and what is drawn when something changes. */

import { avatar } from "./avatar.js";
import { listen, post } from "./connection.js";
import { h, icon, keepFocus } from "./dom.js";
import { drawPlace, drawThread, mainEnd } from "./places.js";
import { justClosed, openMenu } from "./menu.js";
import { Modal } from "./modal.js";
import { unescape } from "./mrkdwn.js";
import { sidebar } from "./sidebar.js";
import { socketState, storyBanner, toast } from "./status.js";
import { displayName, isReply, World } from "./world.js";

const world = new World();
const modal = new Modal();
const at = (id) => document.getElementById(id);
let linked = false;
let asked = false;

/** What the parts of the page need from it. The address says who acts and where: `#/USER/PLACE/THREAD`. */
const page = {
  world,
  viewer: null,
  place: { channel: null, bot: null, thread: null },
  hrefOf: (where, more = null) => `#/${[page.viewer, where, more].filter(Boolean).join("/")}`,
  go: (hash) => go(hash),
  openThread: (channel, ts) => {
    page.wantsReply = true;
    go(page.hrefOf(channel, ts));
  },
  post: (path, body) => post(path, { user: page.viewer, ...body }),
  /** Posts, and says so when it went wrong; a failure with a code comes as a notice by itself. */
  async send(path, body) {
    const answer = await page.post(path, body);
    if (!answer.ok && !answer.code) toast(answer.error ?? "The app did not take this.", "error");
    return answer;
  },
  async copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      toast("Link copied");
    } catch {
      toast(text); // the browser keeps its clipboard shut: show it instead
    }
  },
  lists: {
    person: (user) => ({
      label: displayName(user) ?? user.id, description: user.title || (user.is_bot ? "App" : null), value: user.id,
      lead: avatar(user, "small"),
    }),
    channel: (channel) => ({ label: channel.name, value: channel.id, lead: icon(channel.is_private ? "lock" : "hash") }),
    users: () => [...world.users.values()].filter((user) => !user.deleted).map(page.lists.person),
    channels: () => world.channelsOf(page.viewer).map(page.lists.channel),
    directs: () => world.directsOf(page.viewer)
      .map(([channel, other]) => ({ ...page.lists.person(world.users.get(other) ?? { id: other }), value: channel.id })),
  },
};

function go(hash) {
  if (location.hash === hash) route();
  else location.hash = hash;
}

/** Reads the address; where it names nothing that exists, the first person and channel. */
function route() {
  if (!world.ready) return;
  const [, person, where, more] = location.hash.split("/").map(decodeURIComponent);
  const people = world.people();
  const before = page.place;
  const viewerBefore = page.viewer;
  page.viewer = people.find((user) => user.id === person)?.id ?? people[0]?.id ?? null;
  page.place = placeOf(where, more);
  const isHome = page.place.bot && !page.place.channel;
  if (isHome && (before.bot !== page.place.bot || before.channel || viewerBefore !== page.viewer)) page.send("/ui/home", {});
  document.body.classList.remove("drawer-open");
  draw();
}

function placeOf(where, more) {
  if (where === "home" && world.users.get(more)?.is_bot) return { channel: null, bot: more, thread: null };
  if (where === "app" && world.users.get(more)?.is_bot) return { channel: null, bot: more, thread: null, empty: true };
  const channel = world.channels.get(where);
  const isMine = channel?.is_im ? world.directsOf(page.viewer).some(([one]) => one.id === where)
    : world.channelsOf(page.viewer).some((one) => one.id === where);
  if (isMine) return { channel: where, bot: null, thread: more || null };
  return { channel: (world.joinedBy(page.viewer)[0] ?? world.channelsOf(page.viewer)[0])?.id ?? null, bot: null, thread: null };
}

/** Draws soon, once for however many events come together. */
function draw() {
  if (asked) return;
  asked = true;
  queueMicrotask(() => {
    asked = false;
    if (world.ready && page.viewer) drawAll();
  });
}

function drawAll() {
  const { viewer } = page;
  const me = world.users.get(viewer);
  keepFocus(at("story"), () => at("story").replaceChildren(...storyBanner(world.story, page)));
  at("story").hidden = !world.story;
  const team = world.team.name ?? "?";
  at("team").replaceChildren(h("span", { class: "team-mark", "aria-hidden": "true" }, team.charAt(0)), team);
  at("socket").replaceChildren(...socketState(world, linked));
  at("person").replaceChildren(avatar(me, "small"), h("span", { class: "acting" }, "Acting as "),
    h("strong", {}, displayName(me) ?? viewer),
    me?.title ? h("span", { class: "person-title" }, ` (${me.title})`) : null, icon("down"));
  drawPlace(page);
  drawThread(page);
  keepFocus(at("sidebar"), () => at("sidebar").replaceChildren(...sidebar(page)));
  modal.draw(world.views[viewer] ?? [], page);
  const unread = world.joinedBy(viewer).reduce((sum, channel) => sum + world.unread(channel.id, viewer), 0);
  const place = world.channels.get(page.place.channel)?.name || displayName(world.bots()[0]) || "Slack";
  document.title = `${unread ? `(${unread}) ` : ""}${place} · ${team}`;
}

function switchPerson() {
  if (justClosed(at("person"))) return;
  openMenu(at("person"), {
    label: "Act as", search: false,
    groups: [{ items: world.people().map((user) => ({ ...page.lists.person(user), chosen: user.id === page.viewer })) }],
    pick: (id) => {
      const { channel, bot } = page.place;
      const opened = world.channels.get(channel);
      const direct = opened?.is_im ? world.counterpart(opened, page.viewer) : null;
      const where = direct ? world.directWith(id, direct)?.id ?? "" : channel ?? "home";
      go(`#/${[id, where, bot].filter(Boolean).join("/")}`);
    },
  });
}

function announce({ arrived, channel }) {
  if (arrived.ephemeral_to && arrived.ephemeral_to !== page.viewer) return;
  const theirs = [...world.joinedBy(page.viewer), ...world.directsOf(page.viewer).map(([direct]) => direct)];
  if (!theirs.some((one) => one.id === channel) || arrived.user === page.viewer) return;
  const author = displayName(world.users.get(arrived.user)) ?? arrived.username ?? "App";
  const where = isReply(arrived) ? "in a thread of" : "in";
  const name = world.channels.get(channel)?.name || "a direct message";
  at("announcer").replaceChildren(`${author} ${where} ${name}: ${unescape(arrived.text ?? "")}`);
}

function hear(event) {
  if (!World.knows(event)) return undefined; // the server may tell others more
  const told = world.apply(event);
  if (event.type === "snapshot") return route();
  if (told?.arrived) announce(told);
  if (told?.notice && (!told.notice.user || told.notice.user === page.viewer)) toast(told.notice.text, told.notice.level);
  return draw();
}

/** A permalink to a message of this workspace is followed inside the page. */
function followPermalink(event) {
  const url = event.target.closest?.("a[href]")?.href;
  const { origin, pathname } = new URL(url ?? "about:blank");
  const found = origin === location.origin && pathname.match(/^\/archives\/(\w+)\/p(\d+)(\d{6})$/);
  if (!found) return undefined;
  event.preventDefault();
  const [, channel, seconds, micro] = found;
  const ts = `${seconds}.${micro}`;
  const message = world.visible(channel, page.viewer).find((row) => row.ts === ts);
  if (!message) return toast("This message is gone, or is not for this person.", "warning");
  go(page.hrefOf(channel, isReply(message) ? message.thread_ts : null));
  return void setTimeout(() => showMessage(ts), 50); // when the address has changed and the column is drawn
}

function showMessage(ts) {
  const node = document.querySelector(`#thread .message[data-ts="${ts}"], #column .message[data-ts="${ts}"]`);
  node?.scrollIntoView({ block: "center" });
  node?.classList.add("flash");
}

function toggleDrawer() {
  const isOpen = document.body.classList.toggle("drawer-open");
  at("drawer").setAttribute("aria-expanded", String(isOpen));
  if (isOpen) at("sidebar").querySelector("[aria-current], a")?.focus();
}

at("drawer").append(icon("menu"));
at("drawer").addEventListener("click", toggleDrawer);
at("person").addEventListener("click", switchPerson);
at("workspace").addEventListener("click", (event) => {
  if (!event.target.closest("#sidebar")) document.body.classList.remove("drawer-open");
});
document.addEventListener("click", followPermalink);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open]")) return;
  if (document.body.classList.contains("drawer-open")) toggleDrawer();
  else if (page.place.thread) go(page.hrefOf(page.place.channel));
});
window.addEventListener("hashchange", route);
mainEnd.reached = draw;
listen(hear, (state) => {
  linked = state;
  draw();
});
