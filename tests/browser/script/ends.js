// The ids and the links of a page that is not opened.
(text) => {
  const page = new DOMParser().parseFromString(text, "text/html");
  return {
    ids: [...page.querySelectorAll("[id]")].map((e) => e.id),
    hrefs: [...new Set([...page.querySelectorAll("[href]")].map((e) => e.getAttribute("href")))],
  };
}
