"""DuckDB loading what throughline loads: the same checks, as a careful engineer
would write them in SQL.

For every table: read as text with the rejects of malformed lines kept, cast
column by column, set aside the rows whose cells do not cast or whose required
cells are empty, look for keys that occur twice, for references that lead
nowhere and for dates the wrong way round, and write the rest as Parquet. What
throughline also does and this does not: an independent second count of every
file, and a memory of what was known when.
"""

from pathlib import Path

import portfolio

MONEY, DAY, NUMBER, WHOLE, TRUTH = "decimal(18, 2)", "date", "double", "bigint", "boolean"

# Column types that are not text.
TYPES = {
    "amount": MONEY, "approved_amount": MONEY,
    "weight": NUMBER, "value": NUMBER, "baseline": NUMBER, "target": NUMBER, "lower": NUMBER,
    "upper": NUMBER, "rate": NUMBER, "percent_complete": NUMBER,
    "cadence_days": WHOLE, "review_cadence_days": WHOLE,
    "is_mandatory": TRUTH, "is_leading": TRUTH,
}

# Table → (file, key, required, references, dates in order, column that says when it was known)
RULES = {
    "goals": ("goals", ["goal_id", "valid_from"], ["goal_id", "name"],
              [("parent_goal_id", "goals", "goal_id")], [("start_date", "due_date")], "valid_from"),
    "initiatives": ("initiatives", ["initiative_id", "valid_from"], ["initiative_id", "name"],
                    [("goal_id", "goals", "goal_id")],
                    [("start_date", "planned_end_date"), ("start_date", "actual_end_date")], "valid_from"),
    "kpis": ("kpis", ["kpi_id", "valid_from"], ["kpi_id", "name", "direction"],
             [("goal_id", "goals", "goal_id")], [("start_date", "target_date")], "valid_from"),
    "kpi_values": ("kpi_values-*", ["kpi_id", "business_unit", "period_end_date"],
                   ["kpi_id", "period_end_date", "value"], [("kpi_id", "kpis", "kpi_id")], [], "period_end_date"),
    "spend": ("ledger/*", ["entry_id"], ["posted_date", "amount"],
              [("initiative_id", "initiatives", "initiative_id")], [], "posted_date"),
    "budgets": ("budgets", ["initiative_id", "period_start_date", "period_end_date", "account", "version"],
                ["initiative_id", "period_start_date", "period_end_date", "amount"],
                [("initiative_id", "initiatives", "initiative_id")],
                [("period_start_date", "period_end_date")], "approved_date"),
    "goal_links": ("goal_links", ["child_type", "child_id", "goal_id", "valid_from"],
                   ["child_type", "child_id", "goal_id"], [("goal_id", "goals", "goal_id")], [], "asserted_date"),
    "kpi_targets": ("kpi_targets", ["kpi_id", "period_end_date", "set_date"], ["kpi_id", "period_end_date"],
                    [("kpi_id", "kpis", "kpi_id")], [], "set_date"),
    "milestones": ("milestones", ["milestone_id", "valid_from"], ["milestone_id"],
                   [("initiative_id", "initiatives", "initiative_id")], [], "valid_from"),
    "status_reports": ("status_reports", ["initiative_id", "reported_date"], ["initiative_id", "reported_date"],
                       [("initiative_id", "initiatives", "initiative_id")], [], "reported_date"),
    "business_units": ("business_units", ["business_unit_id", "valid_from"], ["business_unit_id"],
                       [("parent_business_unit_id", "business_units", "business_unit_id")], [], "valid_from"),
    "fx_rates": ("fx_rates", ["currency", "rate_date", "kind"], ["currency", "rate_date", "rate"], [], [],
                 "rate_date"),
}

CHOICES = {
    ("spend", "kind"): ["actual", "commitment"],
    ("kpis", "direction"): ["up", "down", "range"],
    ("initiatives", "stage"): ["proposed", "active", "on_hold", "complete", "cancelled"],
}


def kind(column: str) -> str:
    if column in TYPES:
        return TYPES[column]
    return DAY if column.endswith("_date") or column == "valid_from" else "varchar"


def load(connection, project: Path, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for table in portfolio.SOURCES:
        admit(connection, table, project / f"data/{RULES[table][0]}.csv")
    for table in portfolio.SOURCES:
        check_references(connection, table)
        connection.execute(
            f"copy {table} to '{out / table}.parquet' (format parquet, compression zstd)")
        seen, kept = connection.execute(
            f"select (select count(*) from text_{table}), (select count(*) from {table})").fetchone()
        print(f"{table}: {seen} seen, {kept} kept")
    rejected = connection.execute("select count(*) from reject_errors").fetchone()[0]
    if rejected:
        raise SystemExit(f"{rejected} lines could not be read")


def admit_day(connection, day: Path, files: dict[str, list[str]], out: Path) -> None:
    """One more ledger file: its entries must be new, and their initiatives known."""
    admit(connection, "spend", day)
    connection.execute(f"create temp view initiatives as from '{files['initiatives'][0]}'")
    check_references(connection, "spend")
    twice = connection.execute(
        f"select count(*) from spend semi join '{files['spend'][0]}' as old using (entry_id)").fetchone()[0]
    if twice:
        raise SystemExit(f"{twice} entries were there already")
    connection.execute(f"copy spend to '{out}' (format parquet, compression zstd)")


def admit(connection, table: str, source: Path) -> None:
    _, key, required, _, ordered, known = RULES[table]
    connection.execute(
        f"create temp table text_{table} as from read_csv('{source}', header = true, all_varchar = true, "
        "filename = true, store_rejects = true)")
    columns = [row[0] for row in connection.execute(f"describe text_{table}").fetchall()]
    casts = ", ".join(
        c if kind(c) == "varchar" else f"try_cast({c} as {kind(c)}) as {c}" for c in columns)
    broken = [f"(t.{c} is not null and try_cast(t.{c} as {kind(c)}) is null)"
              for c in columns if kind(c) != "varchar"]
    # A third decimal is refused, not rounded.
    broken += [f"regexp_matches(t.{c}, '\\.\\d\\d\\d')" for c in columns if kind(c) == MONEY]
    broken += [f"t.{c} is null" for c in required]
    broken += [f"try_cast(t.{late} as date) < try_cast(t.{early} as date)" for early, late in ordered
               if late in columns]
    broken += [f"t.{c} not in ({', '.join(repr(w) for w in words)})"
               for (of, c), words in CHOICES.items() if of == table]
    condition = " or ".join(f"coalesce({b}, false)" for b in broken)
    connection.execute(f"create temp table quarantine_{table} as from text_{table} as t where {condition}")
    connection.execute(
        f"create temp table {table} as select {casts}, t.{known}::date as recorded_date "
        f"from text_{table} as t where not ({condition})")
    twice = connection.execute(
        f"select count(*) from (select 1 from {table} group by {', '.join(key)} having count(*) > 1)").fetchone()[0]
    if twice:
        raise SystemExit(f"{table}: {twice} keys occur twice")


def check_references(connection, table: str) -> None:
    for column, other, key in RULES[table][3]:
        unknown = connection.execute(
            f"select count(*) from {table} as t anti join {other} as o on t.{column} = o.{key} "
            f"where t.{column} is not null").fetchone()[0]
        if unknown:
            print(f"{table}.{column}: {unknown} rows name something unknown to {other}")
