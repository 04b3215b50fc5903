//! Verbosity: the storyteller says much more of the same.

use super::super::super::tokens;
use super::super::deck::{self, Deck};
use super::{Teller, insert};

/// No model says more than this at once, whoever asks for it.
const LONGEST: u64 = 16_384;

/// What can be said at any time.
const DECKS: [&Deck; 5] = [&deck::SOUND, &deck::FIND, &deck::CLUE, &deck::HOOK, &deck::CHOICE];

/// Adds sentences until the reply is `times` as long.
pub(super) fn go_on(teller: &mut Teller<'_>, sentences: &mut Vec<String>, times: u32) {
    let spoken = sentences.iter().map(|sentence| tokens::count(sentence)).sum::<u64>();
    // The turn sentence is yet to come.
    let mut said = spoken + tokens::count(&teller.brief.turn_sentence);
    let wanted = wanted(said, times, teller.request.max_output_tokens);
    for step in 0.. {
        if said >= wanted {
            break;
        }
        let deck = DECKS[step % DECKS.len()];
        let sentence = teller.fill(deck.card(teller.key, teller.position + 1 + step / DECKS.len()));
        said += tokens::count(&sentence);
        insert(sentences, sentence);
    }
}

/// `text`, and what `more` has to say for the second time and so on, until it is `times` as long.
pub(in super::super) fn lengthen(text: String, times: u32, limit: u32, mut more: impl FnMut(u64) -> String) -> String {
    let mut said = tokens::count(&text);
    let wanted = wanted(said, times, limit);
    let mut long = text;
    for step in 1.. {
        if said >= wanted {
            break;
        }
        let next = more(step);
        // Something must come of each step.
        said += tokens::count(&next).max(1);
        long.push(' ');
        long.push_str(&next);
    }
    long
}

/// How many tokens make `said` `times` as long: one more than `limit`, so that it can be seen, but no more.
fn wanted(said: u64, times: u32, limit: u32) -> u64 {
    said.saturating_mul(u64::from(times)).min(u64::from(limit).saturating_add(1)).min(LONGEST)
}
