//! People: full-time equivalents each team has per skill and quarter, and what is booked.
//!
//! Rule: a skill is booked to at most 95 % of its capacity, but for the controls engineers of
//! the automation team, who are overbooked from July 2025 on.

use super::dates::{MONTHS, month_end, month_start};
use super::initiatives::INITIATIVES;
use super::money::split;
use super::random::Random;
use super::text::csv;

/// First month of the overbooking: July 2025.
const OVERBOOKED_FROM: i64 = 27;
const OVERBOOKED: &str = "controls engineering";

struct Team {
    name: &'static str,
    skill: &'static str,
    capability: &'static str,
    /// Hundredths of a full-time equivalent.
    fte: i64,
    works_on: &'static [&'static str],
}

const fn team(
    name: &'static str,
    skill: &'static str,
    capability: &'static str,
    fte: i64,
    works_on: &'static [&'static str],
) -> Team {
    Team {
        name,
        skill,
        capability,
        fte,
        works_on,
    }
}

#[rustfmt::skip]
const TEAMS: [Team; 10] = [
    team("Automation", OVERBOOKED, "C-04", 1_400, &["I-017", "I-018", "I-019", "I-020", "I-021", "I-023"]),
    team("Automation", "robotics", "C-04", 900, &["I-020", "I-021", "I-042", "I-045"]),
    team("Fleet", "vehicle engineering", "C-01", 1_100, &["I-001", "I-002", "I-003", "I-029", "I-051"]),
    team("Fleet", "high voltage", "C-01", 800, &["I-004", "I-005", "I-006"]),
    team("Digital", "data engineering", "C-06", 1_600, &["I-024", "I-041", "I-057", "I-059", "I-060"]),
    team("Digital", "application development", "C-06", 2_200, &["I-022", "I-031", "I-034", "I-041", "I-043", "I-058"]),
    team("Cold technology", "refrigeration engineering", "C-02", 1_200, &["I-007", "I-008", "I-009", "I-052", "I-057"]),
    team("Cold technology", "energy engineering", "C-02", 700, &["I-010", "I-011", "I-038", "I-056"]),
    team("Quality", "validation", "C-03", 900, &["I-012", "I-013", "I-014", "I-015", "I-025"]),
    team("Quality", "auditing", "C-03", 500, &["I-015", "I-016", "I-025", "I-053"]),
];

fn quarters() -> impl Iterator<Item = i64> {
    (0..MONTHS).step_by(3)
}

fn period(first: i64) -> String {
    format!(
        "{},{}",
        month_start(first).iso(),
        month_end(first + 2).iso()
    )
}

const fn capacity(team: &Team, first: i64) -> i64 {
    // Half a person more each fiscal year.
    team.fte + first / 12 * 50
}

pub(crate) fn capacity_csv() -> String {
    let rows = TEAMS.iter().flat_map(|team| {
        quarters().map(move |first| {
            let fte = hundredths(capacity(team, first));
            format!(
                "{},{},{},{fte},{}",
                team.name,
                team.skill,
                period(first),
                team.capability
            )
        })
    });
    csv(
        "team,skill,period_start_date,period_end_date,fte,capability_id",
        rows,
    )
}

pub(crate) fn demand_csv() -> String {
    let mut random = Random::stream(6);
    let mut rows = Vec::new();
    for team in &TEAMS {
        for first in quarters() {
            rows.extend(bookings(team, first, &mut random));
        }
    }
    csv(
        "team,skill,initiative_id,period_start_date,period_end_date,fte,is_committed,capability_id",
        rows,
    )
}

fn bookings(team: &Team, first: i64, random: &mut Random) -> Vec<String> {
    let working: Vec<_> = INITIATIVES
        .iter()
        .filter(|initiative| team.works_on.contains(&initiative.id))
        .filter(|initiative| initiative.is_active_in(first))
        .collect();
    let percent = if team.skill == OVERBOOKED && first >= OVERBOOKED_FROM {
        118 + 6 * ((first - OVERBOOKED_FROM) / 3)
    } else {
        random.between(82, 95)
    };
    let weights: Vec<i64> = working.iter().map(|_| random.between(60, 140)).collect();
    working
        .iter()
        .zip(split(capacity(team, first) * percent / 100, &weights))
        .map(|(initiative, fte)| {
            let (id, days) = (initiative.id, period(first));
            let committed = if random.chance(85) { "true" } else { "false" };
            format!(
                "{},{},{id},{days},{},{committed},{}",
                team.name,
                team.skill,
                hundredths(fte),
                team.capability
            )
        })
        .collect()
}

fn hundredths(fte: i64) -> String {
    format!("{}.{:02}", fte / 100, fte % 100)
}
