//! Changing what is known of a reader (4.2.1, 6.2.1): contact data, and with evidence name and birth date.

use chrono::NaiveDate;
use documents::IdentityDocument;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::canonical::{CanonicalCheck, canonical_check, canonical_file};
use super::changes::{Before, keep_old_values};
use super::details::{self, Sex};
use super::identity::{ADULT_FROM, check_identity};
use super::names::words_of;
use super::register::phone_hash;
use super::same_name::name_key;
use super::tables::{document, name_key as word, reader};
use super::tell::{contacts, tell};
use super::view::{ReaderView, kind_of, open_number, views};
use crate::kernel::{
    AttachmentId, Blocker, Error, Invalid, Op, Problem, ReaderId, RecordId, Result, Right, Sealed,
    ServiceName, age_on,
};
use crate::libraries::{self, Policy};
use crate::outbox::{self, Template};
use crate::records::{self, File, IdentityCheck, NewRecord, Presence, Purpose, attach, check_file};

/// Languages that messages are written in.
pub const LANGUAGES: [&str; 3] = ["zh-Hans", "zh-Hant", "en"];

/// What is to be different, as entered. What is `None` stays; an empty text takes away what need not be there. `Debug` shows none
/// of it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changes {
    /// The name; needs evidence.
    pub name: Option<String>,
    /// `female`, `male` or `unspecified`.
    pub sex: Option<String>,
    /// `YYYY-MM-DD`; needs evidence, and no document may say another.
    pub birth_date: Option<String>,
    /// The phone number.
    pub phone: Option<String>,
    /// The e-mail address.
    pub email: Option<String>,
    /// The postal address.
    pub address: Option<String>,
    /// Workplace, or school and class.
    pub workplace: Option<String>,
    /// The language of messages: `zh-Hans`, `zh-Hant` or `en`.
    pub language: Option<String>,
}

impl std::fmt::Debug for Changes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Changes(…)")
    }
}

/// Whatever version there is: for callers that mean to change what they have not seen.
pub const ANY_VERSION: i64 = -1;

/// A change asked for.
#[derive(Clone, Debug)]
pub struct Amend {
    /// Whose data.
    pub reader: ReaderId,
    /// The version that the caller saw: [`ReaderView::version`]; or [`ANY_VERSION`].
    pub version: i64,
    /// What is to be different.
    pub changes: Changes,
    /// What proves a new name or birth date.
    pub evidence: Option<File>,
    /// How identity was checked.
    pub check: IdentityCheck,
}

/// What was changed.
#[derive(Clone, Debug)]
pub struct Amended {
    /// The reader as they are known now, masked.
    pub reader: ReaderView,
    /// The paths of the fields that were changed.
    pub fields: Vec<&'static str>,
    /// Whether this is the answer to an earlier call with the same key.
    pub repeated: bool,
}

/// Changes what is known of a reader. A reader alone changes address, workplace and language.
///
/// # Errors
/// [`Right::AmendReaders`] is needed, or to be the reader. [`Error::Stale`] when somebody else changed the reader since; the caller
/// shows what they changed ([`super::changed_since`]) and keeps what was typed.
pub async fn amend(op: &Op, request: Amend) -> Result<Amended> {
    op.intend(ServiceName::Amend, Some(request.reader));
    op.require_or_self(Right::AmendReaders, request.reader)?;
    let digest = records::digest(op, &canonical(&request))?;
    if records::find_answer(op, ServiceName::Amend, &digest).await?.is_some() {
        return answer(op, request.reader, Vec::new(), true).await;
    }
    let file = request.evidence.as_ref();
    let fields = change(op, &request, file.map(Evidence::New), digest).await?;
    answer(op, request.reader, fields, false).await
}

async fn answer(op: &Op, id: ReaderId, fields: Vec<&'static str>, repeated: bool) -> Result<Amended> {
    let reader = views(op, &[id]).await?.remove(&id).ok_or(Error::NotFound("reader"))?;
    Ok(Amended { reader, fields, repeated })
}

/// What proves a change: a file that comes with it, or one that was kept with a request.
#[derive(Clone, Copy)]
pub(crate) enum Evidence<'a> {
    New(&'a File),
    Kept(AttachmentId),
}

impl Evidence<'_> {
    /// What is wrong with it; nothing when it may be kept.
    pub(crate) async fn check(self, op: &Op) -> Result<Option<Problem>> {
        match self {
            Self::New(file) => {
                let most = libraries::policy(op, op.actor().library, Policy::AttachmentKib).await?.number();
                Ok(check_file(file, most))
            }
            Self::Kept(_) => Ok(None),
        }
    }

    pub(crate) async fn keep(self, op: &Op, reader: ReaderId) -> Result<AttachmentId> {
        match self {
            Self::New(file) => attach(op, Some(reader), Purpose::Evidence, file).await,
            Self::Kept(id) => Ok(id),
        }
    }
}

/// The change itself, for [`amend`] and for requests that staff approve. Gives the paths of the fields changed.
pub(crate) async fn change(
    op: &Op,
    request: &Amend,
    evidence: Option<Evidence<'_>>,
    digest: Vec<u8>,
) -> Result<Vec<&'static str>> {
    let id = request.reader;
    let actor = op.actor();
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    if request.version != ANY_VERSION && row.version != request.version {
        return Err(Error::Stale);
    }
    let mut invalid = Invalid::default();
    let known = Known::of(op, &row)?;
    let difference = difference(op, &row, &known, &request.changes, &mut invalid).await?;
    if let Some(difference) = &difference {
        match evidence {
            Some(evidence) => {
                if let Some(problem) = evidence.check(op).await? {
                    invalid.add("evidence", problem);
                }
            }
            None if difference.needs_evidence() && actor.channel.is_staffed() => {
                invalid.add("evidence", Problem::Missing);
            }
            None => {}
        }
        if difference.before.is_empty() {
            invalid.add("reader", Problem::NothingChanged);
        }
    }
    invalid.into_result()?;
    let Some(difference) = difference else {
        return Err(Error::internal("a checked change without its parts"));
    };

    let mut blockers =
        check_identity(op, id, ServiceName::Amend, actor.channel, &request.check, false).await?;
    // Without staff who see a paper or a code that proves the new phone, a door changes only what nobody else could use.
    if !actor.channel.is_staffed() && !difference.is_for_the_reader_alone() {
        blockers.push(Blocker::AtDeskOnly);
    }
    if is_for_the_guardian(op, &row, &request.check, &difference) {
        blockers.push(Blocker::GuardianNeeded);
    }
    if row.merged_into.is_some() {
        blockers.push(Blocker::MergedAlready);
    }
    blockers.dedup();
    if !blockers.is_empty() {
        return Err(Error::Refused(blockers));
    }
    write(op, &row, difference, Some(&request.check), evidence, digest).await
}

/// Where codes are sent opens the card: a reader under 16 alone does not change it (Table A1, note).
fn is_for_the_guardian(op: &Op, row: &reader::Model, check: &IdentityCheck, difference: &Difference) -> bool {
    let contact =
        difference.before.iter().any(|before| matches!(before.field, "reader.phone" | "reader.email"));
    contact && check.who == Presence::Reader && age_on(row.birth_date, op.today()) < ADULT_FROM
}

/// Changes phone or mailbox after a code proved it to be the reader's own (4.2.1): for the portal, which checks the code.
pub(crate) async fn change_proven_contact(
    op: &Op,
    id: ReaderId,
    phone: Option<&str>,
    email: Option<&str>,
    check: &IdentityCheck,
    digest: Vec<u8>,
) -> Result<()> {
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    let changes =
        Changes { phone: phone.map(str::to_owned), email: email.map(str::to_owned), ..Changes::default() };
    let mut invalid = Invalid::default();
    let known = Known::of(op, &row)?;
    let difference = difference(op, &row, &known, &changes, &mut invalid).await?;
    invalid.into_result()?;
    match difference {
        Some(difference) if is_for_the_guardian(op, &row, check, &difference) => {
            Err(Error::Refused(vec![Blocker::GuardianNeeded]))
        }
        Some(difference) if !difference.before.is_empty() => {
            write(op, &row, difference, Some(check), None, digest).await.map(|_| ())
        }
        _ => Err(Error::field("reader", Problem::NothingChanged)),
    }
}

/// What a change left behind, for the record that is written with it.
pub(crate) struct Changed {
    /// The version that it made.
    pub version: i64,
    /// What stood there.
    pub before: Vec<Before>,
}

/// Brings what is known of a reader up to date as a part of another service, whose record keeps what stood there. Who it is has
/// been checked, and that it is the same person.
pub(super) async fn apply(op: &Op, id: ReaderId, changes: &Changes) -> Result<Changed> {
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    // Merged into another at this very moment: run again, the documents lead there.
    if row.merged_into.is_some() {
        return Err(Error::Raced);
    }
    let mut invalid = Invalid::default();
    let known = Known::of(op, &row)?;
    let difference = difference(op, &row, &known, changes, &mut invalid).await?;
    invalid.into_result()?;
    let difference = difference.ok_or_else(|| Error::internal("a checked change without its parts"))?;
    put(op, &row, difference).await
}

async fn put(op: &Op, row: &reader::Model, difference: Difference) -> Result<Changed> {
    let done = reader::Entity::update_many()
        .set(difference.row)
        .col_expr(reader::Column::Version, Expr::col(reader::Column::Version).add(1))
        .filter(reader::Column::Id.eq(row.id))
        .filter(reader::Column::Version.eq(row.version))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Raced);
    }
    if let Some(name) = &difference.name {
        // A name that is no longer borne finds nobody: kept as a word to search by, it would stay in the clear.
        renew_name_keys(op, row.id, name).await?;
    }
    Ok(Changed { version: row.version + 1, before: difference.before })
}

async fn write(
    op: &Op,
    row: &reader::Model,
    difference: Difference,
    check: Option<&IdentityCheck>,
    evidence: Option<Evidence<'_>>,
    digest: Vec<u8>,
) -> Result<Vec<&'static str>> {
    let id = row.id;
    let reached_before = contacts(op, id).await?;
    let fields = difference.fields();
    let changed = put(op, row, difference).await?;
    let evidence = match evidence {
        Some(evidence) => Some(evidence.keep(op, id).await?),
        None => None,
    };
    let record = NewRecord {
        service: ServiceName::Amend,
        reader: id,
        card: None,
        channel: op.actor().channel,
        check,
        detail: json!({ "fields": fields, "evidence": evidence }),
        digest,
    };
    let record = records::keep(op, record).await?;
    keep_old_values(op, id, record, changed.version, &changed.before).await?;
    tell_of_change(op, id, record, &fields, check, &reached_before).await?;
    Ok(fields)
}

/// Tells the reader where they are reached now, and where they were: a number that was taken over by somebody else is noticed.
async fn tell_of_change(
    op: &Op,
    id: ReaderId,
    record: RecordId,
    fields: &[&'static str],
    check: Option<&IdentityCheck>,
    before: &outbox::Contacts,
) -> Result<()> {
    let words = [("fields", fields.join(" "))];
    tell(op, id, record, Template::InformationChanged, &words, check).await?;
    if fields.contains(&"reader.phone") || fields.contains(&"reader.email") {
        outbox::queue(op, id, Some(record), Template::InformationChanged, &words, before).await?;
    }
    Ok(())
}

pub(super) async fn renew_name_keys(op: &Op, id: ReaderId, name: &str) -> Result<()> {
    remove_name_keys(op, id).await?;
    let rows =
        words_of(name).into_iter().map(|text| word::ActiveModel { word: Set(text), reader_id: Set(id) });
    word::Entity::insert_many(rows).exec_without_returning(op.db()).await?;
    Ok(())
}

pub(super) async fn remove_name_keys(op: &Op, id: ReaderId) -> Result<()> {
    word::Entity::delete_many().filter(word::Column::ReaderId.eq(id)).exec(op.db()).await?;
    Ok(())
}

/// What stands there now, in full.
struct Known {
    phone: String,
    email: Option<String>,
    address: Option<String>,
    workplace: Option<String>,
}

impl Known {
    fn of(op: &Op, row: &reader::Model) -> Result<Self> {
        let open = |column: &str, sealed: &Option<Sealed>| -> Result<Option<String>> {
            sealed.as_ref().map(|sealed| op.keys().open_sealed(column, row.id.0, sealed)).transpose()
        };
        Ok(Self {
            phone: op.keys().open_sealed("readers.phone", row.id.0, &row.phone)?,
            email: open("readers.email", &row.email)?,
            address: open("readers.address", &row.address)?,
            workplace: open("readers.workplace", &row.workplace)?,
        })
    }
}

/// What really is different: the columns to write, and what stood there.
struct Difference {
    row: reader::ActiveModel,
    before: Vec<Before>,
    name: Option<String>,
}

impl Difference {
    fn fields(&self) -> Vec<&'static str> {
        self.before.iter().map(|before| before.field).collect()
    }

    fn needs_evidence(&self) -> bool {
        self.before.iter().any(|before| matches!(before.field, "reader.name" | "reader.birth_date"))
    }

    fn is_for_the_reader_alone(&self) -> bool {
        let alone = ["reader.address", "reader.workplace", "reader.language"];
        self.before.iter().all(|before| alone.contains(&before.field))
    }
}

async fn difference(
    op: &Op,
    row: &reader::Model,
    known: &Known,
    changes: &Changes,
    invalid: &mut Invalid,
) -> Result<Option<Difference>> {
    let wrong_before = invalid.0.len();
    let id = row.id.0;
    let mut new = reader::ActiveModel::default();
    let mut before = Vec::new();
    let mut note = |field, value: Option<String>| before.push(Before { field, value });

    let mut name = None;
    if let Some(text) = &changes.name
        && let Some(checked) = invalid.take("reader.name", details::name(text))
        && checked != row.name
    {
        note("reader.name", Some(row.name.clone()));
        new.name = Set(checked.clone());
        new.name_key = Set(name_key(&checked));
        name = Some(checked);
    }
    if let Some(word) = &changes.sex {
        let sex = Sex::ALL.into_iter().find(|sex| sex.as_str() == word.trim());
        if let Some(sex) = invalid.take("reader.sex", sex.ok_or(Problem::UnknownWord))
            && sex.as_str() != row.sex
        {
            note("reader.sex", Some(row.sex.clone()));
            new.sex = Set(sex.as_str().to_owned());
        }
    }
    if let Some(text) = &changes.birth_date {
        let told = told_birth_date(op, row.id).await?;
        if let Some(date) = invalid.take("reader.birth_date", details::birth_date(text, told, op.today()))
            && date != row.birth_date
        {
            note("reader.birth_date", Some(row.birth_date.to_string()));
            new.birth_date = Set(date);
        }
    }
    if let Some(text) = &changes.phone
        && let Some(phone) = invalid.take("reader.phone", details::phone(text))
        && phone != known.phone
    {
        note("reader.phone", Some(known.phone.clone()));
        new.phone = Set(op.keys().close("readers.phone", id, &phone)?);
        new.phone_key = Set(phone_hash(op, &phone));
    }
    let close = |column: &str, text: &Option<String>| -> Result<Option<Sealed>> {
        text.as_deref().map(|text| op.keys().close(column, id, text)).transpose()
    };
    if let Some(text) = &changes.email
        && let Some(email) = invalid.take("reader.email", details::optional_email(text))
        && email != known.email
    {
        note("reader.email", known.email.clone());
        new.email = Set(close("readers.email", &email)?);
    }
    if let Some(text) = &changes.address
        && let Some(address) = invalid.take("reader.address", details::optional_text(text, 200))
        && address != known.address
    {
        note("reader.address", known.address.clone());
        new.address = Set(close("readers.address", &address)?);
    }
    if let Some(text) = &changes.workplace
        && let Some(workplace) = invalid.take("reader.workplace", details::optional_text(text, 100))
        && workplace != known.workplace
    {
        note("reader.workplace", known.workplace.clone());
        new.workplace = Set(close("readers.workplace", &workplace)?);
    }
    if let Some(word) = &changes.language
        && let Some(language) = invalid.take("reader.language", details::language(word))
        && language != row.language.as_deref()
    {
        note("reader.language", row.language.clone());
        new.language = Set(language.map(str::to_owned));
    }
    Ok((invalid.0.len() == wrong_before).then_some(Difference { row: new, before, name }))
}

/// The birth date that one of the reader's documents says.
pub(super) async fn told_birth_date(op: &Op, id: ReaderId) -> Result<Option<NaiveDate>> {
    let rows = document::Entity::find().filter(document::Column::ReaderId.eq(id)).all(op.db()).await?;
    for row in rows {
        let (kind, number) = (kind_of(&row.kind)?, open_number(op, &row)?);
        let told = IdentityDocument::parse(kind, &number, row.issuing_country.as_deref(), op.today())
            .ok()
            .and_then(|document| document.birth_date());
        if told.is_some() {
            return Ok(told);
        }
    }
    Ok(None)
}

/// A workplace as it is kept.
pub(crate) fn check_workplace(text: &str) -> Result<Option<String>, Problem> {
    details::optional_text(text, 100)
}

/// Workplace, or school and class, as it is known.
pub(crate) async fn workplace(op: &Op, id: ReaderId) -> Result<Option<String>> {
    let row = reader::Entity::find_by_id(id).one(op.db()).await?.ok_or(Error::NotFound("reader"))?;
    Ok(Known::of(op, &row)?.workplace)
}

/// Writes down another workplace, as staff do without the reader when a class or company moves; an empty text takes it away.
///
/// # Errors
/// [`Right::AmendReaders`] is needed; [`Error::Invalid`] when it can't be taken, or is known already.
pub(crate) async fn set_workplace(op: &Op, id: ReaderId, text: &str) -> Result<()> {
    op.intend(ServiceName::Amend, Some(id));
    op.require_at_desk(Right::AmendReaders)?;
    let row = super::notes::not_merged(op, id).await?;
    let changes = Changes { workplace: Some(text.to_owned()), ..Changes::default() };
    let digest = records::digest(op, &(id, &changes))?;
    let mut invalid = Invalid::default();
    let known = Known::of(op, &row)?;
    let difference = difference(op, &row, &known, &changes, &mut invalid).await?;
    invalid.into_result()?;
    match difference {
        Some(difference) if !difference.before.is_empty() => {
            write(op, &row, difference, None, None, digest).await.map(|_| ())
        }
        _ => Err(Error::field("reader", Problem::NothingChanged)),
    }
}

#[derive(Serialize)]
struct Canonical<'a> {
    reader: ReaderId,
    version: i64,
    changes: &'a Changes,
    evidence: Option<String>,
    check: CanonicalCheck<'a>,
}

fn canonical(request: &Amend) -> Canonical<'_> {
    Canonical {
        reader: request.reader,
        version: request.version,
        changes: &request.changes,
        evidence: canonical_file(request.evidence.as_ref()),
        check: canonical_check(&request.check),
    }
}
