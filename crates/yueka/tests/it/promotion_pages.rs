//! Pages and news that staff write (4.4.1), on both databases.

use axum::http::{StatusCode, header};
use chrono::TimeDelta;
use service::kernel::{Actor, Error, Invalid, LibraryId, NewsId, Op, Right, Role};
use service::promotion::{
    NewsForm, SavePage, ShownPage, change_news, news, page, page_versions, pages, publish_page, save_page,
    withdraw_page, write_news,
};
use service::testing::{House, on_both_databases};

use crate::browser::Browser;
use crate::promotion::staff;

fn save(library: LibraryId, slug: &str, language: &str, based_on: i64, body: &str) -> SavePage {
    SavePage {
        library,
        slug: slug.to_owned(),
        language: language.to_owned(),
        based_on,
        title: format!("题目 {language} {based_on}"),
        body: body.to_owned(),
    }
}

async fn write(house: &House, actor: &Actor, save: &SavePage) -> service::Result<i64> {
    house.service.write(actor.clone(), async |op| save_page(op, save).await).await
}

async fn shown(house: &House, slug: &'static str, language: &'static str) -> Option<ShownPage> {
    house.service.read(Actor::nobody(), async move |op| page(op, None, slug, language).await).await.unwrap()
}

#[tokio::test]
async fn c_4_4_1_a_draft_is_seen_by_staff_alone_and_every_version_stays() {
    on_both_databases(async |house| {
        let admin = staff(house, house.root, Role::FederationAdmin);
        let first = save(house.root, "services", "zh-Hans", 0, "**送书上门**");
        assert_eq!(write(house, &admin, &first).await.unwrap(), 1);
        assert_eq!(shown(house, "services", "zh-Hans").await, None, "a draft");
        let mut visitor = Browser::new(&house.service);
        assert!(!visitor.get("/guide/services").await.contains("送书上门"));
        let publish = async |number: i64| {
            let call = async |op: &Op| publish_page(op, house.root, "services", "zh-Hans", number).await;
            house.service.write(admin.clone(), call).await
        };
        publish(1).await.unwrap();
        assert!(visitor.get("/guide/services").await.contains("<strong>送书上门</strong>"));
        house.clock.advance(TimeDelta::hours(1));
        let second = save(house.root, "services", "zh-Hans", 1, "<script>alert(1)</script>第二版");
        assert_eq!(write(house, &admin, &second).await.unwrap(), 2);
        assert!(visitor.get("/guide/services").await.contains("送书上门"), "the draft changes nothing");
        publish(2).await.unwrap();
        let page = visitor.get("/guide/services").await.to_owned();
        assert!(
            page.contains("第二版") && !page.contains("<script>alert") && page.contains("&lt;script&gt;"),
            "{page}"
        );
        // An earlier version is there to be published again, with who wrote it and when.
        let listed = async |op: &Op| page_versions(op, house.root, "services", "zh-Hans").await;
        let versions = house.service.read(admin.clone(), listed).await.unwrap();
        assert_eq!(
            versions.iter().map(|version| (version.number, version.shown)).collect::<Vec<_>>(),
            [(2, true), (1, false)]
        );
        assert_eq!(versions[0].written_at - versions[1].written_at, TimeDelta::hours(1));
        assert!(
            versions.iter().all(|version| version.written_by == "system" && version.published_by.is_some())
        );
        publish(1).await.unwrap();
        assert!(shown(house, "services", "zh-Hans").await.unwrap().body.contains("送书上门"));
        let withdraw = async |op: &Op| withdraw_page(op, house.root, "services", "zh-Hans").await;
        house.service.write(admin.clone(), withdraw).await.unwrap();
        assert_eq!(shown(house, "services", "zh-Hans").await, None);
        assert!(matches!(publish(9).await, Err(Error::NotFound("version"))));
    })
    .await;
}

#[tokio::test]
async fn c_4_4_1_a_language_that_is_missing_falls_back_with_a_note() {
    on_both_databases(async |house| {
        let admin = staff(house, house.root, Role::FederationAdmin);
        for (language, body) in [("zh-Hans", "简体的话"), ("en", "words in English")] {
            write(house, &admin, &save(house.root, "guide", language, 0, body)).await.unwrap();
            let call = async |op: &Op| publish_page(op, house.root, "guide", language, 1).await;
            house.service.write(admin.clone(), call).await.unwrap();
        }
        let mut visitor = Browser::new(&house.service);
        for (language, words, note) in [
            ("zh-Hans", "简体的话", None),
            ("en", "words in English", None),
            ("zh-Hant", "简体的话", Some("這段文字只有简体中文版本")),
        ] {
            visitor.cookies.retain(|(name, _)| name != "yueka_language");
            visitor.cookies.push(("yueka_language".to_owned(), language.to_owned()));
            let page = visitor.get("/guide").await.to_owned();
            assert!(page.contains(words), "{language}: {page}");
            match note {
                Some(note) => assert!(page.contains(note) && page.contains("lang=\"zh-Hans\""), "{page}"),
                None => assert!(!page.contains("public-note"), "{language}"),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn c_4_4_1_a_branch_writes_its_own_and_the_federation_what_is_everybodys() {
    on_both_databases(async |house| {
        let manager = staff(house, house.sd, Role::BranchManager);
        let general = save(house.root, "guide", "zh-Hans", 0, "x");
        assert!(matches!(write(house, &manager, &general).await, Err(Error::NotFound("library"))));
        let elsewhere = save(house.fs, "services", "zh-Hans", 0, "x");
        assert!(matches!(write(house, &manager, &elsewhere).await, Err(Error::NotFound("library"))));
        let rules = save(house.sd, "lending", "zh-Hans", 0, "x");
        assert!(
            matches!(write(house, &manager, &rules).await, Err(Error::NotFound("page"))),
            "rules are no library's to write"
        );
        let own = save(house.sd, "services", "zh-Hans", 0, "龙舟文献");
        write(house, &manager, &own).await.unwrap();
        let clerk = house.clerk_at_sd();
        assert!(matches!(write(house, &clerk, &own).await, Err(Error::Forbidden(Right::EditSite))));
        let call = async |op: &Op| publish_page(op, house.sd, "services", "zh-Hans", 1).await;
        house.service.write(manager.clone(), call).await.unwrap();
        let mut visitor = Browser::new(&house.service);
        assert!(visitor.get("/libraries/SD").await.contains("龙舟文献"));
        assert!(visitor.get("/guide/services").await.contains("龙舟文献"));
        assert!(!visitor.get("/libraries/FS").await.contains("龙舟文献"));
        assert_eq!(house.service.read(manager, async |op| pages(op, house.sd).await).await.unwrap().len(), 1);
        // What can't be taken is named.
        let admin = staff(house, house.root, Role::FederationAdmin);
        for (odd, field) in [
            (SavePage { slug: "Bad Slug".to_owned(), ..general.clone() }, "page.slug"),
            (SavePage { language: "fr".to_owned(), ..general.clone() }, "page.language"),
            (SavePage { title: " ".to_owned(), ..general.clone() }, "page.title"),
            (SavePage { body: String::new(), ..general.clone() }, "page.body"),
        ] {
            match write(house, &admin, &odd).await {
                Err(Error::Invalid(Invalid(fields))) => assert_eq!(fields[0].field, field),
                other => panic!("{field}: {other:?}"),
            }
        }
    })
    .await;
}

#[tokio::test]
async fn c_4_4_1_of_two_who_save_at_once_one_is_told_and_nothing_is_overwritten() {
    on_both_databases(async |house| {
        let admin = staff(house, house.root, Role::FederationAdmin);
        let (one, two) =
            (save(house.root, "card", "zh-Hans", 0, "甲"), save(house.root, "card", "zh-Hans", 0, "乙"));
        let (first, second) = tokio::join!(write(house, &admin, &one), write(house, &admin, &two));
        let results = [&first, &second];
        assert_eq!(
            results.iter().filter(|result| matches!(result, Ok(1))).count(),
            1,
            "{first:?} {second:?}"
        );
        assert_eq!(results.iter().filter(|result| matches!(result, Err(Error::Stale))).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn c_4_4_1_the_office_writes_previews_and_publishes() {
    on_both_databases(async |house| {
        house.add_staff("zhou", house.root, Role::FederationAdmin).await.unwrap();
        let mut office = Browser::new(&house.service);
        office.get("/sign-in").await;
        office.post("/sign-in", &[("username", "zhou"), ("password", "yueka2026")]).await;
        office.follow().await;
        if office.page.contains("name=\"service_point\"") {
            let point = house.fs_desk.to_string();
            office.post("/service-point", &[("service_point", &point)]).await;
        }
        assert!(
            office.get("/office/site").await.contains("/office/site/U/guide/zh-Hans")
                || office.page.contains("/guide/zh-Hans")
        );
        let path = office
            .page
            .split("href=\"")
            .find(|part| part.starts_with("/office/site/") && part.contains("/guide/zh-Hans"))
            .unwrap();
        let path = path.split('"').next().unwrap().to_owned();
        office.get(&path).await;
        office.post(&path, &[("based_on", "0"), ("page.title", ""), ("page.body", ""), ("do", "save")]).await;
        assert_eq!(office.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(office.page.contains("id=\"page-title-error\""), "{}", office.page);
        office
            .post(
                &path,
                &[("based_on", "0"), ("page.title", "欢迎"), ("page.body", "**你好**"), ("do", "save")],
            )
            .await;
        office.follow().await;
        assert!(
            office.page.contains("<strong>你好</strong>") && office.page.contains("已存为草稿"),
            "{}",
            office.page
        );
        assert!(office.get(&format!("{path}/preview?version=1")).await.contains("公众还看不到"));
        let mut visitor = Browser::new(&house.service);
        assert!(!visitor.get("/guide").await.contains("你好"));
        office.get(&path).await;
        office.post(&path, &[("version", "1"), ("do", "publish")]).await;
        office.follow().await;
        assert!(visitor.get("/guide").await.contains("你好"));
        // Who began from an older version keeps what they typed.
        office
            .post(
                &path,
                &[("based_on", "0"), ("page.title", "旧"), ("page.body", "别人的话"), ("do", "save")],
            )
            .await;
        assert_eq!(office.status, StatusCode::CONFLICT);
        assert!(office.page.contains("别人的话"), "{}", office.page);
        for page in [
            "/office/campaigns",
            "/office/campaigns/new",
            "/office/news",
            "/office/news/new",
            "/office/hours",
            "/office/site",
        ] {
            office.get(page).await;
            assert_eq!(office.status, StatusCode::OK, "{page}");
        }
    })
    .await;
}

fn post(title: [&str; 3], from: &str, until: &str, published: bool) -> NewsForm {
    NewsForm {
        library: "FS".to_owned(),
        pinned: false,
        shown_from: from.to_owned(),
        shown_until: until.to_owned(),
        titles: title.map(str::to_owned),
        bodies: title
            .map(|title| if title.is_empty() { String::new() } else { format!("{title}的**正文** & <b>") }),
        published,
    }
}

#[tokio::test]
async fn c_6_5_news_is_shown_on_its_days_pinned_first_and_as_a_feed() {
    on_both_databases(async |house| {
        let manager = staff(house, house.fs, Role::BranchManager);
        let mut ids: Vec<NewsId> = Vec::new();
        for form in [
            post(["今天的", "今天的", "Today’s"], "2026-11-24", "", true),
            post(["明天的", "", ""], "2026-11-25", "", true),
            post(["过期的", "", ""], "2026-11-01", "2026-11-23", true),
            post(["草稿", "", ""], "2026-11-01", "", false),
            NewsForm { pinned: true, ..post(["置顶的", "", ""], "2026-11-02", "2026-11-24", true) },
        ] {
            ids.push(
                house.service.write(manager.clone(), async |op| write_news(op, &form).await).await.unwrap(),
            );
        }
        let titles = async |library| {
            let found = house.service.read(Actor::nobody(), async move |op| news(op, library, 9).await).await;
            found.unwrap().into_iter().map(|item| item.titles[0].clone()).collect::<Vec<_>>()
        };
        assert_eq!(titles(None).await, ["置顶的", "今天的"]);
        assert_eq!(titles(Some(house.sd)).await, Vec::<String>::new());
        let mut visitor = Browser::new(&house.service);
        for (place, status) in [
            (0, StatusCode::OK),
            (1, StatusCode::NOT_FOUND),
            (2, StatusCode::NOT_FOUND),
            (3, StatusCode::NOT_FOUND),
        ] {
            visitor.get(&format!("/news/{}", ids[place])).await;
            assert_eq!(visitor.status, status, "{place}");
        }
        house.clock.advance(TimeDelta::days(1));
        assert_eq!(titles(None).await, ["明天的", "今天的"]);
        // The feed: well formed, absolute, and in the language that its address asks for.
        let feed = visitor.get("/news.atom?library=FS&l=en").await.to_owned();
        assert_eq!(visitor.headers[header::CONTENT_TYPE], "application/atom+xml; charset=utf-8");
        assert!(
            feed.contains("<title>Today’s</title>") && feed.contains("http://card.example.org/news/"),
            "{feed}"
        );
        assert!(feed.contains("&lt;strong&gt;") || feed.contains("&#60;strong&#62;"), "{feed}");
        assert!(!feed.contains("<b>") && !feed.contains(" & "), "{feed}");
        assert_eq!(feed.matches("<entry>").count(), 2);
        // A change is made to what was seen, by whom it is for.
        let form = post(["改过的", "", ""], "2026-11-24", "", true);
        let change = async |actor: Actor, seen: i64| {
            house.service.write(actor, async |op| change_news(op, ids[0], seen, &form).await).await
        };
        assert!(matches!(
            change(staff(house, house.sd, Role::BranchManager), 1).await,
            Err(Error::NotFound("news"))
        ));
        change(manager.clone(), 1).await.unwrap();
        assert!(matches!(change(manager.clone(), 1).await, Err(Error::Stale)));
        assert!(matches!(change(house.clerk(), 2).await, Err(Error::Forbidden(Right::EditSite))));
        let backwards = post(["x", "", ""], "2026-11-24", "2026-11-23", true);
        match house.service.write(manager, async |op| write_news(op, &backwards).await).await {
            Err(Error::Invalid(Invalid(fields))) => assert_eq!(fields[0].field, "news.shown_until"),
            other => panic!("{other:?}"),
        }
    })
    .await;
}
