//! A conversation with one machine: who it is, by which rules it is read, what it was answered last.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use service::Error;
use service::circulation::Glance;
use service::kernel::{Actor, MachineId, ReaderId};
use service::machines::{self, MachineSettings, MachineSignIn};
use sip2::{
    Charset, Checks, Code, Dialect, Fault, Message, Part, Rules, Sum, TooLong, Verdict, Wire, check_sum,
    field, message,
};

use crate::answers;
use crate::figures::count;
use crate::place::{Place, speech};
use crate::server::Shared;
use crate::words::{self, Language};

/// What becomes of a line.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// It is answered.
    Answer(Vec<u8>),
    /// It is answered, and that was the last answer.
    AnswerAndEnd(Vec<u8>),
    /// It is not answered.
    Nothing,
    /// The connection ends.
    End,
}

/// For how long a message that comes again, letter by letter, is the same one sent twice.
const AGAIN: Duration = Duration::from_secs(60);
/// For so long a machine may go on with a code that was used at it, until the session of the reader ends.
const CODE_HELD: Duration = Duration::from_secs(300);
/// After how long a machine that shows the same reader again is noted again.
const SHOWN: Duration = Duration::from_secs(600);

/// After how long it is noted again that a machine is there.
const SEEN: Duration = Duration::from_secs(300);

/// Messages that do something, so that the same one sent twice must not do it twice. All others are answered anew: what they tell
/// may have changed since, and machines send the same text for days.
const DOING: [Code; 14] = [
    message::CHECKOUT,
    message::CHECKIN,
    message::BLOCK_PATRON,
    message::FEE_PAID,
    message::ITEM_STATUS_UPDATE,
    message::HOLD,
    message::RENEW,
    message::RENEW_ALL,
    message::OPEN_CARD,
    message::CHANGE_CARD,
    message::CHANGE_PASSWORD,
    message::DEPOSIT,
    message::PHOTO,
    message::CHANGE_ITEM,
];

/// A conversation.
pub(crate) struct Session {
    pub shared: Arc<Shared>,
    pub address: IpAddr,
    place: Option<Arc<Place>>,
    /// What was seen of the reader whom the message that is being answered names.
    glance: Option<Glance>,
    last: Option<Vec<u8>>,
    done: Option<(Vec<u8>, Instant, Vec<u8>)>,
    shown: Option<(ReaderId, Instant)>,
    /// Who proved with a password to be the reader, in this visit.
    proven: Option<(ReaderId, Instant)>,
    /// The code of an e-card that was used here last, and the number it stands for.
    code: Option<(String, String, Instant)>,
    seen: Option<Instant>,
    /// Whether the machine used checksums in the last message that could be read.
    sums: bool,
    refused: u32,
    faults: u32,
}

impl Session {
    pub fn new(shared: Arc<Shared>, address: IpAddr) -> Self {
        Self {
            shared,
            address,
            place: None,
            glance: None,
            last: None,
            done: None,
            shown: None,
            proven: None,
            code: None,
            seen: None,
            sums: false,
            refused: 0,
            faults: 0,
        }
    }

    pub fn is_signed_in(&self) -> bool {
        self.place.is_some()
    }

    /// How long a line may be.
    pub fn longest_line(&self) -> usize {
        let limits = &self.shared.options.limits;
        let sends_photos = self
            .place
            .as_ref()
            .is_some_and(|place| place.dialect.extensions && place.machine.settings.opens_cards);
        if sends_photos { limits.line_with_photo } else { limits.line }
    }

    /// A line of the log, without anything of anybody.
    pub fn end(&self) {
        if let Some(place) = &self.place {
            tracing::debug!(machine = %place.machine.id, address = %self.address, "a machine has gone");
        }
    }

    /// Whether the look at this reader is to be noted: once for each visit, not for each message of it.
    pub fn is_newly_shown(&mut self, reader: ReaderId) -> bool {
        let newly = self.shown.is_none_or(|(before, at)| before != reader || at.elapsed() > SHOWN);
        if newly {
            self.shown = Some((reader, Instant::now()));
        }
        newly
    }

    /// The number that a code of an e-card stands for, which was used at this machine a short while ago: it asks several times about one
    /// reader, and a code is good for one use.
    pub fn number_of_code(&self, code: &str) -> Option<String> {
        let (known, number, at) = self.code.as_ref()?;
        (known == code && at.elapsed() < CODE_HELD).then(|| number.clone())
    }

    /// Remembers a code that was used.
    pub fn note_code(&mut self, code: &str, number: &str) {
        self.code = Some((code.to_owned(), number.to_owned(), Instant::now()));
    }

    /// Whether this reader gave the right password in this visit: machines ask for it once, and lend by the card from then on.
    pub fn is_proven(&self, reader: ReaderId) -> bool {
        self.proven.is_some_and(|(proven, at)| proven == reader && at.elapsed() < SHOWN)
    }

    /// Remembers that somebody gave the right password. Anybody else's ends the visit of who was there before.
    pub fn note_proven(&mut self, reader: ReaderId) {
        self.proven = Some((reader, Instant::now()));
    }

    /// Whoever comes next is shown anew, and proves anew who they are.
    pub fn forget_shown(&mut self) {
        self.shown = None;
        self.proven = None;
        self.code = None;
    }

    /// Hears a line.
    pub async fn hear(&mut self, line: Result<Vec<u8>, TooLong>) -> Step {
        self.glance = None;
        let Ok(line) = line else { return self.fault(None) };
        let (wire, rules) = match &self.place {
            Some(place) => (place.wire, place.dialect.rules()),
            None => (Wire::default(), Rules::Tolerant),
        };
        let text = wire.charset.decode(&line).into_owned();
        let has_sum = check_sum(&line, &text, Sum::Bytes) != Verdict::Missing;
        self.sums |= has_sum;
        if text.starts_with("97") {
            return self.again();
        }
        let request = match Message::parse(&text, rules) {
            Ok(request) => request,
            Err(Fault::Short(message::LOGIN)) => match Message::parse(&text, Rules::Tolerant) {
                Ok(request) => request,
                Err(_) => return self.fault(None),
            },
            Err(fault) => return self.fault(Some(fault)),
        };
        self.sums = has_sum || request.sequence_number().is_some();
        if request.spec().is_none_or(|spec| spec.answer.is_none()) {
            return self.fault(None);
        }
        if let Some(place) = &self.place
            && !self.sum_will_do(place, &line, &text)
        {
            return self.ask_again(&request);
        }
        if let Some((before, at, answer)) = &self.done
            && *before == line
            && at.elapsed() < AGAIN
        {
            count(&self.shared.figures.repeated);
            let answer = answer.clone();
            return self.told(answer);
        }
        if request.code() == message::LOGIN {
            return self.sign_in(&request, &line, &text).await;
        }
        match self.current_place(&request).await {
            Ok(Some(place)) => {
                self.note_seen(&place).await;
                self.answer(&place, &request, line).await
            }
            Ok(None) if self.place.is_some() => Step::End,
            Ok(None) if request.code() == message::SC_STATUS => self.speak(
                &Dialect::interlib(),
                Wire::default(),
                answers::status_before_sign_in(self.now()),
                &request,
            ),
            Ok(None) => {
                let answer =
                    answers::refusal(&request, self.now(), words::SIGN_IN_FIRST.in_language(Language::Hans));
                let step = self.speak(&Dialect::interlib(), wire_of(None), answer, &request);
                self.one_more_refused(step)
            }
            Err(error) => self.failed(None, &request, &error),
        }
    }

    /// What time it is.
    pub fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.shared.house.clock().now()
    }

    /// Where the machine stands, as its account is set now; none when it is not signed in, or its account was closed. What a message names a
    /// reader for is read in the same statement.
    async fn current_place(&mut self, request: &Message<'_>) -> service::Result<Option<Arc<Place>>> {
        // What was seen for another message is of another reader.
        self.glance = None;
        let Some(place) = self.place.clone() else { return Ok(None) };
        let glance = match request.filled(field::PATRON) {
            Some(number) => self.shared.glances.at(&place.machine.actor, number).await?,
            None => None,
        };
        let settings = match &glance {
            Some(glance) => glance.settings,
            None => self.shared.house.settings_stamp().await?,
        };
        if settings == place.settings {
            self.glance = glance;
            return Ok(Some(place));
        }
        let Some(now) = self.place_of(place.machine.id).await? else { return Ok(None) };
        if !service::kernel::is_in(&now.machine.settings.addresses, self.address) {
            return Ok(None);
        }
        self.place = Some(Arc::new(now));
        Ok(self.place.clone())
    }

    async fn place_of(&self, id: MachineId) -> service::Result<Option<Place>> {
        Place::now(&self.shared.house, &self.shared.options.dialects, id).await
    }

    /// What was seen of the reader whom the message names in AA, for whoever looks first.
    pub fn take_glance(&mut self) -> Option<Glance> {
        self.glance.take()
    }

    /// That it says something is noted now and then. A note that fails keeps nobody waiting.
    async fn note_seen(&mut self, place: &Place) {
        if self.seen.is_some_and(|at| at.elapsed() < SEEN) {
            return;
        }
        self.seen = Some(Instant::now());
        let id = place.machine.id;
        let noted =
            self.shared.house.write(Actor::nobody(), async move |op| machines::note_seen(op, id).await).await;
        if let Err(error) = noted {
            tracing::warn!(%error, machine = %id, "that a machine was seen could not be noted");
        }
    }

    async fn answer(&mut self, place: &Place, request: &Message<'_>, line: Vec<u8>) -> Step {
        count(&self.shared.figures.messages);
        let answer = match answers::answer(self, place, request).await {
            Ok(answer) => answer,
            Err(error) => return self.failed(Some(place), request, &error),
        };
        let step = self.speak(&place.dialect, place.wire, answer, request);
        if let (true, Step::Answer(bytes)) = (DOING.contains(&request.code()), &step) {
            self.done = Some((line, Instant::now(), bytes.clone()));
        }
        step
    }

    async fn sign_in(&mut self, request: &Message<'_>, line: &[u8], text: &str) -> Step {
        let (login, password) = (request.filled(field::LOGIN_USER), request.get(field::LOGIN_PASSWORD));
        let (login, password) = (login.unwrap_or_default(), password.unwrap_or_default());
        let signed_in =
            machines::sign_in(&self.shared.house, &self.shared.memory, login, password, self.address).await;
        let answer = |ok: &'static str| Message::new(message::LOGIN_RESPONSE).part(Part::Ok, ok);
        let machine = match signed_in {
            Ok(MachineSignIn::Welcome(machine)) => machine,
            Ok(MachineSignIn::Refused(settings)) => {
                count(&self.shared.figures.sign_ins_refused);
                tracing::warn!(address = %self.address, "a machine's sign-in was refused");
                let said = words::SIGN_IN_REFUSED.in_language(Language::Hans);
                return self.not_let_in(
                    settings.as_ref(),
                    answer("0").field(field::SCREEN_MESSAGE, said),
                    request,
                );
            }
            Ok(MachineSignIn::Wait(seconds, settings)) => {
                count(&self.shared.figures.sign_ins_refused);
                let said = words::TOO_MANY_TRIES.filled(Language::Hans, &[("minutes", &minutes(seconds))]);
                return self.not_let_in(
                    settings.as_ref(),
                    answer("0").field(field::SCREEN_MESSAGE, said),
                    request,
                );
            }
            Err(error) => return self.failed(None, request, &error),
        };
        let place = match self.place_of(machine.id).await {
            Ok(Some(place)) => place,
            // It was closed just now.
            Ok(None) => return Step::End,
            Err(error) => return self.failed(None, request, &error),
        };
        if !self.sum_will_do(&place, line, text) {
            return self.ask_again(request);
        }
        count(&self.shared.figures.signed_in);
        tracing::info!(machine = %place.machine.id, address = %self.address, "a machine has signed in");
        (self.refused, self.done, self.shown, self.proven) = (0, None, None, None);
        let said = words::SIGNED_IN.in_language(Language::Hans);
        let answer = answer("1").field(field::SCREEN_MESSAGE, said);
        let step = self.speak(&place.dialect, place.wire, answer, request);
        self.place = Some(Arc::new(place));
        step
    }

    fn not_let_in(
        &mut self,
        settings: Option<&MachineSettings>,
        answer: Message<'_>,
        request: &Message<'_>,
    ) -> Step {
        self.place = None;
        let dialect = settings
            .map_or_else(Dialect::interlib, |settings| speech(&self.shared.options.dialects, settings).0);
        let wire = wire_of(settings.map(|settings| speech(&self.shared.options.dialects, settings).1));
        let step = self.speak(&dialect, wire, answer, request);
        self.one_more_refused(step)
    }

    fn one_more_refused(&mut self, step: Step) -> Step {
        self.refused += 1;
        match step {
            Step::Answer(answer) if self.refused >= self.shared.options.limits.tries => {
                Step::AnswerAndEnd(answer)
            }
            step => step,
        }
    }

    /// Whether the checksum fits, or nobody minds.
    fn sum_will_do(&self, place: &Place, line: &[u8], text: &str) -> bool {
        if place.checks == Checks::Off || check_sum(line, text, place.dialect.sum) != Verdict::Wrong {
            return true;
        }
        count(&self.shared.figures.wrong_sums);
        tracing::debug!(machine = %place.machine.id, "a checksum does not fit");
        place.checks == Checks::Lenient
    }

    /// An answer in the shape and bytes of a dialect.
    fn speak(&mut self, dialect: &Dialect, wire: Wire, answer: Message<'_>, request: &Message<'_>) -> Step {
        let answer = dialect.shape(answer.answering(request));
        let bytes = wire.encode(&answer);
        self.told(bytes)
    }

    fn told(&mut self, bytes: Vec<u8>) -> Step {
        self.last = Some(bytes.clone());
        Step::Answer(bytes)
    }

    /// The last answer, once more.
    fn again(&mut self) -> Step {
        match &self.last {
            Some(last) => {
                count(&self.shared.figures.repeated);
                Step::Answer(last.clone())
            }
            None => self.fault(None),
        }
    }

    /// The message did not arrive as it was sent: it is asked for again. The last answer stays the last one.
    fn ask_again(&mut self, request: &Message<'_>) -> Step {
        let wire = self.place.as_ref().map_or_else(Wire::default, |place| place.wire);
        let again = Message::new(message::REQUEST_SC_RESEND);
        let sums = request.sequence_number().is_some() || request.checksum().is_some();
        let again = if sums { again.checked() } else { again };
        self.faults += 1;
        match self.faults >= self.shared.options.limits.faults {
            true => Step::AnswerAndEnd(wire.encode(&again)),
            false => Step::Answer(wire.encode(&again)),
        }
    }

    /// A line that is no message: a machine that is signed in is asked again; whoever is not is not spoken to.
    fn fault(&mut self, fault: Option<Fault>) -> Step {
        count(&self.shared.figures.no_messages);
        self.faults += 1;
        if self.faults >= self.shared.options.limits.faults {
            return Step::End;
        }
        let Some(place) = &self.place else { return Step::Nothing };
        tracing::debug!(machine = %place.machine.id, ?fault, "a line is no message");
        let again = Message::new(message::REQUEST_SC_RESEND);
        let again = if self.sums { again.checked() } else { again };
        Step::Answer(place.wire.encode(&again))
    }

    /// What could not be done through no fault of the reader's: they are told to try again, and nothing is guessed.
    fn failed(&mut self, place: Option<&Place>, request: &Message<'_>, error: &Error) -> Step {
        count(&self.shared.figures.failures);
        let busy = matches!(error, Error::Busy);
        tracing::error!(%error, message = %request.code(), busy, "a machine could not be answered");
        let said = words::BUSY.in_language(Language::Hans);
        let answer = answers::refusal(request, self.now(), said);
        match place {
            Some(place) => self.speak(&place.dialect, place.wire, answer, request),
            None => self.speak(&Dialect::interlib(), wire_of(None), answer, request),
        }
    }
}

/// Who is not known is spoken to in GB18030, which the machines in our libraries show.
fn wire_of(wire: Option<Wire>) -> Wire {
    wire.unwrap_or(Wire { charset: Charset::Gb18030, ..Wire::default() })
}

/// Whole minutes, one at least.
pub(crate) fn minutes(seconds: i64) -> String {
    (seconds.max(1) + 59).div_euclid(60).to_string()
}
