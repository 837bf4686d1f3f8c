//! Typed ids: a reader's id can't be passed where a card's is meant. All are UUIDv7, so that rows lie in the order of
//! their making without a sequence that instances would have to share.

use sea_orm::DeriveValueType;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, DeriveValueType, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    )*};
}

ids! {
    /// A library: the federation itself, a member library or a branch.
    LibraryId,
    /// A desk, kiosk, machine or mobile point.
    ServicePointId,
    /// A member of staff.
    StaffId,
    /// A token of the JSON API.
    ApiTokenId,
    /// A person.
    ReaderId,
    /// One identity document of a person.
    DocumentId,
    /// The guardian who consented to a minor's card.
    GuardianId,
    /// A card.
    CardId,
    /// A service record.
    RecordId,
    /// An entry of the access log.
    AccessId,
    /// A scan, photo or signed paper.
    AttachmentId,
    /// A message to a reader.
    MessageId,
    /// A note of staff about a reader.
    NoteId,
    /// A block on a reader.
    BlockId,
    /// A request that waits for staff.
    RequestId,
    /// Two records made one.
    MergeId,
    /// An old value of something that was changed.
    ChangeId,
    /// A code that was sent to a reader.
    CodeId,
    /// A self-service machine's account.
    MachineId,
    /// What is lent, with all its copies.
    TitleId,
    /// One copy, with a barcode of its own.
    ItemId,
    /// An item that a reader has, or had.
    LoanId,
    /// Something done with an item.
    ItemEventId,
    /// What a reader owes.
    ChargeId,
    /// A payment or waiver of it.
    ChargeEntryId,
    /// A reader who waits for a title.
    ReservationId,
    /// A partner platform's account (6.1.4).
    PartnerId,
    /// A key that a partner signs with.
    PartnerKeyId,
    /// A reader's code at a partner platform.
    LinkId,
    /// Something that a partner is told of a reader's card.
    PartnerEventId,
    /// A visit to a library.
    VisitId,
    /// A platform of digital resources (A.3.2 d).
    PlatformId,
    /// Uses of a platform by somebody on a day.
    ResourceUseId,
    /// A key that identities are signed with.
    SignOnKeyId,
    /// Somebody who stands at a kiosk.
    KioskVisitId,
    /// A person's application for a card, on the web (A.2.1 b).
    ApplicationId,
    /// A terminal that wants to be signed in by a phone (6.1.4.2).
    ScanId,
    /// A reader's consent that a partner service may ask (A.3.2 e).
    ConsentId,
    /// A mobile card point: a laptop that was prepared (6.5).
    PointId,
    /// A card opened at a mobile point.
    OpeningId,
    /// A visit to a unit that was agreed on (4.4.2).
    AppointmentId,
    /// A school, company or other unit whose people get cards together (6.1.3).
    UnitId,
    /// A link behind which a unit sends a list by itself.
    UnitLinkId,
    /// A unit's list, from its arrival until the cards are handed over.
    BatchId,
    /// A change of many readers at once.
    BatchChangeId,
    /// A reader in it.
    BatchChangeRowId,
    /// What a One-Card looks like (5.2.2).
    DesignId,
    /// Cards that a manufacturer was asked for (5.2.1).
    StockOrderId,
    /// Cards on their way from one library to another.
    TransferId,
    /// A row of the ledger of cards.
    MovementId,
    /// A stock-taking.
    StockCountId,
    /// Cards that a library prints itself.
    CardRunId,
    /// Something that is done so that people get cards (6.5).
    CampaignId,
    /// A version of a page that staff wrote (4.4.1).
    SiteVersionId,
    /// A short post (4.4.1).
    NewsId,
}
