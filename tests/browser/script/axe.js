// The serious and the critical violations of axe-core.
axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
  violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .flatMap((v) => {
      const some = v.nodes.slice(0, 3).map((n) => `${v.impact} ${v.id}: ${n.target.join(" ")}: ${v.help} (${n.html.slice(0, 120)})`);
      if (v.nodes.length > 3) some.push(`${v.impact} ${v.id}: and ${v.nodes.length - 3} more`);
      return some;
    }))
