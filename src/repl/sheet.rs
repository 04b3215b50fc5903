//! The character on the screen: `/sheet` and `/inventory`.

use crate::game::character::{Gear, Player, Range};
use crate::game::rules::{Ability, Skill};

use super::screen::Screen;

/// Where the values begin.
const INDENT: usize = 12;

/// Shows the character, as a sheet that fits a small terminal.
pub(super) fn sheet(screen: &mut Screen, player: &Player) {
    let sheet = player.sheet();
    screen.heading(&format!("{}, {}, level {}", sheet.name, sheet.character_class, sheet.level));
    let conditions = if sheet.conditions.is_empty() { "none".to_owned() } else { sheet.conditions.join(", ") };
    let mut entry = |label: &str, text: &str| screen.entry(label, text, INDENT);
    entry("HP", &format!("{} of {}", sheet.hp, sheet.max_hp));
    entry("Defence", &format!("armor class {}, initiative {:+}", sheet.armor_class, initiative(player)));
    entry("Abilities", &abilities(player));
    entry("Saves", &saves(player));
    entry("Skills", &skills(player));
    for gear in &sheet.equipment {
        if let Gear::Weapon { name, attack_bonus, .. } = gear {
            entry("Attack", &format!("{name} {attack_bonus:+}, {}", damage(player, gear)));
        }
    }
    for feature in sheet.class_features.values() {
        let left = feature.uses_left.map_or_else(String::new, |left| format!(" ({left} left)"));
        entry("Feature", &format!("{}{left}: {}", feature.name, feature.description));
    }
    entry("Conditions", &conditions);
}

/// Shows what the character carries and what its weapons do.
pub(super) fn inventory(screen: &mut Screen, player: &Player) {
    let sheet = player.sheet();
    for gear in &sheet.equipment {
        if let Gear::Weapon { name, attack_bonus, range, .. } = gear {
            let reach = match range {
                Range::Melee => "melee",
                Range::Ranged => "ranged",
            };
            screen.entry(
                "Weapon",
                &format!("{name} ({reach}): d20 {attack_bonus:+}, {}", damage(player, gear)),
                INDENT,
            );
        }
    }
    for gear in &sheet.equipment {
        if let Gear::Gear { name } = gear {
            screen.entry("Worn", name, INDENT);
        }
    }
    if sheet.inventory.is_empty() {
        screen.say("Your pockets are empty.");
    } else {
        screen.entry("Carried", &sheet.inventory.join(", "), INDENT);
    }
}

/// What a hit throws and adds.
fn damage(player: &Player, gear: &Gear<'_>) -> String {
    match gear {
        Gear::Weapon { damage, ability, .. } => {
            let modifier = player.attributes.modifier(*ability);
            let added = if modifier == 0 { String::new() } else { format!(" {modifier:+}") };
            format!("hits for {damage}{added} ({ability})")
        }
        Gear::Gear { .. } => String::new(),
    }
}

fn initiative(player: &Player) -> i32 {
    player.initiative().iter().map(|modifier| modifier.value).sum()
}

fn abilities(player: &Player) -> String {
    let scores = player.attributes;
    let one = |ability: Ability| format!("{ability} {} ({:+})", scores.score(ability), scores.modifier(ability));
    Ability::ALL.map(one).join(", ")
}

fn saves(player: &Player) -> String {
    let one = |ability: Ability| {
        let trained = player.saving_throw_proficiencies.contains(&ability);
        let training = if trained { player.proficiency_bonus() } else { 0 };
        format!("{ability} {:+}{}", player.attributes.modifier(ability) + training, star(trained))
    };
    format!("{} (*trained)", Ability::ALL.map(one).join(", "))
}

fn skills(player: &Player) -> String {
    let one = |skill: Skill| {
        let trained = player.skill_proficiencies.contains(&skill);
        format!("{skill} {:+}{}", player.skill_modifier(skill), star(trained))
    };
    Skill::ALL.map(one).join(", ")
}

const fn star(trained: bool) -> &'static str {
    if trained { "*" } else { "" }
}
