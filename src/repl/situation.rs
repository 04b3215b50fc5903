//! How a game by the rules stands: what it waits for, how to go on, and the line over the prompt.

use crate::game::scenario::{ApproachOption, Pending};
use crate::play::World;

use super::screen::{Manner, Screen};
use super::wrap::text_width;

/// Tells what the game waits for, unless `told` says it already; returns the orders that it named.
pub(super) fn pending(screen: &mut Screen, world: &World, told: &str) -> String {
    let World::Scenario { state, pack } = world else { return String::new() };
    let waiting = state.pending(pack);
    match &waiting {
        Pending::Hazard { name, text, skill, dc, .. } | Pending::Check { name, text, skill, dc, .. } => {
            task(screen, name, text, &[skill.to_string()], *dc, told);
        }
        Pending::ApproachRoll { name, text, skills, dc, .. } => {
            let skills: Vec<String> = skills.iter().map(ToString::to_string).collect();
            task(screen, name, text, &skills, *dc, told);
        }
        Pending::Approach { options } if !told.contains(QUESTION) => {
            approaches(screen, options);
            return waiting.suggestions().join("\n");
        }
        Pending::Combat { round, foes, .. } if !told.contains(&format!("Round {round}, against")) => {
            let foes: Vec<String> = foes
                .iter()
                .filter(|foe| foe.fights)
                .map(|foe| format!("{} ({} of {})", foe.name, foe.hp, foe.max_hp))
                .collect();
            screen.say(&format!("Round {round}, against {}. It is your turn.", listed(&foes, "and")));
        }
        Pending::PackChanged => screen.say(&waiting.prompt()),
        _ => {}
    }
    String::new()
}

/// How the game asks for an approach.
const QUESTION: &str = "How do you go about it?";

fn task(screen: &mut Screen, name: &str, text: &str, skills: &[String], dc: i32, told: &str) {
    if !told.contains(text) {
        screen.labelled(&format!("{name}:"), &format!("{text} ({}, difficulty {dc})", listed(skills, "or")));
    }
}

fn approaches(screen: &mut Screen, options: &[ApproachOption]) {
    screen.say(QUESTION);
    let label = |option: &ApproachOption| format!("approach {}", option.id);
    let indent = options.iter().map(|option| text_width(&label(option))).max().unwrap_or(0) + 2;
    for option in options {
        let skills: Vec<String> = option.skills.iter().map(ToString::to_string).collect();
        let how =
            option.dc.map_or_else(|| "a fight".to_owned(), |dc| format!("{}, difficulty {dc}", listed(&skills, "or")));
        screen.entry(&label(option), &format!("{} ({how})", option.text), indent);
    }
}

/// What can be typed now, unless `told` says it already.
pub(super) fn choices(screen: &mut Screen, world: &World, told: &str) {
    let mut choices = world.suggestions();
    if choices.iter().all(|choice| told.contains(choice)) {
        return;
    }
    if let Some(first) = choices.first_mut() {
        *first = format!("Try: {first}");
        screen.parts(&choices);
    }
}

/// How the character stands and where; `before` is the game before the turn.
pub(super) fn status(world: &World, before: Option<&World>) -> Vec<String> {
    let points = world.player().hit_points;
    let change = before.map_or(0, |before| points.now() - before.player().hit_points.now());
    let change = if change == 0 { String::new() } else { format!(" ({change:+})") };
    let mut parts = vec![format!("HP {}/{}{change}", points.now(), points.max())];
    match world {
        World::Solo { state, .. } => parts.push(state.location.name.clone()),
        World::Scenario { state, pack } => {
            parts.extend(state.scene(pack).map(|scene| scene.name.clone()));
            if let Some(alarm) = state.alarm_state(pack) {
                parts.push(format!("alarm {} ({})", state.alarm, alarm.name));
            }
            parts.extend(state.combat.as_ref().map(|combat| format!("round {}", combat.round)));
        }
    }
    let conditions = world.player().conditions.names();
    if !conditions.is_empty() {
        parts.push(conditions.join(", "));
    }
    parts.extend(world.outcome().map(|outcome| format!("over: {outcome}")));
    parts
}

/// What the game waits for, how to go on and how things stand.
pub(super) fn whole(screen: &mut Screen, world: &World) {
    let named = pending(screen, world, "");
    if screen.manner == Manner::Person {
        choices(screen, world, &named);
        screen.parts(&status(world, None));
    }
}

/// "a, b or c".
pub(super) fn listed(words: &[String], before_last: &str) -> String {
    match words {
        [] => "nothing".to_owned(),
        [word] => word.clone(),
        [first @ .., last] => format!("{} {before_last} {last}", first.join(", ")),
    }
}
