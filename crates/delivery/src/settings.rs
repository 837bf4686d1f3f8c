//! What is configured. Everything has a default, and without an address nothing is sent by that medium.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `[mail]`
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct MailSettings {
    /// The mail server: `smtps://mail.example.org` (TLS, port 465), `smtp://mail.example.org` (STARTTLS, port 587), or
    /// `smtp+plain://127.0.0.1:1025` for a server on this computer. Nothing: no mail is sent.
    pub server: String,
    /// The name to sign in with; nothing where the server asks for none.
    pub username: String,
    /// The password.
    pub password: String,
    /// Whom mails come from: `阅卡 <card@library.example.org>`.
    pub from: String,
}

/// `[sms]`
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SmsSettings {
    /// Where messages are posted: `https://sms.example.org/messages`. See docs/sms-gateway.md. Nothing: no SMS is sent.
    pub gateway: String,
    /// Sent as `Authorization: Bearer …`; nothing where the gateway asks for none.
    pub token: String,
    /// The key of the signature (HMAC-SM3); nothing for none.
    pub secret: String,
}

/// `[real_name]`
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RealNameSettings {
    /// Where names and documents are checked: `https://names.example.org/check`. See docs/real-name.md. Nothing: staff look at each
    /// application.
    pub service: String,
    /// The name by which the service knows this house.
    pub account: String,
    /// The name of the key.
    pub key: String,
    /// The key of the signatures (HMAC-SM3).
    pub secret: String,
    /// Whether the phone that was proven goes with the question: a service that knows whose it is lets nobody open a card in another's
    /// name.
    pub phone: bool,
    /// Whether the photo of the document's front goes with the question.
    pub photo: bool,
    /// How many seconds the service has to answer.
    pub seconds: u64,
}

impl Default for RealNameSettings {
    fn default() -> Self {
        Self {
            service: String::new(),
            account: "yueka".to_owned(),
            key: "k1".to_owned(),
            secret: String::new(),
            phone: false,
            photo: false,
            seconds: 8,
        }
    }
}

impl fmt::Debug for RealNameSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RealNameSettings {{ service: {:?}, account: {:?} }}", self.service, self.account)
    }
}

impl fmt::Debug for MailSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MailSettings {{ server: {:?}, from: {:?} }}", self.server, self.from)
    }
}

impl fmt::Debug for SmsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmsSettings {{ gateway: {:?} }}", self.gateway)
    }
}

/// A setting that can't be used: its name, and what to write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsError {
    /// Which: `mail.server`, `mail.from`, `sms.gateway`, `real_name.service`.
    pub setting: &'static str,
    /// What to write instead.
    pub remedy: &'static str,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.setting, self.remedy)
    }
}

impl std::error::Error for SettingsError {}
