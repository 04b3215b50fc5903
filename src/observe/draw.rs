//! Draws the inner steps of a turn as spans, after they happened.

use std::time::{Duration, SystemTime};

use opentelemetry::trace::{SpanBuilder, SpanKind, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};

use super::step::Step;
use super::telemetry::{Telemetry, with};

/// Where the steps are drawn.
pub(super) struct Drawing<'a> {
    pub(super) telemetry: &'a Telemetry,
    /// When the rules settled the turn: from, to.
    pub(super) settled: (SystemTime, SystemTime),
    /// How many facts came of it.
    pub(super) facts: usize,
    /// What every step tells.
    pub(super) about: Vec<KeyValue>,
}

impl Drawing<'_> {
    /// Draws the steps and theirs below the span of `parent`.
    pub(super) fn draw(&self, steps: Vec<Step>, parent: &Context) {
        for step in steps {
            let builder = SpanBuilder::from_name(step.name)
                .with_kind(SpanKind::Internal)
                .with_attributes(with(&self.about, step.attributes));
            let context = self.telemetry.start_at(self.time(step.facts.start), builder, parent);
            self.draw(step.steps, &context);
            context.span().end_with_timestamp(self.time(step.facts.end));
        }
    }

    /// When that many of the facts had happened. The rules take microseconds for all of them and tell no times, so each fact
    /// gets the same share: what came later stands later, and all of it within what was measured.
    fn time(&self, facts: usize) -> SystemTime {
        let (from, to) = self.settled;
        // Nothing when the clock was set back meanwhile.
        let whole = to.duration_since(from).unwrap_or_default();
        let share = |of: u128| of * facts as u128 / self.facts.max(1) as u128;
        from + Duration::from_nanos(u64::try_from(share(whole.as_nanos())).unwrap_or_default())
    }
}
