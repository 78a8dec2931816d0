// What is wider than the window.
(() => {
  const [wide, room] = [document.scrollingElement.scrollWidth, innerWidth];
  if (wide <= room) return [];
  const path = (e) => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + [...e.classList].map((c) => "." + c).join("");
  const out = [...document.body.querySelectorAll("*")].filter((e) => e.getBoundingClientRect().right > room + 0.5);
  // The innermost: what holds it is as wide only because of it.
  const inner = out.filter((e) => !out.some((o) => o !== e && e.contains(o)));
  return [`the page is ${wide} px wide: ${inner.slice(0, 3).map((e) => `${path(e)} in ${path(e.parentElement)}`).join(", ")}`];
})()
