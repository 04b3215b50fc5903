//! Prices: what the tokens of a call cost.

/// What a call cost, in US dollars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// US dollars.
    pub usd: f64,
    /// True when nobody will send a bill: the simulator answered.
    pub simulated: bool,
}
