//! Changing what is known of a reader: 4.2.1, 4.2.2, 6.2.1, and the note of Table A1 on guardians.

use axum::http::StatusCode;
use serde_json::{Value, json};
use service::Error;
use service::cards::{self, Opened};
use service::kernel::Right;
use service::kernel::{Actor, Blocker, Channel, Problem, ReaderId};
use service::readers::{self, Amend, Changes, ReaderView};
use service::records::{CheckMethod, File, IdentityCheck, Person, Presence};
use service::staff::{self, NewToken};
use service::testing::{House, adult, born, child, on_both_databases, resident_number};

pub fn paper() -> File {
    File(b"%PDF-1.7 a deed %%EOF".to_vec())
}

pub fn by_eye() -> IdentityCheck {
    IdentityCheck::of_the_person(CheckMethod::ByEye)
}

pub async fn opened(house: &House, request: cards::OpenCard) -> Opened {
    house.service.write(house.clerk(), async |op| cards::open(op, request.clone()).await).await.unwrap()
}

pub async fn seen(house: &House, id: ReaderId) -> ReaderView {
    house.service.read(house.clerk(), async |op| readers::view(op, id).await).await.unwrap()
}

/// A token of the desk of FS with every right.
pub async fn people_token(house: &House) -> String {
    let new = NewToken { name: "test".to_owned(), service_point: house.fs_desk, rights: Right::ALL.to_vec() };
    house.service.write(house.system(), async |op| staff::issue_token(op, &new).await).await.unwrap()
}

fn new_phone(reader: &ReaderView, phone: &str) -> Amend {
    Amend {
        reader: reader.id,
        version: reader.version,
        changes: Changes { phone: Some(phone.to_owned()), ..Changes::default() },
        evidence: None,
        check: by_eye(),
    }
}

async fn amend(house: &House, actor: Actor, request: &Amend) -> service::Result<readers::Amended> {
    let request = request.clone();
    house.service.write(actor, async move |op| readers::amend(op, request.clone()).await).await
}

#[track_caller]
pub fn refused<T: std::fmt::Debug>(result: service::Result<T>, code: &str) {
    match result {
        Err(Error::Refused(blockers)) => {
            assert!(blockers.iter().any(|blocker| blocker.code() == code), "{blockers:?}");
        }
        other => panic!("{code} was expected: {other:?}"),
    }
}

#[track_caller]
pub fn wrong<T: std::fmt::Debug>(result: service::Result<T>, field: &str, problem: &Problem) {
    match result {
        Err(Error::Invalid(invalid)) => assert!(
            invalid.0.iter().any(|error| error.field == field && error.problem == *problem),
            "{invalid:?}"
        ),
        other => panic!("{field} was expected to be wrong: {other:?}"),
    }
}

#[tokio::test]
async fn c_4_2_1_a_reader_with_a_document_has_contact_data_changed_at_any_member_library() {
    on_both_databases(async |house| {
        let reader = opened(house, adult(1)).await.reader;
        let mut request = new_phone(&reader, "139 0000 9901");
        request.changes.email = Some(String::new());
        request.changes.language = Some("en".to_owned());
        request.check.document = Some(Person {
            name: String::new(),
            document_kind: "resident_id".to_owned(),
            document_number: resident_number(1, born(1990, 5, 6)),
            issuing_country: String::new(),
        });
        let done = amend(house, house.clerk_at_sd(), &request).await.unwrap();
        assert_eq!(done.fields, ["reader.phone", "reader.email", "reader.language"]);
        let now = seen(house, reader.id).await;
        assert_eq!((now.phone.as_str(), now.email), ("139****9901", None));
        assert_eq!((now.language.as_deref(), now.version), (Some("en"), reader.version + 1));
        let found = house.service.write(house.clerk(), async |op| cards::find(op, "13900009901").await).await;
        assert_eq!(found.unwrap().readers[0].reader.id, reader.id);
        let gone = house.service.write(house.clerk(), async |op| cards::find(op, "13900000001").await).await;
        assert!(gone.unwrap().readers.is_empty(), "the old number finds nobody");

        let changes = house
            .service
            .write(house.clerk(), async |op| readers::changes(op, reader.id, "核对历史").await)
            .await
            .unwrap();
        let old =
            |field: &str| changes.iter().find(|change| change.field == field).unwrap().old_value.clone();
        assert_eq!(old("reader.phone").as_deref(), Some("13900000001"));
        assert_eq!(old("reader.language"), None);
        let unasked =
            house.service.write(house.clerk(), async |op| readers::changes(op, reader.id, " ").await);
        wrong(unasked.await, "reason", &Problem::Missing);
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_identity_is_checked_before_anything_is_changed() {
    on_both_databases(async |house| {
        let reader = opened(house, adult(1)).await.reader;
        let mut request = new_phone(&reader, "13900009901");
        request.check.document = Some(Person {
            name: String::new(),
            document_kind: "resident_id".to_owned(),
            document_number: resident_number(2, born(1990, 5, 6)),
            issuing_country: String::new(),
        });
        refused(amend(house, house.clerk(), &request).await, "principal_is_another");
        let phone = Amend {
            check: IdentityCheck::of_the_person(CheckMethod::Phone),
            ..new_phone(&reader, "13900009901")
        };
        refused(amend(house, house.clerk(), &phone).await, "phone_for_loss_only");
        assert_eq!(seen(house, reader.id).await.version, reader.version);
    })
    .await;
}

#[tokio::test]
async fn c_4_2_2_an_agent_is_served_with_both_documents_and_the_authorization() {
    on_both_databases(async |house| {
        let reader = opened(house, adult(1)).await.reader;
        let person = |name: &str, serial| Person {
            name: name.to_owned(),
            document_kind: "resident_id".to_owned(),
            document_number: resident_number(serial, born(1990, 5, 6)),
            issuing_country: String::new(),
        };
        let mut request = new_phone(&reader, "13900009901");
        request.check.who = Presence::Agent;
        request.check.agent = Some(person("代办人", 7));
        request.check.principal = Some(person(&adult(1).reader.name, 1));
        refused(amend(house, house.clerk(), &request).await, "authorization_missing");
        request.check.authorization = Some(paper());
        request.check.principal = Some(person(&reader.name, 8));
        refused(amend(house, house.clerk(), &request).await, "principal_is_another");
        request.check.principal = Some(person(&adult(1).reader.name, 1));
        amend(house, house.clerk(), &request).await.unwrap();
        let parent = opened(house, child(2)).await.reader;
        let mut request = new_phone(&parent, "13900009902");
        request.check.who = Presence::Guardian;
        request.check.agent = Some(person("", 9));
        refused(amend(house, house.clerk(), &request).await, "not_the_guardian");
        request.check.agent =
            Some(Person { document_number: resident_number(10_002, born(1988, 1, 2)), ..person("", 9) });
        amend(house, house.clerk(), &request).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_a_name_is_changed_with_evidence_and_found_by_the_new_one_only() {
    on_both_databases(async |house| {
        let reader = opened(house, adult(1)).await.reader;
        let mut request = new_phone(&reader, "13900000001");
        request.changes.name = Some("欧阳 静".to_owned());
        wrong(amend(house, house.clerk(), &request).await, "evidence", &Problem::Missing);
        request.evidence = Some(File(b"GIF89a".to_vec()));
        wrong(amend(house, house.clerk(), &request).await, "evidence", &Problem::FileKind);
        request.evidence = Some(paper());
        let done = amend(house, house.clerk(), &request).await.unwrap();
        assert_eq!(done.fields, ["reader.name"], "the same phone is no change");
        let find = async |text: &str| {
            let found = house.service.write(house.clerk(), async |op| cards::find(op, text).await).await;
            found.unwrap().readers.len()
        };
        assert_eq!((find("oyj").await, find(&reader.name).await), (1, 0));
        let told = new_phone(&seen(house, reader.id).await, "13900000001");
        let born_later = Amend {
            changes: Changes { birth_date: Some("1991-01-01".to_owned()), ..Changes::default() },
            evidence: Some(paper()),
            ..told.clone()
        };
        wrong(
            amend(house, house.clerk(), &born_later).await,
            "reader.birth_date",
            &Problem::BirthDateDiffers,
        );
        wrong(amend(house, house.clerk(), &told).await, "reader", &Problem::NothingChanged);
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_two_clerks_at_once_never_overwrite_each_other() {
    on_both_databases(async |house| {
        let reader = opened(house, adult(1)).await.reader;
        let (first, second) = (new_phone(&reader, "13900009901"), new_phone(&reader, "13900009902"));
        let (one, two) =
            tokio::join!(amend(house, house.clerk(), &first), amend(house, house.clerk_at_sd(), &second));
        let stale = |result: &service::Result<readers::Amended>| matches!(result, Err(Error::Stale));
        assert!(one.is_ok() != two.is_ok() && (stale(&one) || stale(&two)), "{one:?} {two:?}");
        let changed = house
            .service
            .read(house.clerk(), async |op| readers::changed_since(op, reader.id, reader.version).await)
            .await
            .unwrap();
        assert_eq!(changed.len(), 1);
        assert_eq!(changed[0].0, "reader.phone");
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_a_reader_alone_changes_what_nobody_else_could_use() {
    on_both_databases(async |house| {
        let opened = opened(house, adult(1)).await;
        let me = Actor::reader(opened.reader.id, house.fs);
        let check = IdentityCheck::of_the_person(CheckMethod::Password);
        let request = Amend {
            changes: Changes { address: Some("顺德区大良".to_owned()), ..Changes::default() },
            check: check.clone(),
            ..new_phone(&opened.reader, "")
        };
        amend(house, me.clone(), &request).await.unwrap();
        let now = seen(house, opened.reader.id).await;
        let phone = Amend { check: check.clone(), ..new_phone(&now, "13900009901") };
        refused(amend(house, me, &phone).await, "at_desk_only");
        let another = Actor::reader(ReaderId(uuid::Uuid::nil()), house.fs);
        let result = amend(house, another, &Amend { version: now.version, ..request.clone() }).await;
        assert!(matches!(result, Err(Error::Forbidden(_))), "{result:?}");
        let kiosk = Actor { channel: Channel::SelfService, ..house.clerk() };
        refused(amend(house, kiosk, &phone).await, Blocker::AtDeskOnly.code());
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_the_api_shows_a_reader_and_takes_changes_of_the_version_seen() {
    on_both_databases(async |house| {
        let token = people_token(house).await;
        let reader = opened(house, adult(1)).await.reader;
        let path = format!("/api/v1/readers/{}", reader.id);
        let shown = crate::api::get(house, &token, &path).await;
        assert_eq!((shown.status, shown.headers["etag"].to_str().unwrap()), (StatusCode::OK, "\"1\""));
        assert_eq!(shown.body["cards"][0]["state"], "active");
        assert!(!shown.body.to_string().contains("13900000001"));
        let body = |version: Value| {
            json!({ "version": version, "reader": { "phone": "13900009901" }, "identity_check": { "method": "by_eye" } })
        };
        let send = async |body: &Value| crate::api::send(house, "PATCH", &token, &path, body).await;
        let missing = send(&json!({ "reader": {} })).await;
        assert_eq!(missing.status, StatusCode::UNPROCESSABLE_ENTITY);
        let done = send(&body(json!(1))).await;
        assert_eq!((done.status, &done.body["phone"]), (StatusCode::OK, &json!("139****9901")));
        assert_eq!(done.headers["etag"], "\"2\"");
        let late = send(&body(json!(1))).await;
        assert_eq!((late.status, &late.body["code"]), (StatusCode::CONFLICT, &json!("stale")));
    })
    .await;
}
