//! The stable words of this room.

use crate::kernel::words;

words! {
    /// What a unit is (4.1).
    UnitKind {
        /// A primary or secondary school.
        School = "school",
        /// A kindergarten.
        Kindergarten = "kindergarten",
        /// A company.
        Company = "company",
        /// An authority, or an institution.
        Authority = "authority",
        /// A community or village.
        Community = "community",
        /// Another unit.
        Other = "other",
    }
}

words! {
    /// How far a batch is.
    BatchState {
        /// The list is not checked yet.
        Draft = "draft",
        /// It was checked; a clerk looks at what was found.
        Checked = "checked",
        /// A clerk confirmed it: cards are being issued.
        Confirmed = "confirmed",
        /// All rows were dealt with.
        Issued = "issued",
        /// The unit has its cards and its report.
        HandedOver = "handed_over",
        /// Nothing was issued, and nothing will be.
        Withdrawn = "withdrawn",
    }
}

words! {
    /// Where a list came from.
    Source {
        /// A file that a clerk chose.
        File = "file",
        /// The unit, by its link.
        Form = "form",
        /// A program, or the command line.
        Program = "program",
    }
}

words! {
    /// What was found out about a row (6.1.3.2).
    Finding {
        /// A card can be issued.
        Valid = "valid",
        /// Something of it can't be taken: which cell, and why.
        Invalid = "invalid",
        /// The person holds a card already.
        Holder = "holder",
        /// An earlier row of the list is the same person.
        Twice = "twice",
        /// Somebody of the same name and birth date is known, or stands in an earlier row.
        Possible = "possible",
        /// Under 16: valid once the guardians' signed list is here (Table A1, note).
        Held = "held",
        /// Another rule stands against it.
        Refused = "refused",
    }
}

words! {
    /// What a clerk said of a row.
    Decision {
        /// Whoever may be the same person was looked at, and is not.
        NotSame = "not_same",
        /// No card is issued.
        LeftOut = "left_out",
    }
}

words! {
    /// What became of a row when its turn came.
    Outcome {
        /// A card was opened.
        Opened = "opened",
        /// The person holds a card: it was opened elsewhere meanwhile.
        Holder = "holder",
        /// Another rule stood against it.
        Refused = "refused",
        /// Something of it could not be taken any more: a document that ended, a reader who turned 16.
        Invalid = "invalid",
        /// There was no One-Card left.
        NoOneCard = "no_one_card",
    }
}
