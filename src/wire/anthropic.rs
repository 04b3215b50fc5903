//! Anthropic's Messages API.

use std::sync::Arc;

use axum::Extension;
use axum::Json;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::llm::{self, ChatReply, FinishReason, Usage};

use super::body::Fields;
use super::call::Call;
use super::conversation::Conversation;
use super::edge::RequestId;
use super::events::{self, Teller, named};
use super::refusal::Refusal;
use super::server::Services;
use super::vendor::Vendor;

/// `POST /v1/messages`.
pub(super) async fn answer(
    State(services): State<Arc<Services>>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    request: Request,
) -> Result<Response, Refusal> {
    let fields = Fields::read(request).await?;
    let model = fields.model()?;
    let limit = fields.tokens("max_tokens")?.ok_or_else(|| Refusal::field("max_tokens", "Field required"))?;
    let stream = fields.flag("stream")?;
    let request = llm::ChatRequest { max_output_tokens: limit, stream, ..conversation(&fields)?.request() };
    let id = format!("msg_{:032x}", services.ids.trace());
    let input = llm::count_request(&request);
    let message = Message { id, model, input, request_id };
    if stream {
        return events::answer(Call::new(Arc::clone(&services.model), request), message).await;
    }
    let reply = services.model.chat(&request, &mut |_| {}).await?;
    Ok(Json(message.whole(&reply)).into_response())
}

/// `POST /v1/messages/count_tokens`.
pub(super) async fn count_tokens(request: Request) -> Result<Json<Value>, Refusal> {
    let fields = Fields::read(request).await?;
    fields.model()?;
    let request = conversation(&fields)?.request();
    Ok(Json(json!({ "input_tokens": llm::count_request(&request) })))
}

fn conversation(fields: &Fields) -> Result<Conversation, Refusal> {
    let mut conversation = Conversation::default();
    if let Some(system) = fields.get("system") {
        conversation.instruct(system)?;
    }
    conversation.hear(fields.required("messages")?)?;
    Ok(conversation)
}

/// A message on its way out.
struct Message {
    id: String,
    /// As the request names it.
    model: String,
    /// The tokens that went in, as far as they are known before the answer.
    input: u64,
    request_id: String,
}

impl Message {
    fn whole(&self, reply: &ChatReply) -> Value {
        let content = json!([{ "type": "text", "text": reply.text, "citations": null }]);
        self.shape(content, Some(stop(&reply.finish)), &self.usage(reply))
    }

    fn shape(&self, content: Value, stop: Option<&str>, usage: &Usage) -> Value {
        json!({
            "id": self.id,
            "type": "message",
            "role": "assistant",
            "model": self.model,
            "content": content,
            "stop_reason": stop,
            "stop_sequence": null,
            "usage": counted(usage),
        })
    }

    fn usage(&self, reply: &ChatReply) -> Usage {
        reply.usage.unwrap_or_else(|| Usage { input: self.input, output: llm::count(&reply.text), ..Usage::default() })
    }
}

impl Teller for Message {
    fn open(&self) -> String {
        // The output is a first guess: the last event has the number that counts.
        let usage = Usage { input: self.input, output: 1, ..Usage::default() };
        [
            json!({ "type": "message_start", "message": self.shape(json!([]), None, &usage) }),
            json!({ "type": "content_block_start", "index": 0, "content_block": { "type": "text", "text": "" } }),
            json!({ "type": "ping" }),
        ]
        .iter()
        .map(named)
        .collect()
    }

    fn piece(&self, text: &str) -> String {
        named(&json!({ "type": "content_block_delta", "index": 0, "delta": { "type": "text_delta", "text": text } }))
    }

    fn close(&self, reply: &ChatReply) -> String {
        let delta = json!({ "stop_reason": stop(&reply.finish), "stop_sequence": null });
        [
            json!({ "type": "content_block_stop", "index": 0 }),
            json!({ "type": "message_delta", "delta": delta, "usage": counted(&self.usage(reply)) }),
            json!({ "type": "message_stop" }),
        ]
        .iter()
        .map(named)
        .collect()
    }

    fn fail(&self, refusal: &Refusal) -> String {
        named(&Vendor::Anthropic.error(refusal, &self.request_id))
    }
}

/// Anthropic counts what was cached apart from the rest of the input.
fn counted(usage: &Usage) -> Value {
    json!({
        "input_tokens": usage.input.saturating_sub(usage.cache_read + usage.cache_write),
        "cache_creation_input_tokens": usage.cache_write,
        "cache_read_input_tokens": usage.cache_read,
        "output_tokens": usage.output,
        "service_tier": "standard",
    })
}

fn stop(finish: &FinishReason) -> &str {
    match finish {
        FinishReason::Stop => "end_turn",
        FinishReason::Length => "max_tokens",
        FinishReason::Other(reason) => reason,
    }
}
