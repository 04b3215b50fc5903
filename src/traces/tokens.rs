//! Tokens, counted in one way whoever counted them.

use serde::{Deserialize, Serialize};

/// Tokens. The totals include their parts: cached input in `input`, reasoning in `output`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Tokens {
    /// All that went in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input: Option<u64>,
    /// All that came out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<u64>,
    /// The part of the input that was read from the provider's cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_read: Option<u64>,
    /// The part of the input that was written to the provider's cache.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cache_write: Option<u64>,
    /// The part of the output that was reasoning.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reasoning: Option<u64>,
}

impl Tokens {
    /// Whether nothing is known.
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    /// The input that was read from or written to a cache.
    pub(super) fn cached(&self) -> u64 {
        self.cache_read.unwrap_or(0).saturating_add(self.cache_write.unwrap_or(0))
    }

    /// The same, from one who counts cached tokens beside the input.
    pub(super) fn with_cache_added(mut self) -> Self {
        let cached = self.cached();
        self.input = self.input.map(|input| input.saturating_add(cached));
        self
    }

    /// The same, from one who counts reasoning beside the output.
    pub(super) fn with_reasoning_added(mut self) -> Self {
        self.output = self.output.map(|output| output.saturating_add(self.reasoning.unwrap_or(0)));
        self
    }

    /// A part is not larger than the whole: where it is, the whole was counted without it.
    pub(super) fn settled(self) -> Self {
        let counted =
            if self.input.is_some_and(|input| input < self.cached()) { self.with_cache_added() } else { self };
        match (counted.output, counted.reasoning) {
            (Some(output), Some(reasoning)) if output < reasoning => counted.with_reasoning_added(),
            _ => counted,
        }
    }

    /// Takes from `other` what is not known yet.
    pub(super) fn fill(&mut self, other: Self) {
        self.input = self.input.or(other.input);
        self.output = self.output.or(other.output);
        self.cache_read = self.cache_read.or(other.cache_read);
        self.cache_write = self.cache_write.or(other.cache_write);
        self.reasoning = self.reasoning.or(other.reasoning);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_that_is_larger_than_the_whole_was_counted_beside_it() {
        let raw = Tokens { input: Some(3), cache_read: Some(90), cache_write: Some(7), ..Tokens::default() };
        assert_eq!(raw.settled().input, Some(100));
        assert_eq!(raw.settled().settled(), raw.settled());
        let whole = Tokens { input: Some(97), ..raw };
        assert_eq!(whole.settled(), whole);
        let thought = Tokens { output: Some(5), reasoning: Some(6), ..Tokens::default() };
        assert_eq!(thought.settled().output, Some(11));
        let endless = Tokens { cache_read: Some(u64::MAX), ..raw };
        assert_eq!(endless.settled().input, Some(u64::MAX));
    }
}
