//! Why a service can't be rendered: typed, with the clause it comes from, so that every face can say what to do instead.

use chrono::{DateTime, Utc};

use super::{CardId, CardKind, CardState, ItemKind, LibraryId, MergeId, ReaderId, StockPlace, SystemName};

/// A reason that keeps a service from being rendered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Blocker {
    /// This person holds a live card already.
    AlreadyHoldsCard {
        /// The person.
        reader: ReaderId,
        /// The card held.
        card: CardId,
        /// Its kind.
        kind: CardKind,
        /// Its state: active or lost.
        state: CardState,
        /// The original issuing library.
        issuing_library: LibraryId,
        /// When it was opened.
        opened_at: DateTime<Utc>,
    },
    /// The documents shown belong to two different records, which must be merged first.
    DocumentsOfTwoReaders,
    /// There are readers who may be the same person: of the same name and birth date, or with a document of the same number.
    /// Somebody has to look at them first.
    PossibleDuplicate(Vec<Duplicate>),
    /// The document is on the record of a reader of another name or birth date: the record is changed first, with evidence, or
    /// the document was misread.
    RecordOfAnother(ReaderId),
    /// With this document the reader gets a One-Card, not a document card.
    DocumentCannotBeCard,
    /// From 16 on, with this document, the document is the card.
    DocumentIsTheCard,
    /// A One-Card is given out by staff only.
    OneCardAtDeskOnly,
    /// Under 16: the guardian has to come to a desk and sign.
    MinorAtDeskOnly,
    /// The barcode is on a card that was given out before.
    BarcodeInUse,
    /// The barcode is on a card that this reader has, or had: a number is given once.
    BarcodeWasTheirs,
    /// The card works: there is nothing to restore.
    CardActive,
    /// The card is reported lost already.
    CardLost,
    /// The card was cancelled and will never work again.
    CardCancelled,
    /// The card has a successor already.
    CardReplaced,
    /// The number is that of a card that is gone, and its holder has another card.
    NumberNotUsed,
    /// Only a One-Card is replaced; a document that is the card is re-issued by its own authority.
    OneCardOnly,
    /// Only the issuing library does this.
    IssuingLibraryOnly {
        /// The library that issued the card.
        issuing_library: LibraryId,
    },
    /// This is the issuing library: nobody has to be sent there.
    IssuingLibraryHere,
    /// Staff have to see the person.
    AtDeskOnly,
    /// On the phone, only a loss is reported.
    PhoneForLossOnly,
    /// The reader comes in person.
    InPersonOnly,
    /// A guardian acts for a reader under 16 only.
    GuardianOfMinorOnly,
    /// Under 16, the guardian decides this, with their document.
    GuardianNeeded,
    /// The document shown is not that of the guardian who consented.
    NotTheGuardian,
    /// An agent under 16 acts for nobody.
    AgentIsMinor,
    /// The agent has no authorization, or the papers of both were not seen.
    AuthorizationMissing,
    /// The principal's document is not the reader's.
    PrincipalIsAnother,
    /// Items are still on loan.
    LoansOut(u32),
    /// Overdue charges are unpaid, in fen.
    ChargesUnpaid(i64),
    /// No circulation is configured: somebody has to look up loans and charges, and say so.
    CirculationNotChecked,
    /// The system that knows loans and charges, by its name, does not answer.
    CirculationUnavailable(SystemName),
    /// The time for taking a loss report back is over; the card is restored instead.
    TooLateToUndo,
    /// Somebody else reported the loss; the card is restored instead.
    ReportedByAnother,
    /// The card is of this kind already.
    SameKind,
    /// The document belongs to another reader's record, which must be merged first.
    DocumentIsAnothers(ReaderId),
    /// A reader keeps one document at least.
    LastDocument,
    /// The caller's answers do not fit.
    PhoneAnswersWrong,
    /// Another request of this reader waits for an answer.
    RequestOpen,
    /// The request was answered already.
    RequestClosed,
    /// Another library answers this request.
    RequestOfAnotherLibrary,
    /// Another library wrote this note, or put this block: that one takes it away, or one that stands over it.
    AddedByAnotherLibrary,
    /// One of the records was merged already.
    MergedAlready,
    /// A merge can be undone for 30 days.
    TooLateToUnmerge,
    /// The reader was given another card since; the merge can't be undone.
    ChangedSinceMerge,
    /// The reader has as many items of this kind as may be lent.
    LoanLimit(ItemKind, u32),
    /// This library lends no items of this kind.
    NotLentHere(ItemKind),
    /// The item is read in the library only.
    ReadingRoomOnly,
    /// The item is on loan.
    ItemOnLoan,
    /// The item is not lent any more.
    ItemWithdrawn,
    /// Another reader waits for it.
    ReservedByAnother,
    /// Staff have put a block on the reader.
    ReaderBlocked,
    /// The document that the card was opened with has ended.
    DocumentEnded,
    /// Items are overdue.
    ItemsOverdue(u32),
    /// More is owed than may be when borrowing, in fen.
    OwesTooMuch(i64),
    /// The loan was renewed as often as it may be.
    RenewalLimit(u32),
    /// The loan is overdue.
    LoanOverdue,
    /// The reader waits for as many titles as they may.
    ReservationLimit(u32),
    /// The reader waits for this title already.
    ReservedAlready,
    /// No copy of this title can be lent.
    NoCopyToLend,
    /// This library lends with another system.
    LentByAnotherSystem,
    /// A later merge took up what this one made; it is undone first.
    UndoMergeFirst {
        /// That merge.
        merge: MergeId,
        /// When it was done.
        at: DateTime<Utc>,
    },
    /// Citizen numbers, birth dates or names of the two say that they are two people: whoever merges them says why all the same.
    PlainlyDifferent,
    /// The code of the partner platform belongs to another reader.
    CodeOfAnother,
    /// The reader goes by another code of the same platform.
    OtherCodeLinked,
    /// Only the library that issued the card which a merge would cancel does this, or one above it.
    MergeCancelsElsewhere {
        /// The library that issued the card.
        issuing_library: LibraryId,
    },
    /// The merge was undone already.
    UndoneAlready,
    /// The browser is signed in by a scan itself: it may be anybody's in a moment, and signs no other in.
    SharedTerminal,
    /// The card was restored, or got another password, after the phone confirmed the terminal.
    ChangedSinceScan,
    /// The mobile point has no virtual number left of those set aside for it.
    NumbersUsedUp,
    /// The time that the mobile point was prepared for is over.
    PointOver,
    /// The One-Card is none of those that the mobile point took along.
    NotOfThisPoint,
    /// The opening says a number that was not set aside for its mobile point, or is used already.
    NumberNotSetAside,
    /// The opening says a time at which the mobile point can't have opened it.
    ImpossibleTime,
    /// Whoever opened it was not among the staff of the mobile point, or has no account any more.
    NotStaffOfPoint,
    /// The mobile point was revoked before the opening came.
    PointRevoked,
    /// The opening holds fields that can't be taken.
    FieldsNotTaken,
    /// One-Cards of the point were given out in openings that nobody has settled.
    OpeningsWait,
    /// No row of the list may have a card now.
    NobodyToIssue,
    /// Cards of this list were issued: it can be withdrawn no more.
    BatchIssued,
    /// The card is in the stock, but not where it could be given out here.
    InStockElsewhere {
        /// At what kind of place.
        place: StockPlace,
        /// In whose book.
        library: LibraryId,
        /// The names of that library: simplified and traditional Chinese, English.
        names: [String; 3],
    },
    /// The stock does not know the card, and this library gives out those of its stock only.
    NotInStock,
    /// Some cards are not where they are to be taken from.
    CardsNotThere(Cards),
    /// Some numbers are on cards already, or on order.
    NumbersTaken(Cards),
    /// There are only so many cards.
    NotEnoughCards(u32),
    /// The order, transfer, stock-taking or run is closed.
    StockClosed,
    /// The stock of this place is being taken already.
    CountOpen,
    /// The bars of some cards could not be read from the pages: the run is not released.
    RunNotReadable(Cards),
    /// The pages are not those that were read: the design changed since.
    RunChanged,
}

/// Some of the numbers that were asked for, by the first of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cards {
    /// The first.
    pub first: String,
    /// How many.
    pub count: u32,
}

/// A reader who may be the same person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// The reader.
    pub reader: ReaderId,
}

impl Blocker {
    /// Every word that [`Self::code`] gives.
    pub const CODES: [&str; 98] = [
        "already_holds_card",
        "documents_of_two_readers",
        "possible_duplicate",
        "record_of_another",
        "document_cannot_be_card",
        "document_is_the_card",
        "one_card_at_desk_only",
        "minor_at_desk_only",
        "barcode_in_use",
        "barcode_was_theirs",
        "card_active",
        "card_lost",
        "card_cancelled",
        "card_replaced",
        "number_not_used",
        "one_card_only",
        "issuing_library_only",
        "issuing_library_here",
        "at_desk_only",
        "phone_for_loss_only",
        "in_person_only",
        "guardian_of_minor_only",
        "guardian_needed",
        "not_the_guardian",
        "agent_is_minor",
        "authorization_missing",
        "principal_is_another",
        "loans_out",
        "charges_unpaid",
        "circulation_not_checked",
        "circulation_unavailable",
        "too_late_to_undo",
        "reported_by_another",
        "same_kind",
        "document_is_anothers",
        "last_document",
        "phone_answers_wrong",
        "request_open",
        "request_closed",
        "request_of_another_library",
        "added_by_another_library",
        "merged_already",
        "too_late_to_unmerge",
        "changed_since_merge",
        "book_limit",
        "periodical_limit",
        "av_limit",
        "not_lent_here",
        "reading_room_only",
        "item_on_loan",
        "item_withdrawn",
        "reserved_by_another",
        "reader_blocked",
        "document_ended",
        "items_overdue",
        "owes_too_much",
        "renewal_limit",
        "loan_overdue",
        "reservation_limit",
        "reserved_already",
        "no_copy_to_lend",
        "lent_by_another_system",
        "undo_merge_first",
        "plainly_different",
        "code_of_another",
        "other_code_linked",
        "merge_cancels_elsewhere",
        "undone_already",
        "shared_terminal",
        "changed_since_scan",
        "numbers_used_up",
        "point_over",
        "not_of_this_point",
        "number_not_set_aside",
        "impossible_time",
        "not_staff_of_point",
        "point_revoked",
        "fields_not_taken",
        "openings_wait",
        "nobody_to_issue",
        "batch_issued",
        "stock_in_store",
        "stock_at_desk",
        "stock_in_batch",
        "stock_at_point",
        "stock_in_transit",
        "stock_used",
        "stock_spoiled",
        "stock_void",
        "stock_missing",
        "not_in_stock",
        "cards_not_there",
        "numbers_taken",
        "not_enough_cards",
        "stock_closed",
        "count_open",
        "run_not_readable",
        "run_changed",
    ];

    /// The stable word for it, in messages and in the API.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::AlreadyHoldsCard { .. } => "already_holds_card",
            Self::DocumentsOfTwoReaders => "documents_of_two_readers",
            Self::PossibleDuplicate(_) => "possible_duplicate",
            Self::RecordOfAnother(_) => "record_of_another",
            Self::DocumentCannotBeCard => "document_cannot_be_card",
            Self::DocumentIsTheCard => "document_is_the_card",
            Self::OneCardAtDeskOnly => "one_card_at_desk_only",
            Self::MinorAtDeskOnly => "minor_at_desk_only",
            Self::BarcodeInUse => "barcode_in_use",
            Self::BarcodeWasTheirs => "barcode_was_theirs",
            Self::CardActive => "card_active",
            Self::CardLost => "card_lost",
            Self::CardCancelled => "card_cancelled",
            Self::CardReplaced => "card_replaced",
            Self::NumberNotUsed => "number_not_used",
            Self::OneCardOnly => "one_card_only",
            Self::IssuingLibraryOnly { .. } => "issuing_library_only",
            Self::IssuingLibraryHere => "issuing_library_here",
            Self::AtDeskOnly => "at_desk_only",
            Self::PhoneForLossOnly => "phone_for_loss_only",
            Self::InPersonOnly => "in_person_only",
            Self::GuardianOfMinorOnly => "guardian_of_minor_only",
            Self::GuardianNeeded => "guardian_needed",
            Self::NotTheGuardian => "not_the_guardian",
            Self::AgentIsMinor => "agent_is_minor",
            Self::AuthorizationMissing => "authorization_missing",
            Self::PrincipalIsAnother => "principal_is_another",
            Self::LoansOut(_) => "loans_out",
            Self::ChargesUnpaid(_) => "charges_unpaid",
            Self::CirculationNotChecked => "circulation_not_checked",
            Self::CirculationUnavailable(_) => "circulation_unavailable",
            Self::TooLateToUndo => "too_late_to_undo",
            Self::ReportedByAnother => "reported_by_another",
            Self::SameKind => "same_kind",
            Self::DocumentIsAnothers(_) => "document_is_anothers",
            Self::LastDocument => "last_document",
            Self::PhoneAnswersWrong => "phone_answers_wrong",
            Self::RequestOpen => "request_open",
            Self::RequestClosed => "request_closed",
            Self::RequestOfAnotherLibrary => "request_of_another_library",
            Self::AddedByAnotherLibrary => "added_by_another_library",
            Self::MergedAlready => "merged_already",
            Self::TooLateToUnmerge => "too_late_to_unmerge",
            Self::ChangedSinceMerge => "changed_since_merge",
            Self::LoanLimit(ItemKind::Periodical, _) => "periodical_limit",
            Self::LoanLimit(ItemKind::Av, _) => "av_limit",
            Self::LoanLimit(ItemKind::Book | ItemKind::ReadingRoom, _) => "book_limit",
            Self::NotLentHere(_) => "not_lent_here",
            Self::ReadingRoomOnly => "reading_room_only",
            Self::ItemOnLoan => "item_on_loan",
            Self::ItemWithdrawn => "item_withdrawn",
            Self::ReservedByAnother => "reserved_by_another",
            Self::ReaderBlocked => "reader_blocked",
            Self::DocumentEnded => "document_ended",
            Self::ItemsOverdue(_) => "items_overdue",
            Self::OwesTooMuch(_) => "owes_too_much",
            Self::RenewalLimit(_) => "renewal_limit",
            Self::LoanOverdue => "loan_overdue",
            Self::ReservationLimit(_) => "reservation_limit",
            Self::ReservedAlready => "reserved_already",
            Self::NoCopyToLend => "no_copy_to_lend",
            Self::LentByAnotherSystem => "lent_by_another_system",
            Self::UndoMergeFirst { .. } => "undo_merge_first",
            Self::PlainlyDifferent => "plainly_different",
            Self::CodeOfAnother => "code_of_another",
            Self::OtherCodeLinked => "other_code_linked",
            Self::MergeCancelsElsewhere { .. } => "merge_cancels_elsewhere",
            Self::UndoneAlready => "undone_already",
            Self::SharedTerminal => "shared_terminal",
            Self::ChangedSinceScan => "changed_since_scan",
            Self::NumbersUsedUp => "numbers_used_up",
            Self::PointOver => "point_over",
            Self::NotOfThisPoint => "not_of_this_point",
            Self::NumberNotSetAside => "number_not_set_aside",
            Self::ImpossibleTime => "impossible_time",
            Self::NotStaffOfPoint => "not_staff_of_point",
            Self::PointRevoked => "point_revoked",
            Self::FieldsNotTaken => "fields_not_taken",
            Self::OpeningsWait => "openings_wait",
            Self::NobodyToIssue => "nobody_to_issue",
            Self::BatchIssued => "batch_issued",
            Self::InStockElsewhere { place, .. } => match place {
                StockPlace::Store => "stock_in_store",
                StockPlace::Desk => "stock_at_desk",
                StockPlace::Batch => "stock_in_batch",
                StockPlace::Point => "stock_at_point",
                StockPlace::Transit => "stock_in_transit",
                StockPlace::Used => "stock_used",
                StockPlace::Spoiled => "stock_spoiled",
                StockPlace::Void => "stock_void",
                StockPlace::Missing => "stock_missing",
            },
            Self::NotInStock => "not_in_stock",
            Self::CardsNotThere(_) => "cards_not_there",
            Self::NumbersTaken(_) => "numbers_taken",
            Self::NotEnoughCards(_) => "not_enough_cards",
            Self::StockClosed => "stock_closed",
            Self::CountOpen => "count_open",
            Self::RunNotReadable(_) => "run_not_readable",
            Self::RunChanged => "run_changed",
        }
    }

    /// Whether it is only something that was left out of the form, such as a box that was not ticked: then nobody asked for a service
    /// that the rules refuse, and there is no refusal to record.
    #[must_use]
    pub fn is_omission(&self) -> bool {
        matches!(self, Self::CirculationNotChecked)
    }

    /// Whether it tells what somebody has out or owes.
    pub(crate) fn tells_of_circulation(&self) -> bool {
        matches!(
            self,
            Self::LoansOut(_)
                | Self::ChargesUnpaid(_)
                | Self::CirculationNotChecked
                | Self::CirculationUnavailable(_)
        )
    }

    /// The clause it comes from.
    #[must_use]
    pub fn clause(&self) -> &'static str {
        match self {
            Self::AlreadyHoldsCard { .. } | Self::DocumentsOfTwoReaders | Self::PossibleDuplicate(_) => {
                "6.1.3.2"
            }
            Self::DocumentCannotBeCard
            | Self::DocumentIsTheCard
            | Self::MinorAtDeskOnly
            | Self::GuardianOfMinorOnly
            | Self::GuardianNeeded
            | Self::NotTheGuardian
            | Self::SameKind
            | Self::LastDocument => "A.1",
            Self::OneCardAtDeskOnly => "6.1.2.1",
            Self::BarcodeInUse | Self::BarcodeWasTheirs => "5.2.2",
            Self::CardActive | Self::AtDeskOnly | Self::InPersonOnly => "A.4.2",
            Self::CardLost
            | Self::PhoneForLossOnly
            | Self::TooLateToUndo
            | Self::ReportedByAnother
            | Self::PhoneAnswersWrong => "A.4.1",
            Self::CardCancelled => "A.4.3",
            Self::CardReplaced | Self::NumberNotUsed | Self::OneCardOnly => "A.4.4",
            Self::IssuingLibraryOnly { .. }
            | Self::MergeCancelsElsewhere { .. }
            | Self::IssuingLibraryHere
            | Self::RequestOfAnotherLibrary
            | Self::AddedByAnotherLibrary => "6.3.3",
            Self::AgentIsMinor | Self::AuthorizationMissing | Self::PrincipalIsAnother => "4.2.2",
            Self::LoansOut(_)
            | Self::ChargesUnpaid(_)
            | Self::CirculationNotChecked
            | Self::CirculationUnavailable(_) => "6.3.4",
            Self::DocumentIsAnothers(_)
            | Self::RecordOfAnother(_)
            | Self::RequestOpen
            | Self::RequestClosed
            | Self::MergedAlready
            | Self::TooLateToUnmerge
            | Self::ChangedSinceMerge
            | Self::UndoMergeFirst { .. }
            | Self::UndoneAlready
            | Self::PlainlyDifferent => "6.2.1",
            Self::LoanLimit(ItemKind::Periodical | ItemKind::Av, _) => "A.3.2 b",
            Self::LoanLimit(..) => "A.3.2 a",
            Self::NotLentHere(_) => "A.3.2 b",
            Self::ReadingRoomOnly | Self::NoCopyToLend => "A.3.2 c",
            Self::ItemOnLoan
            | Self::ItemWithdrawn
            | Self::ItemsOverdue(_)
            | Self::OwesTooMuch(_)
            | Self::LentByAnotherSystem => "A.3.2 a",
            Self::ReservedByAnother | Self::ReservationLimit(_) | Self::ReservedAlready => "A.3.2 e",
            Self::ReaderBlocked | Self::DocumentEnded => "A.3.1",
            Self::RenewalLimit(_) | Self::LoanOverdue | Self::SharedTerminal | Self::ChangedSinceScan => {
                "6.1.4.2"
            }
            Self::CodeOfAnother | Self::OtherCodeLinked => "6.1.4.1",
            Self::NumbersUsedUp
            | Self::PointOver
            | Self::NotOfThisPoint
            | Self::NumberNotSetAside
            | Self::ImpossibleTime
            | Self::NotStaffOfPoint
            | Self::PointRevoked
            | Self::FieldsNotTaken
            | Self::OpeningsWait => "6.5",
            Self::NobodyToIssue | Self::BatchIssued => "6.1.3.2",
            Self::InStockElsewhere { .. }
            | Self::NotInStock
            | Self::CardsNotThere(_)
            | Self::NotEnoughCards(_)
            | Self::StockClosed
            | Self::CountOpen => "5.2.1",
            Self::NumbersTaken(_) | Self::RunNotReadable(_) | Self::RunChanged => "5.2.2",
        }
    }
}
