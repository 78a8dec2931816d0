// Text that does not stand out from what is behind it (WCAG 1.4.3).
(scheme) => {
  const brush = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const cache = new Map();
  // Any colour of CSS as red, green, blue and opacity.
  const paint = (colour) => {
    if (!cache.has(colour)) {
      brush.clearRect(0, 0, 1, 1);
      brush.fillStyle = "#000";
      brush.fillStyle = colour;
      brush.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = brush.getImageData(0, 0, 1, 1).data;
      cache.set(colour, [r, g, b, a / 255]);
    }
    return cache.get(colour);
  };
  const over = (top, under) => [0, 1, 2].map((i) => top[i] * top[3] + under[i] * (1 - top[3])).concat(1);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c /= 255) <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ratio = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const canvas = scheme === "dark" ? [18, 18, 18, 1] : [255, 255, 255, 1];
  const behind = (e) => {
    const layers = [];
    for (; e; e = e.parentElement) {
      layers.push(paint(getComputedStyle(e).backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    return layers.reverse().reduce((under, top) => over(top, under), canvas);
  };
  // In a drawing, the last shape painted before the text and under its middle.
  const shape = (e, under) => {
    const svg = e.ownerSVGElement;
    if (!svg) return under;
    const box = e.getBoundingClientRect();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    for (const s of svg.querySelectorAll("rect, circle, path, polygon, ellipse")) {
      if (!(s.compareDocumentPosition(e) & Node.DOCUMENT_POSITION_FOLLOWING)) break;
      const r = s.getBoundingClientRect();
      if (x < r.left || x > r.right || y < r.top || y > r.bottom) continue;
      const { fill, fillOpacity } = getComputedStyle(s);
      if (fill === "none" || fill.startsWith("url")) continue;
      const [r0, g0, b0, a0] = paint(fill);
      under = over([r0, g0, b0, a0 * parseFloat(fillOpacity)], under);
    }
    return under;
  };

  const found = new Map();
  if (scheme === "dark" && light(behind(document.body)) > 0.2) found.set("", "the page stays light in the dark");
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const seen = new Set();
  while (texts.nextNode()) {
    const e = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || seen.has(e)) continue;
    seen.add(e);
    if (!e.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    const box = e.getBoundingClientRect();
    // What is a pixel wide is for those who hear the page; the rest is off it until it has the focus.
    if (box.width < 2 || box.right < 0) continue;
    const style = getComputedStyle(e);
    const colour = e.ownerSVGElement ? style.fill : style.color;
    if (colour === "none") continue;
    // A halo under the letters parts them from whatever is drawn there.
    const hasHalo = style.paintOrder.startsWith("stroke") && parseFloat(style.strokeWidth) >= 3;
    const drawn = shape(e, behind(e));
    const under = hasHalo ? over(paint(style.stroke), drawn) : drawn;
    const size = parseFloat(style.fontSize);
    const wanted = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
    const has = ratio(over(paint(colour), under), under);
    if (has >= wanted) continue;
    const key = `${e.tagName} ${e.getAttribute("class")} ${colour} ${under}`;
    if (!found.has(key)) found.set(key, `contrast ${has.toFixed(2)}, not ${wanted}: <${e.tagName.toLowerCase()} class="${e.getAttribute("class") ?? ""}"> "${e.textContent.trim().slice(0, 40)}", ${colour} on rgb(${under.slice(0, 3).map(Math.round)})`);
  }
  return [...found.values()];
}
