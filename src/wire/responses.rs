//! OpenAI's Responses, without memory: what was said before comes with the request.

mod teller;

use std::sync::Arc;
use std::time::UNIX_EPOCH;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use serde_json::{Value, json};

use crate::llm::count_request;

use super::body::Fields;
use super::cache::SHORT;
use super::conversation::Conversation;
use super::gate::Ticket;
use super::names::Gpt;
use super::openai::{LEAST_CACHED, check_sampling};
use super::order::{self, Order};
use super::prompt;
use super::refusal::Refusal;
use super::server::Simulator;
use super::stops::Stops;
use super::tools::Forced;

use teller::{Answer, Wanted};

/// The fewest tokens that an answer may be limited to.
const LEAST_OUTPUT: u32 = 16;

/// `POST /v1/responses`.
pub(super) async fn respond(
    State(simulator): State<Arc<Simulator>>,
    Extension(ticket): Extension<Arc<Ticket>>,
) -> Result<Response, Refusal> {
    let fields = &ticket.fields;
    fields.model()?;
    let gpt = Gpt::read(ticket.model());
    check_sampling(gpt, fields, ticket.model())?;
    if let Some(id) = fields.get("previous_response_id").and_then(Value::as_str) {
        // Nothing is stored, whatever `store` says.
        let message = format!("Previous response with id '{id}' not found.");
        return Err(Refusal::field("previous_response_id", &message));
    }
    let mut conversation = Conversation::default();
    if let Some(instructions) = fields.get("instructions") {
        conversation.instruct(instructions)?;
    }
    conversation.hear(&messages(fields.required("input")?)?)?;
    let tool = Forced::openai(fields)?;
    let format = format(fields)?;
    let mut request = conversation.request(tool.as_ref().map(|tool| &tool.schema).or(format.as_ref()));
    request.max_output_tokens = fields.number("max_output_tokens", LEAST_OUTPUT)?.unwrap_or(u32::MAX);
    request.stream = fields.flag("stream")?;
    let life = gpt.map_or(SHORT, |gpt| gpt.cache().0);
    let order = Order {
        input: count_request(&request) + prompt::count_tools(fields),
        marks: prompt::stepped(&request, fields, ticket.model(), ticket.caller(), life),
        request,
        choices: 1,
        stops: Stops::default(),
        least_cached: LEAST_CACHED,
        instead: None,
    };
    let created = simulator.services.clock.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    order::serve(&simulator, &ticket, order, |intake| Answer::new(&ticket, intake, Wanted { tool, created })).await
}

/// What is said, in the form that Chat Completions has for it.
fn messages(input: &Value) -> Result<Value, Refusal> {
    let message = |item: &Value| match item["type"].as_str() {
        Some("function_call_output") => Some(json!({ "role": "tool", "content": item["output"] })),
        None | Some("message") => Some(item.clone()),
        // Calls and thoughts of earlier answers are not for the simulator.
        Some(_) => None,
    };
    match input {
        Value::String(text) => Ok(json!([{ "role": "user", "content": text }])),
        Value::Array(items) => Ok(items.iter().filter_map(message).collect()),
        _ => Err(Refusal::field("input", "Input should be a valid string or a list of items")),
    }
}

/// The schema that the answer has to fit, if it is to be JSON.
fn format(fields: &Fields) -> Result<Option<Value>, Refusal> {
    let format = fields.get("text").map_or(&Value::Null, |text| &text["format"]);
    match format["type"].as_str() {
        None | Some("text") => Ok(None),
        Some("json_object") => Ok(Some(json!({ "type": "object" }))),
        Some("json_schema") if format["schema"].is_object() => Ok(Some(format["schema"].clone())),
        Some("json_schema") => Err(Refusal::field("text.format.schema", "Field required")),
        Some(_) => Err(Refusal::field("text.format.type", "Input should be 'text', 'json_object' or 'json_schema'")),
    }
}
