//! Price, quantity and the dollar: stories 10 and 11 of the README, held against the models.

use super::company;
use super::compare::{Published, float};
use super::{Row, budget_of, cents, entries_of, half_away, in_euro, scaled};

/// Spend and quantity (in ten-thousandths), actual and planned, of the only measured account.
struct Bought {
    spent: i128,
    quantity: i128,
    budget: i128,
    planned: i128,
}

fn bought() -> Bought {
    let entries = entries_of("I-010", "0740");
    let planned = budget_of("budget_current.csv", "I-010", "0740");
    Bought {
        spent: entries.iter().map(|e| e.cents).sum(),
        quantity: entries.iter().filter_map(|e| e.quantity).sum(),
        budget: planned
            .iter()
            .filter_map(|r| cents(&r["amount"], '.'))
            .sum(),
        planned: planned.iter().map(|r| scaled(&r["quantity"], '.', 4)).sum(),
    }
}

#[test]
fn price_and_volume_are_the_same_when_computed_by_hand() {
    let company = company::sample();
    let keys = ["initiative_id", "account"];
    let theirs = Published::new((company.table)("variance.price_volume_mix"), &keys);
    let flexible = Published::new((company.table)("variance.flexible_budget"), &keys);
    let row = ["I-010", "0740"];
    let Bought {
        spent,
        quantity,
        budget,
        planned,
    } = bought();
    // The budget over the planned quantity is the standard price.
    let at_standard_price = half_away(budget * quantity, planned);
    assert_eq!((theirs.height(), flexible.height()), (1, 1));
    theirs.same_cents(&row, "price_variance_amount", at_standard_price - spent);
    theirs.same_cents(&row, "volume_variance_amount", budget - at_standard_price);
    theirs.same_cents(&row, "mix_variance_amount", 0);
    theirs.same_cents(&row, "variance_amount", budget - spent);
    theirs.same_ratio(
        &row,
        "standard_price",
        Some(float(budget) * 100.0 / float(planned)),
    );
    theirs.same_ratio(
        &row,
        "actual_price",
        Some(float(spent) * 100.0 / float(quantity)),
    );
    // README, story 10.
    assert_eq!(at_standard_price - spent, 8_680_405);
    assert_eq!(budget - at_standard_price, -7_425_588);

    flexible.same(&row, "budget_version", Some("current"));
    flexible.same_cents(&row, "budget_amount", budget);
    flexible.same_cents(&row, "fixed_budget_amount", 0);
    flexible.same_cents(&row, "flexible_budget_amount", at_standard_price);
    flexible.same_cents(&row, "static_variance_amount", budget - spent);
    flexible.same_cents(&row, "flexible_variance_amount", at_standard_price - spent);
    flexible.same_cents(&row, "volume_variance_amount", budget - at_standard_price);
    flexible.same_ratio(&row, "actual_quantity", Some(float(quantity) / 1e4));
    flexible.same_ratio(&row, "budget_quantity", Some(float(planned) / 1e4));
}

#[test]
fn the_effect_of_the_dollar_is_the_same_when_computed_by_hand() {
    let company = company::sample();
    let theirs = Published::new(
        (company.table)("variance.fx_effect"),
        &["initiative_id", "currency"],
    );
    let paid = entries_of("I-027", "0740");
    let dollars: i128 = paid.iter().map(|e| e.own_cents).sum();
    let euro: i128 = paid.iter().map(|e| e.cents).sum();
    let planned = budget_of("budget_original.csv", "I-027", "0740");
    let own = |row: &Row| cents(&row["amount"], '.').unwrap();
    let budget: i128 = planned
        .iter()
        .map(|r| in_euro(own(r), &r["currency"], "budget", &r["period_start"]))
        .sum();
    // A dollar is planned at 0.90 throughout.
    let at_budget_rate = half_away(9 * dollars, 10);
    let row = ["I-027", "USD"];
    assert_eq!(theirs.height(), 1);
    theirs.same_cents(&row, "budget_local_amount", planned.iter().map(own).sum());
    theirs.same_cents(&row, "actual_local_amount", dollars);
    theirs.same_cents(&row, "budget_amount", budget);
    theirs.same_cents(&row, "actual_amount", euro);
    theirs.same_cents(&row, "actual_at_budget_rate_amount", at_budget_rate);
    theirs.same_cents(&row, "variance_amount", budget - euro);
    theirs.same_cents(&row, "operational_variance_amount", budget - at_budget_rate);
    theirs.same_cents(&row, "rate_variance_amount", at_budget_rate - euro);
    theirs.same_ratio(&row, "actual_rate", Some(float(euro) / float(dollars)));
    // README, story 11.
    assert_eq!(budget - at_budget_rate, 103_849);
    assert_eq!(at_budget_rate - euro, -3_849_750);
}
