//! What a replay forgets on its way, and what it leaves.

use std::path::Path;

use super::Judged;
use crate::command::staging::Staging;
use crate::error::{Error, Result};
use crate::history::{self, durable};

/// Where the tables lie until they are put in their place.
const TABLES: &str = "tables";

/// A night that nobody looks back at any more.
pub(super) fn forget(staging: &Staging, night: &str) -> Result<()> {
    let path = staging.path.join(night);
    std::fs::remove_dir_all(&path).map_err(Error::cannot_write(&path))
}

/// Leaves the tables at `place`, in the stead of an earlier replay's.
pub(super) fn publish(staging: &Staging, place: &Path, judged: &Judged) -> Result<()> {
    let fresh = staging.path.join(TABLES);
    durable::create_dir(&fresh)?;
    for (name, rows) in [
        ("nights", &judged.nights),
        ("findings", &judged.findings),
        ("rules", &judged.rules),
        ("raised", &judged.raised),
    ] {
        let bytes = history::to_parquet(rows, &[])?;
        durable::write(&fresh.join(format!("{name}.parquet")), &bytes)?;
    }
    staging.put(TABLES, place)
}
