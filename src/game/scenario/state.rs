//! A scenario game between two turns: small, and nothing in it that the pack already says.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::SessionId;

use super::super::character::Player;
use super::super::rules::HitPoints;
use super::super::world::Disposition;
use super::name::{Outcome, PackName};
use super::pack::{AlarmState, Pack, Scene};

/// What the game knows, besides its pack and what was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct State {
    /// The game.
    pub session_id: SessionId,
    /// The pack that it plays.
    pub pack: PackName,
    /// How many turns were played.
    pub turn_number: u64,
    /// The character.
    pub player: Player,
    /// How fights are played.
    pub pace: Pace,
    /// The id of the scene.
    pub scene: String,
    /// The ids of the scenes that were entered, in order.
    pub visited: Vec<String>,
    /// The id of the place that was looked at last, in this scene.
    pub location: Option<String>,
    /// The ids of hazards and checks that are behind the player, with whether they went well.
    pub settled: BTreeMap<String, bool>,
    /// The id of the approach that is chosen and not yet rolled.
    pub approach: Option<String>,
    /// The level of the alarm, 0 to [`Pack::MOST_ALARM`].
    pub alarm: i32,
    /// The ids of the clues that were found, in order.
    pub clues: Vec<String>,
    /// The ids of the places that were looked at.
    pub searched: Vec<String>,
    /// How people feel who have made up their minds, by id.
    pub feelings: BTreeMap<String, Disposition>,
    /// The fight that is on.
    pub combat: Option<Combat>,
    /// Who was left standing or lying when the player withdrew from this scene's fight.
    pub left: Vec<Foe>,
    /// How the scenario ended.
    pub outcome: Option<Outcome>,
}

/// How fights are played.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Pace {
    /// To the end in one turn, with the better weapon.
    #[default]
    Automatic,
    /// Turn by turn, with a choice in each.
    Rounds,
}

impl FromStr for Pace {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "automatic" => Ok(Self::Automatic),
            "rounds" => Ok(Self::Rounds),
            _ => Err("must be automatic or rounds"),
        }
    }
}

/// A fight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Combat {
    /// 1 for the first.
    pub round: u32,
    /// Who acts in which order, in each round.
    pub order: Vec<Who>,
    /// Whose turn it is: a place in `order`.
    pub next: usize,
    /// Whom it is against.
    pub foes: Vec<Foe>,
    /// Whether the player defends, until the player's next turn.
    pub defending: bool,
}

/// Somebody in a fight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Who {
    /// The player's character.
    Player,
    /// One of the foes, counted from 0.
    Foe(usize),
}

/// An adversary in a fight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Foe {
    /// The id of the adversary.
    pub adversary: String,
    /// What the player reads; numbered when there are several of a kind.
    pub name: String,
    /// What it can still take.
    #[serde(flatten)]
    pub hit_points: HitPoints,
    /// Which of its powers were used and are not ready again.
    pub spent: Vec<bool>,
    /// Whether it was talked into standing down.
    pub stood_down: bool,
}

impl Foe {
    /// Whether it still fights.
    pub const fn fights(&self) -> bool {
        !self.hit_points.is_down() && !self.stood_down
    }
}

impl State {
    /// Whether the scenario is over.
    pub const fn is_complete(&self) -> bool {
        self.outcome.is_some()
    }

    /// The scene that it is in; none when the pack has changed under the game.
    pub fn scene<'a>(&self, pack: &'a Pack) -> Option<&'a Scene> {
        pack.scene(&self.scene)
    }

    /// How alert everything is.
    pub fn alarm_state<'a>(&self, pack: &'a Pack) -> Option<&'a AlarmState> {
        pack.alarm_state(self.alarm)
    }

    /// A difficulty with what the alarm adds.
    pub fn dc(&self, pack: &Pack, dc: i32) -> i32 {
        dc + self.alarm_state(pack).map_or(0, |state| state.dc)
    }

    /// The clue that helps with the hazard, check or approach.
    pub fn help<'a>(&self, pack: &'a Pack, id: &str) -> Option<&'a super::pack::Clue> {
        self.clues.iter().filter_map(|clue| pack.clue(clue)).find(|clue| clue.helps.iter().any(|helped| helped == id))
    }

    /// How somebody feels.
    pub fn disposition(&self, pack: &Pack, npc: &str) -> Disposition {
        let first = || pack.npc(npc).map(|person| person.disposition).unwrap_or_default();
        self.feelings.get(npc).copied().unwrap_or_else(first)
    }
}
