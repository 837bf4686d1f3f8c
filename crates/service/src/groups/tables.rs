//! The tables of this room.

/// A school, company or other unit.
pub mod unit {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{AttachmentId, LibraryId, Sealed, UnitId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "units")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: UnitId,
        pub library_id: LibraryId,
        pub kind: String,
        pub name: String,
        pub name_key: String,
        pub contacts: Sealed,
        pub agreement_number: Option<String>,
        pub agreement_from: Option<Date>,
        pub agreement_until: Option<Date>,
        pub agreement_file_id: Option<AttachmentId>,
        pub mapping: String,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub closed_at: Option<DateTimeUtc>,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A link behind which a unit sends a list by itself.
pub mod unit_link {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{BatchId, ServicePointId, UnitId, UnitLinkId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "unit_links")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: UnitLinkId,
        pub unit_id: UnitId,
        #[sea_orm(unique)]
        pub token_key: Vec<u8>,
        pub service_point_id: ServicePointId,
        pub batch_id: Option<BatchId>,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub expires_at: DateTimeUtc,
        pub closed_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A batch.
pub mod batch {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{BatchId, LibraryId, Sealed, ServicePointId, UnitId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "group_batches")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: BatchId,
        pub unit_id: UnitId,
        pub library_id: LibraryId,
        pub service_point_id: ServicePointId,
        pub name: String,
        pub state: String,
        pub source: String,
        pub minors_kind: String,
        pub tells_readers: bool,
        pub sheet: Option<String>,
        pub check_run: Option<Uuid>,
        pub row_count: i64,
        pub consent_at: Option<DateTimeUtc>,
        pub consent_by: Option<String>,
        pub to_issue: i64,
        pub last_place: i64,
        pub done: i64,
        pub opened: i64,
        pub confirmed_at: Option<DateTimeUtc>,
        pub confirmed_by: Option<String>,
        pub running_since: Option<DateTimeUtc>,
        pub done_before: i64,
        pub worked_at: Option<DateTimeUtc>,
        pub paused_at: Option<DateTimeUtc>,
        pub issued_at: Option<DateTimeUtc>,
        pub stopped: bool,
        pub handed_over_at: Option<DateTimeUtc>,
        pub handed_over_by: Option<String>,
        pub receiver: Option<Sealed>,
        pub withdrawn_at: Option<DateTimeUtc>,
        pub withdrawn_by: Option<String>,
        pub withdrawn_why: Option<String>,
        pub forgotten_at: Option<DateTimeUtc>,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A list that guardians signed.
pub mod file {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{AttachmentId, BatchId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "group_files")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub attachment_id: AttachmentId,
        pub batch_id: BatchId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A row of a list.
pub mod row {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{BatchId, LibraryId, ReaderId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "group_rows")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub batch_id: BatchId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub place: i64,
        pub sheet: i64,
        pub sheet_row: i64,
        pub class: String,
        pub kind: String,
        pub minor: bool,
        pub content: Option<Sealed>,
        pub finding: String,
        pub goes: bool,
        pub decided: Option<String>,
        pub faults: String,
        pub same_as: Option<i64>,
        pub reader_id: Option<ReaderId>,
        pub library_id: Option<LibraryId>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What became of a row.
pub mod outcome {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{BatchId, CardId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "group_outcomes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub batch_id: BatchId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub place: i64,
        pub outcome: String,
        pub codes: String,
        pub card_id: Option<CardId>,
        pub number: Option<String>,
        pub at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
