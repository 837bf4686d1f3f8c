//! The tables of this room.

/// A code that was used.
pub mod spent_code {
    use sea_orm::entity::prelude::*;

    use crate::kernel::CardId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "spent_codes")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub mark: Vec<u8>,
        pub card_id: CardId,
        pub gate: String,
        pub at: DateTimeUtc,
        pub used_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
