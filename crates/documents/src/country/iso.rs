//! The table.

use super::Country;

const fn c(
    alpha3: &'static str,
    numeric: u16,
    zh_hans: &'static str,
    zh_hant: &'static str,
    en: &'static str,
) -> Country {
    Country {
        alpha3,
        numeric: if numeric == 0 { None } else { Some(numeric) },
        zh_hans,
        zh_hant,
        en,
    }
}

/// By `alpha3`, ascending.
pub(super) const COUNTRIES: &[Country] = &[
    c("CHN", 156, "中国", "中國", "China"),
    c("DEU", 276, "德国", "德國", "Germany"),
    c("GBR", 826, "英国", "英國", "United Kingdom"),
    c("PRT", 620, "葡萄牙", "葡萄牙", "Portugal"),
    c("USA", 840, "美国", "美國", "United States"),
    c(
        "UTO",
        0,
        "乌托邦（样本）",
        "烏托邦（樣本）",
        "Utopia (specimen)",
    ),
];
