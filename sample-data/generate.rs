//! Writes the sample data: a made-up company with a few planted stories.
//!
//! Takes one optional argument, the folder to write to (default: `data` beside this source);
//! writes every file that [`portfolio::files`] names.
//!
//! Not here: what the files say (`generate/`).
//!
//! Rule: the bytes depend on nothing but this source. No clock, no locale, no hash order.

#[path = "generate/mod.rs"]
mod portfolio;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

fn main() -> ExitCode {
    let beside = Path::new(file!()).with_file_name("data");
    let folder = env::args_os().nth(1).map_or(beside, PathBuf::from);
    match write_all(&folder) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // When standard error is gone as well, the exit code still tells.
            let _ = writeln!(
                io::stderr(),
                "error: cannot write {}: {error}",
                folder.display()
            );
            ExitCode::FAILURE
        }
    }
}

fn write_all(folder: &Path) -> io::Result<()> {
    for (name, bytes) in portfolio::files() {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, bytes)?;
    }
    Ok(())
}
