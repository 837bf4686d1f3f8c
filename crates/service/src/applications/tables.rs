//! The tables of this room.

/// An application for a card.
pub mod application {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{ApplicationId, CardId, LibraryId, ReaderId, Sealed, ServicePointId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "applications")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ApplicationId,
        pub number: String,
        pub state: String,
        pub library_id: LibraryId,
        pub service_point_id: ServicePointId,
        pub language: String,
        pub consent: String,
        pub content: Option<Sealed>,
        pub document_key: Option<Vec<u8>>,
        pub phone_key: Option<Vec<u8>>,
        pub phone_proven_at: Option<DateTimeUtc>,
        pub token_key: Option<Vec<u8>>,
        pub token_until: Option<DateTimeUtc>,
        pub verdict: Option<String>,
        pub verdict_reference: Option<String>,
        pub reason: Option<String>,
        pub note: Option<Sealed>,
        pub internal_note: Option<Sealed>,
        pub reader_id: Option<ReaderId>,
        pub card_id: Option<CardId>,
        pub created_at: DateTimeUtc,
        pub sent_at: Option<DateTimeUtc>,
        pub decided_at: Option<DateTimeUtc>,
        pub decided_by: Option<String>,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A photo of a document.
pub mod application_file {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{ApplicationId, AttachmentId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "application_files")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub attachment_id: AttachmentId,
        pub application_id: ApplicationId,
        pub side: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A code that was sent to an applicant.
pub mod application_code {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{ApplicationId, CodeId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "application_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: CodeId,
        pub application_id: Option<ApplicationId>,
        pub code_hash: Vec<u8>,
        pub tries: i64,
        pub created_at: DateTimeUtc,
        pub used_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
