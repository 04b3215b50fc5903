//! The dice that a storyteller asks for, and the engine rolls.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::super::character::Player;
use super::super::rules::{
    Ability, Advantage, Circumstances, Condition, D20Test, Dice, Formula, Modifier, Purpose, Roll, Skill, Verdict,
};

/// A roll that a reply asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trigger {
    /// How many sides the die has: 4, 6, 8, 10, 12 or 20.
    pub sides: u8,
    /// The skill, or what else the storyteller called it.
    pub skill: Option<String>,
    /// What the total has to reach; without it the roll is damage.
    pub dc: Option<i32>,
    /// What is added; without it what the sheet says for the skill.
    pub modifier: Option<i32>,
}

/// A roll that was asked for and not made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectedTrigger {
    /// Which of the reply's triggers, counted from 0.
    pub index: usize,
    /// What is wrong with it.
    pub reason: String,
}

impl fmt::Display for RejectedTrigger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dice_triggers[{}]: {}", self.index, self.reason)
    }
}

impl Trigger {
    /// The most rolls in one turn.
    pub const MOST: usize = 6;
    /// The largest modifier, either way.
    pub const MOST_MODIFIER: i32 = 10;
    /// The highest difficulty.
    pub const MOST_DC: i32 = 40;

    /// Reads one element of `dice_triggers`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(value: &Value) -> Result<Self, String> {
        let fields = value.as_object().ok_or("is not an object")?;
        let die = fields.get("roll").and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        let sides = match die.strip_prefix('1').unwrap_or(&die) {
            "d4" => 4,
            "d6" => 6,
            "d8" => 8,
            "d10" => 10,
            "d12" => 12,
            "d20" => 20,
            _ => return Err("roll is not one of d4, d6, d8, d10, d12, d20".to_owned()),
        };
        let skill = match fields.get("skill") {
            None | Some(Value::Null) => None,
            Some(Value::String(skill)) if skill.len() <= 40 => Some(skill.trim().to_owned()),
            Some(_) => return Err("skill is not a short text".to_owned()),
        };
        Ok(Self {
            sides,
            skill: skill.filter(|skill| !skill.is_empty()),
            dc: number(fields.get("dc"), "dc", 1, Self::MOST_DC)?,
            modifier: number(fields.get("modifier"), "modifier", -Self::MOST_MODIFIER, Self::MOST_MODIFIER)?,
        })
    }

    /// Rolls it. A check or save of the player's is under the player's conditions.
    pub(super) fn roll(&self, player: &Player, dice: &mut dyn Dice) -> Roll {
        let modifiers = self.modifiers(player);
        let name = self.skill.clone();
        match self.dc {
            None => Formula::die(self.sides).damage(name.as_deref().unwrap_or("what happened"), modifiers, dice),
            Some(dc) => {
                let skill = name.as_deref().and_then(|name| name.parse::<Skill>().ok());
                let what = name.unwrap_or_else(|| "check".to_owned());
                let purpose = Purpose::Check { skill, what };
                if self.sides == 20 {
                    let hindered = player.conditions.any(Condition::hinders_checks);
                    let circumstances = Circumstances::PLAIN.hindered_if(hindered);
                    return D20Test { purpose, modifiers, circumstances, dc: Some(dc) }.roll(dice);
                }
                small_check(self.sides, purpose, modifiers, dc, dice)
            }
        }
    }

    fn modifiers(&self, player: &Player) -> Vec<Modifier> {
        if let Some(value) = self.modifier {
            return if value == 0 { Vec::new() } else { vec![Modifier::new("modifier", value)] };
        }
        let (Some(name), Some(_)) = (&self.skill, self.dc) else { return Vec::new() };
        if let Ok(skill) = name.parse::<Skill>() {
            return player.skill_modifiers(skill);
        }
        let ability = name.parse::<Ability>().ok();
        ability.map(|ability| Modifier::new(ability.name(), player.attributes.modifier(ability))).into_iter().collect()
    }
}

/// A check with another die than the d20, on which nothing is remarkable.
fn small_check(sides: u8, purpose: Purpose, modifiers: Vec<Modifier>, dc: i32, dice: &mut dyn Dice) -> Roll {
    let formula = Formula::die(sides);
    let thrown = formula.throw(dice);
    let total = thrown.sum + modifiers.iter().map(|modifier| modifier.value).sum::<i32>();
    Roll {
        purpose,
        dice: formula,
        naturals: thrown.naturals,
        natural: thrown.sum,
        advantage: Advantage::None,
        modifiers,
        total,
        dc: Some(dc),
        outcome: if total >= dc { Verdict::Success } else { Verdict::Failure },
        critical: false,
        fumble: false,
    }
}

fn number(value: Option<&Value>, name: &str, least: i32, most: i32) -> Result<Option<i32>, String> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let number = value.as_i64().and_then(|number| i32::try_from(number).ok());
            let fits = number.filter(|number| (least..=most).contains(number));
            fits.map(Some).ok_or_else(|| format!("{name} is not a whole number from {least} to {most}"))
        }
    }
}
