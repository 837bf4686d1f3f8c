//! Who may hold a card already, told without network and without telling of anybody (6.5).
//!
//! Each holder sets one bit of a field of bits, at a place that comes from a slow keyed hash of their identity key with a key made for
//! this point alone. The field has seven and a half bits for each holder, so that one newcomer in eight meets a bit that somebody else
//! set: "may hold a card", never "does".
//!
//! What that is worth is told plainly: the space of citizen numbers is small, and no hash is slow enough to hide it from who has the key.
//! So the key lies behind the passphrase of the laptop; and who breaks that and goes through all the numbers there could be finds far
//! more strangers than holders (docs/mobile-points.md does the sum), and of nobody that they do hold one.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sm3::Sm3;
use zeroize::Zeroizing;

use crate::kernel::{Error, Result, random_bytes};

/// How often the keyed hash is taken of itself.
const ROUNDS: u32 = 16;
/// Bits for a thousand holders: 1 / -ln(1 - 1/8) each.
const BITS_OF_THOUSAND: u64 = 7489;
/// Even of a few holders nothing can be read from the size.
const FEWEST_BITS: u64 = 65_536;

/// The field of bits, with its key. `Debug` shows its size.
#[derive(Clone, Serialize, Deserialize)]
pub struct HolderFilter {
    key: String,
    rounds: u32,
    #[serde(with = "in_base64")]
    bits: Vec<u8>,
}

impl std::fmt::Debug for HolderFilter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "HolderFilter({} bits)", self.size())
    }
}

impl HolderFilter {
    /// An empty one for so many holders, with a key of its own. What lies in a small one is blurred as in a large one: bits are set at
    /// random until one in eight is.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn new(holders: u64) -> Result<Self> {
        let key: [u8; 32] = random_bytes()?;
        let size = (holders.saturating_mul(BITS_OF_THOUSAND) / 1000).max(FEWEST_BITS);
        let bytes = usize::try_from(size.div_ceil(8)).map_err(Error::internal)?;
        Ok(Self { key: STANDARD.encode(key), rounds: ROUNDS, bits: vec![0; bytes] })
    }

    fn size(&self) -> u64 {
        self.bits.len() as u64 * 8
    }

    fn mac(&self) -> Option<Hmac<Sm3>> {
        let key = Zeroizing::new(STANDARD.decode(&self.key).ok()?);
        Hmac::<Sm3>::new_from_slice(&key).ok()
    }

    /// Where the bit of a person stands.
    fn place(&self, mac: &Hmac<Sm3>, person: &str) -> (usize, u8) {
        let mut last = person.as_bytes().to_vec();
        for _ in 0..self.rounds.max(1) {
            let mut next = mac.clone();
            next.update(&last);
            last = next.finalize().into_bytes().to_vec();
        }
        let eight: [u8; 8] = last.first_chunk().copied().unwrap_or_default();
        let bit = u64::from_be_bytes(eight) % self.size().max(1);
        (usize::try_from(bit / 8).unwrap_or_default(), 1 << (bit % 8))
    }

    /// Adds people by their identity keys.
    ///
    /// # Errors
    /// When the key is none.
    pub fn add(&mut self, people: &[String]) -> Result<()> {
        let mac = self.mac().ok_or_else(|| Error::internal("a filter without a key"))?;
        for person in people {
            let (byte, bit) = self.place(&mac, person);
            if let Some(byte) = self.bits.get_mut(byte) {
                *byte |= bit;
            }
        }
        Ok(())
    }

    /// Sets bits at random until one in eight is set, so that a federation with few holders gives no more away than a large one.
    ///
    /// # Errors
    /// When the system has no randomness to give.
    pub fn blur(&mut self) -> Result<()> {
        let (size, wanted) = (self.size(), self.size() / 8);
        let mut set: u64 = self.bits.iter().map(|byte| u64::from(byte.count_ones())).sum();
        while set < wanted {
            let random: [u8; 512] = random_bytes()?;
            for eight in random.chunks_exact(8).filter_map(|chunk| chunk.first_chunk().copied()) {
                let bit = u64::from_be_bytes(eight) % size;
                let place = usize::try_from(bit / 8).unwrap_or_default();
                if let Some(byte) = self.bits.get_mut(place).filter(|_| set < wanted) {
                    let mark = 1_u8 << (bit % 8);
                    set += u64::from(*byte & mark == 0);
                    *byte |= mark;
                }
            }
        }
        Ok(())
    }

    /// Whether this person may hold a card. Yes proves nothing; no is sure, as things were when the point was prepared.
    #[must_use]
    pub fn may_hold(&self, person: &str) -> bool {
        let Some(mac) = self.mac() else { return false };
        let (byte, bit) = self.place(&mac, person);
        self.bits.get(byte).is_some_and(|byte| byte & bit != 0)
    }
}

mod in_base64 {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<S: Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub fn deserialize<'d, D: Deserializer<'d>>(from: D) -> Result<Vec<u8>, D::Error> {
        STANDARD.decode(String::deserialize(from)?).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c_6_5_every_holder_is_met_and_one_stranger_in_eight_too() {
        let holders: Vec<String> = (0..3000).map(|n| format!("holder {n}")).collect();
        for count in [3000, 40] {
            let mut filter = HolderFilter::new(count as u64).unwrap();
            filter.add(&holders[..count]).unwrap();
            filter.blur().unwrap();
            assert!(holders[..count].iter().all(|holder| filter.may_hold(holder)));
            let strangers = (0..4000).filter(|n| filter.may_hold(&format!("stranger {n}"))).count();
            assert!((400..=600).contains(&strangers), "{strangers} of 4000");
            assert!(!format!("{filter:?}").contains(&filter.key));
            let again: HolderFilter = serde_json::from_str(&serde_json::to_string(&filter).unwrap()).unwrap();
            assert!(again.may_hold(&holders[7]));
        }
    }

    #[test]
    fn c_6_5_two_points_share_no_places() {
        let (one, other) = (HolderFilter::new(10).unwrap(), HolderFilter::new(10).unwrap());
        let same = (0..200).filter(|n| {
            let person = n.to_string();
            one.place(&one.mac().unwrap(), &person) == other.place(&other.mac().unwrap(), &person)
        });
        assert!(same.count() < 5);
    }
}
