//! `diff`: what changed between two releases, and what caused it.
//!
//! The newer of the two is opened again with the older one as the release before
//! it, and the models that tell changes run anew, in a folder that is thrown away.
//! What was published stands: only what looks back, or was not published, is run.
//!
//! Not here: telling the causes of money and measures (`scorecard.what_changed`),
//! or comparing manifests (`scorecard`).
//!
//! Rule: the causes of every change of money sum to it, to the cent.

mod changes;
mod findings;
mod report;
mod session;

use serde::Serialize;

use self::changes::{Figure, Money};
use self::findings::{FindingChange, StatusChange};
use self::session::Session;
use super::Outcome;
use super::printer::Printer;
use crate::cli::Diff;
use crate::error::{Error, Result};
use crate::project::{Overrides, Pack, Project};
use crate::scorecard::{self, Differs, InputChange, Manifest};

/// One of the two releases, as it is told.
#[derive(Debug, Serialize)]
struct Told {
    release: String,
    as_of: String,
    as_known: String,
    rules_version: String,
    engine_version: String,
    #[serde(flatten)]
    pack: Option<Pack>,
}

/// All that differs.
#[derive(Debug, Serialize)]
struct Difference {
    before: Told,
    after: Told,
    currency: String,
    /// Whether the first is the newer one.
    is_backwards: bool,
    is_nothing_material: bool,
    /// Spend and budget as a whole, whether they changed or not.
    totals: Vec<Money>,
    money: Vec<Money>,
    measures: Vec<Figure>,
    statuses: Vec<StatusChange>,
    findings: Vec<FindingChange>,
    /// Models that one of the two did not publish, so that they are not compared.
    not_compared: Vec<String>,
    rules: Vec<Differs>,
    models: Vec<Differs>,
    inputs: Vec<InputChange>,
}

pub(super) fn diff(typed: &Diff, printer: &Printer) -> Result<Outcome> {
    let project = Project::open(
        &typed.project,
        Overrides {
            out: typed.out.clone(),
            ..Overrides::default()
        },
    )?;
    let before = scorecard::release_named(&project.out, &typed.before)?;
    let after = scorecard::release_named(&project.out, &typed.after)?;
    let difference = compare(project, &before, &after)?;
    if difference.is_backwards {
        printer.say(&format!(
            "note: {} is newer than {}; what follows leads back from the newer to the older",
            before.release, after.release
        ));
    }
    if typed.json {
        let object = serde_json::to_string(&difference)
            .map_err(|e| Error::Bug(format!("the difference cannot be written: {e}")))?;
        printer.data(&object);
    } else {
        let limit = (typed.rows > 0).then_some(typed.rows as usize);
        report::report(printer, &difference, limit);
    }
    Ok(Outcome::Done)
}

fn compare(project: Project, before: &Manifest, after: &Manifest) -> Result<Difference> {
    if before.currency != after.currency {
        return Err(Error::Usage {
            message: format!(
                "{} is in {} and {} in {}, so their money cannot be compared",
                before.release, before.currency, after.release, after.currency
            ),
            hint: "choose two releases in one currency".into(),
        });
    }
    let is_backwards = before.axes()? > after.axes()?;
    let (older, newer) = if is_backwards {
        (after, before)
    } else {
        (before, after)
    };
    let session = Session::open(project, older, newer, is_backwards)?;
    let (totals, money) = changes::money(&session)?;
    let mut difference = Difference {
        before: told(before),
        after: told(after),
        currency: after.currency.clone(),
        is_backwards,
        is_nothing_material: false,
        totals,
        money,
        measures: changes::measures(&session)?,
        statuses: findings::statuses(&session)?,
        findings: findings::findings(&session, before.rules != after.rules)?,
        not_compared: session.not_compared.clone(),
        rules: scorecard::differing_rules(before, after),
        models: scorecard::differing_models(before, after),
        inputs: scorecard::differing_inputs(before, after),
    };
    difference.is_nothing_material = difference.money.is_empty()
        && difference
            .totals
            .iter()
            .all(|total| total.causes.is_empty())
        && difference.measures.is_empty()
        && difference.statuses.is_empty()
        && difference.findings.is_empty()
        && difference.rules.is_empty()
        && difference.models.is_empty();
    Ok(difference)
}

fn told(manifest: &Manifest) -> Told {
    Told {
        release: manifest.release.clone(),
        as_of: manifest.as_of.clone(),
        as_known: manifest.as_known.clone(),
        rules_version: manifest.rules_version.clone(),
        engine_version: manifest.engine_version.clone(),
        pack: manifest.pack.clone(),
    }
}
