//! The functions through SQL, as a model would call them.

use arrow::array::AsArray;
use arrow::datatypes::Float64Type;
use datafusion::prelude::SessionContext;

/// The answers of a query's only column.
fn ask(sql: &str) -> Vec<Option<f64>> {
    let context = SessionContext::new();
    super::register(&context);
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    let batches = runtime
        .block_on(async { context.sql(sql).await?.collect().await })
        .unwrap();
    batches
        .iter()
        .flat_map(|b| b.column(0).as_primitive::<Float64Type>().iter())
        .collect()
}

fn near(sql: &str, wanted: f64, within: f64) {
    let found = ask(sql)[0].unwrap();
    assert!(
        (found - wanted).abs() <= within,
        "{sql}: {found}, not {wanted}"
    );
}

#[test]
fn distributions_agree_with_printed_tables() {
    near("select normal_cdf(1.959963985)", 0.975, 1e-9);
    near("select normal_quantile(0.9)", 1.281_551_566, 1e-8);
    // Two-sided 95 % at six degrees of freedom.
    near("select student_t_quantile(0.975, 6)", 2.446_911_851, 1e-7);
    near("select student_t_cdf(2.446911851, 6)", 0.975, 1e-9);
    // With one degree of freedom it is Cauchy's: 1/2 + atan(1) / pi.
    near("select student_t_cdf(1, 1)", 0.75, 1e-12);
}

#[test]
fn what_is_undefined_is_null() {
    let sql = "select normal_quantile(p) from (values (0.0), (1.0), (null), (-0.5)) as t (p)";
    assert_eq!(ask(sql), [None; 4]);
    let sql = "select student_t_cdf(1.0, df) from (values (0.0), (-1.0), (null)) as t (df)";
    assert_eq!(ask(sql), [None; 3]);
    assert_eq!(ask("select ratio(1, 0)"), [None]);
    assert_eq!(ask("select clamp(null, 0, 1)"), [None]);
    assert_eq!(ask("select kendall_tau_b(1.0, 2.0)"), [None]);
    assert_eq!(
        ask("select theil_sen_slope(y, 1) from (values (1), (2)) as t (y)"),
        [None]
    );
}

#[test]
fn shorthands_become_built_in_terms() {
    near(
        "select ratio(a, b) from (values (1, 4)) as t (a, b)",
        0.25,
        0.0,
    );
    let sql = "select clamp(x, 0, 1) from (values (-1.0), (0.5), (2.0)) as t (x) order by x";
    assert_eq!(ask(sql), [Some(0.0), Some(0.5), Some(1.0)]);
    near("select clamp(5.0, null, 3)", 3.0, 0.0);
    near("select clamp(5.0, 7, null)", 7.0, 0.0);
}

#[test]
fn thousands_are_set_apart_before_a_currency() {
    let context = SessionContext::new();
    super::register(&context);
    let runtime = tokio::runtime::Builder::new_multi_thread().build().unwrap();
    for (text, wanted) in [
        ("999 EUR", "999 EUR"),
        ("1234567 EUR and 1000 USD", "1,234,567 EUR and 1,000 USD"),
        ("474431419394 CAD in 2025", "474,431,419,394 CAD in 2025"),
        ("1234567 items", "1234567 items"),
    ] {
        let sql =
            format!("select group_thousands(x) = '{wanted}' from (values ('{text}')) as t (x)");
        let batches = runtime
            .block_on(async { context.sql(&sql).await?.collect().await })
            .unwrap();
        assert!(batches[0].column(0).as_boolean().value(0), "{sql}");
    }
}

/// The golden series of METHODS 20.
const SERIES: &str = "(values (1, 52), (2, 49), (3, 51), (4, 50), (5, 53), (6, 48), (7, 51), (8, 55), \
     (9, 47), (10, 50), (11, 51)) as t (at, x)";

#[test]
fn process_limits_are_those_of_the_golden_vector() {
    near(
        &format!("select moving_range_mean(x, at) from {SERIES}"),
        3.3,
        1e-12,
    );
    near(
        &format!("select xmr_lower_limit(x, at) from {SERIES}"),
        41.8584,
        5e-5,
    );
    near(
        &format!("select xmr_upper_limit(x, at) from {SERIES}"),
        59.4144,
        5e-5,
    );
    near(
        &format!("select xmr_range_limit(x, at) from {SERIES}"),
        10.7844,
        5e-5,
    );
    // The order is an argument, so that of the rows is none.
    let dates = "select moving_range_mean(x, date '2026-01-01' + cast(at || ' days' as interval)) \
         from (select at, x from t order by x)";
    near(
        &format!("with t as (select * from {SERIES}) {dates}"),
        3.3,
        1e-12,
    );
}

#[test]
fn small_shifts_are_those_of_the_golden_vector() {
    let twelve = format!("with s as (select at, x from {SERIES} union all values (12, 64))");
    let last = "order by at desc limit 1";
    let centre = "50.63636363636364";
    near(
        &format!("{twelve} select ewma(x, 0.2, {centre}) over (order by at) from s {last}"),
        53.2324,
        5e-5,
    );
    near(
        &format!(
            "{twelve} select cusum_high(x, {centre} + 0.5 * 3.3 / 1.128) over (order by at) from s {last}"
        ),
        11.9009,
        5e-5,
    );
    near(
        &format!(
            "{twelve} select cusum_low(x, {centre} - 0.5 * 3.3 / 1.128) over (order by at) from s {last}"
        ),
        0.0,
        1e-12,
    );
}

#[test]
fn a_sequence_passes_over_nulls_and_starts_again_in_each_partition() {
    let sql = "select ewma(x, 0.5, 0.0) over (partition by k order by at) \
         from (values (1, 1, 4.0), (1, 2, null), (1, 3, 4.0), (2, 1, 8.0)) as t (k, at, x) order by k, at";
    assert_eq!(ask(sql), [Some(2.0), None, Some(3.0), Some(4.0)]);
}

#[test]
fn slopes_and_ranks() {
    // One wild point among five on a line of slope 2.
    let line = "(values (1, 2), (2, 4), (3, 6), (4, 100), (5, 10)) as t (x, y)";
    near(
        &format!("select theil_sen_slope(y, x) from {line}"),
        2.0,
        1e-12,
    );
    // 1 2 3 4 against 1 3 2 4: five of six pairs agree, one does not.
    let ranks = "(values (1, 1), (2, 3), (3, 2), (4, 4)) as t (x, y)";
    near(
        &format!("select kendall_tau_b(x, y) from {ranks}"),
        4.0 / 6.0,
        1e-12,
    );
    // 1 - 6 * 2 / (4 * 15)
    near(
        &format!("select spearman_rho(x, y) from {ranks}"),
        0.8,
        1e-12,
    );
    // A tie: 1 2 2 against 1 2 3 agree in two pairs; tau-b 2 / sqrt(2 * 3).
    let tied = "(values (1, 1), (2, 2), (2, 3)) as t (x, y)";
    near(
        &format!("select kendall_tau_b(x, y) from {tied}"),
        2.0 / 6.0_f64.sqrt(),
        1e-12,
    );
}

#[test]
fn partial_answers_merge() {
    // More rows than a batch, over several partitions.
    let sql = "select theil_sen_slope(value * 3.0, value) from generate_series(1, 600)";
    near(sql, 3.0, 1e-12);
    let sql = "select sum(s) from (select value % 7 as k, moving_range_mean(value, value) as s \
         from generate_series(1, 20000) group by value % 7)";
    near(sql, 49.0, 1e-9);
}

#[test]
fn every_function_is_described() {
    for function in super::functions() {
        assert!(function.syntax.starts_with(&function.name), "{function:?}");
        assert!(!function.description.is_empty() && !function.source.is_empty());
        for (argument, what) in &function.arguments {
            assert!(function.syntax.contains(argument.as_str()), "{function:?}");
            assert!(!what.is_empty());
        }
    }
}
