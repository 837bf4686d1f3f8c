//! Many readers are changed at once (4.2.1): looked at first, worked off in portions, undone as a whole.

use service::batch_changes::{
    self, BatchChange, ChangeState, Counts, Finding, Outcome, ReaderChange, RowView, Search, Selection, Undo,
};
use service::cards::{self, Opened};
use service::kernel::{Actor, BatchChangeId, Error, LibraryId, ReaderId, Right, Role};
use service::readers::{self, ANY_VERSION, Amend, Changes};
use service::records;
use service::testing::{House, adult, born, child, on_both_databases, resident_number};

use crate::amend::{by_eye, opened, seen};
use crate::process_commands::{configure, done, refused};

fn manager(house: &House) -> Actor {
    Actor { rights: Role::BranchManager.rights().to_vec(), ..house.clerk() }
}

async fn opened_by(house: &House, actor: Actor, serial: u32) -> Opened {
    house.service.write(actor, async |op| cards::open(op, adult(serial)).await).await.unwrap()
}

fn note(text: &str) -> ReaderChange {
    let (text, visibility) = (text.to_owned(), "library".to_owned());
    ReaderChange::Note { text, visibility, alert: false, until: String::new() }
}

fn list<T: AsRef<str>>(numbers: &[T]) -> Selection {
    Selection::List(numbers.iter().map(|number| number.as_ref().to_owned()).collect())
}

fn all_of(library: LibraryId) -> Search {
    Search { library, state: None, channel: None, opened_from: None, opened_until: None, minor: None }
}

async fn begin(house: &House, actor: &Actor, change: &ReaderChange, selection: &Selection) -> BatchChangeId {
    batch_changes::begin(&house.service, actor, change, selection).await.unwrap()
}

async fn look(house: &House, id: BatchChangeId) -> (BatchChange, Counts, Vec<RowView>) {
    house
        .service
        .read(manager(house), async |op| {
            Ok((
                batch_changes::batch_change(op, id).await?,
                batch_changes::counts(op, id).await?,
                batch_changes::rows(op, id, 0).await?,
            ))
        })
        .await
        .unwrap()
}

async fn start(house: &House, actor: &Actor, id: BatchChangeId) {
    let version = look(house, id).await.0.version;
    house.service.write(actor.clone(), async |op| batch_changes::run(op, id, version).await).await.unwrap();
}

async fn run(house: &House, actor: &Actor, id: BatchChangeId) -> (BatchChange, Counts, Vec<RowView>) {
    start(house, actor, id).await;
    batch_changes::work(&house.service, id, 2).await.unwrap();
    look(house, id).await
}

async fn undo(house: &House, actor: &Actor, id: BatchChangeId) -> (BatchChange, Counts, Vec<RowView>) {
    let version = look(house, id).await.0.version;
    house.service.write(actor.clone(), async |op| batch_changes::undo(op, id, version).await).await.unwrap();
    batch_changes::work(&house.service, id, 2).await.unwrap();
    look(house, id).await
}

async fn notes_of(house: &House, id: ReaderId) -> Vec<String> {
    let notes = house.service.read(house.clerk(), async |op| readers::notes(op, id).await).await.unwrap();
    notes.into_iter().map(|note| note.text).collect()
}

async fn blocks_of(house: &House, id: ReaderId) -> Vec<(String, Option<String>)> {
    let blocks = house.service.read(house.clerk(), async |op| readers::blocks(op, id).await).await.unwrap();
    blocks.into_iter().map(|block| (block.reason.as_str().to_owned(), block.note)).collect()
}

async fn services_of(house: &House, id: ReaderId) -> Vec<String> {
    let entries = house.service.read(house.clerk(), async |op| records::timeline(op, id, 50).await).await;
    let mut services: Vec<String> = entries.unwrap().into_iter().map(|entry| entry.service).collect();
    // All of a test is of one moment.
    services.sort();
    services
}

#[tokio::test(flavor = "multi_thread")]
async fn c_4_2_1_a_list_is_looked_at_row_by_row_and_nothing_is_changed_by_it() {
    on_both_databases(async |house| {
        let (first, second) = (opened(house, adult(1)).await, opened(house, adult(2)).await);
        let elsewhere = opened_by(house, house.clerk_at_sd(), 3).await;
        let document = resident_number(2, born(1990, 5, 6));
        let numbers =
            [&first.card.number, &document, &second.card.number, "FS99999999", &elsewhere.card.number];
        let manager = manager(house);
        let id = begin(house, &manager, &note("请到前台更新资料"), &list(&numbers)).await;
        let (change, counts, rows) = look(house, id).await;
        assert_eq!((change.state, change.rows, change.goes), (ChangeState::Draft, 5, 2));
        let found: Vec<Finding> = rows.iter().map(|row| row.finding).collect();
        let wanted = [Finding::Goes, Finding::Goes, Finding::Twice, Finding::NotFound, Finding::Elsewhere];
        assert_eq!(found, wanted);
        assert_eq!(counts.found.first(), Some(&(Finding::Goes, 2)));
        assert!(rows[3].reader.is_none() && rows[3].given.as_ref().unwrap() != "FS99999999", "masked");
        assert!(rows[4].reader.is_none() && rows[4].number.is_none(), "nothing of a reader out of reach");
        assert!(notes_of(house, first.reader.id).await.is_empty());
        assert_eq!(services_of(house, first.reader.id).await, ["open_card"]);

        let typed = Selection::of_text("卡号,姓名\n\"FS00000001\",甲\n\n FS00000002\t乙\r\n");
        assert!(matches!(typed, Selection::List(numbers) if numbers == ["FS00000001", "FS00000002"]));
        let nobody = batch_changes::begin(&house.service, &manager, &note("请更新"), &list(&[" "])).await;
        assert!(matches!(nobody, Err(Error::Invalid(_))));
        let nothing = batch_changes::begin(&house.service, &manager, &note(" "), &list(&numbers)).await;
        assert!(matches!(nothing, Err(Error::Invalid(invalid)) if invalid.0[0].field == "note.text"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_4_2_1_a_note_is_written_about_many_and_taken_away_where_it_still_stands() {
    on_both_databases(async |house| {
        let manager = manager(house);
        let mut ids = Vec::new();
        let mut numbers = Vec::new();
        for serial in 1..=5 {
            let opened = opened(house, adult(serial)).await;
            ids.push(opened.reader.id);
            numbers.push(opened.card.number);
        }
        let id = begin(house, &manager, &note("请更新地址"), &list(&numbers)).await;
        let (change, counts, _) = run(house, &manager, id).await;
        assert_eq!((change.state, change.done, change.changed), (ChangeState::Done, 5, 5));
        assert_eq!(counts.outcomes, [(Outcome::Changed, 5)]);
        for reader in &ids {
            assert_eq!(notes_of(house, *reader).await, ["请更新地址"]);
            assert_eq!(services_of(house, *reader).await, ["note", "open_card"]);
        }
        // The same again would change nobody.
        let again = begin(house, &manager, &note("请更新地址"), &list(&numbers)).await;
        assert_eq!(look(house, again).await.1.found, [(Finding::Same, 5)]);
        let nobody =
            house.service.write(manager.clone(), async |op| batch_changes::run(op, again, 1).await).await;
        assert!(matches!(nobody, Err(Error::Invalid(_))));

        let gone = ids[2];
        house
            .service
            .write(manager.clone(), async |op| {
                let note = readers::notes(op, gone).await?.remove(0);
                readers::remove_note(op, gone, note.id).await
            })
            .await
            .unwrap();
        let (change, counts, rows) = undo(house, &manager, id).await;
        assert_eq!((change.state, change.restored), (ChangeState::Undone, 4));
        assert_eq!(counts.undone, [(Undo::Restored, 4), (Undo::ChangedSince, 1)]);
        assert_eq!(rows[2].undo, Some(Undo::ChangedSince));
        for reader in &ids {
            assert!(notes_of(house, *reader).await.is_empty());
        }
        let twice =
            house.service.write(manager, async |op| batch_changes::undo(op, id, change.version).await).await;
        assert!(matches!(twice, Err(Error::Stale)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_4_2_1_a_class_moves_up_and_back_where_nobody_changed_it_since() {
    on_both_databases(async |house| {
        let manager = manager(house);
        let grown_up = opened(house, adult(1)).await;
        let (first, second) = (opened(house, child(2)).await, opened(house, child(3)).await);
        let before = seen(house, first.reader.id).await.workplace;
        let change = ReaderChange::Workplace { workplace: " 第一小学四（2）班 ".to_owned() };
        let search = Search { minor: Some(true), ..all_of(house.fs) };
        let id = begin(house, &manager, &change, &Selection::Search(search)).await;
        let (change, _, _) = run(house, &manager, id).await;
        assert_eq!((change.rows, change.changed), (2, 2), "those under 16 only");
        assert_ne!(seen(house, first.reader.id).await.workplace, before);
        assert_eq!(services_of(house, first.reader.id).await, ["amend", "open_card"]);
        assert_eq!(services_of(house, grown_up.reader.id).await, ["open_card"]);

        let amend = Amend {
            reader: second.reader.id,
            version: ANY_VERSION,
            changes: Changes { workplace: Some("第二小学".to_owned()), ..Changes::default() },
            evidence: None,
            check: by_eye(),
        };
        house.service.write(house.clerk(), async |op| readers::amend(op, amend.clone()).await).await.unwrap();
        let second_now = seen(house, second.reader.id).await.workplace;
        let (_, counts, _) = undo(house, &manager, id).await;
        assert_eq!(counts.undone, [(Undo::Restored, 1), (Undo::ChangedSince, 1)]);
        assert_eq!(seen(house, first.reader.id).await.workplace, before);
        assert_eq!(seen(house, second.reader.id).await.workplace, second_now);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_3_1_blocks_of_many_are_put_lifted_and_put_again_as_they_were() {
    on_both_databases(async |house| {
        let manager = manager(house);
        let (first, second) = (opened(house, adult(1)).await, opened(house, adult(2)).await);
        let everybody = Selection::Search(all_of(house.fs));
        let (reason, text) = ("address".to_owned(), "信件被退回".to_owned());
        let block = ReaderChange::Block { reason: reason.clone(), note: text.clone(), until: String::new() };
        let id = begin(house, &manager, &block, &everybody).await;
        assert_eq!(run(house, &manager, id).await.0.changed, 2);
        let blocked = vec![(reason.clone(), Some(text))];
        assert_eq!(blocks_of(house, first.reader.id).await, blocked);

        let lift = begin(house, &manager, &ReaderChange::Unblock { reason }, &everybody).await;
        assert_eq!(run(house, &manager, lift).await.0.changed, 2);
        assert!(blocks_of(house, second.reader.id).await.is_empty());
        // The first change has nothing left to undo; the second puts the blocks again, with what was said.
        assert_eq!(undo(house, &manager, id).await.1.undone, [(Undo::ChangedSince, 2)]);
        assert_eq!(undo(house, &manager, lift).await.1.undone, [(Undo::Restored, 2)]);
        assert_eq!(blocks_of(house, first.reader.id).await, blocked);
        assert_eq!(blocks_of(house, second.reader.id).await, blocked);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_4_2_1_cards_of_a_branch_go_to_another_library_within_the_callers_reach_and_back() {
    on_both_databases(async |house| {
        let manager = manager(house);
        let at_branch = opened_by(house, house.clerk_at_branch(), 1).await;
        let at_sd = opened_by(house, house.clerk_at_sd(), 2).await;
        let library = async |number: &str| {
            let number = number.to_owned();
            let card =
                house.service.write(house.clerk(), async |op| cards::card_by_number(op, &number).await);
            card.await.unwrap().card.issuing_library
        };
        assert_eq!(library(&at_branch.card.number).await, house.branch);
        let to = |library| ReaderChange::Library { library };
        let of_branch = Selection::Search(all_of(house.branch));
        let far = batch_changes::begin(&house.service, &manager, &to(house.sd), &of_branch).await;
        assert!(matches!(far, Err(Error::Invalid(_))), "not to a library out of reach");
        let of_sd = Selection::Search(all_of(house.sd));
        let far = batch_changes::begin(&house.service, &manager, &to(house.fs), &of_sd).await;
        assert!(matches!(far, Err(Error::Invalid(_))), "not from one");
        let numbers = [&at_branch.card.number, &at_sd.card.number];
        let id = begin(house, &manager, &to(house.fs), &list(&numbers)).await;
        assert_eq!(run(house, &manager, id).await.1.outcomes, [(Outcome::Changed, 1)]);
        assert_eq!(library(&at_branch.card.number).await, house.fs);
        assert_eq!(library(&at_sd.card.number).await, house.sd);
        assert_eq!(services_of(house, at_branch.reader.id).await, ["move_card", "open_card"]);
        assert_eq!(undo(house, &manager, id).await.1.undone, [(Undo::Restored, 1)]);
        assert_eq!(library(&at_branch.card.number).await, house.branch);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_4_2_1_a_portion_that_breaks_changes_nothing_and_each_row_is_dealt_with_once() {
    on_both_databases(async |house| {
        let manager = manager(house);
        let mut ids = Vec::new();
        for serial in 1..=9 {
            ids.push(opened(house, adult(serial)).await.reader.id);
        }
        let everybody = Selection::Search(all_of(house.fs));
        let id = begin(house, &manager, &note("请更新"), &everybody).await;
        start(house, &manager, id).await;
        let (change, more) = batch_changes::work_chunk(&house.service, id, 2).await.unwrap();
        assert_eq!((change.done, more), (2, true));
        house.tamper("ALTER TABLE service_records RENAME TO elsewhere").await.unwrap();
        assert!(batch_changes::work_chunk(&house.service, id, 2).await.is_err());
        house.tamper("ALTER TABLE elsewhere RENAME TO service_records").await.unwrap();
        assert_eq!(look(house, id).await.0.done, 2, "nothing of the portion stays");
        assert_eq!(house.service.read(Actor::nobody(), batch_changes::at_work).await.unwrap(), [id]);
        // Two instances are at it at once.
        let (one, other) = tokio::join!(
            batch_changes::work(&house.service, id, 2),
            batch_changes::work(&house.service, id, 2)
        );
        assert!(one.is_ok() && other.is_ok(), "{one:?} {other:?}");
        let (change, counts, _) = look(house, id).await;
        assert_eq!((change.state, change.done, change.changed), (ChangeState::Done, 9, 9));
        assert_eq!(counts.outcomes, [(Outcome::Changed, 9)]);
        for reader in ids {
            assert_eq!(notes_of(house, reader).await.len(), 1);
        }
        assert!(house.service.read(Actor::nobody(), batch_changes::at_work).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn c_5_1_1_changes_of_many_are_for_those_who_may_and_for_their_own_libraries() {
    on_both_databases(async |house| {
        let manager = manager(house);
        opened(house, adult(1)).await;
        let everybody = Selection::Search(all_of(house.fs));
        let clerk = batch_changes::begin(&house.service, &house.clerk(), &note("请更新"), &everybody).await;
        assert!(matches!(clerk, Err(Error::Forbidden(Right::ChangeInBatch))));
        let rights = vec![Right::ChangeInBatch, Right::FindReaders];
        let bare = Actor { rights, ..house.clerk() };
        let bare = batch_changes::begin(&house.service, &bare, &note("请更新"), &everybody).await;
        assert!(matches!(bare, Err(Error::Forbidden(Right::AmendReaders))), "nor more than at a desk");

        let id = begin(house, &manager, &note("请更新"), &everybody).await;
        let other = Actor { rights: manager.rights.clone(), ..house.clerk_at_sd() };
        let seen = house.service.read(other.clone(), async |op| batch_changes::rows(op, id, 0).await).await;
        assert!(matches!(seen, Err(Error::NotFound(_))));
        let ran = house.service.write(other.clone(), async |op| batch_changes::run(op, id, 1).await).await;
        assert!(matches!(ran, Err(Error::NotFound(_))));
        assert!(house.service.read(other, batch_changes::batch_changes).await.unwrap().is_empty());
        let stale =
            house.service.write(manager.clone(), async |op| batch_changes::run(op, id, 7).await).await;
        assert!(matches!(stale, Err(Error::Stale)));
        run(house, &manager, id).await;
        let twice = house.service.write(manager, async |op| batch_changes::run(op, id, 1).await).await;
        assert!(matches!(twice, Err(Error::Stale)));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn process_c_4_2_1_many_are_changed_from_the_command_line_only_when_told_so() {
    on_both_databases(async |house| {
        house.add_staff("li.zhiqiang", house.fs, Role::BranchManager).await.unwrap();
        house.add_staff("chen.min", house.fs, Role::Clerk).await.unwrap();
        let first = opened(house, adult(1)).await;
        opened(house, adult(2)).await;
        let folder = configure(house);
        std::fs::write(folder.join("list.csv"), format!("卡号\n{}\nFS99999999\n", first.card.number))
            .unwrap();
        std::fs::write(folder.join("note.txt"), "请更新地址\n").unwrap();
        let many = |words: &[&str]| {
            let who = ["--staff", "li.zhiqiang", "--library", "FS"];
            done(&folder, &[&["reader", "change-many"], words, &who].concat())
        };
        let looked = many(&["note", "--list", "list.csv", "--text", "note.txt"]);
        assert!(looked.contains("1 goes, 1 not_found") && looked.contains("Nothing was changed"), "{looked}");
        assert!(notes_of(house, first.reader.id).await.is_empty());
        let id = looked.split([' ', ':']).nth(1).unwrap().to_owned();
        let ran = many(&["run", &id]);
        assert!(ran.contains("is done") && ran.contains("1 changed"), "{ran}");
        assert_eq!(notes_of(house, first.reader.id).await, ["请更新地址"]);
        let report = many(&["report", &id]);
        assert!(report.contains(&first.card.number) && !report.contains("FS99999999"), "{report}");
        many(&["report", &id, "--out", "report.xlsx"]);
        assert!(std::fs::read(folder.join("report.xlsx")).unwrap().starts_with(b"PK"));
        let undone = many(&["undo", &id]);
        assert!(undone.contains("is undone") && undone.contains("1 restored"), "{undone}");
        assert!(notes_of(house, first.reader.id).await.is_empty());

        let blocked = many(&["block", "--issued-by", "FS", "--age", "adult", "--reason", "address", "--yes"]);
        assert!(blocked.contains("2 changed"), "{blocked}");
        assert_eq!(blocks_of(house, first.reader.id).await, [("address".to_owned(), None)]);
        let listed = many(&["list"]);
        assert!(listed.contains(&id) && listed.contains("block"), "{listed}");
        let clerk = ["--staff", "chen.min", "--library", "FS"];
        let asked = ["reader", "change-many", "unblock", "--issued-by", "FS", "--reason", "address"];
        refused(&folder, &[&asked[..], &clerk].concat(), &["change_in_batch"]);
    })
    .await;
}
