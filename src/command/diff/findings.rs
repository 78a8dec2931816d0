//! Changes of what is judged: derived statuses, and findings that came and went.

use serde::Serialize;

use super::session::Session;
use crate::catalogue::Rows;
use crate::error::Result;

/// A derived status that is another one.
#[derive(Debug, Serialize)]
pub(super) struct StatusChange {
    pub(super) subject_type: String,
    pub(super) subject_id: String,
    pub(super) subject_name: String,
    /// None where the release does not know the subject.
    pub(super) before_status: Option<String>,
    pub(super) after_status: Option<String>,
    /// The rules that decided; none for green and grey.
    pub(super) before_rule: Option<String>,
    pub(super) after_rule: Option<String>,
}

/// A finding that stands in one release only, or is graver or less grave.
#[derive(Debug, Serialize)]
pub(super) struct FindingChange {
    pub(super) finding_id: String,
    /// `new`, `reopened`, `resolved` or `other severity`.
    pub(super) change: String,
    pub(super) reason: Option<String>,
    pub(super) before_severity: Option<String>,
    pub(super) after_severity: Option<String>,
    pub(super) subject_name: String,
    pub(super) money_at_risk_amount: Option<String>,
    pub(super) evidence: String,
}

/// Initiatives, goals and units of which the status is another one.
pub(super) fn statuses(session: &Session) -> Result<Vec<StatusChange>> {
    let mut found = Vec::new();
    for (subject_type, model, id, name) in [
        ("goal", "scorecard.goal", "goal_id", "goal_name"),
        (
            "initiative",
            "scorecard.initiative",
            "initiative_id",
            "initiative_name",
        ),
        ("unit", "scorecard.unit", "business_unit", "unit_name"),
    ] {
        let Some((before, after)) = session.sides(model) else {
            continue;
        };
        let sql = format!(
            "select coalesce(a.{id}, b.{id}) as subject_id, coalesce(b.{name}, a.{name}) as subject_name, \
             a.derived_status as before_status, b.derived_status as after_status, \
             a.deciding_rule as before_rule, b.deciding_rule as after_rule \
             from {before} as a full outer join {after} as b on a.{id} = b.{id} \
             where (a.derived_status is distinct from b.derived_status) order by subject_id"
        );
        let rows = Rows::read(&session.catalogue, "compare the statuses", &sql)?;
        found.extend((0..rows.height()).map(|r| StatusChange {
            subject_type: subject_type.into(),
            subject_id: rows.shown("subject_id", r),
            subject_name: rows.shown("subject_name", r),
            before_status: rows.text("before_status", r),
            after_status: rows.text("after_status", r),
            before_rule: rows.text("before_rule", r),
            after_rule: rows.text("after_rule", r),
        }));
    }
    Ok(found)
}

/// Findings that came, came back, went, or changed their severity; the gravest and
/// dearest first.
pub(super) fn findings(session: &Session, has_other_rules: bool) -> Result<Vec<FindingChange>> {
    let Some((before, after)) = session.sides("scorecard.findings") else {
        return Ok(Vec::new());
    };
    let sql = format!(
        "with sides as (
            select coalesce(a.finding_id, b.finding_id) as finding_id,
                a.finding_id is not null as was_known,
                coalesce(a.state <> 'resolved', false) as stood,
                coalesce(b.state <> 'resolved', false) as stands,
                a.severity as before_severity,
                b.severity as after_severity,
                case when b.state = 'resolved' then b.state_reason end as state_reason,
                coalesce(b.subject_name, a.subject_name, a.subject_id, b.subject_id) as subject_name,
                coalesce(b.money_at_risk_amount, a.money_at_risk_amount) as money_at_risk_amount,
                coalesce(b.evidence, a.evidence) as evidence
            from {before} as a full outer join {after} as b on a.finding_id = b.finding_id
        )
        select finding_id,
            case when stands and not was_known then 'new' when stands and not stood then 'reopened'
                when stood and not stands then 'resolved' else 'other severity' end as change,
            state_reason,
            case when stood then before_severity end as before_severity,
            case when stands then after_severity end as after_severity,
            subject_name, money_at_risk_amount, evidence
        from sides
        where stood <> stands or (stood and before_severity <> after_severity)
        order by case coalesce(after_severity, before_severity) when 'high' then 1 when 'medium' then 2 else 3 end,
            money_at_risk_amount desc nulls last, finding_id"
    );
    let rows = Rows::read(&session.catalogue, "compare the findings", &sql)?;
    Ok((0..rows.height())
        .map(|r| FindingChange {
            finding_id: rows.shown("finding_id", r),
            change: rows.shown("change", r),
            reason: rows
                .text("state_reason", r)
                .filter(|reason| reason != "rules changed")
                .or_else(|| has_other_rules.then(|| "rules changed".into())),
            before_severity: rows.text("before_severity", r),
            after_severity: rows.text("after_severity", r),
            subject_name: rows.shown("subject_name", r),
            money_at_risk_amount: rows.text("money_at_risk_amount", r),
            evidence: rows.shown("evidence", r),
        })
        .collect())
}
