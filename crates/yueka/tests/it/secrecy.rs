//! What is personal is not in the database as text: 5.1.3, 5.3.

use std::path::Path;

use service::cards;
use service::kernel::Engine;
use service::readers;
use service::testing::{adult, born, child, foreigner, macao_resident, on_both_databases, resident_number};

/// Whether any file below a folder holds these bytes, in UTF-8 or UTF-16.
pub fn holds(folder: &Path, text: &str) -> bool {
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return holds(&path, text);
        }
        let bytes = std::fs::read(&path).unwrap();
        [text.as_bytes(), &utf16]
            .iter()
            .any(|needle| bytes.windows(needle.len()).any(|window| window == *needle))
    })
}

#[tokio::test]
async fn c_5_3_no_document_number_phone_or_address_lies_in_the_database_in_the_clear() {
    on_both_databases(async |house| {
        for request in [adult(1), child(2), macao_resident(3), foreigner(4)] {
            let opened =
                house.service.write(house.clerk(), async |op| cards::open(op, request.clone()).await);
            let reader = opened.await.unwrap().reader.id;
            house
                .service
                .write(house.clerk(), async |op| readers::for_print(op, reader).await)
                .await
                .unwrap();
        }
        let _ = house.service.write(house.clerk(), async |op| cards::open(op, adult(1)).await).await;
        let dump = house.files().join("dump");
        if house.engine == Engine::Postgres {
            let output = std::process::Command::new("pg_dump").arg(&house.database_url).output();
            std::fs::write(&dump, output.expect("pg_dump is installed").stdout).unwrap();
            assert!(holds(house.files(), "open_card"), "the dump has the records");
        }
        assert!(holds(house.files(), "FS00000003"), "the search finds what is there");
        for secret in [
            resident_number(1, born(1990, 5, 6)).as_str(),
            &resident_number(2, born(2017, 3, 9)),
            &resident_number(10_002, born(1988, 1, 2)),
            &documents::synthetic::passport(4),
            "13900000001",
            "13900001111",
            "reader1@example.org",
            "季华五路11",
            "第一中学",
        ] {
            assert!(!holds(house.files(), secret), "{secret} lies in the clear on {:?}", house.engine);
        }
    })
    .await;
}
