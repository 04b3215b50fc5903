//! What a turn took, and what all of them took.

use std::time::Duration;

use crate::id::TraceId;
use crate::llm::{ChatReply, Cost, FinishReason, Usage};

/// The sums over a session, undone turns included: they were paid for.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Tally {
    turns: u64,
    calls: u64,
    failed: u64,
    input: u64,
    output: u64,
    billed: f64,
    simulated: f64,
    any_billed: bool,
    any_simulated: bool,
    unpriced: u64,
    first_tokens: Vec<Duration>,
}

impl Tally {
    /// Adds a turn that was played.
    pub(super) fn turn(&mut self) {
        self.turns += 1;
    }

    /// Adds a call that was answered.
    pub(super) fn call(&mut self, reply: &ChatReply) {
        self.calls += 1;
        self.used(reply.usage);
        self.first_tokens.extend(reply.timing.first_token);
        match reply.cost {
            None => self.unpriced += 1,
            Some(cost) if reply.simulated || cost.simulated => {
                self.any_simulated = true;
                self.simulated += cost.usd;
            }
            Some(cost) => {
                self.any_billed = true;
                self.billed += cost.usd;
            }
        }
    }

    /// Adds a turn that came to nothing, with what it used up as far as that is known.
    pub(super) fn failed(&mut self, usage: Option<Usage>) {
        self.failed += 1;
        self.used(usage);
    }

    fn used(&mut self, usage: Option<Usage>) {
        let usage = usage.unwrap_or_default();
        self.input += usage.input;
        self.output += usage.output;
    }

    /// The sums as labels and values; none before the first turn.
    pub(super) fn entries(&self) -> Vec<(&'static str, String)> {
        if self.turns + self.calls + self.failed == 0 {
            return Vec::new();
        }
        let mut entries = vec![("turns", self.turns.to_string())];
        if self.failed > 0 {
            entries.push(("failed", format!("{}, cancelled ones included", self.failed)));
        }
        entries.push(("tokens", format!("{} in, {} out", self.input, self.output)));
        entries.push(("cost", self.cost()));
        entries.push(("first token", self.first_token()));
        entries
    }

    fn cost(&self) -> String {
        let mut parts = Vec::new();
        if self.any_billed {
            parts.push(dollars(self.billed));
        }
        if self.any_simulated {
            parts.push(format!("{} simulated", dollars(self.simulated)));
        }
        if self.unpriced > 0 {
            parts.push(format!("{} without a known price", counted(self.unpriced, "answer")));
        }
        if parts.is_empty() { "none known".to_owned() } else { parts.join(", ") }
    }

    fn first_token(&self) -> String {
        match u32::try_from(self.first_tokens.len()) {
            Ok(count @ 1..) => {
                let mean = self.first_tokens.iter().sum::<Duration>() / count;
                format!("after {} on average", seconds(mean))
            }
            _ => "not known".to_owned(),
        }
    }
}

/// What a turn's calls took, as the parts of a line; `replies` are not empty.
pub(super) fn footer(replies: &[&ChatReply], trace: Option<TraceId>) -> Vec<String> {
    let mut models: Vec<&str> = replies.iter().map(|reply| reply.model.as_str()).collect();
    models.dedup();
    let mut parts = vec![models.join(", ")];
    if replies.len() > 1 {
        parts.push(format!("{} calls", replies.len()));
    }
    let usages: Vec<Usage> = replies.iter().filter_map(|reply| reply.usage).collect();
    if !usages.is_empty() {
        let sum = |part: fn(&Usage) -> u64| usages.iter().map(part).sum::<u64>();
        parts.push(format!("{} tokens in, {} out", sum(|usage| usage.input), sum(|usage| usage.output)));
    }
    parts.extend(cost(replies));
    // The calls come one after the other: the player waits for all of them but the last to end.
    if let Some((last, earlier)) = replies.split_last() {
        let waited: Duration = earlier.iter().map(|reply| reply.timing.total).sum();
        parts.extend(last.timing.first_token.map(|first| format!("first token {}", seconds(waited + first))));
        parts.push(format!("total {}", seconds(waited + last.timing.total)));
        match &last.finish {
            FinishReason::Stop => {}
            FinishReason::Length => parts.push("cut off at the token limit".to_owned()),
            FinishReason::Other(reason) => parts.push(format!("stopped: {reason}")),
        }
    }
    parts.extend(trace.map(|trace| format!("trace {trace}")));
    parts
}

/// The sum of what is known; one that holds a simulated price is simulated.
fn cost(replies: &[&ChatReply]) -> Option<String> {
    let costs: Vec<Cost> = replies.iter().filter_map(|reply| reply.cost).collect();
    let simulated = replies.iter().any(|reply| reply.simulated) || costs.iter().any(|cost| cost.simulated);
    let mark = if simulated { " simulated" } else { "" };
    let sum = costs.iter().map(|cost| cost.usd).sum();
    (!costs.is_empty()).then(|| format!("{}{mark}", dollars(sum)))
}

/// "1 turn", "2 turns".
pub(super) fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// Small amounts with as many digits as it takes to see them.
fn dollars(usd: f64) -> String {
    let digits = if usd == 0.0 || usd >= 1.0 {
        2
    } else if usd >= 0.01 {
        4
    } else {
        6
    };
    format!("${usd:.digits$}")
}

fn seconds(time: Duration) -> String {
    if time < Duration::from_secs(1) {
        format!("{} ms", time.as_millis())
    } else {
        format!("{:.1} s", time.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_times_are_short() {
        assert_eq!([0.0, 0.000_412, 0.0123, 12.5].map(dollars), ["$0.00", "$0.000412", "$0.0123", "$12.50"]);
        assert_eq!(
            [12, 999, 1_000, 61_250].map(|ms| seconds(Duration::from_millis(ms))),
            ["12 ms", "999 ms", "1.0 s", "61.2 s"]
        );
    }

    #[test]
    fn failures_count_with_what_they_used() {
        let mut tally = Tally::default();
        assert_eq!(tally.entries(), []);
        tally.failed(Some(Usage { input: 7, ..Usage::default() }));
        let entries = tally.entries();
        assert_eq!(entries[1], ("failed", "1, cancelled ones included".to_owned()));
        assert_eq!(entries[2], ("tokens", "7 in, 0 out".to_owned()));
        assert_eq!(entries[3], ("cost", "none known".to_owned()));
    }
}
