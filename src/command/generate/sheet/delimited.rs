//! CSV. The texts of a portfolio hold no comma, quote or line end.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use super::{Cell, write_text};
use crate::contract::Column;
use crate::error::{Error, Result};

/// Large enough that the disk, not the calls, is what takes time.
const BUFFER: usize = 1 << 18;

pub(in super::super) struct Delimited {
    path: PathBuf,
    file: File,
    bytes: Vec<u8>,
    width: usize,
}

impl Delimited {
    pub(super) fn create(path: PathBuf, columns: &[Column]) -> Result<Self> {
        let file = File::create(&path).map_err(Error::cannot_write(&path))?;
        let names: Vec<&str> = columns.iter().map(|c| c.name).collect();
        let mut bytes = Vec::with_capacity(BUFFER + 1024);
        bytes.extend_from_slice(names.join(",").as_bytes());
        bytes.push(b'\n');
        Ok(Self {
            path,
            file,
            bytes,
            width: columns.len(),
        })
    }

    pub(super) fn row(&mut self, cells: &[Cell<'_>]) -> Result<()> {
        if cells.len() != self.width {
            let path = self.path.display();
            return Err(Error::Bug(format!(
                "a row of `{path}` has {} cells",
                cells.len()
            )));
        }
        for (i, cell) in cells.iter().enumerate() {
            if i > 0 {
                self.bytes.push(b',');
            }
            write_text(&mut self.bytes, *cell);
        }
        self.bytes.push(b'\n');
        if self.bytes.len() >= BUFFER {
            self.flush()?;
        }
        Ok(())
    }

    pub(super) fn close(mut self) -> Result<()> {
        self.flush()
    }

    fn flush(&mut self) -> Result<()> {
        self.file
            .write_all(&self.bytes)
            .map_err(Error::cannot_write(&self.path))?;
        self.bytes.clear();
        Ok(())
    }
}
