//! The sentences of the simulator, in decks of equal size.
//!
//! All decks are walked in step: at position `p` of a game each deck shows one card, and shows it again only after all
//! others had their turn. So no sentence returns within [`SIZE`] turns, and one recognised card tells the position.

mod action;
mod answer;
mod manner;
mod talk;
mod world;

pub(super) use action::*;
pub(super) use answer::*;
pub(super) use manner::*;
pub(super) use talk::*;
pub(super) use world::*;

use super::super::chance::mix;

/// Cards in each deck: a prime, so that every stride visits all of them.
pub(super) const SIZE: usize = 23;

/// Sentences that serve one purpose. `{slots}` are filled in by whoever shows the card.
pub(super) struct Deck {
    name: &'static str,
    cards: [&'static str; SIZE],
}

impl Deck {
    const fn new(name: &'static str, cards: [&'static str; SIZE]) -> Self {
        Self { name, cards }
    }

    /// The card at `position`, in the order that belongs to `key`.
    pub(super) fn card(&self, key: u64, position: usize) -> &'static str {
        let (start, stride) = self.order(key);
        self.cards[(start + stride * (position % SIZE)) % SIZE]
    }

    /// The position at which `card` is shown.
    pub(super) fn position(&self, key: u64, card: &str) -> Option<usize> {
        let index = self.cards.iter().position(|known| *known == card)?;
        let (start, stride) = self.order(key);
        (0..SIZE).find(|position| (start + stride * position) % SIZE == index)
    }

    fn order(&self, key: u64) -> (usize, usize) {
        let drawn = self.name.bytes().fold(key, |sum, byte| mix(sum, u64::from(byte)));
        let below = |number: u64, limit: usize| usize::try_from(number % limit as u64).unwrap_or(0);
        (below(drawn, SIZE), 1 + below(drawn >> 32, SIZE - 1))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn decks() -> Vec<&'static Deck> {
        manner::DECKS
            .iter()
            .chain(answer::DECKS)
            .chain(action::DECKS)
            .chain(talk::DECKS)
            .chain(world::DECKS)
            .copied()
            .collect()
    }

    #[test]
    fn no_two_cards_and_no_two_decks_are_the_same() {
        let cards: Vec<&str> = decks().iter().flat_map(|deck| deck.cards).collect();
        assert_eq!(cards.iter().collect::<HashSet<_>>().len(), cards.len());
        let names: HashSet<&str> = decks().iter().map(|deck| deck.name).collect();
        assert_eq!(names.len(), decks().len());
    }

    #[test]
    fn a_walk_visits_every_card_and_each_card_tells_its_position() {
        for deck in decks() {
            for key in 0..5 {
                let walk: Vec<&str> = (0..SIZE).map(|position| deck.card(key, position)).collect();
                assert_eq!(walk.iter().collect::<HashSet<_>>().len(), SIZE);
                for (position, card) in walk.into_iter().enumerate() {
                    assert_eq!(deck.position(key, card), Some(position));
                }
            }
        }
    }

    #[test]
    fn the_decks_of_one_game_keep_different_orders() {
        let orders: HashSet<(usize, usize)> = decks().iter().map(|deck| deck.order(7)).collect();
        assert!(orders.len() > decks().len() / 2);
    }

    #[test]
    fn cards_are_single_sentences_with_plain_marks_and_known_slots() {
        let slots = [
            "thing",
            "deed",
            "topic",
            "fact",
            "quest",
            "deeds",
            "belongings",
            "quote",
            "name",
            "place",
            "find",
            "sound",
            "clue",
            "earlier",
        ];
        for card in decks().iter().flat_map(|deck| deck.cards) {
            assert!(!card.contains(['*', '\n', '"']), "{card}");
            assert!(card.ends_with(['.', '?']) || card.ends_with("{fact}"), "{card}");
            assert!(card.split_whitespace().count() <= 26, "{card}");
            for slot in card.split('{').skip(1) {
                let slot = slot.split('}').next().unwrap();
                assert!(slots.contains(&slot), "{{{slot}}} in {card}");
            }
        }
    }
}
