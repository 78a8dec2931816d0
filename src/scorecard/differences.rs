//! Differences: what two manifests do not have in common.
//!
//! Takes two releases as they describe themselves; gives the rules, models and
//! inputs that differ, each with what it was and what it is.
//!
//! Not here: what that did to a figure (the models say, over `previous.*`).

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use super::manifest::{Input, Manifest};

/// Something that is not the same in both; none where it is not there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Differs {
    pub name: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// What one side says of a source file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    pub seen: u64,
    pub loaded: u64,
    /// (currency, amount by the independent count); empty without money.
    pub money: Vec<(String, String)>,
}

/// A source file that is not the same in both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputChange {
    pub table: String,
    pub file: String,
    /// `added`, `removed`, `changed`, or `read otherwise`: the same bytes under
    /// another mapping, or beside other files.
    pub change: String,
    pub before: Option<Side>,
    pub after: Option<Side>,
}

/// Versions and thresholds: what decides, beside the data.
#[must_use]
pub fn differing_rules(before: &Manifest, after: &Manifest) -> Vec<Differs> {
    let all = |manifest: &Manifest| {
        let mut named = BTreeMap::new();
        leaves("rules", &manifest.rules, &mut named);
        for (name, text) in [
            ("engine_version", &manifest.engine_version),
            ("contract_version", &manifest.contract_version),
            ("currency", &manifest.currency),
        ] {
            named.insert(name.to_owned(), text.clone());
        }
        named
    };
    differing(&all(before), &all(after))
}

/// Models that were added, taken out or written otherwise, by the hash of their SQL.
#[must_use]
pub fn differing_models(before: &Manifest, after: &Manifest) -> Vec<Differs> {
    let all = |manifest: &Manifest| manifest.models.iter().cloned().collect();
    differing(&all(before), &all(after))
}

fn differing(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> Vec<Differs> {
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    names
        .into_iter()
        .filter(|name| before.get(*name) != after.get(*name))
        .map(|name| Differs {
            name: name.clone(),
            before: before.get(name).cloned(),
            after: after.get(name).cloned(),
        })
        .collect()
}

/// Every value under a name of its own, such as `rules.thresholds.late_days`.
fn leaves(name: &str, value: &Value, into: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(fields) => {
            for (field, value) in fields {
                leaves(&format!("{name}.{field}"), value, into);
            }
        }
        Value::String(text) => {
            into.insert(name.to_owned(), text.clone());
        }
        other => {
            into.insert(name.to_owned(), other.to_string());
        }
    }
}

/// The source files that differ.
#[must_use]
pub fn differing_inputs(before: &Manifest, after: &Manifest) -> Vec<InputChange> {
    let (then, now) = (by_file(before), by_file(after));
    let keys: BTreeSet<_> = then.keys().chain(now.keys()).collect();
    keys.into_iter()
        .filter_map(|key| {
            let change = match (then.get(key), now.get(key)) {
                (None, _) => "added",
                (_, None) => "removed",
                (Some(was), Some(is)) if hashes(was) != hashes(is) => "changed",
                (Some(was), Some(is)) if was != is => "read otherwise",
                _ => return None,
            };
            Some(InputChange {
                table: key.0.to_owned(),
                file: key.1.to_owned(),
                change: change.to_owned(),
                before: then.get(key).and_then(|inputs| side(inputs, before)),
                after: now.get(key).and_then(|inputs| side(inputs, after)),
            })
        })
        .collect()
}

/// A table may take one file in through several sources.
type ByFile<'a> = BTreeMap<(&'a str, &'a str), Vec<&'a Input>>;

fn by_file(manifest: &Manifest) -> ByFile<'_> {
    let mut by_file = ByFile::new();
    for input in &manifest.inputs {
        let key = (input.table.as_str(), input.file.as_str());
        by_file.entry(key).or_default().push(input);
    }
    by_file
}

fn hashes<'a>(inputs: &[&'a Input]) -> BTreeSet<&'a str> {
    inputs.iter().map(|input| input.hash.as_str()).collect()
}

/// The counts of a file are of all its sources, and stand in each of them. Money
/// without a currency is in that of the reports.
fn side(inputs: &[&Input], manifest: &Manifest) -> Option<Side> {
    let named = |(currency, amount): &(String, String)| {
        let reporting = &manifest.currency;
        let currency = if currency.is_empty() {
            reporting
        } else {
            currency
        };
        (currency.clone(), amount.clone())
    };
    inputs.first().map(|input| Side {
        seen: input.seen,
        loaded: input.loaded,
        money: input.money.iter().map(named).collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scorecard::Summary;

    fn manifest(inputs: Vec<Input>, rules: Value) -> Manifest {
        Manifest {
            release: "r".into(),
            project: "p".into(),
            description: String::new(),
            as_of: "2026-03-31".into(),
            as_known: "2026-03-31T00:00:00+00:00".into(),
            pack: None,
            currency: "EUR".into(),
            rules_version: "1".into(),
            rules,
            engine_version: "1".into(),
            contract_version: "1".into(),
            models: vec![("a.b".into(), "1".into())],
            inputs,
            previous: None,
            outputs: Vec::new(),
            summary: Summary::default(),
        }
    }

    fn input(file: &str, hash: &str, object: &str, loaded: u64) -> Input {
        Input {
            table: "spend".into(),
            file: file.into(),
            hash: hash.into(),
            object: object.into(),
            seen: loaded,
            loaded,
            duplicates: 0,
            quarantined: 0,
            money: vec![("EUR".into(), format!("{loaded}.00"))],
        }
    }

    #[test]
    fn files_are_added_removed_changed_or_read_otherwise() {
        let rules = serde_json::json!({});
        let before = manifest(
            vec![
                input("changed", "1", "1", 3),
                input("gone", "2", "2", 1),
                input("mapped", "3", "3", 1),
                input("same", "4", "4", 1),
            ],
            rules.clone(),
        );
        let after = manifest(
            vec![
                input("changed", "5", "5", 4),
                input("mapped", "3", "6", 1),
                input("new", "7", "7", 2),
                input("same", "4", "4", 1),
            ],
            rules,
        );
        let found = differing_inputs(&before, &after);
        let said: Vec<_> = found.iter().map(|c| (&*c.file, &*c.change)).collect();
        assert_eq!(
            said,
            [
                ("changed", "changed"),
                ("gone", "removed"),
                ("mapped", "read otherwise"),
                ("new", "added")
            ]
        );
        assert_eq!(found[0].before.as_ref().unwrap().loaded, 3);
        assert_eq!(found[0].after.as_ref().unwrap().money[0].1, "4.00");
        assert_eq!(found[1].after, None);
    }

    #[test]
    fn rules_differ_by_the_name_of_each_threshold() {
        let before = manifest(
            Vec::new(),
            serde_json::json!({ "version": "1", "thresholds": { "late": 30.0, "far": 2.0 } }),
        );
        let mut after = manifest(
            Vec::new(),
            serde_json::json!({ "version": "1", "thresholds": { "late": 45.0, "far": 2.0 } }),
        );
        after.models = vec![("a.c".into(), "1".into())];
        let differs = |name: &str, before: Option<&str>, after: Option<&str>| Differs {
            name: name.into(),
            before: before.map(Into::into),
            after: after.map(Into::into),
        };
        assert_eq!(
            differing_rules(&before, &after),
            [differs("rules.thresholds.late", Some("30.0"), Some("45.0"))]
        );
        assert_eq!(
            differing_models(&before, &after),
            [
                differs("a.b", Some("1"), None),
                differs("a.c", None, Some("1"))
            ]
        );
        assert_eq!(differing_rules(&before, &before), []);
    }
}
