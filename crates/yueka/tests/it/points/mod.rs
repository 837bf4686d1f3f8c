//! Mobile card points (6.5) and visits to units (4.4.2), on both databases.

mod desk;
mod handing_in;
mod office;
mod preparing;
mod visits;

use std::path::PathBuf;
use std::sync::Arc;

use service::cards::{OpenCard, Opened};
use service::kernel::{
    Actor, Call, Channel, IdempotencyKey, LibraryId, Right, Role, ServicePointId, StaffId, Who,
};
use service::libraries::{NewServicePoint, ServicePointKind, add_service_point};
use service::points::{
    Answer, Laptop, NewPoint, OpeningFilter, OpeningState, Package, PointOpening, PointPass, hand_in,
    openings, pass_of, prepare,
};
use service::testing::House;

pub const PASSPHRASE: &str = "four words of mine";

/// A mobile point at a school: who works there, and the laptop in its folder.
pub struct Event {
    pub package: Package,
    pub staff: StaffId,
    pub folder: PathBuf,
    pub laptop: Arc<Laptop>,
}

/// The manager of FS, at its desk.
pub fn manager(house: &House) -> Actor {
    Actor { rights: Role::BranchManager.rights().to_vec(), ..house.clerk() }
}

/// A service point of the kind mobile point.
pub async fn mobile(house: &House, library: LibraryId, code: &str) -> ServicePointId {
    let point = NewServicePoint {
        library,
        code: code.to_owned(),
        kind: ServicePointKind::MobilePoint,
        name: "流动办证车".to_owned(),
    };
    house.service.write(house.system(), async |op| add_service_point(op, point.clone()).await).await.unwrap()
}

pub async fn new_point(house: &House, staff: &str) -> NewPoint {
    NewPoint {
        name: "第一中学".to_owned(),
        service_point: mobile(house, house.fs, "M1").await,
        staff: vec![staff.to_owned()],
        numbers: 30,
        one_cards: 0,
        first_card: String::new(),
        days: 14,
    }
}

/// A point of FS where `chen` works, and its laptop.
pub async fn event(house: &House, one_cards: i64) -> Event {
    let staff = house.add_staff("chen", house.fs, Role::Clerk).await.unwrap();
    let new = NewPoint { one_cards, ..new_point(house, "chen").await };
    let package = prepare(&house.service, &manager(house), &new).await.unwrap();
    let folder = house.files().join("laptop");
    Laptop::create(&folder, PASSPHRASE, &package).await.unwrap();
    let (laptop, missing) = Laptop::open_desk(&folder, PASSPHRASE, house.clock.clone()).await.unwrap();
    assert_eq!(missing, 0);
    Event { package, staff, folder, laptop: Arc::new(laptop) }
}

impl Event {
    /// Who works there, as the desk of the laptop knows them.
    pub fn clerk(&self) -> Actor {
        let point = &self.package.outline.point;
        Actor {
            who: Who::Staff(self.staff),
            library: point.library,
            service_point: Some(point.id),
            scope: point.library,
            rights: vec![Right::OpenCards, Right::FindReaders],
            channel: Channel::MobilePoint,
        }
    }

    /// Opens a card on the laptop.
    pub async fn open(&self, request: OpenCard) -> service::Result<Opened> {
        self.open_as(request, None).await
    }

    pub async fn open_as(&self, request: OpenCard, key: Option<&str>) -> service::Result<Opened> {
        let call = Call { actor: self.clerk(), key: key.and_then(IdempotencyKey::new) };
        Arc::clone(&self.laptop).open_card(call, request).await
    }

    pub async fn pass(&self, house: &House) -> Option<PointPass> {
        let secret = self.package.secret.clone();
        house.service.read(Actor::nobody(), async |op| pass_of(op, &secret).await).await.unwrap()
    }

    /// Hands everything in, and keeps the answers on the laptop.
    pub async fn hand_in(&self, house: &House) -> Vec<Answer> {
        let pass = self.pass(house).await.unwrap();
        let mut answers = Vec::new();
        for entry in self.laptop.openings().await.unwrap() {
            let answer = hand_in(&house.service, &pass, &entry.handed_in()).await.unwrap();
            self.laptop.answered(&answer).await.unwrap();
            answers.push(answer);
        }
        answers
    }
}

pub fn count(answers: &[Answer], state: OpeningState) -> usize {
    answers.iter().filter(|answer| answer.state == state).count()
}

/// What waits for the office.
pub async fn waiting(house: &House) -> Vec<PointOpening> {
    let filter = OpeningFilter { state: Some(OpeningState::Conflict), ..OpeningFilter::default() };
    house.service.read(manager(house), async move |op| openings(op, filter).await).await.unwrap().0
}
