//! What a system says of itself (98), in words for `yueka check`.

use std::fmt;

use sip2::{Message, Part, field};

use crate::profile::Profile;

/// What was learnt about a system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// Host and port.
    pub address: String,
    /// Whether TLS is spoken.
    pub tls: bool,
    /// The name that it took us for; none where it asks for none.
    pub logged_in_as: Option<String>,
    /// What it calls its library.
    pub library: Option<String>,
    /// The version of the protocol that it says.
    pub version: Option<String>,
    /// Whether it answers patron information (63) by its own words; none when it does not say.
    pub tells_of_readers: Option<bool>,
}

/// The place of 63 among the messages of BX.
const PATRON_INFORMATION: usize = 7;

impl Survey {
    pub(crate) fn read(profile: &Profile, status: Option<&Message<'_>>) -> Self {
        let text =
            |value: Option<&str>| value.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let supported = status.and_then(|status| status.filled(field::SUPPORTED_MESSAGES));
        Self {
            address: format!("{}:{}", profile.host, profile.port),
            tls: profile.tls.is_some(),
            logged_in_as: profile.login.as_ref().map(|login| login.username.clone()),
            library: text(status.and_then(|status| status.filled(field::LIBRARY_NAME))),
            version: text(status.and_then(|status| status.fixed(Part::ProtocolVersion))),
            tells_of_readers: supported
                .and_then(|supported| supported.as_bytes().get(PATRON_INFORMATION).map(|byte| *byte == b'Y')),
        }
    }
}

impl fmt::Display for Survey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} answers", self.address)?;
        match &self.logged_in_as {
            Some(name) => write!(f, ", logged in as {name}")?,
            None => f.write_str(", without a login")?,
        }
        f.write_str(if self.tls { ", by TLS" } else { ", in the clear" })?;
        if let Some(version) = &self.version {
            write!(f, "; it speaks SIP {version}")?;
        }
        if let Some(library) = &self.library {
            write!(f, " and calls itself {library}")?;
        }
        Ok(())
    }
}
