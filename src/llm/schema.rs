//! The form of an answer that is wanted as JSON.

use serde_json::Value;

/// A JSON Schema, and what providers call it. Objects in it should list all their properties as required and allow no
/// others: that is what providers can promise to keep.
#[derive(Debug, Clone, PartialEq)]
pub struct Schema {
    /// Letters, digits, `_` and `-`.
    pub name: String,
    /// The schema.
    pub value: Value,
}

impl Schema {
    /// The order in words, for models that know no other way.
    pub(super) fn order(&self) -> String {
        format!("Answer with one JSON object that fits this JSON Schema, and with nothing else:\n{}", self.value)
    }
}
