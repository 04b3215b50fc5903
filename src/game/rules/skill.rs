//! What can be trained, and how hard things are.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ability::Ability;

/// Something a creature can be trained in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "their names say it")]
pub enum Skill {
    Command,
    Science,
    Engineering,
    Medical,
    Security,
    Insight,
    Athletics,
    Stealth,
    Investigation,
}

impl Skill {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Command,
        Self::Science,
        Self::Engineering,
        Self::Medical,
        Self::Security,
        Self::Insight,
        Self::Athletics,
        Self::Stealth,
        Self::Investigation,
    ];

    /// The ability whose modifier a check of this skill adds.
    pub const fn ability(self) -> Ability {
        match self {
            Self::Command => Ability::Cha,
            Self::Science | Self::Engineering | Self::Investigation => Ability::Int,
            Self::Medical | Self::Insight => Ability::Wis,
            Self::Security | Self::Athletics => Ability::Str,
            Self::Stealth => Ability::Dex,
        }
    }

    /// The name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::Science => "science",
            Self::Engineering => "engineering",
            Self::Medical => "medical",
            Self::Security => "security",
            Self::Insight => "insight",
            Self::Athletics => "athletics",
            Self::Stealth => "stealth",
            Self::Investigation => "investigation",
        }
    }
}

impl fmt::Display for Skill {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The text names no skill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "no such skill; choose one of: command, science, engineering, medical, security, insight, athletics, stealth, \
     investigation"
)]
pub struct UnknownSkill;

impl FromStr for Skill {
    type Err = UnknownSkill;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|skill| text.eq_ignore_ascii_case(skill.name())).ok_or(UnknownSkill)
    }
}

/// How hard a check is, in words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difficulty {
    /// 10.
    Easy,
    /// 13.
    Moderate,
    /// 16.
    Hard,
}

impl Difficulty {
    /// The difficulty class that it stands for.
    pub const fn dc(self) -> i32 {
        match self {
            Self::Easy => 10,
            Self::Moderate => 13,
            Self::Hard => 16,
        }
    }
}

/// The text is no difficulty.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a difficulty; write easy, moderate, hard or a number from 1 to 30")]
pub struct UnknownDifficulty;

impl FromStr for Difficulty {
    type Err = UnknownDifficulty;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "easy" => Ok(Self::Easy),
            "moderate" => Ok(Self::Moderate),
            "hard" => Ok(Self::Hard),
            _ => Err(UnknownDifficulty),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_skill_rests_on_its_ability() {
        let of = |ability| Skill::ALL.into_iter().filter(|skill| skill.ability() == ability).collect::<Vec<_>>();
        assert_eq!(of(Ability::Cha), [Skill::Command]);
        assert_eq!(of(Ability::Int), [Skill::Science, Skill::Engineering, Skill::Investigation]);
        assert_eq!(of(Ability::Wis), [Skill::Medical, Skill::Insight]);
        assert_eq!(of(Ability::Str), [Skill::Security, Skill::Athletics]);
        assert_eq!(of(Ability::Dex), [Skill::Stealth]);
        assert_eq!(of(Ability::Con), []);
    }

    #[test]
    fn a_skill_is_read_from_its_name_in_any_case() {
        for skill in Skill::ALL {
            assert_eq!(skill.name().to_uppercase().parse(), Ok(skill));
            assert_eq!(serde_json::to_value(skill).unwrap(), skill.name());
        }
        let error = "baking".parse::<Skill>().unwrap_err().to_string();
        assert!(Skill::ALL.iter().all(|skill| error.contains(skill.name())), "{error}");
    }

    #[test]
    fn the_tiers_are_ten_thirteen_sixteen() {
        let dcs = ["easy", "moderate", "hard"].map(|text| text.parse::<Difficulty>().map(Difficulty::dc));
        assert_eq!(dcs, [Ok(10), Ok(13), Ok(16)]);
        assert_eq!("nasty".parse::<Difficulty>(), Err(UnknownDifficulty));
    }
}
