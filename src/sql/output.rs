//! Output: where answers go, and how writing them may end.

use std::fs::{OpenOptions, Permissions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::interrupt::Cancel;
use crate::error::Error;

/// Where answers go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    Stdout,
    /// A file, which is there whole or not at all.
    File(PathBuf),
    /// A file that answers are added to.
    Append(PathBuf),
}

/// Why an answer ended early.
#[derive(Debug)]
pub(super) enum Stop {
    /// The reader of the pipe has enough, which is no error.
    Closed,
    /// Nobody waits for the answer any more.
    Cancelled,
    Failed(Error),
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

pub(super) type Written<T = ()> = Result<T, Stop>;

/// What an answer is written to.
pub(super) struct Sink {
    target: Target,
    /// For messages.
    path: PathBuf,
    cancel: Cancel,
}

enum Target {
    Stream(BufWriter<Box<dyn Write + Send>>),
    Temporary(BufWriter<NamedTempFile>),
}

/// Bytes that are gathered before they are written.
const BUFFER: usize = 64 << 10;

impl Sink {
    pub(super) fn open(output: &Output, cancel: Cancel) -> Written<Self> {
        let (path, target) = match output {
            Output::Stdout => (
                PathBuf::from("standard output"),
                Target::stream(io::stdout()),
            ),
            // A device or a pipe is written to, and not put in place of.
            Output::File(path) if path.exists() && !path.is_file() => {
                let device = OpenOptions::new().write(true).open(path);
                let device = device.map_err(Error::cannot_write(path))?;
                (path.clone(), Target::stream(device))
            }
            Output::File(path) => {
                let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
                let file = tempfile::Builder::new()
                    .prefix(".writing-")
                    // As any program writes: whoever the umask lets read, may read.
                    .permissions(Permissions::from_mode(0o666))
                    .tempfile_in(parent.unwrap_or(Path::new(".")))
                    .map_err(Error::cannot_write(path))?;
                let file = BufWriter::with_capacity(BUFFER, file);
                (path.clone(), Target::Temporary(file))
            }
            Output::Append(path) => {
                let file = OpenOptions::new().append(true).create(true).open(path);
                let file = file.map_err(Error::cannot_write(path))?;
                (path.clone(), Target::stream(file))
            }
        };
        Ok(Self {
            target,
            path,
            cancel,
        })
    }

    /// What becomes of an answer that cannot be written.
    pub(super) fn stopped(&self, error: io::Error) -> Stop {
        if self.cancel.is_cancelled() {
            Stop::Cancelled
        } else if error.kind() == ErrorKind::BrokenPipe {
            Stop::Closed
        } else {
            Stop::Failed(Error::cannot_write(&self.path)(error))
        }
    }

    pub(super) fn text(&mut self, text: &str) -> Written {
        self.write_all(text.as_bytes()).map_err(|e| self.stopped(e))
    }

    /// Hands over what was gathered, so that a reader need not wait.
    pub(super) fn flushed(&mut self) -> Written {
        self.flush().map_err(|e| self.stopped(e))
    }

    /// Writes what is left; a file gets its name.
    pub(super) fn close(mut self) -> Written {
        self.flushed()?;
        let Target::Temporary(file) = self.target else {
            return Ok(());
        };
        let file = file
            .into_inner()
            .map_err(|e| Error::cannot_write(&self.path)(e.into_error()))?;
        file.persist(&self.path)
            .map_err(|e| Error::cannot_write(&self.path)(e.error))?;
        Ok(())
    }
}

impl Target {
    fn stream(stream: impl Write + Send + 'static) -> Self {
        Self::Stream(BufWriter::with_capacity(BUFFER, Box::new(stream)))
    }

    fn writer(&mut self) -> &mut dyn Write {
        match self {
            Self::Stream(stream) => stream,
            Self::Temporary(file) => file,
        }
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.cancel.is_cancelled() {
            return Err(io::Error::other("nobody waits for the answer"));
        }
        self.target.writer().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.cancel.is_cancelled() {
            return Err(io::Error::other("nobody waits for the answer"));
        }
        self.target.writer().flush()
    }
}
