//! How much work an answer may be: a schema of a few bytes can ask for more than any memory holds.

use std::cell::Cell;

use serde_json::Value;

/// The most values and characters of one answer, with the keywords and names that have to be read for them.
const MOST: usize = 100_000;

/// What is left of it.
pub(super) struct Budget(Cell<usize>);

/// The schema asks for more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Invalid schema: an answer that fits it would need more than {MOST} values and characters")]
pub(in super::super) struct TooMuch;

impl Budget {
    pub(super) const fn new() -> Self {
        Self(Cell::new(MOST))
    }

    pub(super) fn take(&self, amount: usize) -> Result<(), TooMuch> {
        self.0.set(self.0.get().checked_sub(amount).ok_or(TooMuch)?);
        Ok(())
    }

    /// Takes what a copy of `value` needs.
    pub(super) fn take_value(&self, value: &Value) -> Result<(), TooMuch> {
        self.take(1)?;
        match value {
            Value::String(text) => self.take(text.len()),
            Value::Array(items) => items.iter().try_for_each(|item| self.take_value(item)),
            Value::Object(object) => object.iter().try_for_each(|(name, value)| {
                self.take(name.len())?;
                self.take_value(value)
            }),
            _ => Ok(()),
        }
    }

    /// Whether it is time to be brief.
    pub(super) fn is_low(&self) -> bool {
        self.0.get() < MOST / 2
    }
}
