//! The machines' door with TLS.

use std::sync::Arc;

use machines::{Limits, Tls};
use rustls::pki_types::{CertificateDer, ServerName};
use service::testing::on_both_databases;
use sip2::{Charset, Message, Rules, field};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::{Machines, PASSWORD, account, default_of_one_card, lending, look};
use crate::life::one_card;

/// A connection that trusts this certificate and no other.
async fn connect(
    machines: &Machines,
    certificate: CertificateDer<'static>,
) -> std::io::Result<tokio_rustls::client::TlsStream<TcpStream>> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(certificate).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = TcpStream::connect(machines.address).await?;
    let name = ServerName::try_from("sip2.example.org").unwrap();
    tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await
}

async fn say(stream: &mut tokio_rustls::client::TlsStream<TcpStream>, text: &str) -> Message<'static> {
    stream.write_all(format!("{text}\r").as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    while heard.last() != Some(&b'\r') {
        heard.push(stream.read_u8().await.unwrap());
    }
    heard.pop();
    let text = Charset::Utf8.decode(&heard).into_owned();
    Message::parse(&text, Rules::Strict).unwrap().into_owned()
}

#[tokio::test]
async fn c_5_1_3_behind_tls_machines_are_served_and_who_speaks_in_the_clear_is_turned_away() {
    on_both_databases(async |house| {
        let issued = rcgen::generate_simple_self_signed(vec!["sip2.example.org".to_owned()]).unwrap();
        let (pem, key) = (house.files().join("sip2.pem"), house.files().join("sip2.key"));
        std::fs::write(&pem, issued.cert.pem()).unwrap();
        std::fs::write(&key, issued.signing_key.serialize_pem()).unwrap();
        // What can't be used is said by the name of the file.
        let fault = Tls::from_files(&key, &pem).unwrap_err().to_string();
        assert!(fault.contains("sip2.key"), "{fault}");
        let tls = Tls::from_files(&pem, &key).unwrap();

        let service = lending(house);
        let machines = Machines::behind(&service, Limits::default(), Some(tls)).await;
        account(house, "m1", "strict", |_| {}).await;
        let card = one_card(house, 1).await;
        let served = async || {
            let mut line = connect(&machines, issued.cert.der().clone()).await.unwrap();
            let login = say(&mut line, &format!("9300CNm1|CO{PASSWORD}|")).await;
            assert_eq!(login.succeeded(), Some(true));
            let told = say(&mut line, &look(&card, &default_of_one_card(1))).await;
            assert_eq!(
                (told.get(field::PERSONAL_NAME), told.get(field::VALID_PASSWORD)),
                (Some("测二"), Some("Y"))
            );
        };
        served().await;

        // In the clear: the connection ends, nothing of SIP2 is answered, and whoever speaks TLS is served as before.
        let mut plain = TcpStream::connect(machines.address).await.unwrap();
        plain.write_all(format!("9300CNm1|CO{PASSWORD}|\r").as_bytes()).await.unwrap();
        let mut heard = Vec::new();
        // An end or a reset: both are ends.
        let _ = plain.read_to_end(&mut heard).await;
        assert!(!heard.starts_with(b"94") && heard.len() < 16, "{heard:?}");
        // Somebody who does not trust the certificate says so, and goes.
        let other = rcgen::generate_simple_self_signed(vec!["sip2.example.org".to_owned()]).unwrap();
        assert!(connect(&machines, other.cert.der().clone()).await.is_err());
        served().await;
        let seen = machines.server.figures().seen();
        assert_eq!(seen.signed_in, 2, "{seen:?}");
        machines.end().await;
    })
    .await;
}
