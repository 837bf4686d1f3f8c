//! What is known of a reader beside the contact data: documents, notes, blocks, papers, how sure it is who they are: 4.2.1,
//! 5.1.3, 5.3, 6.2.1, and the note of Table A1.

use chrono::TimeDelta;
use serde_json::json;
use service::cards::{self, CardState, default_password};
use service::kernel::{Actor, DocumentId, Problem, ReaderId};
use service::libraries::{self, Policy};
use service::people::{self, RenewDocument};
use service::readers::{self, BlockReason, DocumentForm, NewBlock, NewNote};
use service::records::{self, CheckMethod, File, IdentityCheck};
use service::testing::{
    House, adult, born, child, foreigner, macao_resident, on_both_databases, resident_number,
};
use service::{Error, Result};

use crate::amend::{by_eye, opened, paper, refused, seen, wrong};
use crate::requests::{ask, asked};

pub fn passport(serial: u32, until: &str) -> DocumentForm {
    DocumentForm {
        kind: "passport".to_owned(),
        number: documents::synthetic::passport(serial),
        issuing_country: "PRT".to_owned(),
        valid_until: until.to_owned(),
    }
}

pub async fn renew(
    house: &House,
    reader: ReaderId,
    document: DocumentId,
    form: DocumentForm,
) -> Result<DocumentId> {
    let request = RenewDocument { reader, document, form, evidence: Some(paper()), check: by_eye() };
    house
        .service
        .write(house.clerk(), async move |op| people::renew_document(op, request.clone()).await)
        .await
}

async fn find(house: &House, text: &str) -> Vec<ReaderId> {
    let found = house.service.write(house.clerk(), async |op| cards::find(op, text).await).await;
    found.unwrap().readers.into_iter().map(|found| found.reader.id).collect()
}

#[tokio::test]
async fn c_4_2_1_a_renewed_passport_leaves_the_card_and_both_numbers_lead_to_the_reader() {
    on_both_databases(async |house| {
        let first = opened(house, foreigner(4)).await;
        let (id, old) = (first.reader.id, first.card.document);
        let wrong_kind = DocumentForm { kind: "military_id".to_owned(), ..passport(5, "") };
        wrong(renew(house, id, old, wrong_kind).await, "document.type", &Problem::NotApplicable);
        let new = renew(house, id, old, passport(5, "2036-01-01")).await.unwrap();
        let now = seen(house, id).await;
        assert_eq!((now.documents.len(), now.retired.len()), (1, 1));
        assert_eq!(now.retired[0].id, old);
        let card =
            house.service.read(house.clerk(), async |op| cards::card(op, first.card.id).await).await.unwrap();
        assert_eq!((card.document, card.state, card.number), (new, CardState::Active, first.card.number));
        for number in [documents::synthetic::passport(4), documents::synthetic::passport(5)] {
            assert_eq!(find(house, &format!("PRT {number}")).await, [id]);
        }
        let again = renew(house, id, old, passport(6, "")).await;
        assert!(matches!(again, Err(Error::Stale)), "{again:?}");
        // Whoever shows the old passport gets no second card.
        let second = house.service.write(house.clerk(), async |op| cards::open(op, foreigner(4)).await).await;
        refused(second, "already_holds_card");
        // The validity alone, without typing the number again.
        let longer =
            DocumentForm { valid_until: "2037-01-01".to_owned(), number: String::new(), ..passport(5, "") };
        assert_eq!(renew(house, id, new, longer.clone()).await.unwrap(), new);
        wrong(renew(house, id, new, longer).await, "document.valid_until", &Problem::NothingChanged);
        let changes = house
            .service
            .write(house.clerk(), async |op| readers::changes(op, id, "核对").await)
            .await
            .unwrap();
        let number = changes.iter().find(|change| change.field == "document.number").unwrap();
        assert_eq!(number.old_value.as_deref(), Some(documents::synthetic::passport(4).as_str()));
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_a_renewal_left_blank_takes_no_date_away() {
    on_both_databases(async |house| {
        let first = opened(house, foreigner(4)).await;
        let (id, document) = (first.reader.id, first.card.document);
        renew(house, id, document, passport(4, "2036-01-01")).await.unwrap();
        let until = async || seen(house, id).await.documents[0].valid_until.map(|day| day.to_string());
        let blank = DocumentForm { number: String::new(), ..passport(4, "") };
        for form in [blank, passport(4, "")] {
            let refused = renew(house, id, document, form).await;
            wrong(refused, "document.valid_until", &Problem::NothingChanged);
            assert_eq!(until().await.as_deref(), Some("2036-01-01"));
        }
    })
    .await;
}

#[tokio::test]
async fn c_5_3_of_a_guardian_enough_is_told_to_recognise_them_and_nothing_once_they_are_none() {
    on_both_databases(async |house| {
        let id = opened(house, child(1)).await.reader.id;
        let all = async || {
            let all = house
                .service
                .write(house.clerk(), async |op| people::data_export(op, id, "核对").await)
                .await;
            all.unwrap()
        };
        let guardian = &all().await["guardians"][0];
        assert_eq!((&guardian["name"], &guardian["phone"]), (&json!("陈监护"), &json!("139****1111")));
        let number = resident_number(10_001, born(1988, 1, 2));
        assert!(guardian["document_number"].as_str().unwrap().contains('*'), "{guardian}");
        assert!(!all().await["guardians"].to_string().contains(&number));
        house.tamper("UPDATE guardians SET ended_at = consented_at").await.unwrap();
        assert_eq!(all().await["guardians"], json!([]));
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_a_reissued_permit_keeps_the_default_password_and_two_clerks_renew_once() {
    on_both_databases(async |house| {
        let first = opened(house, macao_resident(1)).await;
        let (id, old) = (first.reader.id, first.card.document);
        let region = documents::synthetic::HmtRegion::Macao;
        let number = documents::synthetic::hk_macao_permit(region, 1, Some(2));
        let form = DocumentForm {
            kind: "hk_macao_permit".to_owned(),
            number: number.clone(),
            ..DocumentForm::default()
        };
        let (one, two) =
            tokio::join!(renew(house, id, old, form.clone()), renew(house, id, old, form.clone()));
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        let kind = documents::DocumentKind::HkMacaoPermit;
        let before = documents::synthetic::hk_macao_permit(region, 1, None);
        assert_eq!(default_password(kind, &before), default_password(kind, &number));
        assert_eq!(seen(house, id).await.documents.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_a_document_is_added_and_one_is_given_back_but_never_the_last() {
    on_both_databases(async |house| {
        let first = opened(house, foreigner(4)).await;
        let (id, old) = (first.reader.id, first.card.document);
        let retire = async |document| {
            let request = people::RetireDocument { reader: id, document, check: by_eye() };
            let done = house
                .service
                .write(house.clerk(), async move |op| people::retire_document(op, request.clone()).await);
            done.await
        };
        refused(retire(old).await, "last_document");
        let add = people::AddDocument { reader: id, form: passport(9, ""), evidence: None, check: by_eye() };
        let new = house
            .service
            .write(house.clerk(), async |op| people::add_document(op, add.clone()).await)
            .await
            .unwrap();
        let again =
            house.service.write(house.clerk(), async |op| people::add_document(op, add.clone()).await);
        wrong(again.await, "document.number", &Problem::NothingChanged);
        retire(old).await.unwrap();
        let card =
            house.service.read(house.clerk(), async |op| cards::card(op, first.card.id).await).await.unwrap();
        assert_eq!(card.document, new, "the card went over");
        // The document that is the card is not given back for one that can't be.
        let holder = opened(house, adult(7)).await;
        let mut form = passport(10, "");
        form.number = documents::synthetic::passport(10);
        let add = people::AddDocument { reader: holder.reader.id, form, evidence: None, check: by_eye() };
        house
            .service
            .write(house.clerk(), async |op| people::add_document(op, add.clone()).await)
            .await
            .unwrap();
        let request = people::RetireDocument {
            reader: holder.reader.id,
            document: holder.card.document,
            check: by_eye(),
        };
        let kept =
            house.service.write(house.clerk(), async |op| people::retire_document(op, request.clone()).await);
        refused(kept.await, "last_document");
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_an_id_card_issued_again_keeps_its_number_unless_a_paper_says_why() {
    on_both_databases(async |house| {
        let holder = opened(house, adult(1)).await;
        let birth = born(1990, 5, 6);
        let renew = async |evidence: Option<File>| {
            let request = RenewDocument {
                reader: holder.reader.id,
                document: holder.card.document,
                form: DocumentForm {
                    kind: "resident_id".to_owned(),
                    number: resident_number(77, birth),
                    ..DocumentForm::default()
                },
                evidence,
                check: by_eye(),
            };
            let done = house
                .service
                .write(house.clerk(), async move |op| people::renew_document(op, request.clone()).await);
            done.await
        };
        wrong(renew(None).await, "evidence", &Problem::Missing);
        // Nor is giving the old one back first a way around it.
        let add = async |form: DocumentForm| {
            let request =
                people::AddDocument { reader: holder.reader.id, form, evidence: None, check: by_eye() };
            let done = house
                .service
                .write(house.clerk(), async move |op| people::add_document(op, request.clone()).await);
            done.await
        };
        let passport = add(passport(9, "")).await.unwrap();
        assert_ne!(passport, holder.card.document);
        let permit = DocumentForm {
            kind: "residence_permit".to_owned(),
            number: adult(1).documents[0].number.clone(),
            ..DocumentForm::default()
        };
        add(permit).await.unwrap();
        let retire = people::RetireDocument {
            reader: holder.reader.id,
            document: holder.card.document,
            check: by_eye(),
        };
        house
            .service
            .write(house.clerk(), async |op| people::retire_document(op, retire.clone()).await)
            .await
            .unwrap();
        let another = DocumentForm {
            kind: "resident_id".to_owned(),
            number: resident_number(77, birth),
            ..DocumentForm::default()
        };
        wrong(add(another).await, "evidence", &Problem::Missing);
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_with_a_paper_a_number_for_life_is_put_right() {
    on_both_databases(async |house| {
        let holder = opened(house, adult(1)).await;
        let form = DocumentForm {
            kind: "resident_id".to_owned(),
            number: resident_number(77, born(1990, 5, 6)),
            ..DocumentForm::default()
        };
        let renewed = renew(house, holder.reader.id, holder.card.document, form).await.unwrap();
        assert_ne!(renewed, holder.card.document);
    })
    .await;
}

#[tokio::test]
async fn a_3_1_notes_and_blocks_last_until_their_day_and_for_whom_they_are() {
    on_both_databases(async |house| {
        let id = opened(house, adult(1)).await.reader.id;
        let note = |text: &str, visibility: &str, until: &str| NewNote {
            reader: id,
            text: text.to_owned(),
            visibility: visibility.to_owned(),
            alert: false,
            until: until.to_owned(),
        };
        let add = async |note: NewNote| {
            let done =
                house.service.write(house.clerk(), async move |op| readers::add_note(op, note.clone()).await);
            done.await
        };
        wrong(add(note("", "federation", "")).await, "note.text", &Problem::Missing);
        wrong(add(note("x", "nobody", "")).await, "note.visibility", &Problem::UnknownWord);
        wrong(add(note("x", "library", "2026-11-23")).await, "note.until", &Problem::PastDay);
        let ours = add(note("欠一张表", "library", "2026-11-25")).await.unwrap();
        add(note("听力不便", "federation", "")).await.unwrap();
        let read = async |actor: Actor| -> usize {
            house.service.read(actor, async |op| readers::notes(op, id).await).await.unwrap().len()
        };
        assert_eq!((read(house.clerk()).await, read(house.clerk_at_sd()).await), (2, 1));
        let theirs = house
            .service
            .write(house.clerk_at_sd(), async |op| readers::remove_note(op, id, ours).await)
            .await;
        assert!(matches!(theirs, Err(Error::NotFound(_))));
        let block = NewBlock {
            reader: id,
            reason: "conduct".to_owned(),
            note: String::new(),
            until: "2026-11-25".to_owned(),
        };
        let clerk =
            house.service.write(house.clerk(), async |op| readers::block(op, block.clone()).await).await;
        assert!(matches!(clerk, Err(Error::Forbidden(_))));
        house
            .service
            .write(house.system(), async |op| readers::block(op, block.clone()).await)
            .await
            .unwrap();
        let blocked = async || {
            house.service.read(Actor::nobody(), async |op| readers::is_blocked(op, id).await).await.unwrap()
        };
        assert_eq!(blocked().await, Some(BlockReason::Conduct));
        house.clock.advance(TimeDelta::days(1));
        assert!(blocked().await.is_some(), "the last day counts");
        house.clock.advance(TimeDelta::days(1));
        assert_eq!((blocked().await, read(house.clerk()).await), (None, 1));
        let longer = NewBlock { until: String::new(), ..block };
        let lasting = house
            .service
            .write(house.system(), async |op| readers::block(op, longer.clone()).await)
            .await
            .unwrap();
        house
            .service
            .write(house.system(), async |op| readers::unblock(op, id, lasting).await)
            .await
            .unwrap();
        assert_eq!(blocked().await, None);
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_identity_is_checked_again_after_years_and_for_cards_opened_without_a_clerk() {
    on_both_databases(async |house| {
        for (policy, value) in [(Policy::ReverifyYears, "2"), (Policy::ProvisionalDays, "30")] {
            house
                .service
                .write(house.system(), async |op| {
                    libraries::set_policy(op, house.root, policy, Some(value)).await
                })
                .await
                .unwrap();
        }
        let at_desk = opened(house, adult(1)).await.reader.id;
        let mut read_there = adult(2);
        read_there.check.method = CheckMethod::ReaderDevice;
        let alone = house
            .service
            .write(house.kiosk(), async |op| cards::open(op, read_there.clone()).await)
            .await
            .unwrap()
            .reader
            .id;
        let known = async |id| {
            house.service.read(house.clerk(), async |op| people::verification(op, id).await).await.unwrap()
        };
        assert!(!known(at_desk).await.reverify_due && known(at_desk).await.provisional_until.is_none());
        assert_eq!(known(alone).await.provisional_until, Some(born(2026, 12, 24)));
        house.clock.advance(TimeDelta::days(731));
        assert!(known(at_desk).await.reverify_due);
        let verify = async |id, check: IdentityCheck| {
            let done = house
                .service
                .write(house.clerk(), async move |op| readers::verify(op, id, &check.clone()).await);
            done.await
        };
        let phone = IdentityCheck::of_the_person(CheckMethod::Phone);
        refused(verify(at_desk, phone).await, "phone_for_loss_only");
        verify(at_desk, by_eye()).await.unwrap();
        verify(alone, by_eye()).await.unwrap();
        assert!(!known(at_desk).await.reverify_due && known(alone).await.provisional_until.is_none());
    })
    .await;
}

#[tokio::test]
async fn c_4_2_1_a_reader_is_told_once_that_a_document_ends() {
    on_both_databases(async |house| {
        let mut request = foreigner(4);
        request.documents[0].valid_until = "2026-12-20".to_owned();
        let id = opened(house, request).await.reader.id;
        let mut later = foreigner(5);
        later.documents[0].valid_until = "2027-03-01".to_owned();
        later.duplicates_seen = true;
        opened(house, later).await;
        let told = async || house.service.write(house.system(), people::expiring_documents).await.unwrap();
        assert_eq!((told().await, told().await), (1, 0));
        let ending = house.service.read(house.clerk(), async |op| people::verification(op, id).await).await;
        assert_eq!(ending.unwrap().ending.len(), 1);
        house.clock.advance(TimeDelta::days(80));
        assert_eq!((told().await, told().await), (1, 0), "the other, when its time comes");
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_a_photo_and_papers_are_seen_by_right_and_logged() {
    on_both_databases(async |house| {
        let id = opened(house, adult(1)).await.reader.id;
        let set = async |file: File| {
            let done = house
                .service
                .write(house.clerk(), async move |op| readers::set_photo(op, id, &file, &by_eye()).await);
            done.await
        };
        wrong(set(paper()).await, "photo", &Problem::FileKind);
        let large = File([b"\xFF\xD8\xFF".to_vec(), vec![0; 5 * 1024 * 1024]].concat());
        wrong(set(large).await, "photo", &Problem::FileTooLarge(4096));
        set(File(b"\xFF\xD8\xFF one\xFF\xD9".to_vec())).await.unwrap();
        set(File(b"\xFF\xD8\xFF two\xFF\xD9".to_vec())).await.unwrap();
        let (kind, file) =
            house.service.write(house.clerk(), async |op| readers::photo(op, id).await).await.unwrap();
        assert_eq!(
            (kind.as_str(), file.0.as_slice()),
            ("image/jpeg", b"\xFF\xD8\xFF two\xFF\xD9".as_slice())
        );
        ask(house, &asked(id, "陈新名")).await.unwrap();
        let papers =
            house.service.read(house.clerk(), async |op| readers::papers(op, id).await).await.unwrap();
        let wanted = papers[0].id;
        let unasked =
            house.service.write(house.clerk(), async |op| readers::paper(op, id, wanted, "").await).await;
        wrong(unasked, "reason", &Problem::Missing);
        let (_, file) = house
            .service
            .write(house.clerk(), async |op| readers::paper(op, id, wanted, "核对申请").await)
            .await
            .unwrap();
        assert_eq!(file, paper());
        let other = opened(house, adult(2)).await.reader.id;
        let of_another = house
            .service
            .write(house.clerk(), async |op| readers::paper(op, other, wanted, "核对申请").await)
            .await;
        assert!(matches!(of_another, Err(Error::NotFound(_))));
        let log = house
            .service
            .read(house.system(), async |op| records::recent_access(op, &[house.fs], None, 50).await)
            .await
            .unwrap();
        assert!(log.iter().any(|entry| entry.detail.contains("evidence") && entry.reason.is_some()));
        assert!(log.iter().any(|entry| entry.detail.contains("photo") && entry.action == "viewed"));
    })
    .await;
}

#[tokio::test]
async fn c_5_3_a_reader_sees_all_that_is_held_and_who_looked_without_names_of_staff() {
    on_both_databases(async |house| {
        let id = opened(house, adult(1)).await.reader.id;
        house
            .service
            .write(house.clerk_at_sd(), async |op| cards::find(op, "13900000001").await)
            .await
            .unwrap();
        let me = Actor::reader(id, house.fs);
        let all = house.service.write(me, async |op| people::data_export(op, id, "").await).await.unwrap();
        assert_eq!(all["reader"]["phone"], "13900000001");
        assert_eq!(all["documents"][0]["number"], json!(resident_number(1, born(1990, 5, 6))));
        assert_eq!(all["looks"][0]["library"], "顺德图书馆");
        assert!(!all.to_string().contains("staff:") && !all.to_string().contains("system"));
        let unasked =
            house.service.write(house.clerk(), async |op| people::data_export(op, id, "").await).await;
        wrong(unasked, "reason", &Problem::Missing);
        let other = Actor::reader(ReaderId(uuid::Uuid::nil()), house.fs);
        let result = house.service.write(other, async |op| people::data_export(op, id, "x").await).await;
        assert!(matches!(result, Err(Error::Forbidden(_))));
    })
    .await;
}
