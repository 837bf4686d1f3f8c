//! The ways out of the house: mail by SMTP, SMS by the HTTP gateway of the library's provider. What is sent, when and how often
//! is for `service::outbox` to say; here is how.
//!
//! - [`MailSettings`], [`SmsSettings`]: what is configured
//! - [`Delivery`]: carries messages by what is configured
//! - [`HouseClient`]: calls the house's own API, from the laptop of a mobile card point (docs/mobile-points.md)
//! - [`PartnerEvents`]: tells partner platforms what happens to cards (docs/yuedutong.md)
//! - [`RealNameService`]: asks whether a name and a document belong together (docs/real-name.md)
//! - [`real_name_sim`]: such a service for trying
//! - [`province`]: the province's platform for trying, which calls and is told
//! - [`resources`]: a platform of digital resources for trying, which readers sign on to
//! - [`service_desk`]: a partner service for trying, which asks whether a card works
//! - [`simulator`]: an SMS gateway for trying, which shows what it was given
//! - [`mail_sink`]: a mail server for trying, which does the same

mod caller;
mod gateway;
mod house_client;
pub mod mail_sink;
mod partner;
pub mod province;
mod province_page;
mod real_name;
pub mod real_name_sim;
pub mod resources;
pub mod service_desk;
mod settings;
pub mod simulator;
mod smtp;

use service::outbox::{Carrier, Carrying, Due, Fault, Medium};

pub use gateway::{SIGNATURE, signature};
pub use house_client::HouseClient;
pub use partner::PartnerEvents;
pub use real_name::RealNameService;
pub use settings::{MailSettings, RealNameSettings, SettingsError, SmsSettings};

/// Carries messages by what is configured.
#[derive(Debug)]
pub struct Delivery {
    mail: Option<smtp::Mail>,
    sms: Option<gateway::Gateway>,
}

impl Delivery {
    /// Made ready from the settings; a medium without an address is left out.
    ///
    /// # Errors
    /// When a setting can't be used; the text says which and what to write.
    pub fn new(mail: &MailSettings, sms: &SmsSettings) -> Result<Self, SettingsError> {
        Ok(Self { mail: smtp::Mail::new(mail)?, sms: gateway::Gateway::new(sms)? })
    }
}

impl Carrier for Delivery {
    fn media(&self) -> Vec<Medium> {
        let mail = self.mail.is_some().then_some(Medium::Email);
        let sms = self.sms.is_some().then_some(Medium::Sms);
        mail.into_iter().chain(sms).collect()
    }

    fn carry<'a>(&'a self, due: &'a Due) -> Carrying<'a> {
        Box::pin(async move {
            match (due.medium, &self.mail, &self.sms) {
                (Medium::Email, Some(mail), _) => mail.send(due).await,
                (Medium::Sms, _, Some(sms)) => sms.send(due).await,
                _ => Err(Fault::passing("not_configured")),
            }
        })
    }
}
