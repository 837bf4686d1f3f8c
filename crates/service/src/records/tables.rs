//! The tables of this room.

/// One service rendered or refused.
pub mod service_record {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{CardId, LibraryId, ReaderId, RecordId, Sealed, ServicePointId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "service_records")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: RecordId,
        pub at: DateTimeUtc,
        pub service: String,
        pub outcome: String,
        pub reader_id: Option<ReaderId>,
        pub card_id: Option<CardId>,
        pub library_id: LibraryId,
        pub service_point_id: Option<ServicePointId>,
        pub channel: String,
        pub actor: String,
        pub checked_how: Option<String>,
        pub detail: String,
        pub sealed_detail: Option<Sealed>,
        pub idempotency_key: Option<Vec<u8>>,
        pub request_digest: Option<Vec<u8>>,
        pub seal_place: Option<i64>,
        pub seal: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// One look at a person.
pub mod access {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{AccessId, LibraryId, ReaderId, ServicePointId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "access_log")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: AccessId,
        pub at: DateTimeUtc,
        pub action: String,
        pub reader_id: Option<ReaderId>,
        pub library_id: LibraryId,
        pub service_point_id: Option<ServicePointId>,
        pub actor: String,
        pub detail: String,
        pub reason: Option<String>,
        pub seal_place: Option<i64>,
        pub seal: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The end of a chain after a batch.
pub mod seal {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "seals")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub chain: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub place: i64,
        pub seal: Vec<u8>,
        pub at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A scan, photo or signed paper.
pub mod attachment {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{AttachmentId, ReaderId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "attachments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: AttachmentId,
        pub reader_id: Option<ReaderId>,
        pub purpose: String,
        pub media_type: String,
        pub size: i64,
        pub content: Sealed,
        pub added_at: DateTimeUtc,
        pub added_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
