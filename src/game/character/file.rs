//! A character as content: `characters/<name>.toml`.

use super::super::campaign::Problem;
use super::super::reading::{Problems, Section};
use super::super::rules::{Ability, Afflictions, Formula, HitPoints, Scores};
use super::player::{Feature, Player};
use super::weapon::read_weapon;

impl Player {
    /// Reads a character file; `path` stands in front of each problem.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(path: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let problems = Problems::default();
        let player = Self::from_file(path, text, &problems);
        let problems = problems.into_vec();
        player.filter(|_| problems.is_empty()).ok_or(problems)
    }

    pub(in crate::game) fn from_file(path: &str, text: &str, problems: &Problems) -> Option<Self> {
        let mut file = Section::file(path, text, problems)?;
        let player = Self {
            name: file.text("name"),
            character_class: file.text("character_class"),
            level: small(file.number("level", 1..=20)),
            hit_points: HitPoints::full(file.number("max_hp", 1..=500)),
            armor_class: file.number("armor_class", 1..=30),
            attributes: scores(&mut file, "attributes"),
            skill_proficiencies: file.list_of("skill_proficiencies"),
            saving_throw_proficiencies: file.list_of("saving_throw_proficiencies"),
            inventory: file.texts("inventory"),
            equipment: file.texts("equipment"),
            weapons: file.sections("weapons").into_iter().map(read_weapon).collect(),
            features: file.sections("features").into_iter().map(feature).collect(),
            conditions: Afflictions::default(),
        };
        if player.weapons.is_empty() {
            file.problem("weapons", "needs at least one weapon, even if it is a fist");
        }
        for (index, weapon) in player.weapons.iter().enumerate() {
            if player.weapons[..index].iter().any(|other| other.id == weapon.id) {
                file.problem("weapons", format!("has {:?} twice", weapon.id));
            }
        }
        Some(player)
    }
}

/// The six scores of a table.
pub(in crate::game) fn scores(section: &mut Section<'_>, key: &str) -> Scores {
    let Some(mut table) = section.section(key) else { return Scores::default() };
    let [str, dex, con, int, wis, cha] = Ability::ALL.map(|ability| small(table.number(ability.name(), 1..=30)));
    Scores { str, dex, con, int, wis, cha }
}

fn feature(mut section: Section<'_>) -> Feature {
    let heals = section.optional::<Formula>("heals");
    Feature {
        id: section.text("id"),
        name: section.text("name"),
        description: section.text("description"),
        uses: section.optional_number("uses", 1..=20).map_or(u8::from(heals.is_some()), small),
        heals,
        used: 0,
    }
}

/// A number that was read within the bounds of a byte.
fn small(number: i32) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::super::super::rules::{Affliction, Circumstances, Condition, Scripted, Skill, Verdict};
    use super::*;

    fn data() -> Player {
        Player::read("characters/data.toml", include_str!("../../../characters/data.toml")).unwrap()
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let text = "name = 'Ann'\nlevel = 40\nmax_hp = 9\narmor_class = 10\nskill_proficiencies = ['baking']\n\
                    [attributes]\nSTR = 10\nDEX = 31\nCON = 10\nINT = 10\nWIS = 10\nLUK = 3\n";
        let problems: Vec<String> =
            Player::read("ann.toml", text).unwrap_err().iter().map(Problem::to_string).collect();
        let starts = [
            "ann.toml: character_class: is missing",
            "ann.toml: level: must be from 1 to 20, not 40",
            "ann.toml: attributes.DEX: must be from 1 to 30, not 31",
            "ann.toml: attributes.CHA: is missing",
            "ann.toml: attributes.LUK: is not a key",
            "ann.toml: skill_proficiencies[0]: no such skill",
            "ann.toml: weapons: needs at least one weapon",
        ];
        assert_eq!(problems.len(), starts.len(), "{problems:#?}");
        for (problem, start) in problems.iter().zip(starts) {
            assert!(problem.starts_with(start), "{problem}");
        }
    }

    #[test]
    fn data_has_the_numbers_of_the_positronic_operative() {
        let data = data();
        assert_eq!((data.hit_points.max(), data.armor_class, data.proficiency_bonus()), (12, 14, 2));
        let skills = Skill::ALL.map(|skill| (skill.name(), data.skill_modifier(skill)));
        assert_eq!(
            skills,
            [
                ("command", -1),
                ("science", 2),
                ("engineering", 2),
                ("medical", 0),
                ("security", 2),
                ("insight", 0),
                ("athletics", 4),
                ("stealth", 1),
                ("investigation", 4),
            ]
        );
        assert_eq!(data.best_weapon().map(|weapon| weapon.name.as_str()), Some("Positronic Strike"));
        assert_eq!(data.best_skill(&[Skill::Command, Skill::Science, Skill::Engineering]), Some(Skill::Science));
        assert_eq!(data.best_skill(&[]), None);
    }

    #[test]
    fn attacks_add_the_weapons_ability() {
        let data = data();
        let attack = |weapon: usize| {
            let dice = &mut Scripted::new([10, 4]);
            let struck = data.attack(&data.weapons[weapon], "the drone", 13, Circumstances::PLAIN, dice);
            format!("{} / {}", struck.roll, struck.damage.unwrap())
        };
        assert_eq!(attack(0), "d20 10 + DEX 1 + proficiency 2 = 13 against 13: hit / d8 4 + DEX 1 = 5");
        assert_eq!(attack(1), "d20 10 + STR 2 + proficiency 2 = 14 against 13: hit / d8 4 + STR 2 = 6");
    }

    #[test]
    fn self_repair_works_once_and_adds_the_level() {
        let mut data = data();
        data.hit_points.damage(5);
        let (roll, healed) = data.heal(&mut Scripted::new([7])).unwrap();
        assert_eq!((roll.line().as_str(), healed), ("Self-Repair Cycle: d10 7 + level 1 = 8", 5));
        assert_eq!(data.heal(&mut Scripted::default()), None);
    }

    #[test]
    fn fear_hinders_until_a_later_turn_ends_with_a_save() {
        let mut data = data();
        let before = data.conditions.clone();
        data.conditions.add(Affliction { condition: Condition::Frightened, dc: 13 });
        assert_eq!(data.end_turn(&before, &mut Scripted::default()), [], "it came in this turn");
        let dice = &mut Scripted::new([15, 4]);
        let roll = data.check(Skill::Science, 10, "the console", Circumstances::PLAIN, dice);
        assert_eq!((roll.natural, roll.outcome), (4, Verdict::Failure));
        for (fall, left) in [(12, 1), (13, 0)] {
            let before = data.conditions.clone();
            let rolls = data.end_turn(&before, &mut Scripted::new([fall]));
            assert_eq!((rolls.len(), rolls[0].1.dc, data.conditions.iter().count()), (1, Some(13), left));
        }
    }

    #[test]
    fn the_stunned_fail_what_needs_a_body() {
        let mut data = data();
        data.conditions.add(Affliction { condition: Condition::Stunned, dc: 12 });
        assert!(!data.can_act());
        assert_eq!(data.save(Ability::Dex, 5, "a falling beam", &mut Scripted::default()), None);
        assert!(data.save(Ability::Con, 5, "poison", &mut Scripted::new([1])).is_some_and(|roll| roll.total == 5));
    }

    #[test]
    fn a_player_survives_json() {
        let mut data = data();
        data.conditions.add(Affliction { condition: Condition::Poisoned, dc: 11 });
        data.hit_points.damage(3);
        let json = serde_json::to_string(&data).unwrap();
        assert_eq!(serde_json::from_str::<Player>(&json).unwrap(), data);
    }
}
