//! What a line means: something to play, or a command.

use std::path::PathBuf;

use crate::game::scenario;
use crate::store::Kind;

use super::usage::{unknown, usages};

/// A line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// Nothing was typed.
    Nothing,
    /// The player says or does something.
    Say(String),
    /// The player chooses how to solve a scene.
    Approach(String),
    /// The player wants something of the program.
    Command(Command),
    /// It looks like a command and is none; says why.
    Wrong(String),
}

/// What a player can ask of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    Help,
    Quest,
    Who,
    Sheet,
    Inventory,
    Map,
    Clues,
    Hint,
    History,
    Undo,
    Retry,
    Save { file: PathBuf, existing: Existing },
    Load(Option<String>),
    Sessions,
    Cost,
    Trace,
    Quit,
}

/// What to do with a file that is there already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Existing {
    Keep,
    Replace,
}

/// Understands a line in this kind of game.
pub(super) fn parse(line: &str, kind: Kind) -> Entry {
    let line = line.trim();
    if line.is_empty() {
        return Entry::Nothing;
    }
    if matches!(line, "exit" | "quit" | "/exit") {
        return Entry::Command(Command::Quit);
    }
    if !line.starts_with('/') {
        return Entry::Say(line.to_owned());
    }
    let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let argument = argument.trim();
    match usages(kind).find(|usage| usage.name == name) {
        Some(usage) if argument.is_empty() && !usage.stands_alone() => Entry::Wrong(needed(name)),
        Some(usage) if !argument.is_empty() && usage.argument.is_empty() => {
            Entry::Wrong(format!("{name} stands alone; nothing can follow it."))
        }
        Some(_) => entry(name, argument, line),
        // What the rules take for an order is one, with a slash or without.
        None if kind == Kind::Scenario && is_order(line) => Entry::Say(line.to_owned()),
        None => Entry::Wrong(unknown(name, kind)),
    }
}

/// What a command of the list means.
fn entry(name: &str, argument: &str, line: &str) -> Entry {
    let save = |existing| Command::Save { file: PathBuf::from(argument), existing };
    Entry::Command(match name {
        "/roll" => return Entry::Say(line.to_owned()),
        "/approach" => return Entry::Approach(argument.to_owned()),
        "/quest" => Command::Quest,
        "/who" => Command::Who,
        "/sheet" => Command::Sheet,
        "/inventory" => Command::Inventory,
        "/map" => Command::Map,
        "/clues" => Command::Clues,
        "/hint" => Command::Hint,
        "/history" => Command::History,
        "/undo" => Command::Undo,
        "/retry" => Command::Retry,
        "/save" => save(Existing::Keep),
        "/save!" => save(Existing::Replace),
        "/load" => Command::Load(Some(argument.to_owned()).filter(|id| !id.is_empty())),
        "/sessions" => Command::Sessions,
        "/cost" => Command::Cost,
        "/trace" => Command::Trace,
        "/quit" => Command::Quit,
        _ => Command::Help,
    })
}

fn needed(name: &str) -> String {
    match name {
        "/approach" => "/approach needs a name, such as /approach diplomacy; /hint tells which there are.".to_owned(),
        _ => format!("{name} needs the name of a file, such as {name} game.md."),
    }
}

fn is_order(line: &str) -> bool {
    !matches!(scenario::Command::read(line, None), scenario::Command::Said(_))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(line: &str, kind: Kind) -> String {
        match parse(line, kind) {
            Entry::Wrong(why) => why,
            other => panic!("{line} is {other:?}"),
        }
    }

    #[test]
    fn what_is_no_command_is_played() {
        let parse = |line| parse(line, Kind::Dialogue);
        assert_eq!(parse("  I look.\nAround. "), Entry::Say("I look.\nAround.".to_owned()));
        assert_eq!(parse(" \t"), Entry::Nothing);
        assert_eq!(parse("exit"), Entry::Command(Command::Quit));
        assert_eq!(parse("exit the shuttle"), Entry::Say("exit the shuttle".to_owned()));
    }

    #[test]
    fn every_listed_command_is_understood() {
        for kind in [Kind::Dialogue, Kind::Solo, Kind::Scenario] {
            for usage in usages(kind) {
                let (line, name) = (usage.typed(), usage.name);
                let understood = parse(&line, kind);
                assert!(!matches!(understood, Entry::Wrong(_)), "{line}: {understood:?}");
                assert!(name == "/help" || understood != Entry::Command(Command::Help), "{line}");
            }
        }
    }

    #[test]
    fn a_wrong_command_is_answered_with_the_nearest() {
        let wrong = |line| wrong(line, Kind::Dialogue);
        assert_eq!(wrong("/hlep"), "There is no command /hlep; did you mean /help?");
        assert_eq!(wrong("/hist"), "There is no command /hist; did you mean /history?");
        assert_eq!(wrong("/rety now"), "There is no command /rety; did you mean /retry?");
        assert_eq!(wrong("/teleport"), "There is no command /teleport; /help lists those that there are.");
        assert_eq!(wrong("/"), "There is no command /; /help lists those that there are.");
        assert_eq!(wrong("/save"), "/save needs the name of a file, such as /save game.md.");
        assert_eq!(wrong("/who are you"), "/who stands alone; nothing can follow it.");
    }

    #[test]
    fn a_command_of_another_kind_of_game_is_explained() {
        assert_eq!(
            wrong("/sheet", Kind::Dialogue),
            "/sheet is for solo games and scenarios, and this is a dialogue; /help lists what there is here."
        );
        assert_eq!(
            wrong("/roll science", Kind::Solo),
            "/roll is for scenarios, and this is a solo game; /help lists what there is here."
        );
        assert!(wrong("/approach", Kind::Scenario).contains("/hint"));
    }

    #[test]
    fn orders_of_a_scenario_may_have_a_slash() {
        for line in ["/roll", "/roll science", "/attack with phaser", "/defend", "/look", "/search the ring"] {
            assert_eq!(parse(line, Kind::Scenario), Entry::Say(line.to_owned()));
        }
        assert_eq!(parse("/approach core", Kind::Scenario), Entry::Approach("core".to_owned()));
        assert!(wrong("/attack", Kind::Solo).starts_with("There is no command /attack"));
        assert!(wrong("/dance", Kind::Scenario).starts_with("There is no command /dance"));
    }

    #[test]
    fn a_file_name_may_have_spaces_in_it() {
        let file = PathBuf::from("my game.md");
        let saved = Entry::Command(Command::Save { file, existing: Existing::Keep });
        assert_eq!(parse("/save  my game.md", Kind::Solo), saved);
        assert_eq!(parse("/load", Kind::Solo), Entry::Command(Command::Load(None)));
    }
}
