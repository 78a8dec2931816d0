//! The project file that `init` writes: every key once, with what it does.

/// `throughline.toml` of a new project.
pub const TEMPLATE: &str = include_str!("template.toml");
