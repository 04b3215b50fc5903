//! What a span and all below it used.

use serde::Serialize;

use crate::traces::{CallItem, Operation};

use super::tree::Tree;

/// What the model calls of a span and of all below it come to. Agents and workflows repeat what their calls used, and tools
/// ask no model: only what asks one is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Subtree {
    /// Calls to models.
    pub calls: i64,
    /// Those that failed.
    pub errors: i64,
    /// Their input in tokens.
    pub input: i64,
    /// Their output in tokens.
    pub output: i64,
    /// US dollars, as far as they are known.
    pub cost: f64,
}

impl Subtree {
    fn of(call: &CallItem) -> Self {
        if !Operation::from(call.operation.clone()).asks_a_model() {
            return Self::default();
        }
        Self {
            calls: 1,
            errors: i64::from(call.error.is_some()),
            input: call.tokens.input.unwrap_or_default(),
            output: call.tokens.output.unwrap_or_default(),
            cost: call.cost.unwrap_or_default(),
        }
    }

    fn add(&mut self, other: &Self) {
        self.calls += other.calls;
        self.errors += other.errors;
        self.input = self.input.saturating_add(other.input);
        self.output = self.output.saturating_add(other.output);
        self.cost += other.cost;
    }
}

impl Tree<'_> {
    /// For each span, what it and all below it used.
    pub fn subtrees(&self) -> Vec<Subtree> {
        let own = |span: &crate::traces::TraceSpan| span.call.as_ref().map(Subtree::of).unwrap_or_default();
        let mut sums: Vec<Subtree> = self.spans.iter().map(own).collect();
        for place in self.downwards().into_iter().rev() {
            if let Some(parent) = self.parents[place] {
                let below = sums[place];
                sums[parent].add(&below);
            }
        }
        sums
    }
}
