//! Where one begins: what a card is good for, how to get it, where, and what is new.

use askama::Template;
use service::promotion;

use super::news::{Post, post};
use super::{Written, read, written};
use crate::i18n::Text;
use crate::page::{Answer, Page, html};
use crate::portal::visitors_page;
use crate::session::Visit;

#[derive(Template)]
#[template(path = "public/home.html")]
struct Home {
    t: Text,
    page: Page,
    here: &'static str,
    written: Option<Written>,
    posts: Vec<Post>,
    /// Pages of the federation beside those with a place of their own: slug and title.
    more: Vec<(String, String)>,
    online: bool,
}

pub async fn show(visit: Visit) -> Answer {
    let page = visitors_page(&visit).await;
    let t = page.t;
    let tag = t.language.tag();
    let (news, more, doors, tree) = read(&visit, async move |op| {
        Ok((
            promotion::news(op, None, 4).await?,
            promotion::published_slugs(op, tag).await?,
            promotion::doors_offered(op).await?,
            service::libraries::tree(op).await?,
        ))
    })
    .await?;
    let posts = news.iter().map(|item| post(t, &tree, item)).collect();
    let online = doors.contains(&service::kernel::Channel::Online);
    let written = written(&visit, t, None, "guide").await?;
    Ok(html(&Home { t, page, here: "guide", written, posts, more, online }))
}
