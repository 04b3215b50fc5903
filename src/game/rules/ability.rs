//! The six abilities, and what a score is worth.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a creature can do by nature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Ability {
    /// Strength.
    Str,
    /// Dexterity.
    Dex,
    /// Constitution.
    Con,
    /// Intelligence.
    Int,
    /// Wisdom.
    Wis,
    /// Charisma.
    Cha,
}

/// What a score adds to a d20: floor((score − 10) / 2), as in "Ability Modifiers" of the SRD.
pub const fn modifier(score: u8) -> i32 {
    (score as i32 - 10).div_euclid(2)
}

/// What training adds at a level: 2 at levels 1–4, then one more every four levels ("Proficiency Bonus" of the SRD).
pub const fn proficiency_bonus(level: u8) -> i32 {
    2 + (if level == 0 { 0 } else { level as i32 - 1 }) / 4
}

/// The six scores of a creature, each 1 to 30 when read from content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "they are the abilities")]
pub struct Scores {
    pub str: u8,
    pub dex: u8,
    pub con: u8,
    pub int: u8,
    pub wis: u8,
    pub cha: u8,
}

impl Default for Scores {
    /// Average in everything.
    fn default() -> Self {
        Self { str: 10, dex: 10, con: 10, int: 10, wis: 10, cha: 10 }
    }
}

impl Scores {
    /// The score of one ability.
    pub const fn score(&self, ability: Ability) -> u8 {
        match ability {
            Ability::Str => self.str,
            Ability::Dex => self.dex,
            Ability::Con => self.con,
            Ability::Int => self.int,
            Ability::Wis => self.wis,
            Ability::Cha => self.cha,
        }
    }

    /// The modifier of one ability; always derived, never kept.
    pub const fn modifier(&self, ability: Ability) -> i32 {
        modifier(self.score(ability))
    }
}

impl Ability {
    /// All of them, in the order of a character sheet.
    pub const ALL: [Self; 6] = [Self::Str, Self::Dex, Self::Con, Self::Int, Self::Wis, Self::Cha];

    /// Three capital letters: `STR`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Str => "STR",
            Self::Dex => "DEX",
            Self::Con => "CON",
            Self::Int => "INT",
            Self::Wis => "WIS",
            Self::Cha => "CHA",
        }
    }

    const fn full_name(self) -> &'static str {
        match self {
            Self::Str => "strength",
            Self::Dex => "dexterity",
            Self::Con => "constitution",
            Self::Int => "intelligence",
            Self::Wis => "wisdom",
            Self::Cha => "charisma",
        }
    }
}

impl fmt::Display for Ability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The text names no ability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such ability; choose one of: STR, DEX, CON, INT, WIS, CHA")]
pub struct UnknownAbility;

impl FromStr for Ability {
    type Err = UnknownAbility;

    /// Reads `STR`, `str` or `strength`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let means = |ability: &Self| {
            text.eq_ignore_ascii_case(ability.name()) || text.eq_ignore_ascii_case(ability.full_name())
        };
        Self::ALL.into_iter().find(means).ok_or(UnknownAbility)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modifiers_are_those_of_the_srd_table() {
        let table = [
            (1..=1, -5),
            (2..=3, -4),
            (4..=5, -3),
            (6..=7, -2),
            (8..=9, -1),
            (10..=11, 0),
            (12..=13, 1),
            (14..=15, 2),
            (16..=17, 3),
            (18..=19, 4),
            (20..=21, 5),
            (22..=23, 6),
            (24..=25, 7),
            (26..=27, 8),
            (28..=29, 9),
            (30..=30, 10),
        ];
        for (scores, expected) in table {
            for score in scores {
                assert_eq!(modifier(score), expected, "score {score}");
            }
        }
    }

    #[test]
    fn proficiency_grows_every_four_levels() {
        let table = [(1..=4, 2), (5..=8, 3), (9..=12, 4), (13..=16, 5), (17..=20, 6), (0..=0, 2)];
        for (levels, expected) in table {
            for level in levels {
                assert_eq!(proficiency_bonus(level), expected, "level {level}");
            }
        }
    }

    #[test]
    fn an_ability_is_read_from_its_short_and_its_long_name() {
        for ability in Ability::ALL {
            assert_eq!(ability.name().parse(), Ok(ability));
            assert_eq!(ability.full_name().to_uppercase().parse(), Ok(ability));
        }
        assert_eq!("luck".parse::<Ability>(), Err(UnknownAbility));
    }

    #[test]
    fn scores_are_a_map_of_capitals_in_json() {
        let json = serde_json::to_string(&Scores::default()).unwrap();
        assert_eq!(json, r#"{"STR":10,"DEX":10,"CON":10,"INT":10,"WIS":10,"CHA":10}"#);
    }
}
