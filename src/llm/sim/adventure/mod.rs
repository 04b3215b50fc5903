//! The parts of a game for one player: sorting what the player typed, answering questions, telling a solo game and telling
//! a scenario. Which of them is asked for shows in the request's words alone, since nothing else comes over the wire.

mod cards;
mod intent;
mod page;
mod question;
mod solo;
mod story;
mod wager;

use super::super::ChatRequest;
use super::super::chance::digest;
use super::super::fault::Fault;
use super::brief::Brief;

use page::Page;

/// What comes of a request of a game for one player.
pub(super) struct Answer {
    pub(super) text: String,
    /// Whether it may be put into the form that the request wants. One that has fallen out of its role may not.
    pub(super) formed: bool,
}

/// The answer, if the request is one of a game for one player. `call` stands for the request.
pub(super) fn answer(request: &ChatRequest, system: &str, seed: u64, call: u64, faults: &[Fault]) -> Option<Answer> {
    let page = Page::read(system, request)?;
    let text = if let Some(view) = page.view().filter(|_| system.contains("state_delta")) {
        return Some(solo::answer(&page, &view, request, (system, seed), faults));
    } else if page.has("What happened") {
        story::tell(&page, request, (system, seed), call, faults)
    } else if page.has("What is known") {
        question::answer(&page, request, (system, seed), faults)
    } else if system.contains("`question`") && system.contains("`action`") {
        intent::word(&page.said).to_owned()
    } else {
        return None;
    };
    Some(Answer { text, formed: true })
}

/// A brief in the layout of the two-player game, so that its cards and flaws serve here, too.
fn brief(system: &str, lines: &str) -> Brief {
    let mut brief = Brief::read(lines);
    // What changes from turn to turn must not shuffle the cards.
    brief.key = digest(0, system);
    brief
}

/// A name as it stands in a sentence: "the docking ring" for "The docking ring" and "Docking ring"; "Lieutenant Sorrel".
fn in_sentence(name: &str) -> String {
    let name = name.trim().trim_end_matches(|c: char| c.is_ascii_digit()).trim();
    let lower = |text: &str| {
        let mut letters = text.chars();
        letters.next().map(|first| first.to_lowercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    let determined = |text: &str| ["the ", "a ", "an ", "your "].iter().any(|article| text.starts_with(article));
    let first = lower(name);
    if determined(&first) {
        return first;
    }
    match name.split_once(' ') {
        Some((_, rest)) if rest.starts_with(char::is_uppercase) => name.to_owned(),
        Some(_) => format!("the {first}"),
        None => name.to_owned(),
    }
}

/// The text with a capital letter first.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
