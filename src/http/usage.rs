//! What the models' answers took.

use std::time::Duration;

use serde::Serialize;
use utoipa::ToSchema;

use crate::llm::ChatReply;

/// What the model calls of a turn took, all together. What nobody knows is null.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub(super) struct UsageAnswer {
    /// Tokens that went in, cached ones included.
    #[schema(example = 412, required)]
    input_tokens: Option<u64>,
    /// Tokens that came out.
    #[schema(example = 96, required)]
    output_tokens: Option<u64>,
    /// The part of the input that was read from the provider's cache.
    #[schema(example = 256, required)]
    cached_tokens: Option<u64>,
    /// The cost in US dollars.
    #[schema(example = 0.00193, required)]
    cost_usd: Option<f64>,
    /// True when only simulated models answered and nobody sends a bill.
    simulated: bool,
    /// Milliseconds until the first word of the last model call, those before it included.
    #[schema(example = 310.4, required)]
    time_to_first_token_ms: Option<f64>,
    /// Milliseconds until its last.
    #[schema(example = 1840.2)]
    duration_ms: f64,
    /// The model that was asked last; null when none was.
    #[schema(example = "sim-1", required)]
    model: Option<String>,
    /// The provider that was asked last.
    #[schema(example = "zeroth", required)]
    provider: Option<String>,
    /// How many calls were made, with those that failed and were not needed.
    #[schema(example = 1)]
    calls: usize,
}

impl UsageAnswer {
    /// The sum of what these calls took, which came one after the other.
    pub(super) fn of<'a>(replies: impl Iterator<Item = &'a ChatReply> + Clone) -> Self {
        let usages = || replies.clone().map(|reply| reply.usage);
        let (mut before, mut last) = (Duration::ZERO, None);
        for reply in replies.clone() {
            before += last.map_or(Duration::ZERO, |last: &ChatReply| last.timing.total);
            last = Some(reply);
        }
        let first_token = last.and_then(|last| last.timing.first_token);
        let total = last.map_or(Duration::ZERO, |last| before + last.timing.total);
        Self {
            input_tokens: usages().map(|usage| usage.map(|usage| usage.input)).sum(),
            output_tokens: usages().map(|usage| usage.map(|usage| usage.output)).sum(),
            cached_tokens: usages().map(|usage| usage.map(|usage| usage.cache_read)).sum(),
            cost_usd: replies.clone().try_fold(0.0, |sum, reply| reply.cost.map(|cost| sum + cost.usd)),
            simulated: last.is_some() && replies.clone().all(|reply| reply.simulated),
            time_to_first_token_ms: first_token.map(|first| milliseconds(before + first)),
            duration_ms: milliseconds(total),
            model: last.map(|last| last.model.clone()),
            provider: last.map(|last| last.provider.clone()),
            calls: replies.count(),
        }
    }

    /// The same for the header `Server-Timing`.
    pub(super) fn server_timing(&self) -> String {
        let first = self.time_to_first_token_ms.map(|ms| format!("ttft;dur={ms}, ")).unwrap_or_default();
        format!("{first}llm;dur={}", self.duration_ms)
    }
}

/// To the microsecond: more digits would only be noise.
fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1e3
}

#[cfg(test)]
mod tests {
    use crate::llm::{Cost, Descriptor, Timing, Usage};

    use super::*;

    fn reply(input: u64, model: &str, simulated: bool) -> ChatReply {
        ChatReply {
            usage: Some(Usage { input, output: 10, ..Usage::default() }),
            cost: Some(Cost { usd: 0.25, simulated }),
            timing: Timing { first_token: Some(Duration::from_millis(5)), total: Duration::from_millis(100) },
            simulated,
            ..ChatReply::new("a", &Descriptor::new("here", model))
        }
    }

    #[test]
    fn calls_are_added_up() {
        let replies = [reply(1, "small", true), reply(2, "large", false)];
        let usage = UsageAnswer::of(replies.iter());
        insta::assert_snapshot!(serde_json::to_string(&usage).unwrap(), @r#"{"input_tokens":3,"output_tokens":20,"cached_tokens":0,"cost_usd":0.5,"simulated":false,"time_to_first_token_ms":105.0,"duration_ms":200.0,"model":"large","provider":"here","calls":2}"#);
    }

    #[test]
    fn no_call_costs_nothing() {
        insta::assert_snapshot!(serde_json::to_string(&UsageAnswer::of([].iter())).unwrap(), @r#"{"input_tokens":0,"output_tokens":0,"cached_tokens":0,"cost_usd":0.0,"simulated":false,"time_to_first_token_ms":null,"duration_ms":0.0,"model":null,"provider":null,"calls":0}"#);
    }

    #[test]
    fn what_one_call_does_not_say_nobody_knows() {
        let silent = ChatReply { usage: None, cost: None, ..reply(1, "small", true) };
        let usage = UsageAnswer::of([reply(1, "small", true), silent].iter());
        assert_eq!((usage.input_tokens, usage.cost_usd, usage.calls), (None, None, 2));
    }
}
