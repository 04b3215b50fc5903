//! The character sheet as a client reads it: what is kept and what is derived, in one shape.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::rules::{Ability, Formula, Scores, Skill};
use super::player::Player;
use super::weapon::Range;

/// `state.player` of the HTTP contract.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "they are those of `Player`")]
pub struct Sheet<'a> {
    pub name: &'a str,
    pub character_class: &'a str,
    pub hp: i32,
    pub max_hp: i32,
    pub armor_class: i32,
    pub level: u8,
    pub proficiency_bonus: i32,
    pub attributes: Scores,
    pub skill_proficiencies: &'a [Skill],
    pub saving_throw_proficiencies: &'a [Ability],
    /// What each skill adds to a d20.
    pub skills: BTreeMap<Skill, i32>,
    pub inventory: &'a [String],
    /// Weapons first.
    pub equipment: Vec<Gear<'a>>,
    /// By id.
    pub class_features: BTreeMap<&'a str, FeatureLine<'a>>,
    pub conditions: Vec<&'static str>,
}

/// One thing of the equipment.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Gear<'a> {
    /// Something to attack with.
    Weapon {
        /// What content and commands call it.
        id: &'a str,
        /// What it is called.
        name: &'a str,
        /// How far it reaches.
        range: Range,
        /// What a hit throws.
        damage: Formula,
        /// What is added to attack and damage.
        ability: Ability,
        /// What an attack adds to a d20, in all.
        attack_bonus: i32,
    },
    /// Anything else.
    Gear {
        /// What it is called.
        name: &'a str,
    },
}

/// A class feature.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FeatureLine<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What it does.
    pub description: &'a str,
    /// How often it can still be used; none when it always counts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uses_left: Option<u8>,
}

impl Player {
    /// The sheet.
    pub fn sheet(&self) -> Sheet<'_> {
        let weapons = self.weapons.iter().map(|weapon| Gear::Weapon {
            id: &weapon.id,
            name: &weapon.name,
            range: weapon.range,
            damage: weapon.damage,
            ability: weapon.ability,
            attack_bonus: self.attributes.modifier(weapon.ability) + self.proficiency_bonus(),
        });
        let gear = self.equipment.iter().map(|name| Gear::Gear { name });
        let features = self.features.iter().map(|feature| {
            let uses_left = feature.heals.map(|_| feature.uses.saturating_sub(feature.used));
            (feature.id.as_str(), FeatureLine { name: &feature.name, description: &feature.description, uses_left })
        });
        Sheet {
            name: &self.name,
            character_class: &self.character_class,
            hp: self.hit_points.now(),
            max_hp: self.hit_points.max(),
            armor_class: self.armor_class,
            level: self.level,
            proficiency_bonus: self.proficiency_bonus(),
            attributes: self.attributes,
            skill_proficiencies: &self.skill_proficiencies,
            saving_throw_proficiencies: &self.saving_throw_proficiencies,
            skills: Skill::ALL.into_iter().map(|skill| (skill, self.skill_modifier(skill))).collect(),
            inventory: &self.inventory,
            equipment: weapons.chain(gear).collect(),
            class_features: features.collect(),
            conditions: self.conditions.names(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sheet_has_the_keys_of_the_contract() {
        let data = Player::read("data", include_str!("../../../characters/data.toml")).unwrap();
        insta::assert_snapshot!(serde_json::to_string(&data.sheet()).unwrap(), @r#"{"name":"Data","character_class":"Positronic Operative","hp":12,"max_hp":12,"armor_class":14,"level":1,"proficiency_bonus":2,"attributes":{"STR":15,"DEX":12,"CON":14,"INT":15,"WIS":10,"CHA":8},"skill_proficiencies":["athletics","investigation"],"saving_throw_proficiencies":["STR","CON"],"skills":{"command":-1,"science":2,"engineering":2,"medical":0,"security":2,"insight":0,"athletics":4,"stealth":1,"investigation":4},"inventory":["a tricorder","a combadge","a padd"],"equipment":[{"kind":"weapon","id":"phaser","name":"Phaser","range":"ranged","damage":"1d8","ability":"DEX","attack_bonus":3},{"kind":"weapon","id":"positronic_strike","name":"Positronic Strike","range":"melee","damage":"1d8","ability":"STR","attack_bonus":4},{"kind":"gear","name":"Starfleet Tactical Uniform"}],"class_features":{"self_repair":{"name":"Self-Repair Cycle","description":"Damaged circuits are routed around: 1d10 + level hit points come back, once.","uses_left":1},"subroutine_focus":{"name":"Subroutine Focus","description":"One subroutine does nothing but watch for incoming fire: +1 armor class, already counted."}},"conditions":[]}"#);
    }
}
