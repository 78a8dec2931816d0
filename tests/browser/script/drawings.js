// Drawings that are neither hidden from those who hear the page nor an image to them.
(() =>
  [...document.querySelectorAll("svg")]
    .filter((e) => !e.closest("[aria-hidden=true]") && !/^(img|image|graphics-)/.test(e.getAttribute("role") ?? ""))
    .map((e) => `svg is neither hidden nor an image: class "${e.getAttribute("class") ?? ""}", ${e.outerHTML.slice(0, 80)}`))()
