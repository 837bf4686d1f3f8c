//! The tables of this room.

/// A member of staff.
pub mod staff {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{LibraryId, Sealed, StaffId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "staff")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: StaffId,
        #[sea_orm(unique)]
        pub username: String,
        pub name: String,
        pub library_id: LibraryId,
        pub role: String,
        pub password_hash: String,
        pub totp_secret: Option<Sealed>,
        pub totp_confirmed: bool,
        pub totp_step: i64,
        pub language: Option<String>,
        pub active: bool,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A signed-in browser.
pub mod session {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{ServicePointId, StaffId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "staff_sessions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Vec<u8>,
        pub staff_id: StaffId,
        pub service_point_id: Option<ServicePointId>,
        pub code_pending: bool,
        pub created_at: DateTimeUtc,
        pub seen_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A token of the JSON API.
pub mod token {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{ApiTokenId, ServicePointId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "api_tokens")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ApiTokenId,
        pub token_hash: Vec<u8>,
        pub name: String,
        pub service_point_id: ServicePointId,
        pub scopes: String,
        pub created_at: DateTimeUtc,
        pub revoked_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
