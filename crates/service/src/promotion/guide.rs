//! Which card somebody can get, where, and what to bring (Table A1, A.2.1): asked of the rules that open cards, so that what is published
//! and what is done are one.

use documents::DocumentKind;

use crate::applications;
use crate::cards::{CardKind, choices, may_be_opened};
use crate::kernel::{Blocker, Channel, Op, Result};
use crate::libraries::{ServicePointKind, tree};
use crate::readers::ADULT_FROM;

/// The doors that one person may go to, in the order in which they are told. A unit's list (6.1.3) is none of them.
pub const DOORS: [Channel; 6] = [
    Channel::Desk,
    Channel::SelfService,
    Channel::Machine,
    Channel::Online,
    Channel::Yuedutong,
    Channel::MobilePoint,
];

/// A card of a kind, to be had at a door.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    /// Which kind of card.
    pub kind: CardKind,
    /// At which door.
    pub door: Channel,
}

/// What is brought along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bring {
    /// The document, the original.
    Document,
    /// A phone number; where nobody is there to see the reader, the phone itself.
    Phone,
    /// The guardian comes along, and signs (Table A1, note).
    Guardian,
    /// The guardian's own document.
    GuardianDocument,
}

impl Bring {
    /// The stable word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Phone => "phone",
            Self::Guardian => "guardian",
            Self::GuardianDocument => "guardian_document",
        }
    }
}

/// What the rules say to somebody of an age with a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    /// The kinds of card that they may choose from; the first is the usual one.
    pub kinds: &'static [CardKind],
    /// Where they get which.
    pub ways: Vec<Way>,
    /// What they bring along.
    pub bring: Vec<Bring>,
    /// The kinds that they can't have, and why.
    pub not: Vec<(CardKind, Vec<Blocker>)>,
    /// The doors at which they get none, and why.
    pub shut: Vec<(Channel, Vec<Blocker>)>,
}

impl Advice {
    /// The doors at which a kind of card is to be had.
    pub fn doors(&self, kind: CardKind) -> impl Iterator<Item = Channel> {
        self.ways.iter().filter(move |way| way.kind == kind).map(|way| way.door)
    }
}

/// What the rules say.
#[must_use]
pub fn advise(document: DocumentKind, age: i32) -> Advice {
    let kinds = choices(document, age);
    let against = |kind, door| may_be_opened(kind, document, age, door);
    let mut ways = Vec::new();
    let mut shut = Vec::new();
    for door in DOORS {
        let open: Vec<Way> = kinds
            .iter()
            .filter(|kind| against(**kind, door).is_empty())
            .map(|kind| Way { kind: *kind, door })
            .collect();
        if let ([], Some(usual)) = (open.as_slice(), kinds.first()) {
            shut.push((door, against(*usual, door)));
        }
        ways.extend(open);
    }
    let mut bring = vec![Bring::Document, Bring::Phone];
    if age < ADULT_FROM {
        bring.extend([Bring::Guardian, Bring::GuardianDocument]);
    }
    let others = CardKind::ALL.into_iter().filter(|kind| !kinds.contains(kind));
    let not = others.map(|kind| (kind, against(kind, Channel::Desk))).collect();
    Advice { kinds, ways, bring, not, shut }
}

/// A row of Table A1: documents with which the same holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The documents.
    pub documents: Vec<DocumentKind>,
    /// What holds from 16 on.
    pub adult: Advice,
    /// What holds before.
    pub minor: Advice,
}

/// Table A1, made of the rules.
#[must_use]
pub fn table_a1() -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for document in DocumentKind::ALL {
        let (adult, minor) = (advise(document, ADULT_FROM), advise(document, ADULT_FROM - 1));
        match rows.iter_mut().find(|row| row.adult == adult && row.minor == minor) {
            Some(row) => row.documents.push(document),
            None => rows.push(Row { documents: vec![document], adult, minor }),
        }
    }
    rows
}

/// The doors that there are just now: those that some service point has, the web where a library opens cards there, and the province's,
/// which is nobody's here to shut. Anybody may ask.
///
/// # Errors
/// When the database can't be asked.
pub async fn doors_offered(op: &Op) -> Result<Vec<Channel>> {
    let tree = tree(op).await?;
    let Some(root) = tree.root() else { return Ok(Vec::new()) };
    let online = !applications::places(op).await?.is_empty();
    let has = |kind: ServicePointKind| tree.points_under(root.id).any(|point| point.kind == kind);
    let offered = |door: &Channel| match door {
        Channel::Desk => has(ServicePointKind::Desk),
        Channel::SelfService => has(ServicePointKind::Kiosk),
        Channel::Machine => has(ServicePointKind::Machine),
        Channel::MobilePoint => has(ServicePointKind::MobilePoint),
        Channel::Online => online,
        Channel::Yuedutong => true,
        Channel::Group => false,
    };
    Ok(DOORS.into_iter().filter(offered).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_1_every_document_stands_in_one_row_and_the_row_is_what_the_rules_say() {
        let rows = table_a1();
        let mut listed: Vec<DocumentKind> = rows.iter().flat_map(|row| row.documents.clone()).collect();
        listed.sort();
        assert_eq!(listed, DocumentKind::ALL, "each once");
        for row in &rows {
            for document in &row.documents {
                for age in [0, 15, 16, 80] {
                    let advice = if age < 16 { &row.minor } else { &row.adult };
                    for kind in CardKind::ALL {
                        for door in DOORS {
                            let told = advice.ways.contains(&Way { kind, door });
                            assert_eq!(
                                told,
                                may_be_opened(kind, *document, age, door).is_empty(),
                                "{document} {age} {door}"
                            );
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn a_1_who_is_under_16_is_told_of_the_guardian_and_of_no_door_without_staff() {
        let advice = advise(DocumentKind::ResidentId, 15);
        assert!(advice.bring.contains(&Bring::Guardian) && advice.bring.contains(&Bring::GuardianDocument));
        assert!(advice.ways.iter().all(|way| way.door.is_staffed()));
        let online =
            advice.shut.iter().find(|(door, _)| *door == Channel::Online).map(|(_, why)| why.as_slice());
        assert_eq!(online, Some(&[Blocker::MinorAtDeskOnly][..]));
        let adult = advise(DocumentKind::ResidentId, 16);
        assert!(!adult.bring.contains(&Bring::Guardian) && adult.shut.is_empty());
        assert_eq!(adult.not, [(CardKind::OneCard, vec![Blocker::DocumentIsTheCard])]);
    }
}
