//! Lets so many tokens of an answer pass and holds back the rest.

use super::super::model::{Delta, Deltas};
use super::super::tokens;

/// A gate in front of whoever takes the pieces of an answer. What it holds back when it goes is never heard.
pub(super) struct Gate<'a, 'd> {
    deltas: &'a mut Deltas<'d>,
    passed: u64,
    limit: u64,
    held: Vec<String>,
}

impl<'a, 'd> Gate<'a, 'd> {
    /// A gate that lets no token pass.
    pub(super) fn new(deltas: &'a mut Deltas<'d>) -> Self {
        Self { deltas, passed: 0, limit: 0, held: Vec::new() }
    }

    /// Lets `limit` tokens pass in all, beginning with those that were held back.
    pub(super) fn open(&mut self, limit: u64) {
        self.limit = limit;
        for text in std::mem::take(&mut self.held) {
            self.hear(Delta::Text(&text));
        }
    }

    pub(super) fn hear(&mut self, delta: Delta<'_>) {
        // Notes are no part of the answer.
        let Some(text) = delta.text() else { return (self.deltas)(delta) };
        let rest = if self.held.is_empty() { self.pass(text) } else { text };
        if !rest.is_empty() {
            self.held.push(rest.to_owned());
        }
    }

    /// Passes on what may pass of `text`; the rest is left. A provider's piece can have many tokens.
    fn pass<'t>(&mut self, text: &'t str) -> &'t str {
        let room = usize::try_from(self.limit.saturating_sub(self.passed)).unwrap_or(usize::MAX);
        let mut end = 0;
        for piece in tokens::pieces(text).take(room) {
            end += piece.len();
            self.passed += 1;
        }
        let (now, later) = text.split_at(end);
        if !now.is_empty() {
            (self.deltas)(Delta::Text(now));
        }
        later
    }

    /// Whether all tokens that may pass have passed.
    pub(super) fn is_shut(&self) -> bool {
        self.passed >= self.limit
    }

    pub(super) fn passed(&self) -> u64 {
        self.passed
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_passes_is_the_beginning_and_nothing_is_lost(texts in prop::collection::vec(any::<String>(), 0..6), limit in 0_u64..20) {
            let whole = texts.concat();
            let mut heard = String::new();
            let mut take = |delta: Delta<'_>| heard.push_str(delta.text().unwrap_or_default());
            let mut gate = Gate::new(&mut take);
            gate.open(limit);
            texts.iter().for_each(|text| gate.hear(Delta::Text(text)));
            prop_assert!(gate.passed() <= limit);
            prop_assert!(gate.held.is_empty() || gate.passed() == limit);
            gate.open(u64::MAX);
            prop_assert!(gate.held.is_empty());
            prop_assert_eq!(heard, whole);
        }
    }
}
