//! The tables of this room.

/// An account.
pub mod machine {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{MachineId, ServicePointId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "machines")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: MachineId,
        #[sea_orm(unique)]
        pub login: String,
        pub name: String,
        pub service_point_id: ServicePointId,
        pub password_hash: String,
        pub dialect: String,
        pub charset: Option<String>,
        pub checks: Option<String>,
        pub terminator: Option<String>,
        pub addresses: String,
        pub institutions: String,
        pub asks_password: bool,
        pub opens_cards: bool,
        pub records_visits: bool,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub closed_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// When a machine last said something.
pub mod sighting {
    use sea_orm::entity::prelude::*;

    use crate::kernel::MachineId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "machine_sightings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub machine_id: MachineId,
        pub seen_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
