//! Writing so that a file is there whole or not at all, and stays after a power
//! cut: temporary file, sync, rename, sync of the folder.

use std::fs::Permissions;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::error::{Error, Result};

/// Creates a folder and its parents.
///
/// # Errors
/// [`Error::CannotWrite`].
pub fn create_dir(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).map_err(Error::cannot_write(path))
}

/// Writes `bytes` to `path`, replacing what was there, atomically.
///
/// # Errors
/// [`Error::CannotWrite`] if nothing changed, [`Error::Io`] if the file is there
/// but may not survive a power cut.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    // The parent of a bare name is empty, and means the folder one is in.
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
    let folder = parent.unwrap_or(Path::new("."));
    // Renaming over a device or a pipe would replace it.
    if std::fs::symlink_metadata(path).is_ok_and(|m| !m.is_file() && !m.is_symlink()) {
        let why = std::io::Error::other("it is there and is no file");
        return Err(Error::cannot_write(path)(why));
    }
    let mut temporary = tempfile::Builder::new()
        .prefix(".writing-")
        // As any program writes: whoever the umask lets read, may read.
        .permissions(Permissions::from_mode(0o666))
        .tempfile_in(folder)
        .map_err(Error::cannot_write(path))?;
    temporary
        .write_all(bytes)
        .and_then(|()| temporary.as_file().sync_all())
        .map_err(Error::cannot_write(path))?;
    temporary
        .persist(path)
        .map_err(|e| Error::cannot_write(path)(e.error))?;
    sync_dir(folder)
}

/// Writes one of many files of a folder that nobody reads yet, and its folder with
/// it: not synced, see [`sync_all`].
///
/// # Errors
/// [`Error::CannotWrite`].
pub fn write_one_of_many(path: &Path, bytes: &[u8]) -> Result<()> {
    if let Some(folder) = path.parent() {
        create_dir(folder)?;
    }
    std::fs::write(path, bytes).map_err(Error::cannot_write(path))
}

/// Makes everything durable that was written to the file system of `folder`: for
/// files in such numbers that a sync of each would take most of the time.
///
/// # Errors
/// [`Error::CannotWrite`].
pub fn sync_all(folder: &Path) -> Result<()> {
    let opened = std::fs::File::open(folder).map_err(Error::cannot_write(folder))?;
    rustix::fs::syncfs(&opened).map_err(|e| Error::cannot_write(folder)(e.into()))
}

/// Makes the entries of a folder durable.
///
/// # Errors
/// [`Error::Io`]: the entries are visible, their durability is unknown.
pub fn sync_dir(path: &Path) -> Result<()> {
    std::fs::File::open(path)
        .and_then(|folder| folder.sync_all())
        .map_err(Error::io("sync", path))
}
