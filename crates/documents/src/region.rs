//! Area codes (GB/T 2260) to place names, for display only: a code that is not here is no reason to refuse
//! anything. The tables were typed for this crate; former prefectures and the counties of Guangdong before 1990 were
//! completed by comparing with the codes in python-stdnum (Wikipedia's lists of GB/T 2260 since 1980). Nothing here
//! contradicts those.

mod guangdong;
mod prefectures;
mod provinces;

/// The area a number was given in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Region {
    /// The code as it stands in the number: two, four or six digits.
    pub code: String,
    /// The place's name, from the province down as far as it is known.
    pub name: Option<String>,
}

/// The name of a place by its code of two, four or six digits, as far as it is known: a county's name
/// begins with its province's and prefecture's. `None` when not even the province is known.
#[must_use]
pub fn place_name(code: &str) -> Option<String> {
    let province = named(provinces::PROVINCES, code.get(..2)?)?;
    let mut name = province.to_owned();
    if let Some(prefecture) = code.get(..4).and_then(|code| named(prefectures::PREFECTURES, code)) {
        name.push_str(prefecture);
    }
    if let Some(county) = code.get(..6).and_then(|code| named(guangdong::COUNTIES, code)) {
        name.push_str(county);
    }
    Some(name)
}

fn named(table: &'static [(&str, &str)], code: &str) -> Option<&'static str> {
    let place = table.binary_search_by_key(&code, |(code, _)| code).ok()?;
    table.get(place).map(|(_, name)| *name)
}
