//! What readers ask for and staff answer: 4.2.1, 6.2.1; the same over the API; and what of it lies in the database.

use std::path::Path;

use axum::http::StatusCode;
use serde_json::json;
use service::cards::{self, Opened};
use service::kernel::{Actor, Engine, Problem, ReaderId, RequestId};
use service::outbox::{self, Medium, Template};
use service::people::{self, Reply};
use service::readers::{self, DocumentForm, NewBlock, NewNote, RequestChange, RequestFilter};
use service::records::{CheckMethod, File, IdentityCheck};
use service::testing::{House, adult, foreigner, macao_resident, on_both_databases};
use service::{Error, Result};

use crate::amend::{by_eye, opened, paper, people_token, refused, seen, wrong};
use crate::known::{passport, renew};

pub fn asked(reader: ReaderId, name: &str) -> RequestChange {
    RequestChange {
        reader,
        name: name.to_owned(),
        document: None,
        renews: None,
        evidence: Some(paper()),
        note: String::new(),
        instead_of: None,
        check: IdentityCheck::of_the_person(CheckMethod::Password),
    }
}

/// Another name, and the passport that it is in, in place of that of the card.
pub fn with_passport(first: &Opened) -> RequestChange {
    RequestChange {
        document: Some(passport(5, "2036-01-01")),
        renews: Some(first.card.document),
        ..asked(first.reader.id, "Ana Lima")
    }
}

pub async fn ask(house: &House, request: &RequestChange) -> Result<RequestId> {
    let me = Actor::reader(request.reader, house.fs);
    let request = request.clone();
    house.service.write(me, async move |op| readers::request_change(op, request.clone()).await).await
}

async fn answer(house: &House, actor: Actor, id: RequestId, reply: Reply) -> Result<()> {
    let version = 1;
    let done = house
        .service
        .write(actor, async move |op| people::answer_request(op, id, version, &reply.clone()).await);
    done.await
}

#[tokio::test]
async fn c_4_2_1_a_reader_asks_for_a_new_name_and_staff_of_their_library_approve_it() {
    on_both_databases(async |house| {
        let first = opened(house, foreigner(4)).await;
        let id = first.reader.id;
        wrong(ask(house, &asked(id, "")).await, "reader.name", &Problem::NothingChanged);
        let bare = RequestChange { evidence: None, ..asked(id, "Ana Lima") };
        wrong(ask(house, &bare).await, "evidence", &Problem::Missing);
        let whole = with_passport(&first);
        let half = RequestChange {
            document: Some(DocumentForm { number: "?".to_owned(), ..passport(5, "") }),
            ..whole.clone()
        };
        assert!(matches!(ask(house, &half).await, Err(Error::Invalid(_))));
        let list = async |filter: RequestFilter| {
            let all = house
                .service
                .read(house.clerk(), async move |op| readers::requests(op, &filter.clone()).await)
                .await;
            all.unwrap().0
        };
        assert!(list(RequestFilter::default()).await.is_empty(), "nothing is kept half filled");
        let request = ask(house, &whole).await.unwrap();
        assert_eq!(seen(house, id).await.name, first.reader.name, "nothing counts before it is approved");
        let waiting = list(RequestFilter::default()).await;
        assert_eq!((waiting.len(), waiting[0].state.as_str(), waiting[0].id), (1, "open", request));
        let shown =
            house.service.write(house.clerk(), async |op| readers::request(op, request).await).await.unwrap();
        assert_eq!(shown.asked.unwrap().name.as_deref(), Some("Ana Lima"));

        refused(
            answer(house, house.clerk_at_sd(), request, Reply::Approve).await,
            "request_of_another_library",
        );
        let (one, two) = tokio::join!(
            answer(house, house.clerk(), request, Reply::Approve),
            answer(house, house.clerk(), request, Reply::Reject("不行".to_owned())),
        );
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        let done = seen(house, id).await;
        if one.is_ok() {
            assert_eq!((done.name.as_str(), done.retired.len()), ("Ana Lima", 1));
            let card =
                house.service.read(house.clerk(), async |op| cards::card(op, first.card.id).await).await;
            assert_eq!(card.unwrap().document, done.documents[0].id);
        } else {
            assert_eq!(done.name, first.reader.name);
        }
        refused(answer(house, house.clerk(), request, Reply::Approve).await, "request_closed");
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_staff_ask_the_reader_answers_anew_or_takes_it_back() {
    on_both_databases(async |house| {
        let reader = opened(house, adult(1)).await.reader;
        let first = ask(house, &asked(reader.id, "陈新名")).await.unwrap();
        let empty = answer(house, house.clerk(), first, Reply::Ask(" ".to_owned())).await;
        wrong(empty, "answer", &Problem::Missing);
        answer(house, house.clerk(), first, Reply::Ask("请附公安机关证明".to_owned())).await.unwrap();
        let stale = answer(house, house.clerk(), first, Reply::Approve).await;
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
        let me = Actor::reader(reader.id, house.fs);
        let own =
            house.service.write(me.clone(), async |op| readers::request(op, first).await).await.unwrap();
        assert_eq!((own.line.state.as_str(), own.answer.as_deref()), ("asked", Some("请附公安机关证明")));
        let again = RequestChange { instead_of: Some(first), ..asked(reader.id, "陈新名") };
        let second = ask(house, &again).await.unwrap();
        let withdraw = async |actor: Actor, id| {
            let done = house
                .service
                .write(actor, async move |op| readers::withdraw_request(op, reader.id, id).await);
            done.await
        };
        let other = Actor::reader(ReaderId(uuid::Uuid::nil()), house.fs);
        assert!(matches!(withdraw(other, second).await, Err(Error::Forbidden(_))));
        refused(withdraw(me.clone(), first).await, "request_closed");
        withdraw(me, second).await.unwrap();
        refused(answer(house, house.clerk(), second, Reply::Approve).await, "request_closed");
    })
    .await;
}

#[tokio::test]
async fn c_6_3_1_who_is_at_home_while_a_request_is_approved_is_told_once_and_by_no_screen() {
    on_both_databases(async |house| {
        let first = opened(house, foreigner(4)).await;
        let id = first.reader.id;
        let whole = with_passport(&first);
        let request = ask(house, &whole).await.unwrap();
        let messages = async || {
            let all = house.service.read(house.clerk(), async |op| outbox::messages_of(op, id, 50).await);
            all.await.unwrap()
        };
        let before = messages().await.len();
        answer(house, house.clerk(), request, Reply::Approve).await.unwrap();
        let now = messages().await;
        let told = &now[..now.len() - before];
        let mut media: Vec<Medium> = told.iter().map(|message| message.medium).collect();
        assert!(told.iter().all(|message| message.template == Template::RequestAnswered), "{told:?}");
        assert!(!media.is_empty() && !media.contains(&Medium::Screen), "{media:?}");
        let all = media.len();
        media.dedup();
        assert_eq!(media.len(), all, "each address once");
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_one_request_of_a_reader_waits_at_a_time() {
    on_both_databases(async |house| {
        let id = opened(house, adult(1)).await.reader.id;
        let (a, b) = (asked(id, "陈新名"), asked(id, "陈又名"));
        let (one, two) = tokio::join!(ask(house, &a), ask(house, &b));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        let waiting = one.as_ref().or(two.as_ref()).copied().unwrap();
        refused(ask(house, &asked(id, "陈三名")).await, "request_open");
        let instead = RequestChange { instead_of: Some(waiting), ..asked(id, "陈三名") };
        let third = ask(house, &instead).await.unwrap();
        refused(ask(house, &asked(id, "陈四名")).await, "request_open");
        answer(house, house.clerk(), third, Reply::Reject("不行".to_owned())).await.unwrap();
        ask(house, &asked(id, "陈四名")).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_what_stands_against_a_change_stands_against_its_approval() {
    on_both_databases(async |house| {
        let first = opened(house, foreigner(4)).await;
        let mut namesake = foreigner(5);
        namesake.duplicates_seen = true;
        opened(house, namesake).await;
        let request = RequestChange { document: Some(passport(5, "")), ..asked(first.reader.id, "Ana Lima") };
        let request = ask(house, &request).await.unwrap();
        refused(answer(house, house.clerk(), request, Reply::Approve).await, "document_is_anothers");
        let now = seen(house, first.reader.id).await;
        assert_eq!(now.name, first.reader.name, "all of it is done, or nothing");
        answer(house, house.clerk(), request, Reply::Reject("证件属于他人".to_owned())).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_documents_notes_blocks_and_merges_over_the_api() {
    on_both_databases(async |house| {
        let token = people_token(house).await;
        let first = opened(house, foreigner(4)).await;
        let second = opened(house, macao_resident(6)).await;
        let base = format!("/api/v1/readers/{}", first.reader.id);
        let post =
            async |path: &str, body: &serde_json::Value| crate::api::post(house, &token, path, body).await;
        let check = json!({ "method": "by_eye" });
        let number = documents::synthetic::passport(5);
        let document = json!({ "type": "passport", "number": number, "issuing_country": "PRT" });
        let renewed = post(
            &format!("{base}/documents"),
            &json!({ "document": document, "renews": first.card.document, "identity_check": check }),
        )
        .await;
        assert_eq!(renewed.status, StatusCode::CREATED, "{}", renewed.body);
        let taken = post(
            &format!("/api/v1/readers/{}/documents", second.reader.id),
            &json!({ "document": document, "identity_check": check }),
        )
        .await;
        assert_eq!(
            (taken.status, &taken.body["code"]),
            (StatusCode::CONFLICT, &json!("document_is_anothers"))
        );
        let note = post(&format!("{base}/notes"), &json!({ "text": "轮椅" })).await;
        assert_eq!(note.status, StatusCode::CREATED);
        let delete =
            async |path: String| crate::api::send(house, "DELETE", &token, &path, &json!({})).await.status;
        let note = note.body["id"].as_str().unwrap().to_owned();
        assert_eq!(delete(format!("{base}/notes/{note}")).await, StatusCode::NO_CONTENT);
        assert_eq!(delete(format!("{base}/notes/{note}")).await, StatusCode::NOT_FOUND);
        let block = post(&format!("{base}/blocks"), &json!({ "reason": "unpaid" })).await;
        // Doors ask by the card or by the reader, and are told all they need and no more.
        let card = format!("/api/v1/cards/{}", first.card.number);
        for path in [card.as_str(), base.as_str()] {
            let shown = crate::api::get(house, &token, path).await.body;
            assert_eq!(shown["blocked"], true);
            assert_eq!(shown["blocks"], json!([{ "reason": "unpaid", "until": null }]));
        }
        let block = block.body["id"].as_str().unwrap().to_owned();
        assert_eq!(delete(format!("{base}/blocks/{block}")).await, StatusCode::NO_CONTENT);
        for path in [card.as_str(), base.as_str()] {
            let shown = crate::api::get(house, &token, path).await.body;
            assert_eq!((&shown["blocked"], &shown["blocks"]), (&json!(false), &json!([])));
        }
        assert_eq!(delete(format!("{base}/blocks/nothing")).await, StatusCode::NOT_FOUND);
        let missing = post("/api/v1/merges", &json!({})).await;
        assert_eq!(missing.body["errors"].as_array().unwrap().len(), 4);
        let (a, b) = (seen(house, first.reader.id).await, seen(house, second.reader.id).await);
        let merge = json!({
            "winner": a.id, "winner_version": a.version, "loser": b.id, "loser_version": b.version,
            "take": ["phone"], "card": first.card.id, "reason": "同一人",
        });
        let merged = post("/api/v1/merges", &merge).await;
        assert_eq!(merged.status, StatusCode::CREATED, "{}", merged.body);
        let again = post("/api/v1/merges", &merge).await;
        assert_eq!((again.status, &again.body["code"]), (StatusCode::CONFLICT, &json!("merged_already")));
        let shown = crate::api::get(house, &token, &format!("/api/v1/readers/{}", b.id)).await;
        assert_eq!(shown.body["merged_into"], json!(a.id));
        let id = merged.body["id"].as_str().unwrap();
        assert_eq!(delete(format!("/api/v1/merges/{id}")).await, StatusCode::NO_CONTENT);
    })
    .await;
}

/// Whether any file below a folder holds these bytes.
fn holds(folder: &Path, text: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, text);
        }
        std::fs::read(&path).unwrap().windows(text.len()).any(|window| window == text)
    })
}

#[tokio::test]
async fn c_5_3_nothing_of_changes_notes_requests_and_merges_lies_in_the_clear() {
    on_both_databases(async |house| {
        let first = opened(house, foreigner(4)).await;
        let second = opened(house, adult(2)).await;
        let id = first.reader.id;
        renew(house, id, first.card.document, passport(5, "")).await.unwrap();
        let note = NewNote {
            reader: id,
            text: "秘密便条".to_owned(),
            visibility: "federation".to_owned(),
            alert: true,
            until: String::new(),
        };
        let block = NewBlock {
            reader: id,
            reason: "other".to_owned(),
            note: "秘密停权".to_owned(),
            until: String::new(),
        };
        house
            .service
            .write(house.system(), async move |op| {
                readers::add_note(op, note.clone()).await?;
                readers::block(op, block.clone()).await?;
                Ok(())
            })
            .await
            .unwrap();
        let amend = readers::Amend {
            reader: id,
            version: seen(house, id).await.version,
            changes: readers::Changes { phone: Some("13987650001".to_owned()), ..Default::default() },
            evidence: Some(File(b"%PDF-1.7 secret evidence %%EOF".to_vec())),
            check: by_eye(),
        };
        house.service.write(house.clerk(), async |op| readers::amend(op, amend.clone()).await).await.unwrap();
        let request = RequestChange { note: "秘密留言".to_owned(), ..asked(id, "Secreta Silva") };
        let request = ask(house, &request).await.unwrap();
        answer(house, house.clerk(), request, Reply::Ask("秘密答复".to_owned())).await.unwrap();
        let (a, b) = (seen(house, id).await, seen(house, second.reader.id).await);
        let merge = people::Merge {
            winner: a.id,
            winner_version: a.version,
            loser: b.id,
            loser_version: b.version,
            take: vec![readers::Taken::Phone],
            card: Some(first.card.id),
            reason: "同一人，第二份证件登记有误".to_owned(),
        };
        house.service.write(house.system(), async |op| people::merge(op, merge.clone()).await).await.unwrap();
        if house.engine == Engine::Postgres {
            let output = std::process::Command::new("pg_dump").arg(&house.database_url).output().unwrap();
            std::fs::write(house.files().join("dump"), output.stdout).unwrap();
        }
        assert!(holds(house.files(), b"answer_request"), "the search finds what is there");
        for secret in [
            "秘密便条",
            "秘密停权",
            "秘密留言",
            "秘密答复",
            "Secreta",
            "secret evidence",
            "13987650001",
            "13900000004",
            "13900000002",
            &documents::synthetic::passport(4),
            &documents::synthetic::passport(5),
        ] {
            assert!(
                !holds(house.files(), secret.as_bytes()),
                "{secret} lies in the clear on {:?}",
                house.engine
            );
        }
    })
    .await;
}
