//! Tables: they sort, they filter, and they are all there without a script.

use super::{Visit, quiet};

/// Every `table.data` sorts by each heading, both ways, and its filter hides rows
/// and says how many are left.
pub(super) fn sorting(visit: &mut Visit<'_, '_>) -> Vec<String> {
    visit.page.take_events();
    let mut found: Vec<String> = visit.page.evaluate(include_str!("../script/sorting.js"));
    found.extend(quiet::complaints(visit));
    found
}

/// The page says the same whether its scripts run or not.
pub(super) fn without_scripts(visit: &mut Visit<'_, '_>) -> Vec<String> {
    let file = visit.site.file(visit.name);
    let mut said = |run: bool| -> Vec<String> {
        visit.page.set_scripts(run);
        visit.page.open(&file);
        visit.page.evaluate(include_str!("../script/said.js"))
    };
    let (bare, live) = (said(false), said(true));
    let differs = (0..live.len().max(bare.len())).find(|n| live.get(*n) != bare.get(*n));
    differs
        .map(|n| {
            format!(
                "with scripts {} parts, without {}; the first that differs: {:?} is {:?}",
                live.len(),
                bare.len(),
                live.get(n),
                bare.get(n)
            )
        })
        .into_iter()
        .collect()
}
