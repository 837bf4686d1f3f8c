//! The reader's photo: shown, set from a file, the camera or the ID reader, taken away.

use askama::Template;
use axum::extract::Path;
use axum::http::{HeaderValue, StatusCode};
use service::kernel::{Error, Problem, ReaderId, ServiceName};
use service::readers::{self, ReaderView};
use service::records::{File, Person};

use super::papers::streamed;
use super::trouble::Trouble;
use super::{Head, done, key};
use crate::desk::seen;
use crate::desk::who::{self, Who};
use crate::form::{Form, PostedWithFiles};
use crate::headers::{CAMERA, PERMISSIONS_POLICY};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::session::SignedIn;
use crate::words::BlockerText;

#[derive(Template)]
#[template(path = "desk/people/photo.html")]
struct PhotoPage {
    t: Text,
    page: Page,
    reader: ReaderView,
    form: Form,
    who: Who,
    blockers: Vec<BlockerText>,
}

/// The page, which may use the camera.
async fn page(me: &SignedIn, id: ReaderId, trouble: Trouble) -> Answer {
    let head = Head::of(me, id).await?;
    let (who, blockers) = (head.who(ServiceName::Amend), trouble.told(head.t));
    let page =
        PhotoPage { t: head.t, page: head.page, reader: head.reader, form: trouble.form, who, blockers };
    let mut response = html_with(trouble.status, &page);
    response.headers_mut().insert(PERMISSIONS_POLICY, HeaderValue::from_static(CAMERA));
    Ok(response)
}

pub async fn show(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    page(&me, id, Trouble::none()).await
}

pub async fn submit(me: SignedIn, Path(id): Path<ReaderId>, posted: PostedWithFiles) -> Answer {
    if posted.fields.has("remove") {
        return remove(&me, id, posted).await;
    }
    match set(&me, id, &posted).await {
        Ok(()) => Ok(done(id, "photo")),
        Err(error) => page(&me, id, trouble(&me, posted.fields, error)?).await,
    }
}

/// The form again; a photo is a picture, and never the PDF that papers may be.
fn trouble(
    me: &SignedIn,
    fields: crate::form::Fields,
    error: Error,
) -> Result<Trouble, crate::problem::Failure> {
    let t = me.text();
    match error {
        Error::Invalid(invalid) if invalid.0.iter().any(|wrong| wrong.problem == Problem::FileKind) => {
            let mut form = Form::new(fields);
            form.add(t, "photo", t.t("problem-picture-kind"));
            Ok(Trouble { form, blockers: Vec::new(), status: StatusCode::UNPROCESSABLE_ENTITY })
        }
        error => Trouble::of(me, fields, error),
    }
}

/// Sets what was sent. With a picture that the ID reader read comes the record of the document it was read from.
async fn set(me: &SignedIn, id: ReaderId, posted: &PostedWithFiles) -> service::Result<()> {
    let check = who::check(posted, ServiceName::Amend)?;
    let photo = posted.file("photo").unwrap_or(File(Vec::new()));
    let (key, record) = (key(&posted.fields), posted.fields.value("photo_record").trim());
    if record.is_empty() {
        return me.try_write(key, async move |op| readers::set_photo(op, id, &photo, &check).await).await;
    }
    let read = seen::read_by_device(record, posted.today).ok_or(Problem::Unreadable);
    let document = read.and_then(|read| read).map_err(|problem| Error::field("photo", problem))?;
    let form = document.forms().into_iter().next().unwrap_or_default();
    let shown = Person {
        name: document.name,
        document_kind: form.kind,
        document_number: form.number,
        issuing_country: form.issuing_country,
    };
    let set = async move |op: &service::kernel::Op| {
        readers::set_photo_of_document(op, id, &photo, &shown, &check).await
    };
    me.try_write(key, set).await
}

/// The same form with another button: whoever asks for it is identified as well.
async fn remove(me: &SignedIn, id: ReaderId, posted: PostedWithFiles) -> Answer {
    let key = key(&posted.fields);
    let removed = match who::check(&posted, ServiceName::Amend) {
        Ok(check) => me.try_write(key, async move |op| readers::remove_photo(op, id, &check).await).await,
        Err(error) => Err(error),
    };
    match removed {
        Ok(()) => Ok(done(id, "photo-removed")),
        Err(error) => page(me, id, Trouble::of(me, posted.fields, error)?).await,
    }
}

/// The picture itself. Each look is logged.
pub async fn file(me: SignedIn, Path(id): Path<ReaderId>) -> Answer {
    let (media_type, file) = me.write(async move |op| readers::photo(op, id).await).await?;
    Ok(streamed(&media_type, file))
}
