//! The tables of this room.

/// A version of a page.
pub mod version {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{LibraryId, SiteVersionId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "site_versions")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: SiteVersionId,
        pub library_id: LibraryId,
        pub slug: String,
        pub language: String,
        pub number: i64,
        pub title: String,
        pub body: String,
        pub written_at: DateTimeUtc,
        pub written_by: String,
        pub published_at: Option<DateTimeUtc>,
        pub published_by: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Which version of a page the public sees.
pub mod page {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{LibraryId, SiteVersionId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "site_pages")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub library_id: LibraryId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub slug: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub language: String,
        pub version_id: SiteVersionId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A short post.
pub mod news {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{LibraryId, NewsId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "news")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: NewsId,
        pub library_id: LibraryId,
        pub pinned: bool,
        pub shown_from: Date,
        pub shown_until: Option<Date>,
        pub title: String,
        pub title_hant: String,
        pub title_en: String,
        pub body: String,
        pub body_hant: String,
        pub body_en: String,
        pub published: bool,
        pub version: i64,
        pub changed_at: DateTimeUtc,
        pub changed_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// When a library, or one of its service points, is open.
pub mod hours {
    use sea_orm::entity::prelude::*;

    use crate::kernel::LibraryId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "opening_hours")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub place_id: Uuid,
        pub library_id: LibraryId,
        pub weekly: String,
        pub version: i64,
        pub changed_at: DateTimeUtc,
        pub changed_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A day on which it is otherwise.
pub mod special {
    use sea_orm::entity::prelude::*;

    use crate::kernel::LibraryId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "special_hours")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub place_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: Date,
        pub library_id: LibraryId,
        pub hours: String,
        pub note: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
