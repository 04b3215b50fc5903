//! The story of what was settled in a scenario, in words of its own and without a number.

use super::super::super::ChatRequest;
use super::super::super::chance::mix;
use super::super::super::fault::Fault;
use super::super::flaw;
use super::super::reply::{Talk, Teller};
use super::cards::{self, pick};
use super::page::Page;
use super::{brief, capital, in_sentence};

/// So many events fit into one telling.
const MOST: usize = 6;
/// Beyond so many words nothing more is added.
const ENOUGH: usize = 95;

/// Something that happened: `What (to what): the author's words`.
struct Event<'a> {
    what: &'a str,
    name: &'a str,
    text: &'a str,
}

/// Tells what happened.
pub(super) fn tell(page: &Page<'_>, request: &ChatRequest, game: (&str, u64), call: u64, faults: &[Fault]) -> String {
    let told: Vec<&str> = page.past.iter().map(|(_, told)| *told).collect();
    let drawn = mix(call, 29);
    let mut sentences = sentences(page, &told, drawn);
    if !faults.is_empty() {
        let (system, seed) = game;
        let hero = page.one("Character").split(',').next().unwrap_or_default();
        let scene = in_sentence(page.one("Scene"));
        let lines = format!(
            "## Characters\n- Storyteller: the storyteller\n- Protagonist: {hero}\n## World\n- Places: {scene}; the way out\n"
        );
        let brief = brief(system, &lines);
        let said = page.past.iter().map(|(said, _)| said.as_str()).chain([page.said.as_str()]).collect();
        let talk = Talk { said, told, position: usize::try_from(call % 23).unwrap_or(0) };
        flaw::put_in(&mut Teller::new(&brief, request, seed, talk), &mut sentences, faults);
    }
    sentences.join(" ")
}

fn sentences(page: &Page<'_>, told: &[&str], drawn: u64) -> Vec<String> {
    let events: Vec<Event<'_>> = page.section("What happened").map(|note| event(note.key, note.value)).collect();
    let mut sentences: Vec<String> = Vec::new();
    let words = |sentences: &[String]| sentences.iter().flat_map(|sentence| sentence.split_whitespace()).count();
    for (at, event) in most_important(&events).into_iter().enumerate() {
        let drawn = mix(drawn, at as u64);
        let own = own_words(event, told, drawn);
        if words(&sentences) + own.split_whitespace().count() <= ENOUGH {
            sentences.push(own);
        }
        let detail = cards::has_detail(event.what).then(|| detail(event, told, drawn)).flatten();
        let detail = detail.filter(|detail| words(&sentences) + detail.split_whitespace().count() <= ENOUGH);
        sentences.extend(detail);
    }
    if sentences.is_empty() {
        let scene = in_sentence(page.one("Scene"));
        sentences.push(fresh(cards::NOTHING, told, drawn).replace("{place}", &scene));
    }
    if !events.iter().any(|event| event.what == "The story ends") {
        let mood = page.one("Mood").to_lowercase();
        sentences.push(fresh(cards::STAKES, told, drawn >> 8).replace("{mood}", &mood));
    }
    sentences
}

fn event<'a>(head: &'a str, text: &'a str) -> Event<'a> {
    let (what, name) = head.split_once(" (").map_or((head, ""), |(what, name)| (what, name.trim_end_matches(')')));
    Event { what, name, text }
}

/// At most [`MOST`] of the events, in their order: of blows that are dealt in a long fight only the last.
fn most_important<'e, 'a>(events: &'e [Event<'a>]) -> Vec<&'e Event<'a>> {
    let mut ranked: Vec<(usize, &Event<'_>)> = events.iter().enumerate().collect();
    ranked.sort_by_key(|(at, event)| (cards::rank(event.what), std::cmp::Reverse(*at)));
    ranked.truncate(MOST);
    ranked.sort_by_key(|(at, _)| *at);
    ranked.into_iter().map(|(_, event)| event).collect()
}

fn own_words(event: &Event<'_>, told: &[&str], drawn: u64) -> String {
    // Who is hurt by it, with what, how: what stands behind the colon when it is short.
    let name = if event.name.is_empty() { event.text } else { event.name };
    let card = fresh(cards::of(event.what), told, drawn);
    // "Lieutenant Sorrel, neutral"
    let person = in_sentence(name.split(", ").next().unwrap_or(name));
    let with = plain(event.text).to_lowercase();
    let filled = card.replace("{name}", &in_sentence(&plain(name))).replace("{person}", &person);
    capital(&filled.replace("{text}", &with))
}

/// A card that no telling shows that can be seen.
fn fresh<'c>(deck: &'c [&'c str], told: &[&str], drawn: u64) -> &'c str {
    let untold = |card: &&&str| {
        // The longest part without a slot tells which card it was.
        let parts = card.split('{').map(|part| part.split('}').next_back().unwrap_or(part));
        parts.max_by_key(|part| part.len()).is_none_or(|part| !told.iter().any(|text| text.contains(part)))
    };
    let from = usize::try_from(drawn % deck.len().max(1) as u64).unwrap_or(0);
    let turned = deck[from..].iter().chain(&deck[..from]);
    turned.clone().find(untold).copied().unwrap_or_else(|| pick(deck, drawn))
}

/// One sentence of the author's that holds no number and was not told before: what is found is the author's to say. Of a
/// place the first, of all else any; one that stands on its own goes before one that does not.
fn detail(event: &Event<'_>, told: &[&str], drawn: u64) -> Option<String> {
    let whole = |sentence: &String| {
        let words = sentence.split_whitespace().count();
        let balanced = |mark: char| sentence.matches(mark).count().is_multiple_of(2);
        (3..=26).contains(&words)
            && !sentence.chars().any(char::is_numeric)
            && sentence.ends_with(['.', '!', '?', '"', '*'])
            && balanced('"')
            && balanced('*')
            && !told.iter().any(|text| text.contains(sentence.as_str()))
    };
    let leans = |sentence: &String| {
        let first = sentence.split_whitespace().next().unwrap_or_default();
        ["It", "They", "He", "She", "When", "Then", "And", "But", "Whoever"].contains(&first)
    };
    let (leaning, found): (Vec<String>, Vec<String>) = split(event.text).into_iter().filter(whole).partition(leans);
    let found = if found.is_empty() { leaning } else { found };
    let place = matches!(event.what, "New scene" | "Place seen");
    let at = if place { 0 } else { usize::try_from(drawn % found.len().max(1) as u64).unwrap_or(0) };
    found.into_iter().nth(at)
}

/// The sentences of a text.
fn split(text: &str) -> Vec<String> {
    let mut sentences = vec![String::new()];
    for word in text.split_whitespace() {
        if let Some(last) = sentences.last_mut() {
            last.push_str(if last.is_empty() { "" } else { " " });
            last.push_str(word);
        }
        if word.trim_end_matches(['"', '*', ')']).ends_with(['.', '!', '?']) {
            sentences.push(String::new());
        }
    }
    sentences
}

/// A name without numbers; of several that are the same then, one.
fn plain(names: &str) -> String {
    let mut kinds: Vec<String> = Vec::new();
    for name in names.split(", ") {
        let words = name.split_whitespace().filter(|word| !word.chars().any(char::is_numeric));
        let kind = words.collect::<Vec<_>>().join(" ");
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.join(" and ")
}
