//! What a column of a list may hold.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

macro_rules! fields {
    ($($(#[$doc:meta])* $field:ident = $word:literal),+ $(,)?) => {
        /// What a column of a list holds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Field {
            $($(#[$doc])* $field,)+
        }

        impl Field {
            /// Every field, in the order in which a template and a form show them.
            pub const ALL: &[Self] = &[$(Self::$field),+];

            /// The stable word for it: in the database, in forms, in the API.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$field => $word,)+
                }
            }
        }
    };
}

fields! {
    /// 姓名.
    Name = "name",
    /// 证件类型: the word of a `documents::DocumentKind`.
    DocumentKind = "document_kind",
    /// 证件号码.
    DocumentNumber = "document_number",
    /// 签发国家: what a passport needs, three letters.
    IssuingCountry = "issuing_country",
    /// 性别: `female` or `male`.
    Sex = "sex",
    /// 出生日期: `YYYY-MM-DD`.
    BirthDate = "birth_date",
    /// 联系电话.
    Phone = "phone",
    /// 班级, or the department of a company.
    Class = "class",
    /// 住址.
    Address = "address",
    /// 工作单位.
    Workplace = "workplace",
    /// 电子邮箱.
    Email = "email",
    /// 证件即卡 or 一卡通: `document` or `one_card`.
    CardKind = "card_kind",
    /// 监护人姓名.
    GuardianName = "guardian_name",
    /// 与读者关系, in words: 父亲.
    GuardianRelation = "guardian_relation",
    /// 监护人证件类型: the word of a `documents::DocumentKind`.
    GuardianDocumentKind = "guardian_document_kind",
    /// 监护人证件号码.
    GuardianDocumentNumber = "guardian_document_number",
    /// 监护人电话.
    GuardianPhone = "guardian_phone",
    /// 备注.
    Note = "note",
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The text is the name of no field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no such field of a list")]
pub struct UnknownField;

impl FromStr for Field {
    type Err = UnknownField;

    fn from_str(word: &str) -> Result<Self, UnknownField> {
        Self::ALL.iter().copied().find(|field| field.as_str() == word).ok_or(UnknownField)
    }
}
