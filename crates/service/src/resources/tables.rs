//! The tables of this room.

/// The account of a platform.
pub mod platform {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{LibraryId, PlatformId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "resource_platforms")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PlatformId,
        #[sea_orm(unique)]
        pub name: String,
        pub title: String,
        pub library_id: LibraryId,
        pub home: Option<String>,
        pub return_to: String,
        pub told: String,
        pub secret_key: Vec<u8>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub closed_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What a reader has allowed a platform.
pub mod allowed {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{PlatformId, ReaderId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "resource_readers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub platform_id: PlatformId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub reader_id: ReaderId,
        pub pseudonym: String,
        pub told: String,
        pub allowed_at: DateTimeUtc,
        pub withdrawn_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A code that a browser carries to a platform.
pub mod code {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{PlatformId, ReaderId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "sign_on_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub code_key: Vec<u8>,
        pub platform_id: PlatformId,
        pub reader_id: ReaderId,
        pub return_to: String,
        pub told: String,
        pub nonce: Option<String>,
        pub challenge: Option<String>,
        pub shared_session: Option<Vec<u8>>,
        pub signed_in_at: DateTimeUtc,
        pub issued_at: DateTimeUtc,
        pub used_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What a platform asks with.
pub mod token {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{PlatformId, ReaderId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "sign_on_tokens")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_key: Vec<u8>,
        pub code_key: Vec<u8>,
        pub platform_id: PlatformId,
        pub reader_id: ReaderId,
        pub told: String,
        pub shared_session: Option<Vec<u8>>,
        pub issued_at: DateTimeUtc,
        pub ends_at: DateTimeUtc,
        pub ended_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Uses of a platform on a day.
pub mod resource_use {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{LibraryId, PlatformId, ReaderId, ResourceUseId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "resource_uses")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ResourceUseId,
        pub platform_id: PlatformId,
        pub library_id: LibraryId,
        pub reader_id: Option<ReaderId>,
        pub day: Date,
        pub uses: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A key that identities are signed with.
pub mod key {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{Sealed, SignOnKeyId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "sign_on_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SignOnKeyId,
        #[sea_orm(unique)]
        pub place: i64,
        pub private_key: Sealed,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
