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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::content::Content;
    use crate::game::rules::Seeded;
    use crate::game::scenario::{Command, Pace, Pack, play, start};
    use crate::id::{CountingIds, Ids as _};

    fn pack() -> Pack {
        crate::prompt::scenario(&Content::default(), "silent-relay").unwrap()
    }

    /// That steps follow each other within `facts`, and so do theirs.
    fn in_order(steps: &[Step], facts: Range<usize>) {
        let mut at = facts.start;
        for step in steps {
            assert!(at <= step.facts.start && step.facts.start < step.facts.end && step.facts.end <= facts.end);
            in_order(&step.steps, step.facts.clone());
            at = step.facts.end;
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

        #[test]
        fn every_roll_of_every_turn_is_in_one_step(seed: u64, rounds: bool, picks in proptest::collection::vec(0_usize..12, 60)) {
            let pack = pack();
            let pace = if rounds { Pace::Rounds } else { Pace::Automatic };
            let (mut state, mut dice) = (start(&pack, CountingIds::default().session(), pace).state, Seeded::new(seed));
            for pick in picks {
                let mut inputs = state.pending(&pack).suggestions();
                inputs.extend(["talk", "self-repair", "withdraw", "search the core", "attack"].map(str::to_owned));
                let command = Command::read(&inputs[pick % inputs.len()], None);
                let step = play(&pack, &state, &command, &mut dice);
                let steps = of_scenario(&step.facts, &step.state);
                in_order(&steps, 0..step.facts.len());
                for (at, fact) in step.facts.iter().enumerate().filter(|(_, fact)| !fact.rolls().is_empty()) {
                    let covering = steps.iter().filter(|step| step.facts.contains(&at)).count();
                    prop_assert_eq!(covering, 1, "{:?} of {:?}", fact, step.facts);
                }
                state = step.state;
            }
        }
    }
}
