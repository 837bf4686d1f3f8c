//! Group issuing (4.1, 6.1.3): lists are checked row by row, confirmed by a clerk, issued, reported and handed over.

mod issuing;
mod links;
mod lists;
mod process_killed;
mod units;

use chrono::NaiveDate;
use documents::synthetic::{self, HmtRegion};
use service::Service;
use service::cards::CardKind;
use service::groups::{
    self, Agreement, Batch, Contact, Counts, Finding, NewBatch, ReportRow, RowView, UnitForm,
};
use service::kernel::{Actor, BatchId, Channel, Op, Role, UnitId};
use service::records::File;
use service::stock::{self, Range, Receive, StockPlace};
use service::testing::{House, born, resident_number};
use sheets::{List, Options};

/// The clerk who goes to schools, at the desk of FS.
pub fn group_clerk(house: &House) -> Actor {
    Actor { rights: Role::GroupClerk.rights().to_vec(), channel: Channel::Desk, ..house.clerk() }
}

/// The same at SD.
pub fn group_clerk_at_sd(house: &House) -> Actor {
    Actor { rights: Role::GroupClerk.rights().to_vec(), channel: Channel::Desk, ..house.clerk_at_sd() }
}

/// A school as a clerk writes it down.
pub fn school(name: &str) -> UnitForm {
    UnitForm {
        kind: "school".to_owned(),
        name: name.to_owned(),
        address: "季华五路".to_owned(),
        contacts: vec![Contact {
            name: "陈老师".to_owned(),
            role: "教务处".to_owned(),
            phone: "13900002222".to_owned(),
            email: String::new(),
        }],
        agreement: Agreement::default(),
    }
}

pub async fn add_school(house: &House, actor: &Actor, name: &str) -> UnitId {
    let form = school(name);
    house.service.write(actor.clone(), async |op| groups::add_unit(op, form.clone()).await).await.unwrap()
}

/// Cards come into the store of the actor's library.
pub async fn receive_cards(house: &House, actor: &Actor, first: &str, last: &str) {
    let receive = Receive {
        library: actor.library,
        order: None,
        design: None,
        ranges: vec![Range::between(first, last).unwrap()],
        spoiled: Vec::new(),
        note: String::new(),
    };
    let manager = Actor { rights: Role::FederationAdmin.rights().to_vec(), ..actor.clone() };
    house.service.write(manager, async |op| stock::receive(op, receive.clone()).await).await.unwrap();
}

/// How many cards lie in the store of FS.
pub async fn in_store(house: &House) -> i64 {
    let manager = Actor { rights: Role::FederationAdmin.rights().to_vec(), ..house.clerk() };
    let lying = house.service.read(manager, async |op| stock::lying(op, house.fs).await).await.unwrap();
    let store = lying.iter().filter(|lying| lying.spot.place == StockPlace::Store);
    store.map(|lying| lying.count).sum()
}

pub async fn begin(house: &House, actor: &Actor, unit: UnitId) -> BatchId {
    let new = NewBatch {
        unit,
        name: "2026 秋季新生".to_owned(),
        minors_kind: CardKind::Document,
        tells_readers: true,
        service_point: None,
    };
    house.service.write(actor.clone(), async |op| groups::new_batch(op, &new).await).await.unwrap()
}

pub const HEADINGS: &str =
    "姓名,证件类型,证件号码,出生日期,性别,联系电话,班级,监护人姓名,与读者关系,监护人证件号码,监护人电话\n";

/// A list with the usual headings.
pub fn list(rows: &[String]) -> List {
    sheets::read(format!("{HEADINGS}{}", rows.join("\n")).as_bytes(), "list.csv", &Options::default())
        .unwrap()
}

/// A grown-up with an ID card.
pub fn adult_row(serial: u32) -> String {
    let number = resident_number(serial, born(1990, 5, 6));
    format!("{},身份证,{number},,,139{serial:08},教师,,,,", name(serial))
}

/// A child with its guardian, of a day of its own.
pub fn child_row(serial: u32) -> String {
    let number = resident_number(serial, day(serial));
    let guardian = resident_number(serial + 50_000, born(1985, 2, 3));
    format!("{},身份证,{number},,,,三（2）班,陈{},母亲,{guardian},138{serial:08}", name(serial), name(serial))
}

/// Somebody from Macao, who gets a One-Card.
pub fn macao_row(serial: u32) -> String {
    let number = synthetic::hk_macao_permit(HmtRegion::Macao, serial, None);
    format!(
        "{},港澳居民来往内地通行证,{number},1985-07-{:02},女,137{serial:08},教师,,,,",
        name(serial),
        serial % 28 + 1
    )
}

fn day(serial: u32) -> NaiveDate {
    born(2016, serial % 12 + 1, serial % 28 + 1)
}

/// A name of its own for each serial.
pub fn name(serial: u32) -> String {
    const CHARACTERS: [char; 10] = ['安', '博', '晨', '达', '恩', '芳', '刚', '海', '佳', '凯'];
    let digits = serial.to_string();
    let given = digits.chars().filter_map(|c| CHARACTERS.get(c.to_digit(10)? as usize).copied());
    format!("测{}", given.collect::<String>())
}

pub async fn look(service: &Service, actor: &Actor, id: BatchId) -> (Batch, Counts) {
    service.read(actor.clone(), async |op| groups::batch(op, id).await).await.unwrap()
}

pub async fn rows_of(service: &Service, actor: &Actor, id: BatchId) -> Vec<RowView> {
    let mut all = Vec::new();
    loop {
        let after = all.last().map_or(0, |row: &RowView| row.place);
        let page =
            service.write(actor.clone(), async |op| groups::rows(op, id, None, after).await).await.unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

pub async fn findings(service: &Service, actor: &Actor, id: BatchId) -> Vec<Finding> {
    rows_of(service, actor, id).await.into_iter().map(|row| row.finding).collect()
}

pub async fn confirm(house: &House, actor: &Actor, id: BatchId) {
    let version = look(&house.service, actor, id).await.0.version;
    house
        .service
        .write(actor.clone(), async |op| groups::confirm(op, id, version, None).await)
        .await
        .unwrap();
}

/// The guardians' signed list is here.
pub async fn sign(house: &House, actor: &Actor, id: BatchId) {
    let version = look(&house.service, actor, id).await.0.version;
    let files = [scan()];
    let signed = async |op: &Op| groups::record_consent(op, id, version, &files).await;
    house.service.write(actor.clone(), signed).await.unwrap();
}

/// The scans of it.
pub async fn signed(house: &House, actor: &Actor, id: BatchId) -> usize {
    house.service.read(actor.clone(), async |op| groups::consent_files(op, id).await).await.unwrap().len()
}

/// A link that holds for a week.
pub async fn link(house: &House, actor: &Actor, unit: UnitId) -> String {
    house.service.write(actor.clone(), async |op| groups::new_link(op, unit, 7).await).await.unwrap()
}

/// A page of the report, for the unit or for the library.
pub async fn report(house: &House, actor: &Actor, id: BatchId, for_unit: bool) -> Vec<ReportRow> {
    let page = async |op: &Op| groups::report_page(op, id, 0, for_unit).await;
    house.service.write(actor.clone(), page).await.unwrap()
}

/// A scan that is one.
pub fn scan() -> File {
    File(b"%PDF-1.4\n1 0 obj\n%%EOF\n".to_vec())
}

/// Everything from the list to the cards.
pub async fn issue_all(house: &House, actor: &Actor, unit: UnitId, rows: &[String]) -> BatchId {
    let id = begin(house, actor, unit).await;
    groups::check_list(&house.service, actor, id, &list(rows)).await.unwrap();
    confirm(house, actor, id).await;
    groups::issue(&house.service, id, groups::CHUNK, |_| {}).await.unwrap();
    id
}
