//! The story of what was settled in a scenario: the author's sentences woven together, and no number.

use super::super::super::ChatRequest;
use super::super::super::chance::mix;
use super::super::super::fault::Fault;
use super::super::flaw;
use super::super::reply::{Talk, Teller};
use super::cards::{self, fresh};
use super::page::Page;
use super::{brief, capital, in_sentence, owned};

/// No telling is longer, in words, before anything is put in.
const MOST: usize = 118;
/// What the game will show by itself.
const SHOWN: &str = "Then the game shows";

/// Something that happened: `What (to what): the author's words`.
struct Event<'a> {
    what: &'a str,
    name: &'a str,
    text: &'a str,
    /// "three times", of a blow that fell often.
    times: &'a str,
}

/// Tells what happened.
pub(super) fn tell(page: &Page<'_>, request: &ChatRequest, game: (&str, u64), call: u64, faults: &[Fault]) -> String {
    let told: Vec<&str> = page.past.iter().map(|(_, told)| *told).collect();
    let drawn = mix(call, 29);
    let mut sentences = sentences(page, &told, drawn);
    if !faults.is_empty() {
        let (system, seed) = game;
        let hero = page.one("Character").split(',').next().unwrap_or_default();
        let lines = format!(
            "## Characters\n- Storyteller: the storyteller\n- Protagonist: {hero}\n## World\n- Places: the far wall; the way out\n"
        );
        let brief = brief(system, &lines);
        let said = page.past.iter().map(|(said, _)| said.as_str()).chain([page.said.as_str()]).collect();
        let talk = Talk { said, told, position: usize::try_from(call % 23).unwrap_or(0) };
        flaw::put_in(&mut Teller::new(&brief, request, seed, talk), &mut sentences, faults);
    }
    sentences.join(" ")
}

/// What happened in its order; where there is too much of it, what matters less is left out.
fn sentences(page: &Page<'_>, told: &[&str], drawn: u64) -> Vec<String> {
    let events: Vec<Event<'_>> = page.section("What happened").map(|note| event(note.key, note.value)).collect();
    let mut order: Vec<usize> = (0..events.len()).collect();
    order.sort_by_key(|at| cards::of(events[*at].what, events[*at].how()).rank);
    let mut parts: Vec<Vec<String>> = events.iter().map(|_| Vec::new()).collect();
    let mut room = MOST;
    for at in order {
        let here: Vec<String> = parts.iter().flatten().cloned().collect();
        let mut part = own_words(&events[at], &events, (told, &here), mix(drawn, at as u64));
        part.retain(|sentence| !here.contains(sentence));
        let words = part.iter().map(|sentence| sentence.split_whitespace().count()).sum::<usize>();
        if words <= room {
            room -= words;
            parts[at] = part;
        }
    }
    let mut sentences: Vec<String> = parts.into_iter().flatten().collect();
    let shows = events.iter().any(|event| event.what == SHOWN);
    let used = (told, &sentences[..]);
    let more = if sentences.is_empty() {
        at_a_loss(&events, used, drawn)
    } else {
        (!shows && room > 14).then(|| at_stake(page, used, drawn >> 8)).flatten()
    };
    sentences.extend(more);
    sentences
}

fn event<'a>(head: &'a str, text: &'a str) -> Event<'a> {
    let (what, name) = head.split_once(" (").map_or((head, ""), |(what, name)| (what, name.trim_end_matches(')')));
    let often = text.rsplit_once(", ").filter(|(_, times)| *times == "twice" || times.ends_with(" times"));
    let (text, times) = often.filter(|_| what.starts_with("You ")).unwrap_or((text, ""));
    Event { what, name, text, times }
}

impl Event<'_> {
    /// What tells its kind apart from others of the same name.
    fn how(&self) -> &str {
        match self.text {
            _ if !self.times.is_empty() && !self.what.contains("hurt") => "often",
            text if self.what == SHOWN => ["the arrival", "the clue", "the ending"]
                .into_iter()
                .find(|next| text.starts_with(next))
                .unwrap_or_default(),
            text => text,
        }
    }
}

/// What was told before, and in this telling.
type Used<'a> = (&'a [&'a str], &'a [String]);

/// The event in a sentence, or in all of the author's.
fn own_words(event: &Event<'_>, all: &[Event<'_>], used: Used<'_>, drawn: u64) -> Vec<String> {
    let cards = cards::of(event.what, event.how());
    let now_and_then = |of: u64| mix(drawn, 3).is_multiple_of(of);
    if cards.authored {
        let text = authors(event.text);
        let known = text.first().is_some_and(|first| used.0.iter().any(|told| told.contains(first.as_str())));
        let lead = match event.what {
            "Place seen" if known => Some(cards::AGAIN),
            "Somebody answers" if known => Some(cards::SAME_ANSWER),
            _ if now_and_then(3) || text.is_empty() => Some(cards.cards),
            _ => None,
        };
        let lead = lead.and_then(|deck| fresh(deck, used, drawn)).map(str::to_owned);
        return lead.into_iter().chain(text).collect();
    }
    let after = |what: &str| all.iter().any(|other| other.what == what);
    let silent = match event.what {
        SHOWN => after("The fight ends") || !now_and_then(2) || shown_before(event, all),
        // What is told of the blow is enough, and of what it left behind.
        "You are hurt" => event.text.ends_with("borne") && !now_and_then(3),
        // In a fight that goes without saying.
        "A noise" => {
            ["You hit", "You miss", "A fight begins", "Alarm rises"].into_iter().any(after) || !now_and_then(2)
        }
        "You do not withstand it" => after("A condition begins") || after("You are hurt"),
        "The fight ends" => after("You withdraw"),
        _ => false,
    };
    let card = if silent { None } else { fresh(cards.cards, used, drawn) };
    card.map(|card| filled(card, event)).into_iter().collect()
}

/// Whether the game shows something more than this, or something else before it: one word about it is enough.
fn shown_before(event: &Event<'_>, all: &[Event<'_>]) -> bool {
    let first = all.iter().find(|other| other.what == SHOWN);
    event.how() == "the ending"
        || all.iter().any(|other| other.what == SHOWN && other.how() == "the ending")
        || first.is_some_and(|first| !std::ptr::eq(first, event))
}

fn filled(card: &str, event: &Event<'_>) -> String {
    let name = plain(if event.name.is_empty() { event.text } else { event.name });
    let text = plain(event.text);
    let filled = card.replace("{name}", &in_sentence(&name)).replace("{weapon}", &owned(&text));
    capital(&filled.replace("{text}", &in_sentence(&text)).replace("{times}", event.times))
}

/// When nothing happened, or nothing that is the storyteller's to tell.
fn at_a_loss(events: &[Event<'_>], used: Used<'_>, drawn: u64) -> Option<String> {
    let shown = events.iter().rev().find(|event| event.what == SHOWN);
    let deck = shown.map_or(cards::NOTHING, |event| cards::of(event.what, event.how()).cards);
    fresh(deck, used, drawn).map(str::to_owned)
}

/// What is at stake next, most of the time left to the game.
fn at_stake(page: &Page<'_>, used: Used<'_>, drawn: u64) -> Option<String> {
    let stands = |foe: &&str| !foe.ends_with("out of the fight");
    let foe = page.all("Foe").find(stands).and_then(|foe| foe.rsplit_once(": "));
    let ahead = page.section("What is at stake next").next();
    let (deck, of) = match foe {
        Some((_, "badly damaged")) => (cards::FALTERING, 2),
        Some(_) => (cards::FACING, 3),
        None if ahead.is_some_and(|note| note.key.starts_with("A choice")) => (cards::FORK, 2),
        None if page.one("Character").contains("badly hurt") => (cards::WEAK, 2),
        None => (cards::QUIET, 5),
    };
    let name = plain(foe.map_or("", |(name, _)| name));
    let card = fresh(deck, used, drawn >> 8).filter(|card| !used.0.iter().any(|told| told.contains(card)));
    card.filter(|_| mix(drawn, 5).is_multiple_of(of)).map(|card| capital(&card.replace("{name}", &in_sentence(&name))))
}

/// The author's sentences, as far as they are whole.
fn authors(text: &str) -> Vec<String> {
    let mut sentences: Vec<String> = split(text).into_iter().filter(|sentence| !sentence.is_empty()).collect();
    // A note that was too long ends in the middle.
    if sentences.last().is_some_and(|last| last.ends_with('…')) {
        sentences.pop();
    }
    let open = |sentences: &[String], mark: char| !sentences.join(" ").matches(mark).count().is_multiple_of(2);
    while !sentences.is_empty() && (open(&sentences, '"') || open(&sentences, '*')) {
        sentences.pop();
    }
    sentences
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
        let words = name.split_whitespace().filter(|word| !word.chars().all(char::is_numeric));
        let kind = words.collect::<Vec<_>>().join(" ");
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    kinds.join(" and ")
}
