//! Seeing one value in full, once: a right, with a reason, logged before it is shown (5.1.3).

use axum::extract::Path;
use service::kernel::{DocumentId, Error, ReaderId};
use service::readers::{PersonalField, reveal};

use super::reader;
use crate::form::{Fields, Posted};
use crate::page::{Answer, html};
use crate::session::SignedIn;

/// The words of the reasons that a page offers: they stand in the log in the language of the library.
fn reason(word: &str) -> &'static str {
    match word {
        "verify" => "与本人核对",
        "contact" => "联系读者",
        "correct" => "更正资料",
        "other" => "其他",
        _ => "",
    }
}

/// The reason that was chosen and said. "Other" is no reason by itself.
pub fn reason_of(form: &Fields) -> String {
    match (reason(form.value("reason")), form.value("note").trim()) {
        ("其他", "") => String::new(),
        (reason, "") => reason.to_owned(),
        (reason, note) => format!("{reason}：{note}"),
    }
}

fn field(word: &str) -> Option<PersonalField> {
    Some(match word {
        "phone" => PersonalField::Phone,
        "email" => PersonalField::Email,
        "address" => PersonalField::Address,
        "workplace" => PersonalField::Workplace,
        "guardian_phone" => PersonalField::GuardianPhone,
        "guardian_document" => PersonalField::GuardianDocument,
        other => PersonalField::Document(other.strip_prefix("document-")?.parse::<DocumentId>().ok()?),
    })
}

pub async fn submit(me: SignedIn, Path(id): Path<ReaderId>, Posted(form): Posted) -> Answer {
    let word = form.value("field");
    let wanted = field(word).ok_or_else(|| me.failure(Error::NotFound("value")))?;
    let reason = reason_of(&form);
    let value = me.write(async move |op| reveal(op, id, wanted, &reason).await).await?;
    Ok(html(&reader::page(&me, id, Some((word.to_owned(), value))).await?))
}
