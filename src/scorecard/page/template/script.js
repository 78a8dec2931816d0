// Sorts tables and filters the long ones. The page is complete without it, and
// it remembers nothing.
"use strict";
(() => {
  const LONG = 12;

  // A figure as a number; what is no figure sorts after every figure.
  const number = (text) => {
    const figure = /[+-]?\d[\d,]*(\.\d+)?(e[+-]?\d+)?/.exec(text.replace(/\u2212/g, "-"));
    return figure ? Number(figure[0].replace(/,/g, "")) : null;
  };

  const isKnown = (text, numeric) =>
    numeric ? number(text) !== null : !["", "\u2013", "\u2205"].includes(text);

  const compare = (a, b, numeric) =>
    numeric ? number(a) - number(b) : a.localeCompare(b, "en", { numeric: true });

  const sortBy = (table, header, column) => {
    const down = header.getAttribute("aria-sort") === "ascending";
    for (const other of header.parentNode.children) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const numeric = table.classList.contains(`n${column + 1}`);
    const text = (row) => row.children[column].textContent.trim();
    const rows = [...table.tBodies[0].rows].map((row) => [text(row), row]);
    const known = rows.filter(([a]) => isKnown(a, numeric));
    const unknown = rows.filter(([a]) => !isKnown(a, numeric));
    known.sort(([a], [b]) => (down ? -1 : 1) * compare(a, b, numeric));
    table.tBodies[0].append(...[...known, ...unknown].map(([, row]) => row));
  };

  for (const table of document.querySelectorAll("table.data")) {
    [...table.tHead.rows[0].cells].forEach((header, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...header.childNodes);
      button.addEventListener("click", () => sortBy(table, header, column));
      header.append(button);
    });

    const rows = [...table.tBodies[0].rows];
    if (rows.length <= LONG) continue;
    const label = document.createElement("label");
    const input = document.createElement("input");
    const count = document.createElement("output");
    input.type = "search";
    input.name = "filter";
    label.className = "filter";
    label.append("Filter", input, count);
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLowerCase();
      let shown = 0;
      for (const row of rows) {
        row.hidden = !row.textContent.toLowerCase().includes(wanted);
        shown += row.hidden ? 0 : 1;
      }
      count.textContent = wanted ? `${shown} of ${rows.length} rows` : "";
    });
    table.parentNode.before(label);
  }
})();
