//! The other side of a fight: who is there, and what they do.

use super::super::super::rules::{Ability, Attack, Circumstances, Condition, HitPoints, Modifier, recharge};
use super::super::fact::Fact;
use super::super::pack::{Adversary, CombatPlan, Power};
use super::super::state::Foe;
use super::Game;

impl Game<'_> {
    /// Everybody whom the fight is against: the scene's adversaries, what the alarm brings, and of those whoever was left
    /// behind in an earlier fight as they were left.
    pub(super) fn gather(&mut self, plan: &CombatPlan) -> Vec<Foe> {
        let joining = self.state.alarm_state(self.pack).map(|state| &state.reinforcements[..]).unwrap_or_default();
        let mut left = std::mem::take(&mut self.state.left);
        let mut foes: Vec<Foe> = Vec::new();
        for adversary in plan.adversaries.iter().chain(joining).filter_map(|id| self.pack.adversary(id)) {
            match left.iter().position(|foe| foe.adversary == adversary.id) {
                Some(place) => foes.push(left.remove(place)),
                None => foes.push(foe(adversary)),
            }
        }
        foes.append(&mut left);
        for place in 0..foes.len() {
            let kind = foes[place].adversary.clone();
            let name = self.pack.adversary(&kind).map(|adversary| adversary.name.clone()).unwrap_or_default();
            let of_kind = |foes: &[Foe]| foes.iter().filter(|foe| foe.adversary == kind).count();
            let (number, all) = (of_kind(&foes[..=place]), of_kind(&foes));
            foes[place].name = if all > 1 { format!("{name} {number}") } else { name };
            foes[place].spent.fill(false);
        }
        foes
    }

    /// A foe's turn: tries what is spent, then uses a power that is ready, else attacks.
    pub(super) fn act(&mut self, place: usize) {
        let Some(foe) = self.state.combat.as_ref().and_then(|combat| combat.foes.get(place)) else { return };
        let Some(adversary) = self.pack.adversary(&foe.adversary).filter(|_| foe.fights()) else { return };
        let (name, mut spent) = (foe.name.clone(), foe.spent.clone());
        for (power, spent) in adversary.powers.iter().zip(&mut spent).filter(|(_, spent)| **spent) {
            let roll = recharge(&power.name, power.recharge, self.dice);
            *spent = !roll.outcome.is_good();
            self.facts.push(Fact::Recharged { by: name.clone(), power: power.name.clone(), roll });
        }
        let bloodied = foe.hit_points.now() * 2 <= foe.hit_points.max();
        let useful = |power: &Power| {
            if power.bloodied && !bloodied {
                return false;
            }
            let held = power.condition.is_some_and(|new| self.state.player.conditions.any(|known| known == new));
            power.damage.is_some() || !held
        };
        let ready = adversary.powers.iter().zip(&spent).position(|(power, spent)| !spent && useful(power));
        if let Some(spent) = ready.and_then(|ready| spent.get_mut(ready)) {
            *spent = true;
        }
        if let Some(foe) = self.state.combat.as_mut().and_then(|combat| combat.foes.get_mut(place)) {
            foe.spent = spent;
        }
        match ready.and_then(|ready| adversary.powers.get(ready)) {
            Some(power) => self.power(&name, power),
            None => self.strike(place),
        }
    }

    fn power(&mut self, by: &str, power: &Power) {
        self.facts.push(Fact::Powered { by: by.to_owned(), power: power.name.clone() });
        let roll = self.state.player.save(power.save, power.dc, &power.name, self.dice);
        let kept = roll.as_ref().is_some_and(|roll| roll.outcome.is_good());
        self.facts.push(Fact::Saved { against: power.name.clone(), roll });
        if kept {
            return;
        }
        if let Some(condition) = power.condition {
            self.afflict(condition, &power.name, power.dc);
        }
        if let Some(damage) = power.damage {
            let roll = damage.damage(&power.name, Vec::new(), self.dice);
            self.hurt(by, roll);
        }
    }

    /// A foe's plain attack; nothing when it does not fight, or the fight is over.
    pub(super) fn strike(&mut self, place: usize) {
        let Some(combat) = &self.state.combat else { return };
        let Some(foe) = combat.foes.get(place).filter(|foe| foe.fights()) else { return };
        let Some(adversary) = self.pack.adversary(&foe.adversary) else { return };
        let name = foe.name.clone();
        let exposed = self.state.player.conditions.any(Condition::exposes);
        let struck = Attack {
            by: &name,
            with: &adversary.attack,
            target: &self.state.player.name,
            modifiers: vec![Modifier::new("attack bonus", adversary.attack_bonus)],
            armor_class: self.state.player.armor_class,
            circumstances: Circumstances::PLAIN.helped_if(exposed).hindered_if(combat.defending),
            damage: adversary.damage,
            damage_modifiers: Vec::new(),
        }
        .roll(self.dice);
        self.facts.push(Fact::Assailed { by: name.clone(), with: adversary.attack.clone(), roll: struck.roll });
        if let Some(damage) = struck.damage {
            self.hurt(&name, damage);
        }
    }
}

impl Adversary {
    /// What is added to its initiative.
    pub(super) fn initiative(&self) -> Vec<Modifier> {
        let dex = Modifier::new(Ability::Dex.name(), self.attributes.modifier(Ability::Dex));
        let bonus = (self.initiative_bonus != 0).then(|| Modifier::new("bonus", self.initiative_bonus));
        std::iter::once(dex).chain(bonus).collect()
    }
}

fn foe(adversary: &Adversary) -> Foe {
    Foe {
        adversary: adversary.id.clone(),
        name: adversary.name.clone(),
        hit_points: HitPoints::full(adversary.hp),
        spent: vec![false; adversary.powers.len()],
        stood_down: false,
    }
}
