//! STAND-IN until `dialect` is merged: reads today's GenAI names only. The entry points and the names of the fields are those
//! of `dialect` and `call`, so that swapping is `use super::dialect` for `use super::stand_in` (and `words` over `Content`).

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::trace::v1::Span;

use crate::llm::{PriceList, Usage};

#[derive(Debug, Default)]
pub(super) struct Call {
    pub(super) operation: Operation,
    pub(super) provider: Option<String>,
    pub(super) request_model: Option<String>,
    pub(super) model: Option<String>,
    pub(super) agent: Option<String>,
    pub(super) component: Option<String>,
    pub(super) conversation: Option<String>,
    pub(super) user: Option<String>,
    pub(super) team: Option<String>,
    pub(super) tokens: Tokens,
    pub(super) cost: Option<Cost>,
    pub(super) time_to_first_token: Option<f64>,
    pub(super) finish: Vec<String>,
    pub(super) error: Option<Failure>,
}

#[derive(Debug, Default)]
pub(super) struct Operation(String);

impl Operation {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn asks_a_model(&self) -> bool {
        matches!(self.0.as_str(), "chat" | "text_completion" | "generate_content" | "embeddings")
    }
}

#[derive(Debug, Default)]
pub(super) struct Tokens {
    pub(super) input: Option<u64>,
    pub(super) output: Option<u64>,
    pub(super) cache_read: Option<u64>,
    pub(super) cache_write: Option<u64>,
    pub(super) reasoning: Option<u64>,
}

#[derive(Debug)]
pub(super) struct Cost {
    pub(super) usd: f64,
    pub(super) source: CostSource,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum CostSource {
    Simulated,
    Computed,
}

#[derive(Debug)]
pub(super) struct Failure {
    pub(super) kind: String,
}

#[derive(Debug, Default)]
pub(super) struct SpanContextInfo {
    pub(super) conversation: Option<String>,
    pub(super) user: Option<String>,
    pub(super) team: Option<String>,
    pub(super) component: Option<String>,
    pub(super) service: Option<String>,
    pub(super) instance: Option<String>,
}

pub(super) fn read_span(span: &Span, _resource: &[KeyValue], _scope: &str) -> Option<Call> {
    let text = |key| text(&span.attributes, key);
    let number = |key| number(&span.attributes, key);
    let error = || text("error.type").unwrap_or_else(|| "_OTHER".to_owned());
    let failed = span.status.as_ref().is_some_and(|status| status.code == 2);
    Some(Call {
        operation: Operation(text("gen_ai.operation.name")?),
        provider: text("gen_ai.provider.name"),
        model: text("gen_ai.response.model").or_else(|| text("gen_ai.request.model")),
        request_model: text("gen_ai.request.model"),
        agent: text("gen_ai.agent.name"),
        conversation: text("gen_ai.conversation.id"),
        tokens: Tokens {
            input: number("gen_ai.usage.input_tokens"),
            output: number("gen_ai.usage.output_tokens"),
            cache_read: number("gen_ai.usage.cache_read.input_tokens"),
            cache_write: number("gen_ai.usage.cache_write.input_tokens"),
            reasoning: number("gen_ai.usage.reasoning.output_tokens"),
        },
        time_to_first_token: match value(&span.attributes, "gen_ai.response.time_to_first_chunk") {
            Some(Any::DoubleValue(seconds)) => Some(*seconds),
            _ => None,
        },
        finish: match value(&span.attributes, "gen_ai.response.finish_reasons") {
            Some(Any::ArrayValue(list)) => list.values.iter().filter_map(as_text).collect(),
            _ => Vec::new(),
        },
        error: failed.then(|| Failure { kind: error() }),
        ..Call::default()
    })
}

pub(super) fn read_context(attributes: &[KeyValue], resource: &[KeyValue]) -> SpanContextInfo {
    SpanContextInfo {
        conversation: text(attributes, "gen_ai.conversation.id"),
        user: text(attributes, "user.id"),
        team: text(attributes, "team"),
        component: text(attributes, "component"),
        service: text(resource, "service.name"),
        instance: text(resource, "service.instance.id"),
    }
}

/// What one can search for in a call.
pub(super) fn words(span: &Span, _resource: &[KeyValue], _scope: &str) -> String {
    let keys = ["gen_ai.system_instructions", "gen_ai.input.messages", "gen_ai.output.messages"];
    let mut words = String::new();
    for json in keys.into_iter().filter_map(|key| text(&span.attributes, key)) {
        if let Ok(value) = serde_json::from_str(&json) {
            collect(&value, &mut words);
        }
    }
    words
}

fn collect(value: &serde_json::Value, words: &mut String) {
    match value {
        serde_json::Value::Array(values) => values.iter().for_each(|value| collect(value, words)),
        serde_json::Value::Object(fields) => {
            for (name, field) in fields {
                match field.as_str() {
                    Some(text) if matches!(name.as_str(), "content" | "result") => {
                        words.push_str(text);
                        words.push('\n');
                    }
                    _ => collect(field, words),
                }
            }
        }
        _ => {}
    }
}

pub(super) fn price(call: &mut Call, prices: &PriceList) {
    let (Some(provider), Some(model)) = (&call.provider, &call.model) else { return };
    let tokens = &call.tokens;
    if !call.operation.asks_a_model() || tokens.input.is_none() {
        return;
    }
    let usage = Usage {
        input: tokens.input.unwrap_or(0),
        output: tokens.output.unwrap_or(0),
        cache_read: tokens.cache_read.unwrap_or(0),
        cache_write: tokens.cache_write.unwrap_or(0),
        ..Usage::default()
    };
    call.cost = prices.cost(provider, model, &usage).map(|cost| Cost {
        usd: cost.usd,
        source: if cost.simulated { CostSource::Simulated } else { CostSource::Computed },
    });
}

fn value<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a Any> {
    attributes.iter().find(|attribute| attribute.key == key)?.value.as_ref()?.value.as_ref()
}

fn text(attributes: &[KeyValue], key: &str) -> Option<String> {
    match value(attributes, key)? {
        Any::StringValue(text) => Some(text.clone()),
        _ => None,
    }
}

fn as_text(value: &AnyValue) -> Option<String> {
    match value.value.as_ref()? {
        Any::StringValue(text) => Some(text.clone()),
        _ => None,
    }
}

fn number(attributes: &[KeyValue], key: &str) -> Option<u64> {
    match value(attributes, key)? {
        Any::IntValue(number) => u64::try_from(*number).ok(),
        _ => None,
    }
}
