//! What a reader takes away: all of their own, and nothing of anybody else's (5.3).

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use axum::http::{StatusCode, header};
use service::cards::password::sign_in;
use service::kernel::Op;
use service::readers;
use service::records::File;
use service::testing::{adult, born, child, on_both_databases, resident_number};

use crate::amend::by_eye;
use crate::browser::Browser;
use crate::passwords::{cheap, default_of, open};

fn unpacked(bytes: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    (0..archive.len())
        .map(|place| {
            let mut file = archive.by_index(place).unwrap();
            let mut content = Vec::new();
            file.read_to_end(&mut content).unwrap();
            (file.name().unwrap().into_owned(), content)
        })
        .collect()
}

#[tokio::test]
async fn c_5_3_a_reader_takes_away_all_that_is_kept_and_nothing_of_anybody_else() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let opened = open(house, adult(1)).await;
        let (other, minor) = (open(house, adult(2)).await, open(house, child(3)).await);
        let photo = File(b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR the reader's".to_vec());
        let theirs = File(b"\x89PNG\r\n\x1a\n\0\0\0\x0DIHDR somebody else's".to_vec());
        for (reader, file) in [(opened.reader.id, photo.clone()), (other.reader.id, theirs)] {
            let set = async |op: &Op| readers::set_photo(op, reader, &file, &by_eye()).await;
            house.service.write(house.clerk(), set).await.unwrap();
        }
        for (language, words) in [
            ("zh-Hans", ["办理记录", "居民身份证"]),
            ("zh-Hant", ["辦理記錄", "居民身份證"]),
            ("en", ["Services", "ID card"]),
        ] {
            let mut browser = Browser::new(&service);
            browser.cookies.push(("yueka_language".to_owned(), language.to_owned()));
            browser.get("/my/sign-in").await;
            let password = default_of(1);
            browser.post("/my/sign-in", &[("number", &opened.card.number), ("password", &password)]).await;
            house.tamper("UPDATE reader_sessions SET must_change = FALSE").await.unwrap();
            browser.get("/my/data").await;
            browser.post("/my/data", &[("password", &password)]).await;
            assert_eq!(browser.status, StatusCode::OK, "{}", browser.page);
            let said = |name: header::HeaderName| browser.headers.get(name).unwrap().to_str().unwrap();
            assert_eq!(said(header::CONTENT_DISPOSITION), "attachment; filename=\"yueka-my-data.zip\"");
            assert_eq!(said(header::CONTENT_TYPE), "application/zip");
            assert_eq!(said(header::CACHE_CONTROL), "no-store");
            let files = unpacked(&browser.bytes);
            let names: Vec<&str> = files.keys().map(String::as_str).collect();
            assert_eq!(names, ["files/01-photo.png", "my-data.html", "my-data.json", "style.css"]);
            assert_eq!(files["files/01-photo.png"], photo.0);
            let text = |name: &str| String::from_utf8(files[name].clone()).unwrap();
            let (page, json) = (text("my-data.html"), text("my-data.json"));
            let number = resident_number(1, born(1990, 5, 6));
            for whole in [number.as_str(), "13900000001", &opened.card.number, &opened.reader.name] {
                assert!(page.contains(whole) && json.contains(whole), "{whole}: in full, it is theirs");
            }
            assert!(page.contains(&format!("<html lang=\"{language}\"")));
            for word in words {
                assert!(page.contains(word), "{word} in {language}");
            }
            // Words of the program's own mean nothing to people.
            for word in
                ["resident_id", "open_card", "by_eye", "data-", "look-", "message-", "field-", "null", "T0"]
            {
                let text: String = page.split("<body>").nth(1).unwrap().replace("data-surface", "");
                assert!(!text.contains(&format!(">{word}")), "{word} in {language}");
            }
            for (what, content) in &files {
                let content = String::from_utf8_lossy(content);
                for another in [
                    other.reader.name.as_str(),
                    &other.card.number,
                    &resident_number(2, born(1990, 5, 6)),
                    "13900000002",
                    &minor.reader.name,
                    "somebody else's",
                ] {
                    assert!(!content.contains(another), "{another} in {what}");
                }
            }
        }
        // A child's record is no way to the number and phone of the guardian.
        let mut browser = Browser::new(&service);
        let password = resident_number(3, born(2017, 3, 9))[12..].to_owned();
        browser.get("/my/sign-in").await;
        browser.post("/my/sign-in", &[("number", &minor.card.number), ("password", &password)]).await;
        house.tamper("UPDATE reader_sessions SET must_change = FALSE").await.unwrap();
        browser.get("/my/data").await;
        browser.post("/my/data", &[("password", &password)]).await;
        for content in unpacked(&browser.bytes).values() {
            let content = String::from_utf8_lossy(content);
            assert!(!content.contains("13900001111"));
            assert!(!content.contains(&resident_number(10_003, born(1988, 1, 2))));
        }
    })
    .await;
}

#[tokio::test]
async fn c_5_3_the_password_is_asked_for_before_the_download_and_guesses_are_counted() {
    on_both_databases(async |house| {
        let (service, _) = cheap(house);
        let opened = open(house, adult(1)).await;
        let mut browser = Browser::new(&service);
        browser.get("/my/sign-in").await;
        browser.post("/my/sign-in", &[("number", &opened.card.number), ("password", &default_of(1))]).await;
        house.tamper("UPDATE reader_sessions SET must_change = FALSE").await.unwrap();
        browser.get("/my/data").await;
        for wrong in ["", "wrong-1", "wrong-2", "wrong-3"] {
            browser.post("/my/data", &[("password", wrong)]).await;
            assert_eq!(browser.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(browser.page.contains("id=\"password-error\""), "{}", browser.page);
        }
        browser.post("/my/data", &[("password", "wrong-4")]).await;
        browser.post("/my/data", &[("password", &default_of(1))]).await;
        assert_eq!(browser.status, StatusCode::TOO_MANY_REQUESTS);
        assert!(browser.page.contains("输错次数太多"), "{}", browser.page);
        // They are the same tries as those of signing in: the right password does not help, and nothing is told elsewhere.
        let tried = sign_in(&service, &opened.card.number, &default_of(1), "10.0.0.9").await;
        assert!(matches!(tried, Err(service::Error::SignInRefused)), "{tried:?}");
    })
    .await;
}
