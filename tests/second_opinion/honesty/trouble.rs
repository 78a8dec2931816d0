//! Green outside and red inside: since when, and how long nobody said so.

use chrono::NaiveDate;

use super::known::{COLOURS, GREEN, RED};
use super::status::Status;
use super::{past, published, text};
use crate::second_opinion::company;

fn is_green_on_red(status: &Status) -> bool {
    status.is_reported(GREEN) && status.upheld == RED
}

#[test]
fn watermelons_are_the_same_when_computed_by_hand() {
    let past = past();
    let theirs = published("warning.watermelon", &["initiative_id"]);
    let mut found = Vec::new();
    for (id, work, now) in past.running() {
        let row = [id];
        let spell: Vec<(&NaiveDate, &Status)> = past.statuses[id]
            .iter()
            .rev()
            .take_while(|(_, status)| is_green_on_red(status))
            .collect();
        let since = spell.last().map(|(date, _)| **date);
        let reported = now.reported.map(|(_, grade)| COLOURS[grade]);
        theirs.same(&row, "reported", reported);
        theirs.same(&row, "derived", Some(COLOURS[now.evidence]));
        theirs.same(&row, "deciding_rule", now.decided_by());
        theirs.same_ratio(&row, "budget_ratio", now.budget_ratio);
        theirs.same_ratio(&row, "cpi_ratio", now.cpi_ratio);
        theirs.same(&row, "is_watermelon", Some(&since.is_some().to_string()));
        theirs.same(&row, "since_date", text(since).as_deref());
        let new_reports = spell.iter().filter(|(_, status)| status.is_new_report);
        theirs.same_count(&row, "report_count", new_reports.count());
        theirs.same_cents(&row, "spend_amount", work.trailing_spend());
        theirs.same_cents(
            &row,
            "since_amount",
            since.map_or(0, |since| work.spend_after(since)),
        );
        let silent = match reported {
            None => Some("no report"),
            Some(_) => (now.evidence == 0).then_some("nothing to judge by"),
        };
        theirs.same(&row, "status_reason", silent);
        if since.is_some() {
            found.push(id);
        }
    }
    assert_eq!(theirs.height(), past.running().count());
    // README, stories 2 and 3.
    assert_eq!(found, ["I-017", "I-041"]);
}

#[test]
fn the_lead_of_the_data_is_the_same_when_computed_by_hand() {
    let past = past();
    let theirs = published("warning.detection_lead", &["initiative_id"]);
    let mut count = 0;
    for (id, statuses) in &past.statuses {
        let row = [id.as_str()];
        let Some((red, status)) = statuses.iter().find(|(_, s)| s.upheld == RED) else {
            continue;
        };
        count += 1;
        let reports = &past.works[id].reports;
        // Trouble told long ago and taken back since tells nothing of this one.
        let mut up_to_red = reports.range(..=*red).rev();
        let green = up_to_red.find(|(_, r)| r.grade == GREEN).map(|(d, _)| *d);
        let told = reports
            .iter()
            .find(|(d, r)| r.grade != GREEN && Some(**d) > green)
            .map(|(d, _)| *d);
        let end = company::sample().initiatives[id].actual_end;
        let end = end.map_or(past.as_of, |end| end.min(past.as_of));
        let days = |to: NaiveDate| (to - *red).num_days().to_string();
        let green_count = reports
            .range(*red..)
            .filter(|(d, r)| r.grade == GREEN && told.is_none_or(|told| **d < told))
            .count();
        let untold = match told {
            Some(_) => None,
            None if reports.is_empty() => Some("no reports"),
            None => Some("not told yet"),
        };
        theirs.same(&row, "owner", Some(&status.owner));
        theirs.same(&row, "business_unit", Some(&status.unit));
        theirs.same(&row, "first_red_date", Some(&red.to_string()));
        theirs.same(&row, "deciding_rule", status.decided_by());
        theirs.same(&row, "first_told_date", text(told).as_deref());
        theirs.same(&row, "lead_days", told.map(days).as_deref());
        let untold_days = untold.map(|_| days(end));
        theirs.same(&row, "untold_days", untold_days.as_deref());
        theirs.same_count(&row, "green_count", green_count);
        theirs.same(&row, "status_reason", untold);
    }
    assert_eq!(theirs.height(), count);
    assert!(count > 0);
}
