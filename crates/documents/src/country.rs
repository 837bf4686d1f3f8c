//! Countries: ISO 3166-1, and the codes that ICAO 9303 (part 3, section 5) adds for travel documents.

mod iso;

/// A country, territory or organisation that issues travel documents.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Country {
    /// Three letters.
    pub alpha3: &'static str,
    /// ISO 3166-1 numeric; ICAO's own codes have none.
    pub numeric: Option<u16>,
    /// 简体.
    pub zh_hans: &'static str,
    /// 繁體.
    pub zh_hant: &'static str,
    /// English.
    pub en: &'static str,
}

/// Every country, by its three letters, ascending.
pub fn all() -> impl Iterator<Item = &'static Country> {
    iso::COUNTRIES.iter()
}

/// The country by its three letters, upper or lower case. `D`, as German passports have it, is `DEU`.
#[must_use]
pub fn by_alpha3(code: &str) -> Option<&'static Country> {
    let code = code.to_ascii_uppercase();
    let code = if code == "D" { "DEU" } else { code.as_str() };
    let place = iso::COUNTRIES.binary_search_by_key(&code, |country| country.alpha3).ok()?;
    iso::COUNTRIES.get(place)
}

/// The country by its ISO 3166-1 number.
#[must_use]
pub fn by_numeric(code: u16) -> Option<&'static Country> {
    all().find(|country| country.numeric == Some(code))
}
