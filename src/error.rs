//! What can go wrong, said once: the sentence, the way out, the exit code.
//!
//! An `Error` ends a run. A row that breaks the contract is no `Error` but a
//! finding (`contract::finding`): collected, counted and reported with the rest.
//!
//! Not here: how an error is printed (`command::printer`).

use std::path::{Path, PathBuf};

/// The result of everything in this crate that can end a run.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A fact that ends a run. Exit codes follow `sysexits.h` where one fits.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line asks for something that makes no sense.
    #[error("{message}")]
    Usage { message: String, hint: String },

    /// `throughline.toml` is wrong; `line` is 1-based, 0 where none is known.
    #[error("{}{}: {message}", path.display(), at_line(*line))]
    Config {
        path: PathBuf,
        line: usize,
        message: String,
        hint: String,
    },

    /// A model's header or SQL is wrong; found before anything runs.
    #[error("{path}:{line}:{column}: {message}")]
    Model {
        path: String,
        line: usize,
        column: usize,
        message: String,
        hint: String,
        built_in: bool,
    },

    /// A model ran and a promise of its header does not hold.
    #[error("{path}: {message}")]
    Promise {
        path: String,
        message: String,
        built_in: bool,
    },

    /// A file or folder that the project names is not there.
    #[error("{} not found: `{}`", what, path.display())]
    Missing {
        what: &'static str,
        path: PathBuf,
        hint: String,
    },

    /// The data breaks the contract beyond the tolerance set.
    #[error("{message}")]
    Refused { message: String, hint: String },

    /// Money does not reconcile to the cent.
    #[error("the ledger does not reconcile: {message}")]
    Unreconciled { message: String },

    /// Another run holds the lock of this project.
    #[error("another run holds the lock `{}` ({holder})", path.display())]
    Locked { path: PathBuf, holder: String },

    /// The destination cannot be created or written.
    #[error("cannot write `{}`: {source}", path.display())]
    CannotWrite {
        path: PathBuf,
        source: std::io::Error,
    },

    /// Reading or syncing failed.
    #[error("cannot {action} `{}`: {source}", path.display())]
    Io {
        action: &'static str,
        path: PathBuf,
        source: std::io::Error,
    },

    /// The engine refused or failed; `doing` says what it was asked for.
    #[error("{doing}: {source}")]
    Engine {
        doing: String,
        source: Box<datafusion_error::Error>,
    },

    /// Ours: something that cannot happen, happened.
    #[error("{0}")]
    Bug(String),
}

/// The engine's own error, boxed; named here so that rooms left of the
/// catalogue need not name the engine.
pub mod datafusion_error {
    /// What `DataFusion`, arrow or parquet said.
    pub type Error = dyn std::error::Error + Send + Sync;
}

impl Error {
    /// The way out, where there is one worth printing.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. }
            | Self::Config { hint, .. }
            | Self::Missing { hint, .. }
            | Self::Refused { hint, .. }
            | Self::Model { hint, .. } => (!hint.is_empty()).then(|| hint.clone()),
            Self::Promise { built_in: true, .. } | Self::Bug(_) => {
                Some("this is a bug of ours; please report it with the message above".into())
            }
            Self::Promise {
                built_in: false, ..
            } => Some("correct the model, or the promise in its header".into()),
            Self::Unreconciled { .. } => Some(
                "nothing was published; the quarantine and `loads` tables show where the money is"
                    .into(),
            ),
            Self::Locked { .. } => Some("wait for it to end, then run again".into()),
            Self::CannotWrite { .. } => {
                Some("free space or choose another folder with `--out`".into())
            }
            Self::Io { .. } | Self::Engine { .. } => None,
        }
    }

    /// The process exit code (README, "Exit codes").
    #[must_use]
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Usage { .. } => 2,
            Self::Refused { .. } | Self::Unreconciled { .. } => 65,
            Self::Missing { .. } => 66,
            Self::Model { built_in, .. } | Self::Promise { built_in, .. } => {
                if *built_in {
                    70
                } else {
                    78
                }
            }
            Self::Engine { .. } | Self::Bug(_) => 70,
            Self::CannotWrite { .. } => 73,
            Self::Io { .. } => 74,
            Self::Locked { .. } => 75,
            Self::Config { .. } => 78,
        }
    }

    /// Wraps an I/O failure with what was being done to which path.
    pub fn io(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }

    /// Wraps a failure to create or write a destination.
    pub fn cannot_write(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::CannotWrite { path, source }
    }

    /// Wraps an engine failure with what it was asked for.
    pub fn engine<E>(doing: impl Into<String>) -> impl FnOnce(E) -> Self
    where
        E: std::error::Error + Send + Sync + 'static,
    {
        let doing = doing.into();
        move |source| Self::Engine {
            doing,
            source: Box::new(source),
        }
    }
}

fn at_line(line: usize) -> String {
    if line == 0 {
        String::new()
    } else {
        format!(":{line}")
    }
}

/// The name that was probably meant: the most like `wanted`, the last of equals.
pub fn nearest<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    names
        .into_iter()
        .map(|name| (strsim::jaro_winkler(name, wanted), name))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, name)| name)
}
