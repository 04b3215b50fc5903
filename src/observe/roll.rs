//! Rolls as attributes.

use opentelemetry::{Array, KeyValue, Value};

use crate::game::rules::{Purpose, Roll};

use super::messages::texts;
use super::semconv::attr;

/// Every number of a roll. What it was for in words is left out: in solo games a model words it.
pub(super) fn attributes(roll: &Roll) -> Vec<KeyValue> {
    let names = roll.modifiers.iter().map(|modifier| modifier.name.to_string());
    let values = roll.modifiers.iter().map(|modifier| i64::from(modifier.value));
    let mut attributes = vec![
        KeyValue::new(attr::ROLL_PURPOSE, roll.purpose.kind()),
        KeyValue::new(attr::ROLL_DICE, roll.dice.to_string()),
        KeyValue::new(attr::ROLL_NATURALS, numbers(roll.naturals.iter().map(|natural| i64::from(*natural)))),
        KeyValue::new(attr::ROLL_ADVANTAGE, roll.advantage.name()),
        KeyValue::new(attr::ROLL_MODIFIER_NAMES, texts(names)),
        KeyValue::new(attr::ROLL_MODIFIER_VALUES, numbers(values)),
        KeyValue::new(attr::ROLL_TOTAL, i64::from(roll.total)),
        KeyValue::new(attr::ROLL_OUTCOME, roll.outcome.name()),
        KeyValue::new(attr::ROLL_CRITICAL, roll.critical),
        KeyValue::new(attr::ROLL_FUMBLE, roll.fumble),
    ];
    attributes.extend(roll.dc.map(|dc| KeyValue::new(attr::ROLL_DC, i64::from(dc))));
    attributes.extend(tried(&roll.purpose).map(|tried| KeyValue::new(attr::SKILL, tried)));
    attributes
}

/// What a check or save tries; of low cardinality, whatever a storyteller asks for.
pub(super) fn tried(purpose: &Purpose) -> Option<&'static str> {
    match purpose {
        Purpose::Check { skill: Some(skill), .. } => Some(skill.name()),
        Purpose::Check { skill: None, .. } => Some("other"),
        Purpose::Save { ability, .. } => Some(ability.name()),
        _ => None,
    }
}

fn numbers(values: impl Iterator<Item = i64>) -> Value {
    Value::Array(Array::I64(values.collect()))
}
