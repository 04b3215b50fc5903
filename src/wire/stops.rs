//! Texts at which an answer ends, found also where pieces divide them.

/// The texts, and what has been said so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Stops {
    texts: Vec<String>,
    said: String,
    /// How much of it has been passed on.
    passed: usize,
    found: Option<String>,
}

impl Stops {
    pub(super) fn new(texts: Vec<String>) -> Self {
        Self { texts: texts.into_iter().filter(|text| !text.is_empty()).collect(), ..Self::default() }
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// Takes a piece; gives what may be passed on: everything but what could become a stop.
    pub(super) fn pass(&mut self, piece: &str) -> String {
        self.said.push_str(piece);
        let new = &self.said[self.passed..];
        let first = self.texts.iter().filter_map(|text| Some((new.find(text)?, text))).min_by_key(|(at, _)| *at);
        let end = match first {
            Some((at, text)) => {
                self.found = Some(text.clone());
                at
            }
            None => new.len() - self.texts.iter().map(|text| overlap(new, text)).max().unwrap_or(0),
        };
        let shown = new[..end].to_owned();
        self.passed += end;
        shown
    }

    /// What was held back, when nothing follows.
    pub(super) fn rest(&mut self) -> String {
        let rest = self.said[self.passed..].to_owned();
        self.passed = self.said.len();
        rest
    }

    /// The text that came up.
    pub(super) fn found(&self) -> Option<String> {
        self.found.clone()
    }

    /// Everything that was passed on.
    pub(super) fn told(&self) -> String {
        self.said[..self.passed].to_owned()
    }
}

/// How many bytes at the end of `said` are the beginning of `text`.
fn overlap(said: &str, text: &str) -> usize {
    text.char_indices().map(|(at, _)| at).rev().find(|at| said.ends_with(&text[..*at])).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_passed_on_ends_before_the_first_stop(text in "[ab→]{0,30}", texts in prop::collection::vec("[ab→]{1,3}", 1..3), cuts in prop::collection::vec(0usize..4, 30)) {
            let mut stops = Stops::new(texts.clone());
            let mut told = String::new();
            let mut chars = text.chars();
            for cut in cuts.into_iter().chain([30]) {
                let piece: String = chars.by_ref().take(cut).collect();
                told.push_str(&stops.pass(&piece));
                if stops.found().is_some() {
                    break;
                }
            }
            let expected = texts.iter().filter_map(|stop| text.find(stop.as_str())).min();
            if stops.found().is_none() {
                told.push_str(&stops.rest());
            }
            // Of two stops that overlap, the one that is complete first ends the answer.
            prop_assert_eq!(stops.found().is_some(), expected.is_some());
            prop_assert!(text.starts_with(&told));
            prop_assert!(texts.iter().all(|stop| !told.contains(stop.as_str())));
            prop_assert!(expected.is_some() || told == text);
        }
    }
}
