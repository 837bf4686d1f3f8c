//! The tables of this room.

/// A person.
pub mod reader {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{AttachmentId, ReaderId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "readers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ReaderId,
        pub name: String,
        pub name_key: String,
        pub sex: String,
        pub birth_date: Date,
        pub phone: Sealed,
        pub phone_key: Vec<u8>,
        pub email: Option<Sealed>,
        pub address: Option<Sealed>,
        pub workplace: Option<Sealed>,
        pub created_at: DateTimeUtc,
        pub version: i64,
        pub merged_into: Option<ReaderId>,
        pub language: Option<String>,
        pub photo_id: Option<AttachmentId>,
        pub verified_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What a name is found by.
pub mod name_key {
    use sea_orm::entity::prelude::*;

    use crate::kernel::ReaderId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "reader_name_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub word: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub reader_id: ReaderId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// One identity document of a person.
pub mod document {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{DocumentId, ReaderId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "identity_documents")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: DocumentId,
        pub reader_id: ReaderId,
        pub kind: String,
        pub issuing_country: Option<String>,
        pub number: Sealed,
        pub identity_key: Vec<u8>,
        pub number_key: Vec<u8>,
        pub valid_until: Option<Date>,
        pub added_at: DateTimeUtc,
        pub retired_at: Option<DateTimeUtc>,
        pub expiry_told_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The registry of identity keys.
pub mod identity_key {
    use sea_orm::entity::prelude::*;

    use crate::kernel::ReaderId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "identity_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub identity_key: Vec<u8>,
        pub reader_id: ReaderId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A guardian who consented.
pub mod guardian {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{GuardianId, ReaderId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "guardians")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: GuardianId,
        pub reader_id: ReaderId,
        pub name: String,
        pub relation: Option<String>,
        pub phone: Sealed,
        pub document_kind: String,
        pub issuing_country: Option<String>,
        pub document_number: Sealed,
        pub consented_at: DateTimeUtc,
        pub ended_at: Option<DateTimeUtc>,
        pub document_key: Option<Vec<u8>>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// An old value of what was changed.
pub mod change {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{ChangeId, ReaderId, RecordId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "reader_changes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ChangeId,
        pub reader_id: ReaderId,
        pub record_id: RecordId,
        pub at: DateTimeUtc,
        pub field: String,
        pub version: i64,
        pub old_value: Option<Sealed>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What staff tell each other about a reader.
pub mod note {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{LibraryId, NoteId, ReaderId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "reader_notes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: NoteId,
        pub reader_id: ReaderId,
        pub library_id: LibraryId,
        pub text: Sealed,
        pub visibility: String,
        pub alert: bool,
        pub until: Option<Date>,
        pub added_at: DateTimeUtc,
        pub added_by: String,
        pub removed_at: Option<DateTimeUtc>,
        pub removed_by: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What keeps a reader from borrowing and entering.
pub mod block {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{BlockId, LibraryId, ReaderId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "reader_blocks")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: BlockId,
        pub reader_id: ReaderId,
        pub library_id: LibraryId,
        pub reason: String,
        pub note: Option<Sealed>,
        pub until: Option<Date>,
        pub added_at: DateTimeUtc,
        pub added_by: String,
        pub lifted_at: Option<DateTimeUtc>,
        pub lifted_by: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What waits for staff: a referral, a change that a reader asks for.
pub mod request {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{CardId, LibraryId, ReaderId, RequestId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "reader_requests")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: RequestId,
        pub reader_id: ReaderId,
        pub card_id: Option<CardId>,
        pub service: String,
        pub kind: String,
        pub library_id: LibraryId,
        pub state: String,
        pub content: Option<Sealed>,
        pub answer: Option<Sealed>,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub answered_at: Option<DateTimeUtc>,
        pub answered_by: Option<String>,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
