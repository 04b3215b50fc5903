//! What the storyteller gets wrong when its instructions ask for it: the faults of [`Quality`] and of length.
//!
//! A flaw is added to the reply that the same request gets without it, so that the two can be laid side by side. Each
//! reads the conversation first: what it gets wrong is wrong in this game.

mod dice;
mod length;
mod lore;
mod memory;
mod obedience;
mod role;
mod style;

use super::super::chance::mix;
use super::super::fault::{Fault, Quality};
use super::reply::{Teller, fill};

pub(super) use length::lengthen;

/// Puts `faults` into the sentences of a reply that has no turn sentence yet.
pub(super) fn put_in(teller: &mut Teller<'_>, sentences: &mut Vec<String>, faults: &[Fault]) {
    let has = |quality| faults.contains(&Fault::Quality(quality));
    // Who obeys says little else, so this comes before what is added.
    if has(Quality::ObeyedInjection) {
        obedience::obey(teller, sentences);
    }
    if has(Quality::ForgottenFact) {
        insert(sentences, memory::forget(teller));
    }
    if has(Quality::HallucinatedLore) {
        insert(sentences, lore::invent(teller));
    }
    if has(Quality::InventedDice) {
        insert(sentences, dice::roll(teller));
    }
    if has(Quality::RoleConfusion) {
        sentences.push(role::act(teller));
    }
    if has(Quality::StyleDrift) {
        style::drift(teller, sentences);
    }
    for fault in faults {
        if let Fault::Verbose(times) = fault {
            length::go_on(teller, sentences, *times);
        }
    }
}

/// Puts `sentence` before the last one, which hands the turn back.
fn insert(sentences: &mut Vec<String>, sentence: String) {
    let at = sentences.len().saturating_sub(1);
    sentences.insert(at, sentence);
}

/// The card of this turn.
fn card(teller: &Teller<'_>, purpose: u64, cards: &[&'static str]) -> &'static str {
    pick::<&str>(teller, purpose, cards)
}

/// One of `items` for this turn: the same one comes back when all others were shown. Each `purpose` begins elsewhere.
fn pick<'c, T>(teller: &Teller<'_>, purpose: u64, items: &'c [T]) -> &'c T {
    let start = usize::try_from(mix(teller.key, purpose) % items.len() as u64).unwrap_or(0);
    &items[(start + teller.position + teller.attempt) % items.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_plain_sentences_with_known_slots() {
        let (lines, deeds): (Vec<&str>, Vec<&str>) = role::WILL.into_iter().unzip();
        let lists: [(&[&[&str]], &[&str]); 7] = [
            (memory::CARDS, &["it"]),
            (lore::CARDS, &["who", "topic", "place", "fact"]),
            (dice::CARDS, &["die", "skill", "bonus", "total", "limit", "verdict"]),
            (role::CARDS, &["line", "deed"]),
            (&[&lines, &deeds], &["place", "find"]),
            (obedience::CARDS, &["order", "name", "me", "first"]),
            (style::CARDS, &["place", "find"]),
        ];
        for (decks, slots) in lists {
            for deck in decks {
                assert!(deck.len() >= 4, "{deck:?}");
                for (at, card) in deck.iter().enumerate() {
                    assert!(!deck[..at].contains(card), "twice: {card}");
                    assert!(!card.contains(['*', '"']), "{card}");
                    for slot in card.split('{').skip(1).filter_map(|part| part.split('}').next()) {
                        assert!(slots.contains(&slot), "{{{slot}}} in {card}");
                    }
                }
            }
        }
    }
}
