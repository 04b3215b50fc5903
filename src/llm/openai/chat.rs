//! OpenAI's Chat Completions.

use std::sync::Arc;

use async_trait::async_trait;
use reqwest::Url;
use serde_json::{Value, json};

use super::super::draft::{Draft, Stop};
use super::super::endpoint::{self, ConfigError};
use super::super::error::{ErrorKind, ModelError};
use super::super::exchange::{self, Events, Exchange, Reading, Sampling};
use super::super::model::{Api, ChatReply, ChatRequest, Deltas, Descriptor, FinishReason, Model, Takes};
use super::super::reach::{Reach, Reached};
use super::super::schema::Schema;
use super::super::transport::Transport;
use super::super::usage::Usage;
use super::OpenAiConfig;

/// A model behind Chat Completions.
pub struct OpenAi {
    exchange: Exchange,
    descriptor: Descriptor,
    dialect: Dialect,
}

/// What of a request this model and this server take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Dialect {
    /// The name of the field that limits the answer.
    limit: &'static str,
    /// The name of the field for the seed.
    seed: &'static str,
    temperature: Sampling,
    /// Whether streams must be asked to count.
    asks_for_usage: bool,
    /// Whether answers can be asked for in the form of a schema, and not just in JSON.
    knows_schemas: bool,
}

impl OpenAi {
    /// A model that is reached through `transport`.
    ///
    /// # Errors
    /// [`ConfigError`] with everything that is wrong with the settings.
    pub fn new(config: OpenAiConfig, transport: Arc<dyn Transport>) -> Result<Self, ConfigError> {
        let exchange = config.exchange("chat/completions", transport)?;
        let OpenAiConfig { provider, model, reasoning_effort, .. } = config;
        let reasoning = reasoning_effort.map(|effort| effort.trim().to_owned());
        let dialect = Dialect::of(&exchange.url, &model, reasoning.as_deref());
        let takes = Takes { temperature: dialect.temperature == Sampling::Accepted, seed: true };
        let (server, api) = (endpoint::server(&exchange.url), Some(Api::ChatCompletions));
        let descriptor = Descriptor { provider, model, server, takes, api, reasoning, ..Descriptor::default() };
        Ok(Self { exchange, descriptor, dialect })
    }

    fn body(&self, request: &ChatRequest) -> Value {
        let mut orders = vec![request.system.clone()];
        let schema = request.schema.as_ref();
        if !self.dialect.knows_schemas {
            orders.extend(schema.map(|schema| schema.order()));
        }
        orders.retain(|order| !order.is_empty());
        let system = (!orders.is_empty()).then(|| json!({"role": "system", "content": orders.join("\n\n")}));
        let messages: Vec<Value> = system.into_iter().chain(request.messages.iter().map(exchange::message)).collect();
        let mut body = json!({"model": self.descriptor.model, "messages": messages});
        if let Some(schema) = schema {
            body["response_format"] = self.dialect.format(schema);
        }
        body[self.dialect.limit] = json!(request.max_output_tokens);
        if let (Sampling::Accepted, Some(temperature)) = (self.dialect.temperature, request.temperature) {
            body["temperature"] = json!(temperature);
        }
        if let Some(seed) = request.seed {
            // Servers keep it in anything from 32 bits with a sign upwards.
            body[self.dialect.seed] = json!(seed & 0x7fff_ffff);
        }
        if let Some(effort) = &self.descriptor.reasoning {
            body["reasoning_effort"] = json!(effort);
        }
        if request.stream {
            body["stream"] = json!(true);
            if self.dialect.asks_for_usage {
                body["stream_options"] = json!({"include_usage": true});
            }
        }
        body
    }
}

impl Dialect {
    /// Only OpenAI's own servers and reasoning models insist on the new name of the limit; many others know only the
    /// old one.
    fn of(url: &Url, model: &str, effort: Option<&str>) -> Self {
        let host = url.host_str().unwrap_or_default();
        let vendor = host == "api.openai.com" || host.ends_with(".openai.azure.com");
        // Azure's deployments have any name, but only a reasoning model is told how hard to think.
        let reasoning = is_reasoning(model) || (vendor && effort.is_some_and(|effort| effort != "none"));
        let mistral = host.ends_with("mistral.ai");
        let rejected = reasoning && !(effort == Some("none") && speaks_without_thinking(model));
        Self {
            limit: if reasoning || vendor { "max_completion_tokens" } else { "max_tokens" },
            seed: if mistral { "random_seed" } else { "seed" },
            // Mistral always counts, and rejects what it does not know.
            asks_for_usage: !mistral,
            knows_schemas: !host.ends_with("deepseek.com"),
            temperature: if rejected { Sampling::Rejected } else { Sampling::Accepted },
        }
    }
}

impl Dialect {
    fn format(self, schema: &Schema) -> Value {
        if self.knows_schemas {
            let Schema { name, value } = schema;
            json!({"type": "json_schema", "json_schema": {"name": name, "schema": value, "strict": true}})
        } else {
            json!({"type": "json_object"})
        }
    }
}

/// `o3`, `gpt-5-mini`, `gpt-6.1-sol`, also behind a vendor's name; not `gpt-4o`, `gpt-oss-120b`, `olmo`.
fn is_reasoning(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or(model);
    gpt(name).is_some_and(|version| version >= (5, 0)) || name.strip_prefix('o').and_then(number).is_some()
}

/// Those of the sixth generation that take the effort `none`, and with it a temperature.
fn speaks_without_thinking(model: &str) -> bool {
    let name = model.rsplit('/').next().unwrap_or(model);
    let never = name.starts_with("gpt-6-astra") || name.starts_with("gpt-6.1-sol");
    gpt(name).is_some_and(|version| ((6, 0)..(6, 2)).contains(&version)) && !never
}

/// The version in `gpt-6.1-sol`.
fn gpt(name: &str) -> Option<(u32, u32)> {
    let version = name.strip_prefix("gpt-")?;
    let minor = version.split_once('.').and_then(|(_, minor)| number(minor));
    Some((number(version)?, minor.unwrap_or(0)))
}

fn number(text: &str) -> Option<u32> {
    text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[async_trait]
impl Model for OpenAi {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        self.exchange.chat::<Heard>(request, &self.body(request), deltas).await
    }
}

#[async_trait]
impl Reach for OpenAi {
    async fn reach(&self) -> Result<Reached, ModelError> {
        self.exchange.reach().await
    }
}

/// What has been read of an answer.
#[derive(Default)]
struct Heard {
    draft: Draft,
}

#[async_trait]
impl Reading for Heard {
    async fn stream(&mut self, events: &mut Events, deltas: &mut Deltas<'_>) -> Result<(), ModelError> {
        while let Some(event) = events.next().await? {
            match event.data.trim() {
                "" => {}
                "[DONE]" => return Ok(()),
                _ => self.chunk(&events.value(&event)?, "delta", deltas),
            }
        }
        // Without its last event the answer is incomplete, whatever it said before.
        self.draft.stop = None;
        Ok(())
    }

    fn whole(&mut self, completion: &Value, deltas: &mut Deltas<'_>) -> Result<(), ModelError> {
        self.chunk(completion, "message", deltas);
        // A whole answer is complete even if it does not say why it ends.
        self.draft.stop.get_or_insert(Stop::Finished(FinishReason::Other("unknown".to_owned())));
        Ok(())
    }

    fn into_draft(self) -> Draft {
        self.draft
    }
}

impl Heard {
    /// Takes a chunk, or a whole completion, whose choices hold their text in `part`. There may be no choices (the
    /// count of tokens, a filter's report), no part, and ids that are empty.
    fn chunk(&mut self, chunk: &Value, part: &str, deltas: &mut Deltas<'_>) {
        let text = |field: &str| chunk[field].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        self.draft.id = text("id").or(self.draft.id.take());
        self.draft.model = text("model").or(self.draft.model.take());
        self.draft.service_tier = text("service_tier").or(self.draft.service_tier.take());
        self.draft.system_fingerprint = text("system_fingerprint").or(self.draft.system_fingerprint.take());
        let usage = [&chunk["usage"], &chunk["x_groq"]["usage"]].into_iter().find(|usage| usage.is_object());
        self.draft.usage = usage.map(tokens).or(self.draft.usage);
        let choices = chunk["choices"].as_array().into_iter().flatten();
        for choice in choices.filter(|choice| choice["index"].as_u64().unwrap_or(0) == 0) {
            self.say(&choice[part]["content"], deltas);
            let refusal = choice[part]["refusal"].as_str().unwrap_or_default();
            if !refusal.is_empty() {
                self.draft.stop = Some(Stop::Failed(ErrorKind::Refused));
            }
            if let Some(reason) = choice["finish_reason"].as_str() {
                self.draft.stop.get_or_insert(stop(reason));
            }
        }
    }

    /// Text, or, where models think aloud, a list of parts of which only the texts are for the player.
    fn say(&mut self, content: &Value, deltas: &mut Deltas<'_>) {
        self.draft.say(content.as_str().unwrap_or_default(), deltas);
        for part in content.as_array().into_iter().flatten().filter(|part| part["type"] == "text") {
            self.draft.say(part["text"].as_str().unwrap_or_default(), deltas);
        }
    }
}

fn stop(reason: &str) -> Stop {
    match reason {
        "stop" => Stop::Finished(FinishReason::Stop),
        "length" => Stop::Finished(FinishReason::Length),
        "content_filter" => Stop::Failed(ErrorKind::Refused),
        "error" => Stop::Failed(ErrorKind::Unavailable),
        other => Stop::Finished(FinishReason::Other(other.to_owned())),
    }
}

/// Tokens as this API counts them: the totals include their parts already.
fn tokens(usage: &Value) -> Usage {
    let count = |path: &str| usage.pointer(path).and_then(Value::as_u64);
    let input = count("/prompt_tokens").unwrap_or(0);
    let output = count("/completion_tokens").unwrap_or(0);
    let cached = count("/prompt_tokens_details/cached_tokens").or_else(|| count("/prompt_cache_hit_tokens"));
    let cache_read = cached.unwrap_or(0).min(input);
    let cache_write = count("/prompt_tokens_details/cache_write_tokens").unwrap_or(0).min(input - cache_read);
    let long = count("/prompt_tokens_details/cache_write_tokens_details/ttl_12h_tokens");
    let cache_write_long = long.unwrap_or(0).min(cache_write);
    let reasoning = count("/completion_tokens_details/reasoning_tokens").unwrap_or(0).min(output);
    Usage { input, output, cache_read, cache_write, cache_write_long, reasoning }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasoning_models_are_told_by_their_names() {
        for model in ["o3", "o4-mini", "gpt-5", "gpt-5.4-mini", "gpt-6.1-sol", "openai/gpt-6-luna"] {
            assert!(is_reasoning(model), "{model}");
        }
        for model in ["gpt-4o-mini", "gpt-4.1", "openai/gpt-oss-120b", "olmo-3", "qwen3", ""] {
            assert!(!is_reasoning(model), "{model}");
        }
    }

    #[test]
    fn the_limit_has_the_name_that_the_server_knows() {
        let limit = |host: &str, model| Dialect::of(&Url::parse(host).unwrap(), model, None).limit;
        assert_eq!(limit("https://api.openai.com/", "gpt-4o-mini"), "max_completion_tokens");
        assert_eq!(limit("https://r.openai.azure.com/", "mine"), "max_completion_tokens");
        assert_eq!(limit("https://gateway.example/", "gpt-6-sol"), "max_completion_tokens");
        assert_eq!(limit("http://localhost:11434/", "gpt-oss:20b"), "max_tokens");
    }

    #[test]
    fn mistral_has_its_own_ways() {
        let dialect = |host: &str| Dialect::of(&Url::parse(host).unwrap(), "m", None);
        let (own, other) = (dialect("https://api.mistral.ai/"), dialect("https://h.example/"));
        assert_eq!((own.seed, own.asks_for_usage), ("random_seed", false));
        assert_eq!((other.seed, other.asks_for_usage), ("seed", true));
    }

    #[test]
    fn a_temperature_goes_to_those_who_do_not_reason() {
        let takes = |host: &str, model, effort| {
            Dialect::of(&Url::parse(host).unwrap(), model, effort).temperature == Sampling::Accepted
        };
        let (openai, azure, other) = ("https://api.openai.com", "https://r.openai.azure.com", "https://h.example");
        for (host, model, effort) in [
            (openai, "gpt-4o-mini", None),
            (openai, "gpt-6-sol", Some("none")),
            (other, "openai/gpt-6.1-terra", Some("none")),
            (azure, "mine", None),
            (azure, "mine", Some("none")),
            (other, "gemini-3.8-flash", Some("low")),
        ] {
            assert!(takes(host, model, effort), "{host} {model} {effort:?}");
        }
        for (host, model, effort) in [
            (openai, "gpt-6-sol", None),
            (openai, "gpt-6-sol", Some("minimal")),
            (openai, "gpt-6-astra", Some("none")),
            (openai, "gpt-6.1-sol", Some("none")),
            (openai, "gpt-6.2-sol", Some("none")),
            (openai, "gpt-5", Some("none")),
            (openai, "o3", None),
            (azure, "mine", Some("low")),
        ] {
            assert!(!takes(host, model, effort), "{host} {model} {effort:?}");
        }
    }

    #[test]
    fn parts_never_exceed_their_totals() {
        let usage = tokens(&json!({"prompt_tokens": 10, "completion_tokens": 2, "prompt_cache_hit_tokens": 99}));
        assert_eq!(usage, Usage { input: 10, output: 2, cache_read: 10, ..Usage::default() });
        let details = json!({"cache_write_tokens": 6, "cache_write_tokens_details": {"ttl_12h_tokens": 9}});
        let usage = tokens(&json!({"prompt_tokens": 10, "prompt_tokens_details": details}));
        assert_eq!(usage, Usage { input: 10, cache_write: 6, cache_write_long: 6, ..Usage::default() });
    }
}
