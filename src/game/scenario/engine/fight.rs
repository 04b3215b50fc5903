//! The player's side of a fight: how it begins, what can be chosen in it, how it ends.

use super::super::super::character::Weapon;
use super::super::super::rules::{Circumstances, Condition, Contender, order};
use super::super::command::Command;
use super::super::fact::{CombatEnd, Fact, Ruling};
use super::super::meaning::meant;
use super::super::pack::{Adversary, CombatPlan, Exit, Scene};
use super::super::pending::Pending;
use super::super::state::{Combat, Foe, Pace, Who};
use super::settle::short;
use super::{Cost, Game};

/// A fight that has not ended after so many rounds ends undecided: the player withdraws.
const MOST_ROUNDS: u32 = 50;

impl<'a> Game<'a> {
    /// Begins the scene's fight, and plays it as far as the player's first choice, or to its end.
    pub(super) fn begin_fight(&mut self, scene: &'a Scene) -> Result<(), Ruling> {
        let plan = scene.combat.as_ref().ok_or(Ruling::PackChanged)?;
        self.open_fight(plan);
        self.throw_for_order();
        self.run();
        if self.state.pace == Pace::Automatic {
            self.fight_out();
        }
        Ok(())
    }

    /// An attack where no fight is on yet: it begins one, and is its first choice.
    pub(super) fn attack_first(
        &mut self,
        scene: &'a Scene,
        target: Option<&str>,
        weapon: Option<&str>,
    ) -> Result<(), Ruling> {
        match self.state.pending(self.pack) {
            Pending::Hazard { .. } | Pending::Check { .. } => return Err(Ruling::NotYet { first: self.first() }),
            _ => {}
        }
        let plan = scene.combat.as_ref().ok_or(Ruling::NoFight)?;
        self.state.approach = None;
        self.open_fight(plan);
        // Before anything is thrown: an attack on nobody begins no fight.
        self.aim(target, weapon)?;
        self.throw_for_order();
        self.run();
        if self.state.combat.is_some() && self.aim(target, weapon).is_ok() {
            let command = Command::Attack { target: target.map(str::to_owned), weapon: weapon.map(str::to_owned) };
            self.fight_on(&command)?;
        }
        Ok(())
    }

    fn open_fight(&mut self, plan: &CombatPlan) {
        let foes = self.gather(plan);
        let names = foes.iter().map(|foe| foe.name.clone()).collect();
        self.facts.push(Fact::CombatBegan { foes: names, text: plan.text.clone() });
        self.state.combat = Some(Combat { round: 1, order: Vec::new(), next: 0, foes, defending: false });
    }

    fn throw_for_order(&mut self) {
        let foes = self.state.combat.as_ref().map(|combat| combat.foes.clone()).unwrap_or_default();
        let player =
            Contender { name: &self.pack.player.name, modifiers: self.state.player.initiative(), is_player: true };
        let mut contenders = vec![player];
        contenders.extend(foes.iter().map(|foe| {
            let modifiers = self.pack.adversary(&foe.adversary).map(Adversary::initiative).unwrap_or_default();
            Contender { name: &foe.name, modifiers, is_player: false }
        }));
        let places = order(&contenders, self.dice);
        let who = |contender: usize| contender.checked_sub(1).map_or(Who::Player, Who::Foe);
        if let Some(combat) = &mut self.state.combat {
            combat.order = places.iter().map(|place| who(place.contender)).collect();
        }
        for place in places {
            let name = contenders.get(place.contender).map_or("", |contender| contender.name);
            self.facts.push(Fact::Initiative { who: name.to_owned(), roll: place.roll });
        }
        self.raise_alarm(1, "the noise of a fight");
        self.facts.push(Fact::RoundBegan { round: 1 });
    }

    /// Obeys a command in a fight; each choice is a turn.
    pub(super) fn fight_on(&mut self, command: &Command) -> Result<Cost, Ruling> {
        let before = self.state.player.conditions.clone();
        match command {
            Command::Roll { .. } => self.attack(None, None)?,
            Command::Attack { target, weapon } => self.attack(target.as_deref(), weapon.as_deref())?,
            Command::Defend => {
                if let Some(combat) = &mut self.state.combat {
                    combat.defending = true;
                }
                self.facts.push(Fact::Defended);
            }
            Command::SelfRepair => {
                self.repair()?;
            }
            Command::Talk { to } => self.parley(to.as_deref())?,
            Command::Withdraw => {
                self.withdraw();
                return Ok(Cost::Turn);
            }
            _ => return Err(Ruling::InFight),
        }
        if self.state.combat.is_some() {
            self.end_turn(&before);
            self.pass();
            self.run();
        }
        Ok(Cost::Turn)
    }

    /// Takes all turns that the player does not decide, up to the next one that the player does.
    fn run(&mut self) {
        while let Some(combat) = &mut self.state.combat {
            match combat.order.get(combat.next).copied() {
                Some(Who::Foe(place)) => self.act(place),
                _ => {
                    combat.defending = false;
                    if self.state.player.can_act() {
                        return;
                    }
                    self.lose_turn();
                }
            }
            self.pass();
        }
    }

    fn lose_turn(&mut self) {
        let before = self.state.player.conditions.clone();
        let held = before.iter().find(|affliction| affliction.condition.forbids_actions());
        self.facts.extend(held.map(|affliction| Fact::LostTurn { condition: affliction.condition }));
        self.end_turn(&before);
    }

    /// On to the next in order.
    fn pass(&mut self) {
        let Some(combat) = &mut self.state.combat else { return };
        combat.next += 1;
        if combat.next < combat.order.len() {
            return;
        }
        combat.next = 0;
        combat.round += 1;
        if combat.round > MOST_ROUNDS {
            self.end_fight(CombatEnd::Withdrawn);
        } else {
            let round = combat.round;
            self.facts.push(Fact::RoundBegan { round });
        }
    }

    /// Plays the rest of a fight as anybody would: with the better weapon, and repairs when little is left.
    fn fight_out(&mut self) {
        while self.state.combat.is_some() {
            let (points, ready) = (self.state.player.hit_points, self.state.player.healing());
            let ready = ready.is_some_and(|feature| feature.used < feature.uses);
            let weak = points.now() * 3 <= points.max();
            let command =
                if ready && weak { Command::SelfRepair } else { Command::Attack { target: None, weapon: None } };
            if self.fight_on(&command).is_err() {
                // Neither can be refused while a fight is on; a fight that cannot go on is over.
                self.end_fight(CombatEnd::Withdrawn);
            }
        }
    }

    /// Which foe and which weapon are meant.
    fn aim(&self, target: Option<&str>, weapon: Option<&str>) -> Result<(usize, Weapon), Ruling> {
        let foes = self.state.combat.as_ref().map(|combat| &combat.foes[..]).unwrap_or_default();
        let weapons = &self.state.player.weapons;
        let called = |weapon: &'_ Weapon| [weapon.id.clone(), weapon.name.clone()];
        let names: Vec<[String; 2]> = weapons.iter().map(called).collect();
        let names: Vec<Vec<&str>> = names.iter().map(|names| names.iter().map(String::as_str).collect()).collect();
        // "shoot the phaser": what was taken for a target may be the weapon.
        let swapped = target.filter(|words| weapon.is_none() && meant(words, &names).is_some());
        let (target, weapon) = if swapped.is_some() { (None, swapped) } else { (target, weapon) };
        let asked = short(weapon.unwrap_or_default());
        let weapon = match weapon {
            None => self.state.player.best_weapon(),
            Some(words) => match words.parse() {
                Ok(range) => self.state.player.best_weapon_for(range),
                Err(_) => meant(words, &names).and_then(|place| weapons.get(place)),
            },
        };
        let known = || weapons.iter().map(|weapon| weapon.name.clone()).collect();
        let weapon = weapon.ok_or_else(|| Ruling::UnknownWeapon { asked, known: known() })?;
        let fighting: Vec<(usize, &Foe)> = foes.iter().enumerate().filter(|(_, foe)| foe.fights()).collect();
        let place = match target {
            None => fighting.iter().min_by_key(|(_, foe)| foe.hit_points.now()).map(|(place, _)| *place),
            Some(words) => {
                let names: Vec<Vec<&str>> =
                    fighting.iter().map(|(_, foe)| vec![foe.name.as_str(), foe.adversary.as_str()]).collect();
                let only = (fighting.len() == 1 && ["it", "him", "her", "them"].contains(&words)).then_some(0);
                meant(words, &names).or(only).and_then(|place| fighting.get(place)).map(|(place, _)| *place)
            }
        };
        let known = || fighting.iter().map(|(_, foe)| foe.name.clone()).collect();
        let place =
            place.ok_or_else(|| Ruling::UnknownTarget { asked: short(target.unwrap_or_default()), known: known() })?;
        Ok((place, weapon.clone()))
    }

    fn attack(&mut self, target: Option<&str>, weapon: Option<&str>) -> Result<(), Ruling> {
        let (place, weapon) = self.aim(target, weapon)?;
        let Some(foe) = self.state.combat.as_ref().and_then(|combat| combat.foes.get(place)) else {
            return Err(Ruling::NoFight);
        };
        let armor_class = self.pack.adversary(&foe.adversary).ok_or(Ruling::PackChanged)?.armor_class;
        let name = foe.name.clone();
        let struck = self.state.player.attack(&weapon, &name, armor_class, Circumstances::PLAIN, self.dice);
        let Some(foe) = self.state.combat.as_mut().and_then(|combat| combat.foes.get_mut(place)) else {
            return Err(Ruling::NoFight);
        };
        foe.hit_points.damage(struck.damage.as_ref().map_or(0, |damage| damage.total));
        let points = foe.hit_points;
        self.facts.push(Fact::Attacked {
            target: name.clone(),
            weapon: weapon.name.clone(),
            roll: struck.roll,
            damage: struck.damage,
            hp: points.now(),
            max_hp: points.max(),
        });
        if points.is_down() {
            self.facts.push(Fact::Fell { foe: name });
        }
        if weapon.noise > 0 {
            self.raise_alarm(weapon.noise, &weapon.name);
        }
        self.decide();
        Ok(())
    }

    fn parley(&mut self, to: Option<&str>) -> Result<(), Ruling> {
        let foes = self.state.combat.as_ref().map(|combat| &combat.foes[..]).unwrap_or_default();
        let fighting: Vec<(usize, &Foe)> = foes.iter().enumerate().filter(|(_, foe)| foe.fights()).collect();
        let talk = |foe: &Foe| self.pack.adversary(&foe.adversary).and_then(|adversary| adversary.talk.as_ref());
        let names: Vec<Vec<&str>> =
            fighting.iter().map(|(_, foe)| vec![foe.name.as_str(), foe.adversary.as_str()]).collect();
        let chosen = match to {
            Some(words) => meant(words, &names).and_then(|place| fighting.get(place)),
            None => fighting.iter().find(|(_, foe)| talk(foe).is_some()).or_else(|| fighting.first()),
        };
        let known = || fighting.iter().map(|(_, foe)| foe.name.clone()).collect();
        let unknown = || Ruling::UnknownPerson { asked: to.map(short), known: known() };
        let (place, foe) = chosen.copied().ok_or_else(unknown)?;
        let name = foe.name.clone();
        let parley = talk(foe).ok_or_else(|| Ruling::Deaf { who: name.clone() })?;
        let dc = self.state.dc(self.pack, parley.dc);
        let what = format!("Talking to {name}");
        let roll = self.state.player.check(parley.skill, dc, &what, Circumstances::PLAIN, self.dice);
        let text = roll.outcome.is_good().then(|| parley.passed.clone());
        if let Some(foe) = self.state.combat.as_mut().and_then(|combat| combat.foes.get_mut(place)) {
            foe.stood_down = text.is_some();
        }
        self.facts.push(Fact::Parleyed { foe: name, roll, text });
        self.decide();
        Ok(())
    }

    fn withdraw(&mut self) {
        self.facts.push(Fact::Withdrew);
        let places = self.state.combat.as_ref().map_or(0, |combat| combat.foes.len());
        for place in 0..places {
            self.strike(place);
        }
        if self.state.combat.is_some() {
            self.end_fight(CombatEnd::Withdrawn);
        }
    }

    /// Ends the fight if nobody is left to fight.
    fn decide(&mut self) {
        let Some(combat) = &self.state.combat else { return };
        if combat.foes.iter().any(Foe::fights) {
            return;
        }
        let talked = combat.foes.iter().all(|foe| foe.stood_down && !foe.hit_points.is_down());
        self.end_fight(if talked { CombatEnd::Talked } else { CombatEnd::Won });
    }

    fn end_fight(&mut self, end: CombatEnd) {
        let Some(combat) = self.state.combat.take() else { return };
        self.facts.push(Fact::CombatEnded { rounds: combat.round.min(MOST_ROUNDS), end });
        let ended = self.state.player.conditions.end(Condition::ends_with_fight);
        self.facts.extend(ended.into_iter().map(|condition| Fact::Recovered { condition }));
        let plan = self.state.scene(self.pack).and_then(|scene| scene.combat.as_ref());
        match (end, plan) {
            (CombatEnd::Won, Some(plan)) => self.leave(&plan.won),
            (CombatEnd::Talked, Some(plan)) => {
                let outcome = plan.talked.filter(|_| plan.won.outcome.is_some()).or(plan.won.outcome);
                self.leave(&Exit { scene: plan.won.scene.clone(), outcome });
            }
            _ => {
                self.state.left = combat.foes;
                self.raise_alarm(1, "a fight that was left");
            }
        }
    }
}
