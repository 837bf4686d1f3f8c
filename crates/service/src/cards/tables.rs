//! The tables of this room.

/// A card.
pub mod card {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{CardId, DocumentId, GuardianId, LibraryId, ReaderId, ServicePointId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "cards")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: CardId,
        pub reader_id: ReaderId,
        pub kind: String,
        pub number: String,
        pub state: String,
        pub state_since: DateTimeUtc,
        pub document_id: DocumentId,
        pub guardian_id: Option<GuardianId>,
        pub issuing_library_id: LibraryId,
        pub service_point_id: ServicePointId,
        pub channel: String,
        pub opened_at: DateTimeUtc,
        pub password_hash: Option<String>,
        pub replaced_by: Option<CardId>,
        pub version: i64,
        pub password_changed_at: Option<DateTimeUtc>,
        pub lost_by: Option<String>,
        pub confirm_loss_by: Option<DateTimeUtc>,
        pub cancel_reason: Option<String>,
        pub was_lost: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The registry of card numbers.
pub mod card_number {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{CardId, ReaderId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "card_numbers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: String,
        pub card_id: CardId,
        pub reader_id: ReaderId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
