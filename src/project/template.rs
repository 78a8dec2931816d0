//! Templates.
pub const TEMPLATE: &str = "";
