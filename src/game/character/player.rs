//! The character as the game keeps it, and everything that it can roll.

use serde::{Deserialize, Serialize};

use super::super::rules::{
    Ability, Affliction, Afflictions, Attack, Circumstances, Condition, D20Test, Dice, Formula, HitPoints, Modifier,
    Purpose, Roll, Scores, Skill, Struck, proficiency_bonus,
};
use super::weapon::{Range, Weapon};

/// The player's character. Modifiers are never kept, always derived.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Player {
    /// The name that is spoken.
    pub name: String,
    /// What it is: "Positronic Operative".
    pub character_class: String,
    /// From 1.
    pub level: u8,
    /// What it can still take.
    #[serde(flatten)]
    pub hit_points: HitPoints,
    /// What an attack has to reach; features that always count are included.
    pub armor_class: i32,
    /// The six scores.
    pub attributes: Scores,
    /// What it is trained in.
    pub skill_proficiencies: Vec<Skill>,
    /// The saves that it is trained in.
    pub saving_throw_proficiencies: Vec<Ability>,
    /// What it carries.
    pub inventory: Vec<String>,
    /// What it wears and uses, besides weapons.
    pub equipment: Vec<String>,
    /// What it attacks with.
    pub weapons: Vec<Weapon>,
    /// What its class can do.
    pub features: Vec<Feature>,
    /// The conditions that it is under.
    pub conditions: Afflictions,
}

/// Something that the character's class can do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Feature {
    /// What content calls it: `self_repair`.
    pub id: String,
    /// What the player reads: "Self-Repair Cycle".
    pub name: String,
    /// What it does, in a sentence.
    pub description: String,
    /// The healing it throws, to which the level is added; a feature without always counts and is not used.
    pub heals: Option<Formula>,
    /// How often it can be used in one game.
    pub uses: u8,
    /// How often it was.
    pub used: u8,
}

impl Player {
    /// What training adds.
    pub const fn proficiency_bonus(&self) -> i32 {
        proficiency_bonus(self.level)
    }

    /// What is added to a check of this skill, in all.
    pub fn skill_modifier(&self, skill: Skill) -> i32 {
        self.skill_modifiers(skill).iter().map(|modifier| modifier.value).sum()
    }

    /// The skill with the highest modifier; the first of equals. None of none.
    pub fn best_skill(&self, skills: &[Skill]) -> Option<Skill> {
        skills.iter().copied().rev().max_by_key(|skill| self.skill_modifier(*skill))
    }

    /// The weapon that hurts most on average; the first of equals.
    pub fn best_weapon(&self) -> Option<&Weapon> {
        self.best_of(|_| true)
    }

    /// The best weapon of this range, else the best there is.
    pub fn best_weapon_for(&self, range: Range) -> Option<&Weapon> {
        self.best_of(|weapon| weapon.range == range).or_else(|| self.best_weapon())
    }

    fn best_of(&self, fits: impl Fn(&Weapon) -> bool) -> Option<&Weapon> {
        let worth = |weapon: &&Weapon| {
            let modifier = f64::from(self.attributes.modifier(weapon.ability));
            // Each point of the modifier hits a twentieth more often, too.
            (weapon.damage.average() + modifier) * (10.0 + modifier)
        };
        self.weapons.iter().rev().filter(|weapon| fits(weapon)).max_by(|a, b| worth(a).total_cmp(&worth(b)))
    }

    /// Rolls a check.
    pub fn check(&self, skill: Skill, dc: i32, what: &str, around: Circumstances, dice: &mut dyn Dice) -> Roll {
        let purpose = Purpose::Check { skill: Some(skill), what: what.to_owned() };
        let circumstances = around.hindered_if(self.conditions.any(Condition::hinders_checks));
        D20Test { purpose, modifiers: self.skill_modifiers(skill), circumstances, dc: Some(dc) }.roll(dice)
    }

    /// Rolls a save; nothing is rolled, and it fails, when a condition says so.
    pub fn save(&self, ability: Ability, dc: i32, against: &str, dice: &mut dyn Dice) -> Option<Roll> {
        if self.conditions.any(|condition| condition.fails_save(ability)) {
            return None;
        }
        let purpose = Purpose::Save { ability, against: against.to_owned() };
        let trained = self.saving_throw_proficiencies.contains(&ability);
        let modifiers = self.modifiers(ability, trained);
        Some(D20Test { purpose, modifiers, circumstances: Circumstances::PLAIN, dc: Some(dc) }.roll(dice))
    }

    /// Attacks with a weapon; everybody is trained in the weapons of their own sheet.
    pub fn attack(
        &self,
        weapon: &Weapon,
        target: &str,
        armor_class: i32,
        around: Circumstances,
        dice: &mut dyn Dice,
    ) -> Struck {
        let own = Modifier::new(weapon.ability.name(), self.attributes.modifier(weapon.ability));
        Attack {
            by: &self.name,
            with: &weapon.name,
            target,
            modifiers: self.modifiers(weapon.ability, true),
            armor_class,
            circumstances: around.hindered_if(self.conditions.any(Condition::hinders_attacks)),
            damage: weapon.damage,
            damage_modifiers: vec![own],
        }
        .roll(dice)
    }

    /// Whether it can do anything.
    pub fn can_act(&self) -> bool {
        !self.hit_points.is_down() && !self.conditions.any(Condition::forbids_actions)
    }

    /// The first feature that heals.
    pub fn healing(&self) -> Option<&Feature> {
        self.features.iter().find(|feature| feature.heals.is_some())
    }

    /// Uses the healing feature, if there is one with uses left: the roll and how many points came back.
    pub fn heal(&mut self, dice: &mut dyn Dice) -> Option<(Roll, i32)> {
        let level = Modifier::new("level", self.level.into());
        let ready = |feature: &&mut Feature| feature.heals.is_some() && feature.used < feature.uses;
        let feature = self.features.iter_mut().find(ready)?;
        let roll = feature.heals?.healing(&feature.name, vec![level], dice);
        feature.used += 1;
        let healed = self.hit_points.heal(roll.total);
        Some((roll, healed))
    }

    /// Rolls the saves that come at the end of a turn, for the conditions that were there when it began; a condition
    /// whose save succeeds ends.
    pub fn end_turn(&mut self, before: &Afflictions, dice: &mut dyn Dice) -> Vec<(Condition, Roll)> {
        let held = |affliction: &Affliction| before.any(|condition| condition == affliction.condition);
        let due: Vec<Affliction> = self.conditions.iter().filter(held).collect();
        let mut rolls = Vec::new();
        for Affliction { condition, dc } in due {
            let Some(ability) = condition.save() else { continue };
            let Some(roll) = self.save(ability, dc, condition.name(), dice) else { continue };
            if roll.outcome.is_good() {
                self.conditions.end(|ended| ended == condition);
            }
            rolls.push((condition, roll));
        }
        rolls
    }

    /// What is added to its initiative.
    pub fn initiative(&self) -> Vec<Modifier> {
        self.modifiers(Ability::Dex, false)
    }

    pub(in crate::game) fn skill_modifiers(&self, skill: Skill) -> Vec<Modifier> {
        self.modifiers(skill.ability(), self.skill_proficiencies.contains(&skill))
    }

    fn modifiers(&self, ability: Ability, trained: bool) -> Vec<Modifier> {
        let own = Modifier::new(ability.name(), self.attributes.modifier(ability));
        let training = trained.then(|| Modifier::new("proficiency", self.proficiency_bonus()));
        std::iter::once(own).chain(training).collect()
    }
}
