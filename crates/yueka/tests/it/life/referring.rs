//! Sending readers to the issuing library: 6.3.3.

use service::Error;
use service::cards::{self, CancelReason, CardChange, Refer};
use service::kernel::{Actor, CardId, ServiceName};
use service::readers::{self, Referral};
use service::testing::{House, on_both_databases};

use super::{agent_of, cancel, codes, document_card, field, history, in_person, one_card, replace, report};

async fn refer(
    house: &House,
    actor: Actor,
    card: CardId,
    service: ServiceName,
) -> service::Result<CardChange> {
    let request = Refer { card, service, check: in_person() };
    house.service.write(actor, async |op| cards::refer(op, request.clone()).await).await
}

async fn waiting(house: &House, actor: Actor, of: &cards::CardView) -> Vec<Referral> {
    let reader = of.reader;
    house.service.read(actor, async |op| readers::open_referrals(op, reader).await).await.unwrap()
}

#[tokio::test]
async fn c_6_3_3_another_library_sends_the_reader_and_the_issuing_one_sees_it_until_it_is_done() {
    on_both_databases(async |house| {
        let held = one_card(house, 1).await;
        assert_eq!(
            codes(refer(house, house.clerk(), held.id, ServiceName::Replace).await),
            ["issuing_library_here"]
        );
        refer(house, house.clerk_at_sd(), held.id, ServiceName::Replace).await.unwrap();
        refer(house, house.clerk_at_sd(), held.id, ServiceName::Replace).await.unwrap();
        let seen = waiting(house, house.clerk_at_branch(), &held).await;
        assert_eq!(seen.len(), 1, "sent twice, noted once");
        assert_eq!((seen[0].service.as_str(), seen[0].library), ("replace", house.fs));
        assert!(waiting(house, house.clerk_at_sd(), &held).await.is_empty());
        let records = history(house, &held).await;
        assert_eq!(
            records.iter().filter(|entry| entry.service == "refer" && entry.outcome == "done").count(),
            2
        );
        replace(house, house.clerk(), held.id, "FS00000041").await.unwrap();
        assert!(waiting(house, house.clerk(), &held).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn c_6_3_3_nobody_is_sent_on_a_way_that_ends_in_a_refusal() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        let sd = house.clerk_at_sd();
        assert_eq!(codes(refer(house, sd.clone(), held.id, ServiceName::Replace).await), ["one_card_only"]);
        assert_eq!(field(refer(house, sd.clone(), held.id, ServiceName::Restore).await), "service");
        refer(house, sd.clone(), held.id, ServiceName::Cancel).await.unwrap();
        cancel(house, house.clerk(), held.id, CancelReason::Wish, in_person()).await.unwrap();
        assert!(waiting(house, house.clerk(), &held).await.is_empty());
        assert_eq!(codes(refer(house, sd.clone(), held.id, ServiceName::Cancel).await), ["card_cancelled"]);
        // A One-Card that was lost and cancelled can still be replaced there.
        let gone = one_card(house, 2).await;
        report(house, sd.clone(), gone.id, in_person()).await.unwrap();
        cancel(house, house.clerk(), gone.id, CancelReason::Wish, in_person()).await.unwrap();
        refer(house, sd.clone(), gone.id, ServiceName::Replace).await.unwrap();
        let by_agent = Refer { card: gone.id, service: ServiceName::Replace, check: agent_of(1) };
        let refused = house.service.write(sd, async |op| cards::refer(op, by_agent.clone()).await).await;
        assert!(matches!(refused, Err(Error::Refused(_))), "the papers are another's");
    })
    .await;
}
