//! One account of a machine: added, changed, given another password, closed. A password is shown on the page that answers the form
//! which asked for it, and never again.

use askama::Template;
use axum::extract::{Path, RawQuery};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::kernel::{
    Error, Invalid, MachineId, Problem, Right, ServicePointId, hash_password, random_password,
};
use service::libraries::ServicePointKind;
use service::machines::{
    CHARSETS, CHECKS, MachineEntry, MachineSettings, NewMachine, TERMINATORS, add_machine, change_machine,
    close_machine, list_machines,
};

use super::Nav;
use crate::form::{Fields, Form, Posted};
use crate::i18n::Text;
use crate::page::{Answer, Page, html_with};
use crate::problem::Failure;
use crate::session::SignedIn;

/// The dialects that come along.
const DIALECTS: [&str; 4] = ["strict", "interlib", "wenhua", "jinpan"];

#[derive(Template)]
#[template(path = "office/machine.html")]
struct Edit {
    t: Text,
    page: Page,
    nav: Nav,
    /// The account; none, while it is being added.
    entry: Option<MachineEntry>,
    form: Form,
    /// Service points of the kind `machine`: id, and library with code.
    points: Vec<(String, String)>,
    dialects: Vec<String>,
    /// Settings that the dialect has too, with the words for each.
    own: [(&'static str, [&'static str; 3]); 3],
    /// Whether it is asked if the account is to be closed.
    closing: bool,
}

#[derive(Template)]
#[template(path = "office/machine_password.html")]
struct Told {
    t: Text,
    page: Page,
    nav: Nav,
    login: String,
    password: String,
    dialect: String,
}

pub async fn blank(me: SignedIn) -> Answer {
    let mut fields = Fields::default();
    fields.set("machine.dialect", "strict");
    fields.set("machine.asks_password", "yes");
    edit(&me, None, Form::new(fields), false)
}

pub async fn show(me: SignedIn, Path(id): Path<MachineId>, RawQuery(query): RawQuery) -> Answer {
    let entry = find(&me, id).await?;
    let form = Form::new(fields_of(&entry.settings));
    edit(&me, Some(entry), form, query.as_deref() == Some("close"))
}

pub async fn add(me: SignedIn, Posted(fields): Posted) -> Answer {
    me.require(Right::ManageMachines)?;
    let (settings, mut invalid) = settings_of(&me, &fields);
    let password = random_password().map_err(|error| me.failure(error))?;
    let (login, dialect) = (fields.owned("machine.login"), settings.dialect.clone());
    let new = NewMachine { login: login.clone(), password: password.clone(), settings };
    let hash = new.password_hash().await.map_err(|error| me.failure(error))?;
    // What is wrong with the dialect is told together with what the house finds.
    let known = invalid.0.is_empty();
    let added = me
        .try_write(None, async move |op| {
            add_machine(op, &new, &hash).await?;
            if known { Ok(()) } else { Err(Error::field("dialect", Problem::UnknownWord)) }
        })
        .await;
    match added {
        Ok(()) => Ok(told(&me, login, password, dialect)),
        Err(error) => {
            merge(&mut invalid, error).map_err(|error| me.failure(error))?;
            edit(&me, None, wrong(&me, fields, &invalid), false)
        }
    }
}

pub async fn submit(me: SignedIn, Path(id): Path<MachineId>, Posted(fields): Posted) -> Answer {
    let entry = find(&me, id).await?;
    match fields.value("do") {
        "close" => {
            me.write(async move |op| close_machine(op, id).await).await?;
            Ok(Redirect::to("/office/machines?closed").into_response())
        }
        "password" => {
            let password = random_password().map_err(|error| me.failure(error))?;
            let hash = hash_password(&password).await.map_err(|error| me.failure(error))?;
            let (settings, given) = (entry.settings.clone(), password.clone());
            me.write(async move |op| change_machine(op, id, &settings, Some((&given, &hash))).await).await?;
            Ok(told(&me, entry.login, password, entry.settings.dialect))
        }
        _ => save(&me, entry, fields).await,
    }
}

async fn save(me: &SignedIn, entry: MachineEntry, fields: Fields) -> Answer {
    let (settings, mut invalid) = settings_of(me, &fields);
    let (id, known) = (entry.id, invalid.0.is_empty());
    let changed = me
        .try_write(None, async move |op| {
            change_machine(op, id, &settings, None).await?;
            if known { Ok(()) } else { Err(Error::field("dialect", Problem::UnknownWord)) }
        })
        .await;
    match changed {
        Ok(()) => Ok(Redirect::to("/office/machines?saved").into_response()),
        Err(error) => {
            merge(&mut invalid, error).map_err(|error| me.failure(error))?;
            edit(me, Some(entry), wrong(me, fields, &invalid), false)
        }
    }
}

/// What the house found beside what was found before.
fn merge(invalid: &mut Invalid, error: Error) -> Result<(), Error> {
    match error {
        Error::Invalid(more) => {
            for found in more.0 {
                if !invalid.0.iter().any(|known| known.field == found.field) {
                    invalid.0.push(found);
                }
            }
            Ok(())
        }
        // A service point that was not chosen.
        Error::NotFound("service point") => {
            invalid.add("service_point", Problem::Missing);
            Ok(())
        }
        error => Err(error),
    }
}

/// The account, as long as it works.
async fn find(me: &SignedIn, id: MachineId) -> Result<MachineEntry, Failure> {
    let machines = me.read(list_machines).await?;
    let found = machines.into_iter().find(|machine| machine.id == id && machine.closed_at.is_none());
    found.ok_or_else(|| me.failure(Error::NotFound("machine")))
}

fn told(me: &SignedIn, login: String, password: String, dialect: String) -> Response {
    let (t, nav) = (me.text(), Nav::of(me, "machines"));
    html_with(StatusCode::OK, &Told { t, page: me.page(), nav, login, password, dialect })
}

fn dialects(me: &SignedIn) -> Vec<String> {
    match me.app().options.dialects.as_slice() {
        [] => DIALECTS.into_iter().map(str::to_owned).collect(),
        known => known.to_vec(),
    }
}

/// What was entered. Which dialects there are is for the face to know.
fn settings_of(me: &SignedIn, fields: &Fields) -> (MachineSettings, Invalid) {
    let mut invalid = Invalid::default();
    let own = |name: &str| Some(fields.owned(name)).filter(|word| !word.is_empty());
    let yes = |name: &str| fields.value(name) == "yes";
    let point = fields.value("machine.service_point").parse().unwrap_or_else(|_| uuid::Uuid::nil());
    let settings = MachineSettings {
        charset: own("machine.charset"),
        checks: own("machine.checks"),
        terminator: own("machine.terminator"),
        addresses: fields.owned("machine.addresses"),
        institutions: fields.owned("machine.institutions"),
        asks_password: yes("machine.asks_password"),
        opens_cards: yes("machine.opens_cards"),
        records_visits: yes("machine.records_visits"),
        ..MachineSettings::new(
            fields.value("machine.name"),
            ServicePointId(point),
            fields.value("machine.dialect"),
        )
    };
    if !dialects(me).contains(&settings.dialect) {
        invalid.add("dialect", Problem::UnknownWord);
    }
    (settings, invalid)
}

fn fields_of(settings: &MachineSettings) -> Fields {
    let mut fields = Fields::default();
    let yes = |is: bool| if is { "yes" } else { "" };
    for (name, value) in [
        ("name", settings.name.as_str()),
        ("dialect", &settings.dialect),
        ("charset", settings.charset.as_deref().unwrap_or_default()),
        ("checks", settings.checks.as_deref().unwrap_or_default()),
        ("terminator", settings.terminator.as_deref().unwrap_or_default()),
        ("addresses", &settings.addresses),
        ("institutions", &settings.institutions),
        ("asks_password", yes(settings.asks_password)),
        ("opens_cards", yes(settings.opens_cards)),
        ("records_visits", yes(settings.records_visits)),
    ] {
        fields.set(&["machine.", name].concat(), value);
    }
    fields.set("machine.service_point", settings.service_point.to_string());
    fields
}

// locale-keys: field-machine-*
fn wrong(me: &SignedIn, fields: Fields, invalid: &Invalid) -> Form {
    let t = me.text();
    let mut form = Form::new(fields);
    // In the order of the form: the login comes first.
    let (login, rest): (Vec<_>, Vec<_>) = invalid.0.iter().partition(|found| found.field == "login");
    for found in login.into_iter().chain(rest) {
        form.add(t, &["machine.", found.field].concat(), t.problem(&found.problem));
    }
    form
}

fn edit(me: &SignedIn, entry: Option<MachineEntry>, form: Form, closing: bool) -> Answer {
    me.require(Right::ManageMachines)?;
    let (t, session) = (me.text(), me.session());
    let points = session.tree.points_under(session.actor.scope);
    let points = points.filter(|point| point.kind == ServicePointKind::Machine).map(|point| {
        let library = t.library(&session.tree, point.library);
        (point.id.to_string(), [&library, " · ", &point.code, " ", &point.name].concat())
    });
    let status = if form.wrong().is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = Edit {
        t,
        page: me.page(),
        nav: Nav::of(me, "machines"),
        points: points.collect(),
        dialects: dialects(me),
        own: [("machine.charset", CHARSETS), ("machine.checks", CHECKS), ("machine.terminator", TERMINATORS)],
        entry,
        form,
        closing,
    };
    Ok(html_with(status, &page))
}
