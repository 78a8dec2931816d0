//! The flow on sample-data, step by step: a load from nothing, a load where
//! nothing changed, and each model over the store.
//!
//! Fair to conclude: which step of a nightly run costs what, and whether a change
//! made one dearer. Not fair: anything about large ledgers; sample-data has
//! 25,000 entries, so planning weighs more than it would there.

use std::path::{Path, PathBuf};

use criterion::{Criterion, criterion_group, criterion_main};
use throughline::catalogue::Catalogue;
use throughline::history::{self, Known};
use throughline::model;
use throughline::project::{Overrides, Project};

fn sample() -> Project {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data");
    Project::open(&root, Overrides::default()).expect("sample-data is a project")
}

fn load(store: PathBuf) -> history::Loaded {
    let project = Project { store, ..sample() };
    history::load(&project, true, &|_, _, _, _| {}).expect("sample-data loads")
}

fn flow(criterion: &mut Criterion) {
    let folder = tempfile::TempDir::new().expect("a temporary folder");
    let store = folder.path().join("store");
    let mut group = criterion.benchmark_group("sample-data");
    group.sample_size(10);
    group.bench_function("load/new", |bencher| {
        bencher.iter_with_large_drop(|| {
            let fresh = tempfile::TempDir::new().expect("a temporary folder");
            let loaded = load(fresh.path().join("store"));
            (fresh, loaded)
        });
    });
    load(store.clone());
    group.bench_function("load/unchanged", |bencher| {
        bencher.iter(|| load(store.clone()));
    });
    let project = sample();
    let known = Known::at(&load(store), None);
    let (catalogue, _) = Catalogue::open(&project, &known, None, &folder.path().join("release"))
        .expect("a catalogue");
    let queries = model::load(Path::new("nowhere")).expect("our models");
    let queries = model::order(&catalogue, queries, None).expect("an order");
    model::name_previous(&catalogue, &queries, None).expect("nothing before it");
    model::run_all(&catalogue, queries.clone(), &|_, _, _| {}).expect("the models run");
    for query in &queries {
        group.bench_function(format!("model/{}", query.name), |bencher| {
            bencher.iter(|| catalogue.query(&query.name, &query.sql).expect("it runs"));
        });
    }
    group.finish();
}

criterion_group!(benches, flow);
criterion_main!(benches);
