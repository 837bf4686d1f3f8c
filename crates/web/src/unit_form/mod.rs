//! The unit's own form behind a link that ends (6.1.3.1): its list as a file or typed, what is wrong with it, and the report once a clerk is
//! done. It shows no more than the unit may know.

use std::pin::Pin;

use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequestParts, Path, RawQuery};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};
use service::groups::{self, Ended, ReportRow, UnitVisit};
use service::kernel::{Actor, Error, Op};
use service::libraries;
use sheets::Mapping;

use crate::desk::groups::columns::{Asked, complete};
use crate::desk::groups::given::{Given, asks};
use crate::desk::groups::report::{Report, Tally, next, workbook};
use crate::desk::groups::template;
use crate::form::{Form, Posted, PostedWithFiles};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::portal::visitors_page;
use crate::problem::Failure;
use crate::session::Visit;
use crate::{App, limits};

mod typed;

use typed::{COLUMNS, Line};

/// The pages.
pub fn router() -> Router<App> {
    Router::new()
        .route("/g/{token}/template.xlsx", get(template_of))
        .route("/g/{token}/report.xlsx", get(report))
        .merge(
            Router::new()
                .route("/g/{token}", get(show).post(submit))
                .route("/g/{token}/columns", post(columns))
                .layer(DefaultBodyLimit::max(limits::LIST)),
        )
}

/// Somebody with a link that holds: asked for before a form with a file is read, so that nobody else sends such a thing.
pub struct Linked {
    visit: Visit,
    token: String,
    unit: UnitVisit,
    library: String,
}

/// Boxed, since the compiler can't yet see that an operation's future may move between threads when a trait asks for it.
#[expect(clippy::type_complexity, reason = "a future that is boxed")]
fn behind(
    app: App,
    token: String,
) -> Pin<Box<dyn Future<Output = service::Result<(UnitVisit, libraries::Tree)>> + Send>> {
    Box::pin(async move {
        app.service
            .read(Actor::nobody(), async move |op| {
                Ok((groups::visit_by_link(op, &token).await?, libraries::tree(op).await?))
            })
            .await
    })
}

#[derive(Template)]
#[template(path = "unit_form/over.html")]
struct Over {
    t: Text,
    page: Page,
}

impl FromRequestParts<App> for Linked {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let Ok(visit) = Visit::from_request_parts(parts, app).await;
        let token =
            match Path::<std::collections::HashMap<String, String>>::from_request_parts(parts, app).await {
                Ok(Path(mut words)) => words.remove("token").unwrap_or_default(),
                Err(_) => String::new(),
            };
        match behind(app.clone(), token.clone()).await {
            Ok((unit, tree)) => {
                let library = visit.text().library(&tree, unit.library);
                Ok(Self { visit, token, unit, library })
            }
            Err(Error::NotFound(_)) => {
                let page = visitors_page(&visit).await;
                Err(html_with(StatusCode::NOT_FOUND, &Over { t: page.t, page }))
            }
            Err(error) => Err(visit.failure(error).into_response()),
        }
    }
}

#[derive(Template)]
#[template(path = "unit_form/show.html")]
struct Show {
    t: Text,
    page: Page,
    token: String,
    unit: UnitVisit,
    library: String,
    form: Form,
    lines: Vec<Line>,
    kinds: Vec<(&'static str, String)>,
    /// Rows that somebody should look at, and how many rows of each kind there are among those looked through.
    rows: Vec<ReportRow>,
    counts: Vec<(Ended, u64)>,
    more: bool,
    checking: bool,
    /// Whether the list was just sent.
    sent: bool,
    /// For how long to wait, or that somebody was first; nothing else.
    trouble: String,
}

impl Show {
    fn may_send(&self) -> bool {
        self.unit.sent.as_ref().is_none_or(|sent| sent.open)
    }

    /// Whether something was typed.
    fn is_typed(&self) -> bool {
        self.lines
            .iter()
            .flatten()
            .any(|(field, text)| *field != sheets::Field::DocumentKind && !text.is_empty())
    }
}

#[derive(Template)]
#[template(path = "unit_form/columns.html")]
struct Columns {
    t: Text,
    page: Page,
    token: String,
    unit: UnitVisit,
    asked: Asked,
    action: String,
}

/// What the page shows beside the list.
#[derive(Default)]
struct Shown {
    form: Form,
    lines: Vec<Line>,
    checking: bool,
    sent: bool,
    trouble: String,
}

/// So many rows with something wrong are shown; the workbook has them all.
const ROWS: usize = 100;
/// So many pages of rows are looked through for them.
const PAGES: usize = 20;

impl Linked {
    async fn rows(&self) -> Result<Tally, Failure> {
        let mut tally = Tally::default();
        let mut after = self.unit.sent.as_ref().map(|_| 0);
        let mut pages = 0;
        while let Some(from) = after {
            let token = self.token.as_str();
            let found = self
                .visit
                .app
                .service
                .read(Actor::nobody(), async move |op| groups::rows_by_link(op, token, from).await)
                .await;
            let found = found.map_err(|error| self.visit.failure(error))?;
            after = next(&found);
            tally.take(found, ROWS);
            pages += 1;
            if pages >= PAGES && after.is_some() {
                tally.more = true;
                break;
            }
        }
        Ok(tally)
    }

    async fn page(self, shown: Shown, status: StatusCode) -> Answer {
        let tally = if shown.checking { Tally::default() } else { self.rows().await? };
        let page = visitors_page(&self.visit).await;
        let t = page.t;
        let lines = if shown.lines.is_empty() { typed::blank(typed::FIRST) } else { shown.lines };
        let show = Show {
            t,
            page,
            token: self.token,
            unit: self.unit,
            library: self.library,
            form: shown.form,
            lines,
            kinds: documents::DocumentKind::ALL
                .iter()
                .map(|kind| (kind.as_str(), t.document_kind(kind)))
                .collect(),
            counts: tally.counts(),
            rows: tally.rows,
            more: tally.more,
            checking: shown.checking,
            sent: shown.sent,
            trouble: shown.trouble,
        };
        Ok(html_with(status, &show))
    }

    async fn wrong(self, text: String, lines: Vec<Line>) -> Answer {
        let mut form = Form::default();
        form.add(self.visit.text(), "list", text);
        self.page(Shown { form, lines, ..Shown::default() }, StatusCode::UNPROCESSABLE_ENTITY).await
    }

    /// Asks what the columns hold, or sends the list.
    async fn go_on(self, given: Given, again: bool, lines: Vec<Line>) -> Answer {
        let token = self.token.clone();
        let counted = async move |op: &Op| groups::count_reading(op, &token).await;
        let wait = self.visit.app.service.write(Actor::nobody(), counted).await;
        if wait.is_ok_and(|wait| wait.is_some()) {
            let trouble = self.visit.text().t("unit-form-too-often");
            let shown = Shown { trouble, lines, ..Shown::default() };
            return self.page(shown, StatusCode::TOO_MANY_REQUESTS).await;
        }
        let list = match given.read().await {
            Ok(list) => list,
            Err(error) => {
                let text = self.visit.text().read_error(&error);
                return self.wrong(text, lines).await;
            }
        };
        if asks(&list, &given.wanted) || (again && !complete(&list)) {
            let page = visitors_page(&self.visit).await;
            let asked = Asked::of(page.t, &given, &list, again);
            let action = format!("/g/{}/columns", self.token);
            let status = asked.status();
            return Ok(html_with(
                status,
                &Columns { t: page.t, page, token: self.token, unit: self.unit, asked, action },
            ));
        }
        let (house, token) = (self.visit.app.service.clone(), self.token.clone());
        let sending = tokio::spawn(async move { groups::send_by_link(&house, &token, &list).await });
        let place = format!("/g/{}", self.token);
        let t = self.visit.text();
        match tokio::time::timeout(std::time::Duration::from_secs(4), sending).await {
            Err(_) => Ok(Redirect::to(&format!("{place}?checking")).into_response()),
            Ok(Ok(Ok(()))) => Ok(Redirect::to(&format!("{place}?sent")).into_response()),
            Ok(Ok(Err(Error::TooManyTries(_)))) => {
                let shown = Shown { trouble: t.t("unit-form-too-often"), lines, ..Shown::default() };
                self.page(shown, StatusCode::TOO_MANY_REQUESTS).await
            }
            Ok(Ok(Err(Error::Stale))) => {
                self.page(
                    Shown { trouble: t.t("unit-form-confirmed"), ..Shown::default() },
                    StatusCode::CONFLICT,
                )
                .await
            }
            Ok(Ok(Err(error))) => Err(self.visit.failure(error)),
            Ok(Err(_)) => Err(self.visit.failure(Error::internal("a check was cut off"))),
        }
    }
}

async fn show(linked: Linked, RawQuery(query): RawQuery) -> Answer {
    let open = linked.unit.sent.as_ref().is_none_or(|sent| sent.rows == 0);
    let checking = query.as_deref() == Some("checking") && open;
    linked
        .page(Shown { checking, sent: query.as_deref() == Some("sent"), ..Shown::default() }, StatusCode::OK)
        .await
}

async fn submit(linked: Linked, posted: PostedWithFiles) -> Answer {
    if posted.fields.value("way") == "typed" {
        let lines = typed::lines(&posted.fields);
        if posted.fields.value("more") == "yes" {
            let lines = [lines, typed::blank(typed::FIRST)].concat();
            return linked.page(Shown { lines, ..Shown::default() }, StatusCode::OK).await;
        }
        let Some(bytes) = typed::list(&lines, linked.visit.text()) else {
            let text = linked.visit.text().t("unit-form-nobody");
            return linked.wrong(text, lines).await;
        };
        return linked.go_on(Given::new(bytes, Mapping::default()), false, lines).await;
    }
    let Some(file) = posted.file("list") else {
        let text = linked.visit.text().problem(&service::kernel::Problem::Missing);
        return linked.wrong(text, Vec::new()).await;
    };
    let known = linked.unit.mapping.clone();
    linked.go_on(Given::new(file.0, known), false, Vec::new()).await
}

async fn columns(linked: Linked, Posted(fields): Posted) -> Answer {
    let known = linked.unit.mapping.clone();
    match Given::from_page(&fields, known) {
        Some(given) => linked.go_on(given, true, Vec::new()).await,
        None => linked.page(Shown::default(), StatusCode::OK).await,
    }
}

async fn template_of(linked: Linked) -> Answer {
    template::written(linked.visit.text()).map_err(|error| linked.visit.failure(error))
}

async fn report(linked: Linked) -> Answer {
    let t = linked.visit.text();
    let failure = |error| linked.visit.failure(error);
    let above = [t.t("group-report-title"), format!("{} · {}", linked.unit.unit, linked.library)];
    let mut report = Report::new(t, &above, true).map_err(failure)?;
    let mut after = Some(0);
    while let Some(from) = after {
        let token = linked.token.as_str();
        let found = linked
            .visit
            .app
            .service
            .read(Actor::nobody(), async move |op| groups::rows_by_link(op, token, from).await)
            .await;
        let rows = found.map_err(failure)?;
        report.add(&rows, |_| String::new()).map_err(failure)?;
        after = next(&rows);
    }
    Ok(workbook("group-report", report.finish().map_err(failure)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::form::Fields;
    use crate::i18n::Language;
    use sheets::Field;

    async fn read_typed(lines: &[Line], t: Text) -> Option<sheets::List> {
        Given::new(typed::list(lines, t)?, Mapping::default()).read().await.ok()
    }

    #[tokio::test]
    async fn typed_rows_are_read_like_a_file_in_every_language() {
        for language in Language::ALL {
            let mut fields = Fields::default();
            for (place, name) in ["张 三", "", "O\"Neil, Ann"].into_iter().enumerate() {
                fields.set(&format!("name.{place}"), name);
                fields
                    .set(&format!("document_kind.{place}"), if name.is_empty() { "" } else { "resident_id" });
                fields.set(
                    &format!("document_number.{place}"),
                    if name.is_empty() { "" } else { "190000201001020011" },
                );
            }
            let lines = typed::lines(&fields);
            let list = read_typed(&lines, Text { language }).await.unwrap();
            let names: Vec<_> = list.rows().map(|row| row.get(Field::Name).to_owned()).collect();
            assert_eq!(names, ["张三", "O\"Neil, Ann"]);
            assert!(
                !list.needs_mapping() && list.rows().all(|row| row.get(Field::DocumentKind) == "resident_id")
            );
        }
        assert!(read_typed(&typed::blank(3), Text::default()).await.is_none());
        assert_eq!(COLUMNS.len(), 8);
    }
}
