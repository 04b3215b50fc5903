//! The columns of a call.

use super::super::call::{Call, Cost, CostSource};
use super::super::price::price;
use super::Making;

/// The longest name of anything; what is longer is cut.
const LONGEST: usize = 200;
/// The most that one call may cost, in US dollars. What says more is a mistake, and would swallow every sum that it is in.
const DEAREST: f64 = 1e6;

/// A call, in columns.
#[derive(Debug)]
pub(in super::super) struct CallRow {
    pub(in super::super) operation: String,
    pub(in super::super) asks: bool,
    pub(in super::super) provider: Option<String>,
    pub(in super::super) model: Option<String>,
    pub(in super::super) agent: Option<String>,
    pub(in super::super) component: Option<String>,
    pub(in super::super) conversation: Option<String>,
    pub(in super::super) team: Option<String>,
    pub(in super::super) user: Option<String>,
    pub(in super::super) error: Option<String>,
    pub(in super::super) finish: Option<String>,
    /// Nanoseconds.
    pub(in super::super) ttft: Option<i64>,
    /// Input, output, read from a cache, written to a cache, reasoning.
    pub(in super::super) tokens: [Option<i64>; 5],
    pub(in super::super) cost: Option<f64>,
    pub(in super::super) cost_source: Option<i64>,
}

impl CallRow {
    pub(super) fn of(mut call: Call, making: &Making<'_>) -> Self {
        call.cost = call.cost.filter(is_plausible);
        price(&mut call, making.prices);
        let cost = call.cost.filter(is_plausible);
        let tokens = [
            call.tokens.input,
            call.tokens.output,
            call.tokens.cache_read,
            call.tokens.cache_write,
            call.tokens.reasoning,
        ];
        let finish = call.finish.join(",");
        Self {
            operation: short(call.operation.as_str().to_owned()),
            asks: call.operation.asks_a_model(),
            provider: call.provider.map(short),
            model: call.model.or(call.request_model).map(short),
            agent: call.agent.map(short),
            component: call.component.map(short),
            conversation: call.conversation.map(short),
            team: call.team.map(short),
            user: call.user.map(short),
            error: call.error.map(|failure| short(failure.kind)),
            finish: (!finish.is_empty()).then(|| short(finish)),
            ttft: call.time_to_first_token.filter(|seconds| *seconds >= 0.0).map(|seconds| (seconds * 1e9) as i64),
            tokens: tokens.map(|count| count.map(bounded)),
            cost: cost.map(|cost| cost.usd),
            cost_source: cost.map(|cost| code(cost.source)),
        }
    }
}

/// A number of tokens that can be summed up a million times.
fn bounded(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX).min(1 << 40)
}

/// Whether somebody may have meant it.
fn is_plausible(cost: &Cost) -> bool {
    (0.0..=DEAREST).contains(&cost.usd)
}

fn code(source: CostSource) -> i64 {
    match source {
        CostSource::Reported => 0,
        CostSource::Simulated => 1,
        CostSource::Computed => 2,
    }
}

/// No longer than names are.
pub(super) fn short(mut text: String) -> String {
    if text.len() > LONGEST {
        text.truncate(text.floor_char_boundary(LONGEST));
    }
    text
}
