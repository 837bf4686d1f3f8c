//! What the simulator answers.

use sip2::{Due, Message, Part, field, message};

use super::{Behaviour, SimItem, SimReader, Simulator};

const NOW: &str = "20261124    100000";

impl Simulator {
    /// The answer to a message; none to one that it does not know.
    pub(super) fn reply(&self, request: &Message<'_>, behaviour: Behaviour) -> Option<Message<'static>> {
        let answer = match request.code() {
            message::LOGIN => self.login(request, behaviour),
            message::SC_STATUS => status(behaviour),
            message::PATRON_INFORMATION => self.patron(request, behaviour),
            message::ITEM_INFORMATION if behaviour != Behaviour::NoTitles => self.item(request),
            _ => return None,
        };
        Some(answer.answering(request))
    }

    fn login(&self, request: &Message<'_>, behaviour: Behaviour) -> Message<'static> {
        let given = |code| request.get(code).unwrap_or_default();
        let right = match &self.options.login {
            Some((name, password)) => {
                given(field::LOGIN_USER) == name && given(field::LOGIN_PASSWORD) == password
            }
            None => true,
        };
        let welcome = right && behaviour != Behaviour::Refusing;
        Message::new(message::LOGIN_RESPONSE).part(Part::Ok, if welcome { "1" } else { "0" })
    }

    fn patron(&self, request: &Message<'_>, behaviour: Behaviour) -> Message<'static> {
        let number = request.get(field::PATRON).unwrap_or_default().to_owned();
        let known = self.seen().readers.get(&number).cloned();
        let answered = if behaviour == Behaviour::AnotherReader { "F9999999".to_owned() } else { number };
        let head = Message::new(message::PATRON_INFORMATION_RESPONSE)
            .part(Part::Language, "019")
            .part(Part::TransactionDate, NOW)
            .field(field::INSTITUTION, request.get(field::INSTITUTION).unwrap_or_default().to_owned())
            .field(field::PATRON, answered);
        let Some(reader) = known else {
            return head
                .part(Part::PatronStatus, "YYYY")
                .field(field::PERSONAL_NAME, "")
                .field(field::VALID_PATRON, "N")
                .field(field::SCREEN_MESSAGE, "没有这位读者");
        };
        let SimReader { name, items, overdue, charges, currency, marks } = reader;
        let listed = request.fixed(Part::Summary).unwrap_or_default().as_bytes().get(2) == Some(&b'Y');
        let count = |count: usize| format!("{count:04}");
        let mut answer = head.part(Part::PatronStatus, marks);
        if behaviour == Behaviour::NoCounts {
            for part in [Part::ChargedItems, Part::OverdueItems, Part::FineItems] {
                answer.set_part(part, "    ");
            }
        } else {
            answer.set_part(Part::ChargedItems, count(items.len()));
            answer.set_part(Part::OverdueItems, count(usize::try_from(overdue).unwrap_or_default()));
        }
        let filled = |text: String| (!text.is_empty()).then_some(text);
        answer
            .field(field::PERSONAL_NAME, name)
            .field(field::VALID_PATRON, "Y")
            .maybe(field::CURRENCY, filled(currency))
            .maybe(field::FEE_AMOUNT, filled(charges))
            .each(field::CHARGED_ITEMS, items.into_iter().filter(|_| listed).map(|item| item.barcode))
    }

    fn item(&self, request: &Message<'_>) -> Message<'static> {
        let barcode = request.get(field::ITEM).unwrap_or_default();
        let held: Option<SimItem> = {
            let seen = self.seen();
            seen.readers
                .values()
                .flat_map(|reader| &reader.items)
                .find(|item| item.barcode == barcode)
                .cloned()
        };
        let answer = Message::new(message::ITEM_INFORMATION_RESPONSE)
            .part(Part::SecurityMarker, "01")
            .part(Part::FeeType, "01")
            .part(Part::TransactionDate, NOW)
            .field(field::ITEM, barcode.to_owned());
        match held {
            Some(item) => answer
                .part(Part::CirculationStatus, "04")
                .field(field::TITLE, item.title)
                .field(field::DUE_DATE, self.written(&item.due)),
            None => answer
                .part(Part::CirculationStatus, "01")
                .field(field::TITLE, "")
                .field(field::SCREEN_MESSAGE, "图书不存在"),
        }
    }

    /// A day as the dialect writes it.
    fn written(&self, day: &str) -> String {
        let part = |from: usize, to: usize| day.get(from..to).unwrap_or_default();
        match self.options.dialect.due {
            Due::Sip => format!("{day}    235959"),
            Due::Iso => format!("{}-{}-{}", part(0, 4), part(4, 6), part(6, 8)),
            Due::Digits => day.to_owned(),
        }
    }
}

fn status(behaviour: Behaviour) -> Message<'static> {
    Message::new(message::ACS_STATUS)
        .flag(Part::OnLine, behaviour != Behaviour::OffLine)
        .flag(Part::CheckinOk, true)
        .flag(Part::CheckoutOk, true)
        .part(Part::TimeoutPeriod, "050")
        .part(Part::RetriesAllowed, "003")
        .part(Part::TransactionDate, NOW)
        .part(Part::ProtocolVersion, "2.00")
        .field(field::INSTITUTION, "FS")
        .field(field::LIBRARY_NAME, "模拟借还系统")
        .field(field::SUPPORTED_MESSAGES, "NNNNYYYYNNYNNNNN")
}
