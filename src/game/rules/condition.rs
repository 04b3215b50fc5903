//! Conditions: what they do to a creature, and when they end.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ability::Ability;

/// A state that changes what a creature can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Condition {
    /// Disadvantage on checks and attacks; a WIS save at the end of each turn ends it, and so does leaving the scene.
    Frightened,
    /// Disadvantage on checks and attacks; a CON save at the end of each turn ends it, and so does leaving the scene.
    Poisoned,
    /// No actions, STR and DEX saves fail, attacks against the creature have advantage; ends after the fight.
    Stunned,
    /// No actions; ends after the fight.
    Incapacitated,
    /// Disadvantage on own attacks; ends by standing up.
    Prone,
}

impl Condition {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Frightened, Self::Poisoned, Self::Stunned, Self::Incapacitated, Self::Prone];

    /// The name in lower case.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Frightened => "frightened",
            Self::Poisoned => "poisoned",
            Self::Stunned => "stunned",
            Self::Incapacitated => "incapacitated",
            Self::Prone => "prone",
        }
    }

    /// The ability whose save, at the end of a turn, ends it.
    pub const fn save(self) -> Option<Ability> {
        match self {
            Self::Frightened => Some(Ability::Wis),
            Self::Poisoned => Some(Ability::Con),
            _ => None,
        }
    }

    /// Whether checks have disadvantage.
    pub const fn hinders_checks(self) -> bool {
        matches!(self, Self::Frightened | Self::Poisoned)
    }

    /// Whether the creature's own attacks have disadvantage.
    pub const fn hinders_attacks(self) -> bool {
        matches!(self, Self::Frightened | Self::Poisoned | Self::Prone)
    }

    /// Whether the creature can do nothing.
    pub const fn forbids_actions(self) -> bool {
        matches!(self, Self::Stunned | Self::Incapacitated)
    }

    /// Whether saves with this ability fail without a roll.
    pub const fn fails_save(self, ability: Ability) -> bool {
        matches!((self, ability), (Self::Stunned, Ability::Str | Ability::Dex))
    }

    /// Whether attacks against the creature have advantage.
    pub const fn exposes(self) -> bool {
        matches!(self, Self::Stunned)
    }

    /// Whether it ends when the fight does.
    pub const fn ends_with_fight(self) -> bool {
        matches!(self, Self::Stunned | Self::Incapacitated)
    }

    /// Whether it ends on leaving the scene.
    pub const fn ends_with_scene(self) -> bool {
        !matches!(self, Self::Prone)
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The text names no condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such condition; choose one of: frightened, poisoned, stunned, incapacitated, prone")]
pub struct UnknownCondition;

impl FromStr for Condition {
    type Err = UnknownCondition;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|condition| text.eq_ignore_ascii_case(condition.name())).ok_or(UnknownCondition)
    }
}

/// A condition that a creature has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Affliction {
    /// Which.
    pub condition: Condition,
    /// The difficulty class that caused it and that its saves have to reach.
    pub dc: i32,
}

/// The conditions of one creature, each at most once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Afflictions(Vec<Affliction>);

impl Afflictions {
    /// Adds a condition; one that is there already keeps the harder of both difficulties. Says whether it is new.
    pub fn add(&mut self, affliction: Affliction) -> bool {
        match self.0.iter_mut().find(|known| known.condition == affliction.condition) {
            Some(known) => {
                known.dc = known.dc.max(affliction.dc);
                false
            }
            None => {
                self.0.push(affliction);
                true
            }
        }
    }

    /// Takes away those conditions that this is true of, and says which they were.
    pub fn end(&mut self, ends: impl Fn(Condition) -> bool) -> Vec<Condition> {
        let ended = self.0.iter().map(|known| known.condition).filter(|condition| ends(*condition)).collect();
        self.0.retain(|known| !ends(known.condition));
        ended
    }

    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = Affliction> + '_ {
        self.0.iter().copied()
    }

    /// Whether this is true of one of them.
    pub fn any(&self, is: impl Fn(Condition) -> bool) -> bool {
        self.iter().any(|known| is(known.condition))
    }

    /// Their names, in the order in which they came.
    pub fn names(&self) -> Vec<&'static str> {
        self.iter().map(|known| known.condition.name()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_condition_does_what_the_rules_say() {
        let mut table = String::new();
        for condition in Condition::ALL {
            let marks = [
                ("checks", condition.hinders_checks()),
                ("attacks", condition.hinders_attacks()),
                ("no actions", condition.forbids_actions()),
                ("exposed", condition.exposes()),
                ("fails DEX", condition.fails_save(Ability::Dex)),
                ("fails CON", condition.fails_save(Ability::Con)),
                ("until fight's end", condition.ends_with_fight()),
                ("until scene's end", condition.ends_with_scene()),
            ];
            let said: Vec<&str> = marks.into_iter().filter_map(|(word, is)| is.then_some(word)).collect();
            let save = condition.save().map_or("-", Ability::name);
            table.push_str(&format!("{condition} [{save}] {}\n", said.join(", ")));
        }
        insta::assert_snapshot!(table, @"
        frightened [WIS] checks, attacks, until scene's end
        poisoned [CON] checks, attacks, until scene's end
        stunned [-] no actions, exposed, fails DEX, until fight's end, until scene's end
        incapacitated [-] no actions, until fight's end, until scene's end
        prone [-] attacks
        ");
    }

    #[test]
    fn a_condition_is_there_once_with_the_harder_difficulty() {
        let mut afflictions = Afflictions::default();
        let frightened = |dc| Affliction { condition: Condition::Frightened, dc };
        assert!(afflictions.add(frightened(13)));
        assert!(!afflictions.add(frightened(15)));
        assert!(!afflictions.add(frightened(10)));
        assert_eq!(afflictions.iter().collect::<Vec<_>>(), [frightened(15)]);
        assert_eq!(afflictions.end(Condition::ends_with_scene), [Condition::Frightened]);
        assert_eq!(afflictions, Afflictions::default());
    }

    #[test]
    fn a_condition_is_read_from_its_name() {
        for condition in Condition::ALL {
            assert_eq!(condition.name().parse(), Ok(condition));
        }
        assert_eq!("hungry".parse::<Condition>(), Err(UnknownCondition));
    }
}
