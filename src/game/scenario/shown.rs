//! What a client sees of a scenario, in the shape of the HTTP contract.

use serde::Serialize;

use super::super::journal::DiceRoll;
use super::super::journal::{Entry, Question, changes};
use super::super::rules::Roll;
use super::super::world::{Location, Npc, Quest, QuestStatus, Shown};
use super::engine::Step;
use super::fact::Fact;
use super::name::{Outcome, PackName};
use super::pack::{Pack, Scene};
use super::pending::{FoeLine, Pending};
use super::state::{Pace, State};

/// `state.scenario` of the HTTP contract.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Progress<'a> {
    /// The name of the pack.
    pub pack: &'a PackName,
    /// Its title.
    pub title: &'a str,
    /// Where the story is.
    pub scene: SceneLine<'a>,
    /// What the game waits for.
    pub pending: &'static str,
    /// The approach that is chosen and not yet rolled.
    pub approach: Option<&'a str>,
    /// How fights are played.
    pub pace: Pace,
    /// How alert everything is.
    pub alarm_state: AlarmLine<'a>,
    /// What was found out.
    pub clues: Vec<ClueLine<'a>>,
    /// The fight that is on.
    pub combat: Option<CombatLine>,
    /// Whether it is over.
    pub complete: bool,
    /// How it ended.
    pub outcome: Option<Outcome>,
}

/// A scene in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct SceneLine<'a> {
    /// What references call it.
    pub id: &'a str,
    /// What the player reads.
    pub name: &'a str,
}

/// The alarm in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct AlarmLine<'a> {
    /// From 0.
    pub level: i32,
    /// What it is called.
    pub name: &'a str,
    /// What it adds to every difficulty.
    pub dc: i32,
}

/// A clue in an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "they are those of `Clue`")]
pub struct ClueLine<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub text: &'a str,
}

/// A fight in an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CombatLine {
    /// 1 for the first.
    pub round: u32,
    /// Whom it is against.
    pub foes: Vec<FoeLine>,
}

impl State {
    /// What a client sees, together with what was said.
    pub fn shown<'a>(
        &'a self,
        pack: &'a Pack,
        turn_history: &'a [Entry],
        meta_history: &'a [Question],
    ) -> Shown<'a, Progress<'a>> {
        Shown {
            session_id: self.session_id,
            turn_number: self.turn_number,
            player: self.player.sheet(),
            location: self.shown_location(pack),
            quests: self.visited.iter().filter_map(|id| pack.scene(id)).map(|scene| self.quest(scene)).collect(),
            npcs: self.shown_npcs(pack),
            turn_history,
            meta_history,
            scenario: self.progress(pack),
        }
    }

    fn shown_location(&self, pack: &Pack) -> Location {
        let place = self.location.as_ref().and_then(|id| pack.location(id));
        let here = place.map(|place| (place.name.clone(), place.text.clone()));
        let scene = || self.scene(pack).map(|scene| (scene.name.clone(), scene.entry_text.clone()));
        let (name, description) = here.or_else(scene).unwrap_or_default();
        Location { name, description }
    }

    fn quest(&self, scene: &Scene) -> Quest {
        let status = match self.outcome {
            _ if scene.id != self.scene => QuestStatus::Completed,
            None => QuestStatus::Active,
            Some(Outcome::Defeated) => QuestStatus::Failed,
            Some(_) => QuestStatus::Completed,
        };
        let (id, title) = (scene.id.clone(), scene.name.clone());
        Quest { id, title, status, description: scene.objectives.join(" ") }
    }

    fn shown_npcs(&self, pack: &Pack) -> Vec<Npc> {
        let here = self.scene(pack).map(|scene| &scene.npcs[..]).unwrap_or_default();
        let people = here.iter().filter_map(|id| pack.npc(id));
        let npc = |person: &super::pack::Person| Npc {
            name: person.name.clone(),
            description: person.description.clone(),
            disposition: self.disposition(pack, &person.id),
        };
        people.map(npc).collect()
    }

    fn progress<'a>(&'a self, pack: &'a Pack) -> Progress<'a> {
        let pending = self.pending(pack);
        let alarm = self.alarm_state(pack);
        Progress {
            pack: &self.pack,
            title: &pack.title,
            scene: SceneLine { id: &self.scene, name: self.scene(pack).map_or("", |scene| &scene.name) },
            pending: pending.kind(),
            approach: self.approach.as_deref(),
            pace: self.pace,
            alarm_state: AlarmLine {
                level: self.alarm,
                name: alarm.map_or("", |state| &state.name),
                dc: alarm.map_or(0, |state| state.dc),
            },
            clues: self
                .clues
                .iter()
                .filter_map(|id| pack.clue(id))
                .map(|clue| ClueLine { id: &clue.id, name: &clue.name, text: &clue.text })
                .collect(),
            combat: match pending {
                Pending::Combat { round, foes, .. } => Some(CombatLine { round, foes }),
                _ => None,
            },
            complete: self.is_complete(),
            outcome: self.outcome,
        }
    }

    /// The journal's entry of a turn that led from this state to the step's, told in these words.
    pub fn entry(&self, pack: &Pack, step: &Step, input: &str, narrative: &str) -> Entry {
        let rolls: Vec<&Roll> = step.facts.iter().flat_map(Fact::rolls).collect();
        Entry {
            turn_number: step.state.turn_number,
            player_input: input.to_owned(),
            dice_rolls: rolls.into_iter().map(DiceRoll::from).collect(),
            narrative: narrative.to_owned(),
            state_delta: changes(&self.leaves(pack), &step.state.leaves(pack)),
        }
    }

    /// The state as a client sees it, without what changes with every turn.
    fn leaves(&self, pack: &Pack) -> serde_json::Value {
        let mut shown = serde_json::to_value(self.shown(pack, &[], &[])).unwrap_or_default();
        if let Some(fields) = shown.as_object_mut() {
            fields.remove("turn_number");
        }
        shown
    }
}
