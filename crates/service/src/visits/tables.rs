//! The tables of this room.

/// A visit.
pub mod visit {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{LibraryId, ReaderId, ServicePointId, VisitId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "visits")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: VisitId,
        pub library_id: LibraryId,
        pub service_point_id: Option<ServicePointId>,
        pub reader_id: Option<ReaderId>,
        pub at: DateTimeUtc,
        pub day: Date,
        pub noted_at: DateTimeUtc,
        pub shown: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Somebody who came lately.
pub mod visitor {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{LibraryId, ReaderId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "visitors")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub library_id: LibraryId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub reader_id: ReaderId,
        pub version: i64,
        pub noted_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What a gate was answered.
pub mod gate_answer {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "gate_answers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub gate: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub request: Vec<u8>,
        pub answer: String,
        pub at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
