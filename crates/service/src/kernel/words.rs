//! Enumerations with a stable word for each variant, as rooms keep them in the database.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$each])* $variant,)+
        }

        impl $name {
            /// All of them, in the order in which a page lists them.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The stable word for it.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::kernel::UnknownWord;
            fn from_str(word: &str) -> Result<Self, $crate::kernel::UnknownWord> {
                Self::ALL.iter().copied().find(|known| known.as_str() == word).ok_or($crate::kernel::UnknownWord)
            }
        }

        impl $name {
            /// The word as the database keeps it.
            pub(super) fn kept(word: &str) -> Result<Self, $crate::kernel::Error> {
                word.parse().map_err(|_| $crate::kernel::Error::internal(concat!("unknown word of ", stringify!($name))))
            }
        }
    };
}

pub(crate) use words;
