//! A schema with what it refers to laid over it. It borrows everything: schemas may be large, and are read for every value.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::budget::{Budget, TooMuch};
use super::names;

/// The keywords that hold for one value.
#[derive(Default)]
pub(super) struct Flat<'a> {
    keywords: BTreeMap<&'a str, &'a Value>,
    pub(super) properties: BTreeMap<&'a str, &'a Value>,
    pub(super) required: BTreeSet<&'a str>,
}

impl<'a> Flat<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.keywords.get(name).copied()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.keywords.contains_key(name)
    }

    pub(super) fn take(&mut self, name: &str) -> Option<&'a Value> {
        self.keywords.remove(name)
    }

    /// The keyword as a count, or what is usual without it.
    pub(super) fn count(&self, name: &str, usual: usize) -> usize {
        let count = self.get(name).and_then(Value::as_u64);
        count.map_or(usual, |count| usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// Lays `more` over it: properties and requirements of both hold.
    pub(super) fn merge(&mut self, more: &'a Value, budget: &Budget) -> Result<(), TooMuch> {
        let Some(keywords) = more.as_object() else { return Ok(()) };
        budget.take(keywords.len())?;
        self.keywords.extend(keywords.iter().map(|(name, value)| (name.as_str(), value)));
        if let Some(properties) = keywords.get("properties").and_then(Value::as_object) {
            budget.take(properties.len())?;
            self.properties.extend(properties.iter().map(|(name, value)| (name.as_str(), value)));
        }
        budget.take(keywords.get("required").and_then(Value::as_array).map_or(0, Vec::len))?;
        self.required.extend(names(more, "required"));
        Ok(())
    }
}
