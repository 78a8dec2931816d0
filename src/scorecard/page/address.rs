//! Address: which subjects have a page, and where it is.
//!
//! In: the scorecards of goals, units, initiatives and KPIs. Out: for each id a
//! file name that stays the same from night to night, because it is made of the
//! id and of nothing else.
//!
//! Not here: what stands on a page.

use std::collections::{BTreeMap, BTreeSet};

use super::table::Tables;
use crate::error::Result;

/// What has a page of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    Goal,
    Unit,
    Initiative,
    Kpi,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::Goal, Self::Unit, Self::Initiative, Self::Kpi];

    /// The stem of its templates.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Goal => "goal",
            Self::Unit => "unit",
            Self::Initiative => "initiative",
            Self::Kpi => "kpi",
        }
    }

    /// As models name it in `subject_type`, or by its word.
    pub(super) fn named(word: &str) -> Option<Self> {
        match word {
            "business_unit" => Some(Self::Unit),
            _ => Self::ALL.into_iter().find(|kind| kind.word() == word),
        }
    }

    /// Folder of its pages, and stem of the page that lists them.
    pub(super) fn folder(self) -> &'static str {
        match self {
            Self::Goal => "goals",
            Self::Unit => "units",
            Self::Initiative => "initiatives",
            Self::Kpi => "kpis",
        }
    }

    /// Its scorecard: model, id and name.
    pub(super) fn scorecard(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Goal => ("scorecard.goal", "goal_id", "goal_name"),
            Self::Unit => ("scorecard.unit", "business_unit", "unit_name"),
            Self::Initiative => ("scorecard.initiative", "initiative_id", "initiative_name"),
            Self::Kpi => ("scorecard.kpi", "kpi_id", "kpi_name"),
        }
    }
}

/// Where a subject's page is, and what it is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// Relative to the release.
    pub(super) file: String,
    pub(super) name: String,
}

/// The pages of all subjects.
#[derive(Debug, Default)]
pub(super) struct Addresses(BTreeMap<Kind, BTreeMap<String, Place>>);

impl Addresses {
    /// Every subject that a scorecard names.
    ///
    /// # Errors
    /// Engine errors while reading tables.
    pub(super) fn of(tables: &Tables) -> Result<Self> {
        let mut all = BTreeMap::new();
        for kind in Kind::ALL {
            let (model, id_column, name_column) = kind.scorecard();
            let Some(table) = tables.table(model)? else {
                continue;
            };
            let mut names: BTreeMap<String, String> = BTreeMap::new();
            if let Some(id_place) = table.place(id_column) {
                for row in 0..table.height() {
                    let Some(id) = table.text(id_place, row) else {
                        continue;
                    };
                    let name = table.place(name_column).and_then(|p| table.text(p, row));
                    names.entry(id).or_insert_with(|| name.unwrap_or_default());
                }
            }
            all.insert(kind, places(kind, names));
        }
        Ok(Self(all))
    }

    /// By id, in the order of the ids.
    pub(super) fn subjects(&self, kind: Kind) -> impl Iterator<Item = (&String, &Place)> {
        self.0.get(&kind).into_iter().flatten()
    }

    pub(super) fn find(&self, kind: Kind, id: &str) -> Option<&Place> {
        self.0.get(&kind)?.get(id)
    }
}

fn places(kind: Kind, names: BTreeMap<String, String>) -> BTreeMap<String, Place> {
    // File systems that fold case would lay `a` over `A`: each of such a pair
    // gets a mark of its own id.
    let mut once = BTreeSet::new();
    let folded: Vec<String> = names.keys().map(|id| slug(id).to_lowercase()).collect();
    let twice: BTreeSet<&String> = folded.iter().filter(|f| !once.insert(*f)).collect();
    names
        .into_iter()
        .zip(&folded)
        .map(|((id, name), folded)| {
            let mut stem = slug(&id);
            if twice.contains(folded) {
                stem = format!("{stem}~{}", mark(&id));
            }
            let file = format!("{}/{stem}.html", kind.folder());
            let name = if name.is_empty() { id.clone() } else { name };
            (id, Place { file, name })
        })
        .collect()
}

/// Longest stem of a file's name: file systems take 255 bytes, and mail less.
const LONGEST: usize = 96;

/// An id as a file's stem: letters, digits, `-`, `_` and inner dots stay; every
/// other byte becomes `~` and two hexadecimal digits, so that no two ids share one.
pub(super) fn slug(id: &str) -> String {
    let mut stem = String::new();
    for (at, byte) in id.bytes().enumerate() {
        let is_plain = byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
        if is_plain || (byte == b'.' && at > 0) {
            stem.push(char::from(byte));
        } else {
            stem.push_str(&format!("~{byte:02x}"));
        }
    }
    if stem.is_empty() {
        return "~".into();
    }
    if stem.len() > LONGEST {
        stem.truncate(LONGEST);
        stem = format!("{stem}~{}", mark(id));
    }
    stem
}

fn mark(id: &str) -> String {
    blake3::hash(id.as_bytes()).to_hex()[..8].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_by_the_id_alone_and_stays_in_its_folder() {
        assert_eq!(slug("K-014"), "K-014");
        assert_eq!(slug("../a b/ü"), "~2e.~2fa~20b~2f~c3~bc");
        assert_eq!(slug("<script>"), "~3cscript~3e");
        assert!(slug(&"x".repeat(400)).len() < 120);
        assert_ne!(slug(&"x".repeat(400)), slug(&"x".repeat(401)));
    }

    #[test]
    fn ids_that_differ_in_case_alone_do_not_share_a_file() {
        let names = ["a", "A", "b"].map(|id| (id.to_owned(), String::new()));
        let places = places(Kind::Goal, names.into_iter().collect());
        let files: BTreeSet<String> = places.values().map(|p| p.file.to_lowercase()).collect();
        assert_eq!(files.len(), 3);
        assert_eq!(places["b"].file, "goals/b.html");
    }
}
