"""The three tables of KPIs in Polars."""

from datetime import date

import polars as pl

import portfolio
from polars_cells import colour

AS_OF = date.fromisoformat(portfolio.AS_OF)
KEY = ["kpi_id", "business_unit"]
MONTH = 365.25 / 12
LENGTHS = [1, 3, 6, 12]


def slope(days: pl.Expr, values: pl.Expr) -> pl.Expr:
    from_mean = days - days.mean()
    return (from_mean * (values - values.mean())).sum() / (from_mean * from_mean).sum()


class KpiTables:
    def values(self) -> pl.DataFrame:
        return (
            self.raw("kpi_values").filter(pl.col("period_end_date") <= AS_OF)
            .select("kpi_id", pl.col("business_unit").fill_null("(all)"), "period_end_date", "value")
            .collect().sort(*KEY, "period_end_date")
        )

    def targets(self) -> pl.DataFrame:
        return self.raw("kpi_targets").filter(pl.col("set_date") <= AS_OF).collect().sort("period_end_date", "set_date")

    def kpi_attainment(self):
        targets = self.targets().filter(pl.col("period_end_date") <= AS_OF).group_by("kpi_id").last().select(
            "kpi_id", pl.col("period_end_date").alias("due"), pl.col("target").alias("period_target"),
            pl.col("baseline").alias("period_baseline"))
        since = pl.col("value").filter(pl.col("period_end_date") >= pl.col("start_date"))
        newest = self.values().join(self.kpis.select("kpi_id", "start_date"), on="kpi_id").group_by(KEY).agg(
            pl.col("period_end_date").last(), pl.col("value").last().alias("last"), pl.len().cast(pl.Int64).alias("value_count"),
            since.sum().alias("sum"), since.mean().alias("average"))
        is_range = pl.col("direction") == "range"
        actual, low, high = pl.col("actual_value"), pl.col("lower_value"), pl.col("upper_value")
        base, target = pl.col("baseline_value"), pl.col("target_value")
        inside = (actual.round(9) >= low.round(9)) & (actual.round(9) <= high.round(9))
        outside = pl.max_horizontal(low - actual, actual - high) / ((high - low) / 2)
        days = lambda d: d.dt.total_days().cast(pl.Float64)  # noqa: E731
        attained, expected = pl.col("attainment_ratio"), pl.col("expected_ratio")
        pace = pl.when(expected != 0).then(attained / expected)
        return (
            self.kpis.drop("business_unit").join(newest, on="kpi_id").join(targets, on="kpi_id", how="left")
            .select(
                *KEY, pl.col("name").alias("kpi_name"), "direction",
                pl.col("aggregation").fill_null("last"), pl.coalesce("period_baseline", "baseline").alias("baseline_value"),
                pl.coalesce("period_target", "target").alias("target_value"), pl.col("lower").alias("lower_value"),
                pl.col("upper").alias("upper_value"), "start_date",
                pl.when(pl.col("period_target").is_not_null()).then("due").otherwise("target_date").alias("target_date"),
                pl.when(pl.col("aggregation") == "sum").then("sum").when(pl.col("aggregation") == "average").then("average")
                .otherwise("last").alias("actual_value"), "period_end_date", "value_count")
            .with_columns(
                pl.when(is_range & inside).then(1.0)
                .when(is_range).then((1 - outside).clip(lower_bound=0.0))
                .when(target != base).then((actual - base) / (target - base)).alias("attainment_ratio"),
                pl.when(is_range).then(None).when(pl.col("target_date") <= AS_OF).then(1.0)
                .when(pl.col("start_date") >= AS_OF).then(0.0)
                .otherwise(days(pl.lit(AS_OF) - pl.col("start_date")) / days(pl.col("target_date") - pl.col("start_date")))
                .alias("expected_ratio"))
            .with_columns(
                pace.alias("pace_ratio"),
                pl.when(pl.when(is_range).then(inside).when(pl.col("direction") == "up")
                        .then(actual.round(9) >= target.round(9)).otherwise(actual.round(9) <= target.round(9)))
                .then(pl.lit("met")).otherwise(pl.lit("not met")).alias("verdict"),
                colour(pl.coalesce(pace, attained)).alias("status"))
            .drop("start_date")
        )

    def process_limits(self):
        is_moving = ((pl.col("direction") != "range") & (pl.col("aggregation").fill_null("last") != "sum")
                     & (pl.col("baseline") != pl.col("target"))).fill_null(False)
        kinds = self.kpis.select("kpi_id", "unit", is_moving.alias("is_moving"))
        day = (pl.col("period_end_date") - pl.col("period_end_date").min()).dt.total_days().cast(pl.Float64)
        rise = slope(pl.col("day"), pl.col("value"))
        moving = lambda e: pl.when("is_moving").then(e).otherwise(0.0)  # noqa: E731
        charted = (
            self.values().join(kinds, on="kpi_id", maintain_order="left")
            .with_columns(day.over(KEY).alias("day"), pl.int_range(1, pl.len() + 1).over(KEY).alias("place"))
            .with_columns(moving(rise.over(KEY)).alias("trend_slope"))
            .with_columns(moving(pl.col("value").mean().over(KEY) - pl.col("trend_slope") * pl.col("day").mean().over(KEY))
                          .alias("trend_start_value"))
            .with_columns((pl.col("value") - pl.col("trend_start_value") - pl.col("trend_slope") * pl.col("day"))
                          .alias("departure"),
                          pl.col("value").min().over(KEY).alias("least"), pl.col("value").max().over(KEY).alias("greatest"),
                          pl.col("period_end_date").min().over(KEY).alias("from_date"),
                          pl.col("period_end_date").max().over(KEY).alias("to_date"),
                          pl.len().over(KEY).cast(pl.Int64).alias("value_count"))
            .with_columns((pl.col("departure") - pl.col("departure").shift(1).over(KEY)).abs().alias("range"))
        )
        once = ["is_moving", "unit", "least", "greatest", "from_date", "to_date", "value_count", "trend_start_value",
                "trend_slope"]
        limits = charted.filter(pl.col("is_moving") | (pl.col("place") <= 24) | (pl.col("day") < 364)).group_by(KEY).agg(
            pl.col(*once).first(), pl.len().cast(pl.Int64).alias("n"), pl.col("period_end_date").max().alias("baseline_end_date"),
            pl.col("range").count().cast(pl.Int64).alias("moving_range_count"), pl.col("departure").mean().alias("mean"),
            pl.col("range").mean().alias("width"))
        enough = lambda e: pl.when(pl.col("n") >= 6).then(e)  # noqa: E731
        centre = pl.when("is_moving").then(0.0).otherwise("mean")
        width = pl.col("width")
        level = ~pl.col("is_moving")
        floor = pl.when(level & (pl.col("least") >= 0)).then(0.0)
        ceiling = pl.when(level & (pl.col("greatest") <= 100) & (pl.col("unit") == "%")).then(100.0)
        return limits.select(
            *KEY, pl.when("is_moving").then(pl.lit("trend")).otherwise(pl.lit("level")).alias("chart_basis"), "from_date",
            "to_date", "value_count", "n", "baseline_end_date", "moving_range_count", enough(centre).alias("centre"),
            enough(width).alias("moving_range_mean"), enough(width / 1.128).alias("sigma"),
            enough(pl.max_horizontal(centre - 2.66 * width, floor)).alias("lower_limit"),
            enough(pl.min_horizontal(centre + 2.66 * width, ceiling)).alias("upper_limit"),
            enough(3.268 * width).alias("range_limit"), floor.alias("floor_value"), ceiling.alias("ceiling_value"),
            enough(pl.col("trend_start_value")).alias("trend_start_value"),
            enough(pl.col("trend_slope")).alias("trend_slope"), (pl.col("n") < 12).alias("is_provisional"))

    def kpi_forecast(self):
        origins = self.origins()
        newest = self.aimed(origins.filter(pl.col("ordinal") == pl.col("ordinal").max().over(KEY)))
        slots = origins.group_by(*KEY, "slot").agg(pl.col("value").last().alias("slot_value"))
        mae = self.trial_errors(origins, newest, slots)
        years = ((pl.col("steps") + 11) // 12) * 12
        seasonal = pl.when(pl.col("season_n") < 12).then(None).when(pl.col("steps") % 12 == 0).then("value").otherwise("slot_value")
        ahead = newest.with_columns((pl.col("slot") + pl.col("steps") - years).alias("slot")).join(
            slots, on=[*KEY, "slot"], how="left").join(mae, on=KEY, how="left").with_columns(seasonal.alias("season"))
        r = lambda c: pl.col(c).round(9)  # noqa: E731
        is_known = (pl.col("n") >= 6) & pl.col("due").is_not_null()
        method = (
            pl.when(~is_known).then(None)
            .when(pl.col("season").is_not_null() & (pl.col("season_count") >= 3) & (r("season_mae") < r("rival_mae")))
            .then(pl.lit("seasonal naive"))
            .when((r("last_mae") <= r("drift_mae")) & (r("last_mae") <= r("trend_mae"))).then(pl.lit("last"))
            .when(r("drift_mae") <= r("trend_mae")).then(pl.lit("drift")).otherwise(pl.lit("OLS"))
        )
        of = lambda season, last, drift, trend: (  # noqa: E731
            pl.when(pl.col("method") == "seasonal naive").then(season).when(pl.col("method") == "last").then(last)
            .when(pl.col("method") == "drift").then(drift).when(pl.col("method") == "OLS").then(trend))
        drift = pl.col("value") + pl.col("gained") / pl.col("day") * pl.col("horizon")
        trend = pl.col("mean_value") + pl.col("slope") * (pl.col("day") + pl.col("horizon") - pl.col("mean_day"))
        said = lambda e: pl.when(pl.col("method").is_not_null()).then(e)  # noqa: E731
        ceiling = pl.when((pl.col("lowest") >= 0) & (pl.col("unit") == "%") & (pl.col("highest") <= 100)).then(100.0)
        floor = pl.when(pl.col("lowest") >= 0).then(0.0)
        return (
            ahead.with_columns(method.alias("method"))
            .with_columns(of(pl.col("season"), pl.col("value"), drift, trend).alias("forecast"))
            .select(
                *KEY, "direction", pl.col("n").alias("value_count"), "period_end_date", "method",
                of(pl.col("season_mae"), pl.col("last_mae"), pl.col("drift_mae"), pl.col("trend_mae")).alias("mae"),
                said(pl.when("is_of_period").then(pl.lit("period target")).otherwise(pl.lit("target date"))).alias("target_basis"),
                said(pl.col("due")).alias("target_date"), said(pl.col("aim")).alias("target_value"),
                said(pl.col("lower")).alias("lower_value"), said(pl.col("upper")).alias("upper_value"),
                said(pl.max_horizontal(pl.min_horizontal("forecast", ceiling), floor)).alias("forecast_value"))
        )

    def origins(self) -> pl.DataFrame:
        """Each value, and what could be said when it was the newest."""
        first = lambda c: pl.col(c).first().over(KEY)  # noqa: E731
        # sums upto the value of products of what departs from the first value: nothing large cancels out
        upto = lambda e: e.cum_sum().over(KEY)  # noqa: E731
        n, day, gained = pl.col("n"), pl.col("day"), pl.col("gained")
        base = self.values().with_columns(
            pl.int_range(1, pl.len() + 1).over(KEY).alias("ordinal"),
            (pl.col("period_end_date") - first("period_end_date")).dt.total_days().cast(pl.Float64).alias("day"),
            (pl.col("value") - first("value")).alias("gained"),
        ).with_columns((pl.col("day") / MONTH).round().cast(pl.Int64).alias("slot"), pl.col("ordinal").alias("n"))
        slots = base.group_by(*KEY, "slot").agg(pl.col("value").last().alias("year_ago")).with_columns(pl.col("slot") + 12)
        sums = base.join(slots, on=[*KEY, "slot"], how="left", maintain_order="left").with_columns(
            upto(day).alias("sx"), upto(gained).alias("sy"), upto(day * day).alias("sxx"), upto(day * gained).alias("sxy"),
            upto(pl.col("year_ago").is_not_null().cast(pl.Int64)).alias("season_n"),
            pl.col("value").cum_min().over(KEY).alias("lowest"), pl.col("value").cum_max().over(KEY).alias("highest"))
        spread = pl.col("sxx") - pl.col("sx") * pl.col("sx") / n
        return sums.with_columns(
            pl.when(n > 1).then((pl.col("sxy") - pl.col("sx") * pl.col("sy") / n) / spread).alias("slope"),
            (pl.col("sx") / n).alias("mean_day"), (pl.col("value") - gained + pl.col("sy") / n).alias("mean_value"))

    def aimed(self, newest: pl.DataFrame) -> pl.DataFrame:
        """With the next target after the day of the report."""
        ahead = self.targets().filter(pl.col("period_end_date") > AS_OF)
        ahead = ahead.filter(pl.col("period_end_date") == pl.col("period_end_date").min().over("kpi_id")).group_by("kpi_id").last()
        own = pl.when(pl.col("target_date") > AS_OF).then("target_date")
        is_of_period = (pl.col("period_due") <= pl.coalesce(own, "period_due")).fill_null(False)
        aims = self.kpis.join(ahead.select("kpi_id", pl.col("period_end_date").alias("period_due"),
                                           pl.col("target").alias("period_target")), on="kpi_id", how="left").select(
            "kpi_id", "direction", "unit", "lower", "upper", is_of_period.alias("is_of_period"),
            pl.min_horizontal("period_due", own).alias("due"),
            pl.when(is_of_period).then(pl.coalesce("period_target", "target")).otherwise("target").alias("aim"))
        horizon = (pl.col("due") - pl.col("period_end_date")).dt.total_days().cast(pl.Float64)
        return newest.join(aims, on="kpi_id").with_columns(
            horizon.alias("horizon"), (horizon / MONTH).round().cast(pl.Int64).clip(lower_bound=1).alias("steps"))

    def trial_errors(self, origins, newest, slots) -> pl.DataFrame:
        """Mean absolute errors over the twelve newest trials: the farthest that are not too few."""
        asked = newest.filter((pl.col("n") >= 6) & pl.col("due").is_not_null()).select(*KEY, "steps", pl.col("ordinal").alias("last"))
        starts = origins.filter(pl.col("n") >= 4).rename({c: f"s_{c}" for c in origins.columns if c not in KEY})
        ends = origins.select(*KEY, "ordinal", "value", "day", "slot")
        found = []
        for length in LENGTHS:
            step = pl.max_horizontal(pl.col("slot") - pl.col("s_slot"), 1)
            trials = (
                asked.filter(pl.col("steps") >= length).join(ends, on=KEY)
                .with_columns((pl.col("ordinal") - length).alias("s_ordinal")).join(starts, on=[*KEY, "s_ordinal"])
                .filter(pl.col("ordinal") > pl.col("last") - 12)
                .with_columns(step.alias("step"))
                .with_columns((pl.col("s_slot") + pl.col("step") - (pl.col("step") + 11) // 12 * 12).alias("y_slot"))
                .join(slots.rename({"slot": "y_slot"}), on=[*KEY, "y_slot"], how="left")
            )
            season = pl.when(pl.col("s_season_n") < 12).then(None).when(pl.col("step") % 12 == 0).then("s_value").otherwise("slot_value")
            missed = lambda e: (pl.col("value") - e).abs()  # noqa: E731
            trials = trials.select(
                *KEY, missed(pl.col("s_value")).alias("last"),
                missed(pl.col("s_value") + pl.col("s_gained") / pl.col("s_day") * (pl.col("day") - pl.col("s_day"))).alias("drift"),
                missed(pl.col("s_mean_value") + pl.col("s_slope") * (pl.col("day") - pl.col("s_mean_day"))).alias("trend"),
                missed(season).alias("season"))
            had = pl.col("season").is_not_null()
            found.append(trials.group_by(KEY).agg(
                pl.lit(length).alias("length"), pl.len().alias("trial_count"),
                *[pl.col(c).mean().alias(f"{c}_mae") for c in ["last", "drift", "trend", "season"]],
                pl.col("season").count().alias("season_count"),
                pl.min_horizontal(*[pl.col(c).filter(had).mean() for c in ["last", "drift", "trend"]]).alias("rival_mae")))
        enough = pl.col("trial_count") >= 3
        return (
            pl.concat(found)
            .with_columns(pl.when(enough).then(-pl.col("length")).otherwise(pl.col("length") + 100).alias("order"))
            .sort("order").group_by(KEY, maintain_order=True).first().drop("order", "length")
        )


