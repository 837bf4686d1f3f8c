//! Long lives of cards, thrown by dice, through the public surface; beside them a model in memory that knows the clauses in its
//! own simple words. After every step both must say the same.

use chrono::{DateTime, TimeDelta, Utc};
use service::Error;
use service::cards::{self, CancelReason, CardKind, CardState, RestoreReason};
use service::kernel::{Actor, Blocker, CardId, Known, ReaderId, Standing};
use service::libraries::{Policy, set_policy};
use service::testing::{House, child, on_both_databases};

use super::races::Dice;
use super::{
    by_phone, cancel, card, change_kind, clerk, guardian_of, in_person, replace_by, report, restore, tick,
    undo, verify,
};

/// What somebody does.
#[derive(Clone, Copy, Debug)]
enum Step {
    Report,
    ReportByPhone { right: bool },
    Undo,
    Confirm,
    Restore,
    Cancel,
    Replace,
    ReplaceWithUsedBarcode,
    ChangeKind,
    Open,
    Lend,
    Return,
    Charge,
    Pay,
    Wait { minutes: i64 },
}

fn throw(dice: &mut Dice) -> Step {
    match dice.roll(20) {
        0..=2 => Step::Report,
        3 => Step::ReportByPhone { right: true },
        4 => Step::ReportByPhone { right: false },
        5 | 6 => Step::Undo,
        7 => Step::Confirm,
        8 | 9 => Step::Restore,
        10 => Step::Cancel,
        11 => Step::Replace,
        12 => Step::ReplaceWithUsedBarcode,
        13 => Step::ChangeKind,
        14 => Step::Open,
        15 => Step::Lend,
        16 => Step::Return,
        17 => Step::Charge,
        18 => Step::Pay,
        _ => Step::Wait { minutes: [1, 20, 40][usize::try_from(dice.roll(3)).unwrap()] },
    }
}

/// A card as the model knows it.
#[derive(Clone, Debug)]
struct Card {
    id: CardId,
    kind: CardKind,
    number: String,
    state: CardState,
    was_lost: bool,
    replaced: bool,
    to_confirm: bool,
    lost_by: usize,
    lost_at: DateTime<Utc>,
}

/// The reader as the model knows them.
#[derive(Debug, Default)]
struct Model {
    reader: Option<ReaderId>,
    cards: Vec<Card>,
    loans: u32,
    charges: i64,
    wrong_calls: u32,
    wrong_at: DateTime<Utc>,
    locked_until: DateTime<Utc>,
}

/// What the model expects: done, or these codes.
type Expected = Result<(), Vec<&'static str>>;

impl Model {
    fn last(&mut self) -> &mut Card {
        self.cards.last_mut().unwrap()
    }

    /// Why a card that is gone does not do: or nothing.
    fn gone(card: &Card) -> Option<&'static str> {
        let word = if card.replaced { "card_replaced" } else { "card_cancelled" };
        (card.state == CardState::Cancelled).then_some(word)
    }

    fn owes(&self, card: &Card) -> Vec<&'static str> {
        let mut codes = Vec::new();
        if card.state != CardState::Cancelled && self.loans > 0 {
            codes.push("loans_out");
        }
        if card.state != CardState::Cancelled && self.charges > 0 {
            codes.push("charges_unpaid");
        }
        codes
    }

    /// What the clauses say of a step on the last card, by this clerk, at the issuing library or elsewhere; and its effect.
    fn step(&mut self, step: Step, who: usize, here: bool, now: DateTime<Utc>) -> Expected {
        let card = self.last().clone();
        let mut codes: Vec<&'static str> = Vec::new();
        let lost = card.state == CardState::Lost;
        let active = card.state == CardState::Active;
        let wants_successor = card.state == CardState::Cancelled && card.was_lost && !card.replaced;
        match step {
            Step::Report | Step::ReportByPhone { .. } => {
                codes.extend(Self::gone(&card));
                codes.extend(lost.then_some("card_lost"));
                if let Step::ReportByPhone { right } = step {
                    if self.locked_until > now {
                        return Err(vec!["locked"]);
                    }
                    if !right {
                        codes.push("phone_answers_wrong");
                        self.count(now);
                    }
                }
            }
            Step::Undo => {
                codes.extend(Self::gone(&card));
                codes.extend(active.then_some("card_active"));
                let late = now > card.lost_at + TimeDelta::minutes(30);
                codes.extend((lost && card.lost_by != who).then_some("reported_by_another"));
                codes.extend((lost && card.lost_by == who && late).then_some("too_late_to_undo"));
            }
            Step::Confirm => {
                codes.extend(Self::gone(&card));
                codes.extend(active.then_some("card_active"));
                codes.extend((lost && !card.to_confirm).then_some("card_lost"));
            }
            Step::Restore => {
                codes.extend(Self::gone(&card));
                codes.extend(active.then_some("card_active"));
            }
            Step::Cancel => {
                codes.extend(Self::gone(&card));
                codes.extend((!here).then_some("issuing_library_only"));
                codes.extend(self.owes(&card));
            }
            Step::Replace | Step::ReplaceWithUsedBarcode => {
                codes.extend(Self::gone(&card).filter(|_| !wants_successor));
                let document = card.kind == CardKind::Document;
                codes.extend((!here && !document).then_some("issuing_library_only"));
                codes.extend(document.then_some("one_card_only"));
                codes.extend(self.owes(&card));
                codes.extend(matches!(step, Step::ReplaceWithUsedBarcode).then_some("barcode_in_use"));
            }
            Step::ChangeKind => {
                codes.extend(Self::gone(&card));
                codes.extend(lost.then_some("card_lost"));
            }
            Step::Lend => {
                codes.extend((card.state == CardState::Cancelled).then_some("card_cancelled"));
                codes.extend(lost.then_some("card_lost"));
            }
            Step::Open => codes.extend((card.state != CardState::Cancelled).then_some("already_holds_card")),
            Step::Return | Step::Charge | Step::Pay | Step::Wait { .. } => {}
        }
        codes.sort_unstable();
        if codes.is_empty() { Ok(()) } else { Err(codes) }
    }

    /// A wrong call: five lock for a quarter of an hour, which is also how long they are remembered.
    fn count(&mut self, now: DateTime<Utc>) {
        let remembered = now - self.wrong_at < TimeDelta::minutes(15) && self.locked_until <= self.wrong_at;
        self.wrong_calls = if remembered { self.wrong_calls } else { 0 } + 1;
        self.wrong_at = now;
        if self.wrong_calls >= 5 {
            self.locked_until = now + TimeDelta::minutes(15);
        }
    }

    /// What was done, done to the model.
    fn follow(
        &mut self,
        step: Step,
        who: usize,
        now: DateTime<Utc>,
        new: Option<(CardId, CardKind, String)>,
    ) {
        match step {
            Step::Report | Step::ReportByPhone { .. } => {
                let by_phone = matches!(step, Step::ReportByPhone { .. });
                if by_phone {
                    self.wrong_calls = 0;
                }
                let card = self.last();
                (card.state, card.lost_by, card.lost_at, card.to_confirm) =
                    (CardState::Lost, who, now, by_phone);
            }
            Step::Undo | Step::Restore => {
                let card = self.last();
                (card.state, card.to_confirm) = (CardState::Active, false);
            }
            Step::Confirm => self.last().to_confirm = false,
            Step::Cancel => {
                let card = self.last();
                card.was_lost = card.state == CardState::Lost;
                (card.state, card.to_confirm) = (CardState::Cancelled, false);
            }
            Step::Replace | Step::ReplaceWithUsedBarcode => {
                let card = self.last();
                (card.state, card.was_lost, card.replaced, card.to_confirm) =
                    (CardState::Cancelled, true, true, false);
                self.add(new.unwrap(), now);
            }
            Step::ChangeKind => {
                let (_, kind, number) = new.unwrap();
                let card = self.last();
                (card.kind, card.number) = (kind, number);
            }
            Step::Open => self.add(new.unwrap(), now),
            Step::Lend => self.loans += 1,
            Step::Return => self.loans = 0,
            Step::Charge => self.charges += 50,
            Step::Pay => self.charges = 0,
            Step::Wait { .. } => {}
        }
    }

    fn add(&mut self, (id, kind, number): (CardId, CardKind, String), now: DateTime<Utc>) {
        self.cards.push(Card {
            id,
            kind,
            number,
            state: CardState::Active,
            was_lost: false,
            replaced: false,
            to_confirm: false,
            lost_by: 0,
            lost_at: now,
        });
    }
}

/// One life: the house, the clerks who take part, and the next new barcode.
struct Life<'a> {
    house: &'a House,
    serial: u32,
    next: u32,
}

type New = Option<(CardId, CardKind, String)>;

impl Life<'_> {
    fn clerk(&self, who: usize) -> (Actor, bool) {
        match who {
            0 => (clerk(self.house, 1), true),
            1 => (clerk(self.house, 2), true),
            2 => (Actor { who: clerk(self.house, 3).who, ..self.house.clerk_at_branch() }, true),
            _ => (Actor { who: clerk(self.house, 4).who, ..self.house.clerk_at_sd() }, false),
        }
    }

    fn barcode(&mut self) -> String {
        self.next += 1;
        format!("FS{:08}", self.serial * 1000 + self.next)
    }

    async fn open(&mut self, actor: Actor, kind: CardKind) -> service::Result<New> {
        let mut request = child(self.serial);
        request.kind = kind;
        if kind == CardKind::OneCard {
            request.barcode = self.barcode();
        }
        tick(self.house);
        let opened =
            self.house.service.write(actor, async |op| cards::open(op, request.clone()).await).await?.card;
        Ok(Some((opened.id, opened.kind, opened.number)))
    }

    async fn really(&mut self, step: Step, actor: Actor, model: &Model) -> service::Result<New> {
        let house = self.house;
        let card = model.cards.last().unwrap();
        let reader = model.reader.unwrap();
        let standing = |loans, charges| Known::Standing(Standing { loans, overdue: 0, charges });
        let changed =
            |change: cards::CardChange| Some((change.card.id, change.card.kind, change.card.number));
        let number = child(self.serial).documents[0].number.clone();
        match step {
            Step::Report => report(house, actor, card.id, in_person()).await.map(changed),
            Step::ReportByPhone { right } => {
                let phone = if right { format!("{:04}", self.serial) } else { "9999".to_owned() };
                let answers = [
                    ("birth_date", "2017-03-09"),
                    ("document_end", &number[14..]),
                    ("phone", phone.as_str()),
                ];
                report(house, actor, card.id, by_phone(&answers)).await.map(changed)
            }
            Step::Undo => undo(house, actor, card.id).await.map(changed),
            Step::Confirm => {
                tick(house);
                let request = cards::ConfirmLoss { card: card.id, check: in_person() };
                let confirm =
                    house.service.write(actor, async |op| cards::confirm_loss(op, request.clone()).await);
                confirm.await.map(changed)
            }
            Step::Restore => {
                restore(house, actor, card.id, RestoreReason::Found, in_person()).await.map(changed)
            }
            Step::Cancel => {
                cancel(house, actor, card.id, CancelReason::Wish, guardian_of(self.serial)).await.map(changed)
            }
            Step::Replace => {
                let barcode = self.barcode();
                replace_by(house, actor, card.id, &barcode, guardian_of(self.serial)).await.map(changed)
            }
            Step::ReplaceWithUsedBarcode => {
                replace_by(house, actor, card.id, "FS00009999", guardian_of(self.serial)).await.map(changed)
            }
            Step::ChangeKind => {
                let (to, barcode) = match card.kind {
                    CardKind::Document => (CardKind::OneCard, self.barcode()),
                    CardKind::OneCard => (CardKind::Document, String::new()),
                };
                change_kind(house, actor, card.id, to, &barcode, guardian_of(self.serial)).await.map(changed)
            }
            Step::Open => {
                let kind = if self.next.is_multiple_of(2) { CardKind::OneCard } else { CardKind::Document };
                self.open(actor, kind).await
            }
            Step::Lend => house.lend(actor, card.id, reader).await.map(|()| None),
            Step::Return => {
                house.circulation.tell(reader, standing(0, model.charges));
                Ok(None)
            }
            Step::Charge => {
                house.circulation.tell(reader, standing(model.loans, model.charges + 50));
                Ok(None)
            }
            Step::Pay => {
                house.circulation.tell(reader, standing(model.loans, 0));
                Ok(None)
            }
            Step::Wait { minutes } => {
                house.clock.advance(TimeDelta::minutes(minutes));
                Ok(None)
            }
        }
    }

    /// Every card and number is as the model knows it.
    async fn compare(&self, model: &Model, told: &str) {
        let reader = model.reader.unwrap();
        let mut all = self
            .house
            .service
            .read(self.house.clerk(), async |op| cards::cards_of(op, reader).await)
            .await
            .unwrap();
        all.sort_by_key(|card| card.opened_at);
        let found: Vec<_> = all
            .iter()
            .map(|card| (card.id, card.kind, card.number.clone(), card.state, card.replaced_by.is_some()))
            .collect();
        let expected: Vec<_> = model
            .cards
            .iter()
            .map(|card| (card.id, card.kind, card.number.clone(), card.state, card.replaced))
            .collect();
        assert_eq!(found, expected, "{told}");
        let last = card(self.house, model.cards.last().unwrap().id).await;
        assert_eq!(last.confirm_loss_by.is_some(), model.cards.last().unwrap().to_confirm, "{told}");
    }
}

async fn live(house: &House, serial: u32, steps: usize) {
    let mut dice = Dice::new(u64::from(serial));
    let mut life = Life { house, serial, next: 0 };
    let mut model = Model::default();
    let opener = clerk(house, 1);
    let first = life.open(opener, CardKind::OneCard).await.unwrap().unwrap();
    model.reader = Some(card(house, first.0).await.reader);
    model.add(first, house.clock.now());
    house.circulation.tell(model.reader.unwrap(), Known::Standing(Standing::default()));
    let mut told = String::new();
    for _ in 0..steps {
        let step = throw(&mut dice);
        // A card that was opened elsewhere would be issued elsewhere: the model keeps to FS.
        let who = usize::try_from(dice.roll(if matches!(step, Step::Open) { 2 } else { 4 })).unwrap();
        let (actor, here) = life.clerk(who);
        told.push_str(&format!("{step:?} by {who}; "));
        let result = life.really(step, actor, &model).await;
        let now = house.clock.now();
        let expected = model.step(step, who, here, now);
        let found = match &result {
            Ok(_) => Ok(()),
            Err(Error::Refused(blockers)) => {
                let mut codes: Vec<&str> = blockers.iter().map(Blocker::code).collect();
                codes.sort_unstable();
                Err(codes)
            }
            Err(Error::TooManyTries(_)) => Err(vec!["locked"]),
            Err(other) => panic!("{told}: {other:?}"),
        };
        assert_eq!(found, expected, "{told}");
        if let Ok(new) = result {
            model.follow(step, who, now, new);
        }
        life.compare(&model, &told).await;
    }
}

#[tokio::test]
async fn a_4_long_lives_of_cards_go_as_the_model_says() {
    on_both_databases(async |house| {
        let root = house.root;
        let days =
            async |op: &service::kernel::Op| set_policy(op, root, Policy::LossConfirmDays, Some("7")).await;
        house.service.write(house.system(), days).await.unwrap();
        let mut used = service::testing::macao_resident(9999);
        used.barcode = "FS00009999".to_owned();
        super::open(house, house.clerk(), used).await;
        for serial in 1..=24 {
            live(house, serial, 40).await;
        }
        verify(house).await;
    })
    .await;
}
