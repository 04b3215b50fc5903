//! What a line means: something to play, or a command.

use std::path::PathBuf;

/// A line, understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Entry {
    /// Nothing was typed.
    Nothing,
    /// The player says or does something.
    Say(String),
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
    History,
    Undo,
    Retry,
    Save { file: PathBuf, existing: Existing },
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

/// How a command is typed and what it does.
#[derive(Debug)]
pub(super) struct Usage {
    pub(super) name: &'static str,
    pub(super) argument: &'static str,
    pub(super) meaning: &'static str,
}

/// All commands, in the order of `/help`.
pub(super) const USAGES: [Usage; 11] = [
    usage("/help", "", "shows this list"),
    usage("/quest", "", "tells the quest again"),
    usage("/who", "", "tells who you are and who tells the story"),
    usage("/history", "", "shows what was played"),
    usage("/undo", "", "takes the last turn back"),
    usage("/retry", "", "plays the last message again, for another answer"),
    usage("/save", "FILE", "writes what was played to a new Markdown file"),
    usage("/save!", "FILE", "the same, and replaces the file if there is one"),
    usage("/cost", "", "adds up what you played since the start: tokens, cost, waiting time"),
    usage("/trace", "", "shows where the last turn can be watched"),
    usage("/quit", "", "leaves the game; so do Ctrl-D, exit and quit"),
];

const fn usage(name: &'static str, argument: &'static str, meaning: &'static str) -> Usage {
    Usage { name, argument, meaning }
}

/// Understands a line.
pub(super) fn parse(line: &str) -> Entry {
    let line = line.trim();
    if line.is_empty() {
        return Entry::Nothing;
    }
    if matches!(line, "exit" | "quit") {
        return Entry::Command(Command::Quit);
    }
    if !line.starts_with('/') {
        return Entry::Say(line.to_owned());
    }
    let (name, argument) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
    let argument = argument.trim();
    let save = |existing| Command::Save { file: PathBuf::from(argument), existing };
    let command = match name {
        "/help" => Command::Help,
        "/quest" => Command::Quest,
        "/who" => Command::Who,
        "/history" => Command::History,
        "/undo" => Command::Undo,
        "/retry" => Command::Retry,
        "/save" => save(Existing::Keep),
        "/save!" => save(Existing::Replace),
        "/cost" => Command::Cost,
        "/trace" => Command::Trace,
        "/quit" | "/exit" => Command::Quit,
        _ => return Entry::Wrong(unknown(name)),
    };
    match (&command, argument) {
        (Command::Save { .. }, "") => Entry::Wrong(format!("{name} needs the name of a file, such as {name} game.md.")),
        (Command::Save { .. }, _) | (_, "") => Entry::Command(command),
        _ => Entry::Wrong(format!("{name} stands alone; nothing can follow it.")),
    }
}

fn unknown(name: &str) -> String {
    let nearest = USAGES.iter().min_by_key(|usage| {
        let shared = usage.name.starts_with(name) && name.len() > 1;
        if shared { 0 } else { distance(usage.name, name) }
    });
    match nearest {
        Some(usage) if usage.name.starts_with(name) && name.len() > 1 || distance(usage.name, name) <= 2 => {
            format!("There is no command {name}; did you mean {}?", usage.name)
        }
        _ => format!("There is no command {name}; /help lists those that there are."),
    }
}

/// How many letters must be added, left out or exchanged to get from one word to the other.
fn distance(one: &str, other: &str) -> usize {
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

/// The commands that begin with what was typed.
pub(super) fn completions(typed: &str) -> Vec<String> {
    if !typed.starts_with('/') {
        return Vec::new();
    }
    let fitting = USAGES.iter().filter(|usage| usage.name.starts_with(typed));
    fitting
        .map(|usage| if usage.argument.is_empty() { usage.name.to_owned() } else { format!("{} ", usage.name) })
        .collect()
}

/// How a command may go on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Hint {
    /// What is shown after the line.
    pub(super) shown: String,
    /// The part of it that can be taken over.
    pub(super) typed: String,
}

/// How the command in `line` may go on, if it is one and not complete.
pub(super) fn hint(line: &str) -> Option<Hint> {
    if line.len() < 2 {
        return None;
    }
    let usage = USAGES.iter().find(|usage| usage.name.starts_with(line.trim_end()))?;
    let rest = &usage.name[line.trim_end().len()..];
    if line.ends_with(' ') && !rest.is_empty() {
        return None;
    }
    let gap = if usage.argument.is_empty() || line.ends_with(' ') { "" } else { " " };
    let shown = format!("{rest}{gap}{}", usage.argument);
    (!shown.is_empty()).then(|| Hint { shown, typed: format!("{rest}{gap}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_command_is_played() {
        assert_eq!(parse("  I look.\nAround. "), Entry::Say("I look.\nAround.".to_owned()));
        assert_eq!(parse(" \t"), Entry::Nothing);
        assert_eq!(parse("exit"), Entry::Command(Command::Quit));
        assert_eq!(parse("exit the shuttle"), Entry::Say("exit the shuttle".to_owned()));
    }

    #[test]
    fn every_listed_command_is_understood() {
        for usage in &USAGES {
            let line = format!("{} {}", usage.name, usage.argument);
            assert!(matches!(parse(&line), Entry::Command(_)), "{line}");
        }
    }

    #[test]
    fn a_wrong_command_is_answered_with_the_nearest() {
        let wrong = |line: &str| match parse(line) {
            Entry::Wrong(why) => why,
            other => panic!("{line} is {other:?}"),
        };
        assert_eq!(wrong("/hlep"), "There is no command /hlep; did you mean /help?");
        assert_eq!(wrong("/hist"), "There is no command /hist; did you mean /history?");
        assert_eq!(wrong("/rety now"), "There is no command /rety; did you mean /retry?");
        assert_eq!(wrong("/teleport"), "There is no command /teleport; /help lists those that there are.");
        assert_eq!(wrong("/"), "There is no command /; /help lists those that there are.");
        assert_eq!(wrong("/save"), "/save needs the name of a file, such as /save game.md.");
        assert_eq!(wrong("/who are you"), "/who stands alone; nothing can follow it.");
    }

    #[test]
    fn a_file_name_may_have_spaces_in_it() {
        let file = PathBuf::from("my game.md");
        assert_eq!(parse("/save  my game.md"), Entry::Command(Command::Save { file, existing: Existing::Keep }));
    }

    #[test]
    fn commands_are_completed_and_hinted() {
        assert_eq!(completions("/h"), ["/help", "/history"]);
        assert_eq!(completions("/sa"), ["/save ", "/save! "]);
        assert!(completions("I h").is_empty());
        let shown = |line| hint(line).map(|hint| (hint.shown, hint.typed));
        assert_eq!(shown("/he"), Some(("lp".to_owned(), "lp".to_owned())));
        assert_eq!(shown("/sav"), Some(("e FILE".to_owned(), "e ".to_owned())));
        assert_eq!(shown("/save "), Some(("FILE".to_owned(), String::new())));
        assert_eq!(shown("/who"), None);
        assert_eq!(shown("/"), None);
        assert_eq!(shown("I he"), None);
    }
}
