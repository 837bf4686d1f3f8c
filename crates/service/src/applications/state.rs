//! The states of an application, the sides of a document, and why an application is not approved.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$of])* $variant),* }

        impl $name {
            /// All of them, in the order in which a page lists them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The stable word for it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),* }
            }

            /// The one of this word.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }
    };
}

words! {
    /// How far an application is: `draft → waiting → approved | rejected`, `waiting → asked → waiting`, `asked → expired`.
    State {
        /// Begun; phone or photos are still to come. Nobody sees it.
        Draft = "draft",
        /// It waits for staff.
        Waiting = "waiting",
        /// Staff wait for the applicant.
        Asked = "asked",
        /// The card is open.
        Approved = "approved",
        /// No card was opened.
        Rejected = "rejected",
        /// The applicant was asked, and did not answer in time.
        Expired = "expired",
    }
}

words! {
    /// A side of a document.
    Side {
        /// The one with the face.
        Front = "front",
        /// The other.
        Back = "back",
    }
}

words! {
    /// Why an application is rejected, or asked for more. Each is said by SMS: none tells what the library knows of anybody.
    Reason {
        /// Nothing can be read on the photo.
        PhotoUnclear = "photo_unclear",
        /// It shows another document than the one that was typed.
        PhotoOther = "photo_other",
        /// Name or number are not as on the document.
        DataDiffer = "data_differ",
        /// The document is not valid any more.
        DocumentEnded = "document_ended",
        /// Table A1 has no card on the web for this person.
        NotEligible = "not_eligible",
        /// Somebody has to see the person.
        AtDesk = "at_desk",
    }
}

impl Reason {
    /// Whether the applicant can mend it from where they are.
    #[must_use]
    pub fn can_be_asked(self) -> bool {
        matches!(self, Self::PhotoUnclear | Self::PhotoOther | Self::DataDiffer | Self::DocumentEnded)
    }

    /// The word that messages say it by.
    pub(super) fn in_messages(self) -> String {
        format!("application.{}", self.as_str())
    }
}

impl State {
    /// Whether it is decided for good.
    #[must_use]
    pub fn has_ended(self) -> bool {
        matches!(self, Self::Approved | Self::Rejected | Self::Expired)
    }
}
