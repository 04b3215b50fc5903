//! What happened in a turn, as values with all their numbers.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::super::rules::{Condition, Roll, capital};
use super::super::world::Disposition;
use super::name::Outcome;

/// Something that happened. In the order of happening; what belongs to a fight stands between [`Fact::CombatBegan`] and
/// [`Fact::CombatEnded`], and what belongs to a round after its [`Fact::RoundBegan`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
#[expect(missing_docs, reason = "ids, names and texts are those of the pack; numbers are named after what they count")]
pub enum Fact {
    /// Nothing was rolled: this is what the game waits for.
    Prompted { text: String },
    /// What the player ordered is not possible.
    Ruled(Ruling),
    /// An approach was chosen and waits for its roll.
    Chosen { id: String, name: String },
    /// A hazard was rolled.
    Hazard { id: String, name: String, helped_by: Option<String>, roll: Roll, text: String },
    /// A check was rolled.
    Check { id: String, name: String, helped_by: Option<String>, roll: Roll, text: String },
    /// An approach was rolled.
    Approach { id: String, name: String, helped_by: Option<String>, roll: Roll, text: String },
    /// The player was hurt.
    Hurt { by: String, roll: Roll, lost: i32, hp: i32, max_hp: i32 },
    /// The player was healed.
    Healed { roll: Roll, healed: i32, hp: i32, max_hp: i32 },
    /// The player came under a condition.
    Afflicted { condition: Condition, by: String, dc: i32 },
    /// The player threw a save; none was thrown when a condition made it fail.
    Saved { against: String, roll: Option<Roll> },
    /// A condition ended.
    Recovered { condition: Condition },
    /// The alarm rose.
    AlarmRaised { why: String, level: i32, state: String, text: Option<String> },
    /// The player looked somewhere.
    Looked { id: String, name: String, text: String },
    /// The player found something out.
    ClueFound { id: String, name: String, text: String },
    /// The player found something to fight with.
    WeaponFound { id: String, name: String },
    /// Somebody answered.
    Talked { id: String, name: String, disposition: Disposition, roll: Option<Roll>, text: String },
    /// The story went on to another scene.
    SceneEntered { id: String, name: String, text: String },
    /// A fight began.
    CombatBegan { foes: Vec<String>, text: String },
    /// Somebody threw for their place in the order.
    Initiative { who: String, roll: Roll },
    /// A round of the fight began.
    RoundBegan { round: u32 },
    /// The player attacked.
    Attacked { target: String, weapon: String, roll: Roll, damage: Option<Roll>, hp: i32, max_hp: i32 },
    /// The player was attacked; what it cost is the next fact.
    Assailed { by: String, with: String, roll: Roll },
    /// A foe used a power.
    Powered { by: String, power: String },
    /// A foe tried whether a power is ready again.
    Recharged { by: String, power: String, roll: Roll },
    /// The player defends.
    Defended,
    /// The player stood up.
    StoodUp,
    /// The player talked to a foe.
    Parleyed { foe: String, roll: Roll, text: Option<String> },
    /// A foe fell.
    Fell { foe: String },
    /// The player could not act.
    LostTurn { condition: Condition },
    /// The player left the fight.
    Withdrew,
    /// A fight ended.
    CombatEnded { rounds: u32, end: CombatEnd },
    /// The scenario ended.
    Ended { outcome: Outcome, title: String, text: String },
}

/// How a fight ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CombatEnd {
    /// The last foe fell, or stood down after another fell.
    Won,
    /// All foes stood down.
    Talked,
    /// The player withdrew.
    Withdrawn,
    /// The player fell.
    Lost,
}

impl CombatEnd {
    /// The name, as in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Talked => "talked",
            Self::Withdrawn => "withdrawn",
            Self::Lost => "lost",
        }
    }
}

/// Why an order was not obeyed. Nothing changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "ruling", rename_all = "snake_case")]
#[expect(missing_docs, reason = "what was asked for, and what would be right")]
pub enum Ruling {
    /// The scenario is over.
    #[error("this scenario is over: {outcome}")]
    Finished { outcome: Outcome },
    /// The pack is not the one that the game began with.
    #[error("the scenario has changed since this game began; it cannot go on")]
    PackChanged,
    /// Another skill than the one that is asked for.
    #[error("{asked} does not help here; roll {}", either(.right))]
    WrongSkill { asked: String, right: Vec<String> },
    /// Something that is no skill.
    #[error("{asked:?} is no skill; roll {}", either(.right))]
    UnknownSkill { asked: String, right: Vec<String> },
    /// No such approach.
    #[error("{}", no_approach(.asked, .known))]
    UnknownApproach { asked: String, known: Vec<String> },
    /// An approach has to be chosen before it can be rolled.
    #[error("choose an approach first: {}", either(.known))]
    NoApproach { known: Vec<String> },
    /// Something else comes first.
    #[error("not yet: first {first}")]
    NotYet { first: String },
    /// Only in a fight.
    #[error("there is no fight here")]
    NoFight,
    /// Not in a fight.
    #[error("not in the middle of a fight")]
    InFight,
    /// Nobody to fight that is called so.
    #[error("there is no {asked:?} to attack; there is {}", and(.known))]
    UnknownTarget { asked: String, known: Vec<String> },
    /// No weapon that is called so.
    #[error("there is no weapon {asked:?} at hand; there is {}", and(.known))]
    UnknownWeapon { asked: String, known: Vec<String> },
    /// No such place here.
    #[error("there is no {asked:?} to look at here; there is {}", and(.known))]
    UnknownPlace { asked: String, known: Vec<String> },
    /// Nobody here who is called so.
    #[error("{}", nobody(.asked, .known))]
    UnknownPerson { asked: Option<String>, known: Vec<String> },
    /// Somebody with whom talking does not help.
    #[error("{who} does not listen")]
    Deaf { who: String },
    /// The feature was used up.
    #[error("{feature} is spent; it works once in a scenario")]
    Spent { feature: String },
    /// Nothing is hurt.
    #[error("nothing is damaged; {feature} stays ready")]
    Unhurt { feature: String },
    /// No feature that heals.
    #[error("nothing on this character sheet heals")]
    NoHealing,
    /// The player is not lying.
    #[error("you are on your feet already")]
    Standing,
}

impl Ruling {
    /// The name, as in JSON.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Finished { .. } => "finished",
            Self::PackChanged => "pack_changed",
            Self::WrongSkill { .. } => "wrong_skill",
            Self::UnknownSkill { .. } => "unknown_skill",
            Self::UnknownApproach { .. } => "unknown_approach",
            Self::NoApproach { .. } => "no_approach",
            Self::NotYet { .. } => "not_yet",
            Self::NoFight => "no_fight",
            Self::InFight => "in_fight",
            Self::UnknownTarget { .. } => "unknown_target",
            Self::UnknownWeapon { .. } => "unknown_weapon",
            Self::UnknownPlace { .. } => "unknown_place",
            Self::UnknownPerson { .. } => "unknown_person",
            Self::Deaf { .. } => "deaf",
            Self::Spent { .. } => "spent",
            Self::Unhurt { .. } => "unhurt",
            Self::NoHealing => "no_healing",
            Self::Standing => "standing",
        }
    }
}

impl Ruling {
    /// Whether the player may have meant no order at all: "I look into her eyes" is no place. A face that has somebody to
    /// ask treats the text as something said instead.
    pub const fn may_be_speech(&self) -> bool {
        matches!(
            self,
            Self::UnknownPlace { .. } | Self::UnknownPerson { .. } | Self::UnknownTarget { .. } | Self::NoFight
        )
    }
}

fn either(words: &[String]) -> String {
    list(words, "or")
}

fn and(words: &[String]) -> String {
    list(words, "and")
}

pub(super) fn list(words: &[String], before_last: &str) -> String {
    match words {
        [] => "nothing".to_owned(),
        [word] => word.clone(),
        [first @ .., last] => format!("{} {before_last} {last}", first.join(", ")),
    }
}

fn no_approach(asked: &str, known: &[String]) -> String {
    match known {
        [] => format!("there is no approach {asked:?} here; nothing has to be chosen yet"),
        known => format!("there is no approach {asked:?} here; choose {}", either(known)),
    }
}

fn nobody(asked: &Option<String>, known: &[String]) -> String {
    match (asked, known) {
        (_, []) => "there is nobody to talk to here".to_owned(),
        (Some(asked), known) => format!("there is no {asked:?} to talk to here; there is {}", and(known)),
        (None, known) => format!("to whom? There is {}", and(known)),
    }
}

impl Fact {
    /// All rolls in it, in order.
    pub fn rolls(&self) -> Vec<&Roll> {
        match self {
            Self::Hazard { roll, .. }
            | Self::Check { roll, .. }
            | Self::Approach { roll, .. }
            | Self::Hurt { roll, .. }
            | Self::Healed { roll, .. }
            | Self::Initiative { roll, .. }
            | Self::Assailed { roll, .. }
            | Self::Recharged { roll, .. }
            | Self::Parleyed { roll, .. } => vec![roll],
            Self::Saved { roll, .. } | Self::Talked { roll, .. } => roll.iter().collect(),
            Self::Attacked { roll, damage, .. } => std::iter::once(roll).chain(damage).collect(),
            _ => Vec::new(),
        }
    }

    /// The line of the mechanics log, if it has one: numbers, no story.
    pub fn line(&self) -> Option<String> {
        let line = match self {
            Self::Hazard { roll, helped_by, .. }
            | Self::Check { roll, helped_by, .. }
            | Self::Approach { roll, helped_by, .. } => match helped_by {
                Some(clue) => format!("{} ({clue} helps)", roll.line()),
                None => roll.line(),
            },
            Self::Hurt { by, roll, hp, max_hp, .. } => format!("{by} hurts: {roll}; HP {hp} of {max_hp}"),
            Self::Healed { roll, hp, max_hp, .. } => format!("{}; HP {hp} of {max_hp}", roll.line()),
            Self::Afflicted { condition, by, dc } => format!("{by}: {condition} (DC {dc})"),
            Self::Saved { roll: Some(roll), .. } => roll.line(),
            Self::Saved { against, roll: None } => format!("Save against {against}: fails without a roll"),
            Self::Recovered { condition } => format!("No longer {condition}"),
            Self::AlarmRaised { why, level, state, .. } => format!("Alarm {level} ({state}): {why}"),
            Self::ClueFound { name, .. } => format!("Clue: {name}"),
            Self::WeaponFound { name, .. } => format!("Weapon: {name}"),
            Self::Talked { name, disposition, roll, .. } => match roll {
                Some(roll) => format!("{}; {name} is {}", roll.line(), disposition.name()),
                None => format!("{name} is {}", disposition.name()),
            },
            Self::CombatBegan { foes, .. } => format!("A fight against {}", and(foes)),
            Self::Initiative { roll, .. } | Self::Assailed { roll, .. } | Self::Parleyed { roll, .. } => roll.line(),
            Self::RoundBegan { round } => format!("Round {round}"),
            Self::Attacked { roll, damage: None, .. } => roll.line(),
            Self::Attacked { roll, damage: Some(damage), target, hp, max_hp, .. } => {
                format!("{}; {damage}; {target} {hp} of {max_hp}", roll.line())
            }
            Self::Powered { by, power } => format!("{by} uses {power}"),
            Self::Recharged { roll, .. } => roll.line(),
            Self::Defended => "Defends: attacks have disadvantage until the next turn".to_owned(),
            Self::StoodUp => "Stands up".to_owned(),
            Self::Fell { foe } => format!("{foe} falls"),
            Self::LostTurn { condition } => format!("Cannot act: {condition}"),
            Self::Withdrew => "Withdraws from the fight".to_owned(),
            Self::CombatEnded { rounds, end } => format!("The fight is over after round {rounds}: {end}"),
            Self::Ended { outcome, .. } => format!("Outcome: {outcome}"),
            Self::Prompted { .. }
            | Self::Ruled(_)
            | Self::Chosen { .. }
            | Self::Looked { .. }
            | Self::SceneEntered { .. } => return None,
        };
        Some(capital(&line))
    }

    /// What is told of it without a storyteller, if anything.
    fn told(&self) -> Option<String> {
        let text = match self {
            Self::Prompted { text }
            | Self::Hazard { text, .. }
            | Self::Check { text, .. }
            | Self::Approach { text, .. }
            | Self::Looked { text, .. }
            | Self::ClueFound { text, .. }
            | Self::Talked { text, .. }
            | Self::SceneEntered { text, .. }
            | Self::CombatBegan { text, .. }
            | Self::Ended { text, .. }
            | Self::Parleyed { text: Some(text), .. }
            | Self::AlarmRaised { text: Some(text), .. } => text.clone(),
            Self::Ruled(ruling) => sentence(&ruling.to_string()),
            Self::Chosen { name, .. } => format!("You choose: {name}."),
            Self::Hurt { lost: 0, .. } | Self::Healed { healed: 0, .. } => return None,
            Self::Hurt { by, lost, .. } => sentence(&format!("{by} costs you {lost} hit points")),
            Self::Healed { healed, .. } => format!("{healed} hit points come back."),
            Self::Afflicted { condition, .. } => format!("You are {condition}."),
            Self::Recovered { condition } => format!("You are no longer {condition}."),
            Self::WeaponFound { name, .. } => format!("You take it: {name}."),
            Self::Attacked { target, weapon, damage: None, .. } => sentence(&format!("{weapon} misses {target}")),
            Self::Attacked { target, weapon, damage: Some(damage), .. } => {
                sentence(&format!("{weapon} hits {target} for {}", damage.total))
            }
            Self::Assailed { by, with, roll } if !roll.outcome.is_good() => {
                sentence(&format!("{by} misses you with {with}"))
            }
            Self::Powered { by, power } => sentence(&format!("{by} uses {power}")),
            Self::Parleyed { foe, .. } => sentence(&format!("{foe} does not listen")),
            Self::Defended => "You take cover.".to_owned(),
            Self::StoodUp => "You stand up.".to_owned(),
            Self::Fell { foe } => sentence(&format!("{foe} falls")),
            Self::LostTurn { condition } => format!("You cannot act: {condition}."),
            Self::Withdrew => "You withdraw.".to_owned(),
            _ => return None,
        };
        Some(text)
    }
}

/// What the game itself shows of a turn, word for word as the pack has it: arrivals, clues and endings. A storyteller leads
/// up to them and leaves them alone.
pub fn shown(facts: &[Fact]) -> String {
    let text = |fact: &Fact| match fact {
        Fact::SceneEntered { text, .. } | Fact::Ended { text, .. } => Some(text.clone()),
        Fact::ClueFound { name, text, .. } => Some(format!("{name}: {text}")),
        _ => None,
    };
    facts.iter().filter_map(text).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// The plain story of a turn, made of its facts alone: what is told when no storyteller can be reached.
pub fn narration(facts: &[Fact]) -> String {
    facts.iter().filter_map(Fact::told).collect::<Vec<_>>().join("\n\n")
}

fn sentence(text: &str) -> String {
    format!("{}.", capital(text).trim_end_matches('.'))
}

impl fmt::Display for CombatEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Won => "won",
            Self::Talked => "talked down",
            Self::Withdrawn => "withdrawn",
            Self::Lost => "lost",
        })
    }
}
