//! What is known of a reader, as a browser meets it.

use askama::Template;
use axum::http::StatusCode;
use service::cards::Opened;
use service::kernel::{Actor, Role};
use service::people;
use service::readers::{self, DocumentForm, NewBlock, NewNote, RequestChange};
use service::records::{CheckMethod, File, IdentityCheck, recent_access};
use service::testing::{House, adult, born, child, macao_resident, resident_number};

use super::{Browser, house};
use crate::desk::parts::{self, Parts};
use crate::i18n::{Language, Text};

async fn opened(house: &House, request: service::cards::OpenCard) -> Opened {
    house
        .service
        .write(house.clerk(), async move |op| service::cards::open(op, request.clone()).await)
        .await
        .unwrap()
}

impl Browser {
    /// The fields of the form that is open, with others in their place or beside; the tick that the person was compared, where the
    /// form asks for it.
    pub async fn send_form(&mut self, path: &str, fields: &[(&str, &str)]) {
        let mut kept: Vec<(String, String)> = Vec::new();
        for part in self.page.split("<input type=\"hidden\" name=\"").skip(1) {
            let (name, rest) = part.split_once('"').unwrap();
            let value = rest.split_once("value=\"").unwrap().1.split('"').next().unwrap();
            if name != "csrf" && !kept.iter().any(|(known, _)| known == name) {
                kept.push((name.to_owned(), value.to_owned()));
            }
        }
        if self.page.contains("name=\"identity_check.compared\"") {
            kept.push(("identity_check.compared".to_owned(), "yes".to_owned()));
        }
        kept.retain(|(name, _)| !fields.iter().any(|(other, _)| other == name));
        let mut all: Vec<(&str, &str)> =
            kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        all.extend(fields);
        self.post(path, &all).await;
    }
}

#[tokio::test]
async fn c_4_2_1_a_clerk_changes_a_phone_number_and_sees_what_another_changed_meanwhile() {
    let house = house().await;
    let reader = opened(&house, adult(1)).await.reader;
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    let path = format!("/desk/readers/{}/amend", reader.id);
    browser.get(&path).await;
    assert!(browser.page.contains("139****0001") && !browser.page.contains("13900000001"));
    let first = browser.page.clone();
    let meanwhile = browser.get(&path).await.to_owned();
    let same = [("reader.name", reader.name.as_str()), ("reader.sex", "female"), ("reader.language", "")];
    let with = |more: &[(&'static str, &'static str)]| [same.as_slice(), more].concat();
    browser.send_form(&path, &with(&[])).await;
    assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY, "nothing is different");
    browser.page = first;
    browser.send_form(&path, &with(&[("reader.phone", "123")])).await;
    assert!(browser.page.contains("href=\"#reader-phone\"") && browser.page.contains("value=\"123\""));
    browser.send_form(&path, &with(&[("reader.phone", "13900009901")])).await;
    assert_eq!(browser.location, format!("/desk/readers/{}?done=amend", reader.id));
    // The form that was open before: kept, with what the other changed beside it; sent again, it counts.
    browser.page = meanwhile;
    browser.send_form(&path, &with(&[("reader.phone", "13900009902"), ("reader.address", "南海")])).await;
    assert_eq!(browser.status, StatusCode::CONFLICT);
    for text in ["139****9901", "13900009902", "value=\"南海\"", "别人刚刚改过"] {
        assert!(browser.page.contains(text), "{text}: {}", browser.page);
    }
    browser.send_form(&path, &with(&[("reader.phone", "13900009902"), ("reader.address", "南海")])).await;
    assert_eq!(browser.status, StatusCode::SEE_OTHER, "{}", browser.page);
    house.tear_down().await;
}

#[tokio::test]
async fn c_4_2_1_documents_notes_photos_and_the_rest_have_their_pages_in_every_language() {
    let house = house().await;
    house.add_staff("li", house.fs, Role::BranchManager).await.unwrap();
    let reader = opened(&house, child(1)).await.reader;
    let grown = opened(&house, adult(2)).await.reader;
    let (id, paper) = (reader.id, reader.documents[0].id);
    let asked = RequestChange {
        reader: id,
        name: "王小二".to_owned(),
        document: Some(DocumentForm {
            kind: "passport".to_owned(),
            number: documents::synthetic::passport(5),
            issuing_country: "PRT".to_owned(),
            valid_until: String::new(),
        }),
        renews: None,
        evidence: Some(File(b"%PDF-1.7 %%EOF".to_vec())),
        note: "改名".to_owned(),
        instead_of: None,
        check: IdentityCheck::of_the_person(CheckMethod::Password),
    };
    let me = Actor::reader(id, house.fs);
    let request = house
        .service
        .write(me, async move |op| readers::request_change(op, asked.clone()).await)
        .await
        .unwrap();
    for language in Language::ALL {
        let mut browser = Browser::new(&house);
        browser.cookies.push(("yueka_language".to_owned(), language.tag().to_owned()));
        browser.sign_in("li").await;
        for path in [
            format!("/desk/readers/{id}/amend"),
            format!("/desk/readers/{id}/documents"),
            format!("/desk/readers/{id}/documents/{paper}/renew"),
            format!("/desk/readers/{id}/documents/{paper}/retire"),
            format!("/desk/readers/{id}/guardian"),
            format!("/desk/readers/{}/guardian", grown.id),
            format!("/desk/readers/{id}/verify"),
            format!("/desk/readers/{id}/photo"),
            format!("/desk/readers/{id}/notes"),
            format!("/desk/readers/{id}/blocks"),
            format!("/desk/readers/{id}/changes"),
            format!("/desk/readers/{id}/export"),
            format!("/desk/readers/{id}/papers"),
            "/office/requests".to_owned(),
            "/office/requests?state=approved&kind=change".to_owned(),
            format!("/office/requests/{request}"),
            "/office/merge".to_owned(),
            format!("/office/merge?winner={id}"),
            format!("/office/merge/compare?winner={id}&loser={}", grown.id),
            "/office/merges".to_owned(),
            "/office/losses".to_owned(),
        ] {
            browser.get(&path).await;
            assert_eq!(browser.status, StatusCode::OK, "{path}: {}", browser.page);
            assert!(browser.page.contains(&format!("<html lang=\"{}\"", language.tag())), "{path}");
        }
    }
    house.tear_down().await;
}

#[tokio::test]
async fn c_4_2_1_a_note_a_block_and_a_photo_are_put_and_taken_away() {
    let house = house().await;
    house.add_staff("li", house.fs, Role::BranchManager).await.unwrap();
    let id = opened(&house, adult(1)).await.reader.id;
    let base = format!("/desk/readers/{id}");
    let mut browser = Browser::new(&house);
    browser.sign_in("li").await;
    browser.get(&format!("{base}/notes")).await;
    let fields = [("note.text", "请当面核对"), ("note.visibility", "federation"), ("note.alert", "yes")];
    browser.send_form(&format!("{base}/notes"), &fields).await;
    assert_eq!(browser.location, format!("{base}?done=note"), "{}", browser.page);
    browser.get(&format!("{base}/notes")).await;
    assert!(browser.page.contains("请当面核对"));
    let remove = browser.page.split("action=\"").find(|part| part.contains("/remove\"")).unwrap();
    let remove = remove.split('"').next().unwrap().to_owned();
    browser.send_form(&remove, &[]).await;
    assert_eq!(browser.location, format!("{base}?done=note-removed"));
    browser.get(&format!("{base}/blocks")).await;
    browser.send_form(&format!("{base}/blocks"), &[("block.reason", "other")]).await;
    assert!(browser.page.contains("href=\"#block-note\""));
    browser.send_form(&format!("{base}/blocks"), &[("block.reason", "conduct")]).await;
    browser.get(&format!("{base}/blocks")).await;
    let lift = browser.page.split("action=\"").find(|part| part.contains("/lift\"")).unwrap();
    let lift = lift.split('"').next().unwrap().to_owned();
    browser.send_form(&lift, &[]).await;
    assert_eq!(browser.location, format!("{base}?done=unblock"));

    let picture = File(b"\xFF\xD8\xFF\xE0 a face\xFF\xD9".to_vec());
    house
        .service
        .write(house.clerk(), async move |op| {
            readers::set_photo(op, id, &picture, &IdentityCheck::of_the_person(CheckMethod::ByEye)).await
        })
        .await
        .unwrap();
    browser.get(&format!("{base}/photo")).await;
    assert!(browser.page.contains("/photo/file"));
    let compared = [("identity_check.who", "reader"), ("identity_check.compared", "yes")];
    browser.send_form(&format!("{base}/photo"), &compared).await;
    assert!(browser.page.contains("href=\"#photo\""));
    browser.get(&format!("{base}/photo")).await;
    let form = [("remove", "yes"), ("identity_check.who", "reader"), ("identity_check.compared", "yes")];
    let unseen = [form[0], form[1], ("identity_check.compared", "")];
    browser.send_form(&format!("{base}/photo"), &unseen).await;
    assert!(browser.page.contains("href=\"#identity-check-compared\""), "nobody was compared");
    browser.send_form(&format!("{base}/photo"), &form).await;
    assert_eq!(browser.location, format!("{base}?done=photo-removed"));
    // A clerk may not block.
    let mut clerk = Browser::new(&house);
    clerk.sign_in("chen").await;
    clerk.get(&format!("{base}/blocks")).await;
    assert_eq!(clerk.status, StatusCode::FORBIDDEN);
    house.tear_down().await;
}

#[tokio::test]
async fn c_4_2_1_a_document_can_lose_its_end_and_a_last_day_does_not_lie_behind() {
    let house = house().await;
    house.add_staff("li", house.fs, Role::BranchManager).await.unwrap();
    let reader = opened(&house, adult(1)).await.reader;
    let (base, paper) = (format!("/desk/readers/{}", reader.id), reader.documents[0].id);
    let mut browser = Browser::new(&house);
    browser.sign_in("li").await;
    let renew = format!("{base}/documents/{paper}/renew");
    browser.get(&renew).await;
    browser.send_form(&renew, &[("document.valid_until", "2030-01-02")]).await;
    assert_eq!(browser.status, StatusCode::SEE_OTHER, "{}", browser.page);
    browser.get(&renew).await;
    assert!(browser.page.contains("现在登记的是 2030-01-02"), "{}", browser.page);
    let both = [("document.valid_until", "2031-01-02"), ("document.long_term", "yes")];
    browser.send_form(&renew, &both).await;
    assert!(browser.page.contains("href=\"#document-valid-until\""), "{}", browser.page);
    browser.get(&renew).await;
    browser.send_form(&renew, &[("document.long_term", "yes")]).await;
    assert_eq!(browser.status, StatusCode::SEE_OTHER, "{}", browser.page);
    browser.get(&base).await;
    assert!(!browser.page.contains("2030-01-02"), "{}", browser.page);
    for (page, day) in [("notes", "note.until"), ("blocks", "block.until")] {
        browser.get(&format!("{base}/{page}")).await;
        let fields = [
            ("note.text", "请当面核对"),
            ("note.visibility", "federation"),
            ("block.reason", "conduct"),
            (day, "2026-11-23"),
        ];
        browser.send_form(&format!("{base}/{page}"), &fields).await;
        assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY, "{page}");
        assert!(browser.page.contains("这一天已经过去"), "{page}: {}", browser.page);
    }
    house.tear_down().await;
}

#[tokio::test]
async fn c_5_1_3_an_old_link_to_a_merged_record_shows_and_logs_nothing_of_it() {
    let house = house().await;
    house.add_staff("li", house.fs, Role::BranchManager).await.unwrap();
    let (winner, loser) = (opened(&house, macao_resident(1)).await, opened(&house, adult(2)).await);
    let mut browser = Browser::new(&house);
    browser.sign_in("li").await;
    let (stays, goes) = (winner.reader.id, loser.reader.id);
    let path = format!("/office/merge/compare?winner={stays}&loser={goes}");
    browser.get(&path).await;
    browser
        .send_form(&path, &[("card", winner.card.id.to_string().as_str()), ("reason", "同一人换了证件")])
        .await;
    browser.follow().await;
    let looks = async || {
        let library = house.fs;
        let read = async move |op: &service::kernel::Op| recent_access(op, &[library], None, 500).await;
        let looks = house.service.read(house.system(), read).await.unwrap();
        looks.into_iter().filter(|look| look.reader == Some(goes)).count()
    };
    let before = looks().await;
    browser.get(&format!("/desk/readers/{goes}")).await;
    assert_eq!(browser.location, format!("/desk/readers/{stays}"));
    assert_eq!(looks().await, before);
    house.tear_down().await;
}

#[tokio::test]
async fn c_6_1_3_2_a_manager_compares_merges_and_undoes() {
    let house = house().await;
    house.add_staff("li", house.fs, Role::BranchManager).await.unwrap();
    let first = opened(&house, macao_resident(1)).await;
    let second = opened(&house, adult(2)).await;
    let mut browser = Browser::new(&house);
    browser.sign_in("li").await;
    assert!(browser.page.contains("href=\"/office\""));
    browser.get("/office/merge").await;
    browser.send_form("/office/merge", &[("q", first.card.number.as_str())]).await;
    assert!(browser.page.contains(&format!("/office/merge?winner={}", first.reader.id)));
    browser.get(&format!("/office/merge?winner={}", first.reader.id)).await;
    let number = resident_number(2, born(1990, 5, 6));
    browser.send_form("/office/merge", &[("q", number.as_str())]).await;
    let pair = format!("winner={}&amp;loser={}", first.reader.id, second.reader.id);
    assert!(browser.page.contains(&pair), "{}", browser.page);
    let path = format!("/office/merge/compare?{}", pair.replace("&amp;", "&"));
    browser.get(&path).await;
    assert!(browser.page.contains("139****0002") && !browser.page.contains(&number));
    browser.send_form(&path, &[("take.phone", "loser")]).await;
    assert!(browser.page.contains("href=\"#card\""), "{}", browser.page);
    let card = first.card.id.to_string();
    let fields = [("take.phone", "loser"), ("card", card.as_str()), ("reason", "同一人")];
    browser.send_form(&path, &fields).await;
    assert_eq!(browser.location, "/office/merges?done=merged", "{}", browser.page);
    browser.follow().await;
    let undo = browser.page.split("href=\"").find(|part| part.contains("/undo\"")).unwrap();
    let undo = undo.split('"').next().unwrap().to_owned();
    browser.get(&undo).await;
    browser.send_form(&undo, &[("sure", "yes")]).await;
    assert_eq!(browser.location, "/office/merges?done=undone");
    house.tear_down().await;
}

#[derive(Template)]
#[template(path = "desk/parts/all.html")]
struct All {
    t: Text,
    reader: readers::ReaderView,
    parts: Parts,
}

#[tokio::test]
async fn c_4_2_1_the_parts_of_a_readers_page_say_what_wants_to_be_known() {
    let house = house().await;
    let id = opened(&house, child(1)).await.reader.id;
    house.clock.advance(chrono::TimeDelta::days(366 * 8));
    let (note, block) = (
        NewNote {
            reader: id,
            text: "轮椅通道".to_owned(),
            visibility: "federation".to_owned(),
            alert: true,
            until: String::new(),
        },
        NewBlock { reader: id, reason: "address".to_owned(), note: String::new(), until: String::new() },
    );
    let loaded = house
        .service
        .write(house.system(), async move |op| {
            readers::add_note(op, note.clone()).await?;
            readers::block(op, block.clone()).await?;
            let verification = people::verification(op, id).await?;
            assert!(!verification.reverify_due && verification.provisional_until.is_none());
            Ok((parts::load(op, id).await?, readers::view(op, id).await?))
        })
        .await
        .unwrap();
    for language in Language::ALL {
        let t = Text { language };
        let parts = Parts::for_test(t, loaded.0.clone(), "note");
        let page = All { t, reader: loaded.1.clone(), parts }.render().unwrap();
        for part in ["轮椅通道", "/guardian", "/amend", "/documents", "notice-title"] {
            assert!(page.contains(part), "{part} in {page}");
        }
    }
    house.tear_down().await;
}
