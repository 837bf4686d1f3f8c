//! A reader's documents (4.2.1): list, add, renew, take out of use.

use askama::Template;
use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use service::kernel::{Blocker, DocumentId, Error, ReaderId, Right, ServiceName};
use service::people::{self, AddDocument, RenewDocument, RetireDocument};
use service::readers::{DocumentView, ReaderView};

use super::document_form::document_form;
use super::{Head, blank, done, key};
use crate::desk::open::document::kinds;
use crate::desk::who::{self, Who};
use crate::form::{Fields, Form, PostedWithFiles};
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

/// What a form is answered with when it can't be taken.
struct Trouble {
    form: Form,
    blockers: Vec<Blocker>,
    status: StatusCode,
}

impl Trouble {
    fn none() -> Self {
        Self { form: Form::new(blank()), blockers: Vec::new(), status: StatusCode::OK }
    }

    fn of(me: &SignedIn, fields: Fields, error: Error) -> Result<Self, crate::problem::Failure> {
        match error {
            Error::Invalid(invalid) => Ok(Self {
                form: Form::with(fields, me.text(), &invalid),
                blockers: Vec::new(),
                status: StatusCode::UNPROCESSABLE_ENTITY,
            }),
            Error::Refused(blockers) => {
                Ok(Self { form: Form::new(fields), blockers, status: StatusCode::CONFLICT })
            }
            other => Err(me.failure(other)),
        }
    }

    fn told(&self, t: Text) -> (Vec<BlockerText>, Option<ReaderId>) {
        let another = self.blockers.iter().find_map(|blocker| match blocker {
            Blocker::DocumentIsAnothers(reader) => Some(*reader),
            _ => None,
        });
        (self.blockers.iter().map(|blocker| t.blocker(blocker)).collect(), another)
    }
}

fn list(me: &SignedIn, head: Head, trouble: Trouble) -> Response {
    let (t, who) = (head.t, head.who(ServiceName::Amend));
    let (blockers, another) = trouble.told(t);
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
    let request = AddDocument {
        reader: id,
        form: document_form(&posted.fields),
        evidence: posted.file("evidence"),
        check: who::parse(&posted, ServiceName::Amend),
    };
    let key = key(&posted.fields);
    match me.try_write(key, async move |op| people::add_document(op, request.clone()).await).await {
        Ok(_) => Ok(done(id, "document")),
        Err(error) => {
            let trouble = Trouble::of(&me, posted.fields, error)?;
            Ok(list(&me, Head::of(&me, id).await?, trouble))
        }
    }
}

fn found(me: &SignedIn, head: &Head, id: DocumentId) -> Result<DocumentView, crate::problem::Failure> {
    let document = head.reader.documents.iter().find(|paper| paper.id == id).cloned();
    document.ok_or_else(|| me.failure(Error::NotFound("document")))
}

async fn renewal(me: &SignedIn, id: ReaderId, document: DocumentId, trouble: Trouble) -> Answer {
    let head = Head::of(me, id).await?;
    let document = found(me, &head, document)?;
    let (t, who) = (head.t, head.who(ServiceName::Amend));
    let (blockers, another) = trouble.told(t);
    let page = RenewPage {
        t,
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
    let mut trouble = Trouble::none();
    let mut fields = blank();
    let head = Head::of(&me, id).await?;
    let known = found(&me, &head, document)?;
    fields.set("document.issuing_country", known.issuing_country.unwrap_or_default());
    trouble.form = Form::new(fields);
    renewal(&me, id, document, trouble).await
}

pub async fn renew(
    me: SignedIn,
    Path((id, document)): Path<(ReaderId, DocumentId)>,
    posted: PostedWithFiles,
) -> Answer {
    let head = Head::of(&me, id).await?;
    let kind = found(&me, &head, document)?.kind;
    let mut form = document_form(&posted.fields);
    kind.as_str().clone_into(&mut form.kind);
    let request = RenewDocument {
        reader: id,
        document,
        form,
        evidence: posted.file("evidence"),
        check: who::parse(&posted, ServiceName::Amend),
    };
    let key = key(&posted.fields);
    match me.try_write(key, async move |op| people::renew_document(op, request.clone()).await).await {
        Ok(_) => Ok(done(id, "document")),
        Err(error) => {
            let trouble = Trouble::of(&me, posted.fields, error)?;
            renewal(&me, id, document, trouble).await
        }
    }
}

async fn retirement(me: &SignedIn, id: ReaderId, document: DocumentId, trouble: Trouble) -> Answer {
    let head = Head::of(me, id).await?;
    let document = found(me, &head, document)?;
    let (t, who) = (head.t, head.who(ServiceName::Amend));
    let (blockers, _) = trouble.told(t);
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
    let request = RetireDocument { reader: id, document, check: who::parse(&posted, ServiceName::Amend) };
    let key = key(&posted.fields);
    match me.try_write(key, async move |op| people::retire_document(op, request.clone()).await).await {
        Ok(()) => Ok(done(id, "document")),
        Err(error) => {
            let trouble = Trouble::of(&me, posted.fields, error)?;
            retirement(&me, id, document, trouble).await
        }
    }
}
