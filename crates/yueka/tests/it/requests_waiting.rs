//! Requests while they wait: changed in place, taken back, done by the desk meanwhile, proved to a program; whose notes and blocks are
//! whose; what a reader takes away from the desk.

use std::io::Cursor;

use axum::body::Body;
use axum::http::{StatusCode, header};
use service::kernel::{Actor, Call, IdempotencyKey, Problem, Right, Role};
use service::people::{self, Reply};
use service::readers::{self, ANY_VERSION, AskedDocument, EditRequest, NewBlock, NewNote};
use service::records::{self, CheckMethod, IdentityCheck, Told};
use service::staff::{self, NewToken};
use service::testing::{House, adult, foreigner, on_both_databases};
use service::{Error, Result};
use tower::ServiceExt as _;

use crate::amend::{opened, people_token, refused, seen, wrong};
use crate::browser::Browser;
use crate::known::{passport, renew};
use crate::passwords::cheap;
use crate::portal::at_home;
use crate::requests::{ask, asked, with_passport};

async fn answer(house: &House, id: service::kernel::RequestId, reply: Reply) -> Result<()> {
    let done = house.service.write(house.clerk(), async move |op| {
        people::answer_request(op, id, ANY_VERSION, &reply.clone()).await
    });
    done.await
}

#[tokio::test]
async fn c_4_2_1_a_request_that_waits_is_changed_in_its_place() {
    on_both_databases(async |house| {
        let first = opened(house, foreigner(4)).await;
        let reader = first.reader.id;
        let whole = with_passport(&first);
        let id = ask(house, &whole).await.unwrap();
        let me = Actor::reader(reader, house.fs);
        let shown = async || {
            house.service.write(me.clone(), async |op| readers::request(op, id).await).await.unwrap()
        };
        let before = shown().await;
        let nothing = EditRequest {
            reader,
            request: id,
            version: before.version,
            name: None,
            document: None,
            evidence: None,
            note: None,
            check: IdentityCheck::of_the_person(CheckMethod::Password),
        };
        let edit = async |actor: Actor, edit: EditRequest| {
            let done =
                house.service.write(actor, async move |op| readers::edit_request(op, edit.clone()).await);
            done.await
        };
        wrong(edit(me.clone(), nothing.clone()).await, "reader.name", &Problem::NothingChanged);
        answer(house, id, Reply::Ask("请写清姓氏".to_owned())).await.unwrap();
        let renamed = EditRequest { name: Some("Ana de Lima".to_owned()), ..nothing.clone() };
        let stale = edit(me.clone(), renamed.clone()).await;
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
        let version = shown().await.version;
        let renamed = EditRequest { version, ..renamed };
        let elsewhere = edit(house.clerk_at_sd(), renamed.clone()).await;
        refused(elsewhere, "request_of_another_library");
        edit(me.clone(), renamed.clone()).await.unwrap();
        let now = shown().await;
        let (was, is) = (before.asked.clone().unwrap(), now.asked.clone().unwrap());
        assert_eq!((now.line.state.as_str(), is.name.as_deref()), ("open", Some("Ana de Lima")));
        assert_eq!((&is.document, is.evidence), (&was.document, was.evidence), "what is left out stays");
        assert_eq!(now.answer.as_deref(), Some("请写清姓氏"), "staff see what they asked");
        assert_eq!(now.line.created_at, before.line.created_at, "it keeps its place");
        // A blank takes it away, and another file takes the first one's place.
        let blank = AskedDocument {
            form: readers::DocumentForm { number: " ".to_owned(), ..passport(5, "") },
            renews: None,
        };
        let without = EditRequest {
            version: now.version,
            document: Some(blank),
            evidence: asked(reader, "").evidence,
            ..nothing.clone()
        };
        edit(me.clone(), without).await.unwrap();
        let last = shown().await;
        let content = last.asked.clone().unwrap();
        assert!(content.document.is_none() && content.evidence.is_some() && content.evidence != was.evidence);
        let bare = EditRequest { version: last.version, name: Some(String::new()), ..nothing.clone() };
        wrong(edit(me.clone(), bare).await, "reader.name", &Problem::NothingChanged);
        answer(house, id, Reply::Approve).await.unwrap();
        assert_eq!(seen(house, reader).await.name, "Ana de Lima");
        refused(edit(me.clone(), EditRequest { version: ANY_VERSION, ..renamed }).await, "request_closed");
        let told =
            house.service.read(house.clerk(), async |op| records::timeline(op, reader, 20).await).await;
        let told: Vec<Told> = told.unwrap().into_iter().flat_map(|entry| entry.told).collect();
        for one in [Told::Edited, Told::Answer("asked".to_owned()), Told::Answer("approved".to_owned())] {
            assert!(told.contains(&one), "{one:?} in {told:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_staff_of_another_library_take_no_request_back() {
    on_both_databases(async |house| {
        let reader = opened(house, adult(1)).await.reader.id;
        let id = ask(house, &asked(reader, "陈新名")).await.unwrap();
        let take = async |actor: Actor| {
            let done =
                house.service.write(actor, async move |op| readers::withdraw_request(op, reader, id).await);
            done.await
        };
        refused(take(house.clerk_at_sd()).await, "request_of_another_library");
        take(house.clerk()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_what_the_desk_did_meanwhile_does_not_stand_against_the_approval() {
    on_both_databases(async |house| {
        let first = opened(house, foreigner(4)).await;
        let reader = first.reader.id;
        let whole = with_passport(&first);
        let id = ask(house, &whole).await.unwrap();
        renew(house, reader, first.card.document, passport(5, "2036-01-01")).await.unwrap();
        answer(house, id, Reply::Approve).await.unwrap();
        let now = seen(house, reader).await;
        assert_eq!((now.name.as_str(), now.documents.len(), now.retired.len()), ("Ana Lima", 1, 1));
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_a_call_that_is_repeated_is_answered_with_what_it_made() {
    on_both_databases(async |house| {
        let reader = opened(house, adult(1)).await.reader.id;
        let keyed = |key: &str| Call { actor: house.clerk(), key: IdempotencyKey::new(key) };
        let mut made = Vec::new();
        for _ in 0..2 {
            for (place, text) in ["一", "二", "三", "四"].into_iter().enumerate() {
                let note = NewNote {
                    reader,
                    text: text.to_owned(),
                    visibility: "federation".to_owned(),
                    alert: false,
                    until: String::new(),
                };
                let call = keyed(&format!("note-{place}"));
                let id = house.service.write(call, async move |op| readers::add_note(op, note.clone()).await);
                made.push(id.await.unwrap());
            }
        }
        assert_eq!(made[..4], made[4..], "ids of one millisecond have no order");
    })
    .await;
}

#[tokio::test]
async fn a_3_1_a_block_is_lifted_and_a_note_removed_by_whose_it_is_or_who_stands_over_them() {
    on_both_databases(async |house| {
        let reader = opened(house, adult(1)).await.reader.id;
        let manager = |clerk: Actor| Actor { rights: Role::BranchManager.rights().to_vec(), ..clerk };
        let block =
            NewBlock { reader, reason: "conduct".to_owned(), note: String::new(), until: String::new() };
        let put = async |actor: Actor| {
            let block = block.clone();
            house.service.write(actor, async move |op| readers::block(op, block.clone()).await).await.unwrap()
        };
        let lift = async |actor: Actor, id| {
            house.service.write(actor, async move |op| readers::unblock(op, reader, id).await).await
        };
        let one = put(manager(house.clerk())).await;
        refused(lift(manager(house.clerk_at_sd()), one).await, "added_by_another_library");
        lift(manager(house.clerk()), one).await.unwrap();
        let two = put(manager(house.clerk_at_branch())).await;
        lift(manager(house.clerk()), two).await.unwrap();
        let three = put(manager(house.clerk_at_sd())).await;
        lift(house.system(), three).await.unwrap();
        let note = NewNote {
            reader,
            text: "请核对地址".to_owned(),
            visibility: "federation".to_owned(),
            alert: false,
            until: String::new(),
        };
        let clerk = house.clerk();
        let note =
            house.service.write(clerk, async move |op| readers::add_note(op, note.clone()).await).await;
        let note = note.unwrap();
        let remove = async |actor: Actor| {
            house.service.write(actor, async move |op| readers::remove_note(op, reader, note).await).await
        };
        refused(remove(house.clerk_at_sd()).await, "added_by_another_library");
        remove(house.clerk()).await.unwrap();
        let told =
            house.service.read(house.clerk(), async |op| records::timeline(op, reader, 20).await).await;
        let told: Vec<Told> = told.unwrap().into_iter().flat_map(|entry| entry.told).collect();
        let of_fs = |removed| {
            told.iter().any(|told| {
                matches!(told, Told::Note { removed: gone, library, .. }
                    if *gone == removed && *library == Some(house.fs))
            })
        };
        assert!(of_fs(false) && of_fs(true), "{told:?}");
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_on_a_phone_the_form_shows_what_was_asked_and_what_staff_ask() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let (mut browser, opened) = at_home(house, &service, 1).await;
        let picture = [&b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR"[..], &[0; 64]].concat();
        browser.get("/my/request").await;
        let key = browser.hidden("idempotency_key");
        let fields = [("idempotency_key", key.as_str()), ("reader.name", "测新名"), ("note", "改名了")];
        browser.post_file("/my/request", &fields, "evidence", &picture).await;
        browser.follow().await;
        assert!(browser.page.contains("href=\"/my/request\"") && browser.page.contains("修改申请"));
        let reader = opened.reader.id;
        let own = house.service.read(house.clerk(), async |op| readers::own_requests(op, reader).await).await;
        let id = own.unwrap()[0].id;
        // A form that was open while staff asked is not lost, and shows what they ask.
        browser.get("/my/request").await;
        let open = browser.page.clone();
        answer(house, id, Reply::Ask("请补充户口簿变更页".to_owned())).await.unwrap();
        browser.page = open;
        let send = async |browser: &mut Browser, name: &str| {
            let hidden = ["idempotency_key", "version", "request"].map(|name| (name, browser.hidden(name)));
            let mut fields: Vec<(&str, &str)> =
                hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
            fields.extend([("reader.name", name), ("note", "改名了")]);
            browser.post("/my/request", &fields).await;
        };
        send(&mut browser, "测又名").await;
        assert_eq!(browser.status, StatusCode::CONFLICT, "{}", browser.page);
        for said in ["value=\"测又名\"", "value=\"改名了\"", "请补充户口簿变更页", "刚刚有变化"]
        {
            assert!(browser.page.contains(said), "{said} in {}", browser.page);
        }
        browser.get("/my/request").await;
        for said in ["value=\"测新名\"", "请补充户口簿变更页", "已附证明材料", "/my/request/withdraw"]
        {
            assert!(browser.page.contains(said), "{said} in {}", browser.page);
        }
        let form = browser.page.clone();
        send(&mut browser, "测又名").await;
        let there = browser.location.clone();
        browser.follow().await;
        assert!(browser.page.contains("申请已修改"), "{}", browser.page);
        // The same form twice is one change.
        browser.page = form;
        send(&mut browser, "测又名").await;
        assert_eq!((browser.status, &browser.location), (StatusCode::SEE_OTHER, &there));
        answer(house, id, Reply::Reject("材料不符".to_owned())).await.unwrap();
        browser.get("/my/request").await;
        assert!(!browser.page.contains("测又名"), "a new request begins empty");
        browser.post("/my/request/withdraw", &[("request", &id.to_string())]).await;
        browser.follow().await;
        assert!(browser.page.contains("已经答复") && browser.page.contains("材料不符"), "{}", browser.page);
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_a_program_fetches_the_evidence_with_the_right_a_reason_and_a_trace() {
    on_both_databases(async |house| {
        let all = people_token(house).await;
        let reader = opened(house, adult(1)).await.reader.id;
        let id = ask(house, &asked(reader, "陈新名")).await.unwrap();
        let path = format!("/api/v1/requests/{id}/evidence");
        let why = crate::api::get(house, &all, &path).await;
        assert_eq!(why.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", why.body);
        let some = NewToken {
            name: "blind".to_owned(),
            service_point: house.fs_desk,
            rights: vec![Right::FindReaders, Right::AmendReaders],
        };
        let blind = house.service.write(house.system(), async |op| staff::issue_token(op, &some).await).await;
        let path = format!("{path}?reason=case-17");
        assert_eq!(crate::api::get(house, &blind.unwrap(), &path).await.status, StatusCode::FORBIDDEN);
        let there =
            NewToken { name: "sd".to_owned(), service_point: house.sd_desk, rights: Right::ALL.to_vec() };
        let there =
            house.service.write(house.system(), async |op| staff::issue_token(op, &there).await).await;
        let there = crate::api::get(house, &there.unwrap(), &path).await;
        assert_eq!(
            (there.status, &there.body["code"]),
            (StatusCode::CONFLICT, &"request_of_another_library".into())
        );
        let router = web::router(house.service.clone(), web::WebOptions::default());
        let call = axum::http::Request::get(&path).header(header::AUTHORIZATION, format!("Bearer {all}"));
        let got = router.oneshot(call.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(
            (got.status(), &got.headers()[header::CONTENT_TYPE]),
            (StatusCode::OK, &"application/pdf".parse().unwrap())
        );
        let bytes = axum::body::to_bytes(got.into_body(), 1 << 20).await.unwrap();
        assert_eq!(bytes.to_vec(), asked(reader, "").evidence.unwrap().0);
        let looks = house
            .service
            .read(house.system(), async |op| records::recent_access(op, &[house.fs], None, 20).await)
            .await;
        let looks = format!("{:?}", looks.unwrap());
        assert!(looks.contains("case-17") && looks.contains("evidence"), "{looks}");
    })
    .await;
}

#[tokio::test]
async fn c_5_3_the_desk_hands_over_the_same_archive_as_the_portal_in_the_readers_language() {
    on_both_databases(async |house| {
        let reader = opened(house, adult(1)).await.reader;
        house.add_staff("chen", house.fs, Role::Clerk).await.unwrap();
        ask(house, &asked(reader.id, "陈新名")).await.unwrap();
        house.tamper("UPDATE readers SET language = 'en'").await.unwrap();
        let mut browser = Browser::new(&house.service);
        browser.get("/sign-in").await;
        browser.post("/sign-in", &[("username", "chen"), ("password", "yueka2026")]).await;
        browser.follow().await;
        let point = browser.hidden("service_point");
        browser.post("/service-point", &[("service_point", &point)]).await;
        let path = format!("/desk/readers/{}/export", reader.id);
        browser.get(&path).await;
        browser.post(&path, &[("reason", "other"), ("note", "")]).await;
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is asked");
        browser.get(&path).await;
        browser.post(&path, &[("reason", "verify"), ("note", "")]).await;
        assert_eq!(browser.status, StatusCode::OK, "{}", browser.page);
        assert_eq!(browser.headers[header::CONTENT_TYPE], "application/zip");
        let mut archive = zip::ZipArchive::new(Cursor::new(&browser.bytes)).unwrap();
        let names: Vec<String> = (0..archive.len())
            .map(|place| archive.by_index(place).unwrap().name().unwrap().into_owned())
            .collect();
        for name in ["my-data.html", "my-data.json", "style.css", "files/01-evidence.pdf"] {
            assert!(names.iter().any(|one| one == name), "{name} in {names:?}");
        }
        let page = std::io::read_to_string(archive.by_name("my-data.html").unwrap()).unwrap();
        assert!(page.contains("<html lang=\"en\"") && page.contains("13900000001"), "{page}");
    })
    .await;
}
