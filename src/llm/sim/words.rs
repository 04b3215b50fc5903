//! Words of a message, and the noun phrases in them.

use super::lexicon::{self, Act};

/// No more of a message than this is understood, in characters.
const HEARD: usize = 400;

/// A word of a message.
#[derive(Debug)]
pub(super) struct Word<'a> {
    text: &'a str,
    pub(super) lower: String,
    /// Whether punctuation follows.
    pub(super) ends: bool,
    /// Whether a comma follows.
    comma: bool,
}

/// What a deed was done to.
#[derive(Debug, Default)]
pub(super) struct Object {
    /// What stands between the verb and it: "at".
    pub(super) link: String,
    /// As the storyteller says it: "your left hand" for the player's "my left hand".
    pub(super) thing: Option<String>,
    /// What else: "the lamp" in "the rope and the lamp".
    pub(super) more: Vec<String>,
}

/// The words of `message`.
pub(super) fn split(message: &str) -> Vec<Word<'_>> {
    let message = head(message, HEARD);
    let in_word = |c: char| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-');
    let mut words: Vec<Word<'_>> = Vec::new();
    for part in message.split_inclusive(|c: char| !in_word(c)) {
        let text = part.trim_end_matches(|c: char| !in_word(c)).trim_matches(|c| matches!(c, '\'' | '’' | '-'));
        let ends = part.ends_with([',', '.', ';', ':', '!', '?', '\n', '(', ')', '"', '“', '”', '*']);
        if text.is_empty() {
            words.last_mut().into_iter().for_each(|last| last.ends |= ends);
        } else {
            let mut lower = text.to_lowercase();
            if lower.contains('’') {
                lower = lower.replace('’', "'");
            }
            words.push(Word { text, lower, ends, comma: part.ends_with(',') });
        }
    }
    words
}

/// The words in lower case with one space around each, to look for phrases in.
pub(super) fn flat(words: &[Word<'_>]) -> String {
    let mut flat = String::from(" ");
    for word in words {
        flat.push_str(word.lower.strip_suffix("'s").unwrap_or(&word.lower));
        flat.push(' ');
    }
    flat
}

/// What the words from `start` on name as the object of an `act`; `last` stands in for "it".
pub(super) fn object(words: &[Word<'_>], start: usize, act: Act, last: Option<&str>) -> Object {
    let mut at = start;
    let mut link = Vec::new();
    if start > 0 && words[start - 1].ends {
        return Object::default();
    }
    while let Some(word) = words.get(at) {
        let lower = word.lower.as_str();
        let way = (act == Act::Go).then(|| lexicon::direction(lower)).flatten();
        if let Some(way) = way.filter(|_| word.ends || words.get(at + 1).is_none()) {
            return Object { link: "by".to_owned(), thing: Some(way.to_owned()), more: Vec::new() };
        }
        if !(lexicon::LINKS.contains(&lower) || lower.ends_with("ly")) || word.ends {
            break;
        }
        if lexicon::LINKS.contains(&lower) {
            link.push(lower);
        }
        at += 1;
    }
    if let Some(listener) = (act == Act::Speak).then(|| listener(words, at, last)).flatten() {
        return Object { link: "to".to_owned(), thing: Some(listener), more: Vec::new() };
    }
    let (mut thing, mut end) = noun_phrase_to(words, at, last);
    // "I go to engineering."
    if let Some(first) = words.get(at).filter(|first| act == Act::Go && lexicon::UNARTICLED.contains(&&*first.lower)) {
        thing = thing.map(|thing| if end == at + 1 { first.text.to_owned() } else { thing });
    }
    let mut more = Vec::new();
    while let Some((next, at)) = listed(words, end).filter(|_| thing.is_some() && more.len() < 4) {
        more.push(next);
        end = at;
    }
    Object { link: link.join(" "), thing, more }
}

/// The next of several things, behind "and" or a comma, and where it ends.
fn listed(words: &[Word<'_>], end: usize) -> Option<(String, usize)> {
    let (before, next) = (words.get(end.checked_sub(1)?)?, words.get(end)?);
    let and = next.lower == "and" && !next.ends && (!before.ends || before.comma);
    let at = end + usize::from(and);
    let first = words.get(at)?;
    let determined = lexicon::DETERMINERS.contains(&first.lower.as_str()) && !first.ends;
    let bare = and
        && (!before.ends || before.comma)
        && lexicon::verb(&first.lower).is_none()
        && !lexicon::LEADS.contains(&first.lower.as_str());
    if !(determined && (and || before.comma) || bare) || lexicon::BORDERS.contains(&first.lower.as_str()) {
        return None;
    }
    let (thing, end) = noun_phrase_to(words, at, None);
    thing.map(|thing| (thing, end))
}

/// Whom "to the seals" names after "I sing a song".
fn listener(words: &[Word<'_>], start: usize, last: Option<&str>) -> Option<String> {
    let at = start + words.get(start..)?.iter().position(|word| word.lower == "to")? + 1;
    let next = words.get(at)?;
    let named = lexicon::DETERMINERS.contains(&next.lower.as_str()) || is_name(next);
    named.then(|| noun_phrase(words, at, last)).flatten()
}

/// What a question is about: the first noun phrase that begins with a determiner, or "it".
pub(super) fn subject(words: &[Word<'_>], last: Option<&str>) -> Option<String> {
    let determined = |(at, word): (usize, &Word<'_>)| {
        (lexicon::DETERMINERS.contains(&word.lower.as_str()) && !word.ends)
            .then(|| noun_phrase(words, at, last))
            .flatten()
            .map(without_trailers)
    };
    let named = || {
        words
            .iter()
            .enumerate()
            .skip(1)
            .find(|(_, word)| is_name(word))
            .and_then(|(at, _)| noun_phrase(words, at, last))
            .map(without_trailers)
    };
    let about = || {
        let at = words.iter().position(|word| word.lower == "about" && !word.ends)? + 1;
        let thing = noun_phrase(words, at, last).map(without_trailers)?;
        thing.strip_prefix("the ").is_some_and(|noun| noun.starts_with(char::is_alphabetic)).then_some(thing)
    };
    let it = || {
        words
            .iter()
            .any(|word| matches!(word.lower.as_str(), "it" | "they" | "them"))
            .then(|| last.map(str::to_owned))
            .flatten()
    };
    words.iter().enumerate().find_map(determined).or_else(named).or_else(it).or_else(about)
}

/// "the padd" for "the padd say".
fn without_trailers(thing: String) -> String {
    let trailing = |word: &str| lexicon::TRAILERS.contains(&word.to_lowercase().as_str());
    let mut words = thing.split(' ').enumerate();
    match words.find(|(at, word)| *at >= 2 && trailing(word)) {
        Some((at, _)) => thing.split(' ').take(at).collect::<Vec<_>>().join(" "),
        None => thing,
    }
}

fn noun_phrase(words: &[Word<'_>], start: usize, last: Option<&str>) -> Option<String> {
    noun_phrase_to(words, start, last).0
}

/// The noun phrase at `start`, and where it ends.
fn noun_phrase_to(words: &[Word<'_>], start: usize, last: Option<&str>) -> (Option<String>, usize) {
    let Some(first) = words.get(start) else { return (None, start) };
    let alone = first.ends || words.get(start + 1).is_none_or(|next| lexicon::BORDERS.contains(&next.lower.as_str()));
    if lexicon::PRONOUNS.contains(&first.lower.as_str()) && alone {
        let known = matches!(first.lower.as_str(), "it" | "them" | "him" | "her" | "this" | "that" | "these" | "those");
        return (last.filter(|_| known).map(str::to_owned), start + 1);
    }
    let owner = lexicon::DETERMINERS.contains(&first.lower.as_str()).then_some(first.lower.as_str());
    let mut nouns = Vec::new();
    for word in words.iter().skip(start + usize::from(owner.is_some())).take(5) {
        if lexicon::BORDERS.contains(&word.lower.as_str()) || lexicon::PRONOUNS.contains(&word.lower.as_str()) {
            break;
        }
        let inner = lexicon::DETERMINERS.contains(&word.lower.as_str());
        if inner && nouns.last().is_none_or(|last: &&Word<'_>| last.lower != "of") {
            break;
        }
        nouns.push(word);
        if word.ends {
            break;
        }
    }
    while nouns.last().is_some_and(|word| word.lower == "of" || lexicon::DETERMINERS.contains(&word.lower.as_str())) {
        nouns.pop();
    }
    let end = start + usize::from(owner.is_some()) + nouns.len();
    let named = nouns.first().is_some_and(|word| is_name(word));
    let text = nouns.iter().map(|word| head(word.text, 24)).collect::<Vec<_>>().join(" ");
    let shouted = !text.chars().any(char::is_lowercase);
    let text = if shouted && text.chars().count() > 3 { text.to_lowercase() } else { text };
    ((!text.is_empty()).then(|| with_owner(owner, named && !shouted, &text)), end)
}

fn with_owner(owner: Option<&str>, named: bool, noun: &str) -> String {
    match owner {
        Some("my" | "our") => format!("your {noun}"),
        Some("your") => format!("my {noun}"),
        Some(owner @ ("his" | "her" | "its" | "their")) => format!("{owner} {noun}"),
        None if named => noun.to_owned(),
        _ => format!("the {noun}"),
    }
}

/// "Bob" in "my name is Bob".
pub(super) fn own_name(words: &[Word<'_>]) -> Option<String> {
    let said = |trio: &[Word<'_>]| trio[0].lower == "my" && trio[1].lower == "name" && trio[2].lower == "is";
    let short = |pair: &[Word<'_>]| {
        (pair[0].lower == "my" && pair[1].lower == "name's") || (pair[0].lower == "call" && pair[1].lower == "me")
    };
    let at = words.windows(3).position(said).map(|at| at + 3);
    let name = words.get(at.or_else(|| words.windows(2).position(short).map(|at| at + 2))?)?;
    is_name(name).then(|| head(name.text, 24).to_owned())
}

fn is_name(word: &Word<'_>) -> bool {
    word.text.starts_with(char::is_uppercase) && word.lower != "i" && !word.lower.starts_with("i'")
}

/// The first words of a message on one line, without marks that would end a sentence or begin a gesture.
pub(super) fn quote(message: &str, forbidden: &str) -> String {
    let mut words = head(message, 60).split_whitespace();
    let mut kept: Vec<String> = Vec::new();
    for word in words.by_ref().take(8) {
        let word: String =
            word.chars().filter(|c| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | ',')).collect();
        if !word.trim_matches([',', '-', '\'']).is_empty() {
            kept.push(word);
        }
    }
    let cut = words.next().is_some() || head(message, 60).len() < message.len();
    let text = kept.join(" ");
    let text = text.trim_end_matches([',', '-']);
    let bare: String =
        forbidden.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '\'' | '’' | '-' | ',')).collect();
    if text.is_empty() || (!bare.trim().is_empty() && text.to_lowercase().contains(&bare.trim().to_lowercase())) {
        return "that".to_owned();
    }
    if cut { format!("{text} …") } else { text.to_owned() }
}

/// The first `limit` characters.
fn head(text: &str, limit: usize) -> &str {
    text.char_indices().nth(limit).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn thing_of(message: &str, verb: usize, act: Act) -> Option<String> {
        object(&split(message), verb + 1, act, Some("the lamp")).thing
    }

    #[test]
    fn the_object_is_what_the_deed_is_done_to() {
        let cases = [
            ("I open the maintenance hatch", 1, Act::Handle, Some("the maintenance hatch")),
            ("I look at my left hand, closely", 1, Act::Look, Some("your left hand")),
            ("open hatch", 0, Act::Handle, Some("the hatch")),
            ("I pick up a coil of rope and leave", 1, Act::Take, Some("the coil of rope")),
            ("I search the door of the lab with my tricorder", 1, Act::Look, Some("the door of the lab")),
            ("I call Captain Picard!", 1, Act::Speak, Some("Captain Picard")),
            ("I OPEN THE HATCH", 1, Act::Handle, Some("the hatch")),
            ("I open it", 1, Act::Handle, Some("the lamp")),
            ("I go left", 1, Act::Go, Some("the passage on the left")),
            ("I go back to the bridge", 1, Act::Go, Some("the bridge")),
            ("I look around", 1, Act::Look, None),
            ("I wait.", 1, Act::Wait, None),
            ("I sing a song to the seals", 1, Act::Speak, Some("the seals")),
            ("I tell the crew to run", 1, Act::Speak, Some("the crew")),
            ("take me to Engineering", 1, Act::Go, Some("Engineering")),
        ];
        for (message, verb, act, thing) in cases {
            assert_eq!(thing_of(message, verb, act).as_deref(), thing, "{message}");
        }
    }

    #[test]
    fn several_things_are_all_taken() {
        let cases: [(&str, &[&str]); 6] = [
            ("I take the rope and the lamp", &["the lamp"]),
            ("I take rope and matches", &["the matches"]),
            ("I take the rope, a knife and my lamp.", &["the knife", "your lamp"]),
            ("I take the rope and leave", &[]),
            ("I take the rope and I run", &[]),
            ("I take the rope. A door opens", &[]),
        ];
        for (message, more) in cases {
            assert_eq!(object(&split(message), 2, Act::Take, None).more, more, "{message}");
        }
    }

    #[test]
    fn the_subject_of_a_question_ends_before_its_verb() {
        let cases = [
            ("What does the padd say?", Some("the padd")),
            ("What does the old box contain?", Some("the old box")),
            ("What does the sign look like?", Some("the sign")),
            ("Tell me about dragons", Some("the dragons")),
            ("Tell me about 3.", None),
            ("What is 2 + 2?", None),
        ];
        for (message, thing) in cases {
            assert_eq!(subject(&split(message), None).as_deref(), thing, "{message}");
        }
    }

    #[test]
    fn a_quote_is_one_plain_line() {
        assert_eq!(quote("Well. *Really*?\nYes!", ""), "Well Really Yes");
        assert_eq!(
            quote("one two three four five six seven eight nine", ""),
            "one two three four five six seven eight …"
        );
        assert_eq!(quote("It is your turn, Data. Go", "It is your turn, Data."), "that");
        assert_eq!(quote("?!", ""), "that");
    }
}
