//! Hazards, checks and approaches: one at a time, in their order.

use super::super::super::rules::Skill;
use super::super::fact::{Fact, Ruling};
use super::super::meaning::meant;
use super::super::pack::{Approach, Check, Hazard, Scene, Way};
use super::super::pending::Pending;
use super::{Cost, Game};

impl<'a> Game<'a> {
    /// Rolls what is pending.
    pub(super) fn roll(
        &mut self,
        scene: &'a Scene,
        skill: Option<&str>,
        approach: Option<&str>,
    ) -> Result<Cost, Ruling> {
        match self.state.pending(self.pack) {
            Pending::Hazard { id, .. } => {
                let hazard = scene.hazards.iter().find(|hazard| hazard.id == id).ok_or(Ruling::PackChanged)?;
                self.skill(skill, &[hazard.skill])?;
                self.roll_hazard(hazard);
            }
            Pending::Check { id, .. } => {
                let check = scene.checks.iter().find(|check| check.id == id).ok_or(Ruling::PackChanged)?;
                self.skill(skill, &[check.skill])?;
                self.roll_check(check);
            }
            pending @ (Pending::Approach { .. } | Pending::ApproachRoll { .. }) => {
                let chosen = match (approach, pending) {
                    (Some(name), _) => self.find(scene, name)?,
                    (None, Pending::ApproachRoll { id, .. }) => self.find(scene, &id)?,
                    _ => return Err(Ruling::NoApproach { known: ids(scene) }),
                };
                return self.roll_approach(scene, chosen, skill);
            }
            _ => return Ok(self.prompt()),
        }
        self.go_on(scene);
        Ok(Cost::Turn)
    }

    /// Chooses an approach; a fight begins at once.
    pub(super) fn choose(&mut self, scene: &'a Scene, name: &str) -> Result<Cost, Ruling> {
        let approach = self.find(scene, name)?;
        if approach.way == Way::Combat {
            self.begin_fight(scene)?;
            return Ok(Cost::Turn);
        }
        self.state.approach = Some(approach.id.clone());
        self.facts.push(Fact::Chosen { id: approach.id.clone(), name: approach.name.clone() });
        Ok(self.prompt())
    }

    fn find(&self, scene: &'a Scene, name: &str) -> Result<&'a Approach, Ruling> {
        let names: Vec<Vec<&str>> = scene.approaches.iter().map(|known| vec![&*known.id, &*known.name]).collect();
        let place = meant(name, &names);
        let unknown = || Ruling::UnknownApproach { asked: short(name), known: ids(scene) };
        let approach = place.and_then(|place| scene.approaches.get(place));
        // Before the time has come, an approach of this scene is early and any other is unknown.
        let approach = approach.ok_or_else(unknown)?;
        match self.state.pending(self.pack) {
            Pending::Hazard { .. } | Pending::Check { .. } => Err(Ruling::NotYet { first: self.first() }),
            _ => Ok(approach),
        }
    }

    /// The skill that is rolled: the player's choice, else the best.
    fn skill(&self, asked: Option<&str>, right: &[Skill]) -> Result<Skill, Ruling> {
        let best = self.state.player.best_skill(right);
        let names = || right.iter().map(Skill::to_string).collect();
        match asked {
            None => best.ok_or(Ruling::PackChanged),
            Some(asked) => {
                let unknown = |_| Ruling::UnknownSkill { asked: short(asked), right: names() };
                let skill = asked.parse().map_err(unknown)?;
                let wrong = || Ruling::WrongSkill { asked: short(asked), right: names() };
                Some(skill).filter(|skill| right.contains(skill)).ok_or_else(wrong)
            }
        }
    }

    fn roll_hazard(&mut self, hazard: &Hazard) {
        let (around, helped_by) = self.helped(&hazard.id);
        let dc = self.state.dc(self.pack, hazard.dc);
        let roll = self.state.player.check(hazard.skill, dc, &hazard.name, around, self.dice);
        let averted = roll.outcome.is_good();
        let text = if averted { &hazard.passed } else { &hazard.failed };
        let (id, name, text) = (hazard.id.clone(), hazard.name.clone(), text.clone());
        self.facts.push(Fact::Hazard { id, name, helped_by, roll, text });
        self.state.settled.insert(hazard.id.clone(), averted);
        if averted {
            return;
        }
        self.raise_alarm(1, &hazard.name);
        if let Some(condition) = hazard.condition {
            self.afflict(condition, &hazard.name, dc);
        }
        if let Some(damage) = hazard.damage {
            let roll = damage.damage(&hazard.name, Vec::new(), self.dice);
            self.hurt(&hazard.name, roll);
        }
    }

    fn roll_check(&mut self, check: &Check) {
        let (around, helped_by) = self.helped(&check.id);
        let dc = self.state.dc(self.pack, check.dc);
        let roll = self.state.player.check(check.skill, dc, &check.name, around, self.dice);
        let done = roll.outcome.is_good();
        let text = if done { &check.passed } else { &check.failed };
        let (id, name, text) = (check.id.clone(), check.name.clone(), text.clone());
        self.facts.push(Fact::Check { id, name, helped_by, roll, text });
        self.state.settled.insert(check.id.clone(), done);
        if !done {
            self.raise_alarm(check.noise, &check.name);
        }
    }

    fn roll_approach(&mut self, scene: &'a Scene, approach: &'a Approach, skill: Option<&str>) -> Result<Cost, Ruling> {
        let Way::Check { skills, dc, to, passed, failed } = &approach.way else {
            self.begin_fight(scene)?;
            return Ok(Cost::Turn);
        };
        let skill = self.skill(skill, skills)?;
        let (around, helped_by) = self.helped(&approach.id);
        let dc = self.state.dc(self.pack, *dc);
        let roll = self.state.player.check(skill, dc, &approach.name, around, self.dice);
        let worked = roll.outcome.is_good();
        let text = if worked { passed } else { failed };
        let (id, name, text) = (approach.id.clone(), approach.name.clone(), text.clone());
        self.facts.push(Fact::Approach { id, name, helped_by, roll, text });
        self.state.approach = None;
        if worked {
            self.leave(to);
        } else {
            self.raise_alarm(1, &approach.name);
            self.begin_fight(scene)?;
        }
        Ok(Cost::Turn)
    }

    /// Goes on to the next scene when nothing is left to settle in this one.
    fn go_on(&mut self, scene: &'a Scene) {
        if self.state.is_complete() || !scene.approaches.is_empty() {
            return;
        }
        let settled = |id: &String| self.state.settled.contains_key(id);
        let all = scene.hazards.iter().all(|hazard| settled(&hazard.id))
            && scene.checks.iter().all(|check| settled(&check.id));
        if let Some(next) = scene.next.as_ref().filter(|_| all) {
            self.enter(next);
        }
    }
}

fn ids(scene: &Scene) -> Vec<String> {
    scene.approaches.iter().map(|approach| approach.id.clone()).collect()
}

/// As much of a player's word as a ruling repeats.
pub(super) fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(40).collect()
}
