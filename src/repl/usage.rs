//! The commands: how each is typed, what it does, and in which kinds of game.

use crate::store::Kind;

/// How a command is typed and what it does.
#[derive(Debug)]
pub(super) struct Usage {
    pub(super) name: &'static str,
    pub(super) argument: &'static str,
    pub(super) meaning: &'static str,
    kinds: &'static [Kind],
}

const EVERY: &[Kind] = &[Kind::Dialogue, Kind::Solo, Kind::Scenario];
const DIALOGUE: &[Kind] = &[Kind::Dialogue];
/// Games by the rules.
const RULED: &[Kind] = &[Kind::Solo, Kind::Scenario];
const SCENARIO: &[Kind] = &[Kind::Scenario];

/// All commands, in the order of `/help`.
const USAGES: [Usage; 24] = [
    usage("/help", "", "shows this list", EVERY),
    usage("/quest", "", "tells the quest again", DIALOGUE),
    usage("/quest", "", "tells what there is to do", RULED),
    usage("/who", "", "tells who you are and who tells the story", DIALOGUE),
    usage("/who", "", "tells who you are and who is here", RULED),
    usage("/sheet", "", "shows your character: points, skills, features", RULED),
    usage("/inventory", "", "shows what you carry and what your weapons do", RULED),
    usage("/map", "", "shows where you are and where you can look", RULED),
    usage("/clues", "", "tells what you found out", SCENARIO),
    usage("/hint", "", "tells what the game waits for and how to go on", SCENARIO),
    usage("/roll", "[SKILL]", "rolls what is waiting; without a skill with your best", SCENARIO),
    usage("/approach", "NAME", "chooses a way to solve the scene", SCENARIO),
    usage("/history", "", "shows what was played", EVERY),
    usage("/undo", "", "takes the last turn back", EVERY),
    usage("/retry", "", "plays the last message again, for another answer", DIALOGUE),
    usage("/retry", "", "tells the last turn in other words; the dice stay", RULED),
    usage("/save", "FILE", "writes what was played to a new Markdown file", EVERY),
    usage("/save!", "FILE", "the same, and replaces the file if there is one", EVERY),
    usage("/load", "[ID]", "goes on with another game; without an id, lists them", EVERY),
    usage("/sessions", "", "lists the games that were played last", EVERY),
    usage("/cost", "", "adds up what you played since the start: tokens, cost, waiting time", DIALOGUE),
    usage("/cost", "", "adds up what you played: tokens, cost, waiting time", RULED),
    usage("/trace", "", "shows where the last turn can be watched", EVERY),
    usage("/quit", "", "leaves the game; so do Ctrl-D, exit and quit", EVERY),
];

const fn usage(name: &'static str, argument: &'static str, meaning: &'static str, kinds: &'static [Kind]) -> Usage {
    Usage { name, argument, meaning, kinds }
}

impl Usage {
    /// The name and what follows it.
    pub(super) fn typed(&self) -> String {
        format!("{} {}", self.name, self.argument).trim_end().to_owned()
    }

    /// Whether the name can stand without its argument.
    pub(super) fn stands_alone(&self) -> bool {
        self.argument.is_empty() || self.argument.starts_with('[')
    }
}

/// The commands of a kind of game.
pub(super) fn usages(kind: Kind) -> impl Iterator<Item = &'static Usage> {
    USAGES.iter().filter(move |usage| usage.kinds.contains(&kind))
}

/// Why there is no command `name` in this kind of game: it belongs elsewhere, or it looks like another one.
pub(super) fn unknown(name: &str, kind: Kind) -> String {
    if let Some(usage) = USAGES.iter().find(|usage| usage.name == name) {
        let places: Vec<&str> = usage.kinds.iter().map(|kind| many(*kind)).collect();
        return format!(
            "{name} is for {}, and this is {}; /help lists what there is here.",
            places.join(" and "),
            one(kind)
        );
    }
    let far = |usage: &&Usage| if begins(usage, name) { 0 } else { distance(usage.name, name) };
    match usages(kind).min_by_key(far) {
        Some(usage) if far(&usage) <= 2 => format!("There is no command {name}; did you mean {}?", usage.name),
        _ => format!("There is no command {name}; /help lists those that there are."),
    }
}

fn begins(usage: &Usage, name: &str) -> bool {
    name.len() > 1 && usage.name.starts_with(name)
}

const fn one(kind: Kind) -> &'static str {
    match kind {
        Kind::Dialogue => "a dialogue",
        Kind::Solo => "a solo game",
        Kind::Scenario => "a scenario",
    }
}

const fn many(kind: Kind) -> &'static str {
    match kind {
        Kind::Dialogue => "dialogues",
        Kind::Solo => "solo games",
        Kind::Scenario => "scenarios",
    }
}

/// How many letters must be added, left out or exchanged to get from one word to the other.
pub(crate) fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in other.iter().enumerate() {
            let exchanged = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = exchanged.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_is_there_once_in_each_kind_of_game() {
        for kind in EVERY {
            let names: Vec<&str> = usages(*kind).map(|usage| usage.name).collect();
            let once: std::collections::BTreeSet<&str> = names.iter().copied().collect();
            assert_eq!(names.len(), once.len(), "{kind}");
        }
    }
}
