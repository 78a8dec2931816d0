"""The central tables in Polars, from the same Parquet; duckdb/*.sql says of each
what it leaves out.

Money is counted in whole cents (Int64) and becomes decimal(38, 2) at the end:
Polars rounds a decimal on casting in a way of its own, whole numbers it does not.
"""

from datetime import date
from functools import cached_property

import polars as pl

import portfolio

NAMES = [
    "spend_by_goal", "line_of_sight", "budget_to_actual", "kpi_attainment", "process_limits", "priority_gap",
    "inertia", "earned_value", "watermelon", "kpi_forecast",
]

AS_OF = date.fromisoformat(portfolio.AS_OF)
TRAILING = date(AS_OF.year - (AS_OF.month != 12), AS_OF.month % 12 + 1, 1)
TRILLION = 10**12


def cents(column: str) -> pl.Expr:
    return (pl.col(column) * 100).cast(pl.Int64)


def money(expression: pl.Expr) -> pl.Expr:
    return expression.cast(pl.Decimal(38, 0)).cast(pl.Decimal(38, 2)) / pl.lit(100, pl.Decimal(38, 0))


def half_away(product: pl.Expr, whole: int) -> pl.Expr:
    """`product` over `whole`, rounded half away from zero."""
    return product.sign() * ((product.abs() + whole // 2) // whole)


def ratio(part: str | pl.Expr, whole: str | pl.Expr) -> pl.Expr:
    part = pl.col(part) if isinstance(part, str) else part
    whole = pl.col(whole) if isinstance(whole, str) else whole
    return pl.when(whole != 0).then(part.cast(pl.Float64) / whole.cast(pl.Float64))


def colour(value: pl.Expr) -> pl.Expr:
    return (
        pl.when(value.is_null()).then(pl.lit("grey"))
        .when(value.round(9) >= 0.95).then(pl.lit("green"))
        .when(value.round(9) >= 0.85).then(pl.lit("amber"))
        .otherwise(pl.lit("red"))
    )
