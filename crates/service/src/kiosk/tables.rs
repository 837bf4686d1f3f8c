//! The tables of this room.

/// Somebody who stands at a kiosk.
pub mod visit {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{ApiTokenId, KioskVisitId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "kiosk_visits")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: KioskVisitId,
        #[sea_orm(unique)]
        pub token_id: ApiTokenId,
        #[sea_orm(unique)]
        pub secret: Vec<u8>,
        pub language: String,
        pub content: Sealed,
        pub version: i64,
        pub begun_at: DateTimeUtc,
        pub seen_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// How many cards a kiosk opened on a day.
pub mod day {
    use sea_orm::entity::prelude::*;

    use crate::kernel::ApiTokenId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "kiosk_days")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_id: ApiTokenId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: Date,
        pub opened: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Somebody at a kiosk asks for staff.
pub mod call {
    use sea_orm::entity::prelude::*;

    use crate::kernel::ServicePointId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "kiosk_calls")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub service_point_id: ServicePointId,
        pub called_at: DateTimeUtc,
        pub coming_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Somebody was sent to the desk.
pub mod referral {
    use sea_orm::entity::prelude::*;

    use crate::kernel::ServicePointId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "kiosk_referrals")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub service_point_id: ServicePointId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: Date,
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: i64,
        pub at: DateTimeUtc,
        pub reason: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
