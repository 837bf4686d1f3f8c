//! Units: which there are, and writing one down.

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use service::groups::{self, Agreement, Contact, Unit, UnitForm, UnitKind};
use service::kernel::{Error, Right};

use crate::form::{Fields, Form, PostedWithFiles};
use crate::i18n::Text;
use crate::page::{Answer, Page, html, html_with};
use crate::session::SignedIn;

#[derive(Template)]
#[template(path = "desk/groups/units.html")]
struct Units {
    t: Text,
    page: Page,
    units: Vec<(Unit, String)>,
}

#[derive(Template)]
#[template(path = "desk/groups/unit_new.html")]
struct New {
    t: Text,
    page: Page,
    fields: UnitFields,
}

/// The fields of a unit, as two pages show them.
pub struct UnitFields {
    pub form: Form,
    pub kinds: Vec<(&'static str, String)>,
    pub contacts: Vec<Contact>,
    /// Whether a signed agreement is on file.
    pub agreement: Option<String>,
}

impl UnitFields {
    pub fn new(t: Text, form: Form, mut contacts: Vec<Contact>, agreement: Option<String>) -> Self {
        // There is always room for one more.
        contacts.push(Contact::default());
        let kinds = UnitKind::ALL.iter().map(|kind| (kind.as_str(), t.unit_kind(kind))).collect();
        Self { form, kinds, contacts, agreement }
    }
}

/// What was entered of a unit.
pub fn unit_form(posted: &PostedWithFiles) -> UnitForm {
    let fields = &posted.fields;
    let all = |wanted: &str| {
        fields
            .pairs()
            .filter(move |(name, _)| *name == wanted)
            .map(|(_, value)| value.to_owned())
            .collect::<Vec<_>>()
    };
    let (roles, phones, emails) = (all("contacts.role"), all("contacts.phone"), all("contacts.email"));
    let at = |values: &[String], place: usize| values.get(place).cloned().unwrap_or_default();
    let contacts = all("contacts.name").into_iter().enumerate().map(|(place, name)| Contact {
        name,
        role: at(&roles, place),
        phone: at(&phones, place),
        email: at(&emails, place),
    });
    UnitForm {
        kind: fields.owned("unit_kind"),
        name: fields.owned("name"),
        address: fields.owned("address"),
        contacts: contacts.collect(),
        agreement: Agreement {
            number: fields.owned("agreement.number"),
            from: fields.owned("agreement.from"),
            until: fields.owned("agreement.until"),
            file: posted.file("agreement.file"),
        },
    }
}

pub async fn show(me: SignedIn) -> Answer {
    let units = me.read(groups::units).await?;
    let t = me.text();
    let units = t.with_library(&me.session().tree, units, |unit| unit.library);
    Ok(html(&Units { t, page: me.page(), units }))
}

fn new_page(me: &SignedIn, form: Form, contacts: Vec<Contact>, status: StatusCode) -> Response {
    let t = me.text();
    html_with(status, &New { t, page: me.page(), fields: UnitFields::new(t, form, contacts, None) })
}

pub async fn new(me: SignedIn) -> Answer {
    me.require(Right::IssueGroups)?;
    Ok(new_page(&me, Form::new(Fields::default()), Vec::new(), StatusCode::OK))
}

pub async fn add(me: SignedIn, posted: PostedWithFiles) -> Answer {
    let form = unit_form(&posted);
    let contacts: Vec<Contact> =
        form.contacts.iter().filter(|contact| !contact.name.is_empty()).cloned().collect();
    match me.try_write(None, async move |op| groups::add_unit(op, form).await).await {
        Ok(id) => Ok(Redirect::to(&format!("/desk/groups/units/{id}")).into_response()),
        Err(Error::Invalid(invalid)) => {
            let form = Form::with(posted.fields, me.text(), &invalid);
            Ok(new_page(&me, form, contacts, StatusCode::UNPROCESSABLE_ENTITY))
        }
        Err(error) => Err(me.failure(error)),
    }
}
