//! The inner steps of a turn: what the facts of the rules tell as spans.

use std::ops::Range;

use opentelemetry::KeyValue;

use crate::game::rules::Roll;
use crate::game::{scenario, solo};

use super::fight;
use super::messages::texts;
use super::roll;
use super::semconv::{attr, span};

/// A step of a turn that becomes a span.
pub(super) struct Step {
    pub(super) name: &'static str,
    /// Which of the turn's facts it covers.
    pub(super) facts: Range<usize>,
    pub(super) attributes: Vec<KeyValue>,
    pub(super) steps: Vec<Step>,
}

/// The steps of a turn of a scenario that left the game like `state`.
pub(super) fn of_scenario(facts: &[scenario::Fact], state: &scenario::State) -> Vec<Step> {
    let fight = fight::range(facts);
    let mut steps = Vec::new();
    let mut at = 0;
    while let Some(fact) = facts.get(at) {
        if let Some(fight) = fight.clone().filter(|fight| fight.start == at) {
            at = fight.end;
            steps.push(fight::combat(facts, fight, state));
            continue;
        }
        let end = at + 1 + facts.iter().skip(at + 1).take_while(|fact| follows(fact)).count();
        if let Some((name, own)) = step_of(fact) {
            let mut attributes = own;
            attributes.extend(told(facts.get(at..end).unwrap_or_default()));
            steps.push(Step { name, facts: at..end, attributes, steps: Vec::new() });
            at = end;
        } else {
            at += 1;
        }
    }
    steps
}

/// The steps of a turn of a solo game.
pub(super) fn of_solo(facts: &[solo::Fact]) -> Vec<Step> {
    let rolled = facts.iter().enumerate().filter_map(|(at, fact)| match fact {
        solo::Fact::Rolled { roll } => Some((at, roll)),
        _ => None,
    });
    let steps = rolled.map(|(at, roll)| {
        let mut attributes = roll::attributes(roll);
        let mut facts_of_it = at..at + 1;
        if let Some(solo::Fact::Hurt { hp, max_hp, .. }) = facts.get(at + 1) {
            attributes.extend(hit_points(*hp, *max_hp));
            facts_of_it.end += 1;
        }
        Step { name: name_of(roll), facts: facts_of_it, attributes, steps: Vec::new() }
    });
    steps.collect()
}

/// The fact's own span, if it has one: its name, and what it is about.
fn step_of(fact: &scenario::Fact) -> Option<(&'static str, Vec<KeyValue>)> {
    use scenario::Fact;
    let named = |name, key, id: &String, helped_by: &Option<String>, roll| {
        let helped = helped_by.clone().map(|clue| KeyValue::new(attr::HELPED_BY, clue));
        let id = KeyValue::new(key, id.clone());
        Some((name, std::iter::once(id).chain(helped).chain(roll::attributes(roll)).collect()))
    };
    match fact {
        Fact::Hazard { id, helped_by, roll, .. } => named(span::HAZARD, attr::HAZARD_ID, id, helped_by, roll),
        Fact::Check { id, helped_by, roll, .. } => named(span::SKILL_CHECK, attr::CHECK_ID, id, helped_by, roll),
        Fact::Approach { id, helped_by, roll, .. } => named(span::APPROACH, attr::APPROACH_ID, id, helped_by, roll),
        Fact::Talked { id, roll: Some(roll), .. } => named(span::SKILL_CHECK, attr::CHECK_ID, id, &None, roll),
        Fact::Saved { roll: Some(roll), .. } | Fact::Healed { roll, .. } => {
            Some((name_of(roll), roll::attributes(roll)))
        }
        _ => None,
    }
}

fn name_of(roll: &Roll) -> &'static str {
    if roll::tried(&roll.purpose).is_some() { span::SKILL_CHECK } else { span::ROLL }
}

/// Whether the fact came of the one before it.
fn follows(fact: &scenario::Fact) -> bool {
    use scenario::Fact;
    matches!(
        fact,
        Fact::AlarmRaised { .. }
            | Fact::Hurt { .. }
            | Fact::Afflicted { .. }
            | Fact::Recovered { .. }
            | Fact::ClueFound { .. }
    )
}

/// The log of these facts, and the hit points after them.
pub(super) fn told(facts: &[scenario::Fact]) -> Vec<KeyValue> {
    let lines: Vec<String> = facts.iter().filter_map(scenario::Fact::line).collect();
    let points = facts.iter().rev().find_map(|fact| match fact {
        scenario::Fact::Hurt { hp, max_hp, .. } | scenario::Fact::Healed { hp, max_hp, .. } => Some((*hp, *max_hp)),
        _ => None,
    });
    let log = (!lines.is_empty()).then(|| KeyValue::new(attr::LOG, texts(lines)));
    log.into_iter().chain(points.into_iter().flat_map(|(hp, max_hp)| hit_points(hp, max_hp))).collect()
}

fn hit_points(hp: i32, max_hp: i32) -> [KeyValue; 2] {
    [KeyValue::new(attr::PLAYER_HP, i64::from(hp)), KeyValue::new(attr::PLAYER_MAX_HP, i64::from(max_hp))]
}
