//! A document whose number has been checked.

use std::fmt;

use chrono::NaiveDate;

use crate::{
    DocumentError, DocumentKind, DocumentWarning, Region, Sex, country, free, mask, normalize, passport,
    permanent, permits, region, resident,
};

/// A document whose number has been checked. Its `Debug` never shows the number.
#[derive(Clone, PartialEq, Eq)]
pub struct IdentityDocument {
    kind: DocumentKind,
    issuing_country: Option<&'static str>,
    parts: Parts,
}

/// What a rule reads out of a number.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Parts {
    pub(crate) number: String,
    pub(crate) key: String,
    pub(crate) birth_date: Option<NaiveDate>,
    pub(crate) sex: Option<Sex>,
    pub(crate) region: Option<String>,
    pub(crate) nationality: Option<&'static str>,
    pub(crate) warnings: Vec<DocumentWarning>,
    /// Whether a check character was there and agreed.
    pub(crate) checked: bool,
}

impl IdentityDocument {
    /// Checks a number: lenient in what is typed (full-width digits, spaces, dashes, lower case),
    /// strict inside.
    ///
    /// `issuing_country` is an ISO 3166-1 code of three letters (or one of ICAO 9303's own). A passport needs
    /// it, military and other documents keep it when it is known, the rest are China's. `today` is the day
    /// in Asia/Shanghai: nobody is born after it.
    ///
    /// # Errors
    /// What is wrong with the number, without the number.
    pub fn parse(
        kind: DocumentKind,
        number: &str,
        issuing_country: Option<&str>,
        today: NaiveDate,
    ) -> Result<Self, DocumentError> {
        let free = matches!(kind, DocumentKind::MilitaryId | DocumentKind::Other);
        let number = if free { normalize::text(number) } else { normalize::number(number) };
        if number.is_empty() {
            return Err(DocumentError::Empty);
        }
        if let Some(stronger) = crate::stronger::kind_of(kind, &number, today) {
            return Err(DocumentError::OtherKind(stronger));
        }
        let mut country = Some("CHN");
        let parts = match kind {
            DocumentKind::ResidentId
            | DocumentKind::ResidencePermit
            | DocumentKind::HouseholdRegister
            | DocumentKind::HmtResidencePermit => resident::parse(kind, number, today)?,
            DocumentKind::PermanentResident => permanent::parse(number, today)?,
            DocumentKind::HkMacaoPermit => permits::hk_macao(number)?,
            DocumentKind::TaiwanPermit => permits::taiwan(&number)?,
            DocumentKind::Passport => {
                let (parts, issuer) = passport::parse(&number, issuing_country)?;
                country = Some(issuer);
                parts
            }
            DocumentKind::MilitaryId => free::military(number)?,
            DocumentKind::Other => {
                country = issuing_country.and_then(country::by_alpha3).map(|country| country.alpha3);
                free::other(number)?
            }
        };
        Ok(Self { kind, issuing_country: country, parts })
    }

    /// The kind it was checked as.
    #[must_use]
    pub const fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The number in its normal form: half-width, capital letters, no spaces, 18 characters for a
    /// resident number that was typed with 15.
    #[must_use]
    pub fn number(&self) -> &str {
        &self.parts.number
    }

    /// Who issued it: three letters. `None` only for [`DocumentKind::Other`].
    #[must_use]
    pub const fn issuing_country(&self) -> Option<&str> {
        self.issuing_country
    }

    /// The nationality inside the number of a permanent-resident card: three letters.
    #[must_use]
    pub const fn nationality(&self) -> Option<&str> {
        self.parts.nationality
    }

    /// The birth date, where the number holds it. On an old permanent-resident card the century is
    /// concluded: no such card was made after November 2023.
    #[must_use]
    pub const fn birth_date(&self) -> Option<NaiveDate> {
        self.parts.birth_date
    }

    /// The sex, where the number holds it.
    #[must_use]
    pub const fn sex(&self) -> Option<Sex> {
        self.parts.sex
    }

    /// The area the number was given in, where it holds one: six digits, four on an old
    /// permanent-resident card, two (the province) on a new one.
    #[must_use]
    pub fn region(&self) -> Option<Region> {
        self.parts
            .region
            .as_deref()
            .map(|code| Region { code: code.to_owned(), name: region::place_name(code) })
    }

    /// What two documents of one person share when their numbers say so. Never shown: hash it.
    ///
    /// | prefix | documents | then |
    /// |---|---|---|
    /// | `cn:` | resident ID, household register, residence permit, permit for Hong Kong / Macao / Taiwan residents | 18 characters |
    /// | `prc-new:` | permanent-resident card from December 2023 | 18 characters |
    /// | `prc-old:` | permanent-resident card before | 15 characters |
    /// | `hkm:` | Hong Kong / Macao travel permit | letter and 8 digits |
    /// | `tw:` | Taiwan travel permit | 8 digits |
    /// | `passport:` | passport | country, `:`, number |
    /// | `military:` | military ID | the text |
    /// | `other:` | other | country or `-`, `:`, the text |
    ///
    /// The last two name a document and no person: anybody's school may count from 1. Where
    /// [`DocumentKind::names_a_person`] says no, equal keys are one person only if name and birth date agree too.
    #[must_use]
    pub fn identity_key(&self) -> String {
        match self.kind {
            DocumentKind::Other => {
                format!("other:{}:{}", self.issuing_country.unwrap_or("-"), self.parts.number)
            }
            _ => self.parts.key.clone(),
        }
    }

    /// The number alone, whatever the kind and country: what a document is looked for by when nothing else is
    /// known. Two people may have the same. Without the digits that count re-issues, and as [`bare_number`] gives it.
    #[must_use]
    pub fn bare_number(&self) -> String {
        match self.kind {
            DocumentKind::HkMacaoPermit | DocumentKind::TaiwanPermit => {
                self.parts.key.split_once(':').map_or_else(String::new, |(_, number)| number.to_owned())
            }
            _ => bare_number(&self.parts.number),
        }
    }

    /// Whether the number has a check character, and it agrees. Of all others only the eye tells a slip.
    #[must_use]
    pub const fn is_checked(&self) -> bool {
        self.parts.checked
    }

    /// The number with its middle starred; see [`mask`](crate::mask()).
    #[must_use]
    pub fn masked(&self) -> String {
        mask(self.kind, &self.parts.number)
    }

    /// The last six characters of the number (A.2.3); the whole number when it is shorter.
    ///
    /// Of the number as it stands here: a travel permit that was typed with the two digits that count re-issues
    /// ends otherwise than without them, though both are one person.
    #[must_use]
    pub fn default_password(&self) -> String {
        default_password(&self.parts.number)
    }

    /// What a clerk should look at twice.
    #[must_use]
    pub fn warnings(&self) -> &[DocumentWarning] {
        &self.parts.warnings
    }
}

/// What was typed, as [`IdentityDocument::bare_number`] would give it: half-width, capital letters, no spaces or dashes.
#[must_use]
pub fn bare_number(typed: &str) -> String {
    normalize::number(typed)
}

/// The default password for a normalised number from the database: its last six characters (A.2.3),
/// or the whole when it is shorter.
#[must_use]
pub fn default_password(number: &str) -> String {
    let skipped = number.chars().count().saturating_sub(6);
    number.chars().skip(skipped).collect()
}

impl fmt::Debug for IdentityDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdentityDocument")
            .field("kind", &self.kind)
            .field("number", &self.masked())
            .field("issuing_country", &self.issuing_country)
            .field("warnings", &self.parts.warnings)
            .finish_non_exhaustive()
    }
}
