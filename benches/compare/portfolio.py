"""Where a project's tables lie: the Parquet of its store, and what it published.

In: the folder of a project that `throughline run` has run. Not here: any query.
"""

import json
import os
from pathlib import Path

# The ten tables: the model that publishes each, and the columns that name a row of it.
TABLES = {
    "spend_by_goal": ("base/spend_by_goal", ["goal_id", "period_start_date"]),
    "line_of_sight": ("alignment/line_of_sight", ["item_type", "item_id", "goal_id"]),
    "budget_to_actual": ("variance/budget_to_actual", ["initiative_id", "fiscal_quarter"]),
    "kpi_attainment": ("variance/kpi_attainment", ["kpi_id", "business_unit"]),
    "process_limits": ("warning/process_limits", ["kpi_id", "business_unit"]),
    "priority_gap": ("misallocation/priority_gap", ["level", "goal_id"]),
    "inertia": ("misallocation/inertia", ["taxonomy", "fiscal_year"]),
    "earned_value": ("variance/earned_value", ["initiative_id"]),
    "watermelon": ("warning/watermelon", ["initiative_id"]),
    "kpi_forecast": ("warning/kpi_forecast", ["kpi_id", "business_unit"]),
}

MODELS = ",".join(model.replace("/", ".") for model, _ in TABLES.values())

# What the peers read.
SOURCES = [
    "goals", "initiatives", "kpis", "kpi_values", "spend", "budgets", "goal_links",
    "kpi_targets", "milestones", "status_reports", "business_units", "fx_rates",
]

# The last day of a month; the default is the day of a generated portfolio.
AS_OF = os.environ.get("COMPARE_AS_OF", "2025-12-31")


def stored(project: Path) -> dict[str, list[str]]:
    """Table → Parquet objects of the newest snapshot: what throughline itself reads."""
    snapshots = sorted((project / "store/snapshots").glob("*.json"), key=lambda p: int(p.stem))
    if not snapshots:
        raise SystemExit(f"{project} has no store; run `throughline run {project}` first")
    files: dict[str, list[str]] = {}
    for entry in json.loads(snapshots[-1].read_text())["files"]:
        path = project / "store/objects" / f"{entry['object']}.parquet"
        files.setdefault(entry["table"], []).append(str(path))
    return files


def loaded(folder: Path) -> dict[str, list[str]]:
    """Table → Parquet that a peer's own load wrote."""
    return {table: [str(folder / f"{table}.parquet")] for table in SOURCES}


def published(project: Path, model: str) -> str:
    """The Parquet of a published table, as a glob."""
    return str(project / "out/current" / model / "*/*.parquet")
