//! A tiny project by hand: three goals, three initiatives, six ledger rows.
//!
//! What comes out of it can be checked in the head. A test replaces the one
//! file, source or setting that it is about.

use crate::support::{Outcome, Project};

pub(crate) const GOALS: &str = "\
goal_id,name,parent_goal_id,weight,owner
G1,Grow,,0.6,Ada
G2,Save,,0.4,Ben
G3,Sleep,G2,1,Cem
";

pub(crate) const INITIATIVES: &str = "\
initiative_id,name,goal_id,stage,start_date,planned_end_date
I1,Shop,G1,active,2025-01-01,2026-12-31
I2,Press,G3,active,2025-01-01,2026-12-31
I3,Hobby,,active,2025-01-01,2026-12-31
";

/// I1 700.00, I2 200.00, I3 75.00 and 25.00 without an initiative: 1,000.00.
pub(crate) const SPEND: &str = "\
entry_id,initiative_id,posted_date,amount
E1,I1,2026-01-10,400.00
E2,I1,2026-02-10,300.00
E3,I2,2026-01-20,250.00
E4,I2,2026-03-02,-50.00
E5,I3,2026-03-31,75.00
E6,,2026-03-05,25.00
";

pub(crate) const BUDGETS: &str = "\
initiative_id,period_start_date,period_end_date,amount,version
I1,2026-01-01,2026-03-31,600.00,current
I2,2026-01-01,2026-03-31,200.00,current
";

pub(crate) const KPIS: &str = "\
kpi_id,name,goal_id,direction,baseline,target
K1,Orders,G1,up,0,10
";

pub(crate) const KPI_VALUES: &str = "\
kpi_id,period_end_date,value
K1,2026-02-28,4
K1,2026-03-31,9
";

/// A project file in the making.
pub(crate) struct Small {
    project: Project,
    settings: String,
    rules: String,
    tolerance: String,
    sources: Vec<(String, String)>,
}

impl Small {
    /// As of 2026-03-31, materiality 50.00 and 10 %, no row may break the contract.
    pub(crate) fn new() -> Self {
        let mut small = Self {
            project: Project::new(),
            settings: "as_of = 2026-03-31".into(),
            rules: "materiality = { amount = \"50.00\", ratio = 0.10 }".into(),
            tolerance: "0.0".into(),
            sources: Vec::new(),
        };
        for (table, content) in [
            ("goals", GOALS),
            ("initiatives", INITIATIVES),
            ("spend", SPEND),
            ("budgets", BUDGETS),
            ("kpis", KPIS),
            ("kpi_values", KPI_VALUES),
        ] {
            let path = format!("data/{table}.csv");
            small.project.write(&path, content);
            small
                .sources
                .push((table.into(), format!("path = \"{path}\"")));
        }
        small
    }

    /// Writes a file, over one that is there.
    pub(crate) fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        self.project.write(name, content);
        self
    }

    /// `block` becomes the only source of `table`; empty: there is none.
    pub(crate) fn source(mut self, table: &str, block: &str) -> Self {
        self.sources.retain(|(t, _)| t != table);
        if block.is_empty() {
            self
        } else {
            self.also(table, block)
        }
    }

    /// A further source of `table`.
    pub(crate) fn also(mut self, table: &str, block: &str) -> Self {
        self.sources.push((table.into(), block.into()));
        self
    }

    /// A file and the source that reads it, in place of what fed `table`.
    pub(crate) fn csv(self, table: &str, content: impl AsRef<[u8]>) -> Self {
        let path = format!("data/{table}.csv");
        self.file(&path, content)
            .source(table, &format!("path = \"{path}\""))
    }

    /// The share of rows that may be quarantined.
    pub(crate) fn tolerating(mut self, ratio: &str) -> Self {
        self.tolerance = ratio.into();
        self
    }

    /// Further lines of `[project]`.
    pub(crate) fn settings(mut self, lines: &str) -> Self {
        self.settings = lines.into();
        self
    }

    /// Writes throughline.toml.
    pub(crate) fn make(self) -> Project {
        // What these tests are about needs few models; the sample runs them all.
        let mut text = format!(
            "[project]\nname = \"Small\"\nreporting_currency = \"EUR\"\nmodels = []\n{}\n\n[rules]\n{}\n\n[tolerance]\nquarantined_ratio = {}\n",
            self.settings, self.rules, self.tolerance
        );
        for (table, block) in &self.sources {
            text.push_str(&format!("\n[[source]]\ntable = \"{table}\"\n{block}\n"));
        }
        self.project.write("throughline.toml", text);
        self.project
    }
}

/// A model of the project that lists the believed ledger, cell by cell.
pub(crate) const ENTRIES: (&str, &str) = (
    "queries/base/entries.sql",
    "\
-- question: Which ledger entries were believed?
-- grain:    file, line_number
-- columns:
--   file              text           file the entry stands in
--   line_number       bigint         its line there
--   entry_id          text           its id
--   initiative_id     text           initiative that was charged
--   posted_date       date           day of posting
--   amount            decimal(18,2)  as given
--   currency          text           as given
--   reporting_amount  decimal(18,2)  in the reporting currency
--   vendor            text           as given
--   kind              text           as given
-- checks:   none
-- receipt:  spend where file = $file and \"row\" = $line_number
-- leaves out: nothing
-- method:   as loaded
select
    file, \"row\" as line_number, entry_id, initiative_id, posted_date, amount, currency,
    reporting_amount, vendor, kind
from spend
order by file, line_number
",
);

/// What `check --json` said.
pub(crate) struct Checked {
    pub outcome: Outcome,
    pub json: serde_json::Value,
}

/// Checks a project and reads the JSON it prints.
pub(crate) fn check(project: &Project) -> Checked {
    let outcome = project.run("check", &["--json"]);
    let json = last_json(&outcome);
    Checked { outcome, json }
}

/// The JSON object on the last line of stdout; null where there is none.
pub(crate) fn last_json(outcome: &Outcome) -> serde_json::Value {
    outcome
        .stdout
        .lines()
        .last()
        .map_or(serde_json::Value::Null, |line| {
            serde_json::from_str(line).unwrap()
        })
}

/// Runs a project that must publish; gives its JSON.
pub(crate) fn publish(project: &Project, arguments: &[&str]) -> serde_json::Value {
    let mut all = vec!["--json"];
    all.extend(arguments);
    let outcome = project.run("run", &all);
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    last_json(&outcome)
}

impl Checked {
    /// (seen, loaded, quarantined, duplicates) of a table.
    pub(crate) fn counts(&self, table: &str) -> (u64, u64, u64, u64) {
        let load = self.json["loads"]
            .as_array()
            .unwrap_or_else(|| panic!("{}", self.outcome.stderr))
            .iter()
            .find(|l| l["table"] == table)
            .unwrap_or_else(|| panic!("no load of {table}: {}", self.outcome.stderr));
        let number = |name: &str| load[name].as_u64().unwrap();
        (
            number("seen"),
            number("loaded"),
            number("quarantined"),
            number("duplicates"),
        )
    }

    /// The printed lines that begin with "quarantined: ", each once.
    pub(crate) fn quarantined(&self) -> Vec<&str> {
        let mut lines: Vec<&str> = self
            .outcome
            .stderr
            .lines()
            .filter_map(|l| l.strip_prefix("quarantined: "))
            .collect();
        lines.dedup();
        lines
    }

    /// Asserts that some quarantined line begins with `place` and contains `reason`.
    pub(crate) fn refuses(&self, place: &str, reason: &str) {
        assert!(
            self.quarantined()
                .iter()
                .any(|l| l.starts_with(place) && l.contains(reason)),
            "no line `{place} … {reason}` in\n{}",
            self.outcome.stderr
        );
    }

    /// "place: what — hint" of every finding of that severity.
    pub(crate) fn findings(&self, severity: &str) -> Vec<String> {
        self.json["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|f| f["severity"] == severity)
            .map(|f| {
                let text = |name: &str| f[name].as_str().unwrap().to_owned();
                format!(
                    "{} {}:{} {}: {} — {}",
                    text("table"),
                    text("file"),
                    f["row"],
                    text("column"),
                    text("what"),
                    text("hint")
                )
            })
            .collect()
    }
}

/// Asserts that one of `lines` contains all of `parts`.
pub(crate) fn says(lines: &[String], parts: &[&str]) {
    assert!(
        lines
            .iter()
            .any(|line| parts.iter().all(|part| line.contains(part))),
        "nothing says {parts:?} in {lines:#?}"
    );
}
