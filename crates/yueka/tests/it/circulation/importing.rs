//! Items and running loans of another system, with what is wrong with each row.

use service::circulation::{ItemRow, LoanRow, RowOutcome, import_items, import_loans};
use service::kernel::{Actor, Role};
use service::testing::{House, on_both_databases};

use super::{ledger, load, loans, reader, row};

fn words(outcomes: &[RowOutcome]) -> Vec<String> {
    outcomes
        .iter()
        .map(|outcome| match outcome {
            RowOutcome::Added => "added".to_owned(),
            RowOutcome::Updated => "updated".to_owned(),
            RowOutcome::Unchanged => "unchanged".to_owned(),
            RowOutcome::Invalid(invalid) => invalid.to_string(),
        })
        .collect()
}

async fn all_or_none(house: &House, rows: Vec<ItemRow>) -> Vec<String> {
    let loaded = house.service.write(house.system(), async |op| import_items(op, rows.clone(), true).await);
    words(&loaded.await.unwrap())
}

#[tokio::test]
async fn a_3_2_a_items_are_loaded_row_by_row_and_again() {
    on_both_databases(async |house| {
        let bad = ItemRow { price: "4,5".to_owned(), kind: "cassette".to_owned(), ..row("!", "", "", "NO") };
        let rows = vec![row("B1", "甲", "book", "FS"), bad, row("B1", "乙", "", "SD"), row("B2", "甲", "", "sd")];
        let told = [
            "added",
            "item.barcode: character, item.title: missing, item.kind: unknown_word, item.library: unknown_word, item.price: amount",
            "item.barcode: taken",
            "added",
        ];
        assert!(all_or_none(house, rows.clone()).await[1].contains("item.kind"));
        assert_eq!(words(&load(house, rows.clone()).await), told, "nothing was written before");
        let mut again = rows;
        again[0].price = "46".to_owned();
        let told: Vec<String> = words(&load(house, again).await);
        assert_eq!((told[0].as_str(), told[3].as_str()), ("updated", "unchanged"));
        let service = ledger(house);
        let found = service
            .read(house.clerk(), async |op| service::circulation::find_titles(op, "甲", 10).await)
            .await
            .unwrap();
        assert_eq!((found.len(), found[0].copies), (1, 2), "two copies of one title");
        // A manager loads for their own library only.
        let manager = Actor { rights: Role::BranchManager.rights().to_vec(), ..house.clerk() };
        let rows = vec![row("B3", "丙", "", "SD"), row("B4", "丙", "", "FS-ZM")];
        let loaded = house.service.write(manager, async |op| import_items(op, rows.clone(), false).await);
        assert_eq!(words(&loaded.await.unwrap()), ["item.library: unknown_word", "added"]);
    })
    .await;
}

#[tokio::test]
async fn a_3_2_a_running_loans_are_loaded_row_by_row_and_again() {
    on_both_databases(async |house| {
        let service = ledger(house);
        super::books(house, 3).await;
        let card = reader(house, 1).await;
        let loan = |barcode: &str, number: &str, lent: &str, due: &str| LoanRow {
            barcode: barcode.to_owned(),
            card: number.to_owned(),
            library: "FS".to_owned(),
            lent_on: lent.to_owned(),
            due: due.to_owned(),
            renewals: "1".to_owned(),
        };
        let rows = vec![
            loan("B0001", &card.number, "2026-11-01", "2026/12/1"),
            loan("B9", &card.number, "2026-11-31", "2026-10-01"),
            loan("B0002", "0757", "2026-12-01", "2026-11-01"),
            loan("B0003", &card.number, "2026-11-01", "2026-11-20"),
        ];
        let run = async |all: bool| {
            let rows = rows.clone();
            let loaded = service.write(house.system(), async |op| import_loans(op, rows.clone(), all).await);
            words(&loaded.await.unwrap())
        };
        assert_eq!(run(true).await[0], "added", "it would be");
        assert!(loans(&service, house.clerk(), card.reader).await.is_empty());
        assert_eq!(
            run(false).await,
            [
                "added",
                "item.barcode: unknown_barcode, loan.lent_on: date",
                "loan.card: unknown_barcode, loan.lent_on: future_date, loan.due: not_applicable",
                "added",
            ]
        );
        assert_eq!(run(false).await[0], "unchanged");
        let out = loans(&service, house.clerk(), card.reader).await;
        assert_eq!(out.len(), 2);
        assert!(out[0].overdue && out[0].renewals == 1);
        assert_eq!(out[0].accruing, 40);
    })
    .await;
}
