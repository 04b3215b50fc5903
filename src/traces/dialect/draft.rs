//! A call while dialects are read one after the other: each fills what those before it left open.

use opentelemetry_proto::tonic::trace::v1::Span;

use super::super::call::{Call, Parameters};
use super::super::operation::{Dialect, Operation};
use super::attributes::Attributes;
use super::limit::PARAMETERS;
use super::provider;

/// What dialects read: a span's, a span event's or a record's.
pub(super) struct Told<'a> {
    /// The attributes.
    pub(super) attributes: Attributes<'a>,
    /// The span's name, or nothing.
    pub(super) name: &'a str,
    /// Who made the telemetry.
    pub(super) scope: &'a str,
    /// The span, where it is one.
    pub(super) span: Option<&'a Span>,
}

impl Told<'_> {
    /// Seconds from the span's start to `nanos` after 1970.
    pub(super) fn since_start(&self, nanos: u64) -> Option<f64> {
        let start = self.span?.start_time_unix_nano;
        (start > 0 && nanos >= start).then(|| (nanos - start) as f64 / 1e9)
    }

    /// Seconds from the span's start to the first event of one of these names.
    pub(super) fn until_event(&self, names: &[&str]) -> Option<f64> {
        let event = self.span?.events.iter().find(|event| names.contains(&event.name.as_str()))?;
        self.since_start(event.time_unix_nano)
    }
}

/// A call that is not complete.
#[derive(Default)]
pub(super) struct Draft {
    named: Option<(Operation, Dialect)>,
    pub(super) call: Call,
}

impl Draft {
    /// The operation as `dialect` calls it, unless another named it before.
    pub(super) fn operation(&mut self, dialect: Dialect, operation: impl FnOnce() -> Option<Operation>) {
        if self.named.is_none() {
            self.named = operation().map(|operation| (operation, dialect));
        }
    }

    /// Who named the operation.
    pub(super) fn dialect(&self) -> Option<Dialect> {
        self.named.as_ref().map(|(_, dialect)| *dialect)
    }

    /// Says that it was another dialect than the one whose names it shares.
    pub(super) fn was_told_in(&mut self, dialect: Dialect) {
        if let Some((_, named)) = &mut self.named {
            *named = dialect;
        }
    }

    /// Who provides the model, by whatever name.
    pub(super) fn provider(&mut self, name: impl FnOnce() -> Option<String>) {
        fill(&mut self.call.provider, || name().map(|name| provider::plain(&name)));
    }

    /// Parameters that nobody told yet.
    pub(super) fn parameters(&mut self, more: Parameters) {
        for (name, value) in more {
            if self.call.parameters.len() < PARAMETERS {
                self.call.parameters.entry(name).or_insert(value);
            }
        }
    }

    /// The call, when it turned out to be one.
    pub(super) fn finish(mut self) -> Option<Call> {
        let (operation, dialect) = self.named?;
        let call = &mut self.call;
        call.operation = operation;
        call.dialect = dialect;
        settle(call);
        Some(self.call)
    }
}

/// What is done to every call at the end: one way to count, to name ends, and to say what came first.
pub(super) fn settle(call: &mut Call) {
    call.model = call.model.take().or_else(|| call.request_model.clone());
    call.tokens = call.tokens.settled();
    call.content.settle();
    call.finish.iter_mut().for_each(|reason| *reason = finish_reason(reason).to_owned());
}

/// The conventions' word for a reason to stop; a stranger keeps its own.
fn finish_reason(reason: &str) -> &str {
    match reason {
        "STOP" | "end_turn" | "stop_sequence" | "eos" | "COMPLETE" | "completed" => "stop",
        "MAX_TOKENS" | "max_tokens" | "max_output_tokens" | "max_length" => "length",
        "tool_calls" | "tool-calls" | "tool_use" | "function_call" => "tool_call",
        "content-filter" | "SAFETY" | "refusal" | "content_filtered" => "content_filter",
        other => other,
    }
}

/// Fills a gap.
pub(super) fn fill<T>(slot: &mut Option<T>, value: impl FnOnce() -> Option<T>) {
    if slot.is_none() {
        *slot = value();
    }
}

/// Fills a list that is empty.
pub(super) fn fill_list<T>(list: &mut Vec<T>, values: impl FnOnce() -> Vec<T>) {
    if list.is_empty() {
        *list = values();
    }
}
