//! The tables of this room.

/// A change of many readers.
pub mod batch {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{BatchChangeId, LibraryId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "batch_changes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: BatchChangeId,
        pub library_id: LibraryId,
        pub kind: String,
        pub content: Sealed,
        pub state: String,
        pub rows: i64,
        pub goes: i64,
        pub last_place: i64,
        pub done: i64,
        pub changed: i64,
        pub restored: i64,
        pub acting: String,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub run_at: Option<DateTimeUtc>,
        pub run_by: Option<String>,
        pub done_at: Option<DateTimeUtc>,
        pub undo_at: Option<DateTimeUtc>,
        pub undo_by: Option<String>,
        pub undone_at: Option<DateTimeUtc>,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A reader in it.
pub mod row {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{BatchChangeId, BatchChangeRowId, ReaderId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "batch_change_rows")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: BatchChangeRowId,
        pub batch_id: BatchChangeId,
        pub place: i64,
        pub given: Option<Sealed>,
        pub reader_id: Option<ReaderId>,
        pub number: Option<String>,
        pub finding: String,
        pub outcome: Option<String>,
        pub undo: Option<String>,
        pub codes: String,
        pub made: Option<Uuid>,
        pub before: Option<Sealed>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
