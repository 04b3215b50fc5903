//! OpenAI's Chat Completions.

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::llm::{self, ChatReply, Usage};

use super::body::Fields;
use super::call::Call;
use super::conversation::Conversation;
use super::events::{self, Teller, data};
use super::refusal::Refusal;
use super::server::Services;
use super::vendor::Vendor;

/// `POST /v1/chat/completions`.
pub(super) async fn complete(State(services): State<Arc<Services>>, request: Request) -> Result<Response, Refusal> {
    let fields = Fields::read(request).await?;
    let model = fields.model()?;
    let mut conversation = Conversation::default();
    conversation.hear(fields.required("messages")?)?;
    let limit = fields.tokens("max_completion_tokens")?.or(fields.tokens("max_tokens")?);
    let stream = fields.flag("stream")?;
    let request = llm::ChatRequest {
        max_output_tokens: limit.unwrap_or(u32::MAX),
        seed: fields.seed()?,
        stream,
        ..conversation.request()
    };
    let completion = Completion {
        id: format!("chatcmpl-{:032x}", services.ids.trace()),
        created: services.clock.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs(),
        model,
        input: llm::count_request(&request),
        counting: Counting::wanted(&fields),
    };
    if stream {
        return events::answer(Call::new(Arc::clone(&services.model), request), completion).await;
    }
    let reply = services.model.chat(&request, &mut |_| {}).await?;
    Ok(Json(completion.whole(&reply)).into_response())
}

/// Whether a stream ends with a count of its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Counting {
    Told,
    Omitted,
}

impl Counting {
    fn wanted(fields: &Fields) -> Self {
        let options = fields.get("stream_options").unwrap_or(&Value::Null);
        if options["include_usage"] == true { Self::Told } else { Self::Omitted }
    }
}

/// A completion on its way out.
struct Completion {
    id: String,
    /// Seconds since 1970.
    created: u64,
    /// As the request names it.
    model: String,
    /// The tokens that went in, if the model does not say.
    input: u64,
    counting: Counting,
}

impl Completion {
    fn whole(&self, reply: &ChatReply) -> Value {
        let message = json!({ "role": "assistant", "content": reply.text, "refusal": null, "annotations": [] });
        let finish = reply.finish.as_str();
        let choice = json!({ "index": 0, "message": message, "logprobs": null, "finish_reason": finish });
        let mut whole = self.shape("chat.completion", json!([choice]));
        whole["usage"] = self.counted(reply);
        whole
    }

    fn shape(&self, object: &str, choices: Value) -> Value {
        json!({
            "id": self.id,
            "object": object,
            "created": self.created,
            "model": self.model,
            "service_tier": "default",
            "system_fingerprint": "fp_zeroth",
            "choices": choices,
        })
    }

    fn chunk(&self, delta: &Value, finish: Option<&str>) -> String {
        let choice = json!({ "index": 0, "delta": delta, "logprobs": null, "finish_reason": finish });
        let mut chunk = self.shape("chat.completion.chunk", json!([choice]));
        if self.counting == Counting::Told {
            chunk["usage"] = Value::Null;
        }
        data(&chunk)
    }

    fn counted(&self, reply: &ChatReply) -> Value {
        let estimate = || Usage { input: self.input, output: llm::count(&reply.text), ..Usage::default() };
        let usage = reply.usage.unwrap_or_else(estimate);
        json!({
            "prompt_tokens": usage.input,
            "completion_tokens": usage.output,
            "total_tokens": usage.input + usage.output,
            "prompt_tokens_details": { "cached_tokens": usage.cache_read, "cache_write_tokens": usage.cache_write },
            "completion_tokens_details": { "reasoning_tokens": usage.reasoning },
        })
    }
}

impl Teller for Completion {
    fn open(&self) -> String {
        self.chunk(&json!({ "role": "assistant", "content": "", "refusal": null }), None)
    }

    fn piece(&self, text: &str) -> String {
        self.chunk(&json!({ "content": text }), None)
    }

    fn close(&self, reply: &ChatReply) -> String {
        let mut events = self.chunk(&json!({}), Some(reply.finish.as_str()));
        if self.counting == Counting::Told {
            let mut count = self.shape("chat.completion.chunk", json!([]));
            count["usage"] = self.counted(reply);
            events.push_str(&data(&count));
        }
        events + "data: [DONE]\n\n"
    }

    fn fail(&self, refusal: &Refusal) -> String {
        data(&Vendor::OpenAi.error(refusal, ""))
    }
}
