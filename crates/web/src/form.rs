//! A form as it was sent, and as it is shown again: with what was typed, and what is wrong with it, at the field.

use axum::extract::{Form as AxumForm, FromRequest, Multipart, Request};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use chrono::NaiveDate;
use service::kernel::{FieldError, Invalid};
use service::records::File;

use crate::App;
use crate::csrf;
use crate::i18n::Text;
use crate::problem::{self, Failure};
use crate::session::Visit;

/// The fields of a form.
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Fields(…)")
    }
}

impl Fields {
    /// What was entered, or nothing.
    pub fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str())
    }

    pub fn owned(&self, name: &str) -> String {
        self.value(name).to_owned()
    }

    pub fn has(&self, name: &str) -> bool {
        !self.value(name).is_empty()
    }

    /// All of them, in the order of the form.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.0.retain(|(key, _)| key != name);
        self.0.push((name.to_owned(), value.into()));
    }
}

/// A form from a page of ours: its token was checked.
#[derive(Debug)]
pub struct Posted(pub Fields);

impl FromRequest<App> for Posted {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        PostedWithFiles::from_request(request, app).await.map(|posted| Self(posted.fields))
    }
}

/// A form from a page of ours that may bring files (`enctype="multipart/form-data"`): its token was checked.
#[derive(Debug)]
pub struct PostedWithFiles {
    pub fields: Fields,
    /// The day it was sent, in Foshan: documents are read by it.
    pub today: NaiveDate,
    files: Vec<(String, File)>,
}

impl PostedWithFiles {
    #[cfg(test)]
    pub fn of(fields: Fields, today: NaiveDate) -> Self {
        Self { fields, today, files: Vec::new() }
    }

    #[cfg(test)]
    pub fn with_file(mut self, name: &str, file: File) -> Self {
        self.files.push((name.to_owned(), file));
        self
    }

    /// The file of a field; none where nothing was chosen.
    pub fn file(&self, name: &str) -> Option<File> {
        self.files.iter().find(|(key, file)| key == name && !file.0.is_empty()).map(|(_, file)| file.clone())
    }
}

impl FromRequest<App> for PostedWithFiles {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let (mut parts, body) = request.into_parts();
        let headers = parts.headers.clone();
        let Ok(visit) =
            <Visit as axum::extract::FromRequestParts<App>>::from_request_parts(&mut parts, app).await;
        let request = Request::from_parts(parts, body);
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        let read = if kind.starts_with("multipart/form-data") {
            read_multipart(request, app).await
        } else {
            AxumForm::from_request(request, app)
                .await
                .map(|AxumForm(pairs): AxumForm<Vec<(String, String)>>| (pairs, Vec::new()))
                .map_err(|rejection| rejection.into_response().status())
        };
        Err(match read {
            Ok((pairs, files)) => {
                let fields = cleaned(pairs);
                if csrf::fits(app.service.keys(), &headers, fields.value(csrf::FIELD)) {
                    return Ok(Self { fields, today: app.service.clock().today(), files });
                }
                problem::stale_form(visit.page())
            }
            Err(StatusCode::PAYLOAD_TOO_LARGE) => {
                problem::unreadable_form(visit.page(), StatusCode::PAYLOAD_TOO_LARGE)
            }
            Err(_) => problem::unreadable_form(visit.page(), StatusCode::BAD_REQUEST),
        })
    }
}

/// Fields and files of a form.
type Parts = (Vec<(String, String)>, Vec<(String, File)>);

async fn read_multipart(request: Request, app: &App) -> Result<Parts, StatusCode> {
    let mut multipart = Multipart::from_request(request, app)
        .await
        .map_err(|rejection| rejection.into_response().status())?;
    let (mut pairs, mut files) = (Vec::new(), Vec::new());
    while let Some(field) = multipart.next_field().await.map_err(|error| error.status())? {
        let name = field.name().unwrap_or_default().to_owned();
        if field.file_name().is_some() {
            files.push((name, File(field.bytes().await.map_err(|error| error.status())?.to_vec())));
        } else {
            pairs.push((name, field.text().await.map_err(|error| error.status())?));
        }
    }
    Ok((pairs, files))
}

/// Characters that steer terminals and that a database can't keep are left out.
fn cleaned(pairs: Vec<(String, String)>) -> Fields {
    let steers = |c: &char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    Fields(
        pairs
            .into_iter()
            .map(|(name, value)| (name, value.chars().filter(|c| !steers(c)).collect()))
            .collect(),
    )
}

/// A form to be shown.
#[derive(Clone, Debug, Default)]
pub struct Form {
    fields: Fields,
    wrong: Vec<Wrong>,
}

/// One thing that is wrong: at which field, called how, in words.
#[derive(Clone, Debug)]
pub struct Wrong {
    pub field: String,
    pub id: String,
    pub label: String,
    pub text: String,
}

/// The id of a field's element: `reader.birth_date` is `reader-birth-date`.
pub fn id_of(field: &str) -> String {
    field.replace(['.', '_'], "-")
}

impl Form {
    pub fn new(fields: Fields) -> Self {
        Self { fields, wrong: Vec::new() }
    }

    /// What was typed.
    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The same form with what the house could not take.
    pub fn with(fields: Fields, t: Text, invalid: &Invalid) -> Self {
        let mut form = Self::new(fields);
        for FieldError { field, problem } in &invalid.0 {
            form.add(t, field, t.problem(problem));
        }
        form
    }

    pub fn add(&mut self, t: Text, field: &str, text: String) {
        if !self.is_wrong(field) {
            let (field, id) = (field.to_owned(), id_of(field));
            self.wrong.push(Wrong { label: t.field(&field), field, id, text });
        }
    }

    /// What stands in a field when the form is shown.
    pub fn fill(&mut self, field: &str, value: &str) {
        self.fields.set(field, value);
    }

    pub fn id(&self, field: &str) -> String {
        id_of(field)
    }

    pub fn value(&self, field: &str) -> &str {
        self.fields.value(field)
    }

    pub fn has(&self, field: &str) -> bool {
        self.fields.has(field)
    }

    pub fn is(&self, field: &str, value: &str) -> bool {
        self.fields.value(field) == value
    }

    pub fn is_wrong(&self, field: &str) -> bool {
        self.wrong.iter().any(|wrong| wrong.field == field)
    }

    pub fn error(&self, field: &str) -> &str {
        self.wrong.iter().find(|wrong| wrong.field == field).map_or("", |wrong| wrong.text.as_str())
    }

    pub fn wrong(&self) -> &[Wrong] {
        &self.wrong
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_database_cannot_keep_is_left_out_and_nothing_is_shown() {
        let fields = cleaned(vec![("q".to_owned(), "1\0\u{1b}2\n梁".to_owned())]);
        assert_eq!(fields.value("q"), "12\n梁");
        assert_eq!(fields.value("gone"), "");
        assert_eq!(format!("{fields:?}"), "Fields(…)");
    }

    #[test]
    fn ids_have_no_dots() {
        assert_eq!(id_of("guardian.document.issuing_country"), "guardian-document-issuing-country");
    }
}
