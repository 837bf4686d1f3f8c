//! What the public is told (4.4.1, 6.1.4.2, 6.5): who gets which card and what to bring, by the very rules that open it; lending rules as
//! libraries have set them; pages that staff write in three languages; news; opening hours; and what campaigns brought.

mod guide;
mod hours;
mod lending;
mod news;
mod pages;
mod results;
mod tables;

pub use guide::{Advice, Bring, DOORS, Row, Way, advise, doors_offered, table_a1};
pub use hours::{
    DayHours, Hours, Now, Place, PlaceHours, SetHours, Span, SpecialDay, Weekly, Why, hours_of, hours_to_set,
    open_now, remove_special_day, set_hours, set_special_day, spans_in_words,
};
pub use lending::{LendingRules, lending_rules, lending_rules_of_members};
pub use news::{NewsForm, NewsItem, all_news, change_news, news, news_item, news_to_edit, write_news};
pub use pages::{
    GENERAL, LANGUAGES, OF_A_LIBRARY, PageState, SavePage, ShownPage, Version, page, page_version,
    page_versions, pages, publish_page, published_slugs, save_page, withdraw_page,
};
pub use results::{AFTER_DAYS, CampaignResult, DayOfCampaign, campaign_result, campaign_results};
