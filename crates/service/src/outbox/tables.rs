//! The tables of this room.

/// A message to a reader, or to somebody who applies for a card.
pub mod message {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{ApplicationId, MessageId, ReaderId, RecordId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "messages")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: MessageId,
        /// None for who is no reader yet.
        pub reader_id: Option<ReaderId>,
        pub application_id: Option<ApplicationId>,
        pub record_id: Option<RecordId>,
        pub template: String,
        pub channel: String,
        pub language: String,
        pub recipient: Option<Sealed>,
        pub subject: Option<Sealed>,
        pub body: Option<Sealed>,
        pub state: String,
        pub tries: i64,
        pub next_try_at: Option<DateTimeUtc>,
        pub claimed_at: Option<DateTimeUtc>,
        pub sent_at: Option<DateTimeUtc>,
        pub fault: Option<String>,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A text that the federation or a library has written instead of the built-in one.
pub mod message_template {
    use sea_orm::entity::prelude::*;

    use crate::kernel::LibraryId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "message_templates")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub library_id: LibraryId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub channel: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub language: String,
        pub subject: String,
        pub body: String,
        pub changed_at: DateTimeUtc,
        pub changed_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
