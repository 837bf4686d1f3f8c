//! The demo's mail server: what the house sends is taken, and shown in plain words.

use std::sync::Arc;

use delivery::mail_sink::MailSink;
use delivery::{Delivery, MailSettings, SmsSettings};
use service::cards::password::ask_for_code;
use service::outbox::{self, Carrier, Medium};
use service::testing::{adult, on_both_databases};
use tokio::net::TcpListener;

use crate::passwords::{cheap, code_in, delivered, open};

#[tokio::test]
async fn c_6_3_1_the_demos_mail_server_shows_what_readers_are_told() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let opened = open(house, adult(1)).await;
        delivered(&service).await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let settings = MailSettings {
            server: format!("smtp+plain://{}", listener.local_addr().unwrap()),
            from: "阅卡 <card@library.example.org>".to_owned(),
            ..MailSettings::default()
        };
        let carrier: Arc<dyn Carrier> = Arc::new(Delivery::new(&settings, &SmsSettings::default()).unwrap());
        let sink = MailSink::default();
        let server = tokio::spawn(sink.clone().serve(listener));
        ask_for_code(&service, &opened.card.number, Medium::Email, "10.0.0.7").await.unwrap();
        while outbox::deliver_due(&service, &carrier).await.unwrap() > 0 {}
        let mails = sink.mails();
        assert_eq!(mails.len(), 1, "{mails:?}");
        assert_eq!(
            (mails[0].to.as_str(), mails[0].subject.as_str()),
            ("reader1@example.org", "设置新密码的验证码")
        );
        assert!(mails[0].text.contains(&opened.reader.name) && code_in(&mails[0].text).len() == 6);
        server.abort();
    })
    .await;
}
