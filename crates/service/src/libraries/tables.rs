//! The tables of this room.

/// A library.
pub mod library {
    use sea_orm::entity::prelude::*;

    use crate::kernel::LibraryId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "libraries")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: LibraryId,
        pub parent_id: Option<LibraryId>,
        #[sea_orm(unique)]
        pub code: String,
        pub kind: String,
        pub name: String,
        pub name_hant: String,
        pub name_en: String,
        pub address: String,
        pub phone: String,
        pub hours: String,
        pub open: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A desk, kiosk, machine or mobile point.
pub mod service_point {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{LibraryId, ServicePointId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "service_points")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ServicePointId,
        pub library_id: LibraryId,
        pub code: String,
        pub kind: String,
        pub name: String,
        pub open: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A value that a library has set.
pub mod policy {
    use sea_orm::entity::prelude::*;

    use crate::kernel::LibraryId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "policies")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub library_id: LibraryId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub value: String,
        pub changed_at: DateTimeUtc,
        pub changed_by: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
