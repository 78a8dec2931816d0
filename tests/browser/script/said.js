// What the page says, part by part; what is hidden is not said.
(() =>
  [...document.querySelectorAll("h1, h2, h3, h4, h5, h6, p, li, dt, dd, summary, figcaption, caption, th, td, pre, svg text")]
    .filter((e) => !e.closest("[hidden]"))
    .map((e) => `${e.tagName}: ${e.textContent.replace(/\s+/g, " ").trim()}`))()
