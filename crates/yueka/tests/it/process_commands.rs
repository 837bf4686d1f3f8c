//! The commands of set-up and upkeep, as an administrator types them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hyper::{Method, StatusCode};
use service::cards;
use service::kernel::{KeyRing, Right};
use service::records::{Chain, seal};
use service::staff;
use service::testing::{House, adult, on_both_databases};

use crate::running::{Client, Server};

/// What a command said, and whether it was content.
struct Said {
    ok: bool,
    out: String,
    err: String,
}

fn yueka(folder: &Path, arguments: &[&str]) -> Said {
    yueka_with(folder, arguments, "")
}

fn yueka_with(folder: &Path, arguments: &[&str], input: &str) -> Said {
    let stdin = folder.join("stdin");
    std::fs::write(&stdin, input).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_yueka"))
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::from(std::fs::File::open(&stdin).unwrap()))
        .output()
        .unwrap();
    Said {
        ok: output.status.success(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

pub fn refused(folder: &Path, arguments: &[&str], named: &[&str]) {
    let said = yueka(folder, arguments);
    assert!(!said.ok, "{arguments:?}: {}", said.out);
    for name in named {
        assert!(
            said.err.contains(name) || said.out.contains(name),
            "{arguments:?}: {}{}",
            said.out,
            said.err
        );
    }
}

pub fn done(folder: &Path, arguments: &[&str]) -> String {
    let said = yueka(folder, arguments);
    assert!(said.ok, "{arguments:?}: {}{}", said.out, said.err);
    said.out
}

/// `yueka.toml` for a house, in its folder.
pub fn configure(house: &House) -> PathBuf {
    let (url, keys) = (&house.database_url, house.keys.display());
    let listen = "[http]\nlisten = \"127.0.0.1:0\"\nsecure_cookies = false\n";
    let text = format!("{listen}[database]\nurl = \"{url}\"\n[keys]\nfile = \"{keys}\"\n");
    std::fs::write(house.files().join("yueka.toml"), text).unwrap();
    house.files().to_owned()
}

fn docs(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(name).display().to_string()
}

#[test]
fn a_new_house_is_set_up_step_by_step_and_each_missing_step_is_named() {
    let folder = std::env::temp_dir().join(format!("yueka-set-up-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    refused(&folder, &["serve"], &["yueka.toml", "--config"]);
    std::fs::copy(docs("yueka.sample.toml"), folder.join("yueka.toml")).unwrap();
    refused(&folder, &["serve"], &["yueka migrate"]);
    refused(&folder, &["check"], &["WRONG  database", "yueka migrate"]);

    let migrated = done(&folder, &["migrate"]);
    assert!(migrated.contains("m0001") && migrated.contains("keys.json"), "{migrated}");
    assert!(done(&folder, &["migrate"]).contains("up to date"));
    for private in ["yueka.db", "keys.json"] {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(folder.join(private)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{private}");
    }
    refused(
        &folder,
        &["staff", "add", "--library", "FS", "--role", "clerk", "--username", "a.b", "--name", "A"],
        &["yueka library load"],
    );

    let sample = docs("libraries.sample.toml");
    let loaded = done(&folder, &["library", "load", &sample]);
    assert!(loaded.contains("added, 0 changed, 0 as before"), "{loaded}");
    let again = done(&folder, &["library", "load", &sample]);
    assert!(again.contains(" 0 added, 0 changed"), "{again}");
    let renamed = std::fs::read_to_string(&sample).unwrap().replace("祖庙街道分馆", "祖庙分馆");
    std::fs::write(folder.join("renamed.toml"), &renamed).unwrap();
    assert!(done(&folder, &["library", "load", "renamed.toml"]).contains("0 added, 1 changed"));
    let policies = renamed.replacen(
        "under = \"FSUL\"\n",
        "under = \"FSUL\"\npolicy = { av_limit = 4, loss_phone = \"0757-1\" }\n",
        1,
    );
    std::fs::write(folder.join("policies.toml"), &policies).unwrap();
    assert!(done(&folder, &["library", "load", "policies.toml"]).contains("2 added, 0 changed"));
    assert!(done(&folder, &["library", "load", "policies.toml"]).contains("0 added, 0 changed"));
    let list = done(&folder, &["policy", "list", "--library", "FS"]);
    let line = |name: &str| list.lines().find(|line| line.starts_with(name)).unwrap().to_owned();
    assert!(line("av_limit").contains(" 4 ") && line("av_limit").contains("FS"), "{list}");
    assert!(line("book_limit").contains("the standard") && line("book_limit").contains("A.3.2 a"), "{list}");
    done(&folder, &["policy", "set", "--library", "FSUL", "av_limit", "7"]);
    done(&folder, &["policy", "clear", "--library", "FS", "av_limit"]);
    let list = done(&folder, &["policy", "list", "--library", "FS"]);
    assert!(list.lines().any(|line| line.starts_with("av_limit") && line.contains("FSUL")), "{list}");
    refused(&folder, &["policy", "set", "--library", "FS", "av_limit", "-1"], &["from 0 to 500"]);
    refused(&folder, &["policy", "set", "--library", "FS", "colour", "red"], &["book_limit"]);
    let list = done(&folder, &["library", "list"]);
    assert!(list.contains("祖庙分馆") && list.contains("K1"), "{list}");
    for (from, to, named) in [
        ("under = \"CC\"", "under = \"FSUL\"", "CC-ZM"),
        ("under = \"CC\"", "under = \"XX\"", "XX"),
        ("kind = \"kiosk\"", "kind = \"fridge\"", "fridge"),
        ("kind = \"kiosk\"", "kind = \"machine\"", "K1 of FS"),
        ("name_en =", "nam_en =", "nam_en"),
        ("under = \"CC\"", "under = \"CC\"\npolicy.colour = 1", "there is no policy colour"),
        ("under = \"CC\"", "under = \"CC\"\npolicy.av_limit = 1000", "from 0 to 500"),
    ] {
        std::fs::write(folder.join("bad.toml"), renamed.replace(from, to)).unwrap();
        refused(&folder, &["library", "load", "bad.toml"], &[named]);
    }
    let check = done(&folder, &["check"]);
    assert!(check.contains("key ring") && !check.contains("WRONG"), "{check}");
    for told in ["ok     clock: it is ", "note   http: ", "trust_forwarded_for", "keys.heads.json"] {
        assert!(check.contains(told), "{told}: {check}");
    }
    std::fs::write(folder.join("elsewhere.toml"), "[database]\nurl = \"nowhere/y.db\"\n").unwrap();
    refused(&folder, &["check", "--config", "elsewhere.toml"], &["there is no folder", "make it"]);

    // The key ring is lost: nothing makes a new one in silence.
    std::fs::rename(folder.join("keys.json"), folder.join("elsewhere")).unwrap();
    for command in ["serve", "migrate", "check"] {
        refused(&folder, &[command], &["keys.json", "restore"]);
    }
    assert!(!folder.join("keys.json").exists());
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn bad_settings_stop_every_command_and_are_named() {
    let folder = std::env::temp_dir().join(format!("yueka-settings-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("yueka.toml"), "[http]\nlisten = \"here\"\nlissen = 1\n").unwrap();
    for command in ["serve", "migrate", "check"] {
        refused(
            &folder,
            &[command],
            &["http.lissen", "yueka.toml", "listen, map_url, public_url, secure_cookies"],
        );
    }
    std::fs::write(folder.join("yueka.toml"), "").unwrap();
    for (variable, value, named) in [
        ("YUEKA_LOG__FORMAT", "xml", "YUEKA_LOG__FORMAT"),
        ("YUEKA_HTTP__LISSEN", "a", "YUEKA_HTTP__LISSEN"),
        ("YUEKA_HTTP_LISTEN", "a", "YUEKA_HTTP__LISTEN"),
    ] {
        let output = Command::new(env!("CARGO_BIN_EXE_yueka"))
            .arg("serve")
            .current_dir(&folder)
            .env(variable, value)
            .output()
            .unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && told.contains(named) && told.contains("environment"), "{told}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

#[tokio::test]
async fn c_5_3_what_would_end_badly_is_refused_at_the_start() {
    on_both_databases(async |house| {
        let folder = configure(house);
        house.service.prove_keys().await.unwrap();
        let other = folder.join("other.json");
        KeyRing::open_or_create(&other).unwrap();
        let own = std::fs::read(&house.keys).unwrap();
        std::fs::copy(&other, &house.keys).unwrap();
        for command in ["serve", "migrate", "check"] {
            refused(&folder, &[command], &["key ring", "restore"]);
        }
        std::fs::write(&house.keys, own).unwrap();
        done(&folder, &["check"]);

        house
            .tamper("INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_later', 0)")
            .await
            .unwrap();
        assert!(done(&folder, &["check"]).contains("m9999_later"), "an older release runs on a later schema");
        assert!(done(&folder, &["migrate"]).contains("m9999_later"));
        house.tamper("DELETE FROM seaql_migrations").await.unwrap();
        for command in ["serve", "check"] {
            refused(&folder, &[command], &["m0001", "yueka migrate"]);
        }
    })
    .await;
}

#[tokio::test]
async fn c_5_1_3_accounts_are_added_listed_closed_and_opened_again_beside_a_running_server() {
    on_both_databases(async |house| {
        let folder = configure(house);
        let _server = Server::start(Path::new(env!("CARGO_BIN_EXE_yueka")), house, "beside").await;
        let add = ["staff", "add", "--library", "FS", "--role", "clerk", "--name", "陈敏", "--username"];
        let add = |username: &'static str| [&add[..], &[username]].concat();
        let made = done(&folder, &add("Chen.Min"));
        let password = made.lines().find_map(|line| line.strip_prefix("Password: ")).unwrap();
        staff::sign_in(&house.service, "chen.min", password, "local").await.unwrap();
        refused(&folder, &add("chen.min"), &["username is taken"]);
        refused(
            &folder,
            &["staff", "add", "--library", "XX", "--role", "clerk", "--name", "A", "--username", "xy"],
            &["XX", "FS, SD"],
        );
        let own = [&add("he.jiaxin")[..], &["--password-stdin"]].concat();
        assert!(!yueka_with(&folder, &own, "short\n").ok);
        let said = yueka_with(&folder, &own, "foshan2026x\n");
        assert!(said.ok && !said.out.contains("foshan2026x"), "{}", said.err);
        staff::sign_in(&house.service, "he.jiaxin", "foshan2026x", "local").await.unwrap();

        done(&folder, &["staff", "close", "chen.min"]);
        staff::sign_in(&house.service, "chen.min", password, "local").await.unwrap_err();
        let list = done(&folder, &["staff", "list", "--library", "FS"]);
        assert!(list.lines().any(|line| line.contains("chen.min") && line.ends_with("closed")), "{list}");
        done(&folder, &["staff", "reopen", "chen.min"]);
        staff::sign_in(&house.service, "chen.min", password, "local").await.unwrap();
        refused(&folder, &["staff", "close", "nobody"], &["yueka staff list"]);

        let reset = done(&folder, &["staff", "reset-password", "chen.min"]);
        let other = reset.lines().find_map(|line| line.strip_prefix("Password: ")).unwrap();
        staff::sign_in(&house.service, "chen.min", password, "local").await.unwrap_err();
        staff::sign_in(&house.service, "chen.min", other, "local").await.unwrap();
        assert!(!yueka_with(&folder, &["staff", "reset-password", "chen.min", "--password-stdin"], "x\n").ok);
        done(&folder, &["staff", "set-role", "chen.min", "--role", "group_clerk"]);
        done(&folder, &["staff", "move", "chen.min", "--library", "SD"]);
        let list = done(&folder, &["staff", "list"]);
        let line = list.lines().find(|line| line.contains("chen.min")).unwrap();
        assert!(line.contains("group_clerk") && line.contains("SD"), "{line}");
        refused(
            &folder,
            &["staff", "set-role", "chen.min", "--role", "federation_admin"],
            &["the federation itself"],
        );
        refused(&folder, &["staff", "remove-codes", "chen.min"], &["one-time codes"]);
        let help = done(&folder, &["staff", "add", "--help"]);
        assert!(!help.contains('`') && help.contains("federation_admin"), "{help}");
    })
    .await;
}

#[tokio::test]
async fn a_2_1_a_token_is_issued_works_at_its_point_and_is_revoked() {
    on_both_databases(async |house| {
        let folder = configure(house);
        let server = Server::start(Path::new(env!("CARGO_BIN_EXE_yueka")), house, "tokens").await;
        let add = ["token", "add", "--library", "FS", "--service-point", "K1", "--name", "一楼", "--right"];
        let secret = done(&folder, &[&add[..], &["find_readers"]].concat());
        let mut client = Client::connect(server.address, secret.trim()).await.unwrap();
        let (status, me) = client.send(Method::GET, "/api/v1/me", None).await.unwrap();
        assert_eq!(status, StatusCode::OK, "{me}");
        let rights = ["open_cards, find_readers", "lend, take_payments, waive_charges, manage_items"];
        refused(&folder, &[&add[..], &["manage_everything"]].concat(), &rights);
        // Every right that there is, those of lending included.
        let every: Vec<&str> = Right::ALL.iter().flat_map(|right| ["--right", right.as_str()]).collect();
        done(&folder, &[&add[..add.len() - 1], &every[..]].concat());
        refused(
            &folder,
            &[
                "token",
                "add",
                "--library",
                "FS",
                "--service-point",
                "D9",
                "--name",
                "a",
                "--right",
                "open_cards",
            ],
            &["D9", "D1, K1"],
        );
        let list = done(&folder, &["token", "list"]);
        assert!(!list.contains(secret.trim()));
        let line = list.lines().find(|line| line.contains("一楼")).unwrap();
        let id = line.split_whitespace().next().unwrap();
        done(&folder, &["token", "revoke", id]);
        refused(&folder, &["token", "revoke", id], &["yueka token list"]);
        let (status, _) = client.send(Method::GET, "/api/v1/me", None).await.unwrap();
        assert_eq!(status, StatusCode::UNAUTHORIZED);
    })
    .await;
}

#[tokio::test]
async fn c_5_3_audit_verify_names_the_row_that_was_touched() {
    on_both_databases(async |house| {
        let folder = configure(house);
        for serial in 1..=5 {
            house
                .service
                .write(house.clerk(), async |op| cards::open(op, adult(serial)).await)
                .await
                .unwrap();
        }
        seal(&house.service, Chain::ServiceRecords, 100).await.unwrap();
        let verified = done(&folder, &["audit", "verify"]);
        assert!(verified.contains("service_records: 5 rows fit"), "{verified}");
        assert!(verified.contains("cards: each has the record of its opening"), "{verified}");
        let head = done(&folder, &["audit", "head"]);
        let head = head.trim();
        assert!(head.starts_with("service_records:5:"), "{head}");
        done(&folder, &["audit", "verify", "--expect", head]);
        refused(
            &folder,
            &["audit", "verify", "--expect", &head.replace(":5:", ":9:")],
            &["ends with row 5, and ended with row 9"],
        );
        refused(&folder, &["audit", "verify", "--expect", "5"], &["yueka audit head"]);
        let heads = service::records::heads_file(house.service.keys());
        std::fs::rename(&heads, folder.join("elsewhere")).unwrap();
        refused(&folder, &["audit", "verify"], &["THE END IS NOT PROVED", "keys.heads.json", "--expect"]);
        std::fs::rename(folder.join("elsewhere"), &heads).unwrap();
        house.tamper("UPDATE service_records SET outcome = 'refused' WHERE seal_place = 3").await.unwrap();
        refused(
            &folder,
            &["audit", "verify"],
            &["service_records: DOES NOT FIT after 2 rows: row 3", "was changed"],
        );
    })
    .await;
}
