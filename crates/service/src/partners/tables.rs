//! The tables of this room.

/// An account of a partner platform.
pub mod partner {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{PartnerId, ServicePointId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "partners")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PartnerId,
        #[sea_orm(unique)]
        pub name: String,
        pub service_point_id: ServicePointId,
        pub addresses: String,
        pub calls_per_minute: i64,
        pub events_url: Option<String>,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub closed_at: Option<DateTimeUtc>,
        pub kind: String,
        pub title: String,
        pub purpose: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A key that a partner signs with.
pub mod partner_key {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{PartnerId, PartnerKeyId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "partner_keys")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PartnerKeyId,
        pub partner_id: PartnerId,
        pub label: String,
        pub secret: Sealed,
        pub created_at: DateTimeUtc,
        pub closed_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A call that was let in.
pub mod partner_call {
    use sea_orm::entity::prelude::*;

    use crate::kernel::PartnerId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "partner_calls")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub partner_id: PartnerId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub nonce: String,
        pub at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The code that a reader goes by at a partner.
pub mod partner_link {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{LinkId, PartnerId, ReaderId, Sealed};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "partner_links")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: LinkId,
        pub partner_id: PartnerId,
        pub reader_id: ReaderId,
        pub code: Sealed,
        pub code_key: Vec<u8>,
        pub also: bool,
        pub last_seq: i64,
        pub created_at: DateTimeUtc,
        pub ended_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// What a partner is told of a reader's card.
pub mod partner_event {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{LinkId, PartnerEventId, PartnerId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "partner_events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: PartnerEventId,
        pub partner_id: PartnerId,
        pub link_id: LinkId,
        pub seq: i64,
        pub event: String,
        pub card: Option<String>,
        pub at: DateTimeUtc,
        pub state: String,
        pub tries: i64,
        pub next_try_at: DateTimeUtc,
        pub sent_at: Option<DateTimeUtc>,
        pub fault: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
