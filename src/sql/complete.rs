//! Complete: the names that a half-typed word may become.

use super::session::Session;

/// Every function of the session.
pub(super) fn functions(session: &Session) -> Vec<String> {
    let state = session.catalogue().context().state();
    let mut names: Vec<String> = state
        .scalar_functions()
        .keys()
        .chain(state.aggregate_functions().keys())
        .chain(state.window_functions().keys())
        .chain(state.table_functions().keys())
        .cloned()
        .collect();
    names.sort();
    names.dedup();
    names
}
