//! Opening a card on the web (A.2.1 b), on both databases: what applicants do, what staff decide, what strangers learn, what is kept.

mod api;
mod forgetting;
mod limits;
mod opening;
mod pages;
mod real_name;
mod reviewing;
mod strangers;

use std::sync::{Arc, Mutex};

use service::applications::{
    self, Asking, Begin, Confirmed, PRIVACY_NOTICE, Particulars, RealName, RealNameQuestion, Seen, Sending,
    State, Verdict,
};
use service::kernel::{Actor, ApplicationId, LibraryId};
use service::libraries::{NewServicePoint, ServicePointKind, add_service_point};
use service::outbox::Due;
use service::records::File;
use service::testing::{House, adult};
use service::{Result, Service};

use crate::passwords::{code_in, delivered};

/// A real-name service that always says the same, and keeps what it was asked.
#[derive(Debug)]
pub struct Says {
    verdict: Verdict,
    pub asked: Mutex<Vec<RealNameQuestion>>,
}

impl RealName for Says {
    fn ask<'a>(&'a self, question: &'a RealNameQuestion) -> Asking<'a> {
        self.asked.lock().unwrap().push(question.clone());
        Box::pin(async { self.verdict.clone() })
    }
}

pub fn yes() -> Verdict {
    Verdict::Match { reference: "RN-1".to_owned() }
}

pub fn no() -> Verdict {
    Verdict::NoMatch { reference: "RN-2".to_owned() }
}

/// A house whose libraries FS and SD open cards on the web, with a real-name service that says this.
pub async fn online(house: &House, verdict: Verdict) -> (Service, Arc<Says>) {
    for library in [house.fs, house.sd] {
        let new = NewServicePoint {
            library,
            code: "W1".to_owned(),
            kind: ServicePointKind::Online,
            name: "网上".to_owned(),
        };
        house
            .service
            .write(house.system(), async |op| add_service_point(op, new.clone()).await)
            .await
            .unwrap();
    }
    says(house, verdict)
}

/// The same house with another real-name service.
pub fn says(house: &House, verdict: Verdict) -> (Service, Arc<Says>) {
    let says = Arc::new(Says { verdict, asked: Mutex::default() });
    (house.service.clone().with_real_name(says.clone()), says)
}

/// What the adult with this serial enters.
pub fn particulars(serial: u32) -> Particulars {
    let request = adult(serial);
    Particulars {
        kind: "resident_id".to_owned(),
        number: request.documents[0].number.clone(),
        name: request.reader.name,
        birth_date: String::new(),
        phone: request.reader.phone,
    }
}

pub fn begin_at(library: LibraryId, particulars: Particulars) -> Begin {
    Begin {
        library,
        consent: PRIVACY_NOTICE.to_owned(),
        language: "zh-Hans".to_owned(),
        particulars,
        campaign: String::new(),
    }
}

pub async fn begin(service: &Service, house: &House, particulars: Particulars) -> Result<String> {
    applications::begin(service, begin_at(house.fs, particulars), "10.0.0.1").await
}

/// Begins, and proves the phone.
pub async fn proven(service: &Service, house: &House, particulars: Particulars) -> (String, Confirmed) {
    let token = begin(service, house, particulars).await.unwrap();
    let code = code_among(&delivered(service).await);
    let confirmed = applications::confirm(service, &token, &code, "10.0.0.1").await.unwrap();
    (token, confirmed)
}

/// The code among messages.
pub fn code_among(messages: &[Due]) -> String {
    code_in(&messages.iter().find(|due| due.body.contains("验证码")).unwrap().body)
}

/// A picture that says which one it is.
pub fn picture(mark: &str) -> File {
    let segment = |marker: u8, content: &[u8]| {
        let length = u16::try_from(content.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker], &length[..], content].concat()
    };
    let parts = [
        vec![0xFF, 0xD8],
        segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        segment(0xE1, b"Exif\0\0MM secret place 23.02N"),
        segment(0xDB, mark.as_bytes()),
        segment(0xDA, b"scan"),
        b"data\xFF\xD9".to_vec(),
    ];
    File(parts.concat())
}

pub fn both_sides() -> Sending {
    Sending { corrected: None, front: Some(picture("front one")), back: Some(picture("back one")) }
}

/// Applies: begins, proves the phone, sends both photos. The messages until the phone was proven are delivered.
pub async fn applied(service: &Service, house: &House, particulars: Particulars) -> String {
    let (token, confirmed) = proven(service, house, particulars).await;
    assert_eq!(confirmed, Confirmed::Photos);
    applications::send(service, &token, both_sides()).await.unwrap();
    token
}

pub async fn seen(service: &Service, token: &str) -> Seen {
    service.read(Actor::nobody(), async |op| applications::seen(op, token).await).await.unwrap()
}

pub async fn state(service: &Service, token: &str) -> State {
    seen(service, token).await.state
}

/// The applications that wait for a clerk.
pub async fn waiting(house: &House, clerk: Actor) -> Vec<ApplicationId> {
    let filter = applications::Filter::default();
    let list = house.service.read(clerk, async move |op| applications::applications(op, &filter).await).await;
    list.unwrap().0.into_iter().map(|line| line.id).collect()
}

/// How many rows fit, whatever the rules: asked past the house.
pub async fn rows(house: &House, table: &str, which: &str) -> u64 {
    let column = if table == "application_files" { "side" } else { "id" };
    let statement = ["UPDATE ", table, " SET ", column, " = ", column, " WHERE ", which].concat();
    house.tamper(&statement).await.unwrap()
}
