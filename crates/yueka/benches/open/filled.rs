//! A house with many readers in it.

use chrono::TimeDelta;
use service::cards::{self, CardKind, CardState, ImportedCard, PastService};
use service::kernel::{Channel, ServiceName};
use service::records::CheckMethod;
use service::testing::{House, adult};

/// Imports the readers after `from`, up to `to`; with a hash, each second one has that password instead of the default.
pub async fn fill(house: &House, from: u32, to: u32, chosen: Option<&str>) {
    let serials: Vec<u32> = (from + 1..=to).collect();
    for batch in serials.chunks(500) {
        let rows: Vec<ImportedCard> = batch.iter().map(|serial| imported(house, *serial, chosen)).collect();
        let load = async |op: &service::kernel::Op| cards::import(op, rows.clone()).await;
        house.service.write(house.system(), load).await.expect("an import");
    }
}

fn imported(house: &House, serial: u32, chosen: Option<&str>) -> ImportedCard {
    let request = adult(serial);
    let at = house.service.clock().now() - TimeDelta::seconds(i64::from(serial));
    ImportedCard {
        kind: CardKind::Document,
        barcode: String::new(),
        state: CardState::Active,
        state_since: at,
        opened_at: at,
        issuing_library: house.fs,
        service_point: house.fs_desk,
        channel: Channel::Desk,
        reader: request.reader,
        document: request.documents.into_iter().next().expect("a document"),
        guardian: None,
        password_hash: chosen.filter(|_| serial.is_multiple_of(2)).map(str::to_owned),
        services: vec![PastService {
            service: ServiceName::OpenCard,
            at,
            library: house.fs,
            service_point: house.fs_desk,
            channel: Channel::Desk,
            check: CheckMethod::ByEye,
        }],
    }
}
