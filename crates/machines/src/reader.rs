//! A reader at a machine: who presents a number, what stands against it, and whether the password is theirs.

use service::Error;
use service::cards::password::{self, Presented};
use service::cards::{Against, CardState};
use service::circulation::AtMachine;
use service::kernel::Blocker;
use service::readers::BlockReason;
use sip2::{Message, field};

use crate::place::Place;
use crate::session::{Session, minutes};
use crate::words::{self, Language, Text};

/// What stands against a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    /// The number leads to nobody.
    Unknown,
    /// The card is reported lost.
    Lost,
    /// The card was cancelled.
    Cancelled,
    /// The number was given up for another.
    OldNumber,
    /// The holder is blocked.
    Blocked(BlockReason),
}

/// What became of the password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Password {
    /// None was given: an empty one is none.
    None,
    /// It is the holder's.
    Right,
    /// It is not.
    Wrong,
    /// After too many wrong ones nobody looks; this many seconds are left.
    Locked(i64),
}

/// A reader at a machine.
#[derive(Clone, Debug)]
pub(crate) struct Reader {
    /// Who the number leads to.
    pub who: Option<Presented>,
    /// What stands against the card.
    pub trouble: Option<Trouble>,
    /// What became of the password.
    pub password: Password,
    /// Whether they gave the right one now, or before in this visit; or the machine asks for none.
    pub proven: bool,
    /// In which language the screen speaks.
    pub language: Language,
    /// How they stand, where a glance told; otherwise the circulation is to be asked.
    pub stands: Option<AtMachine>,
}

impl Trouble {
    fn of(against: Against) -> Self {
        match against {
            Against::OldNumber => Self::OldNumber,
            Against::Lost => Self::Lost,
            Against::Cancelled => Self::Cancelled,
            Against::Blocked(reason) => Self::Blocked(reason),
        }
    }

    /// What the screen says: what to do, in one short sentence.
    pub fn text(self) -> Text {
        match self {
            Self::Unknown => words::UNKNOWN_READER,
            Self::Lost => words::CARD_LOST,
            Self::Cancelled => words::CARD_CANCELLED,
            Self::OldNumber => words::OLD_NUMBER,
            Self::Blocked(BlockReason::Unpaid) => words::BLOCKED_UNPAID,
            Self::Blocked(BlockReason::Address) => words::BLOCKED_ADDRESS,
            Self::Blocked(BlockReason::Verification) => words::BLOCKED_VERIFICATION,
            Self::Blocked(BlockReason::Conduct | BlockReason::Other) => words::BLOCKED,
        }
    }

    /// Whether the card itself works, so that its holder may be named.
    pub fn leaves_the_card(self) -> bool {
        matches!(self, Self::Blocked(_))
    }
}

impl Reader {
    /// Who presents the number in a field of a request, with the password in AD.
    pub async fn read(
        session: &mut Session,
        place: &Place,
        request: &Message<'_>,
        number: &str,
    ) -> service::Result<Self> {
        let house = session.shared.house.clone();
        let glance = session.take_glance().filter(|_| request.filled(field::PATRON) == Some(number));
        let (who, stands) = match glance {
            Some(glance) => {
                let works = glance.who.card.state == CardState::Active;
                let stands = match works {
                    true => session.shared.glances.stands(&glance, &place.terms).await?,
                    false => None,
                };
                (Some(glance.who), stands)
            }
            None => {
                let actor = place.machine.actor.clone();
                let asked: String = number.trim().chars().take(100).collect();
                (house.read(actor, async move |op| password::presented(op, &asked).await).await?, None)
            }
        };
        let Some(who) = who else {
            return Ok(Self {
                who: None,
                trouble: Some(Trouble::Unknown),
                password: Password::None,
                proven: false,
                language: Language::Hans,
                stands: None,
            });
        };
        let given = request.get(field::PATRON_PASSWORD).unwrap_or_default();
        let address = session.address.to_string();
        let checked = match given.trim() {
            "" => Password::None,
            given => match password::verify(&house, &session.shared.memory, &who, given, &address).await {
                Ok(true) => Password::Right,
                Ok(false) => Password::Wrong,
                Err(Error::TooManyTries(seconds)) => Password::Locked(seconds),
                Err(error) => return Err(error),
            },
        };
        if checked == Password::Right {
            session.note_proven(who.reader);
        }
        let proven = match checked {
            Password::Right => true,
            Password::None => !place.machine.settings.asks_password || session.is_proven(who.reader),
            Password::Wrong | Password::Locked(_) => false,
        };
        // Who proves to be the reader looks at themselves; who only shows a number is shown somebody by the machine.
        if checked != Password::Right && session.is_newly_shown(who.reader) {
            let (actor, reader) = (place.machine.actor.clone(), who.reader);
            house.write(actor, async move |op| password::note_presented(op, reader).await).await?;
        }
        let language = Language::of(who.language.as_deref());
        Ok(Self {
            trouble: who.against().map(Trouble::of),
            who: Some(who),
            password: checked,
            proven,
            language,
            stands,
        })
    }

    /// What keeps this reader from doing anything: the card, a wrong password. A password that was not given is asked for by the
    /// machine itself, where one is.
    pub fn objection(&self) -> Option<String> {
        let trouble = self.trouble.map(|trouble| trouble.text().in_language(self.language).to_owned());
        trouble.or_else(|| self.password_objection())
    }

    pub fn password_objection(&self) -> Option<String> {
        match self.password {
            Password::None | Password::Right => None,
            Password::Wrong => Some(words::WRONG_PASSWORD.in_language(self.language).to_owned()),
            Password::Locked(seconds) => {
                Some(words::PASSWORD_LOCKED.filled(self.language, &[("minutes", &minutes(seconds))]))
            }
        }
    }

    /// What keeps this reader from taking anything along: as [`Self::objection`], and that nobody proved to be them.
    pub fn objection_to_lending(&self) -> Option<String> {
        let unproven =
            || (!self.proven).then(|| words::PASSWORD_MISSING.in_language(self.language).to_owned());
        self.objection().or_else(unproven)
    }

    /// Whether CQ says yes: the password was verified now, or the machine asks for none and none was given.
    pub fn is_verified(&self, place: &Place) -> bool {
        match self.password {
            Password::Right => true,
            Password::None => !place.machine.settings.asks_password,
            Password::Wrong | Password::Locked(_) => false,
        }
    }

    /// The name as it may be shown: in full to whoever is verified, else without what follows the first character. Who found a lost
    /// card is told no name.
    pub fn name(&self, place: &Place) -> String {
        let Some(who) = &self.who else { return String::new() };
        if self.trouble.is_some_and(|trouble| !trouble.leaves_the_card()) {
            return String::new();
        }
        if self.is_verified(place) {
            return who.name.clone();
        }
        let mut name = who.name.chars();
        name.next().map(|first| format!("{first}**")).unwrap_or_default()
    }

    /// The fourteen characters of the patron status, with what stands against borrowing.
    pub fn status(&self, against: &[Blocker]) -> String {
        let mut status = [' '; 14];
        if self.trouble.is_some() {
            status[..4].fill('Y');
        }
        if self.trouble == Some(Trouble::Lost) {
            status[4] = 'Y';
        }
        if self.trouble == Some(Trouble::Blocked(BlockReason::Unpaid)) {
            status[10] = 'Y';
        }
        for blocker in against {
            status[0] = 'Y';
            match blocker {
                Blocker::ItemsOverdue(_) => status[6] = 'Y',
                Blocker::OwesTooMuch(_) => status[10] = 'Y',
                _ => {}
            }
        }
        status.iter().collect()
    }

    /// Whether BL says yes: the card works. A block of its holder is another matter.
    pub fn is_valid(&self) -> bool {
        self.trouble.is_none_or(Trouble::leaves_the_card)
    }
}
