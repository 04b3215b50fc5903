//! What is told of a model call: the labels of its metrics and the attributes of its span.

use opentelemetry::KeyValue;

use crate::id::Team;
use crate::llm::{Api, ChatReply, ChatRequest, Cost, Descriptor, Usage};

use super::config::MetricNames;
use super::messages::{int, strings, texts};
use super::semconv::{attr, operation};

/// The labels that every metric of the call has.
pub(super) fn labels(model: &Descriptor, request: &ChatRequest) -> Vec<KeyValue> {
    let mut labels = model_labels(model, operation::CHAT);
    labels.push(KeyValue::new(attr::COMPONENT, request.component.as_str()));
    labels
}

/// The labels of any call of `model`.
pub(super) fn model_labels(model: &Descriptor, operation: &'static str) -> Vec<KeyValue> {
    let mut labels = vec![
        KeyValue::new(attr::OPERATION_NAME, operation),
        KeyValue::new(attr::PROVIDER_NAME, model.provider.clone()),
        KeyValue::new(attr::REQUEST_MODEL, model.model.clone()),
    ];
    if let Some((address, port)) = &model.server {
        labels.push(KeyValue::new(attr::SERVER_ADDRESS, address.clone()));
        labels.push(KeyValue::new(attr::SERVER_PORT, i64::from(*port)));
    }
    labels
}

/// What was sent; a parameter that the model does not take was not.
pub(super) fn request_attributes(request: &ChatRequest, model: &Descriptor) -> Vec<KeyValue> {
    let mut attributes = vec![KeyValue::new(attr::REQUEST_MAX_TOKENS, i64::from(request.max_output_tokens))];
    if let Some(temperature) = request.temperature.filter(|_| model.takes.temperature) {
        attributes.push(KeyValue::new(attr::REQUEST_TEMPERATURE, temperature));
    }
    if let Some(seed) = request.seed.filter(|_| model.takes.seed) {
        attributes.push(KeyValue::new(attr::REQUEST_SEED, int(seed)));
    }
    if request.stream {
        attributes.push(KeyValue::new(attr::REQUEST_STREAM, true));
    }
    if request.schema.is_some() {
        attributes.push(KeyValue::new(attr::OUTPUT_TYPE, "json"));
    }
    if let Some(level) = &model.reasoning {
        attributes.push(KeyValue::new(attr::REQUEST_REASONING_LEVEL, level.clone()));
    }
    if model.api == Some(Api::ChatCompletions) {
        attributes.push(KeyValue::new(attr::OPENAI_API_TYPE, "chat_completions"));
    }
    if request.team != Team::default() {
        attributes.push(KeyValue::new(attr::TEAM, request.team.to_string()));
    }
    if let Some(conversation) = &request.conversation {
        attributes.push(KeyValue::new(attr::CONVERSATION_ID, conversation.clone()));
        attributes.push(KeyValue::new(attr::SESSION_ID, conversation.clone()));
    }
    if let Some(prompt) = &request.prompt {
        attributes.push(KeyValue::new(attr::PROMPT_NAME, prompt.name.clone()));
        attributes.push(KeyValue::new(attr::PROMPT_VERSION, prompt.version.clone()));
    }
    attributes.extend(request.lineage.run.map(|run| KeyValue::new(attr::RUN_ID, run.to_string())));
    if !request.lineage.parents.is_empty() {
        let parents = request.lineage.parents.iter().map(ToString::to_string);
        attributes.push(KeyValue::new(attr::RUN_PARENT_IDS, texts(parents)));
    }
    attributes
}

pub(super) fn reply_attributes(reply: &ChatReply) -> Vec<KeyValue> {
    let mut attributes = vec![
        KeyValue::new(attr::RESPONSE_MODEL, reply.model.clone()),
        KeyValue::new(attr::RESPONSE_FINISH_REASONS, strings(reply.finish.as_str())),
    ];
    attributes.extend(reply.id.clone().map(|id| KeyValue::new(attr::RESPONSE_ID, id)));
    attributes.extend(openai_labels(reply));
    attributes
}

/// What OpenAI's metrics are told apart by beside the rest.
pub(super) fn openai_labels(reply: &ChatReply) -> impl Iterator<Item = KeyValue> {
    let said = [
        (attr::OPENAI_RESPONSE_SERVICE_TIER, reply.service_tier.clone()),
        (attr::OPENAI_RESPONSE_SYSTEM_FINGERPRINT, reply.system_fingerprint.clone()),
    ];
    said.into_iter().filter_map(|(key, text)| Some(KeyValue::new(key, text?)))
}

pub(super) fn cost_attributes(cost: Cost) -> [KeyValue; 2] {
    [KeyValue::new(attr::COST_USD, cost.usd), KeyValue::new(attr::COST_SIMULATED, cost.simulated)]
}

/// Tokens, with older names for their parts where `names` wants them.
pub(super) fn usage_attributes(usage: Usage, names: MetricNames) -> Vec<KeyValue> {
    let parts = [
        (attr::USAGE_CACHE_READ, usage.cache_read),
        (attr::USAGE_CACHE_WRITE, usage.cache_write),
        (attr::LEGACY_USAGE_CACHE_CREATION, if names == MetricNames::Current { 0 } else { usage.cache_write }),
        (attr::USAGE_REASONING, usage.reasoning),
    ];
    let totals = [(attr::USAGE_INPUT_TOKENS, usage.input), (attr::USAGE_OUTPUT_TOKENS, usage.output)];
    let parts = parts.into_iter().filter(|(_, tokens)| *tokens > 0);
    totals.into_iter().chain(parts).map(|(key, tokens)| KeyValue::new(key, int(tokens))).collect()
}
