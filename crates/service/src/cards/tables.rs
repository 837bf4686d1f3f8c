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

/// Virtual numbers that were set aside to be handed out elsewhere.
pub mod set_aside {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "numbers_set_aside")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: String,
        pub place: Uuid,
        pub state: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A reader signed in at the portal.
pub mod reader_session {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{CardId, ReaderId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "reader_sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Vec<u8>,
        pub reader_id: ReaderId,
        pub card_id: CardId,
        pub must_change: bool,
        pub created_at: DateTimeUtc,
        pub seen_at: DateTimeUtc,
        pub shared: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A code sent to a phone or mailbox.
pub mod reader_code {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{CodeId, ReaderId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "reader_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: CodeId,
        pub reader_id: Option<ReaderId>,
        pub purpose: String,
        pub code_hash: Vec<u8>,
        pub target: Option<Sealed>,
        pub tries: i64,
        pub created_at: DateTimeUtc,
        pub used_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A terminal that wants to be signed in by a phone.
pub mod sign_in_scan {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{CardId, LibraryId, ReaderId, ScanId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "sign_in_scans")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ScanId,
        #[sea_orm(unique)]
        pub secret_key: Vec<u8>,
        #[sea_orm(unique)]
        pub name_key: Vec<u8>,
        pub check_number: String,
        pub state: String,
        pub address: Sealed,
        pub address_key: Vec<u8>,
        pub library_id: Option<LibraryId>,
        pub browser: String,
        pub reader_id: Option<ReaderId>,
        pub card_id: Option<CardId>,
        pub created_at: DateTimeUtc,
        pub expires_at: DateTimeUtc,
        pub decided_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
