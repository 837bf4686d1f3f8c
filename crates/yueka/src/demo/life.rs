//! The life of some cards, so that there is something on every list: through the services themselves, by the demo's own staff, now.

use anyhow::{Context, Result, bail};
use chrono::Days;
use service::Service;
use service::cards::{self, CardView, Refer, ReportLoss};
use service::kernel::{Actor, Channel, Role, ServiceName, Who};
use service::readers::{self, NewBlock, NewNote, RequestChange};
use service::records::{CheckMethod, File, IdentityCheck};

use super::accounts::Staff;
use super::chosen::Chosen;
use super::libraries::Federation;
use super::manifest::DemoReader;

/// A paper that proves another name.
const EVIDENCE: &[u8] = include_bytes!("evidence.png");

/// The demo as its staff see it.
pub struct Scene<'a> {
    pub service: &'a Service,
    pub federation: &'a Federation,
    pub staff: &'a [Staff],
    pub chosen: &'a [Chosen],
}

impl Scene<'_> {
    /// Somebody of the staff at the first desk of their library.
    fn at_desk(&self, username: &str) -> Result<Actor> {
        let staff =
            self.staff.iter().find(|staff| staff.username == username).context(username.to_owned())?;
        let place = self.federation.place(staff.library).context(staff.library)?;
        let role: Role = staff.role;
        Ok(Actor {
            who: Who::Staff(staff.id),
            library: place.library,
            service_point: place.point("D1"),
            scope: place.library,
            rights: role.rights().to_vec(),
            channel: Channel::Desk,
        })
    }

    async fn card(&self, readers: &[DemoReader], sort: &str) -> Result<CardView> {
        let reader = readers.iter().find(|reader| reader.sort == sort).context(sort.to_owned())?;
        let number = reader.number.clone();
        let found = self.service.read(self.federation.actor(), async move |op| {
            let id = cards::by_number(op, &number).await?;
            cards::card(op, id).await
        });
        Ok(found.await?)
    }

    /// Plays it; what became of a card is noted in the list.
    pub async fn play(&self, readers: &mut [DemoReader]) -> Result<()> {
        self.notes_and_a_referral(readers).await?;
        self.a_block(readers).await?;
        self.a_request(readers).await?;
        self.a_call(readers).await
    }

    /// What staff tell each other about a reader, who was sent to the library that issued the card.
    async fn notes_and_a_referral(&self, readers: &[DemoReader]) -> Result<()> {
        let held = self.card(readers, "one_card_passport").await?;
        let notes = [
            ("证件照与本人现在的样子差别较大，核对时请看护照原件。", "federation", true),
            ("常借葡语书，有新到的可以告诉她。", "library", false),
        ];
        let notes = notes.map(|(text, visibility, alert)| NewNote {
            reader: held.reader,
            text: text.to_owned(),
            visibility: visibility.to_owned(),
            alert,
            until: String::new(),
        });
        let written = self.service.write(self.at_desk("chen.min")?, async move |op| {
            for note in &notes {
                readers::add_note(op, note.clone()).await?;
            }
            Ok(())
        });
        written.await?;
        let check = IdentityCheck::of_the_person(CheckMethod::ByEye);
        let sent = Refer { card: held.id, service: ServiceName::Replace, check };
        let referred = self
            .service
            .write(self.at_desk("he.jiaxin")?, async move |op| cards::refer(op, sent.clone()).await);
        referred.await?;
        Ok(())
    }

    /// A reader who may not borrow for a while.
    async fn a_block(&self, readers: &[DemoReader]) -> Result<()> {
        let reader = self.card(readers, "one_card_macao_permit").await?.reader;
        let until = self.service.clock().today() + Days::new(30);
        let block = NewBlock {
            reader,
            reason: readers::BlockReason::Conduct.as_str().to_owned(),
            note: "在阅览室屡次大声通话，劝阻不听。".to_owned(),
            until: until.to_string(),
        };
        let blocked = self
            .service
            .write(self.at_desk("feng.haitao")?, async move |op| readers::block(op, block.clone()).await);
        blocked.await?;
        Ok(())
    }

    /// A reader who asks for another name at the portal.
    async fn a_request(&self, readers: &[DemoReader]) -> Result<()> {
        let held = self.card(readers, "restored").await?;
        let asked = RequestChange {
            reader: held.reader,
            name: "Kim-Sato Minji".to_owned(),
            document: None,
            renews: None,
            evidence: Some(File(EVIDENCE.to_vec())),
            note: "结婚后改了姓，证明见附件。".to_owned(),
            instead_of: None,
            check: IdentityCheck::of_the_person(CheckMethod::Password),
        };
        let actor = Actor::reader(held.reader, held.issuing_library);
        self.service.write(actor, async move |op| readers::request_change(op, asked.clone()).await).await?;
        Ok(())
    }

    /// A caller who reports a loss, to be confirmed in person.
    async fn a_call(&self, readers: &mut [DemoReader]) -> Result<()> {
        let held = self.card(readers, "lost_by_phone").await?;
        let chosen =
            self.chosen.iter().find(|chosen| chosen.sort == "lost_by_phone").context("nobody calls")?;
        let person = &chosen.person;
        let actor = self.at_desk("he.jiaxin")?;
        let card = held.id;
        let questions =
            self.service.read(actor.clone(), async move |op| cards::phone_questions(op, card).await).await?;
        let answer = |question: &str| match question {
            "birth_date" => person.birth.to_string(),
            "document_end" => person.document.number.clone(),
            "phone" => person.reader.phone.clone(),
            "address" => person.reader.address.clone(),
            "workplace" => person.reader.workplace.clone(),
            _ => chosen.home.to_owned(),
        };
        let answers = questions.into_iter().map(|question| (question.to_owned(), answer(question))).collect();
        let check = IdentityCheck { answers, ..IdentityCheck::of_the_person(CheckMethod::Phone) };
        let report = ReportLoss { card, check };
        let told =
            self.service.write(actor, async move |op| cards::report_loss(op, report.clone()).await).await?;
        if told.card.confirm_loss_by.is_none() {
            bail!("a loss told by phone is not to be confirmed");
        }
        for reader in readers.iter_mut().filter(|reader| reader.sort == "lost_by_phone") {
            told.card.state.as_str().clone_into(&mut reader.state);
        }
        Ok(())
    }
}
