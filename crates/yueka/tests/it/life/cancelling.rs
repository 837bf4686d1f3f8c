//! Cancelling: 6.3.3, 6.3.4, A.4.3.

use service::cards::password::{ResetPassword, reset_password};
use service::cards::{self, Cancel, CancelReason, CardState};
use service::kernel::{Actor, Known, LibraryId, Standing, SystemName};
use service::records::{CheckMethod, IdentityCheck};
use service::testing::{adult, child, on_both_databases};

use super::{
    agent_of, cancel, card, codes, document_card, field, guardian_of, history, in_person, keyed, one_card,
    open, report,
};

const WISH: CancelReason = CancelReason::Wish;

#[tokio::test]
async fn c_6_3_3_the_issuing_library_alone_cancels_its_branches_included() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        assert_eq!(
            codes(cancel(house, house.clerk_at_sd(), held.id, WISH, in_person()).await),
            ["issuing_library_only"]
        );
        let federation = Actor { library: house.root, ..house.clerk() };
        assert_eq!(
            codes(cancel(house, federation, held.id, WISH, in_person()).await),
            ["issuing_library_only"]
        );
        let change = cancel(house, house.clerk_at_branch(), held.id, WISH, in_person()).await.unwrap();
        assert_eq!((change.card.state, change.card.state_since), (CardState::Cancelled, house.clock.now()));
        assert_eq!(change.card.cancel_reason.as_deref(), Some("wish"));

        // A card that the branch issued is cancelled at its mother library too.
        let at_branch = open(house, house.clerk_at_branch(), adult(2)).await.card;
        assert_eq!(at_branch.issuing_library, house.branch);
        cancel(house, house.clerk(), at_branch.id, WISH, in_person()).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_4_3_a_cancelled_card_never_works_again_and_the_reader_may_open_another() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        cancel(house, house.clerk(), held.id, WISH, in_person()).await.unwrap();
        assert_eq!(codes(cancel(house, house.clerk(), held.id, WISH, in_person()).await), ["card_cancelled"]);
        assert_eq!(codes(report(house, house.clerk(), held.id, in_person()).await), ["card_cancelled"]);
        let restored =
            super::restore(house, house.clerk(), held.id, cards::RestoreReason::Found, in_person());
        assert_eq!(codes(restored.await), ["card_cancelled"]);
        assert!(house.lend(house.clerk(), held.id, held.reader).await.is_err());
        let next = open(house, house.clerk_at_sd(), adult(1)).await.card;
        assert_eq!((next.reader, next.issuing_library), (held.reader, house.sd));
        assert_ne!(next.number, held.number);
        assert_eq!(card(house, held.id).await.state, CardState::Cancelled);
    })
    .await;
}

#[tokio::test]
async fn c_6_3_4_nothing_is_out_and_nothing_owed() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        let try_with = async |known| {
            house.circulation.tell(held.reader, known);
            cancel(house, house.clerk(), held.id, WISH, in_person()).await
        };
        let standing = |loans, charges| Known::Standing(Standing { loans, overdue: 0, charges });
        assert_eq!(codes(try_with(standing(2, 0)).await), ["loans_out"]);
        assert_eq!(codes(try_with(standing(0, 50)).await), ["charges_unpaid"]);
        assert_eq!(codes(try_with(standing(1, 50)).await), ["loans_out", "charges_unpaid"]);
        assert_eq!(
            codes(try_with(Known::Unavailable(SystemName::of("ILAS"))).await),
            ["circulation_unavailable"]
        );
        assert_eq!(card(house, held.id).await.state, CardState::Active);
        try_with(standing(0, 0)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_6_3_4_without_a_circulation_the_clerk_looks_it_up_and_says_so() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        let request =
            Cancel { card: held.id, reason: WISH, circulation_checked: false, check: in_person() };
        let unchecked = house.service.write(house.clerk(), async |op| cards::cancel(op, request.clone()).await);
        assert_eq!(codes(unchecked.await), ["circulation_not_checked"]);
        cancel(house, house.clerk(), held.id, WISH, in_person()).await.unwrap();
        assert_eq!(
            house
                .tamper("DELETE FROM service_records WHERE service = 'cancel' AND detail LIKE '%\"circulation\":\"clerk\"%'")
                .await
                .unwrap(),
            1
        );
    })
    .await;
}

#[tokio::test]
async fn a_4_3_the_reader_brings_their_document_or_a_guardian_or_after_death_an_agent() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        assert_eq!(codes(cancel(house, house.clerk(), held.id, WISH, agent_of(1)).await), ["in_person_only"]);
        let deceased = CancelReason::Deceased;
        assert_eq!(field(cancel(house, house.clerk(), held.id, deceased, in_person()).await), "reason");
        let mut without = agent_of(1);
        without.authorization = None;
        assert_eq!(
            codes(cancel(house, house.clerk(), held.id, deceased, without).await),
            ["authorization_missing"]
        );
        cancel(house, house.clerk(), held.id, deceased, agent_of(1)).await.unwrap();

        let minor = open(house, house.clerk(), child(2)).await.card;
        let alone = cancel(house, house.clerk(), minor.id, WISH, in_person()).await;
        assert_eq!(codes(alone), ["guardian_needed"], "a child does not give its card up alone");
        let request = CancelReason::GuardianRequest;
        assert_eq!(field(cancel(house, house.clerk(), minor.id, request, in_person()).await), "reason");
        cancel(house, house.clerk(), minor.id, request, guardian_of(2)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_4_2_2_one_document_is_not_two_people_and_a_name_that_was_told_is_the_readers() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        let deceased = CancelReason::Deceased;
        let mut twice = agent_of(1);
        let own = twice.principal.as_ref().unwrap().document_number.clone();
        twice.agent.as_mut().unwrap().document_number = own;
        assert_eq!(
            codes(cancel(house, house.clerk(), held.id, deceased, twice).await),
            ["authorization_missing"]
        );
        let named = |name: &str| {
            let mut check = agent_of(1);
            check.principal.as_mut().unwrap().name = name.to_owned();
            check
        };
        assert_eq!(
            codes(cancel(house, house.clerk(), held.id, deceased, named("欧阳别人")).await),
            ["principal_is_another"]
        );
        cancel(house, house.clerk(), held.id, deceased, named(&adult(1).reader.name)).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn c_6_2_1_at_a_desk_a_device_read_a_document_and_nobody_typed_a_password() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        for (method, wrong) in [
            (CheckMethod::ReaderDevice, "identity_check.document"),
            (CheckMethod::Password, "identity_check.method"),
            (CheckMethod::Online, "identity_check.method"),
        ] {
            let check = IdentityCheck::of_the_person(method);
            let found = cards::RestoreReason::Found;
            let restored = super::restore(house, house.clerk(), held.id, found, check.clone()).await;
            assert_eq!(field(restored), wrong);
            assert_eq!(field(cancel(house, house.clerk(), held.id, WISH, check.clone()).await), wrong);
            let request = ResetPassword { reader: held.reader, check };
            let reset =
                house.service.write(house.clerk(), async |op| reset_password(op, request.clone()).await);
            assert!(
                matches!(reset.await, Err(service::Error::Invalid(invalid)) if invalid.0[0].field == wrong)
            );
        }
        let mut read = IdentityCheck::of_the_person(CheckMethod::ReaderDevice);
        read.document = agent_of(1).principal;
        cancel(house, house.clerk(), held.id, WISH, read).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_4_3_a_lost_card_is_cancelled_too_and_the_same_key_cancels_once() {
    on_both_databases(async |house| {
        let held = one_card(house, 1).await;
        report(house, house.clerk_at_sd(), held.id, in_person()).await.unwrap();
        let call = keyed(house.clerk(), "once");
        let first = cancel(house, call.clone(), held.id, CancelReason::MovedAway, in_person()).await.unwrap();
        let again = cancel(house, call, held.id, CancelReason::MovedAway, in_person()).await.unwrap();
        assert!(first.card.was_lost && again.repeated);
        let services: Vec<String> =
            history(house, &held).await.into_iter().map(|entry| entry.service).collect();
        assert_eq!(services, ["open_card", "report_loss", "cancel"]);
    })
    .await;
}

#[tokio::test]
async fn c_6_3_3_for_a_library_that_was_closed_the_federation_stands_in() {
    on_both_databases(async |house| {
        let held = document_card(house, 1).await;
        let nowhere = LibraryId(uuid::Uuid::nil());
        assert_ne!(held.issuing_library, nowhere);
        house.tamper("UPDATE libraries SET open = NOT open WHERE code IN ('FS', 'FS-ZM')").await.unwrap();
        assert_eq!(
            codes(cancel(house, house.clerk_at_sd(), held.id, WISH, in_person()).await),
            ["issuing_library_only"]
        );
        let federation = Actor { library: house.root, ..house.clerk_at_sd() };
        cancel(house, federation, held.id, WISH, in_person()).await.unwrap();
    })
    .await;
}
