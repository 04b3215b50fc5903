//! Tokens, normalised: whatever the provider counts, here the totals include their parts.

/// The tokens of one call.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// All tokens that went in, cached ones included.
    pub input: u64,
    /// All tokens that came out, reasoning included.
    pub output: u64,
    /// The part of `input` that was read from the provider's prompt cache.
    pub cache_read: u64,
    /// The part of `input` that was written to the provider's prompt cache.
    pub cache_write: u64,
    /// The part of `cache_write` that is kept for a long time: an hour at Anthropic, twelve at OpenAI.
    pub cache_write_long: u64,
    /// The part of `output` that was reasoning.
    pub reasoning: u64,
}
