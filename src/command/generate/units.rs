//! Business units, and the rates that lead their dollars to euro.

use super::Job;
use super::days::{MONTHS, first_of};
use super::random::Stream;
use super::sheet::Cell;

/// Units at the top; the others hang below them.
const TOP: u64 = 3;

pub(super) fn jobs() -> [Job; 2] {
    let units = Job::new(
        "business_units",
        "business_units",
        &[
            "business_unit_id",
            "parent_business_unit_id",
            "name",
            "valid_from",
        ],
        |portfolio, sheet| {
            for unit in 0..portfolio.size.units {
                let parent = if unit < TOP {
                    Cell::None
                } else {
                    Cell::Id("U-", (unit - TOP) / 4 + 1, 3)
                };
                sheet.row(&[
                    Cell::Id("U-", unit + 1, 3),
                    parent,
                    Cell::Id("Unit ", unit + 1, 1),
                    Cell::Date(first_of(0)),
                ])?;
            }
            Ok(())
        },
    );
    let rates = Job::new(
        "fx_rates",
        "fx_rates",
        &["currency", "rate_date", "rate", "kind"],
        |portfolio, sheet| {
            // The last rates hold for the plans that reach beyond the ledger.
            for month in 0..MONTHS {
                let mut random = portfolio.seed.draw(Stream::FxRate, month.into(), 0);
                let mut row = |parts, kind| {
                    sheet.row(&[
                        Cell::Text("USD"),
                        Cell::Date(first_of(month)),
                        Cell::Number(parts, 4),
                        Cell::Text(kind),
                    ])
                };
                row(9_200 + random.around(300), "actual")?;
                if month % 12 == 0 {
                    row(9_200, "budget")?;
                }
            }
            Ok(())
        },
    );
    [units, rates]
}
