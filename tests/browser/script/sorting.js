// Sorts every table by every heading, both ways, and filters it.
(() => {
  // A figure as the page writes it: a sign, thousands, decimals, a unit behind or
  // before it. Read here by rules of its own, not by the page's.
  const FIGURE = /^(?:[A-Z]{3} |[€$£])?([+\-\u2212]?)(\d+|\d{1,3}(?:[,\u00a0\u202f\u2009 ]\d{3})+)(\.\d+)?(e[+\-]?\d+)?(?:[\s\u00a0\u202f]?(?:%|pp|[A-Z]{3}|[a-z]+))?$/;
  const NOTHING = ["", "–", "—", "∅", "NULL", "-"];
  const value = (text) => {
    const m = FIGURE.exec(text);
    return m && Number(`${m[1] === "\u2212" ? "-" : m[1]}${m[2].replace(/\D/g, "")}${m[3] ?? ""}${m[4] ?? ""}`);
  };
  const found = [];
  for (const table of document.querySelectorAll("table.data")) {
    const name = table.caption?.textContent.trim() || table.getAttribute("aria-label") || table.id || "a table";
    const body = table.tBodies[0];
    const headings = [...table.tHead.rows[0].cells];
    const column = (n) => [...body.rows].map((row) => row.cells[n].textContent.trim());
    headings.forEach((heading, n) => {
      const fault = (what) => found.push(`${name}, ${heading.textContent.trim()}: ${what}`);
      const button = heading.querySelector("button");
      if (!button) return fault("no button to sort by");
      const before = column(n).toSorted();
      const isFigures = before.some((t) => value(t) !== null) && before.every((t) => value(t) !== null || NOTHING.includes(t));
      const ways = [1, 2].map(() => {
        button.click();
        const way = heading.getAttribute("aria-sort");
        if (!["ascending", "descending"].includes(way)) return fault(`aria-sort is ${way}`);
        if (headings.some((h) => h !== heading && h.hasAttribute("aria-sort") && h.getAttribute("aria-sort") !== "none")) fault("two headings say that they sort");
        const now = column(n);
        if (JSON.stringify(now.toSorted()) !== JSON.stringify(before)) fault("sorting loses rows");
        const known = now.filter((t) => !NOTHING.includes(t));
        if (isFigures) {
          const wrong = known.findIndex((t, i) => i > 0 && (way === "ascending" ? value(known[i - 1]) > value(t) : value(known[i - 1]) < value(t)));
          if (wrong > 0) fault(`${way}, ${known[wrong - 1]} stands before ${known[wrong]}`);
        }
        if (now.slice(0, known.length).some((t) => NOTHING.includes(t))) fault(`${way}, an empty cell stands before a full one`);
        return way;
      });
      if (ways[0] && ways[0] === ways[1]) fault(`sorts twice ${ways[0]}`);
    });
  }

  for (const field of document.querySelectorAll("input[type=search]")) {
    const after = (e) => field.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING;
    const table = [...document.querySelectorAll("table.data")].find(after);
    if (!table) {
      found.push("a filter without a table");
      continue;
    }
    const name = table.caption?.textContent.trim() || table.getAttribute("aria-label") || "a table";
    const rows = [...table.tBodies[0].rows];
    const count = [...document.querySelectorAll("output, [role=status], [aria-live]")].find(after);
    const shown = () => rows.filter((row) => !row.hidden && getComputedStyle(row).display !== "none");
    const type = (text) => {
      field.value = text;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    };
    const texts = [...rows[Math.floor(rows.length / 2)].cells].map((c) => c.textContent.trim());
    for (const text of [texts.find((t) => t.length > 1) ?? texts[0], "no row says this"]) {
      const holds = (row) => row.textContent.toLowerCase().includes(text.toLowerCase());
      type(text);
      const left = shown();
      if (left.length !== rows.filter(holds).length || !left.every(holds)) found.push(`${name}: the filter "${text}" leaves ${left.length} rows`);
      const said = (count?.textContent ?? "").replace(/,/g, "");
      if (!new RegExp(`(^|\\D)${left.length}(\\D|$)`).test(said)) found.push(`${name}: the filter leaves ${left.length} rows and says "${said}"`);
    }
    type("");
    if (shown().length !== rows.length) found.push(`${name}: rows stay hidden after the filter is emptied`);
  }
  return found;
})()
