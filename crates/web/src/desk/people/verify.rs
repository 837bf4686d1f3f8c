//! Identity checked again, in person (6.2.1).

use askama::Template;
use axum::extract::Path;
use service::kernel::{ReaderId, ServiceName};
use service::people::{self, Verification};
use service::readers::{self, ReaderView};

use super::trouble::Trouble;
use super::{Head, done, key};
use crate::desk::who::{self, Who};
use crate::form::{Form, PostedWithFiles};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "desk/people/verify.html")]
struct VerifyPage {
    t: Text,
    page: Page,
    reader: ReaderView,
    known: Verification,
    form: Form,
    who: Who,
    blockers: Vec<BlockerText>,
}

async fn page(me: &SignedIn, id: ReaderId, trouble: Trouble) -> Answer {
    let head = Head::of(me, id).await?;
    let known = me.read(async move |op| people::verification(op, id).await).await?;
    let (t, who) = (head.t, head.who(ServiceName::Verify));
    let blockers = trouble.told(t);
    let (page, reader, form) = (head.page, head.reader, trouble.form);
    Ok(html_with(trouble.status, &VerifyPage { t, page, reader, known, form, who, blockers }))
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    page(&me, id, Trouble::none()).await
}

pub async fn submit(me: SignedIn, Path(id): Path<ReaderId>, posted: PostedWithFiles) -> Answer {
    let key = key(&posted.fields);
    let verified = match who::check(&posted, ServiceName::Verify) {
        Ok(check) => me.try_write(key, async move |op| readers::verify(op, id, &check).await).await,
        Err(error) => Err(error),
    };
    match verified {
        Ok(()) => Ok(done(id, "verify")),
        Err(error) => page(&me, id, Trouble::of(&me, posted.fields, error)?).await,
    }
}
