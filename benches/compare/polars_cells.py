"""Expressions that the Polars tables share: money in cents, ratios, colours."""

import polars as pl


def to_cents(column: str) -> pl.Expr:
    return (pl.col(column) * 100).cast(pl.Int64)


def money(cents: str | pl.Expr) -> pl.Expr:
    cents = pl.col(cents) if isinstance(cents, str) else cents
    return cents.cast(pl.Decimal(38, 2)) / 100


def half_away(product: pl.Expr, whole: int) -> pl.Expr:
    """`product` over `whole`, rounded half away from zero."""
    size = (product.abs() + whole // 2) // whole
    return pl.when(product < 0).then(size * -1).otherwise(size)


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
