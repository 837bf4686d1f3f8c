//! Against applications by the thousand. Who comes too often is slowed first and then stopped, counted by network address, phone and
//! document; all together are only slowed, so that a flood elsewhere never shuts the door. docs/operations.md has the numbers.

use std::net::IpAddr;

use chrono::TimeDelta;

use crate::kernel::pace::Pace;

/// Applications and codes that one network address asks for. Readers in one library share its address.
pub(super) const ADDRESS_MINUTE: Pace = Pace {
    name: "applications by address, a minute",
    span: TimeDelta::minutes(1),
    freely: 10,
    apart: TimeDelta::seconds(3),
    most: Some(20),
};
pub(super) const ADDRESS_HOUR: Pace = Pace {
    name: "applications by address, an hour",
    span: TimeDelta::hours(1),
    freely: 100,
    apart: TimeDelta::seconds(30),
    most: Some(160),
};
/// Codes to one phone. Each costs the library money, and its owner a look.
pub(super) const PHONE_HOUR: Pace = Pace {
    name: "codes by phone, an hour",
    span: TimeDelta::hours(1),
    freely: 3,
    apart: TimeDelta::minutes(2),
    most: Some(6),
};
/// Applications with one phone: a family shares it.
pub(super) const PHONE_DAY: Pace = Pace {
    name: "applications by phone, a day",
    span: TimeDelta::days(1),
    freely: 5,
    apart: TimeDelta::minutes(10),
    most: Some(10),
};
/// Applications for one document that were sent with a proven phone.
pub(super) const DOCUMENT_DAY: Pace = Pace {
    name: "applications by document, a day",
    span: TimeDelta::days(1),
    freely: 3,
    apart: TimeDelta::minutes(10),
    most: Some(6),
};
/// Codes for one number of an application that was typed, whether there is one or not.
pub(super) const NUMBER_HOUR: Pace = Pace {
    name: "codes by number, an hour",
    span: TimeDelta::hours(1),
    freely: 3,
    apart: TimeDelta::minutes(2),
    most: Some(6),
};
/// All together: slowed, and never stopped.
pub(super) const ALL_MINUTE: Pace = Pace {
    name: "applications, a minute",
    span: TimeDelta::minutes(1),
    freely: 120,
    apart: TimeDelta::seconds(1),
    most: None,
};

/// Whom an address is counted as: an IPv6 line has 2^64 of them.
pub(super) fn network(address: &str) -> String {
    match address.parse() {
        Ok(IpAddr::V6(address)) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
        _ => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_line_is_one_address() {
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), network("2001:db8:1:2::9"));
        assert_ne!(network("2001:db8:1:2::9"), network("2001:db8:1:3::9"));
        assert_eq!(network("203.0.113.7"), "203.0.113.7");
        assert_eq!(network("local"), "local");
    }
}
