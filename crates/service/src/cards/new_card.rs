//! The row of a card that was just opened: active, with nothing behind it.

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;

use super::tables::{card, card_number};
use super::{CardKind, CardState};
use crate::kernel::{CardId, Channel, DocumentId, GuardianId, LibraryId, ReaderId, ServicePointId};

/// What tells one new card from another.
pub(super) struct NewCard {
    pub id: CardId,
    pub reader: ReaderId,
    pub kind: CardKind,
    pub number: String,
    pub document: DocumentId,
    pub guardian: Option<GuardianId>,
    pub library: LibraryId,
    pub point: ServicePointId,
    pub channel: Channel,
    pub opened_at: DateTime<Utc>,
}

impl NewCard {
    /// The card.
    pub(super) fn row(&self) -> card::ActiveModel {
        card::ActiveModel {
            id: Set(self.id),
            reader_id: Set(self.reader),
            kind: Set(self.kind.as_str().to_owned()),
            number: Set(self.number.clone()),
            state: Set(CardState::Active.as_str().to_owned()),
            state_since: Set(self.opened_at),
            document_id: Set(self.document),
            guardian_id: Set(self.guardian),
            issuing_library_id: Set(self.library),
            service_point_id: Set(self.point),
            channel: Set(self.channel.as_str().to_owned()),
            opened_at: Set(self.opened_at),
            password_hash: Set(None),
            replaced_by: Set(None),
            version: Set(1),
            password_changed_at: Set(None),
            lost_by: Set(None),
            confirm_loss_by: Set(None),
            cancel_reason: Set(None),
            was_lost: Set(false),
        }
    }

    /// Its number in the registry.
    pub(super) fn number_row(&self) -> card_number::ActiveModel {
        card_number::ActiveModel {
            number: Set(self.number.clone()),
            card_id: Set(self.id),
            reader_id: Set(self.reader),
        }
    }
}
