//! A mobile card point from end to end, with the program itself (6.5): prepared, 200 openings without network, handed in twice over a
//! connection that breaks, and a thief who has the laptop.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use service::cards::OpenCard;
use service::kernel::{Actor, Call, Channel, Clock, Right, Role, StaffId, Who};
use service::points::Laptop;
use service::staff::{NewToken, issue_token};
use service::testing::{House, adult, child, on_both_databases};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::points::{PASSPHRASE, mobile};
use crate::running::Server;

fn yueka(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_yueka")).args(arguments).current_dir(folder).output().unwrap()
}

fn said(output: &Output) -> String {
    [String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr)].concat()
}

async fn sync(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let (folder, mut all) =
        (folder.to_owned(), vec!["point".to_owned(), "sync".to_owned(), "laptop".to_owned()]);
    all.extend(["--passphrase-file", "passphrase"].map(str::to_owned));
    all.extend(arguments.iter().map(|argument| (*argument).to_owned()));
    let run = move || {
        let arguments: Vec<&str> = all.iter().map(String::as_str).collect();
        yueka(&folder, &arguments)
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    (output.status.success(), said(&output))
}

/// A way to the server that breaks after so many bytes of answers: the last one is lost on the way.
async fn breaking_way(to: std::net::SocketAddr, bytes: usize) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (client, _) = listener.accept().await.unwrap();
        let server = TcpStream::connect(to).await.unwrap();
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        tokio::spawn(async move { tokio::io::copy(&mut from_client, &mut to_server).await });
        let (mut passed, mut buffer) = (0, [0; 512]);
        while passed < bytes {
            let read = from_server.read(&mut buffer).await.unwrap_or_default();
            if read == 0 || to_client.write_all(&buffer[..read]).await.is_err() {
                return;
            }
            passed += read;
        }
        // What is answered from here on does not arrive.
        let _ = from_server.read(&mut buffer).await;
    });
    address
}

/// The people of the event: adults, and some children with their guardians.
fn person(serial: u32) -> OpenCard {
    if serial.is_multiple_of(20) { child(serial) } else { adult(serial) }
}

/// All that must not lie on the laptop in the clear.
fn personal(serials: impl Iterator<Item = u32>) -> Vec<String> {
    let mut all = Vec::new();
    for serial in serials {
        let request = person(serial);
        all.extend([request.reader.name, request.reader.phone, request.reader.email]);
        all.extend(request.documents.into_iter().map(|document| document.number));
        all.extend(
            request.guardian.into_iter().flat_map(|guardian| [guardian.document.number, guardian.phone]),
        );
    }
    all.push("陈监护".to_owned());
    all.push("佛山市禅城区季华五路".to_owned());
    all.push("陈敏".to_owned());
    all
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_file()).collect()
}

/// Goes through every byte of every file, for each word in UTF-8, UTF-16 and base64.
fn grep(folder: &Path, words: &[String]) {
    use base64::Engine as _;
    let mut patterns: HashMap<[u8; 4], Vec<(Vec<u8>, &str)>> = HashMap::new();
    for word in words {
        let base64 = base64::engine::general_purpose::STANDARD.encode(word);
        // The last group depends on what follows.
        let base64 = base64.get(..base64.len() - 4).unwrap_or_default();
        let codings = [
            word.as_bytes().to_vec(),
            word.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            word.encode_utf16().flat_map(u16::to_be_bytes).collect(),
            if base64.len() < 8 { Vec::new() } else { base64.as_bytes().to_vec() },
        ];
        for pattern in codings {
            if let Some(first) = pattern.first_chunk().copied() {
                patterns.entry(first).or_default().push((pattern, word));
            }
        }
    }
    let files = files(folder);
    assert!(files.len() >= 2, "{files:?}");
    for path in files {
        let bytes = std::fs::read(&path).unwrap();
        for at in 0..bytes.len().saturating_sub(3) {
            let first: [u8; 4] = bytes[at..at + 4].try_into().unwrap();
            for (pattern, word) in patterns.get(&first).into_iter().flatten() {
                assert!(!bytes[at..].starts_with(pattern), "{} holds {word}", path.display());
            }
        }
    }
}

#[test]
fn what_lies_in_the_clear_is_found() {
    let folder = std::env::temp_dir().join(format!("yueka-grep-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("one"), "nothing").unwrap();
    let word = "陈监护".to_owned();
    for content in [
        [b"x".as_slice(), word.as_bytes()].concat(),
        word.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        word.encode_utf16().flat_map(u16::to_be_bytes).collect(),
    ] {
        std::fs::write(folder.join("two"), content).unwrap();
        let (folder, words) = (folder.clone(), vec![word.clone()]);
        assert!(std::panic::catch_unwind(move || grep(&folder, &words)).is_err());
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

async fn prepared(house: &House, server: &Server) -> StaffId {
    let folder = house.files();
    let staff = house.add_staff("chen", house.fs, Role::Clerk).await.unwrap();
    mobile(house, house.fs, "M1").await;
    let rights = vec![Right::ManagePoints];
    let new = NewToken { name: "points".to_owned(), service_point: house.fs_desk, rights };
    let token = house.service.write(house.system(), async |op| issue_token(op, &new).await).await.unwrap();
    std::fs::write(folder.join("token"), token).unwrap();
    std::fs::write(folder.join("passphrase"), PASSPHRASE).unwrap();
    std::fs::write(folder.join("wrong"), "four words of thine").unwrap();
    std::fs::write(folder.join("short"), "short").unwrap();
    let server = format!("http://{}", server.address);
    let prepare = |passphrase: &str| {
        let arguments = [
            "point",
            "prepare",
            "--server",
            &server,
            "--token-file",
            "token",
            "--out",
            "laptop",
            "--name",
            "第一中学",
            "--service-point",
            "M1",
            "--staff",
            "chen",
            "--numbers",
            "250",
            "--passphrase-file",
            passphrase,
        ];
        yueka(folder, &arguments)
    };
    let short = prepare("short");
    assert!(!short.status.success() && said(&short).contains("fewer than 12"), "{}", said(&short));
    let made = prepare("passphrase");
    assert!(made.status.success() && said(&made).contains("250 virtual numbers"), "{}", said(&made));
    let again = prepare("passphrase");
    assert!(!again.status.success() && said(&again).contains("holds a point already"), "{}", said(&again));
    staff
}

#[tokio::test(flavor = "multi_thread")]
async fn process_c_6_5_two_hundred_openings_without_network_are_180_cards_and_20_conflicts_and_none_is_double()
 {
    on_both_databases(async |house| {
        let folder = house.files();
        let server = Server::start(Path::new(env!("CARGO_BIN_EXE_yueka")), house, "centre").await;
        let staff = prepared(house, &server).await;
        drop(server);

        // No network: 200 people.
        let at = folder.join("laptop");
        let (laptop, _) = Laptop::open_desk(&at, PASSPHRASE, Clock::system()).await.unwrap();
        let laptop = Arc::new(laptop);
        let point = laptop.package().outline.point.clone();
        let clerk = Actor {
            who: Who::Staff(staff),
            library: point.library,
            service_point: Some(point.id),
            scope: point.library,
            rights: Role::PointClerk.rights().to_vec(),
            channel: Channel::MobilePoint,
        };
        for serial in 1..=200 {
            let call = Call { actor: clerk.clone(), key: None };
            Arc::clone(&laptop).open_card(call, person(serial)).await.unwrap();
        }
        assert_eq!((laptop.standing().waiting, laptop.standing().numbers_left), (200, 50));
        // While its desk is open and its log not written back, and when it is closed: nothing.
        let personal = personal(1..=200);
        grep(&at, &personal);
        let Ok(laptop) = Arc::try_unwrap(laptop) else { panic!("somebody holds the laptop") };
        laptop.close().await.unwrap();
        grep(&at, &personal);

        // Meanwhile 20 of them got a card elsewhere.
        for serial in (5..=200).step_by(10) {
            let request = person(serial);
            let open = async |op: &service::kernel::Op| service::cards::open(op, request.clone()).await;
            house.service.write(house.clerk(), open).await.unwrap();
        }

        // A thief.
        for command in
            [&["point", "sync", "laptop"][..], &["point", "serve", "laptop", "--listen", "127.0.0.1:0"]]
        {
            let arguments = [command, &["--passphrase-file", "wrong"]].concat();
            let refused = yueka(folder, &arguments);
            assert!(!refused.status.success(), "{}", said(&refused));
            assert!(said(&refused).contains("the passphrase does not open laptop"), "{}", said(&refused));
        }

        // Handed in: without the server, over a way that breaks, and twice.
        let (done, told) = sync(folder, &[]).await;
        assert!(!done && told.contains("200 not handed in yet"), "{told}");
        let server = Server::start(Path::new(env!("CARGO_BIN_EXE_yueka")), house, "again").await;
        let before = folder.join("before");
        copy(&at, &before);
        let way = breaking_way(server.address, 20_000).await;
        let (done, told) = sync(folder, &["--server", &format!("http://{way}")]).await;
        assert!(!done && told.contains("nothing is opened twice"), "{told}");
        assert!(!told.contains(" 0 accepted") && !told.contains(" 0 not handed in yet"), "{told}");
        let now = format!("http://{}", server.address);
        for _ in 0..2 {
            let (done, told) = sync(folder, &["--server", &now]).await;
            assert!(done, "{told}");
            for line in ["  180 accepted", "  20 in conflict", "  0 not handed in yet"] {
                assert!(told.contains(line), "{told}");
            }
            let reasons = told.lines().filter(|line| line.ends_with(" already_holds_card")).count();
            assert_eq!(reasons, 20, "{told}");
        }
        // The laptop as it was before it heard any answer says the same.
        std::fs::remove_dir_all(&at).unwrap();
        copy(&before, &at);
        let (done, told) = sync(folder, &["--server", &now]).await;
        assert!(done && told.contains("  180 accepted") && told.contains("  20 in conflict"), "{told}");
        assert_eq!(house.tamper("UPDATE cards SET version = version").await.unwrap(), 200);
        let of_point = "UPDATE cards SET version = version WHERE channel = 'mobile_point'";
        assert_eq!(house.tamper(of_point).await.unwrap(), 180);
        grep(&at, &personal);

        // The event is over, but not as long as the desk could open cards.
        let served = Laptop::open_desk(&at, PASSPHRASE, Clock::system()).await.unwrap();
        let (done, told) = sync(folder, &["--server", &now, "--end"]).await;
        assert!(!done && told.contains("is served already"), "{told}");
        served.0.close().await.unwrap();
        let (done, told) = sync(folder, &["--server", &now]).await;
        assert!(done, "the house was not told: {told}");
        let (done, told) = sync(folder, &["--server", &now, "--end"]).await;
        assert!(done && told.contains("its files are removed"), "{told}");
        assert!(files(&at).is_empty(), "{:?}", files(&at));
    })
    .await;
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for path in files(from) {
        std::fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn process_c_6_5_a_revoked_laptop_is_refused_and_the_command_line_knows_it() {
    on_both_databases(async |house| {
        let folder = crate::process_commands::configure(house);
        let server = Server::start(Path::new(env!("CARGO_BIN_EXE_yueka")), house, "centre").await;
        prepared(house, &server).await;
        let list = crate::process_commands::done(&folder, &["point", "list"]);
        assert!(list.contains("第一中学") && list.contains("250/250") && list.contains("out"), "{list}");
        let id = list.lines().nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        let revoked = crate::process_commands::done(&folder, &["point", "revoke", &id]);
        assert!(revoked.contains("250 numbers are void"), "{revoked}");
        let (done, told) = sync(&folder, &[]).await;
        assert!(!done && told.contains("401") && told.contains("opens nothing more"), "{told}");
        let laptop = Laptop::open_desk(&folder.join("laptop"), PASSPHRASE, Clock::system()).await.unwrap().0;
        assert!(laptop.standing().over);
        laptop.close().await.unwrap();
        crate::process_commands::done(&folder, &["point", "late", &id]);
        let (done, told) = sync(&folder, &[]).await;
        assert!(done, "{told}");
        crate::process_commands::refused(&folder, &["point", "revoke", &id], &["no such point"]);
        crate::process_commands::done(&folder, &["point", "take-back", &id]);
    })
    .await;
}
