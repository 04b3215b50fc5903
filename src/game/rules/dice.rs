//! Dice: the only chance that the rules know, always handed in.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

/// Something that can be thrown.
pub trait Dice {
    /// Throws one die: a number from 1 to `sides`. A die without sides shows 1.
    fn throw(&mut self, sides: u8) -> u8;
}

/// Dice that fall the same way for the same seed, on every machine and in every release: a stored game goes on with the
/// throws that it would have had.
///
/// The numbers are those of SplitMix64 (Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators",
/// OOPSLA 2014; constants as in Vigna's public-domain `splitmix64.c`). A die takes the upper 32 bits `x` of the next number and
/// shows ⌊x · sides / 2³²⌋ + 1, unless `x` belongs to the few values that would favour a side (Lemire, "Fast Random Integer
/// Generation in an Interval", 2019); then it takes the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seeded {
    state: u64,
}

impl Seeded {
    /// Dice for a new game.
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Dice for Seeded {
    fn throw(&mut self, sides: u8) -> u8 {
        let sides = u64::from(sides.max(1));
        // 2³² mod sides: so many of the low products would come up once too often.
        let surplus = (1_u64 << 32) % sides;
        loop {
            let product = (self.next() >> 32) * sides;
            if product & 0xffff_ffff >= surplus {
                return u8::try_from(product >> 32).unwrap_or(u8::MAX).saturating_add(1);
            }
        }
    }
}

// Sixteen hexadecimal digits, because a number of 64 bits does not survive every JSON reader.
impl Serialize for Seeded {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{:016x}", self.state))
    }
}

impl<'de> Deserialize<'de> for Seeded {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let state = u64::from_str_radix(&text, 16).map_err(serde::de::Error::custom)?;
        Ok(Self { state })
    }
}

/// Dice for tests, which fall as they were told to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scripted {
    falls: VecDeque<u8>,
}

impl Scripted {
    /// Dice that will fall like this, one after the other.
    pub fn new(falls: impl IntoIterator<Item = u8>) -> Self {
        Self { falls: falls.into_iter().collect() }
    }

    /// How many falls were told and have not happened.
    pub fn left(&self) -> usize {
        self.falls.len()
    }
}

impl Dice for Scripted {
    /// # Panics
    /// When it was told no further fall, or one that such a die does not have: the test is wrong then.
    fn throw(&mut self, sides: u8) -> u8 {
        match self.falls.pop_front() {
            Some(fall) if (1..=sides).contains(&fall) => fall,
            fall => panic!("a d{sides} is thrown, but the script says {fall:?}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_of_the_published_generator() {
        let mut dice = Seeded::new(1_234_567);
        let numbers: Vec<u64> = (0..5).map(|_| dice.next()).collect();
        assert_eq!(
            numbers,
            [
                6_457_827_717_110_365_317,
                3_203_168_211_198_807_973,
                9_817_491_932_198_370_423,
                4_593_380_528_125_082_431,
                16_408_922_859_458_223_821,
            ]
        );
    }

    #[test]
    fn a_seed_means_the_same_throws_in_every_release() {
        let mut dice = Seeded::new(7);
        let falls: Vec<u8> = [20, 20, 20, 20, 12, 10, 8, 6, 4, 1].map(|sides| dice.throw(sides)).to_vec();
        assert_eq!(falls, FALLS_OF_SEVEN);
    }

    /// Never to be changed: stored games continue with them.
    const FALLS_OF_SEVEN: [u8; 10] = [8, 1, 19, 12, 6, 3, 4, 2, 1, 1];

    #[test]
    fn stored_dice_go_on_where_they_were() {
        let mut dice = Seeded::new(u64::MAX);
        dice.throw(20);
        let mut stored: Seeded = serde_json::from_str(&serde_json::to_string(&dice).unwrap()).unwrap();
        let (here, there): (Vec<u8>, Vec<u8>) = (0..50).map(|_| (dice.throw(20), stored.throw(20))).unzip();
        assert_eq!(here, there);
        assert!(serde_json::from_str::<Seeded>("\"six\"").is_err());
    }

    #[test]
    #[should_panic(expected = "a d6 is thrown, but the script says Some(7)")]
    fn a_script_cannot_show_what_the_die_does_not_have() {
        Scripted::new([7]).throw(6);
    }
}
