//! Anthropic's Messages API.

mod rules;
mod teller;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Json};
use serde_json::{Value, json};

use crate::llm::{ChatRequest, count_request};

use super::call::{Ending, Stop};
use super::conversation::Conversation;
use super::gate::Ticket;
use super::names::Claude;
use super::order::{self, Order};
use super::prompt;
use super::refusal::Refusal;
use super::server::Simulator;
use super::stops::Stops;
use super::tools::Forced;

use teller::Message;

/// The least beginning that is kept for a model of another name.
const LEAST_CACHED: u64 = 1024;

/// `POST /v1/messages`.
pub(super) async fn answer(
    State(simulator): State<Arc<Simulator>>,
    Extension(ticket): Extension<Arc<Ticket>>,
) -> Result<Response, Refusal> {
    let fields = &ticket.fields;
    let claude = Claude::read(ticket.model());
    fields.model()?;
    let limit = fields.number("max_tokens", 0)?.ok_or_else(|| Refusal::field("max_tokens", "Field required"))?;
    rules::output(claude, limit, ticket.model())?;
    let prompt = Prompt::read(&ticket)?;
    let request = ChatRequest { max_output_tokens: limit, stream: fields.flag("stream")?, ..prompt.request };
    // No tokens are wanted: the cache is to be warmed.
    let warming = || Ending { stop: Stop::Length, ..Ending::default() };
    let order = Order {
        request,
        choices: 1,
        stops: Stops::new(fields.texts("stop_sequences")?),
        input: prompt.input,
        marks: prompt::marked(fields, ticket.model(), ticket.caller())?,
        least_cached: claude.map_or(LEAST_CACHED, Claude::least_cached),
        instead: (limit == 0).then(warming),
    };
    order::serve(&simulator, &ticket, order, |intake| Message::new(&ticket, intake, prompt.tool)).await
}

/// `POST /v1/messages/count_tokens`.
pub(super) async fn count_tokens(Extension(ticket): Extension<Arc<Ticket>>) -> Result<Json<Value>, Refusal> {
    ticket.fields.model()?;
    let input = Prompt::read(&ticket)?.input;
    Ok(Json(json!({ "input_tokens": input })))
}

/// What goes in.
struct Prompt {
    request: ChatRequest,
    input: u64,
    /// The tool that has to be called.
    tool: Option<Forced>,
}

impl Prompt {
    fn read(ticket: &Ticket) -> Result<Self, Refusal> {
        let fields = &ticket.fields;
        rules::input(ticket)?;
        let mut conversation = Conversation::default();
        if let Some(system) = fields.get("system") {
            conversation.instruct(system)?;
        }
        conversation.hear(fields.required("messages")?)?;
        let tool = Forced::anthropic(fields)?;
        let format = fields.get("output_config").and_then(|config| config.get("format")).filter(|it| !it.is_null());
        let schema = match (&tool, format) {
            (Some(tool), _) => Some(&tool.schema),
            (None, Some(format)) if format["type"] == "json_schema" && format["schema"].is_object() => {
                Some(&format["schema"])
            }
            (None, Some(_)) => {
                return Err(Refusal::field("output_config.format", "Input should be a json_schema with a schema"));
            }
            (None, None) => None,
        };
        let request = conversation.request(schema);
        let input = count_request(&request) + prompt::count_tools(fields);
        Ok(Self { request, input, tool })
    }
}
