// The width between the margins of the paper, in CSS pixels.
(() => {
  const px = (length) => {
    const probe = document.createElement("div");
    probe.style.width = length;
    document.body.append(probe);
    const width = probe.getBoundingClientRect().width;
    probe.remove();
    return width;
  };
  const own = [...document.styleSheets].filter((sheet) => !sheet.href);
  const rules = own.flatMap((sheet) => [...sheet.cssRules]);
  const page = rules.find((rule) => rule instanceof CSSPageRule && !rule.selectorText);
  const margin = (side) => px(page?.style.getPropertyValue(`margin-${side}`) || "10mm");
  return px("210mm") - margin("left") - margin("right");
})()
