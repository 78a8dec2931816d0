// What the head of a page owes to its reader.
(() => {
  const found = [];
  if (!document.documentElement.lang) found.push("html has no language");
  if (!document.title.trim()) found.push("the page has no title");
  if (document.compatMode !== "CSS1Compat") found.push("the page is in quirks mode");
  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  const twice = ids.filter((id, n) => ids.indexOf(id) !== n);
  return found.concat([...new Set(twice)].map((id) => `the id ${id} stands twice`));
})()
