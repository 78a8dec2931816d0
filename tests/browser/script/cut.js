// Text that paper of the window's width would cut off.
(() => {
  const path = (e) => `<${e.tagName.toLowerCase()} class="${e.getAttribute("class") ?? ""}">`;
  const found = new Map();
  const range = document.createRange();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const text = texts.currentNode;
    const e = text.parentElement;
    if (!text.textContent.trim() || !e.checkVisibility({ visibilityProperty: true })) continue;
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    if (box.width === 0) continue;
    const said = `"${text.textContent.trim().slice(0, 40)}"`;
    if (box.right > innerWidth + 1 && box.left >= 0) {
      found.set(path(e), `${path(e)} ${said} ends at ${Math.round(box.right)} px of ${innerWidth}`);
    }
    for (let up = e; up && up !== document.documentElement; up = up.parentElement) {
      const style = getComputedStyle(up);
      const frame = up.getBoundingClientRect();
      // A pixel of text is there to be heard.
      if (up.ownerSVGElement || frame.width < 2) break;
      const isCut = (style.overflowX !== "visible" && box.right > frame.right + 1) ||
        (style.overflowY !== "visible" && box.bottom > frame.bottom + 1);
      if (isCut) found.set(path(up), `${path(up)} cuts off ${said}`);
    }
  }
  return [...found.values()];
})()
