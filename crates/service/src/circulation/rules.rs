//! What a library lends, for how long, and what being late costs: its policies, read once.

use crate::kernel::{ItemKind, LibraryId, Op, Result};
use crate::libraries::{Policy, PolicySetting, policies};

/// The rules of the library that lends.
#[derive(Clone, Debug)]
pub(super) struct Rules {
    pub library: LibraryId,
    /// Whether it lends with the built-in ledger.
    pub uses_ledger: bool,
    pub book_limit: i64,
    pub periodical_limit: i64,
    pub av_limit: i64,
    pub book_days: i64,
    pub periodical_days: i64,
    pub av_days: i64,
    pub renewals: i64,
    pub renewal_days: i64,
    pub overdue_fen: i64,
    pub overdue_cap: i64,
    pub owed_limit: i64,
    pub overdue_blocks: bool,
    pub ended_document_blocks: bool,
    pub pickup_days: i64,
    pub reservation_limit: i64,
    pub due_soon_days: i64,
    pub weekly: [bool; 7],
}

impl Rules {
    pub async fn at(op: &Op, library: LibraryId) -> Result<Self> {
        let settings = policies(op, library).await?;
        let find = |wanted| settings.iter().find(|PolicySetting { policy, .. }| *policy == wanted);
        let number = |policy| find(policy).map_or(0, |setting| setting.value.number());
        let text = |policy| find(policy).map(|setting| setting.value.to_string()).unwrap_or_default();
        let mut weekly = [false; 7];
        for day in text(Policy::WeeklyClosing).split_whitespace().filter_map(|day| day.parse::<usize>().ok())
        {
            if let Some(closed) = day.checked_sub(1).and_then(|place| weekly.get_mut(place)) {
                *closed = true;
            }
        }
        Ok(Self {
            library,
            uses_ledger: text(Policy::Circulation) == "ledger",
            book_limit: number(Policy::BookLimit),
            periodical_limit: number(Policy::PeriodicalLimit),
            av_limit: number(Policy::AvLimit),
            book_days: number(Policy::BookDays),
            periodical_days: number(Policy::PeriodicalDays),
            av_days: number(Policy::AvDays),
            renewals: number(Policy::Renewals),
            renewal_days: number(Policy::RenewalDays),
            overdue_fen: number(Policy::OverdueFen),
            overdue_cap: number(Policy::OverdueCapFen),
            owed_limit: number(Policy::OwedLimitFen),
            overdue_blocks: number(Policy::OverdueBlocks) == 1,
            ended_document_blocks: number(Policy::EndedDocumentBlocks) == 1,
            pickup_days: number(Policy::PickupDays),
            reservation_limit: number(Policy::ReservationLimit),
            due_soon_days: number(Policy::DueSoonDays),
            weekly,
        })
    }

    /// How many items of a kind a reader may have.
    pub fn limit(&self, kind: ItemKind) -> i64 {
        match kind {
            ItemKind::Book => self.book_limit,
            ItemKind::Periodical => self.periodical_limit,
            ItemKind::Av => self.av_limit,
            ItemKind::ReadingRoom => 0,
        }
    }

    /// For how many days an item of a kind is lent.
    pub fn days(&self, kind: ItemKind) -> i64 {
        match kind {
            ItemKind::Periodical => self.periodical_days,
            ItemKind::Av => self.av_days,
            ItemKind::Book | ItemKind::ReadingRoom => self.book_days,
        }
    }
}
