/** Builds DOM from values: text is always text, and a link can only go where a link may. */

const SVG = "http://www.w3.org/2000/svg";
const SAFE_SCHEMES = new Set(["http:", "https:", "mailto:"]);

/** The absolute address if it is http, https or mailto, else null: `javascript:` and `data:` never pass. */
export function safeUrl(address) {
  try {
    const url = new URL(String(address), location.origin);
    return SAFE_SCHEMES.has(url.protocol) ? url.href : null;
  } catch {
    return null; // not an address at all
  }
}

/**
 * One element. `props`: `on` = {event: listener}, `data` = dataset, `vars` = CSS custom properties,
 * anything else an attribute (null, undefined and false leave it out). Children are nodes, or text.
 */
export function h(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  const { on = {}, data = {}, vars = {}, ...attributes } = props ?? {};
  for (const [event, listener] of Object.entries(on)) node.addEventListener(event, listener);
  for (const [name, value] of Object.entries(data)) node.dataset[name] = value;
  for (const [name, value] of Object.entries(vars)) node.style.setProperty(name, value);
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  append(node, children);
  return node;
}

function setAttribute(node, name, value) {
  if (value === null || value === undefined || value === false) return;
  if (name.startsWith("on")) throw new TypeError(`${name}: give listeners in "on"`);
  const safe = name === "href" || name === "src" ? safeUrl(value) : value;
  if (safe !== null) node.setAttribute(name, safe === true ? "" : safe);
}

function append(node, children) {
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/** A link that opens apart from this page; where the address may not be a link, the words alone. */
export function link(address, ...children) {
  const href = safeUrl(address);
  if (!href) return h("span", { class: "refused-link", title: "This address cannot be opened" }, ...children);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

const ICONS = {
  hash: "M8 3 6 17M14 3l-2 14M4 7.5h13M3 12.5h13",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  reply: "M3 4h14v10H9l-4 3.5V14H3zM6.5 7.5h7M6.5 10.5h4.5",
  link: "M8.5 11.5a3 3 0 0 0 4.3 0l3-3a3 3 0 0 0-4.3-4.3l-.8.8M11.5 8.5a3 3 0 0 0-4.3 0l-3 3a3 3 0 0 0 4.3 4.3l.8-.8",
  code: "M7 6 3 10l4 4M13 6l4 4-4 4",
  close: "M5 5l10 10M15 5 5 15",
  back: "M12.5 4 6.5 10l6 6",
  down: "M5.5 8l4.5 4.5L14.5 8",
  menu: "M3 5.5h14M3 10h14M3 14.5h14",
  send: "M3 4l14 6-14 6 2.2-6zM5.2 10H11",
  pause: "M7.5 5v10M12.5 5v10",
  play: "M6.5 4.5v11l9-5.5z",
  next: "M4.5 5v10l7.5-5zM15 5v10",
  eye: "M2 10c2-3.7 4.7-5.5 8-5.5s6 1.8 8 5.5c-2 3.7-4.7 5.5-8 5.5S4 13.7 2 10zM10 12.4a2.4 2.4 0 1 0 0-4.8 2.4 2.4 0 0 0 0 4.8z",
  download: "M10 3v9.5M6 9l4 4 4-4M4 16.5h12",
  people: "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.5c.4-3 2.4-4.7 5.5-4.7s5.1 1.7 5.5 4.7M13 4a2.8 2.8 0 0 1 0 5.3M15 12.2c1.7.7 2.7 2.1 3 4.3",
  more: "M4.6 10h.01M10 10h.01M15.4 10h.01",
  check: "M4.5 10.5 8.5 14.5 16 6.5",
};

/** A small line drawing, hidden from screen readers: the control that holds it carries the words. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 20 20");
  svg.setAttribute("class", `icon icon-${name}`);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

/** A small square button: `label` is what it says to those who hover or listen. */
export function iconButton(name, label, click, more = {}) {
  return h("button", { type: "button", class: "icon-button", "aria-label": label, title: label, on: { click }, ...more }, icon(name));
}

/** Runs `draw`, then gives the keyboard back to the control with the same `data-key` (and its caret). */
export function keepFocus(root, draw) {
  const active = root.contains(document.activeElement) ? document.activeElement : null;
  const key = active?.dataset.key;
  const caret = active && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
  draw();
  if (!key || document.activeElement === active) return;
  const again = [...root.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key);
  again?.focus({ preventScroll: true });
  if (again && caret && caret[0] !== null) again.setSelectionRange?.(...caret);
}

const marks = new WeakMap();

/**
 * Makes `parent` hold `items` = [{key, mark, draw}] in order; a node whose mark is the same stays as it is,
 * so that an open menu, a half-typed field and the reader's place survive a change elsewhere.
 */
export function reconcile(parent, items) {
  const old = new Map([...parent.children].map((node) => [node.dataset.item, node]));
  let place = parent.firstElementChild;
  for (const { key, mark, draw } of items) {
    let node = old.get(key);
    if (!node || marks.get(node) !== mark) {
      const fresh = draw();
      fresh.dataset.item = key;
      marks.set(fresh, mark);
      if (node) {
        if (place === node) place = fresh;
        keepFocus(parent, () => node.replaceWith(fresh));
      }
      node = fresh;
    }
    old.delete(key);
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
  for (const node of old.values()) node.remove();
}
