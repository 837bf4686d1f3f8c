//! Table A1 as pure rules: who may hold what, and through which door.

use documents::DocumentKind;

use super::CardKind;
use crate::kernel::{Blocker, Channel};
use crate::readers::ADULT_FROM;

/// Whether a document of this kind can itself be the card. The residence permit of Hong Kong, Macao and Taiwan residents is
/// a residence permit, so it can; since Table A1 also names these readers for the One-Card, they may choose.
fn can_be_card(document: DocumentKind) -> bool {
    matches!(
        document,
        DocumentKind::ResidentId
            | DocumentKind::ResidencePermit
            | DocumentKind::PermanentResident
            | DocumentKind::HmtResidencePermit
    )
}

/// The kinds of card that a reader of this age may choose from with this document.
///
/// Until 16 the note to Table A1 lets the reader choose between the ID card and the One-Card, without a condition. A child who
/// has no ID card yet shows the household register, which carries the same citizen number: that number is the account, so the
/// choice is theirs too. The One-Card comes first, since the table names the register in its row.
#[must_use]
pub fn choices(document: DocumentKind, age: i32) -> &'static [CardKind] {
    if document == DocumentKind::HouseholdRegister && age < ADULT_FROM {
        return &[CardKind::OneCard, CardKind::Document];
    }
    match (can_be_card(document), age < ADULT_FROM || document == DocumentKind::HmtResidencePermit) {
        (true, true) => &[CardKind::Document, CardKind::OneCard],
        (true, false) => &[CardKind::Document],
        (false, _) => &[CardKind::OneCard],
    }
}

/// What keeps this card from being opened for a reader of this age with this document through this door; nothing, when it
/// may be.
#[must_use]
pub fn may_be_opened(kind: CardKind, document: DocumentKind, age: i32, channel: Channel) -> Vec<Blocker> {
    let mut blockers = Vec::new();
    if !choices(document, age).contains(&kind) {
        blockers.push(match kind {
            CardKind::Document => Blocker::DocumentCannotBeCard,
            CardKind::OneCard => Blocker::DocumentIsTheCard,
        });
    }
    if kind == CardKind::OneCard && !channel.is_staffed() {
        blockers.push(Blocker::OneCardAtDeskOnly);
    }
    if age < ADULT_FROM && !channel.is_staffed() {
        blockers.push(Blocker::MinorAtDeskOnly);
    }
    blockers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_1_an_adult_with_a_document_that_can_be_the_card_uses_it() {
        use DocumentKind::{PermanentResident, ResidencePermit, ResidentId};
        for document in [ResidentId, ResidencePermit, PermanentResident] {
            assert_eq!(choices(document, 16), [CardKind::Document]);
            assert!(may_be_opened(CardKind::Document, document, 16, Channel::SelfService).is_empty());
            assert_eq!(
                may_be_opened(CardKind::OneCard, document, 16, Channel::Desk),
                [Blocker::DocumentIsTheCard]
            );
        }
    }

    #[test]
    fn a_1_who_has_no_such_document_gets_a_one_card_at_a_desk() {
        use DocumentKind::{HkMacaoPermit, HouseholdRegister, MilitaryId, Other, Passport, TaiwanPermit};
        for document in [HkMacaoPermit, HouseholdRegister, MilitaryId, Other, Passport, TaiwanPermit] {
            assert_eq!(choices(document, 40), [CardKind::OneCard]);
            assert!(may_be_opened(CardKind::OneCard, document, 40, Channel::Desk).is_empty());
            assert_eq!(
                may_be_opened(CardKind::OneCard, document, 40, Channel::Machine),
                [Blocker::OneCardAtDeskOnly]
            );
            assert_eq!(
                may_be_opened(CardKind::Document, document, 40, Channel::Desk),
                [Blocker::DocumentCannotBeCard]
            );
        }
    }

    #[test]
    fn a_1_under_16_the_reader_chooses_and_the_guardian_comes_to_the_desk() {
        assert_eq!(choices(DocumentKind::ResidentId, 15), CardKind::ALL);
        assert_eq!(choices(DocumentKind::HouseholdRegister, 15), [CardKind::OneCard, CardKind::Document]);
        assert_eq!(choices(DocumentKind::HouseholdRegister, 16), [CardKind::OneCard]);
        assert_eq!(choices(DocumentKind::Passport, 15), [CardKind::OneCard]);
        assert!(may_be_opened(CardKind::OneCard, DocumentKind::ResidentId, 15, Channel::Desk).is_empty());
        assert_eq!(
            may_be_opened(CardKind::Document, DocumentKind::ResidentId, 15, Channel::SelfService),
            [Blocker::MinorAtDeskOnly]
        );
    }
}
