//! What was settled, in words for a storyteller: what happened and how badly, without a number.

use crate::game::scenario::{CombatEnd, Fact};

use super::scenario::shortened;
use super::situation::line;

/// The most events of one turn; a long fight has more.
const MOST: usize = 20;
/// From so many events on, the same blow is told once, with how often it fell.
const MANY: usize = 12;
/// Or from so many of the same.
const OFTEN: usize = 2;

/// Each fact that is worth a word, as `What (to what): in the author's words`. Of what the game shows by itself only that
/// it comes.
pub(super) fn events(facts: &[Fact]) -> Vec<String> {
    let events: Vec<String> = facts.iter().filter_map(event).map(|text| line(&text, 420)).collect();
    let often = |event: &String| events.iter().filter(|other| *other == event).count() > OFTEN;
    let events = if events.len() > MANY || events.iter().any(often) { gathered(events) } else { events };
    shortened(&events, MOST).into_iter().cloned().collect()
}

/// Whether the story comes to another scene.
pub(super) fn arrives(facts: &[Fact]) -> bool {
    facts.iter().any(|fact| matches!(fact, Fact::SceneEntered { .. }))
}

/// Whether the game shows texts of the author's own when the storyteller has spoken.
pub(super) fn shows(facts: &[Fact]) -> bool {
    facts.iter().any(|fact| next(fact).is_some())
}

fn event(fact: &Fact) -> Option<String> {
    let about = |what: &str, name: &str, text: &str| Some(format!("{what} ({name}): {text}"));
    match fact {
        Fact::Hazard { name, roll, text, .. } => {
            about(if roll.outcome.is_good() { "Danger averted" } else { "Danger strikes" }, name, text)
        }
        Fact::Check { name, roll, text, .. } => {
            about(if roll.outcome.is_good() { "Attempt succeeds" } else { "Attempt fails" }, name, text)
        }
        Fact::Approach { name, roll, text, .. } => {
            about(if roll.outcome.is_good() { "Approach works" } else { "Approach fails" }, name, text)
        }
        Fact::Ruled(ruling) => Some(format!("Not possible: {ruling}")),
        Fact::Chosen { name, .. } => Some(format!("Choice: {name}")),
        Fact::AlarmRaised { state, text: Some(text), .. } => about("Alarm rises", state, text),
        Fact::AlarmRaised { text: None, .. } => Some("A noise: loud enough to be heard".to_owned()),
        Fact::Looked { name, text, .. } => about("Place seen", name, text),
        Fact::WeaponFound { name, .. } => Some(format!("Weapon found: {name}")),
        Fact::Talked { name, disposition, text, .. } => {
            about("Somebody answers", &format!("{name}, {}", disposition.name()), text)
        }
        Fact::Parleyed { foe, text, .. } => {
            about("Talk in the fight", foe, text.as_deref().unwrap_or("it does not listen"))
        }
        _ => next(fact).or_else(|| body(fact)).or_else(|| combat(fact)),
    }
}

/// What the game shows word for word behind the storyteller's words.
fn next(fact: &Fact) -> Option<String> {
    let (what, name) = match fact {
        Fact::SceneEntered { name, .. } => ("the arrival in", name),
        Fact::ClueFound { name, .. } => ("the clue", name),
        Fact::Ended { title, .. } => ("the ending", title),
        _ => return None,
    };
    Some(format!("Then the game shows: {what} {}. Lead up to it; do not describe it.", line(name, 80)))
}

/// The same blow struck again is the first one, with how often it fell.
fn gathered(events: Vec<String>) -> Vec<String> {
    let mut kept: Vec<(String, usize)> = Vec::new();
    for event in events {
        let blow = event.starts_with("You ") && event.contains('(');
        match kept.iter_mut().find(|(known, _)| blow && *known == event) {
            Some((_, times)) => *times += 1,
            None => kept.push((event, 1)),
        }
    }
    let told = |(event, times): (String, usize)| match times {
        1 => event,
        2 => format!("{event}, twice"),
        3 => format!("{event}, three times"),
        4 => format!("{event}, four times"),
        5 => format!("{event}, five times"),
        _ => format!("{event}, many times"),
    };
    kept.into_iter().map(told).collect()
}

/// What happened to the player's body.
fn body(fact: &Fact) -> Option<String> {
    Some(match fact {
        Fact::Hurt { lost: 0, .. } | Fact::Healed { healed: 0, .. } => return None,
        Fact::Hurt { by, lost, hp, max_hp, .. } => format!("You are hurt ({by}): {}", wound(*lost, *hp, *max_hp)),
        Fact::Healed { hp, max_hp, .. } if hp == max_hp => "You recover: whole again".to_owned(),
        Fact::Healed { .. } => "You recover: in part".to_owned(),
        Fact::Afflicted { condition, by, .. } => format!("A condition begins ({by}): you are {condition}"),
        Fact::Recovered { condition } => format!("A condition ends: you are no longer {condition}"),
        Fact::Saved { against, roll } => match roll {
            Some(roll) if roll.outcome.is_good() => format!("You withstand it: {against}"),
            _ => format!("You do not withstand it: {against}"),
        },
        Fact::LostTurn { condition } => format!("You cannot act: you are {condition}"),
        Fact::StoodUp => "You stand up: you are on your feet again".to_owned(),
        _ => return None,
    })
}

/// How bad it is, in words.
fn wound(lost: i32, hp: i32, max_hp: i32) -> &'static str {
    match hp {
        0 => "it fells you",
        hp if hp * 4 <= max_hp => "you can hardly go on",
        _ if lost * 3 >= max_hp => "a bad wound",
        _ => "a wound that can be borne",
    }
}

fn combat(fact: &Fact) -> Option<String> {
    Some(match fact {
        Fact::CombatBegan { foes, text } => format!("A fight begins ({}): {text}", foes.join(", ")),
        Fact::Attacked { target, weapon, damage: None, .. } => format!("You miss ({target}): {weapon}"),
        Fact::Attacked { target, weapon, .. } => format!("You hit ({target}): {weapon}"),
        Fact::Assailed { by, with, roll } if roll.outcome.is_good() => format!("You are struck ({by}): {with}"),
        Fact::Assailed { by, with, .. } => format!("You are missed ({by}): {with}"),
        Fact::Powered { by, power } => format!("A power is used ({by}): {power}"),
        Fact::Defended => "You defend: you make yourself hard to hit".to_owned(),
        Fact::Fell { foe } => format!("A foe falls: {foe}"),
        Fact::Withdrew => "You withdraw: out of the fight".to_owned(),
        Fact::CombatEnded { end, .. } => match end {
            CombatEnd::Won => "The fight ends: you have won".to_owned(),
            CombatEnd::Talked => "The fight ends: they stand down".to_owned(),
            CombatEnd::Withdrawn => "The fight ends: you got away".to_owned(),
            CombatEnd::Lost => "The fight ends: you have lost".to_owned(),
        },
        _ => return None,
    })
}
