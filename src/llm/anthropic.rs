//! Anthropic's Messages API.

use std::sync::Arc;

use async_trait::async_trait;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::draft::{Draft, Stop};
use super::endpoint::{self, ConfigError};
use super::error::{ErrorKind, ModelError};
use super::exchange::{self, Events, Exchange, Reading, Sampling};
use super::failure::Names;
use super::model::{Api, ChatReply, ChatRequest, Deltas, Descriptor, FinishReason, Model, Takes};
use super::reach::{Reach, Reached};
use super::transport::Transport;
use super::usage::Usage;

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");
const VERSION: HeaderName = HeaderName::from_static("anthropic-version");
const EFFORTS: [&str; 5] = ["low", "medium", "high", "xhigh", "max"];

/// How to reach a model behind the Messages API.
#[derive(Debug, Clone)]
pub struct AnthropicConfig {
    /// The key.
    pub api_key: SecretString,
    /// The address, with or without `/v1`.
    pub base_url: String,
    /// The version of the API: `2023-06-01`, or `2026-10-21`, which no longer knows sampling parameters.
    pub version: String,
    /// The model.
    pub model: String,
    /// How hard to think: one of `low`, `medium`, `high`, `xhigh`, `max`; as the model likes when absent.
    pub reasoning_effort: Option<String>,
    /// Further headers; credentials among them take the place of the key.
    pub extra_headers: Vec<(String, SecretString)>,
}

/// A model behind the Messages API.
pub struct Anthropic {
    exchange: Exchange,
    descriptor: Descriptor,
    sampling: Sampling,
}

impl Anthropic {
    /// A model that is reached through `transport`.
    ///
    /// # Errors
    /// [`ConfigError`] with everything that is wrong with the settings.
    pub fn new(config: AnthropicConfig, transport: Arc<dyn Transport>) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let mut keep = |result: Result<HeaderValue, String>| result.map_err(|problem| problems.push(problem)).ok();
        let key = keep(endpoint::secret_header(&config.api_key, "ANTHROPIC_API_KEY"));
        let version = keep(version_header(&config.version));
        let mut headers: HeaderMap =
            [(API_KEY, key), (VERSION, version)].into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        endpoint::add_extra(&mut headers, &config.extra_headers, &mut problems);
        let reasoning = endpoint::effort(config.reasoning_effort.as_deref(), &EFFORTS);
        let reasoning = reasoning.map_err(|problem| problems.push(problem)).unwrap_or_default();
        let url = endpoint::address(&config.base_url, "messages", "ANTHROPIC_BASE_URL");
        let url = url.map_err(|problem| problems.push(problem)).ok();
        let url = ConfigError::unless(problems, url)?;
        let models = endpoint::models(&url, "messages");
        let provider = "anthropic".to_owned();
        let server = endpoint::server(&url);
        let sampling = sampling(&config.version, &config.model);
        let (base_url, api_key) = ("ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY");
        let stray_key = endpoint::stray_key(&url, &headers);
        let names = Names { provider: provider.clone(), model: config.model.clone(), base_url, api_key, stray_key };
        // There is no seed in this protocol.
        let takes = Takes { temperature: sampling == Sampling::Accepted, seed: false };
        let descriptor = Descriptor {
            provider,
            model: config.model,
            server,
            takes,
            api: Some(Api::Messages),
            reasoning,
            ..Descriptor::default()
        };
        Ok(Self { exchange: Exchange { transport, url, models, headers, names }, descriptor, sampling })
    }

    fn body(&self, request: &ChatRequest) -> Value {
        let mut body = json!({
            "model": self.descriptor.model,
            "max_tokens": request.max_output_tokens,
            "messages": request.messages.iter().map(exchange::message).collect::<Vec<_>>(),
        });
        let mut system = Vec::new();
        if !request.system.is_empty() {
            // The breakpoint ends the part that stays the same from turn to turn.
            let cache = json!({"type": "ephemeral"});
            system.push(json!({"type": "text", "text": request.system, "cache_control": cache}));
        }
        if let Some(schema) = &request.schema {
            if knows_schemas(&self.descriptor.model) {
                body["output_config"]["format"] = json!({"type": "json_schema", "schema": schema.value});
            } else {
                system.push(json!({"type": "text", "text": schema.order()}));
            }
        }
        if !system.is_empty() {
            body["system"] = json!(system);
        }
        if let (Sampling::Accepted, Some(temperature)) = (self.sampling, request.temperature) {
            body["temperature"] = json!(temperature.clamp(0.0, 1.0));
        }
        if let Some(effort) = &self.descriptor.reasoning {
            body["output_config"]["effort"] = json!(effort);
        }
        if request.stream {
            body["stream"] = json!(true);
        }
        body
    }
}

#[async_trait]
impl Model for Anthropic {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        self.exchange.chat::<Heard>(request, &self.body(request), deltas).await
    }
}

#[async_trait]
impl Reach for Anthropic {
    async fn reach(&self) -> Result<Reached, ModelError> {
        self.exchange.reach().await
    }
}

fn version_header(version: &str) -> Result<HeaderValue, String> {
    let dated = version.len() == 10 && version.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let problem = || format!("the API version {version:?} is no date like 2023-06-01");
    HeaderValue::from_str(version).ok().filter(|_| dated).ok_or_else(problem)
}

/// The second version of the API and the models after 4.6 answer 400 to any sampling parameter.
fn sampling(version: &str, model: &str) -> Sampling {
    let old = match generation(model) {
        // Another server that speaks this API; it takes what models usually take.
        Generation::NotClaude => true,
        Generation::Claude(version) => version.is_some_and(|version| version <= (4, 6)),
    };
    if version == "2023-06-01" && old { Sampling::Accepted } else { Sampling::Rejected }
}

/// Whether a model keeps to a schema by itself: those from 4.5 on.
fn knows_schemas(model: &str) -> bool {
    matches!(generation(model), Generation::Claude(version) if version.is_none_or(|version| version >= (4, 5)))
}

/// What a model's name tells.
enum Generation {
    NotClaude,
    /// Newer ones may have no number.
    Claude(Option<(u32, u32)>),
}

fn generation(model: &str) -> Generation {
    let Some((_, name)) = model.rsplit_once("claude-") else { return Generation::NotClaude };
    // `opus-4-6`, `3-haiku-20240307`: two small numbers; a date is not one of them.
    let mut numbers =
        name.split(['-', '.', '@', '+']).filter_map(|part| part.parse::<u32>().ok()).filter(|part| *part < 100);
    Generation::Claude(numbers.next().map(|major| (major, numbers.next().unwrap_or(0))))
}

/// What has been read of an answer.
#[derive(Default)]
struct Heard {
    draft: Draft,
    tally: Tally,
}

#[async_trait]
impl Reading for Heard {
    async fn stream(&mut self, events: &mut Events, deltas: &mut Deltas<'_>) -> Result<(), ModelError> {
        while let Some(event) = events.next().await? {
            let value = events.value(&event)?;
            match value["type"].as_str().unwrap_or(&event.name) {
                "message_start" => {
                    self.head(&value["message"]);
                    self.draft.tell_usage(deltas);
                }
                "content_block_start" => self.say(&value["content_block"], "text", deltas),
                "content_block_delta" => self.say(&value["delta"], "text_delta", deltas),
                "message_delta" => {
                    self.count(&value["usage"]);
                    self.stopped(&value["delta"]);
                }
                "message_stop" => return Ok(()),
                // Pings, ends of blocks, and whatever is added to the API one day.
                _ => {}
            }
        }
        // Without its last event the answer is incomplete, whatever it said before.
        self.draft.stop = None;
        Ok(())
    }

    fn whole(&mut self, message: &Value, deltas: &mut Deltas<'_>) -> Result<(), ModelError> {
        self.head(message);
        for block in message["content"].as_array().into_iter().flatten() {
            self.say(block, "text", deltas);
        }
        self.stopped(message);
        // A whole answer is complete even if it does not say why it ends.
        self.draft.stop.get_or_insert(Stop::Finished(FinishReason::Other("unknown".to_owned())));
        Ok(())
    }

    fn into_draft(self) -> Draft {
        self.draft
    }
}

impl Heard {
    fn head(&mut self, message: &Value) {
        let text = |field: &str| message[field].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        self.draft.id = text("id");
        self.draft.model = text("model");
        self.count(&message["usage"]);
    }

    /// Takes the text of a block or a delta of `kind`; thoughts and tool calls are not for the player.
    fn say(&mut self, block: &Value, kind: &str, deltas: &mut Deltas<'_>) {
        if block["type"] == kind {
            self.draft.say(block["text"].as_str().unwrap_or_default(), deltas);
        }
    }

    fn count(&mut self, usage: &Value) {
        if usage.is_object() {
            self.tally.update(usage);
            self.draft.usage = Some(self.tally.usage());
        }
    }

    fn stopped(&mut self, message: &Value) {
        let Some(reason) = message["stop_reason"].as_str() else { return };
        if reason == "refusal" && self.draft.text.is_empty() {
            // Counted by the provider, but not billed.
            self.draft.usage = None;
        }
        self.draft.stop = Some(match reason {
            "end_turn" | "stop_sequence" => Stop::Finished(FinishReason::Stop),
            "max_tokens" => Stop::Finished(FinishReason::Length),
            "refusal" => Stop::Failed(ErrorKind::Refused),
            "model_context_window_exceeded" => Stop::Failed(ErrorKind::ContextOverflow),
            other => Stop::Finished(FinishReason::Other(other.to_owned())),
        });
    }
}

/// Tokens as this API counts them: cached ones are no part of `input`. A later count replaces an earlier one; what it
/// leaves out still holds.
#[derive(Default)]
struct Tally {
    input: u64,
    cache_read: u64,
    cache_write: u64,
    cache_write_long: u64,
    output: u64,
    reasoning: u64,
}

impl Tally {
    fn update(&mut self, usage: &Value) {
        let fields = [
            ("/input_tokens", &mut self.input),
            ("/cache_read_input_tokens", &mut self.cache_read),
            ("/cache_creation_input_tokens", &mut self.cache_write),
            ("/cache_creation/ephemeral_1h_input_tokens", &mut self.cache_write_long),
            ("/output_tokens", &mut self.output),
            ("/output_tokens_details/thinking_tokens", &mut self.reasoning),
        ];
        for (path, count) in fields {
            if let Some(tokens) = usage.pointer(path).and_then(Value::as_u64) {
                *count = tokens;
            }
        }
    }

    fn usage(&self) -> Usage {
        Usage {
            input: self.input.saturating_add(self.cache_read).saturating_add(self.cache_write),
            output: self.output,
            cache_read: self.cache_read,
            cache_write: self.cache_write,
            cache_write_long: self.cache_write_long.min(self.cache_write),
            reasoning: self.reasoning.min(self.output),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_models_take_a_temperature_in_the_old_version_only() {
        let old = "2023-06-01";
        let models = [
            "claude-opus-4-6",
            "claude-haiku-4-5-20251001",
            "claude-3-haiku-20240307",
            "claude-sonnet-4-5@20250929",
            "us.anthropic.claude-opus-4-6-v1:0",
            "qwen3",
            "a/claude-2.1",
        ];
        for model in models {
            assert_eq!(sampling(old, model), Sampling::Accepted, "{model}");
            assert_eq!(sampling("2026-10-21", model), Sampling::Rejected, "{model}");
        }
        for model in
            ["claude-opus-4-7@20260401", "anthropic.claude-sonnet-5", "claude-haiku-5-5", "claude-mythos-preview"]
        {
            assert_eq!(sampling(old, model), Sampling::Rejected, "{model}");
        }
    }
}
