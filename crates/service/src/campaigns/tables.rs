//! The tables of this room.

/// A campaign.
pub mod campaign {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{CampaignId, LibraryId, ServicePointId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "campaigns")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: CampaignId,
        #[sea_orm(unique)]
        pub code: String,
        pub kind: String,
        pub library_id: LibraryId,
        pub service_point_id: Option<ServicePointId>,
        pub title: String,
        pub title_hant: String,
        pub title_en: String,
        pub place: String,
        pub starts_on: Date,
        pub ends_on: Option<Date>,
        pub target: Option<i64>,
        pub cost_fen: Option<i64>,
        pub version: i64,
        pub created_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// How often the address of a campaign was followed on a day.
pub mod visit {
    use sea_orm::entity::prelude::*;

    use crate::kernel::CampaignId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "campaign_visits")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub campaign_id: CampaignId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: Date,
        pub visits: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A card that came of a campaign.
pub mod opening {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{CampaignId, CardId, LibraryId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "campaign_openings")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub card_id: CardId,
        pub campaign_id: CampaignId,
        pub library_id: LibraryId,
        pub channel: String,
        pub age: String,
        pub day: Date,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
