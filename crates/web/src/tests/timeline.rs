//! What a reader's history says.

use service::kernel::{Blocker, LibraryId};
use service::libraries;
use service::records::Told;

use super::*;

/// No key, and no argument that nothing stands for.
fn is_said(text: &str) -> bool {
    let a_key =
        text.contains('-') && text.bytes().all(|byte| byte.is_ascii_lowercase() || b"-_".contains(&byte));
    !text.is_empty() && !a_key && !text.contains(['{', '}', '$'])
}

#[test]
fn c_6_2_1_a_refusal_of_the_past_is_said_in_words_whatever_it_was() {
    for language in Language::ALL {
        let t = Text { language };
        for code in Blocker::CODES {
            let said = t.reason_kept(code);
            assert!(is_said(&said) && said != code, "{code} in {}: {said}", language.tag());
        }
    }
}

#[tokio::test]
async fn c_4_2_1_whatever_a_record_tells_is_said_in_words() {
    let house = house().await;
    let tree = house.service.read(house.clerk(), async |op| libraries::tree(op).await).await.unwrap();
    let word = |word: &str| word.to_owned();
    let library: Option<LibraryId> = Some(house.fs);
    let (at, until) = (house.clock.now(), Some(house.clock.today()));
    let fields = [
        "reader.name",
        "reader.sex",
        "reader.birth_date",
        "reader.phone",
        "reader.email",
        "reader.address",
        "reader.workplace",
        "reader.language",
        "document",
        "document.number",
        "document.valid_until",
        "guardian",
        "photo",
    ];
    let mut all: Vec<Told> = fields.iter().map(|field| Told::Fields(vec![word(field)])).collect();
    all.extend(Taken::ALL.map(|taken| Told::Taken(vec![word(taken.as_str())])));
    all.extend([Told::Edited, Told::Withdrawn, Told::Retired, Told::Removed, Told::Imported]);
    let reasons = ["wish", "moved_away", "guardian_request", "deceased", "other", "replaced", "merged"];
    all.extend(reasons.into_iter().chain(["found", "document_reissued"]).map(|why| Told::Reason(word(why))));
    all.extend(CardKind::ALL.map(|kind| Told::Kind(word(kind.as_str()))));
    all.push(Told::Kinds(word("document"), word("one_card")));
    all.push(Told::Numbers(word("****0009"), word("****0010")));
    for removed in [false, true] {
        let visibility = Some(word("federation"));
        all.push(Told::Note { removed, visibility, library, until });
    }
    all.extend(BlockReason::ALL.map(|why| Told::Block { reason: word(why.as_str()), library, until }));
    all.extend(["approved", "rejected", "asked", "done"].map(|state| Told::Answer(word(state))));
    all.push(Told::Referred(word("cancel"), library));
    all.push(Told::Amount(1250));
    all.extend(["cash", "wechat", "alipay", "bank_card", "machine"].map(|how| Told::Method(word(how))));
    all.extend(["overdue", "lost", "damaged", "other"].map(|what| Told::Charge(word(what))));
    all.extend([Told::LostSince(at), Told::ConfirmBy(at), Told::PartOf(word("replace"))]);
    for language in Language::ALL {
        let t = Text { language };
        for told in &all {
            let said = t.told_all(&tree, std::slice::from_ref(told)).join("");
            let plain = said.replace(|c: char| !c.is_ascii_alphanumeric() && !"-_{}$".contains(c), " ");
            let key = plain.split(' ').any(|part| part.starts_with("told-") || part.starts_with("field-"));
            assert!(is_said(&said) && !key, "{told:?} in {}: {said}", language.tag());
        }
    }
    house.tear_down().await;
}

#[tokio::test]
async fn c_4_2_1_the_history_names_fields_reasons_kinds_and_whose_note_it_was() {
    let house = house().await;
    house.add_staff("hua", house.sd, Role::Clerk).await.unwrap();
    let opened = house
        .service
        .write(house.clerk(), async move |op| service::cards::open(op, service::testing::foreigner(41)).await)
        .await
        .unwrap();
    let id = opened.reader.id;
    let base = format!("/desk/readers/{id}");
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    browser.get(&format!("{base}/amend")).await;
    let name = opened.reader.name.clone();
    let fields = [
        ("reader.name", name.as_str()),
        ("reader.sex", "female"),
        ("reader.phone", "13900009977"),
        ("reader.address", "禅城区季华五路22号"),
        ("reader.language", ""),
    ];
    browser.send_form(&format!("{base}/amend"), &fields).await;
    assert_eq!(browser.status, StatusCode::SEE_OTHER, "{}", browser.page);
    browser.get(&format!("{base}/notes")).await;
    let note = [("note.text", "请当面核对"), ("note.visibility", "federation")];
    browser.send_form(&format!("{base}/notes"), &note).await;
    browser.follow().await;
    let history = browser.page.split("id=\"records\"").nth(1).unwrap().to_owned();
    for said in ["涉及：联系电话、通讯地址", "添加备注", "佛山市图书馆添加", "各成员馆可见"]
    {
        assert!(history.contains(said), "{said} in {history}");
    }
    for personal in ["13900009977", "13900000041", "季华五路22号", "请当面核对"] {
        assert!(!history.contains(personal), "{personal} in {history}");
    }

    // Another library reads the note and is told who takes it away.
    let mut other = Browser::new(&house);
    other.sign_in("hua").await;
    other.get(&format!("{base}/notes")).await;
    assert!(other.page.contains("由佛山市图书馆处理") && !other.page.contains("/remove\""), "{}", other.page);
    let notes = house.service.read(house.clerk(), async |op| service::readers::notes(op, id).await).await;
    let remove = format!("{base}/notes/{}/remove", notes.unwrap()[0].id);
    other.post(&remove, &[]).await;
    assert_eq!(other.status, StatusCode::CONFLICT, "{}", other.page);
    assert!(other.page.contains("由其他图书馆添加"), "{}", other.page);
    browser.get(&format!("{base}/notes")).await;
    browser.post(&remove, &[]).await;
    browser.follow().await;
    let history = browser.page.split("id=\"records\"").nth(1).unwrap();
    assert!(history.contains("删除备注"), "{history}");

    // Replaced: the ends of both numbers, and what was a part of it.
    let replace = async |op: &service::kernel::Op| {
        let request = service::cards::Replace {
            card: opened.card.id,
            barcode: "FS00000042".to_owned(),
            circulation_checked: true,
            check: service::records::IdentityCheck::of_the_person(CheckMethod::ByEye),
        };
        service::cards::replace(op, request).await
    };
    house.service.write(house.clerk(), replace).await.unwrap();
    browser.get(&base).await;
    let history = browser.page.split("id=\"records\"").nth(1).unwrap();
    for said in ["****0041 → ****0042", "原因：已补办新证", "属于：补办"] {
        assert!(history.contains(said), "{said} in {history}");
    }
    house.tear_down().await;
}

#[tokio::test]
async fn c_4_2_1_staff_see_what_is_on_file_beside_what_is_asked_for() {
    let house = house().await;
    let opened = house
        .service
        .write(house.clerk(), async move |op| service::cards::open(op, service::testing::foreigner(4)).await)
        .await
        .unwrap();
    let id = opened.reader.id;
    let number = documents::synthetic::passport(5);
    let asked = service::readers::RequestChange {
        reader: id,
        name: "Ana Lima".to_owned(),
        document: Some(service::readers::DocumentForm {
            kind: "passport".to_owned(),
            number: number.clone(),
            issuing_country: "PRT".to_owned(),
            valid_until: "2036-01-01".to_owned(),
        }),
        // The reader did not choose what it renews.
        renews: None,
        evidence: Some(service::records::File(b"%PDF-1.7 proof %%EOF".to_vec())),
        note: String::new(),
        instead_of: None,
        check: service::records::IdentityCheck::of_the_person(CheckMethod::Password),
    };
    let me = service::kernel::Actor::reader(id, house.fs);
    let ask = async move |op: &service::kernel::Op| service::readers::request_change(op, asked.clone()).await;
    let request = house.service.write(me, ask).await.unwrap();
    let mut browser = Browser::new(&house);
    browser.sign_in("chen").await;
    browser.get(&format!("/office/requests/{request}")).await;
    let table = browser.page.split("<table").nth(1).unwrap().split("</table>").next().unwrap();
    let masked = &opened.reader.documents[0].number;
    assert!(table.contains(masked.as_str()) && table.contains(&number), "{table}");
    assert!(table.contains("读者没有选") && !table.contains(">无<"), "{table}");
    assert!(table.contains("不同") && table.contains("相同"), "{table}");
    assert!(!table.contains(&documents::synthetic::passport(4)), "masked: {table}");
    house.tear_down().await;
}
