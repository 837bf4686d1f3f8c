//! The tables of this room.

/// A reader's consent that a partner service may ask.
pub mod partner_consent {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{ConsentId, PartnerId, ReaderId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "partner_consents")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: ConsentId,
        pub partner_id: PartnerId,
        pub reader_id: ReaderId,
        #[sea_orm(unique)]
        pub handle_key: Vec<u8>,
        pub given_at: DateTimeUtc,
        pub withdrawn_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
