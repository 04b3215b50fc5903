//! The parts of a game for one player: sorting what the player typed, answering questions, telling a solo game and telling
//! a scenario. Which of them is asked for shows in the request's words alone, since nothing else comes over the wire.

mod aftermath;
mod cards;
mod improvised;
mod intent;
mod page;
mod question;
mod solo;
mod story;
mod subject;
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

/// A name as it stands in a sentence: as its author wrote it, but "the docking ring" for "The docking ring".
fn in_sentence(name: &str) -> String {
    let name = name.trim();
    let article =
        ["The ", "A ", "An ", "Your ", "His ", "Her ", "Its ", "Their "].iter().find(|it| name.starts_with(**it));
    article.map_or_else(|| name.to_owned(), |article| format!("{}{}", article.to_lowercase(), &name[article.len()..]))
}

/// Something that the player holds: "your phaser" for "Phaser", "the long spear" for "The long spear".
fn owned(name: &str) -> String {
    let inner = in_sentence(name);
    let first = inner.split(' ').next().unwrap_or_default();
    if ["the", "a", "an", "your", "his", "her", "its", "their"].contains(&first) || first.ends_with("'s") {
        return inner;
    }
    // "SMG" and "McCoy" stay as they are.
    let plain = !first.chars().skip(1).any(char::is_uppercase);
    format!("your {}", if plain { lower(&inner) } else { inner })
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// The text with a capital letter first.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_gets_an_article_that_it_has_not_brought_along() {
        let names = [
            "After the silence",
            "A glass of brandy",
            "The roof",
            "Engineering",
            "the security drone",
            "Lieutenant Sorrel",
        ];
        let told: Vec<String> = names.iter().map(|name| in_sentence(name)).collect();
        assert_eq!(
            told,
            [
                "After the silence",
                "a glass of brandy",
                "the roof",
                "Engineering",
                "the security drone",
                "Lieutenant Sorrel"
            ]
        );
        let weapons = ["Hull cutter", "The long spear", "Grandfather's sword", "SMG"].map(owned);
        assert_eq!(weapons, ["your hull cutter", "the long spear", "Grandfather's sword", "your SMG"]);
    }
}
