//! What is told of a call's detours: attempts that failed, models that did not answer.

use std::time::Duration;

use opentelemetry::KeyValue;

use crate::llm::{Descriptor, ModelError};

use super::messages::int;
use super::semconv::{attr, error_type};

pub(super) fn retry(error: &ModelError, wait: Duration) -> Vec<KeyValue> {
    let mut attributes = vec![
        KeyValue::new(attr::ERROR_TYPE, error.kind.as_str()),
        KeyValue::new(attr::RETRY_WAIT, wait.as_secs_f64()),
        KeyValue::new(attr::EXCEPTION_MESSAGE, error.message.clone()),
    ];
    let tokens = error.usage.map(|usage| int(usage.input.saturating_add(usage.output)));
    attributes.extend(tokens.map(|tokens| KeyValue::new(attr::RETRY_TOKENS, tokens)));
    attributes
}

/// Also the labels of the counter, so nothing here may have many values.
pub(super) fn fallback(to: &Descriptor, error: Option<&ModelError>) -> Vec<KeyValue> {
    vec![
        KeyValue::new(attr::FALLBACK_PROVIDER, to.provider.clone()),
        KeyValue::new(attr::FALLBACK_MODEL, to.model.clone()),
        KeyValue::new(attr::ERROR_TYPE, error.map_or(error_type::CIRCUIT_OPEN, |error| error.kind.as_str())),
    ]
}
