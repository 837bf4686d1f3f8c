//! The tables of this room.

/// Two records made one.
pub mod merge {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{MergeId, ReaderId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "reader_merges")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: MergeId,
        pub winner_id: ReaderId,
        pub loser_id: ReaderId,
        pub moved: Sealed,
        pub at: DateTimeUtc,
        pub by: String,
        pub undone_at: Option<DateTimeUtc>,
        pub undone_by: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
