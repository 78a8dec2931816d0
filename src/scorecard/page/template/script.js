// Sorts tables and filters the long ones. The page is complete without it, and
// it remembers nothing.
"use strict";
(() => {
  const LONG = 12;

  // A figure as a number; what is no figure sorts after every figure.
  const number = (text) => {
    const plain = text.replace(/\u2212/g, "-").replace(/[^0-9.+-]/g, "");
    const value = parseFloat(plain);
    return Number.isNaN(value) ? null : value;
  };

  const compare = (a, b, numeric) =>
    numeric ? number(a) - number(b) : a.localeCompare(b, "en", { numeric: true });

  const sortBy = (table, header, column) => {
    const down = header.getAttribute("aria-sort") === "ascending";
    for (const other of header.parentNode.children) other.removeAttribute("aria-sort");
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    const numeric = table.classList.contains(`n${column + 1}`);
    const text = (row) => row.children[column].textContent.trim();
    const rows = [...table.tBodies[0].rows].map((row) => [text(row), row]);
    const known = rows.filter(([a]) => !numeric || number(a) !== null);
    const unknown = rows.filter(([a]) => numeric && number(a) === null);
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
