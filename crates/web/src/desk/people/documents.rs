//! A reader's documents (4.2.1): list, add, renew, take out of use.

use askama::Template;
use axum::extract::Path;
use axum::response::Response;
use documents::DocumentKind;
use service::kernel::{DocumentId, Error, Invalid, ReaderId, Right, ServiceName};
use service::people::{self, AddDocument, RenewDocument, RetireDocument};
use service::readers::{DocumentView, ReaderView};

use super::document_form::document_form;
use super::trouble::Trouble;
use super::{Head, blank, done, key};
use crate::desk::open::document::kinds;
use crate::desk::who::{self, Who};
use crate::form::{Form, PostedWithFiles};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "desk/people/documents.html")]
struct DocumentsPage {
    t: Text,
    page: Page,
    reader: ReaderView,
    form: Form,
    who: Who,
    blockers: Vec<BlockerText>,
    /// The reader whose document it is, for comparing the two records.
    another: Option<ReaderId>,
    may_merge: bool,
    kinds: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "desk/people/renew.html")]
struct RenewPage {
    t: Text,
    /// What a date is to look like, and what is known now.
    until_hint: String,
    page: Page,
    reader: ReaderView,
    document: DocumentView,
    form: Form,
    who: Who,
    blockers: Vec<BlockerText>,
    another: Option<ReaderId>,
    may_merge: bool,
}

#[derive(Template)]
#[template(path = "desk/people/retire.html")]
struct RetirePage {
    t: Text,
    page: Page,
    reader: ReaderView,
    document: DocumentView,
    form: Form,
    who: Who,
    blockers: Vec<BlockerText>,
}

fn list(me: &SignedIn, head: Head, trouble: Trouble) -> Response {
    let (t, who) = (head.t, head.who(ServiceName::Amend));
    let (blockers, another) = (trouble.told(t), trouble.another());
    let page = DocumentsPage {
        t,
        page: head.page,
        reader: head.reader,
        form: trouble.form,
        who,
        blockers,
        another,
        may_merge: me.session().actor.may(Right::MergeReaders),
        kinds: kinds(t),
    };
    html_with(trouble.status, &page)
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    let head = Head::of(&me, id).await?;
    Ok(list(&me, head, Trouble::none()))
}

pub async fn add(me: SignedIn, Path(id): Path<ReaderId>, posted: PostedWithFiles) -> Answer {
    match try_to_add(&me, id, &posted).await {
        Ok(_) => Ok(done(id, "document")),
        Err(error) => {
            let trouble = Trouble::of(&me, posted.fields, error)?;
            Ok(list(&me, Head::of(&me, id).await?, trouble))
        }
    }
}

async fn try_to_add(me: &SignedIn, id: ReaderId, posted: &PostedWithFiles) -> service::Result<DocumentId> {
    let mut invalid = Invalid::default();
    let form = document_form(&posted.fields, &mut invalid);
    let check = who::parse(posted, ServiceName::Amend, &mut invalid);
    let (Some(form), Some(check)) = (form, check) else { return Err(Error::Invalid(invalid)) };
    let request = AddDocument { reader: id, form, evidence: posted.file("evidence"), check };
    let key = key(&posted.fields);
    me.try_write(key, async move |op| people::add_document(op, request.clone()).await).await
}

fn found(me: &SignedIn, head: &Head, id: DocumentId) -> Result<DocumentView, crate::problem::Failure> {
    let document = head.reader.documents.iter().find(|paper| paper.id == id).cloned();
    document.ok_or_else(|| me.failure(Error::NotFound("document")))
}

async fn renewal(me: &SignedIn, id: ReaderId, document: DocumentId, trouble: Trouble) -> Answer {
    let head = Head::of(me, id).await?;
    let document = found(me, &head, document)?;
    let (t, who) = (head.t, head.who(ServiceName::Amend));
    let (blockers, another) = (trouble.told(t), trouble.another());
    let until_hint = match document.valid_until {
        Some(day) => t.a("renew-until-hint", &[("date", day)]),
        None => t.t("renew-until-none"),
    };
    let page = RenewPage {
        t,
        until_hint,
        page: head.page,
        reader: head.reader,
        document,
        form: trouble.form,
        who,
        blockers,
        another,
        may_merge: me.session().actor.may(Right::MergeReaders),
    };
    Ok(html_with(trouble.status, &page))
}

pub async fn show_renewal(me: SignedIn, Path((id, document)): Path<(ReaderId, DocumentId)>) -> Answer {
    let mut fields = blank();
    let head = Head::of(&me, id).await?;
    let known = found(&me, &head, document)?;
    fields.set("document.issuing_country", known.issuing_country.unwrap_or_default());
    renewal(&me, id, document, Trouble::none_with(fields)).await
}

pub async fn renew(
    me: SignedIn,
    Path((id, document)): Path<(ReaderId, DocumentId)>,
    posted: PostedWithFiles,
) -> Answer {
    let head = Head::of(&me, id).await?;
    let kind = found(&me, &head, document)?.kind;
    match try_to_renew(&me, (id, document, kind), &posted).await {
        Ok(_) => Ok(done(id, "document")),
        Err(error) => {
            let trouble = Trouble::of(&me, posted.fields, error)?;
            renewal(&me, id, document, trouble).await
        }
    }
}

async fn try_to_renew(
    me: &SignedIn,
    (reader, document, kind): (ReaderId, DocumentId, DocumentKind),
    posted: &PostedWithFiles,
) -> service::Result<DocumentId> {
    let mut invalid = Invalid::default();
    let form = document_form(&posted.fields, &mut invalid);
    let check = who::parse(posted, ServiceName::Amend, &mut invalid);
    let (Some(mut form), Some(check)) = (form, check) else { return Err(Error::Invalid(invalid)) };
    kind.as_str().clone_into(&mut form.kind);
    let request = RenewDocument { reader, document, form, evidence: posted.file("evidence"), check };
    let key = key(&posted.fields);
    me.try_write(key, async move |op| people::renew_document(op, request.clone()).await).await
}

async fn retirement(me: &SignedIn, id: ReaderId, document: DocumentId, trouble: Trouble) -> Answer {
    let head = Head::of(me, id).await?;
    let document = found(me, &head, document)?;
    let (t, who) = (head.t, head.who(ServiceName::Amend));
    let blockers = trouble.told(t);
    let page =
        RetirePage { t, page: head.page, reader: head.reader, document, form: trouble.form, who, blockers };
    Ok(html_with(trouble.status, &page))
}

pub async fn show_retirement(me: SignedIn, Path((id, document)): Path<(ReaderId, DocumentId)>) -> Answer {
    retirement(&me, id, document, Trouble::none()).await
}

pub async fn retire(
    me: SignedIn,
    Path((id, document)): Path<(ReaderId, DocumentId)>,
    posted: PostedWithFiles,
) -> Answer {
    let key = key(&posted.fields);
    let retired = match who::check(&posted, ServiceName::Amend) {
        Ok(check) => {
            let request = RetireDocument { reader: id, document, check };
            me.try_write(key, async move |op| people::retire_document(op, request.clone()).await).await
        }
        Err(error) => Err(error),
    };
    match retired {
        Ok(()) => Ok(done(id, "document")),
        Err(error) => {
            let trouble = Trouble::of(&me, posted.fields, error)?;
            retirement(&me, id, document, trouble).await
        }
    }
}
