//! Networks that somebody may call from: `10.3.0.0/16 2001:db8::/32 192.0.2.7`.

use std::net::IpAddr;

/// Whether an address lies in one of the networks; in any when there are none.
#[must_use]
pub fn is_in(networks: &str, address: IpAddr) -> bool {
    let address = address.to_canonical();
    let mut parsed = networks.split_whitespace().map(parse).peekable();
    parsed.peek().is_none() || parsed.flatten().any(|network| covers(network, address))
}

/// The networks as they are kept; none when one of them is no network.
pub(crate) fn as_kept(networks: &str) -> Option<String> {
    let parts: Vec<&str> =
        networks.split([' ', ',', ';', '\n', '\t']).filter(|part| !part.is_empty()).collect();
    parts.iter().all(|part| parse(part).is_some()).then(|| parts.join(" "))
}

fn parse(text: &str) -> Option<(IpAddr, u32)> {
    let (address, length) = match text.split_once('/') {
        Some((address, length)) => (address, Some(length.parse::<u32>().ok()?)),
        None => (text, None),
    };
    let address: IpAddr = address.parse().ok()?;
    let bits = if address.is_ipv4() { 32 } else { 128 };
    let length = length.unwrap_or(bits);
    (length <= bits).then_some((address, length))
}

fn covers((network, length): (IpAddr, u32), address: IpAddr) -> bool {
    let (network, address, bits) = match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            (u128::from(u32::from(network)), u128::from(u32::from(address)), 32)
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => (u128::from(network), u128::from(address), 128),
        _ => return false,
    };
    // A network of length 0 is everything.
    let shift = bits - length;
    network.checked_shr(shift).unwrap_or(0) == address.checked_shr(shift).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_2_1_a_machine_calls_from_its_networks() {
        let at = |address: &str| address.parse::<IpAddr>().unwrap();
        for (networks, address, inside) in [
            ("", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.8", false),
            ("10.3.0.0/16 192.0.2.0/24", "10.3.200.1", true),
            ("10.3.0.0/16 192.0.2.0/24", "10.4.0.1", false),
            ("0.0.0.0/0", "203.0.113.9", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:5::1", true),
            ("2001:db8::/32", "2001:db9::1", false),
            ("::/0", "2001:db9::1", true),
            ("192.0.2.0/24", "::ffff:192.0.2.9", true),
        ] {
            assert_eq!(is_in(networks, at(address)), inside, "{networks} {address}");
        }
        assert_eq!(as_kept("10.0.0.0/8, 192.0.2.7").as_deref(), Some("10.0.0.0/8 192.0.2.7"));
        for bad in ["10.0.0.0/33", "10.0.0", "library", "10.0.0.0/-1"] {
            assert_eq!(as_kept(bad), None, "{bad}");
        }
    }
}
