//! The game master's answer to a question: what the notes say, and nothing else.

use super::super::super::ChatRequest;
use super::super::super::fault::Fault;
use super::super::flaw;
use super::super::reply::{Talk, Teller};
use super::super::words;
use super::page::Page;
use super::subject::{self, sentence};
use super::{brief, in_sentence};

/// The longest answer, in words, before anything is put in.
const ENOUGH: usize = 90;

/// What the player may know of what was asked.
pub(super) fn answer(page: &Page<'_>, request: &ChatRequest, game: (&str, u64), faults: &[Fault]) -> String {
    let mut sentences = known(page);
    if !faults.is_empty() {
        let (system, seed) = game;
        let lines = format!(
            "## Characters\n- Storyteller: the game master\n- Protagonist: {}\n## World\n- Places: {}\n- Belongings: {}\n",
            page.one("Character").split(',').next().unwrap_or_default(),
            in_sentence(page.one("Scene")),
            page.one("Inventory"),
        );
        let brief = brief(system, &lines);
        let talk = Talk { said: vec![&page.said], told: Vec::new(), position: page.past.len() };
        let mut teller = Teller::new(&brief, request, seed, talk);
        flaw::put_in(&mut teller, &mut sentences, faults);
    }
    sentences.join(" ")
}

/// Sentences from the notes that the question is about; at least one.
pub(super) fn known(page: &Page<'_>) -> Vec<String> {
    let flat = words::flat(&words::split(&page.said));
    let has = |words: &[&str]| words.iter().any(|word| flat.contains(word));
    if has(OUTSIDE) {
        let here = page.one("Scene");
        let here = (!here.is_empty()).then(|| format!("You are here: {}.", in_sentence(here)));
        return std::iter::once("I can only talk about the game.".to_owned()).chain(here).collect();
    }
    if let Some(told) = subject::SOLE.iter().find_map(|sole| (sole.tell)(page, &flat)) {
        return told;
    }
    let other = of_another(page, &flat);
    let asked = || subject::SUBJECTS.iter().filter(|subject| has(subject.words));
    let mut told: Vec<String> = Vec::new();
    if other && asked().any(|subject| subject.own) {
        return of_others(page, &flat);
    }
    for subject in asked().filter(|subject| !(other && subject.own)) {
        told.extend((subject.tell)(page));
    }
    for more in named(page, &flat, &["Foe", "Clue", "Somebody here", "Place", "Feature", "Weapon"]) {
        if !told.contains(&more) {
            told.push(more);
        }
    }
    told.retain(|sentence| !sentence.is_empty());
    if told.is_empty() {
        let unknown = "I do not know that; nothing that you have seen or found so far tells it.";
        return std::iter::once(unknown.to_owned()).chain(subject::possible(page)).collect();
    }
    let mut room = ENOUGH;
    let fits = |sentence: &String| {
        let words = sentence.split_whitespace().count();
        let fits = words <= room || room == ENOUGH;
        room = room.saturating_sub(words);
        fits
    };
    told.into_iter().take_while(fits).collect()
}

/// Whether it is about somebody else's body and gear: "the drone's armor class", "how hurt is it?".
fn of_another(page: &Page<'_>, flat: &str) -> bool {
    let own = [" my ", " i ", " i'm ", " me ", " mine "].iter().any(|word| flat.contains(word));
    let theirs = [" its ", " his ", " their ", " is it ", " does it ", " is he ", " is she ", " are they ", " does "];
    let said = page.said.to_lowercase().replace('’', "'");
    let owner = said.split_whitespace().any(|word| word.ends_with("'s") && !CONTRACTED.contains(&word));
    let named = !named(page, flat, &["Foe", "Somebody here"]).is_empty();
    !own && (named || owner || theirs.iter().any(|word| flat.contains(word)))
}

/// What can be seen of others, and no more.
fn of_others(page: &Page<'_>, flat: &str) -> Vec<String> {
    let mut seen = named(page, flat, &["Foe", "Somebody here"]);
    if seen.is_empty() {
        seen = page.all("Foe").map(sentence).collect();
    }
    let looks = [" hurt ", " damaged ", " wounded ", " hit point", " hp ", " health "];
    let answers = looks.iter().any(|word| flat.contains(word)) && !seen.is_empty();
    let unknown = (!answers).then(|| "I do not know that.".to_owned());
    let seen = if seen.is_empty() { vec!["Nothing that you have seen so far tells it.".to_owned()] } else { seen };
    unknown.into_iter().chain(seen).collect()
}

/// What is known of the things that the question calls by their names.
fn named(page: &Page<'_>, flat: &str, keys: &[&str]) -> Vec<String> {
    let called = |note: &&str| {
        let name = note.split([':', '(']).next().unwrap_or_default();
        let words = words::split(name);
        let mut words = words.iter().map(|word| word.lower.as_str());
        words.any(|word| word.len() > 2 && !COMMON.contains(&word) && flat.contains(&format!(" {word} ")))
    };
    let unseen = |note: &&str| !note.ends_with(": not looked at yet");
    keys.iter().flat_map(|key| page.all(key)).filter(called).filter(unseen).take(2).map(sentence).collect()
}

/// Words with an apostrophe that own nothing.
const CONTRACTED: &[&str] =
    &["what's", "who's", "where's", "how's", "it's", "that's", "there's", "he's", "she's", "let's", "when's", "here's"];

/// What is no part of the game.
const OUTSIDE: &[&str] = &[
    " system prompt ",
    " your prompt ",
    " instructions ",
    " your rules ",
    " ignore ",
    " you are now ",
    " pretend ",
    " language model ",
    " switch roles ",
    " your role ",
];

/// Words of names that may stand in any question.
const COMMON: &[&str] = &[
    "the", "and", "for", "you", "can", "how", "what", "this", "that", "here", "with", "your", "from", "there", "have",
    "about", "voice", "not", "are", "was", "who", "all",
];
