//! The kinds of document a reader may show, and what a number says of the holder.

use std::fmt;
use std::str::FromStr;

/// A kind of identity document (有效证件).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum DocumentKind {
    /// 居民身份证.
    ResidentId,
    /// 居住证, once 暂住证: carries the citizen number.
    ResidencePermit,
    /// 外国人永久居留身份证, old (15 characters) and new (18 digits).
    PermanentResident,
    /// 港澳台居民居住证: 81, 82 or 83 and on.
    HmtResidencePermit,
    /// 港澳居民来往内地通行证 (回乡证).
    HkMacaoPermit,
    /// 台湾居民来往大陆通行证 (台胞证).
    TaiwanPermit,
    /// 户口本: carries the citizen number.
    HouseholdRegister,
    /// A passport of any country.
    Passport,
    /// 军人证 and the like.
    MilitaryId,
    /// Whatever else a library accepts.
    Other,
}

impl DocumentKind {
    /// Every kind, in the order in which a form lists them.
    pub const ALL: [Self; 10] = [
        Self::ResidentId,
        Self::ResidencePermit,
        Self::PermanentResident,
        Self::HmtResidencePermit,
        Self::HkMacaoPermit,
        Self::TaiwanPermit,
        Self::HouseholdRegister,
        Self::Passport,
        Self::MilitaryId,
        Self::Other,
    ];

    /// The stable name: for databases, forms and the API.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ResidentId => "resident_id",
            Self::ResidencePermit => "residence_permit",
            Self::PermanentResident => "permanent_resident",
            Self::HmtResidencePermit => "hmt_residence_permit",
            Self::HkMacaoPermit => "hk_macao_permit",
            Self::TaiwanPermit => "taiwan_permit",
            Self::HouseholdRegister => "household_register",
            Self::Passport => "passport",
            Self::MilitaryId => "military_id",
            Self::Other => "other",
        }
    }

    /// Whether nobody else has a document of this kind with the same number. Military and other documents are
    /// numbered by whoever issues them, so theirs name the document only.
    #[must_use]
    pub const fn names_a_person(self) -> bool {
        !matches!(self, Self::MilitaryId | Self::Other)
    }
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is the name of no kind of document.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("no such kind of document")]
pub struct UnknownKind;

impl FromStr for DocumentKind {
    type Err = UnknownKind;

    fn from_str(text: &str) -> Result<Self, UnknownKind> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(UnknownKind)
    }
}

/// The sex that a document states.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Sex {
    /// 女.
    Female,
    /// 男.
    Male,
}

impl Sex {
    /// The stable name: `female`, `male`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Female => "female",
            Self::Male => "male",
        }
    }

    /// In a sequence digit odd is male, even is female.
    pub(crate) const fn of_sequence_digit(digit: u8) -> Self {
        if digit % 2 == 1 { Self::Male } else { Self::Female }
    }
}

impl fmt::Display for Sex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Sex {
    type Err = UnknownSex;

    fn from_str(text: &str) -> Result<Self, UnknownSex> {
        match text {
            "female" => Ok(Self::Female),
            "male" => Ok(Self::Male),
            _ => Err(UnknownSex),
        }
    }
}

/// The text is neither `female` nor `male`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("neither female nor male")]
pub struct UnknownSex;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_comes_back_from_its_name() {
        for kind in DocumentKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(kind.to_string(), kind.as_str());
        }
        assert_eq!("身份证".parse::<DocumentKind>(), Err(UnknownKind));
    }

    #[test]
    fn both_sexes_come_back_from_their_names() {
        for sex in [Sex::Female, Sex::Male] {
            assert_eq!(sex.as_str().parse(), Ok(sex));
        }
        assert_eq!("".parse::<Sex>(), Err(UnknownSex));
    }
}
