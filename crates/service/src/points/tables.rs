//! The tables of this room.

/// A laptop that was prepared.
pub mod point {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{PointId, ServicePointId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "mobile_points")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PointId,
        pub name: String,
        pub service_point_id: ServicePointId,
        pub secret_hash: Vec<u8>,
        pub prepared_at: DateTimeUtc,
        pub prepared_by: String,
        pub valid_until: DateTimeUtc,
        pub numbers: i64,
        pub one_cards: i64,
        pub holders: i64,
        pub synced_at: Option<DateTimeUtc>,
        pub outstanding: i64,
        pub ended_at: Option<DateTimeUtc>,
        pub ended_by: Option<String>,
        pub revoked: bool,
        pub late_until: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Who may open cards at a point.
pub mod point_staff {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{PointId, StaffId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "mobile_point_staff")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub point_id: PointId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub staff_id: StaffId,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// An opening that a point handed in.
pub mod opening {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{CardId, OpeningId, PointId, ReaderId, Sealed, StaffId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "point_openings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: OpeningId,
        pub point_id: PointId,
        pub digest: Vec<u8>,
        pub opened_at: DateTimeUtc,
        pub came_at: DateTimeUtc,
        pub staff_id: StaffId,
        pub kind: String,
        pub number: String,
        pub state: String,
        pub reasons: String,
        pub settlement: String,
        pub reader_id: Option<ReaderId>,
        pub card_id: Option<CardId>,
        pub content: Option<Sealed>,
        pub settled_at: Option<DateTimeUtc>,
        pub settled_by: Option<String>,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A visit to a unit.
pub mod appointment {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{AppointmentId, LibraryId, PointId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "appointments")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: AppointmentId,
        pub library_id: LibraryId,
        pub unit_id: Option<Uuid>,
        pub unit: String,
        pub day: Date,
        pub begins: String,
        pub place: String,
        pub contact: Sealed,
        pub phone: Sealed,
        pub note: Option<Sealed>,
        pub expected: i64,
        pub staff: String,
        pub point_id: Option<PointId>,
        pub state: String,
        pub created_at: DateTimeUtc,
        pub created_by: String,
        pub version: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// On the laptop: what the point was prepared with, sealed.
pub mod paper {
    use sea_orm::entity::prelude::*;

    use crate::kernel::Sealed;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "papers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub name: String,
        pub content: Sealed,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// On the laptop: an opening, sealed.
pub mod envelope {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{OpeningId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "openings")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub place: i64,
        #[sea_orm(unique)]
        pub id: OpeningId,
        pub content: Sealed,
        pub answer: Option<Sealed>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
