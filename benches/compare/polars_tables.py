"""The ten tables in Polars, from the same Parquet. The head of each file in
duckdb/ says what its table leaves out, and what it takes for granted of
generated data; the same holds here.

Money is counted in whole cents and becomes decimal(38, 2) at the end.
"""

from datetime import date, timedelta
from functools import cached_property

import polars as pl

import polars_kpis
import portfolio
from polars_cells import colour, half_away, money, ratio, to_cents

NAMES = [
    "spend_by_goal", "line_of_sight", "budget_to_actual", "kpi_attainment", "process_limits", "priority_gap",
    "inertia", "earned_value", "watermelon", "kpi_forecast",
]

AS_OF = date.fromisoformat(portfolio.AS_OF)
# The first of twelve months, of which the month of the report is the last.
TRAILING = date(AS_OF.year - (AS_OF.month != 12), AS_OF.month % 12 + 1, 1)
TRILLION = 10**12
RATE = 10**9


class Tables(polars_kpis.KpiTables):
    def __init__(self, files: dict[str, list[str]]):
        self.files = files

    def raw(self, table: str) -> pl.LazyFrame:
        return pl.scan_parquet(self.files[table])

    def newest(self, table: str, *key: str) -> pl.DataFrame:
        """The newest version of each thing that holds on the day of the report."""
        return (
            self.raw(table).filter(pl.col("valid_from") <= AS_OF)
            .sort("valid_from").group_by(key).last().collect()
        )

    @cached_property
    def goals(self):
        return self.newest("goals", "goal_id")

    @cached_property
    def initiatives(self):
        return self.newest("initiatives", "initiative_id").with_columns(pl.col("is_mandatory").fill_null(False))

    @cached_property
    def kpis(self):
        return self.newest("kpis", "kpi_id")

    @cached_property
    def given_links(self):
        return self.newest("goal_links", "child_type", "child_id", "goal_id").select(
            "child_type", "child_id", "goal_id", pl.col("weight").fill_null(1.0))

    @cached_property
    def links(self):
        """Links win over the goal that an initiative or KPI names."""
        named = pl.concat([
            self.initiatives.select(pl.lit("initiative").alias("child_type"),
                                    pl.col("initiative_id").alias("child_id"), "goal_id"),
            self.kpis.select(pl.lit("kpi").alias("child_type"), pl.col("kpi_id").alias("child_id"), "goal_id"),
        ]).drop_nulls("goal_id").join(self.given_links, on=["child_type", "child_id"], how="anti")
        whole = pl.col("weight").sum().over("child_type", "child_id")
        return (
            pl.concat([self.given_links, named.with_columns(pl.lit(1.0).alias("weight"))])
            .with_columns(pl.when(whole > 1 + 1e-9).then(pl.col("weight") / whole)
                          .otherwise(pl.col("weight")).alias("weight_ratio"))
            .filter(pl.col("weight") > 0)
            .join(self.goals.select("goal_id"), on="goal_id", how="semi")
        )

    @cached_property
    def goal_tree(self):
        """Level by level from the top."""
        goals = self.goals.select("goal_id", "name", "parent_goal_id", "weight").with_columns(
            (pl.col("weight") / pl.col("weight").sum().over("parent_goal_id")).alias("share"))
        level = goals.filter(pl.col("parent_goal_id").is_null()).with_columns(
            pl.col("goal_id").alias("root_goal_id"), pl.col("share").alias("weight_ratio"), pl.col("name").alias("path"))
        found = []
        depth = 1
        while level.height:
            level = level.select("goal_id", "name", "parent_goal_id", "root_goal_id", "weight_ratio", "path").with_columns(
                pl.lit(depth, pl.Int64).alias("level"))
            found.append(level)
            above = level.select(pl.col("goal_id").alias("parent_goal_id"), "root_goal_id",
                                 pl.col("weight_ratio").alias("above"), pl.col("path").alias("path_above"))
            level = goals.join(above, on="parent_goal_id").with_columns(
                (pl.col("share") * pl.col("above")).alias("weight_ratio"),
                (pl.col("path_above") + " > " + pl.col("name")).alias("path"))
            depth += 1
        tree = pl.concat(found)
        return tree.with_columns((~pl.col("goal_id").is_in(tree["parent_goal_id"].drop_nulls().implode())).alias("is_leaf"))

    @cached_property
    def closure(self):
        step = self.goal_tree.select(pl.col("goal_id").alias("ancestor_goal_id"), "goal_id",
                                     pl.col("parent_goal_id").alias("next"))
        found = []
        while step.height:
            found.append(step.select("ancestor_goal_id", "goal_id"))
            parents = self.goal_tree.select(pl.col("goal_id").alias("next"), pl.col("parent_goal_id").alias("after"))
            step = step.drop_nulls("next").join(parents, on="next").select(
                pl.col("next").alias("ancestor_goal_id"), "goal_id", pl.col("after").alias("next"))
        return pl.concat(found)

    def in_euro(self, rows: pl.LazyFrame, kind: str, day: str) -> pl.LazyFrame:
        """Cents in euro, each row rounded half away from zero at the rate of its day."""
        rates = (
            self.raw("fx_rates").filter(pl.col("kind") == kind)
            .select("currency", pl.col("rate_date").alias(day), (pl.col("rate") * RATE).round().cast(pl.Int64).alias("rate"))
            .sort(day)
        )
        days = rows.select("currency", day).unique().sort(day).join_asof(rates, on=day, by="currency", check_sortedness=False)
        cents = to_cents("amount")
        return rows.join(days, on=["currency", day], how="left").with_columns(
            pl.when(pl.col("rate").is_null() | (pl.col("currency") == "EUR")).then(cents)
            .otherwise(half_away(cents.cast(pl.Int128) * pl.col("rate").cast(pl.Int128), RATE).cast(pl.Int64))
            .alias("cents"))

    @cached_property
    def spend_by_month(self):
        entries = self.raw("spend").filter(
            (pl.col("posted_date") <= AS_OF) & (pl.col("kind").fill_null("actual") == "actual"))
        known = self.initiatives.select("initiative_id", pl.lit(True).alias("is_known")).lazy()
        return (
            self.in_euro(entries.select("initiative_id", "posted_date", "currency", "amount"), "actual", "posted_date")
            .group_by("initiative_id", pl.col("posted_date").dt.truncate("1mo").alias("period_start_date"))
            .agg(pl.col("cents").sum())
            .join(known, on="initiative_id", how="left")
            .group_by(pl.when(pl.col("is_known")).then("initiative_id").otherwise(pl.lit("(none)")).alias("initiative_id"),
                      "period_start_date")
            .agg(pl.col("cents").sum())
            .collect(engine="streaming")
        )

    @cached_property
    def budget_by_month(self):
        """Of the first preferred version that each initiative has."""
        rows = self.raw("budgets").filter(
            (pl.col("approved_date") <= AS_OF) & pl.col("version").is_in(["current", "original"]))
        # 'current' comes before 'original' in the alphabet as in preference.
        return (
            self.in_euro(rows, "budget", "period_start_date")
            .group_by("initiative_id", "version", "period_start_date", "period_end_date").agg(pl.col("cents").sum())
            .filter(pl.col("version") == pl.col("version").min().over("initiative_id"))
            .collect()
        )

    @cached_property
    def spend_by_link(self):
        """Parts laid end to end, so that they sum to the whole whatever is rounded."""
        billionths = (pl.col("weight_ratio") * 10**15).round().cast(pl.Int64)
        ends = (
            self.links.filter(pl.col("child_type") == "initiative").sort("child_id", "goal_id")
            .select(pl.col("child_id").alias("initiative_id"), "goal_id",
                    half_away(billionths.cum_sum().over("child_id"), 1000).clip(upper_bound=TRILLION).alias("to"))
            .with_columns(pl.col("to").shift(1).over("initiative_id").fill_null(0).alias("from"))
        )
        holders = pl.concat([self.initiatives.select("initiative_id"), pl.DataFrame({"initiative_id": ["(none)"]})])
        rest = holders.join(ends.group_by("initiative_id").agg(pl.col("to").max().alias("from")),
                            on="initiative_id", how="left").select(
            "initiative_id", pl.lit("(unaligned)").alias("goal_id"), pl.lit(TRILLION, pl.Int64).alias("to"),
            pl.col("from").fill_null(0))
        parts = pl.concat([ends, rest]).filter(pl.col("to") > pl.col("from"))
        upto = lambda end: half_away(pl.col("cents").cast(pl.Int128) * pl.col(end).cast(pl.Int128), TRILLION)  # noqa: E731
        return self.spend_by_month.join(parts, on="initiative_id").with_columns(
            (upto("to") - upto("from")).cast(pl.Int64).alias("cents")).drop("to", "from")

    def spend_by_goal(self):
        return self.spend_by_link.group_by("goal_id", "period_start_date").agg(pl.col("cents").sum()).select(
            "goal_id", "period_start_date", pl.col("period_start_date").dt.year().cast(pl.String).alias("fiscal_year"),
            money("cents").alias("spend_amount"))

    def line_of_sight(self):
        columns = ["name", "business_unit", pl.col("goal_id").alias("named_goal_id")]
        items = pl.concat([
            self.initiatives.select(pl.lit("initiative").alias("item_type"), pl.col("initiative_id").alias("item_id"), *columns),
            self.kpis.select(pl.lit("kpi").alias("item_type"), pl.col("kpi_id").alias("item_id"), *columns),
        ])
        links = self.links.select(pl.col("child_type").alias("item_type"), pl.col("child_id").alias("item_id"),
                                  "goal_id", "weight_ratio")
        named = self.given_links.select(pl.col("child_type").alias("item_type"), pl.col("child_id").alias("item_id"),
                                        pl.lit(True).alias("is_named")).unique()
        spend = self.spend_by_link.filter(pl.col("period_start_date") >= TRAILING).group_by(
            pl.lit("initiative").alias("item_type"), pl.col("initiative_id").alias("item_id"),
            pl.col("goal_id").alias("place")).agg(pl.col("cents").sum())
        tree = self.goal_tree.select("goal_id", pl.col("name").alias("goal_name"), "root_goal_id", "path",
                                     (pl.col("level") - 1).alias("depth"))
        has_path = pl.col("goal_id").is_not_null()
        return (
            items.join(links, on=["item_type", "item_id"], how="left")
            .join(named, on=["item_type", "item_id"], how="left")
            .join(tree, on="goal_id", how="left")
            .with_columns(pl.col("goal_id").fill_null("(unaligned)").alias("place"))
            .join(spend, on=["item_type", "item_id", "place"], how="left")
            .select(
                "item_type", "item_id", pl.col("name").alias("item_name"), "business_unit",
                pl.col("goal_id").fill_null("(none)"), "goal_name", "root_goal_id", "path", "depth",
                pl.col("weight_ratio").alias("link_ratio"),
                pl.when(pl.col("item_type") == "initiative").then(money(pl.col("cents").fill_null(0))).alias("spend_amount"),
                has_path.alias("has_path"),
                pl.when(has_path).then(None)
                .when(pl.col("named_goal_id").is_not_null() | pl.col("is_named")).then(pl.lit("goal not found"))
                .otherwise(pl.lit("no goal given")).alias("gap_reason"))
        )

    def budget_to_actual(self):
        quarter = pl.col("period_start_date").dt.truncate("1q").alias("start")
        budgets = self.budget_by_month.filter(pl.col("period_start_date") <= AS_OF).group_by(
            "initiative_id", quarter).agg(pl.col("cents").sum().alias("budget"))
        spend = self.spend_by_month.group_by("initiative_id", quarter).agg(pl.col("cents").sum().alias("actual"))
        firsts = pl.concat([budgets.select("initiative_id", "start"), spend.select("initiative_id", "start")]).group_by(
            "initiative_id").agg(pl.col("start").min().alias("first"))
        running = date(AS_OF.year, (AS_OF.month - 1) // 3 * 3 + 1, 1)
        holders = pl.concat([
            self.initiatives.select("initiative_id", pl.col("name").alias("initiative_name"), "business_unit")
            .join(firsts, on="initiative_id", how="left").with_columns(pl.col("first").fill_null(running)),
            firsts.filter(pl.col("initiative_id") == "(none)").select(
                "initiative_id", pl.lit("(none)").alias("initiative_name"),
                pl.lit(None, pl.String).alias("business_unit"), "first"),
        ])
        quarters = pl.DataFrame({"start": pl.date_range(date(2022, 1, 1), running, "3mo", eager=True)})
        versions = self.budget_by_month.select("initiative_id", pl.col("version").alias("budget_version")).unique()
        planned = budgets["start"].min()
        year = pl.col("start").dt.year()
        b, a = pl.col("budget_to_date"), pl.col("actual_to_date")
        return (
            holders.join(quarters, how="cross").filter(pl.col("start") >= pl.col("first"))
            .join(budgets, on=["initiative_id", "start"], how="left")
            .join(spend, on=["initiative_id", "start"], how="left")
            .with_columns(pl.col("budget", "actual").fill_null(0))
            .sort("initiative_id", "start")
            .with_columns(
                pl.col("budget").cum_sum().over("initiative_id", year).alias("budget_ytd"),
                pl.col("actual").cum_sum().over("initiative_id", year).alias("actual_ytd"),
                pl.col("budget").cum_sum().over("initiative_id").alias("budget_to_date"),
                pl.when(pl.col("start") >= planned).then("actual").otherwise(0).cum_sum().over("initiative_id")
                .alias("actual_to_date"))
            .join(versions, on="initiative_id", how="left")
            .select(
                "initiative_id", "initiative_name", "business_unit",
                pl.format("{}-Q{}", year, pl.col("start").dt.quarter()).alias("fiscal_quarter"), "budget_version",
                money("budget").alias("budget_amount"), money("actual").alias("actual_amount"),
                money(pl.col("budget") - pl.col("actual")).alias("variance_amount"),
                ratio(pl.col("budget") - pl.col("actual"), pl.col("budget").abs()).alias("variance_ratio"),
                money("budget_ytd").alias("budget_ytd_amount"), money("actual_ytd").alias("actual_ytd_amount"),
                money(pl.col("budget_ytd") - pl.col("actual_ytd")).alias("variance_ytd_amount"),
                money(b).alias("budget_to_date_amount"), money(a).alias("actual_to_date_amount"),
                money(b - a).alias("variance_to_date_amount"), ratio(b - a, b.abs()).alias("variance_to_date_ratio"),
                (((b - a).abs() > 1_000_000) & ((b - a).abs() * 10 > b.abs())).alias("is_material"),
                pl.when(pl.col("budget") == 0).then(pl.lit("unbudgeted"))
                .when(b == 0).then(pl.lit("unbudgeted to date")).alias("status_reason"))
        )

    def priority_gap(self):
        mandatory = self.initiatives.filter("is_mandatory").select("initiative_id")
        movable = (
            self.spend_by_link.filter(pl.col("period_start_date") >= TRAILING)
            .join(mandatory, on="initiative_id", how="anti").group_by("goal_id").agg(pl.col("cents").sum())
        )
        levels = self.goal_tree.select("level").unique()
        cuts = self.goal_tree.rename({"level": "own"}).join(levels, how="cross").filter(
            (pl.col("own") == pl.col("level")) | (pl.col("is_leaf") & (pl.col("own") < pl.col("level")))
        ).select("level", "goal_id", "weight_ratio")
        places = cuts.select("level", pl.col("goal_id").alias("place")).join(
            self.closure, left_on="place", right_on="ancestor_goal_id")
        elsewhere = pl.when(pl.col("goal_id") == "(unaligned)").then(pl.lit("(unaligned)")).otherwise(
            pl.lit("(not broken down)"))
        placed = (
            movable.join(levels, how="cross").join(places, on=["level", "goal_id"], how="left")
            .group_by("level", pl.col("place").fill_null(elsewhere).alias("goal_id")).agg(pl.col("cents").sum())
        )
        collecting = placed.filter(pl.col("goal_id").is_in(["(unaligned)", "(not broken down)"]) & (pl.col("cents") != 0))
        rows = pl.concat([
            cuts.join(placed, on=["level", "goal_id"], how="left").select(
                "level", "goal_id", pl.lit(True).alias("is_goal"), "weight_ratio", pl.col("cents").fill_null(0)),
            collecting.select("level", "goal_id", pl.lit(False).alias("is_goal"), pl.lit(0.0).alias("weight_ratio"), "cents"),
        ]).sort("level", "is_goal", "goal_id")
        total = int(movable["cents"].sum())
        upto = (pl.col("weight_ratio") * 10**15).round().cast(pl.Int64).cum_sum().over("level")
        is_last = pl.col("goal_id").shift(-1).over("level").is_null()
        to = pl.when(is_last).then(TRILLION).otherwise(half_away(upto, 1000))
        share, weight = pl.col("spend_ratio"), pl.col("weight_ratio")
        return (
            rows.with_columns(half_away(pl.lit(total, pl.Int128) * to.cast(pl.Int128), TRILLION).cast(pl.Int64).alias("end"))
            .with_columns(
                (pl.col("end") - pl.col("end").shift(1).over("level").fill_null(0)).alias("fair"),
                pl.when(pl.col("cents").min().over("level") >= 0)
                .then(ratio("cents", pl.lit(total))).alias("spend_ratio"))
            .select(
                "level", "goal_id", "weight_ratio", money("cents").alias("spend_amount"),
                money(pl.lit(total, pl.Int64)).alias("total_amount"), "spend_ratio",
                ((share - weight) * 100).alias("gap_pp"), money("fair").alias("fair_amount"),
                money(pl.col("fair") - pl.col("cents")).alias("move_amount"),
                pl.when(weight != 0).then(share / weight).alias("funding_ratio"),
                pl.when(~pl.col("is_goal") | share.is_null()).then(None)
                .when(share.round(9) < (weight * 0.8).round(9)).then(pl.lit("under-funded"))
                .when(share.round(9) > (weight * 1.2).round(9)).then(pl.lit("over-funded"))
                .otherwise(pl.lit("in line")).alias("verdict"))
        )

    def inertia(self):
        units = self.initiatives.select("initiative_id", "business_unit", "is_mandatory")
        placed = (
            self.spend_by_link.join(units, on="initiative_id", how="left")
            .join(self.goal_tree.select("goal_id", "root_goal_id"), on="goal_id", how="left")
            .with_columns(pl.col("period_start_date").dt.year().alias("year"))
            .filter(~pl.col("is_mandatory").fill_null(False) & (pl.date("year", 12, 31) <= AS_OF))
        )
        item = {
            "initiative": pl.col("initiative_id"), "goal": pl.col("goal_id"),
            "root goal": pl.col("root_goal_id").fill_null(pl.col("goal_id")),
            "unit": pl.col("business_unit").fill_null("(no unit)"),
        }
        items = pl.concat([
            placed.group_by(pl.lit(taxonomy).alias("taxonomy"), of.alias("item_id"), "year").agg(pl.col("cents").sum())
            for taxonomy, of in item.items()
        ])
        years = items.group_by("taxonomy", "year").agg(
            pl.col("cents").sum().alias("total"), pl.col("cents").filter(pl.col("cents") > 0).sum().alias("counted"))
        shares = items.join(years, on=["taxonomy", "year"]).select(
            "taxonomy", "item_id", "year",
            (pl.when(pl.col("cents") < 0).then(0.0).otherwise(ratio("cents", "counted")) * 10**15).round()
            .cast(pl.Int64).alias("share"))
        before = shares.select("taxonomy", "item_id", pl.col("year") + 1, -pl.col("share"))
        changes = pl.concat([shares, before]).group_by("taxonomy", "item_id", "year").agg(pl.col("share").sum().abs())
        moved = changes.group_by("taxonomy", "year").agg(pl.len().cast(pl.Int64).alias("item_count"),
                                                         pl.col("share").sum().alias("change"))
        earlier = years.select("taxonomy", pl.col("year") + 1, pl.col("year").alias("earlier_year"),
                               pl.col("total").alias("earlier_total"), pl.col("counted").alias("earlier_counted"))
        credits = (((pl.col("counted") - pl.col("total")) * 100 > pl.col("total"))
                   | ((pl.col("earlier_counted") - pl.col("earlier_total")) * 100 > pl.col("earlier_total")))
        known = pl.col("status_reason").is_null()
        change = half_away(pl.col("change"), 2)
        return (
            years.join(moved, on=["taxonomy", "year"]).join(earlier, on=["taxonomy", "year"], how="left")
            .with_columns(
                pl.when(pl.col("earlier_year").is_null()).then(pl.lit("no earlier year"))
                .when(credits).then(pl.lit("negative share")).alias("status_reason"))
            .select(
                "taxonomy", pl.col("year").cast(pl.String).alias("fiscal_year"),
                pl.col("earlier_year").cast(pl.String).alias("earlier_fiscal_year"), "item_count",
                money("total").alias("spend_amount"), money("earlier_total").alias("earlier_spend_amount"),
                pl.when(known).then(money(half_away(change.cast(pl.Int128) * pl.col("total").cast(pl.Int128), 10**15)
                                          .cast(pl.Int64))).alias("moved_amount"),
                pl.when(known).then(pl.col("change") / 2 / 10**15).alias("reallocation_ratio"),
                pl.when(known).then(1 - pl.col("change") / 2 / 10**15).alias("inertia_ratio"), "status_reason")
        )

    @cached_property
    def money_to_date(self):
        """Of each initiative: the whole budget, what of it is due, what is spent, in all and lately."""
        budgets = self.budget_by_month.group_by("initiative_id").agg(
            pl.col("cents").sum().alias("whole"),
            pl.col("cents").filter(pl.col("period_start_date") <= AS_OF).sum().alias("due"),
            pl.col("period_end_date").max().alias("budget_end"))
        spend = self.spend_by_month.group_by("initiative_id").agg(
            pl.col("cents").sum().alias("actual"),
            pl.col("cents").filter(pl.col("period_start_date") >= TRAILING).sum().alias("trailing"))
        reports = (
            self.raw("status_reports").filter(pl.col("reported_date") <= AS_OF).sort("reported_date")
            .group_by("initiative_id").agg(pl.col("reported_date", "rag", "percent_complete").last()).collect()
        )
        # Without any report: the weight of the milestones that are reached.
        is_reached = pl.col("actual_date") <= AS_OF
        reached = self.newest("milestones", "milestone_id").group_by("initiative_id").agg(
            (pl.col("weight").filter(is_reached).sum() / pl.col("weight").sum()).alias("reached"))
        return (
            self.initiatives.join(budgets, on="initiative_id", how="left")
            .join(spend, on="initiative_id", how="left").join(reports, on="initiative_id", how="left")
            .join(reached, on="initiative_id", how="left")
            .with_columns(
                pl.col("actual", "trailing").fill_null(0),
                pl.when(pl.col("reported_date").is_null()).then("reached").otherwise("percent_complete")
                .alias("percent_complete"))
        )

    def earned_value(self):
        done = (pl.col("percent_complete") * 10**9).round().cast(pl.Int64)
        bac, pv, ev, ac = (pl.col(c) for c in ["whole", "due", "ev", "actual"])
        cpi = pl.when((bac > 0) & (ac > 0)).then(ratio(ev, ac))
        spi = pl.when((bac > 0) & (pv > 0)).then(ratio(ev, pv))
        return self.money_to_date.with_columns(
            half_away(bac.cast(pl.Int128) * done.cast(pl.Int128), 10**9).cast(pl.Int64).alias("ev")
        ).select(
            "initiative_id", pl.col("name").alias("initiative_name"), "stage", money(bac).alias("bac_amount"),
            pl.when(bac.is_not_null()).then(pl.lit("budget")).alias("bac_basis"),
            money(pv).alias("planned_value_amount"), money(ev).alias("earned_value_amount"),
            money(ac).alias("actual_amount"), money(ev - ac).alias("cost_variance_amount"),
            money(ev - pv).alias("schedule_variance_amount"),
            pl.when(ev > 0).then(ratio(ev - ac, ev)).alias("cost_variance_ratio"),
            pl.when(pv > 0).then(ratio(ev - pv, pv)).alias("schedule_variance_ratio"),
            cpi.alias("cpi_ratio"), spi.alias("spi_ratio"), pl.col("percent_complete").alias("complete_ratio"),
            pl.when(bac > 0).then(ratio(ac, bac)).alias("spent_ratio"),
            colour(cpi).alias("cost_status"), colour(spi).alias("schedule_status"),
            pl.when(bac.is_null()).then(pl.lit("no budget"))
            .when(pl.col("percent_complete").is_null()).then(pl.lit("no progress reported"))
            .when(ac == 0).then(pl.lit("nothing spent")).when(ac < 0).then(pl.lit("spend is negative"))
            .when(pv == 0).then(pl.lit("nothing planned yet")).when(ev == 0).then(pl.lit("nothing earned yet"))
            .alias("status_reason"))

    def watermelon(self):
        versions = self.raw("milestones").filter(pl.col("valid_from") <= AS_OF).sort("valid_from")
        is_open = pl.col("actual_date").is_null() | (pl.col("actual_date") > AS_OF)
        expected = pl.max_horizontal(pl.coalesce("forecast_date", "baseline_date"), pl.lit(AS_OF))
        slips = (
            versions.group_by("milestone_id").agg(
                pl.col("baseline_date").drop_nulls().first().alias("first_baseline"),
                pl.col("initiative_id", "forecast_date", "baseline_date", "actual_date").last())
            .group_by("initiative_id").agg(
                pl.col("first_baseline").count().alias("dated"),
                (expected - pl.col("first_baseline")).filter(is_open).max().dt.total_days().alias("open_slip"))
            .collect()
        )
        is_running = (pl.col("start_date") <= AS_OF) & pl.when(pl.col("actual_end_date").is_not_null()).then(
            (pl.col("actual_end_date") > AS_OF)
            & pl.col("stage").fill_null("active").is_in(["active", "complete", "cancelled"])
        ).otherwise(pl.col("stage").fill_null("active") == "active")
        approved = to_cents("approved_amount")
        bac = pl.when((pl.col("currency") == "EUR") & (approved > pl.col("whole"))
                      & (pl.col("planned_end_date") > pl.col("budget_end"))).then(approved).otherwise("whole")
        late = pl.max_horizontal(
            "open_slip", pl.when(pl.col("dated") > 0).then(0),
            pl.when(pl.col("planned_end_date") < AS_OF).then((pl.lit(AS_OF) - pl.col("planned_end_date")).dt.total_days()))
        days = lambda end: (end - pl.col("start_date") + timedelta(days=1)).dt.total_days()  # noqa: E731
        gone = (days(pl.lit(AS_OF)) / days(pl.col("planned_end_date"))).clip(upper_bound=1.0)
        done, actual, due = pl.col("percent_complete"), pl.col("actual"), pl.col("due")
        settled = ratio(actual, pl.col("bac")).round(9) >= 0.2

        def grade(value: pl.Expr) -> pl.Expr:
            return (pl.when(value.is_null() | ~settled).then(0).when(value.round(9) >= 0.95).then(1)
                    .when(value.round(9) >= 0.85).then(2).otherwise(3))

        worst = pl.col("grade")
        return (
            self.money_to_date.filter(is_running).join(slips, on="initiative_id", how="left")
            .with_columns(bac.alias("bac"), late.cast(pl.Int64).alias("late_days"))
            .with_columns(
                pl.when(due > 0).then(2 - ratio(actual, due)).alias("budget_ratio"),
                pl.when((pl.col("bac") > 0) & (actual > 0)).then(pl.col("bac") * done / actual).alias("cpi_ratio"),
                pl.when((due > 0) & (actual > 0)).then(done / gone * due / actual).alias("paced"))
            .with_columns(
                grade(pl.col("budget_ratio")).alias("budget_grade"),
                grade(pl.max_horizontal("cpi_ratio", "paced")).alias("cost_grade"),
                pl.when(pl.col("late_days").is_null()).then(0).when(pl.col("late_days") <= 0).then(1)
                .when(pl.col("late_days") <= 90).then(2).otherwise(3).alias("schedule_grade"))
            .with_columns(pl.max_horizontal("budget_grade", "cost_grade", "schedule_grade").alias("grade"))
            .select(
                "initiative_id", pl.col("name").alias("initiative_name"), "owner", "business_unit",
                pl.col("rag").alias("reported"), "reported_date",
                worst.replace_strict({0: "grey", 1: "green", 2: "amber", 3: "red"}).alias("derived"),
                pl.when(worst < 2).then(None).when(pl.col("cost_grade") == worst).then(pl.lit("cost"))
                .when(pl.col("schedule_grade") == worst).then(pl.lit("schedule"))
                .otherwise(pl.lit("budget")).alias("deciding_rule"),
                "budget_ratio", "cpi_ratio", "late_days",
                ((pl.col("rag") == "green") & (worst == 3)).alias("is_watermelon"), money("trailing").alias("spend_amount"))
        )
