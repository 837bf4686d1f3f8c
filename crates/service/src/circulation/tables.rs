//! The tables of this room.

/// What is lent, with all its copies.
pub mod title {
    use sea_orm::entity::prelude::*;

    use crate::kernel::TitleId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "titles")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: TitleId,
        pub key: String,
        pub title: String,
        pub author: String,
        pub isbn: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What a title is found by.
pub mod title_word {
    use sea_orm::entity::prelude::*;

    use crate::kernel::TitleId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "title_words")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub word: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub title_id: TitleId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// One copy.
pub mod item {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{ItemId, LibraryId, TitleId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "items")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ItemId,
        pub barcode: String,
        pub title_id: TitleId,
        pub call_number: String,
        pub kind: String,
        pub owner_id: LibraryId,
        pub library_id: LibraryId,
        pub destination_id: Option<LibraryId>,
        pub state: String,
        pub price: Option<i64>,
        pub added_at: DateTimeUtc,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// An item that a reader has, or had.
pub mod loan {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{ItemId, LibraryId, LoanId, ReaderId, ServicePointId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "loans")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: LoanId,
        pub item_id: ItemId,
        pub reader_id: Option<ReaderId>,
        pub kind: String,
        pub library_id: LibraryId,
        pub service_point_id: Option<ServicePointId>,
        pub channel: String,
        pub lent_at: DateTimeUtc,
        pub due: Date,
        pub renewals: i64,
        pub returned_at: Option<DateTimeUtc>,
        pub returned_library_id: Option<LibraryId>,
        pub told: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Something done with an item.
pub mod item_event {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{ItemEventId, ItemId, LibraryId, LoanId, ServicePointId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "item_events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ItemEventId,
        pub item_id: ItemId,
        pub loan_id: Option<LoanId>,
        pub at: DateTimeUtc,
        pub event: String,
        pub library_id: LibraryId,
        pub service_point_id: Option<ServicePointId>,
        pub channel: String,
        pub actor: String,
        pub due: Option<Date>,
        pub idempotency_key: Option<Vec<u8>>,
        pub request_digest: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What a reader owes.
pub mod charge {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{ChargeId, LibraryId, LoanId, ReaderId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "charges")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ChargeId,
        pub reader_id: ReaderId,
        pub loan_id: Option<LoanId>,
        pub library_id: LibraryId,
        pub kind: String,
        pub amount: i64,
        pub unpaid: i64,
        pub days: Option<i64>,
        pub note: Option<Sealed>,
        pub at: DateTimeUtc,
        pub by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A payment or waiver.
pub mod charge_entry {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{ChargeEntryId, ChargeId, LibraryId, RecordId, Sealed, ServicePointId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "charge_entries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ChargeEntryId,
        pub charge_id: ChargeId,
        pub record_id: RecordId,
        pub kind: String,
        pub amount: i64,
        pub method: Option<String>,
        pub reason: Option<Sealed>,
        pub at: DateTimeUtc,
        pub by: String,
        pub library_id: LibraryId,
        pub service_point_id: Option<ServicePointId>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A day on which a library is closed.
pub mod closed_day {
    use sea_orm::entity::prelude::*;

    use crate::kernel::LibraryId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "closed_days")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub library_id: LibraryId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: Date,
        pub note: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A reader who waits for a title.
pub mod reservation {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{ItemId, LibraryId, ReaderId, ReservationId, TitleId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "reservations")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ReservationId,
        pub title_id: TitleId,
        pub reader_id: ReaderId,
        pub library_id: LibraryId,
        pub state: String,
        pub item_id: Option<ItemId>,
        pub created_at: DateTimeUtc,
        pub until: Option<Date>,
        pub ended_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Whether a reader's returned loans stay with their name.
pub mod history_choice {
    use sea_orm::entity::prelude::*;

    use crate::kernel::ReaderId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "history_choices")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub reader_id: ReaderId,
        pub keep: bool,
        pub changed_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
