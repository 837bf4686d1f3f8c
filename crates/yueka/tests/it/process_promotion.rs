//! Campaigns from the command line, as an operator types it (6.5).

use service::campaigns::{campaigns, follow};
use service::cards::{self, OpenCard};
use service::kernel::{Actor, Clock};
use service::testing::{adult, on_both_databases};

use crate::process_commands::{configure, done, refused};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn c_6_5_campaigns_from_the_command_line() {
    on_both_databases(async |house| {
        // The program counts days by the machine's clock.
        house.clock.advance(Clock::system().now() - house.clock.now());
        let folder = configure(house);
        let today = house.clock.today().to_string();
        let add = ["campaign", "add", "--library", "FS", "--kind", "event", "--title", "开卡周"];
        let with = |more: &[&'static str]| [&add[..], more].concat();
        refused(&folder, &with(&["--from", "soon", "WEEK"]), &["campaign.starts_on"]);
        refused(&folder, &with(&["--from", "2026-01-01", "--service-point", "XX", "WEEK"]), &["XX"]);
        let mut good = with(&["--cost", "12.50", "--target", "40", "week"]);
        good.extend(["--from", today.as_str()]);
        assert!(done(&folder, &good).contains("/c/WEEK"));
        refused(&folder, &good, &["campaign.code", "taken"]);
        let list = done(&folder, &["campaign", "list", "--library", "FS"]);
        assert!(list.contains("WEEK") && list.contains("event") && list.contains(&today), "{list}");
        assert!(!done(&folder, &["campaign", "list", "--library", "SD"]).contains("WEEK"));
        // What the command set up is what the house counts for.
        assert_eq!(house.service.read(house.system(), campaigns).await.unwrap().len(), 1);
        let request = OpenCard { campaign: Some("WEEK".to_owned()), ..adult(1) };
        house.service.write(house.clerk(), async |op| cards::open(op, request.clone()).await).await.unwrap();
        house.service.write(Actor::nobody(), async |op| follow(op, "WEEK", false).await).await.unwrap();
        let result = done(&folder, &["campaign", "result", "--library", "FS", "week"]);
        for said in ["visits of its address: 1", "cards opened: 1", "desk: 1", "12.50 yuan"] {
            assert!(result.contains(said), "{said} in {result}");
        }
        refused(&folder, &["campaign", "result", "--library", "FS", "NONE"], &["no such campaign"]);
    })
    .await;
}
