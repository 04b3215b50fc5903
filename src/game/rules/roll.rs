//! A roll as a fact: what was thrown, what was added, what it was for and what came of it.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::ability::Ability;
use super::formula::Formula;
use super::skill::Skill;

/// One roll with every number in it. Prints as the player's sum:
/// `d20 14 + INT 2 + proficiency 2 = 18 against 13: success`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Roll {
    /// What it was rolled for.
    pub purpose: Purpose,
    /// What was thrown: `1d20`, `2d8`. With advantage or disadvantage the d20 was thrown twice.
    pub dice: Formula,
    /// Every die as it fell, also the one that did not count.
    pub naturals: Vec<u8>,
    /// What the dice count for: the d20 that was kept, or the sum.
    pub natural: i32,
    /// Which of two d20 was kept.
    pub advantage: Advantage,
    /// What was added, with names.
    pub modifiers: Vec<Modifier>,
    /// `natural` and all modifiers; damage and healing are never below 0.
    pub total: i32,
    /// What the total was held against: a difficulty class or an armor class.
    pub dc: Option<i32>,
    /// What came of it.
    pub outcome: Verdict,
    /// A d20 that shows 20.
    pub critical: bool,
    /// A d20 that shows 1.
    pub fumble: bool,
}

/// Which of two d20 counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Advantage {
    /// Only one is thrown.
    #[default]
    None,
    /// The higher.
    Advantage,
    /// The lower.
    Disadvantage,
}

impl Advantage {
    /// The name, as in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Advantage => "advantage",
            Self::Disadvantage => "disadvantage",
        }
    }
}

/// A number that is added to dice, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Modifier {
    /// `INT`, `proficiency`, `level`.
    pub name: Cow<'static, str>,
    /// What it adds.
    pub value: i32,
}

impl Modifier {
    /// A modifier with its name.
    pub fn new(name: impl Into<Cow<'static, str>>, value: i32) -> Self {
        Self { name: name.into(), value }
    }
}

/// What came of a roll.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// A check or save that reached its difficulty class.
    Success,
    /// A check or save that did not.
    Failure,
    /// An attack that found its target; damage that was dealt.
    Hit,
    /// An attack that did not.
    Miss,
    /// Nothing to judge: initiative, healing.
    Rolled,
}

impl Verdict {
    /// The name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Hit => "hit",
            Self::Miss => "miss",
            Self::Rolled => "rolled",
        }
    }

    /// Whether whoever rolled wanted this.
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Success | Self::Hit)
    }
}

/// What a roll is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Purpose {
    /// A skill, or nothing trained, against a difficulty.
    Check {
        /// The skill, if it is one.
        skill: Option<Skill>,
        /// What is tried: "Docking shear".
        what: String,
    },
    /// Keeping something off.
    Save {
        /// With which ability.
        ability: Ability,
        /// What: "Stun Pulse", "frightened".
        against: String,
    },
    /// Hitting somebody.
    Attack {
        /// Who attacks.
        by: String,
        /// With what.
        with: String,
        /// Whom.
        target: String,
    },
    /// What a hit costs.
    Damage {
        /// What hurts: a weapon, a hazard.
        from: String,
    },
    /// What comes back.
    Healing {
        /// What heals.
        from: String,
    },
    /// Who acts first.
    Initiative {
        /// Whose.
        who: String,
    },
    /// Whether something spent is ready again.
    Recharge {
        /// What: "Stun Pulse".
        power: String,
    },
}

impl Purpose {
    /// A word for its kind, the same as in JSON.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Check { .. } => "check",
            Self::Save { .. } => "save",
            Self::Attack { .. } => "attack",
            Self::Damage { .. } => "damage",
            Self::Healing { .. } => "healing",
            Self::Initiative { .. } => "initiative",
            Self::Recharge { .. } => "recharge",
        }
    }
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Check { skill: Some(skill), what } => write!(f, "{what} ({skill})"),
            Self::Check { skill: None, what } => f.write_str(what),
            Self::Save { ability, against } => write!(f, "{ability} save against {against}"),
            Self::Attack { by, with, target } => write!(f, "{by} attacks {target} with {with}"),
            Self::Damage { from } => write!(f, "damage from {from}"),
            Self::Healing { from } => f.write_str(from),
            Self::Initiative { who } => write!(f, "initiative of {who}"),
            Self::Recharge { power } => write!(f, "{power} recharges"),
        }
    }
}

impl Roll {
    /// What was added, in all.
    pub fn modifier(&self) -> i32 {
        self.modifiers.iter().map(|modifier| modifier.value).sum()
    }

    /// The purpose and the sum: a line of the log.
    pub fn line(&self) -> String {
        format!("{}: {self}", capital(&self.purpose.to_string()))
    }
}

/// The text with a capital letter first.
pub(in crate::game) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    format!("{first}{}", letters.as_str())
}

impl fmt::Display for Roll {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.advantage, &self.naturals[..]) {
            (Advantage::None, [_]) => write!(f, "d{} {}", self.dice.sides(), self.natural)?,
            (Advantage::None, naturals) => {
                let each: Vec<String> = naturals.iter().map(u8::to_string).collect();
                write!(f, "{} {} ({})", self.dice, self.natural, each.join(" + "))?;
            }
            (Advantage::Advantage, naturals) => write!(f, "d20 {} (advantage, {naturals:?})", self.natural)?,
            (Advantage::Disadvantage, naturals) => write!(f, "d20 {} (disadvantage, {naturals:?})", self.natural)?,
        }
        for Modifier { name, value } in &self.modifiers {
            write!(f, " {} {name} {}", if *value < 0 { '-' } else { '+' }, value.unsigned_abs())?;
        }
        if !self.modifiers.is_empty() {
            write!(f, " = {}", self.total)?;
        }
        if let Some(dc) = self.dc {
            write!(f, " against {dc}: {}", self.outcome.name())?;
        }
        match () {
            () if self.critical => f.write_str(", a natural 20"),
            () if self.fumble => f.write_str(", a natural 1"),
            () => Ok(()),
        }
    }
}
