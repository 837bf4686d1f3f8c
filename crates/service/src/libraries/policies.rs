//! Policies as data: what a library may set for itself. What it has not set is its parent's, then the federation's, and in
//! the end the standard's.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::tables::policy;
use super::tree;
use crate::kernel::{Error, LibraryId, Op, Problem, Result, Right, ServiceName, Who, as_kept};
use crate::records;

/// A thing that a library may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Policy {
    /// How many ordinary books a reader may have out (A.3.2 a).
    BookLimit,
    /// How many periodicals (A.3.2 b).
    PeriodicalLimit,
    /// How many audio and video items (A.3.2 b).
    AvLimit,
    /// What a One-Card barcode looks like: `#` a digit, `@` a capital letter, the rest as it stands; several forms are
    /// separated by a space (5.2.2).
    OneCardBarcode,
    /// Minutes of quiet after which a member of staff is signed out (5.1.3).
    StaffIdleMinutes,
    /// The phone number that the slip gives for reporting a loss (A.4.1).
    LossPhone,
    /// 1: whoever signs in with the default password has to choose one first; 0: they are reminded.
    ForcePasswordChange,
    /// Minutes within which the clerk who reported a loss by mistake may take it back.
    LossUndoMinutes,
    /// Days within which a loss told by phone is to be confirmed in person; 0: never.
    LossConfirmDays,
    /// After so many years identity is checked again at the desk; 0: never.
    ReverifyYears,
    /// A card opened without a clerk is provisional for so many days, until identity is checked at a desk; 0: never.
    ProvisionalDays,
    /// So many days before a document ends, its reader is told.
    DocumentExpiryDays,
    /// The largest scan or photo, in KiB.
    AttachmentKib,
    /// What a caller is asked who reports a loss by phone: two or more of `birth_date`, `document_end`, `phone`, `address`,
    /// `workplace`, `issuing_library` (A.4.1).
    PhoneQuestions,
    /// What lends at this library: `ledger`, the built-in ledger, or `none`, another system that Yueka does not ask.
    Circulation,
    /// Days for which a book is lent.
    BookDays,
    /// Days for which a periodical is lent.
    PeriodicalDays,
    /// Days for which audio and video items are lent.
    AvDays,
    /// How often a loan may be renewed.
    Renewals,
    /// Days by which a renewal is longer, counted from the day it was due.
    RenewalDays,
    /// What an item costs for each open day it is overdue, in fen (6.3.4).
    OverdueFen,
    /// What an overdue item costs at most, in fen; 0: no bound but its price.
    OverdueCapFen,
    /// Who owes more than this, in fen, borrows nothing.
    OwedLimitFen,
    /// 1: who has overdue items borrows nothing before they are back; 0: they may.
    OverdueBlocks,
    /// 1: who has no document that is still valid borrows nothing; 0: they may.
    EndedDocumentBlocks,
    /// Open days for which a reserved item is kept.
    PickupDays,
    /// How many titles a reader may wait for.
    ReservationLimit,
    /// So many days before an item is due, its reader is reminded; 0: never.
    DueSoonDays,
    /// Days of the week on which the library is closed, 1 (Monday) to 7, separated by spaces; `0`: none.
    WeeklyClosing,
    /// Minutes within which a reader who comes again is not counted as another visit (A.3.1).
    VisitMinutes,
    /// Days for which it is known who visited; after that visits are only counted (5.3).
    VisitDays,
    /// Hours for which a gate that lost the network may decide by its list (A.3.1).
    GateListHours,
    /// 1: cards are opened on the web in this library's name; 0: they are not (A.2.1 b).
    OnlineOpening,
    /// Days for which photos of documents are kept after an application on the web was decided; 0: none (5.3).
    ApplicationPhotoDays,
    /// Days for which a unit's list is kept after its cards were handed over, or it was withdrawn (5.3).
    GroupListDays,
    /// Days after which an application on the web ends whose applicant was asked for more and did not answer (A.2.1 b).
    ApplicationDays,
    /// The networks of the library's public terminals (`10.3.0.0/16`), separated by spaces: a reader who signs one in by phone sees whose
    /// it is (6.1.4.2).
    TerminalNetworks,
    /// 1: only One-Cards of the stock are given out; 0: those that the stock does not know, too (5.2.1).
    StockRequired,
    /// Days from an order of One-Cards until they arrive (5.2.1).
    StockLeadDays,
    /// Days for which One-Cards should be there beyond that (5.2.1).
    StockSafetyDays,
    /// Months for which an order of One-Cards should last (5.2.1).
    StockCoverMonths,
}

/// The most that a library can allow a scan or photo to have, in KiB: [`Policy::AttachmentKib`].
pub const LARGEST_ATTACHMENT_KIB: i64 = 16 * 1024;

/// The value of a policy.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum PolicyValue {
    /// A whole number.
    Number(i64),
    /// A text.
    Text(String),
}

impl std::fmt::Display for PolicyValue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl PolicyValue {
    /// The number, or 0 for a text.
    #[must_use]
    pub fn number(&self) -> i64 {
        match self {
            Self::Number(number) => *number,
            Self::Text(_) => 0,
        }
    }
}

impl Policy {
    /// All policies, in the order in which a page lists them.
    pub const ALL: [Self; 41] = [
        Self::BookLimit,
        Self::PeriodicalLimit,
        Self::AvLimit,
        Self::OneCardBarcode,
        Self::StaffIdleMinutes,
        Self::LossPhone,
        Self::ForcePasswordChange,
        Self::LossUndoMinutes,
        Self::LossConfirmDays,
        Self::ReverifyYears,
        Self::ProvisionalDays,
        Self::DocumentExpiryDays,
        Self::AttachmentKib,
        Self::PhoneQuestions,
        Self::Circulation,
        Self::BookDays,
        Self::PeriodicalDays,
        Self::AvDays,
        Self::Renewals,
        Self::RenewalDays,
        Self::OverdueFen,
        Self::OverdueCapFen,
        Self::OwedLimitFen,
        Self::OverdueBlocks,
        Self::EndedDocumentBlocks,
        Self::PickupDays,
        Self::ReservationLimit,
        Self::DueSoonDays,
        Self::WeeklyClosing,
        Self::VisitMinutes,
        Self::VisitDays,
        Self::GateListHours,
        Self::OnlineOpening,
        Self::ApplicationPhotoDays,
        Self::GroupListDays,
        Self::ApplicationDays,
        Self::TerminalNetworks,
        Self::StockRequired,
        Self::StockLeadDays,
        Self::StockSafetyDays,
        Self::StockCoverMonths,
    ];

    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BookLimit => "book_limit",
            Self::PeriodicalLimit => "periodical_limit",
            Self::AvLimit => "av_limit",
            Self::OneCardBarcode => "one_card_barcode",
            Self::StaffIdleMinutes => "staff_idle_minutes",
            Self::LossPhone => "loss_phone",
            Self::ForcePasswordChange => "force_password_change",
            Self::LossUndoMinutes => "loss_undo_minutes",
            Self::LossConfirmDays => "loss_confirm_days",
            Self::ReverifyYears => "reverify_years",
            Self::ProvisionalDays => "provisional_days",
            Self::DocumentExpiryDays => "document_expiry_days",
            Self::AttachmentKib => "attachment_kib",
            Self::PhoneQuestions => "phone_questions",
            Self::Circulation => "circulation",
            Self::BookDays => "book_days",
            Self::PeriodicalDays => "periodical_days",
            Self::AvDays => "av_days",
            Self::Renewals => "renewals",
            Self::RenewalDays => "renewal_days",
            Self::OverdueFen => "overdue_fen",
            Self::OverdueCapFen => "overdue_cap_fen",
            Self::OwedLimitFen => "owed_limit_fen",
            Self::OverdueBlocks => "overdue_blocks",
            Self::EndedDocumentBlocks => "ended_document_blocks",
            Self::PickupDays => "pickup_days",
            Self::ReservationLimit => "reservation_limit",
            Self::DueSoonDays => "due_soon_days",
            Self::WeeklyClosing => "weekly_closing",
            Self::VisitMinutes => "visit_minutes",
            Self::VisitDays => "visit_days",
            Self::GateListHours => "gate_list_hours",
            Self::OnlineOpening => "online_opening",
            Self::ApplicationPhotoDays => "application_photo_days",
            Self::GroupListDays => "group_list_days",
            Self::ApplicationDays => "application_days",
            Self::TerminalNetworks => "terminal_networks",
            Self::StockRequired => "stock_required",
            Self::StockLeadDays => "stock_lead_days",
            Self::StockSafetyDays => "stock_safety_days",
            Self::StockCoverMonths => "stock_cover_months",
        }
    }

    /// The policy of this name.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.as_str() == word)
    }

    /// The clause that leaves it to libraries, or sets its value.
    #[must_use]
    pub fn clause(self) -> &'static str {
        match self {
            Self::BookLimit | Self::Circulation | Self::BookDays | Self::OverdueBlocks => "A.3.2 a",
            Self::PeriodicalLimit | Self::AvLimit | Self::PeriodicalDays | Self::AvDays => "A.3.2 b",
            Self::Renewals | Self::RenewalDays | Self::DueSoonDays | Self::TerminalNetworks => "6.1.4.2",
            Self::OverdueFen | Self::OverdueCapFen | Self::OwedLimitFen | Self::WeeklyClosing => "6.3.4",
            Self::EndedDocumentBlocks | Self::VisitMinutes | Self::GateListHours => "A.3.1",
            Self::PickupDays | Self::ReservationLimit => "A.3.2 e",
            Self::OneCardBarcode => "5.2.2",
            Self::StaffIdleMinutes => "5.1.3",
            Self::LossPhone | Self::LossUndoMinutes | Self::LossConfirmDays | Self::PhoneQuestions => "A.4.1",
            Self::ForcePasswordChange => "A.2.3",
            Self::ReverifyYears => "6.2.1",
            Self::ProvisionalDays => "A.2.1",
            Self::DocumentExpiryDays => "4.2.1",
            Self::AttachmentKib | Self::VisitDays | Self::ApplicationPhotoDays | Self::GroupListDays => "5.3",
            Self::OnlineOpening | Self::ApplicationDays => "A.2.1 b",
            Self::StockRequired | Self::StockLeadDays | Self::StockSafetyDays | Self::StockCoverMonths => {
                "5.2.1"
            }
        }
    }

    /// The value where nobody has set one.
    #[must_use]
    pub fn default_value(self) -> PolicyValue {
        match self {
            Self::BookLimit => PolicyValue::Number(20),
            Self::PeriodicalLimit | Self::AvLimit => PolicyValue::Number(0),
            Self::OneCardBarcode => PolicyValue::Text("FS########".to_owned()),
            Self::StaffIdleMinutes => PolicyValue::Number(20),
            Self::LossPhone | Self::TerminalNetworks => PolicyValue::Text(String::new()),
            Self::ForcePasswordChange => PolicyValue::Number(1),
            Self::LossUndoMinutes | Self::VisitMinutes => PolicyValue::Number(30),
            Self::LossConfirmDays => PolicyValue::Number(0),
            Self::ReverifyYears => PolicyValue::Number(0),
            Self::ProvisionalDays => PolicyValue::Number(0),
            Self::DocumentExpiryDays => PolicyValue::Number(30),
            Self::AttachmentKib => PolicyValue::Number(4096),
            Self::PhoneQuestions => PolicyValue::Text("birth_date document_end phone".to_owned()),
            Self::Circulation => PolicyValue::Text("ledger".to_owned()),
            Self::BookDays | Self::RenewalDays => PolicyValue::Number(30),
            Self::PeriodicalDays | Self::AvDays => PolicyValue::Number(15),
            Self::Renewals | Self::OverdueBlocks => PolicyValue::Number(1),
            Self::OverdueFen => PolicyValue::Number(10),
            Self::OverdueCapFen => PolicyValue::Number(2000),
            Self::OwedLimitFen => PolicyValue::Number(1000),
            Self::EndedDocumentBlocks => PolicyValue::Number(0),
            Self::PickupDays => PolicyValue::Number(7),
            Self::ReservationLimit => PolicyValue::Number(5),
            Self::DueSoonDays => PolicyValue::Number(3),
            Self::WeeklyClosing => PolicyValue::Text("0".to_owned()),
            Self::VisitDays => PolicyValue::Number(90),
            Self::GateListHours => PolicyValue::Number(4),
            Self::OnlineOpening => PolicyValue::Number(1),
            Self::ApplicationPhotoDays => PolicyValue::Number(0),
            Self::GroupListDays => PolicyValue::Number(90),
            Self::ApplicationDays => PolicyValue::Number(14),
            Self::StockRequired => PolicyValue::Number(0),
            Self::StockLeadDays => PolicyValue::Number(45),
            Self::StockSafetyDays => PolicyValue::Number(30),
            Self::StockCoverMonths => PolicyValue::Number(6),
        }
    }

    /// What it takes, in words for whoever runs a command.
    #[must_use]
    pub fn takes(self) -> String {
        match self.range() {
            Some(range) => format!("a whole number from {} to {}", range.start(), range.end()),
            None => match self {
                Self::OneCardBarcode => {
                    "forms of 6 to 32 characters, # a digit, @ a capital letter, separated by spaces"
                        .to_owned()
                }
                Self::LossPhone => "up to 40 digits, spaces and -+()".to_owned(),
                Self::Circulation => "ledger or none".to_owned(),
                Self::TerminalNetworks => {
                    "networks as 10.3.0.0/16 or 2001:db8::/32, separated by spaces".to_owned()
                }
                Self::WeeklyClosing => {
                    "0, or days of the week from 1 (Monday) to 7, not all of them".to_owned()
                }
                _ => format!("two or more of {}", PHONE_QUESTIONS.join(", ")),
            },
        }
    }

    /// The numbers that it takes; none for what is a text.
    #[must_use]
    pub fn range(self) -> Option<std::ops::RangeInclusive<i64>> {
        match self {
            Self::BookLimit | Self::PeriodicalLimit | Self::AvLimit => Some(0..=500),
            Self::StaffIdleMinutes => Some(1..=480),
            Self::ForcePasswordChange => Some(0..=1),
            Self::LossUndoMinutes | Self::VisitMinutes => Some(0..=1440),
            Self::LossConfirmDays | Self::ProvisionalDays | Self::DocumentExpiryDays => Some(0..=365),
            Self::ReverifyYears => Some(0..=20),
            Self::AttachmentKib => Some(64..=LARGEST_ATTACHMENT_KIB),
            Self::BookDays | Self::PeriodicalDays | Self::AvDays | Self::RenewalDays => Some(1..=365),
            Self::Renewals => Some(0..=20),
            Self::OverdueFen => Some(0..=10_000),
            Self::OverdueCapFen | Self::OwedLimitFen => Some(0..=1_000_000),
            Self::OverdueBlocks | Self::EndedDocumentBlocks => Some(0..=1),
            Self::PickupDays => Some(1..=60),
            Self::ReservationLimit => Some(0..=100),
            Self::DueSoonDays => Some(0..=30),
            Self::VisitDays => Some(1..=3650),
            Self::GateListHours => Some(1..=24),
            Self::OnlineOpening => Some(0..=1),
            Self::ApplicationPhotoDays => Some(0..=30),
            Self::GroupListDays => Some(1..=730),
            Self::ApplicationDays => Some(1..=90),
            Self::StockRequired => Some(0..=1),
            Self::StockLeadDays | Self::StockSafetyDays => Some(0..=365),
            Self::StockCoverMonths => Some(1..=24),
            Self::OneCardBarcode
            | Self::LossPhone
            | Self::PhoneQuestions
            | Self::Circulation
            | Self::WeeklyClosing
            | Self::TerminalNetworks => None,
        }
    }

    /// Takes what somebody entered.
    ///
    /// # Errors
    /// When this policy can't have it.
    pub fn parse(self, text: &str) -> Result<PolicyValue, Problem> {
        let text = text.trim();
        if let Some(range) = self.range() {
            let number = text.parse().ok().filter(|number| range.contains(number));
            return number.map(PolicyValue::Number).ok_or(Problem::PolicyValue);
        }
        match self {
            Self::Circulation if ["ledger", "none"].contains(&text) => Ok(PolicyValue::Text(text.to_owned())),
            Self::Circulation => Err(Problem::PolicyValue),
            Self::WeeklyClosing if text == "0" => Ok(PolicyValue::Text(text.to_owned())),
            Self::WeeklyClosing => {
                let mut days: Vec<&str> = text.split_whitespace().collect();
                days.sort_unstable();
                let known = days.iter().all(|day| matches!(*day, "1" | "2" | "3" | "4" | "5" | "6" | "7"));
                days.dedup();
                if days.is_empty() || days.len() > 6 || !known {
                    return Err(Problem::PolicyValue);
                }
                Ok(PolicyValue::Text(days.join(" ")))
            }
            Self::TerminalNetworks => match as_kept(text) {
                Some(networks) if networks.len() <= 400 => Ok(PolicyValue::Text(networks)),
                _ => Err(Problem::PolicyValue),
            },
            Self::PhoneQuestions => {
                let asked: Vec<&str> = text.split_whitespace().collect();
                let once = asked.iter().collect::<std::collections::BTreeSet<_>>().len() == asked.len();
                if asked.len() < 2 || !once || !asked.iter().all(|word| PHONE_QUESTIONS.contains(word)) {
                    return Err(Problem::PolicyValue);
                }
                Ok(PolicyValue::Text(asked.join(" ")))
            }
            Self::OneCardBarcode => {
                let forms: Vec<&str> = text.split_whitespace().collect();
                let fits = |form: &&str| {
                    (6..=32).contains(&form.len())
                        && form.contains('#')
                        && form.bytes().all(|byte| {
                            byte.is_ascii_uppercase() || byte.is_ascii_digit() || b"#@-".contains(&byte)
                        })
                };
                if forms.is_empty() || !forms.iter().all(fits) {
                    return Err(Problem::PolicyValue);
                }
                Ok(PolicyValue::Text(forms.join(" ")))
            }
            _ => {
                if text.chars().count() > 40
                    || !text.chars().all(|c| c.is_ascii_digit() || " -+()".contains(c))
                {
                    return Err(Problem::PolicyValue);
                }
                Ok(PolicyValue::Text(text.to_owned()))
            }
        }
    }
}

/// What a caller can be asked.
pub const PHONE_QUESTIONS: [&str; 6] =
    ["birth_date", "document_end", "phone", "address", "workplace", "issuing_library"];

/// A policy as it stands at a library, and whose setting that is.
#[derive(Clone, Debug)]
pub struct PolicySetting {
    /// Which policy.
    pub policy: Policy,
    /// The value in force.
    pub value: PolicyValue,
    /// The library that set it; none where it is the standard's.
    pub set_by: Option<LibraryId>,
    /// When it was set.
    pub set_at: Option<DateTime<Utc>>,
}

/// What is in force at a library.
///
/// # Errors
/// When the database can't be asked.
pub async fn policies(op: &Op, library: LibraryId) -> Result<Vec<PolicySetting>> {
    let tree = tree(op).await?;
    let upwards: Vec<LibraryId> = tree.upwards(library).map(|library| library.id).collect();
    let rows = policy::Entity::find()
        .filter(policy::Column::LibraryId.is_in(upwards.iter().map(|id| id.0)))
        .all(op.db())
        .await?;
    Policy::ALL
        .into_iter()
        .map(|policy| {
            let nearest = upwards
                .iter()
                .find_map(|id| rows.iter().find(|row| row.library_id == *id && row.name == policy.as_str()));
            Ok(match nearest {
                Some(row) => PolicySetting {
                    policy,
                    value: serde_json::from_str(&row.value).map_err(Error::internal)?,
                    set_by: Some(row.library_id),
                    set_at: Some(row.changed_at),
                },
                None => PolicySetting { policy, value: policy.default_value(), set_by: None, set_at: None },
            })
        })
        .collect()
}

/// What is in force at a library, for whoever may set it.
///
/// # Errors
/// [`Right::SetPolicies`] is needed, for a library under the caller's.
pub async fn policies_to_set(op: &Op, library: LibraryId) -> Result<Vec<PolicySetting>> {
    op.require(Right::SetPolicies)?;
    if !tree(op).await?.covers(op.actor().scope, library) {
        return Err(Error::NotFound("library"));
    }
    policies(op, library).await
}

/// One policy as it stands at a library.
///
/// # Errors
/// When the database can't be asked.
pub async fn policy(op: &Op, library: LibraryId, wanted: Policy) -> Result<PolicyValue> {
    let found = policies(op, library).await?.into_iter().find(|setting| setting.policy == wanted);
    Ok(found.map_or_else(|| wanted.default_value(), |setting| setting.value))
}

/// Whether any library has set this policy for itself: what nobody has set needs no looking up.
pub(crate) async fn is_set_anywhere(op: &Op, wanted: Policy) -> Result<bool> {
    let row = policy::Entity::find().filter(policy::Column::Name.eq(wanted.as_str())).one(op.db()).await?;
    Ok(row.is_some())
}

/// What each library that set this policy has set itself.
pub(crate) async fn set_themselves(op: &Op, wanted: Policy) -> Result<Vec<(LibraryId, PolicyValue)>> {
    let rows = policy::Entity::find().filter(policy::Column::Name.eq(wanted.as_str())).all(op.db()).await?;
    let value =
        |row: policy::Model| Ok((row.library_id, serde_json::from_str(&row.value).map_err(Error::internal)?));
    rows.into_iter().map(value).collect()
}

/// Sets a policy for a library, or with `None` gives it back to whom the library stands under.
///
/// # Errors
/// [`Right::SetPolicies`] is needed, for a library under the caller's; [`Error::Invalid`] for a value it can't have.
pub async fn set_policy(op: &Op, library: LibraryId, policy: Policy, value: Option<&str>) -> Result<()> {
    op.intend(ServiceName::SetPolicy, None);
    op.require(Right::SetPolicies)?;
    if !tree(op).await?.covers(op.actor().scope, library) {
        return Err(Error::NotFound("library"));
    }
    write_policy(op, library, policy, value).await
}

/// The same, for whoever was asked before whether they may.
pub(super) async fn write_policy(
    op: &Op,
    library: LibraryId,
    policy: Policy,
    value: Option<&str>,
) -> Result<()> {
    let Some(text) = value else {
        policy::Entity::delete_by_id((library, policy.as_str().to_owned())).exec(op.db()).await?;
        let detail = json!({ "library": library, "policy": policy.as_str(), "value": null });
        return records::keep_act(op, ServiceName::SetPolicy, detail).await.map(|_| ());
    };
    let value = policy.parse(text).map_err(|problem| Error::field("value", problem))?;
    let row = policy::ActiveModel {
        library_id: Set(library),
        name: Set(policy.as_str().to_owned()),
        value: Set(serde_json::to_string(&value).map_err(Error::internal)?),
        changed_at: Set(op.now()),
        changed_by: Set(match op.actor().who {
            Who::Staff(id) => id.0,
            Who::Token(id) => id.0,
            Who::Reader(id) => id.0,
            Who::Machine(id) => id.0,
            Who::Partner(id) => id.0,
            Who::Unit(id) => id.0,
            Who::System => uuid::Uuid::nil(),
        }),
    };
    policy::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([policy::Column::LibraryId, policy::Column::Name])
                .update_columns([policy::Column::Value, policy::Column::ChangedAt, policy::Column::ChangedBy])
                .to_owned(),
        )
        .exec_without_returning(op.db())
        .await?;
    let detail = json!({ "library": library, "policy": policy.as_str(), "value": value });
    records::keep_act(op, ServiceName::SetPolicy, detail).await.map(|_| ())
}
