//! The pack of `run`: its day, and with what it is compared, found and said.

use super::printer::Printer;
use crate::catalogue::{self, Previous};
use crate::cli;
use crate::error::Result;
use crate::history::Known;
use crate::project::{PackKind, Project};
use crate::scorecard::CompareWith;

impl From<cli::Pack> for PackKind {
    fn from(typed: cli::Pack) -> Self {
        match typed {
            cli::Pack::Monthly => Self::Monthly,
            cli::Pack::Quarterly => Self::Quarterly,
            cli::Pack::Annual => Self::Annual,
        }
    }
}

/// Sets the project to the cut-off of its pack.
pub(super) fn cut_off(
    printer: &Printer,
    project: &mut Project,
    known: &Known,
    typed: cli::Pack,
) -> Result<()> {
    let asked = project.as_of;
    let pack = catalogue::cut_off(project, known, typed.into())?;
    printer.say(&format!(
        "the {} pack of {}, {} to {}: as of its last day, {}, the newest end of a {} by {asked}",
        pack.kind.word(),
        pack.period.label,
        pack.period.start,
        pack.period.end,
        pack.period.end,
        pack.kind.span(),
    ));
    project.report_on(pack);
    Ok(())
}

/// Says where a pack is not compared with the cut-off before.
pub(super) fn say_compared(printer: &Printer, wanted: &CompareWith, previous: Option<&Previous>) {
    let CompareWith::CutOff(day) = wanted else {
        return;
    };
    match previous {
        Some(previous) if previous.as_of == *day => printer.say(&format!(
            "compared with {}, as of the cut-off before",
            previous.release
        )),
        Some(previous) => printer.say(&format!(
            "no release as of the cut-off before, {day}, is published; compared with {}, the newest before it",
            previous.release
        )),
        None => printer.say(&format!(
            "no release as of the cut-off before, {day}, or of an earlier day is published; compared with nothing"
        )),
    }
}
