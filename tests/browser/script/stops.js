// Waits for the focus to reach everything that can have it; says how much that is.
(most) => {
  const path = (e) => `<${e.tagName.toLowerCase()} class="${e.getAttribute("class") ?? ""}"> "${e.textContent.trim().slice(0, 40)}"`;
  const wanted = [...document.querySelectorAll("a, button, input, select, textarea, summary, [tabindex], [contenteditable]")]
    .filter((e) => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({ visibilityProperty: true }));
  const first = wanted.slice(0, most);
  const reached = [];
  const note = (event) => reached.push(event.target);
  document.addEventListener("focusin", note, true);
  document.activeElement?.blur();
  window.stops = {
    left: () => first.filter((e) => !reached.includes(e)).length,
    end: () => {
      document.removeEventListener("focusin", note, true);
      const found = first.filter((e) => !reached.includes(e)).slice(0, 5).map((e) => `the Tab key does not reach ${path(e)}`);
      // What answers a click must take the focus.
      const deaf = [...document.querySelectorAll("[onclick], [role=button], [role=link]")].filter((e) => e.tabIndex < 0);
      found.push(...deaf.map((e) => `the Tab key passes over ${path(e)}`));
      const order = [...new Set(reached)].filter((e) => first.includes(e));
      const early = order.findIndex((e, n) => n > 0 && !(order[n - 1].compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING));
      if (early > 0) found.push(`the Tab key comes out of order to ${path(order[early])}`);
      return found;
    },
  };
  return first.length;
}
