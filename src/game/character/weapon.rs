//! Weapons.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::super::reading::Section;
use super::super::rules::{Ability, Formula};

/// Something to attack with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Weapon {
    /// What content calls it: `phaser`.
    pub id: String,
    /// What the player reads: "Phaser".
    pub name: String,
    /// How far it reaches.
    pub range: Range,
    /// What a hit throws.
    pub damage: Formula,
    /// The ability that is added to attack and damage.
    pub ability: Ability,
    /// By how much each attack raises the alarm of a scenario.
    #[serde(default)]
    pub noise: i32,
}

impl Weapon {
    /// What stands for any weapon that reaches far.
    pub const RANGED: &'static str = "ranged";
    /// What stands for any weapon for arm's length.
    pub const MELEE: &'static str = "melee";
}

/// How far a weapon reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Range {
    /// Arm's length.
    Melee,
    /// Farther.
    Ranged,
}

impl FromStr for Range {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            Weapon::MELEE => Ok(Self::Melee),
            Weapon::RANGED => Ok(Self::Ranged),
            _ => Err("must be melee or ranged"),
        }
    }
}

/// Reads a weapon of a character file or a scenario.
pub(in crate::game) fn read_weapon(mut section: Section<'_>) -> Weapon {
    Weapon {
        id: section.text("id"),
        name: section.text("name"),
        range: section.parsed("range", Range::Melee),
        damage: section.parsed("damage", Formula::die(4)),
        ability: section.parsed("ability", Ability::Str),
        noise: section.optional_number("noise", 0..=5).unwrap_or(0),
    }
}
