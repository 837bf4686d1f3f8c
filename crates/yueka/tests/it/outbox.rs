//! Telling readers (6.3.1): nothing is lost, nothing is sent twice.

use std::net::SocketAddr;
use std::sync::Arc;

use chrono::TimeDelta;
use delivery::simulator::{Behaviour, Simulator};
use delivery::{Delivery, MailSettings, SmsSettings};
use service::Error;
use service::cards;
use service::cards::password::{ResetPassword, reset_password};
use service::kernel::{CardId, LibraryId, Op, Problem, ReaderId, ServiceName};
use service::outbox::{
    self, Carrier, Carrying, Due, Medium, MessageState, MessageText, MessageView, Template, messages_of,
};
use service::readers;
use service::records::{CheckMethod, IdentityCheck};
use service::testing::{House, adult, on_both_databases};
use tokio::net::TcpListener;

use crate::life;
use crate::mailbox::Mailbox;
use crate::passwords::{delivered, open};

/// A reader with mail and phone, told that the password was reset: one mail, one SMS, and a note that it was said.
async fn told(house: &House, serial: u32) -> ReaderId {
    told_all(house, serial..=serial).await[0]
}

/// The same for several.
async fn told_all(house: &House, serials: std::ops::RangeInclusive<u32>) -> Vec<ReaderId> {
    let mut readers = Vec::new();
    for serial in serials {
        readers.push(open(house, adult(serial)).await.reader.id);
    }
    delivered(&house.service).await;
    for reader in &readers {
        reset(house, *reader).await;
    }
    readers
}

async fn reset(house: &House, reader: ReaderId) {
    let request = ResetPassword { reader, check: IdentityCheck::of_the_person(CheckMethod::ByEye) };
    house.service.write(house.clerk(), async |op| reset_password(op, request.clone()).await).await.unwrap();
}

async fn messages(house: &House, reader: ReaderId) -> Vec<MessageView> {
    let read = house.service.read(house.clerk(), async |op| messages_of(op, reader, 20).await).await.unwrap();
    read.into_iter().filter(|message| message.template == Template::PasswordReset).collect()
}

async fn state_of(house: &House, reader: ReaderId, medium: Medium) -> MessageState {
    messages(house, reader).await.into_iter().find(|message| message.medium == medium).unwrap().state
}

async fn deliver(house: &House, carrier: &Arc<dyn Carrier>) {
    while outbox::deliver_due(&house.service, carrier).await.unwrap() > 0 {}
}

async fn simulator(secret: &str) -> (Simulator, String) {
    let simulator = Simulator::new(secret);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = simulator.router();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (simulator, format!("http://{address}/messages"))
}

fn carrier(mail: Option<SocketAddr>, gateway: &str, secret: &str) -> Arc<dyn Carrier> {
    let mail = MailSettings {
        server: mail.map(|address| format!("smtp+plain://{address}")).unwrap_or_default(),
        from: "佛山市图书馆 <card@library.example.org>".to_owned(),
        ..MailSettings::default()
    };
    let sms =
        SmsSettings { gateway: gateway.to_owned(), secret: secret.to_owned(), ..SmsSettings::default() };
    Arc::new(Delivery::new(&mail, &sms).unwrap())
}

#[tokio::test]
async fn c_6_3_1_a_mail_and_an_sms_really_arrive() {
    on_both_databases(async |house| {
        let reader = told(house, 1).await;
        let (mailbox, address) = Mailbox::open().await;
        let (gateway, url) = simulator("geheim").await;
        deliver(house, &carrier(Some(address), &url, "geheim")).await;
        let mails = mailbox.mails();
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].to, "reader1@example.org");
        let text = mails[0].text();
        assert!(
            text.contains("测二您好") && text.contains("密码") && text.contains("佛山市图书馆"),
            "{text}"
        );
        assert!(!text.contains(['{', '—']), "{text}");
        let sms = gateway.messages();
        assert_eq!((sms.len(), sms[0].to.as_str()), (1, "13900000001"));
        assert!(sms[0].text.contains("重置"), "{}", sms[0].text);
        let seen = messages(house, reader).await;
        for message in &seen {
            let id = message.id.to_string();
            match message.medium {
                Medium::Email => assert!(mails[0].header("Message-ID").contains(&id)),
                Medium::Sms => assert_eq!(sms[0].id, id),
                _ => assert_eq!(message.state, MessageState::Told),
            }
        }
        assert_eq!(seen.len(), 3, "mail, SMS, and what the clerk said");
        let recipients: Vec<_> = seen.iter().filter_map(|message| message.recipient.as_deref()).collect();
        assert!(recipients.contains(&"139****0001") && recipients.contains(&"r****@example.org"));
    })
    .await;
}

#[tokio::test]
async fn c_6_3_1_a_gateway_that_is_down_for_a_while_loses_nothing_and_sends_nothing_twice() {
    on_both_databases(async |house| {
        let readers = told_all(house, 1..=5).await;
        let (gateway, url) = simulator("").await;
        let way = carrier(None, &url, "");
        gateway.behave(Behaviour { fail_with: 503, ..Behaviour::default() });
        deliver(house, &way).await;
        let seen = &messages(house, readers[0]).await;
        let sms = seen.iter().find(|message| message.medium == Medium::Sms).unwrap();
        assert_eq!((sms.state, sms.fault.as_deref()), (MessageState::Waiting, Some("gateway_503")));
        // Not before its time; then it takes them, but the answers are lost; then all is well.
        deliver(house, &way).await;
        assert_eq!(gateway.asked(), 5);
        gateway.behave(Behaviour { lose_answers: true, ..Behaviour::default() });
        house.clock.advance(TimeDelta::minutes(2));
        deliver(house, &way).await;
        assert_eq!(gateway.asked(), 10);
        assert_eq!(state_of(house, readers[0], Medium::Sms).await, MessageState::Waiting);
        gateway.behave(Behaviour::default());
        house.clock.advance(TimeDelta::minutes(6));
        deliver(house, &way).await;
        let mut phones: Vec<String> = gateway.messages().into_iter().map(|message| message.to).collect();
        phones.sort();
        let expected: Vec<String> = (1..=5).map(|serial| format!("139{serial:08}")).collect();
        assert_eq!(phones, expected);
        for reader in &readers {
            assert_eq!(state_of(house, *reader, Medium::Sms).await, MessageState::Sent);
            // Nobody configured mail: it waits, and is given up after days.
            assert_eq!(state_of(house, *reader, Medium::Email).await, MessageState::Waiting);
        }
        house.clock.advance(TimeDelta::days(4));
        let media = way.media();
        house.service.write(house.system(), async |op| outbox::give_up_old(op, &media).await).await.unwrap();
        let given_up = messages(house, readers[0]).await;
        let mail = given_up.iter().find(|message| message.medium == Medium::Email).unwrap();
        assert_eq!((mail.state, mail.fault.as_deref()), (MessageState::Failed, Some("not_configured")));
    })
    .await;
}

#[tokio::test]
async fn c_6_3_1_two_workers_at_once_send_each_message_once() {
    on_both_databases(async |house| {
        told_all(house, 1..=20).await;
        let (gateway, url) = simulator("").await;
        gateway.behave(Behaviour { slow_ms: 5, ..Behaviour::default() });
        let workers = (0..4).map(|_| {
            let (service, way) = (house.service.clone(), carrier(None, &url, ""));
            tokio::spawn(async move {
                // Who finds everything claimed by others looks again.
                for _ in 0..10 {
                    while outbox::deliver_due(&service, &way).await.unwrap() > 0 {}
                }
            })
        });
        for worker in workers.collect::<Vec<_>>() {
            worker.await.unwrap();
        }
        assert_eq!((gateway.messages().len(), gateway.asked()), (20, 20));
    })
    .await;
}

/// Never gets done.
#[derive(Debug)]
struct Stuck;

impl Carrier for Stuck {
    fn media(&self) -> Vec<Medium> {
        vec![Medium::Sms]
    }

    fn carry<'a>(&'a self, _: &'a Due) -> Carrying<'a> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn c_6_3_1_what_a_stopped_program_had_claimed_is_taken_up_again() {
    on_both_databases(async |house| {
        let reader = told(house, 1).await;
        let service = house.service.clone();
        let stopped = tokio::spawn(async move {
            let stuck: Arc<dyn Carrier> = Arc::new(Stuck);
            outbox::deliver_due(&service, &stuck).await
        });
        while state_of(house, reader, Medium::Sms).await != MessageState::Sending {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        stopped.abort();
        let (gateway, url) = simulator("").await;
        let way = carrier(None, &url, "");
        deliver(house, &way).await;
        assert_eq!(gateway.asked(), 0, "it may still be on its way");
        house.clock.advance(TimeDelta::minutes(outbox::LEASE_MINUTES + 1));
        deliver(house, &way).await;
        assert_eq!(gateway.messages().len(), 1);
        assert_eq!(state_of(house, reader, Medium::Sms).await, MessageState::Sent);
    })
    .await;
}

#[tokio::test]
async fn c_6_3_1_what_no_server_takes_is_given_up_and_the_desk_sends_it_again_to_the_new_address() {
    on_both_databases(async |house| {
        let mut request = adult(1);
        request.reader.email = "nobody@example.org".to_owned();
        let reader = open(house, request).await.reader.id;
        delivered(&house.service).await;
        reset(house, reader).await;
        let (mailbox, address) = Mailbox::open().await;
        let way = carrier(Some(address), "", "");
        deliver(house, &way).await;
        let seen = messages(house, reader).await;
        let mail = seen.iter().find(|message| message.medium == Medium::Email).unwrap();
        // The server said the mailbox in its answer; what is kept does not.
        assert_eq!((mail.state, mail.fault.as_deref()), (MessageState::Failed, Some("smtp_550")));
        assert!(mail.again);
        let (changes, id) = (
            readers::Changes { email: Some("reader@example.org".to_owned()), ..Default::default() },
            mail.id,
        );
        house
            .service
            .write(house.clerk(), async |op| {
                let version = readers::view(op, reader).await?.version;
                let check = IdentityCheck::of_the_person(CheckMethod::ByEye);
                let amend =
                    readers::Amend { reader, version, changes: changes.clone(), evidence: None, check };
                readers::amend(op, amend).await?;
                readers::send_again(op, id).await
            })
            .await
            .unwrap();
        deliver(house, &way).await;
        assert!(
            mailbox
                .mails()
                .iter()
                .any(|mail| mail.to == "reader@example.org" && mail.text().contains("重置"))
        );
        assert_eq!(state_of(house, reader, Medium::Email).await, MessageState::Sent);
    })
    .await;
}

#[tokio::test]
async fn c_6_3_1_a_library_writes_its_own_texts_and_gives_them_back() {
    on_both_databases(async |house| {
        let which = (Template::PasswordReset, Medium::Sms, "zh-Hans");
        let set = async |library: LibraryId, body: &str| {
            let text = MessageText { subject: String::new(), body: body.to_owned() };
            house
                .service
                .write(house.system(), async |op| outbox::set_text(op, library, which, &text).await)
                .await
        };
        let unknown = set(house.root, "{nmae}您好").await;
        assert!(matches!(unknown, Err(Error::Invalid(i)) if i.0[0].problem == Problem::UnknownPlace));
        assert!(
            matches!(set(house.root, " ").await, Err(Error::Invalid(i)) if i.0[0].problem == Problem::Missing)
        );
        set(house.root, "联合馆：{name} {tail}").await.unwrap();
        set(house.sd, "顺德馆").await.unwrap();
        told(house, 1).await;
        let bodies = async || -> Vec<String> {
            let sent = delivered(&house.service).await;
            sent.into_iter().filter(|due| due.medium == Medium::Sms).map(|due| due.body).collect()
        };
        let said = bodies().await;
        assert!(said[0].starts_with("联合馆：测二 ") && !said[0].contains('{'), "{said:?}");
        house
            .service
            .write(house.system(), async |op| outbox::reset_text(op, house.root, which).await)
            .await
            .unwrap();
        told(house, 2).await;
        assert!(bodies().await[0].contains("重置为初始密码"));
        // A clerk has no such right, a manager elsewhere not for this library.
        let refused =
            house.service.read(house.clerk(), async |op| outbox::texts_at(op, house.fs).await).await;
        assert!(matches!(refused, Err(Error::Forbidden(_))));
    })
    .await;
}

#[tokio::test]
async fn c_6_3_1_a_text_keeps_the_words_it_is_for_and_a_subject_its_one_line() {
    on_both_databases(async |house| {
        let set = async |template: Template, medium: Medium, subject: &str, body: &str| {
            let text = MessageText { subject: subject.to_owned(), body: body.to_owned() };
            let which = (template, medium, "zh-Hans");
            let done = house
                .service
                .write(house.system(), async |op| outbox::set_text(op, house.root, which, &text).await)
                .await;
            match done {
                Ok(()) => Vec::new(),
                Err(Error::Invalid(invalid)) => {
                    invalid.0.into_iter().map(|error| (error.field, error.problem)).collect()
                }
                Err(other) => panic!("{other:?}"),
            }
        };
        use Problem::{MissingPlace, NotOneLine};
        let missing = |word: &'static str| vec![("body", MissingPlace(word))];
        let code = Template::CodeForPassword;
        assert_eq!(set(code, Medium::Sms, "", "您好，请输入验证码").await, missing("code"));
        assert_eq!(set(code, Medium::Email, "验证码", "您好").await, missing("code"));
        assert_eq!(set(Template::LossReported, Medium::Sms, "", "尾号{tail}已挂失").await, missing("time"));
        assert_eq!(set(Template::LossReported, Medium::Sms, "", "{time}已挂失").await, missing("tail"));
        assert_eq!(set(Template::LossToConfirm, Medium::Sms, "", "尾号{tail}").await, missing("until"));
        assert!(set(Template::LossReported, Medium::Sms, "", "{number}于{time}挂失").await.is_empty());
        // Every message that has words of its own for a service keeps one at least.
        for template in Template::ALL {
            if [Template::PasswordReset, Template::PasswordChanged].contains(&template) {
                continue;
            }
            let wrong = set(template, Medium::Email, "通知", "您好").await;
            assert!(matches!(wrong.as_slice(), [("body", MissingPlace(_))]), "{template:?}: {wrong:?}");
        }
        // What ends the line of a subject would begin another header of the mail.
        let one_line = vec![("subject", NotOneLine)];
        for subject in
            ["通知\r\nBcc: all@example.org", "通知\n", "通\r知", "通\u{0}知", "通\u{2028}知", "通\u{1b}[2J"]
        {
            assert_eq!(set(code, Medium::Email, subject, "{code}").await, one_line, "{subject:?}");
        }
        assert_eq!(set(code, Medium::Email, "通知", "{code}\u{1b}[2J").await, [("body", NotOneLine)]);
        assert!(set(code, Medium::Email, "通知", "{code}\r\n谢谢").await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn c_5_3_what_readers_are_told_lies_sealed_and_a_code_does_not_stay() {
    on_both_databases(async |house| {
        let opened = open(house, adult(1)).await;
        delivered(&house.service).await;
        let number = opened.card.number.clone();
        cards::password::ask_for_code(&house.service, &number, Medium::Sms, "10.0.0.1").await.unwrap();
        let sent = delivered(&house.service).await;
        assert_eq!(sent.len(), 1);
        let left = house
            .tamper(
                "UPDATE messages SET tries = tries WHERE template = 'code_for_password' AND body IS NOT NULL",
            )
            .await
            .unwrap();
        assert_eq!(left, 0);
    })
    .await;
}

#[tokio::test]
async fn c_6_3_1_what_was_printed_is_noted_as_told_once_for_each_record() {
    on_both_databases(async |house| {
        let held = life::one_card(house, 1).await;
        let on_paper = async || -> Vec<Template> {
            let reader = held.reader;
            let all =
                house.service.read(house.clerk(), async move |op| messages_of(op, reader, 50).await).await;
            let slips = all.unwrap().into_iter().filter(|message| message.medium == Medium::Slip);
            slips
                .inspect(|slip| assert_eq!(slip.state, MessageState::Told))
                .map(|slip| slip.template)
                .collect()
        };
        let print = async |card: CardId| {
            house.service.write(house.clerk(), async move |op| cards::slip(op, card).await).await.unwrap();
        };
        let receipt = async |card: CardId, service: ServiceName| {
            let told = async move |op: &Op| cards::told_on_paper(op, card, &[service]).await;
            house.service.write(house.clerk(), told).await.unwrap();
        };
        print(held.id).await;
        print(held.id).await;
        assert_eq!(on_paper().await, [Template::CardOpened]);
        // Nothing of the kind was done, and there is nothing to tell.
        receipt(held.id, ServiceName::ReportLoss).await;
        receipt(held.id, ServiceName::Refer).await;
        assert_eq!(on_paper().await, [Template::CardOpened]);
        life::report(house, house.clerk(), held.id, life::in_person()).await.unwrap();
        receipt(held.id, ServiceName::ReportLoss).await;
        receipt(held.id, ServiceName::ReportLoss).await;
        assert_eq!(on_paper().await, [Template::LossReported, Template::CardOpened]);
        // The slip of a new card tells of what it came from.
        let new = life::replace(house, house.clerk(), held.id, "FS00000777").await.unwrap().card.id;
        receipt(new, ServiceName::Replace).await;
        print(new).await;
        assert_eq!(on_paper().await.len(), 3);
        // Another loss is another record.
        life::report(house, house.clerk(), new, life::in_person()).await.unwrap();
        receipt(new, ServiceName::ReportLoss).await;
        let told = on_paper().await;
        assert_eq!(told[..2], [Template::LossReported, Template::CardReplaced], "{told:?}");
    })
    .await;
}
