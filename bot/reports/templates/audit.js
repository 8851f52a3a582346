"use strict";
(() => {
  const rows = [...document.querySelectorAll("#findings tbody tr[data-status]")];
  const fields = ["status", "severity", "account", "region"].map((id) => document.getElementById(id));
  const search = document.getElementById("search");
  const count = document.getElementById("count");
  const tiles = [...document.querySelectorAll("button[data-severity]")];
  const texts = rows.map((row) => row.textContent.toLowerCase());

  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !fields.every((f) => !f.value || row.dataset[f.id] === f.value) || !words.every((w) => texts[i].includes(w));
      shown += row.hidden ? 0 : 1;
    });
    count.textContent = `${shown.toLocaleString("en")} of ${rows.length.toLocaleString("en")} shown`;
    const severity = document.getElementById("severity").value;
    tiles.forEach((tile) => tile.setAttribute("aria-pressed", String(tile.dataset.severity === severity)));
  };

  tiles.forEach((tile) => tile.addEventListener("click", () => {
    const severity = document.getElementById("severity");
    severity.value = severity.value === tile.dataset.severity ? "" : tile.dataset.severity;
    document.getElementById("status").value = "FAIL";
    filter();
  }));
  [search, ...fields].forEach((field) => field.addEventListener("input", filter));
  window.addEventListener("beforeprint", () => document.querySelectorAll("#findings tr:not([hidden]) details").forEach((d) => { d.open = true; }));
  filter();
})();
