//! The stable words of this room.

use crate::kernel::words;

words! {
    /// How far a change is.
    ChangeState {
        /// It was looked at, and nothing was changed.
        Draft = "draft",
        /// It is worked off.
        Running = "running",
        /// All rows were dealt with.
        Done = "done",
        /// It is being undone.
        Undoing = "undoing",
        /// It was undone, as far as nothing was changed since.
        Undone = "undone",
    }
}

words! {
    /// What was found of a row, before anything is changed.
    Finding {
        /// It would be changed.
        Goes = "goes",
        /// Nothing would be different.
        Same = "same",
        /// A rule stands against it.
        Refused = "refused",
        /// Nobody is known by this number.
        NotFound = "not_found",
        /// Several readers have a document of this number.
        Several = "several",
        /// An earlier row is the same reader.
        Twice = "twice",
        /// Their card was issued by a library that the caller's rights do not reach, or they have none.
        Elsewhere = "elsewhere",
    }
}

words! {
    /// What became of a row when its turn came.
    Outcome {
        /// It was changed.
        Changed = "changed",
        /// It stood there already: somebody else was first.
        Same = "same",
        /// A rule stood against it meanwhile.
        Refused = "refused",
    }
}

words! {
    /// What became of a row when the change was undone.
    Undo {
        /// What stood there before stands there again.
        Restored = "restored",
        /// Somebody changed it since: it was left as it is.
        ChangedSince = "changed_since",
    }
}
