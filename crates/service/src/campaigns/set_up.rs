//! Setting a campaign up, and changing it.

use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::CampaignKind;
use super::find::campaign;
use super::tables::campaign as table;
use crate::kernel::{
    CampaignId, Error, Invalid, LibraryId, Op, Problem, Result, Right, ServiceName, ServicePointId, clean,
    random_bytes,
};
use crate::libraries::tree;
use crate::readers::ANY_VERSION;
use crate::records;

/// A campaign as somebody enters it.
#[derive(Clone, Debug, Default)]
pub struct CampaignForm {
    /// 3 to 12 letters, digits and `-`; empty for one that is made up.
    pub code: String,
    /// A word of [`CampaignKind`].
    pub kind: String,
    /// The code of the library that runs it; empty for the caller's.
    pub library: String,
    /// Its service point, where all that is opened counts.
    pub service_point: Option<ServicePointId>,
    /// Its title in simplified and traditional Chinese and in English; the first is needed.
    pub titles: [String; 3],
    /// Where it is.
    pub place: String,
    /// `YYYY-MM-DD`.
    pub starts_on: String,
    /// `YYYY-MM-DD`, or nothing.
    pub ends_on: String,
    /// A whole number, or nothing.
    pub target: String,
    /// In yuan with up to two decimals, or nothing.
    pub cost: String,
}

/// What a form comes to.
struct Checked {
    kind: CampaignKind,
    library: LibraryId,
    service_point: Option<ServicePointId>,
    titles: [String; 3],
    place: String,
    starts_on: NaiveDate,
    ends_on: Option<NaiveDate>,
    target: Option<i64>,
    cost_fen: Option<i64>,
}

/// Letters and digits that nobody mistakes for another.
const CLEAR: &[u8] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const LONGEST: usize = 60;

/// Sets up a campaign.
///
/// # Errors
/// [`Right::RunCampaigns`] is needed, for a library under the caller's; [`Error::Invalid`] names each field that can't be taken.
pub async fn add_campaign(op: &Op, form: &CampaignForm) -> Result<CampaignId> {
    op.intend(ServiceName::RunCampaign, None);
    op.require(Right::RunCampaigns)?;
    let mut invalid = Invalid::default();
    let code = form.code.trim().to_uppercase();
    let fits = code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    match code.len() {
        0 => {}
        1..3 => invalid.add("campaign.code", Problem::TooShort(3)),
        13.. => invalid.add("campaign.code", Problem::TooLong(12)),
        _ if !fits => invalid.add("campaign.code", Problem::Character),
        _ if is_taken(op, &code).await? => invalid.add("campaign.code", Problem::Taken),
        _ => {}
    }
    let checked = check(op, form, &mut invalid).await?;
    invalid.into_result()?;
    let checked = checked.ok_or_else(|| Error::internal("a checked campaign without its parts"))?;
    let code = if code.is_empty() { free_code(op).await? } else { code };
    let id: CampaignId = op.new_id()?;
    let mut row = filled(checked);
    row.id = Set(id);
    row.code = Set(code.clone());
    row.version = Set(1);
    row.created_at = Set(op.now());
    table::Entity::insert(row).exec_without_returning(op.db()).await?;
    keep(op, id, &code, form).await?;
    Ok(id)
}

/// Changes a campaign; its code stays, since it is on paper by now.
///
/// # Errors
/// As [`add_campaign`]; [`Error::Stale`] when it is not at the version that was seen, and [`ANY_VERSION`] is none that anybody saw.
pub async fn change_campaign(op: &Op, id: CampaignId, seen: i64, form: &CampaignForm) -> Result<()> {
    op.intend(ServiceName::RunCampaign, None);
    let known = campaign(op, id).await?;
    let seen = if seen == ANY_VERSION { known.version } else { seen };
    let mut invalid = Invalid::default();
    let checked = check(op, form, &mut invalid).await?;
    invalid.into_result()?;
    let checked = checked.ok_or_else(|| Error::internal("a checked campaign without its parts"))?;
    let mut set = filled(checked);
    set.version = Set(seen + 1);
    let done = table::Entity::update_many()
        .set(set)
        .filter(table::Column::Id.eq(id))
        .filter(table::Column::Version.eq(seen))
        .exec(op.db())
        .await?;
    if done.rows_affected != 1 {
        return Err(Error::Stale);
    }
    keep(op, id, &known.code, form).await
}

fn filled(checked: Checked) -> table::ActiveModel {
    let [title, title_hant, title_en] = checked.titles;
    table::ActiveModel {
        kind: Set(checked.kind.as_str().to_owned()),
        library_id: Set(checked.library),
        service_point_id: Set(checked.service_point),
        title: Set(title),
        title_hant: Set(title_hant),
        title_en: Set(title_en),
        place: Set(checked.place),
        starts_on: Set(checked.starts_on),
        ends_on: Set(checked.ends_on),
        target: Set(checked.target),
        cost_fen: Set(checked.cost_fen),
        ..Default::default()
    }
}

async fn check(op: &Op, form: &CampaignForm, invalid: &mut Invalid) -> Result<Option<Checked>> {
    let kind = match form.kind.trim() {
        "" => Err(Problem::Missing),
        word => CampaignKind::from_word(word).ok_or(Problem::UnknownWord),
    };
    let kind = invalid.take("campaign.kind", kind);
    let tree = tree(op).await?;
    let library = match form.library.trim() {
        "" => Some(op.actor().library),
        code => tree.libraries().find(|library| library.code == code).map(|library| library.id),
    };
    let library = library.filter(|library| tree.covers(op.actor().scope, *library));
    let library = invalid.take("campaign.library", library.ok_or(Problem::UnknownWord));
    if let (Some(point), Some(library)) = (form.service_point, library)
        && !tree.points_under(library).any(|own| own.id == point)
    {
        invalid.add("campaign.service_point", Problem::UnknownWord);
    }
    let titles = form.titles.each_ref().map(|title| clean(title));
    for (title, field) in titles.iter().zip(["campaign.title", "campaign.title_hant", "campaign.title_en"]) {
        if title.chars().count() > LONGEST {
            invalid.add(field, Problem::TooLong(LONGEST));
        }
    }
    if titles[0].is_empty() {
        invalid.add("campaign.title", Problem::Missing);
    }
    let place = clean(&form.place);
    if place.chars().count() > LONGEST {
        invalid.add("campaign.place", Problem::TooLong(LONGEST));
    }
    let starts_on = match form.starts_on.trim() {
        "" => Err(Problem::Missing),
        text => day(text),
    };
    let starts_on = invalid.take("campaign.starts_on", starts_on);
    let ends_on = invalid.take("campaign.ends_on", given(&form.ends_on, day));
    if let (Some(begin), Some(Some(end))) = (starts_on, ends_on)
        && end < begin
    {
        invalid.add("campaign.ends_on", Problem::BeforeBegin);
    }
    let target = invalid.take("campaign.target", given(&form.target, count));
    let cost_fen = invalid.take("campaign.cost", given(&form.cost, fen));
    let service_point = form.service_point;
    Ok(match (kind, library, starts_on, ends_on, target, cost_fen) {
        (Some(kind), Some(library), Some(starts_on), Some(ends_on), Some(target), Some(cost_fen)) => {
            Some(Checked {
                kind,
                library,
                service_point,
                titles,
                place,
                starts_on,
                ends_on,
                target,
                cost_fen,
            })
        }
        _ => None,
    })
}

/// What was entered, or nothing.
fn given<T>(text: &str, parse: impl Fn(&str) -> Result<T, Problem>) -> Result<Option<T>, Problem> {
    let text = text.trim();
    if text.is_empty() { Ok(None) } else { parse(text).map(Some) }
}

fn day(text: &str) -> Result<NaiveDate, Problem> {
    NaiveDate::parse_from_str(text, "%Y-%m-%d").map_err(|_| Problem::Date)
}

fn count(text: &str) -> Result<i64, Problem> {
    text.parse().ok().filter(|number| (1..=10_000_000).contains(number)).ok_or(Problem::PolicyValue)
}

/// Yuan with up to two decimals, in fen.
fn fen(text: &str) -> Result<i64, Problem> {
    let (yuan, part) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if yuan.is_empty() || yuan.len() > 9 || part.len() > 2 || !digits(yuan) || !digits(part) {
        return Err(Problem::Amount);
    }
    let part = format!("{part:0<2}");
    match (yuan.parse::<i64>(), part.parse::<i64>()) {
        (Ok(yuan), Ok(part)) => Ok(yuan * 100 + part),
        _ => Err(Problem::Amount),
    }
}

async fn is_taken(op: &Op, code: &str) -> Result<bool> {
    let row = table::Entity::find().filter(table::Column::Code.eq(code)).one(op.db()).await?;
    Ok(row.is_some())
}

/// Six letters and digits that are nobody's.
async fn free_code(op: &Op) -> Result<String> {
    for _ in 0..20 {
        let bytes: [u8; 6] = random_bytes()?;
        let code: String = bytes
            .iter()
            .filter_map(|byte| CLEAR.get(usize::from(*byte) % CLEAR.len()))
            .map(|byte| char::from(*byte))
            .collect();
        if !is_taken(op, &code).await? {
            return Ok(code);
        }
    }
    Err(Error::internal("no free code in 20 tries"))
}

async fn keep(op: &Op, id: CampaignId, code: &str, form: &CampaignForm) -> Result<()> {
    let detail = json!({
        "campaign": id, "code": code, "kind": form.kind, "from": form.starts_on, "until": form.ends_on,
        "service_point": form.service_point,
    });
    records::keep_act(op, ServiceName::RunCampaign, detail).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_is_entered_in_yuan_and_kept_in_fen() {
        for (text, expected) in [
            ("12", Some(1200)),
            ("12.3", Some(1230)),
            ("0.05", Some(5)),
            ("1.234", None),
            ("-1", None),
            (".5", None),
            ("1.", Some(100)),
        ] {
            assert_eq!(fen(text).ok(), expected, "{text}");
        }
    }
}
