//! What a clerk decides about a checked list: who is not the same person, who is left out, and that the guardians signed (6.1.3.2; Table A1,
//! note).

use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};
use serde_json::json;

use super::batches::change;
use super::tables::{batch, file, row};
use super::view::own;
use super::words::{BatchState, Decision, Finding};
use crate::kernel::{AttachmentId, BatchId, Error, Invalid, Op, Problem, Result, Right, ServiceName};
use crate::libraries::{self, Policy};
use crate::records::{self, Access, File, Look, Purpose, attach, attachment, check_file, detach, log_access};

/// Whether a card is issued when it is the row's turn. `consent` says that the guardians' signed list is here.
pub(super) fn goes(finding: Finding, decided: Option<Decision>, minor: bool, consent: bool) -> bool {
    let may = match (finding, decided) {
        (_, Some(Decision::LeftOut)) => false,
        (Finding::Valid | Finding::Held, _) | (Finding::Possible, Some(Decision::NotSame)) => true,
        _ => false,
    };
    may && (consent || !minor)
}

/// Rows that one call decides about.
const MOST_ROWS: usize = 1000;

/// Decides about rows of a checked list; `None` takes back what was decided. That somebody is not the same person is said of rows only
/// where that is asked.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::Stale`] when the batch is not at the clerk's any more; [`Error::Invalid`] for rows that
/// can't be decided like this.
pub async fn decide(op: &Op, id: BatchId, places: &[i64], decision: Option<Decision>) -> Result<()> {
    op.intend(ServiceName::DecideRows, None);
    op.require_at_desk(Right::IssueGroups)?;
    let batch = checked(op, id).await?;
    if places.is_empty() || places.len() > MOST_ROWS {
        return Err(Error::field("rows", Problem::NotApplicable));
    }
    let rows = row::Entity::find()
        .filter(row::Column::BatchId.eq(id))
        .filter(row::Column::Place.is_in(places.iter().copied()))
        .all(op.db())
        .await?;
    for row in &rows {
        let finding = Finding::kept(&row.finding)?;
        let fits = match decision {
            Some(Decision::NotSame) => finding == Finding::Possible,
            Some(Decision::LeftOut) => matches!(finding, Finding::Valid | Finding::Held | Finding::Possible),
            None => true,
        };
        if !fits {
            return Err(Error::field("rows", Problem::NotApplicable));
        }
        row::Entity::update_many()
            .col_expr(row::Column::Decided, Expr::value(decision.map(Decision::as_str)))
            .col_expr(
                row::Column::Goes,
                Expr::value(goes(finding, decision, row.minor, batch.consent_at.is_some())),
            )
            .filter(row::Column::BatchId.eq(id))
            .filter(row::Column::Place.eq(row.place))
            .exec(op.db())
            .await?;
    }
    change(op, &batch, batch.version, batch::ActiveModel { id: Set(id), ..Default::default() }).await?;
    let said = decision.map(Decision::as_str);
    records::keep_act(
        op,
        ServiceName::DecideRows,
        json!({ "batch": id, "rows": rows.len(), "decision": said }),
    )
    .await?;
    Ok(())
}

/// Records that the guardians of those under 16 agreed, by the list that they signed; until then these rows are held back.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::Stale`] when the batch is confirmed, or changed meanwhile; [`Error::Invalid`] without a
/// scanned list, or for a file that can't be taken.
pub async fn record_consent(op: &Op, id: BatchId, version: i64, files: &[File]) -> Result<()> {
    op.intend(ServiceName::DecideRows, None);
    op.require_at_desk(Right::IssueGroups)?;
    let batch = own(op, id).await?;
    if ![BatchState::Draft.as_str(), BatchState::Checked.as_str()].contains(&batch.state.as_str()) {
        return Err(Error::Stale);
    }
    let mut invalid = Invalid::default();
    if files.is_empty() {
        invalid.add("consent.file", Problem::Missing);
    }
    let most = libraries::policy(op, op.actor().library, Policy::AttachmentKib).await?.number();
    for problem in files.iter().filter_map(|file| check_file(file, most)) {
        invalid.add("consent.file", problem);
    }
    invalid.into_result()?;
    for one in files {
        let attachment_id = attach(op, None, Purpose::Consent, one).await?;
        let row = file::ActiveModel { attachment_id: Set(attachment_id), batch_id: Set(id) };
        file::Entity::insert(row).exec_without_returning(op.db()).await?;
    }
    let set = batch::ActiveModel {
        consent_at: Set(Some(op.now())),
        consent_by: Set(Some(op.actor().who.to_string())),
        ..Default::default()
    };
    change(op, &batch, version, set).await?;
    // What `goes` says of a minor's row, once the list is here.
    let freed = Condition::any()
        .add(
            Condition::all()
                .add(row::Column::Finding.eq(Finding::Held.as_str()))
                .add(row::Column::Decided.is_null()),
        )
        .add(
            Condition::all()
                .add(row::Column::Finding.eq(Finding::Possible.as_str()))
                .add(row::Column::Decided.eq(Decision::NotSame.as_str())),
        );
    row::Entity::update_many()
        .col_expr(row::Column::Goes, Expr::value(true))
        .filter(row::Column::BatchId.eq(id))
        .filter(row::Column::Minor.eq(true))
        .filter(freed)
        .exec(op.db())
        .await?;
    let detail = json!({ "batch": id, "consent_files": files.len() });
    records::keep_act(op, ServiceName::DecideRows, detail).await?;
    Ok(())
}

/// The scans of the guardians' signed list.
///
/// # Errors
/// [`Right::IssueGroups`] is needed.
pub async fn consent_files(op: &Op, id: BatchId) -> Result<Vec<AttachmentId>> {
    op.require_at_desk(Right::IssueGroups)?;
    own(op, id).await?;
    let rows = file::Entity::find()
        .filter(file::Column::BatchId.eq(id))
        .order_by_asc(file::Column::AttachmentId)
        .all(op.db())
        .await?;
    Ok(rows.into_iter().map(|row| row.attachment_id).collect())
}

/// One of these scans: media type and content. The look is logged.
///
/// # Errors
/// [`Right::IssueGroups`] is needed; [`Error::NotFound`] when it is not of this batch.
pub async fn consent_file(op: &Op, id: BatchId, wanted: AttachmentId) -> Result<(String, File)> {
    if !consent_files(op, id).await?.contains(&wanted) {
        return Err(Error::NotFound("attachment"));
    }
    let detail = json!({ "batch": id, "paper": "consent" });
    log_access(op, Access { look: Look::Revealed, reader: None, detail, reason: None }).await?;
    let (_, _, media_type, content) = attachment(op, wanted).await?;
    Ok((media_type, content))
}

/// Takes out the scans of what guardians signed: it was about another list.
pub(super) async fn forget_consent(op: &Op, id: BatchId) -> Result<()> {
    let rows = file::Entity::find().filter(file::Column::BatchId.eq(id)).all(op.db()).await?;
    for row in rows {
        file::Entity::delete_by_id(row.attachment_id).exec(op.db()).await?;
        detach(op, row.attachment_id).await?;
    }
    Ok(())
}

async fn checked(op: &Op, id: BatchId) -> Result<batch::Model> {
    let batch = own(op, id).await?;
    if batch.state == BatchState::Checked.as_str() { Ok(batch) } else { Err(Error::Stale) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_1_rows_of_minors_wait_for_the_guardians_list() {
        assert!(!goes(Finding::Held, None, true, false));
        assert!(goes(Finding::Held, None, true, true));
        assert!(!goes(Finding::Possible, Some(Decision::NotSame), true, false));
        assert!(goes(Finding::Possible, Some(Decision::NotSame), true, true));
        assert!(goes(Finding::Valid, None, false, false));
    }

    #[test]
    fn c_6_1_3_2_only_what_a_clerk_may_decide_is_issued() {
        for finding in [Finding::Invalid, Finding::Holder, Finding::Twice, Finding::Refused] {
            for decided in [None, Some(Decision::NotSame), Some(Decision::LeftOut)] {
                assert!(!goes(finding, decided, false, true), "{finding}");
            }
        }
        assert!(!goes(Finding::Possible, None, false, true));
        assert!(goes(Finding::Possible, Some(Decision::NotSame), false, false));
        assert!(!goes(Finding::Valid, Some(Decision::LeftOut), false, true));
    }
}
