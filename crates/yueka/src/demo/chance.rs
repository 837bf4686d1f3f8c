//! Chance that comes out alike every time: the demo's people are the same on every machine.

/// A stream of numbers that follow from a seed (SplitMix64).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// The stream of the person, or whatever else, with this serial.
    pub fn of(stream: &str, serial: u32) -> Self {
        let seed = stream.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        let mut chance = Self(seed ^ u64::from(serial).wrapping_mul(0xd6e8_feb8_6659_fd93));
        chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`; 0 when that is 0.
    pub fn below(&mut self, limit: u32) -> u32 {
        let place = ((self.next() >> 32) * u64::from(limit)) >> 32;
        u32::try_from(place).unwrap_or_default()
    }

    /// A number from `least` to `most`.
    pub fn between(&mut self, least: u32, most: u32) -> u32 {
        least + self.below(most.saturating_sub(least) + 1)
    }

    /// True in so many cases of a thousand.
    pub fn per_mille(&mut self, share: u32) -> bool {
        self.below(1000) < share
    }

    /// One of them, all alike.
    pub fn one_of<T: Copy + Default>(&mut self, choices: &[T]) -> T {
        let count = u32::try_from(choices.len()).unwrap_or_default();
        let place = usize::try_from(self.below(count)).unwrap_or_default();
        choices.get(place).copied().unwrap_or_default()
    }

    /// One of them, by weight.
    pub fn weighted<'a, T>(&mut self, choices: &'a [T], weight: impl Fn(&T) -> u32) -> Option<&'a T> {
        let mut left = self.below(choices.iter().map(&weight).sum());
        choices.iter().find(|choice| match left.checked_sub(weight(choice)) {
            Some(rest) => {
                left = rest;
                false
            }
            None => true,
        })
    }
}
