//! The tables of this room, and as much of two others as is read here.

/// What cards look like.
pub mod design {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{DesignId, LibraryId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "card_designs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: DesignId,
        pub library_id: LibraryId,
        pub name: String,
        pub front: String,
        pub back: String,
        pub logo: String,
        pub version: i64,
        pub created_at: DateTimeUtc,
        pub closed_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Cards that a manufacturer was asked for.
pub mod order {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{DesignId, LibraryId, StockOrderId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "stock_orders")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: StockOrderId,
        pub library_id: LibraryId,
        pub design_id: Option<DesignId>,
        pub manufacturer: String,
        pub first_number: String,
        pub last_number: String,
        pub count: i64,
        pub received: i64,
        pub state: String,
        pub expected_on: Option<Date>,
        pub note: String,
        pub actor: String,
        pub created_at: DateTimeUtc,
        pub closed_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Cards on their way.
pub mod transfer {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{LibraryId, TransferId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "stock_transfers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: TransferId,
        pub from_id: LibraryId,
        pub to_id: LibraryId,
        pub count: i64,
        pub ranges: String,
        pub arrived: i64,
        pub state: String,
        pub note: String,
        pub sent_by: String,
        pub sent_at: DateTimeUtc,
        pub received_by: Option<String>,
        pub received_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A physical card.
pub mod stock_card {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{DesignId, LibraryId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "stock_cards")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub barcode: String,
        pub library_id: LibraryId,
        pub place: String,
        pub place_id: Uuid,
        pub design_id: Option<DesignId>,
        pub moved_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A row of the ledger.
pub mod movement {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{LibraryId, MovementId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "stock_movements")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: MovementId,
        pub at: DateTimeUtc,
        pub kind: String,
        pub first_number: String,
        pub last_number: String,
        pub count: i64,
        pub from_library: Option<LibraryId>,
        pub from_place: Option<String>,
        pub from_id: Option<Uuid>,
        pub to_library: LibraryId,
        pub to_place: String,
        pub to_id: Uuid,
        pub cause: Option<Uuid>,
        pub reason: String,
        pub actor: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A stock-taking.
pub mod stock_count {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{LibraryId, StockCountId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "stock_counts")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: StockCountId,
        pub library_id: LibraryId,
        pub place: String,
        pub place_id: Uuid,
        pub state: String,
        pub expected: Option<i64>,
        pub counted: Option<i64>,
        pub missing: Option<i64>,
        pub found: Option<i64>,
        pub reason: String,
        pub opened_by: String,
        pub opened_at: DateTimeUtc,
        pub closed_by: Option<String>,
        pub closed_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A card that was seen when the stock was taken.
pub mod counted {
    use sea_orm::entity::prelude::*;

    use crate::kernel::StockCountId;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "stock_counted")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub count_id: StockCountId,
        #[sea_orm(primary_key, auto_increment = false)]
        pub barcode: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Cards that a library prints.
pub mod run {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{CardRunId, DesignId, LibraryId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "card_runs")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: CardRunId,
        pub library_id: LibraryId,
        pub design_id: DesignId,
        pub design_version: i64,
        pub layout: String,
        pub first_number: String,
        pub last_number: String,
        pub count: i64,
        pub state: String,
        pub failed: i64,
        pub failures: String,
        pub pages_digest: Option<Vec<u8>>,
        pub made_by: String,
        pub made_at: DateTimeUtc,
        pub checked_at: Option<DateTimeUtc>,
        pub released_by: Option<String>,
        pub released_at: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The numbers of cards that readers hold, or held: the registry of `cards`, which stands after this room. Read only.
pub mod given_number {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "card_numbers")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub number: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// When and where cards were given out. Read only.
pub mod given_card {
    use sea_orm::entity::prelude::*;

    use crate::kernel::{CardId, LibraryId};

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel, Eq)]
    #[sea_orm(table_name = "cards")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: CardId,
        pub kind: String,
        pub issuing_library_id: LibraryId,
        pub opened_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}
