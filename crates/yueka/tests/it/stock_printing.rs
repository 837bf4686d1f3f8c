//! Designs, and cards that a library prints: 5.2.2. And the stock over the API.

use axum::http::StatusCode;
use serde_json::json;
use service::Error;
use service::kernel::{Blocker, Right, StockPlace};
use service::stock::{self, Layout, NewRun, RunState, SaveDesign, Template};
use service::testing::{House, on_both_databases};

use crate::api::{get, post};
use crate::kiosk::token;
use crate::stock::{at, balanced, manager};

fn design(house: &House, front: &str) -> SaveDesign {
    SaveDesign {
        id: None,
        library: house.root,
        name: "一卡通".to_owned(),
        front: front.to_owned(),
        back: Template::BACK.to_owned(),
        logo: String::new(),
    }
}

fn codes<T: std::fmt::Debug>(result: service::Result<T>) -> Vec<&'static str> {
    match result {
        Err(Error::Refused(blockers)) => blockers.iter().map(Blocker::code).collect(),
        other => panic!("not refused: {other:?}"),
    }
}

#[tokio::test]
async fn c_5_2_2_a_run_is_released_when_every_card_was_read_and_its_pages_are_those_that_were_read() {
    on_both_databases(async |house| {
        let (service, root) = (&house.service, manager(house, house.root));
        let saved = design(house, Template::FRONT);
        let id = service
            .write(root.clone(), async |op| stock::save_design(op, saved.clone()).await)
            .await
            .unwrap();
        let new = NewRun {
            library: house.fs,
            design: id,
            layout: Layout::Sheet,
            first: "FS00000001".to_owned(),
            count: 3,
        };
        let run =
            service.write(root.clone(), async |op| stock::make_run(op, new.clone()).await).await.unwrap();
        let run = run.id;
        let again = service.write(root.clone(), async |op| stock::make_run(op, new.clone()).await).await;
        assert_eq!(codes(again), ["numbers_taken"], "its numbers are taken");
        let release =
            async || service.write(root.clone(), async |op| stock::release_run(op, run).await).await;
        assert_eq!(codes(release().await), ["run_not_readable"], "nothing was read yet");
        assert_eq!(stock::check_run(service, root.clone(), run).await.unwrap().state, RunState::Passed);
        let pages = service.read(root.clone(), async |op| stock::run_pages(op, run).await).await;
        assert_eq!(codes(pages), ["run_not_readable"], "nothing is printed before the release");

        // Somebody changes the design in between: what would be printed was never read.
        let bars = "x=\"96\" y=\"222\" width=\"664\"";
        assert!(Template::FRONT.contains(bars));
        let narrow = Template::FRONT.replace(bars, "x=\"96\" y=\"222\" width=\"90\"");
        let changed = SaveDesign { id: Some((id, 1)), ..design(house, &narrow) };
        service.write(root.clone(), async |op| stock::save_design(op, changed.clone()).await).await.unwrap();
        assert_eq!(codes(release().await), ["run_changed"]);
        let failed = stock::check_run(service, root.clone(), run).await.unwrap();
        assert_eq!((failed.state, failed.failed, failed.failures.len()), (RunState::Failed, 3, 3));
        assert_eq!(codes(release().await), ["run_not_readable"]);
        assert_eq!(balanced(house).await, [], "nothing lies in the store");

        let stale =
            service.write(root.clone(), async |op| stock::save_design(op, changed.clone()).await).await;
        assert!(matches!(stale, Err(Error::Stale)), "{stale:?}");
        let mended = SaveDesign { id: Some((id, 2)), ..design(house, Template::FRONT) };
        service.write(root.clone(), async |op| stock::save_design(op, mended.clone()).await).await.unwrap();
        stock::check_run(service, root.clone(), run).await.unwrap();
        assert_eq!(release().await.unwrap().state, RunState::Released);
        assert_eq!(at(house, house.fs, StockPlace::Store).await, 3);
        let (_, pages) =
            service.read(root.clone(), async |op| stock::run_pages(op, run).await).await.unwrap();
        assert_eq!(stock::scan_back(&pages), []);
        assert_eq!(codes(release().await), ["stock_closed"]);
    })
    .await;
}

#[tokio::test]
async fn c_5_2_1_the_stock_is_kept_over_the_api() {
    on_both_databases(async |house| {
        let token = token(house, house.fs_desk, &[Right::ManageStock]).await;
        let post = async |path: &str, body| post(house, &token, path, &body).await;
        let ordered = post(
            "/api/v1/stock/orders",
            json!({ "library": "FS", "manufacturer": "佛山制卡厂", "first": "FS00000001", "count": 100 }),
        )
        .await;
        assert_eq!(ordered.status, StatusCode::CREATED, "{}", ordered.body);
        assert_eq!(ordered.body["last"], "FS00000100");
        let receipt = json!({
            "library": "FS", "order": ordered.body["id"], "ranges": ["FS00000001-FS00000050"], "spoiled": ["FS00000009"],
        });
        let received = post("/api/v1/stock/receipts", receipt.clone()).await;
        assert_eq!((received.status, &received.body["good"]), (StatusCode::CREATED, &json!(49)));
        let again = post("/api/v1/stock/receipts", receipt).await;
        assert_eq!((again.status, &again.body["blockers"][0]["code"]), (StatusCode::CONFLICT, &json!("numbers_taken")));
        let sent = json!({ "from": "FS", "to": "FS-ZM", "ranges": ["FS00000010+5"] });
        let sent = post("/api/v1/stock/transfers", sent).await;
        assert_eq!((sent.status, &sent.body["count"]), (StatusCode::CREATED, &json!(5)));
        let path = format!("/api/v1/stock/transfers/{}/arrival", sent.body["id"].as_str().unwrap());
        let arrived = post(&path, json!({ "ranges": ["FS00000010+4"] })).await;
        assert_eq!((arrived.status, &arrived.body["missing"]), (StatusCode::OK, &json!(1)));
        let gone = json!({ "library": "FS", "ranges": ["FS00000020"], "as": "void", "reason": "旧样" });
        assert_eq!(post("/api/v1/stock/write-offs", gone).await.status, StatusCode::NO_CONTENT);
        let stock = get(house, &token, "/api/v1/stock?library=FS").await;
        let fs = &stock.body["libraries"][0];
        assert_eq!((&fs["store"], &fs["void"], &fs["missing"]), (&json!(43), &json!(1), &json!(1)), "{fs}");
        assert_eq!(stock.body["libraries"][1]["store"], 4);
        let card = get(house, &token, "/api/v1/stock/cards/FS00000014").await;
        assert_eq!(card.body["at"]["place"], "missing");
        let elsewhere = get(house, &token, "/api/v1/stock?library=SD").await;
        assert_eq!(elsewhere.status, StatusCode::NOT_FOUND);
        balanced(house).await;
    })
    .await;
}
