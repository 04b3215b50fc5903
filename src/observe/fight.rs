//! Fights as spans: the part of a fight that one turn plays, and its rounds.

use std::ops::Range;

use opentelemetry::KeyValue;

use crate::game::scenario::{Fact, State};

use super::messages::texts;
use super::semconv::{attr, span};
use super::step::{Step, told};

/// Which of a turn's facts belong to a fight: from its beginning, or the turn's where an earlier turn began it, to its end, or
/// the turn's where a later one goes on with it.
pub(super) fn range(facts: &[Fact]) -> Option<Range<usize>> {
    let fought = facts.iter().position(is_fought)?;
    let began = facts.iter().position(|fact| matches!(fact, Fact::CombatBegan { .. }));
    let start = began.filter(|began| *began < fought).unwrap_or(0);
    let ended = facts.iter().position(|fact| matches!(fact, Fact::CombatEnded { .. }));
    Some(start..ended.map_or(facts.len(), |ended| ended + 1))
}

/// Whether such a thing happens in fights only.
fn is_fought(fact: &Fact) -> bool {
    matches!(
        fact,
        Fact::Initiative { .. }
            | Fact::RoundBegan { .. }
            | Fact::Attacked { .. }
            | Fact::Assailed { .. }
            | Fact::Powered { .. }
            | Fact::Recharged { .. }
            | Fact::Defended
            | Fact::Parleyed { .. }
            | Fact::Fell { .. }
            | Fact::LostTurn { .. }
            | Fact::Withdrew
            | Fact::CombatEnded { .. }
    )
}

/// The fight in `range` of the turn's facts; `state` is how the turn left the game.
pub(super) fn combat(facts: &[Fact], range: Range<usize>, state: &State) -> Step {
    let fought = facts.get(range.clone()).unwrap_or_default();
    let end = fought.iter().find_map(|fact| match fact {
        Fact::CombatEnded { rounds, end } => Some((*rounds, *end)),
        _ => None,
    });
    let mut marks = fought.iter().filter_map(|fact| match fact {
        Fact::RoundBegan { round } => Some(*round),
        _ => None,
    });
    let rounds = end.map(|(rounds, _)| rounds).or(marks.next_back()).unwrap_or_default();
    let rounds_fought = rounds_of(fought, rounds);
    let first = rounds_fought.first().map_or(fought.len(), |(_, round)| round.start);
    let last = rounds_fought.last().map_or(fought.len(), |(_, round)| round.end);
    // What belongs to no round is the fight's own: how it began, and how it ended.
    let own: Vec<Fact> = [fought.get(..first), fought.get(last..)].into_iter().flatten().flatten().cloned().collect();
    let mut attributes = vec![
        KeyValue::new(attr::COMBAT_FOES, texts(foes(fought, state))),
        KeyValue::new(attr::COMBAT_ROUNDS, i64::from(rounds)),
    ];
    attributes.extend(end.map(|(_, end)| KeyValue::new(attr::COMBAT_END, end.name())));
    attributes.extend(told(&own).into_iter().filter(|told| told.key.as_str() == attr::LOG));
    attributes.extend(told(fought).into_iter().filter(|told| told.key.as_str() != attr::LOG));
    let steps = rounds_fought.into_iter().filter_map(|(number, round)| {
        let facts = fought.get(round.clone()).unwrap_or_default();
        // A round that has only just begun is told of by the turn that plays it.
        facts.iter().any(|fact| !matches!(fact, Fact::RoundBegan { .. })).then(|| {
            let mut attributes = vec![KeyValue::new(attr::COMBAT_ROUND, i64::from(number))];
            attributes.extend(told(facts));
            let facts = range.start + round.start..range.start + round.end;
            Step { name: span::COMBAT_ROUND, facts, attributes, steps: Vec::new() }
        })
    });
    let steps = steps.collect();
    Step { name: span::COMBAT, facts: range, attributes, steps }
}

/// The rounds with their numbers. The first may have begun in an earlier turn.
fn rounds_of(fought: &[Fact], rounds: u32) -> Vec<(u32, Range<usize>)> {
    let mut starts: Vec<(u32, usize)> = fought
        .iter()
        .enumerate()
        .filter_map(|(at, fact)| if let Fact::RoundBegan { round } = fact { Some((*round, at)) } else { None })
        .collect();
    if !matches!(fought.first(), Some(Fact::CombatBegan { .. })) {
        let number = starts.first().map_or(rounds, |(round, _)| round.saturating_sub(1));
        starts.insert(0, (number, 0));
    }
    let end = fought.iter().position(|fact| matches!(fact, Fact::CombatEnded { .. })).unwrap_or(fought.len());
    let ends = starts.iter().skip(1).map(|(_, start)| *start).chain([end]).collect::<Vec<_>>();
    starts.into_iter().zip(ends).map(|((round, start), end)| (round, start..end)).collect()
}

/// Whom the fight is against, as far as this turn's facts or the state after it say.
fn foes(fought: &[Fact], state: &State) -> Vec<String> {
    if let Some(Fact::CombatBegan { foes, .. }) = fought.first() {
        return foes.clone();
    }
    if let Some(combat) = &state.combat {
        return combat.foes.iter().map(|foe| foe.name.clone()).collect();
    }
    let mut foes = Vec::new();
    for fact in fought {
        let (Fact::Attacked { target: foe, .. }
        | Fact::Assailed { by: foe, .. }
        | Fact::Powered { by: foe, .. }
        | Fact::Parleyed { foe, .. }) = fact
        else {
            continue;
        };
        if !foes.contains(foe) {
            foes.push(foe.clone());
        }
    }
    foes
}
