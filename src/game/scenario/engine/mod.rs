//! The engine: one command at a time, `(pack, state, command, dice)` to a state and facts.

mod explore;
mod settle;
mod fight;
mod foes;

use std::collections::BTreeMap;

use crate::id::SessionId;

use super::super::rules::{Affliction, Circumstances, Condition, Dice, Roll};
use super::command::Command;
use super::fact::{Fact, Ruling};
use super::name::Outcome;
use super::pack::{Exit, Pack, Scene};
use super::pending::Pending;
use super::state::{Pace, State};

/// A command that was obeyed, or refused.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The game after it. Without a turn it may still differ: an approach is chosen, the player stood up.
    pub state: State,
    /// What happened, in order.
    pub facts: Vec<Fact>,
    /// Whether a turn was spent, and so counted.
    pub spent: bool,
}

impl Step {
    /// Why nothing was done, if nothing was.
    pub fn ruling(&self) -> Option<&Ruling> {
        self.facts.iter().find_map(|fact| if let Fact::Ruled(ruling) = fact { Some(ruling) } else { None })
    }

    /// The mechanics log: a line for each roll and each effect.
    pub fn log(&self) -> Vec<String> {
        self.facts.iter().filter_map(Fact::line).collect()
    }
}

/// Begins a game in the first scene of the pack.
pub fn start(pack: &Pack, session_id: SessionId, pace: Pace) -> Step {
    let state = State {
        session_id,
        pack: pack.name.clone(),
        turn_number: 0,
        player: pack.player.clone(),
        pace,
        scene: pack.start.clone(),
        visited: Vec::new(),
        location: None,
        settled: BTreeMap::new(),
        approach: None,
        alarm: 0,
        clues: Vec::new(),
        searched: Vec::new(),
        feelings: BTreeMap::new(),
        combat: None,
        left: Vec::new(),
        outcome: None,
    };
    let mut no_dice = super::super::rules::Scripted::default();
    let mut game = Game { pack, state, facts: Vec::new(), dice: &mut no_dice };
    game.enter(&pack.start);
    Step { state: game.state, facts: game.facts, spent: false }
}

/// Obeys a command. What is not possible changes nothing and is a [`Fact::Ruled`].
pub fn play(pack: &Pack, state: &State, command: &Command, dice: &mut dyn Dice) -> Step {
    let mut game = Game { pack, state: state.clone(), facts: Vec::new(), dice };
    match game.obey(command) {
        Ok(cost) => {
            let spent = cost == Cost::Turn;
            game.state.turn_number += u64::from(spent);
            Step { state: game.state, facts: game.facts, spent }
        }
        Err(ruling) => Step { state: state.clone(), facts: vec![Fact::Ruled(ruling)], spent: false },
    }
}

/// What a command takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cost {
    Turn,
    Nothing,
}

/// A game while a command is obeyed.
struct Game<'a> {
    pack: &'a Pack,
    state: State,
    facts: Vec<Fact>,
    dice: &'a mut dyn Dice,
}

impl<'a> Game<'a> {
    fn obey(&mut self, command: &Command) -> Result<Cost, Ruling> {
        if let Some(outcome) = self.state.outcome {
            return Err(Ruling::Finished { outcome });
        }
        let scene = self.state.scene(self.pack).ok_or(Ruling::PackChanged)?;
        match command {
            Command::Said(text) => self.taken_at_its_word(scene, text),
            Command::Hint => Ok(self.prompt()),
            Command::Pace(pace) => {
                self.state.pace = *pace;
                Ok(self.prompt())
            }
            Command::StandUp => self.stand_up(),
            command if self.state.combat.is_some() => self.fight_on(command),
            Command::Defend | Command::Withdraw => Err(Ruling::NoFight),
            // The fight's own turns end where they are taken.
            Command::Attack { target, weapon } => {
                self.attack_first(scene, target.as_deref(), weapon.as_deref())?;
                Ok(Cost::Turn)
            }
            command => self.turn(|game| game.explore(scene, command)),
        }
    }

    /// A skill or an approach that is named and nothing else is an order where it is asked for.
    fn taken_at_its_word(&mut self, scene: &'a Scene, text: &str) -> Result<Cost, Ruling> {
        let is = |name: &str| name.eq_ignore_ascii_case(text.trim());
        match self.state.pending(self.pack) {
            Pending::Approach { options } if options.iter().any(|option| is(&option.id) || is(&option.name)) => {
                self.turn(|game| game.choose(scene, text))
            }
            Pending::Hazard { skill, .. } | Pending::Check { skill, .. } if is(&skill.to_string()) => {
                self.turn(|game| game.roll(scene, None, None))
            }
            _ => Ok(self.prompt()),
        }
    }

    fn explore(&mut self, scene: &'a Scene, command: &Command) -> Result<Cost, Ruling> {
        match command {
            Command::Roll { skill, approach } => self.roll(scene, skill.as_deref(), approach.as_deref()),
            Command::Approach { name } => self.choose(scene, name),
            Command::SelfRepair => self.repair(),
            Command::Talk { to } => self.talk(scene, to.as_deref()),
            Command::Look { at } => self.look(scene, at.as_deref()),
            _ => Ok(self.prompt()),
        }
    }

    /// What is done in a turn outside of fights, and the saves at its end.
    fn turn(&mut self, act: impl FnOnce(&mut Self) -> Result<Cost, Ruling>) -> Result<Cost, Ruling> {
        let before = self.state.player.conditions.clone();
        let cost = act(self)?;
        let fought = self.facts.iter().any(|fact| matches!(fact, Fact::CombatBegan { .. }));
        if cost == Cost::Turn && !fought {
            self.end_turn(&before);
        }
        Ok(cost)
    }

    fn end_turn(&mut self, before: &super::super::rules::Afflictions) {
        if self.state.is_complete() {
            return;
        }
        for (condition, roll) in self.state.player.end_turn(before, self.dice) {
            let ended = roll.outcome.is_good();
            self.facts.push(Fact::Saved { against: condition.name().to_owned(), roll: Some(roll) });
            if ended {
                self.facts.push(Fact::Recovered { condition });
            }
        }
    }

    fn prompt(&mut self) -> Cost {
        let mut text = self.state.pending(self.pack).prompt();
        if let Some(around) = self.state.surroundings(self.pack) {
            text = format!("{text}\n{around}");
        }
        self.facts.push(Fact::Prompted { text });
        Cost::Nothing
    }

    fn stand_up(&mut self) -> Result<Cost, Ruling> {
        let stood = self.state.player.conditions.end(|condition| condition == Condition::Prone);
        if stood.is_empty() {
            return Err(Ruling::Standing);
        }
        self.facts.push(Fact::StoodUp);
        Ok(Cost::Nothing)
    }

    fn repair(&mut self) -> Result<Cost, Ruling> {
        let feature = self.state.player.healing().ok_or(Ruling::NoHealing)?;
        let (name, points) = (feature.name.clone(), self.state.player.hit_points);
        if feature.used >= feature.uses {
            return Err(Ruling::Spent { feature: name });
        }
        if points.now() == points.max() {
            return Err(Ruling::Unhurt { feature: name });
        }
        let Some((roll, healed)) = self.state.player.heal(self.dice) else { return Err(Ruling::NoHealing) };
        let (hp, max_hp) = (self.state.player.hit_points.now(), points.max());
        self.facts.push(Fact::Healed { roll, healed, hp, max_hp });
        Ok(Cost::Turn)
    }

    /// Takes hit points; without any left the scenario is over.
    fn hurt(&mut self, by: &str, roll: Roll) {
        let lost = self.state.player.hit_points.damage(roll.total);
        let points = self.state.player.hit_points;
        self.facts.push(Fact::Hurt { by: by.to_owned(), roll, lost, hp: points.now(), max_hp: points.max() });
        if points.is_down() {
            self.defeat();
        }
    }

    fn afflict(&mut self, condition: Condition, by: &str, dc: i32) {
        if self.state.player.conditions.add(Affliction { condition, dc }) {
            self.facts.push(Fact::Afflicted { condition, by: by.to_owned(), dc });
        }
    }

    fn raise_alarm(&mut self, by: i32, why: &str) {
        let before = self.state.alarm_state(self.pack);
        let level = (self.state.alarm + by).min(Pack::MOST_ALARM);
        if level == self.state.alarm {
            return;
        }
        self.state.alarm = level;
        let now = self.state.alarm_state(self.pack);
        let text = now.filter(|_| before != now).map(|state| state.text.clone());
        let state = now.map(|state| state.name.clone()).unwrap_or_default();
        self.facts.push(Fact::AlarmRaised { why: why.to_owned(), level, state, text });
    }

    /// Leaves the scene.
    fn leave(&mut self, exit: &Exit) {
        self.enter(&exit.scene);
        if let Some(outcome) = exit.outcome {
            self.end(outcome);
        }
    }

    fn enter(&mut self, id: &str) {
        let ended = self.state.player.conditions.end(Condition::ends_with_scene);
        self.facts.extend(ended.into_iter().map(|condition| Fact::Recovered { condition }));
        id.clone_into(&mut self.state.scene);
        self.state.location = None;
        self.state.approach = None;
        self.state.left.clear();
        self.state.visited.push(id.to_owned());
        if let Some(scene) = self.pack.scene(id) {
            let (id, name, text) = (scene.id.clone(), scene.name.clone(), scene.entry_text.clone());
            self.facts.push(Fact::SceneEntered { id, name, text });
        }
    }

    fn defeat(&mut self) {
        if let Some(combat) = self.state.combat.take() {
            let end = super::fact::CombatEnd::Lost;
            self.facts.push(Fact::CombatEnded { rounds: combat.round, end });
        }
        self.end(Outcome::Defeated);
    }

    fn end(&mut self, outcome: Outcome) {
        self.state.outcome = Some(outcome);
        let ending = self.pack.endings.get(&outcome).cloned();
        let (title, text) = ending.map(|ending| (ending.title, ending.text)).unwrap_or_default();
        self.facts.push(Fact::Ended { outcome, title, text });
    }

    fn helped(&self, id: &str) -> (Circumstances, Option<String>) {
        let clue = self.state.help(self.pack, id);
        (Circumstances::PLAIN.helped_if(clue.is_some()), clue.map(|clue| clue.name.clone()))
    }

    /// What has to be settled before anything else.
    fn first(&self) -> String {
        match self.state.pending(self.pack) {
            Pending::Hazard { name, skill, .. } | Pending::Check { name, skill, .. } => {
                format!("{name} (/roll {skill})")
            }
            other => other.kind().to_owned(),
        }
    }
}
