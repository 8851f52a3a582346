/** Files in a message: pictures are shown, everything else is a row to download. */

import { h, icon, safeUrl } from "./dom.js";

const KINDS = { csv: "CSV", html: "HTML", json: "JSON", jsonl: "JSON Lines", png: "PNG", pdf: "PDF", txt: "Plain text" };
const PICTURES = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

/** "12 kB"; bytes in. */
export function sizeOf(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${Math.round(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

const extensionOf = (file) => (file.name?.match(/\.([A-Za-z0-9]+)$/)?.[1] ?? "").toLowerCase();

function picture(file) {
  return h("figure", { class: "file picture" },
    h("figcaption", {}, file.title || file.name),
    h("a", { href: file.url, target: "_blank", rel: "noopener noreferrer", "aria-label": `Open ${file.title || file.name}` },
      h("img", { src: file.url, alt: file.alt_txt ?? file.title ?? file.name, loading: "lazy" })));
}

function row(file) {
  const extension = extensionOf(file);
  const words = [KINDS[extension] ?? (extension.toUpperCase() || "File"), sizeOf(file.size)].filter(Boolean).join(" · ");
  const inside = [
    h("span", { class: `file-kind kind-${extension}`, "aria-hidden": "true" }, (extension || "?").slice(0, 4)),
    h("span", { class: "file-words" }, h("strong", {}, file.title || file.name), h("span", {}, words)),
    icon("download"),
  ];
  if (!safeUrl(file.url)) return h("div", { class: "file row" }, inside);
  return h("a", { class: "file row", href: file.url, download: file.name, "aria-label": `Download ${file.name} (${words})` }, inside);
}

/** The files of one message, or null when it has none. */
export function drawFiles(files) {
  if (!files?.length) return null;
  return h("div", { class: "files" }, files.map((file) => (PICTURES.has(file.mimetype) && safeUrl(file.url) ? picture(file) : row(file))));
}
