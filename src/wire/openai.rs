//! OpenAI's Chat Completions.

mod rules;
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
use super::order::{self, Order};
use super::prompt;
use super::refusal::Refusal;
use super::server::Simulator;
use super::stops::Stops;
use super::tools::Forced;

pub(super) use rules::sampling as check_sampling;
pub(super) use teller::DECLINED;

use teller::{Completion, Counting, Wanted};

/// The most choices of one request.
const CHOICES: u32 = 128;

/// The most texts that end an answer.
const STOPS: usize = 4;

/// OpenAI's cache keeps nothing shorter.
pub(super) const LEAST_CACHED: u64 = 1024;

/// `POST /v1/chat/completions`.
pub(super) async fn complete(
    State(simulator): State<Arc<Simulator>>,
    Extension(ticket): Extension<Arc<Ticket>>,
) -> Result<Response, Refusal> {
    let fields = &ticket.fields;
    fields.model()?;
    let gpt = Gpt::read(ticket.model());
    rules::check(gpt, fields, ticket.model())?;
    let mut conversation = Conversation::default();
    conversation.hear(fields.required("messages")?)?;
    let tool = Forced::openai(fields)?;
    let format = format(fields)?;
    let mut request = conversation.request(tool.as_ref().map(|tool| &tool.schema).or(format.as_ref()));
    let limit = fields.number("max_completion_tokens", 1)?.or(fields.number("max_tokens", 1)?);
    request.max_output_tokens = limit.unwrap_or(u32::MAX);
    request.seed = fields.seed()?;
    request.stream = fields.flag("stream")?;
    let choices = fields.number("n", 1)?.unwrap_or(1);
    if choices > CHOICES {
        return Err(Refusal::field("n", &format!("Input should be less than or equal to {CHOICES}")));
    }
    let stops = fields.texts("stop")?;
    if stops.len() > STOPS {
        return Err(Refusal::field("stop", &format!("List should have at most {STOPS} items")));
    }
    let life = gpt.map_or(SHORT, |gpt| gpt.cache().0);
    let order = Order {
        input: count_request(&request) + prompt::count_tools(fields),
        marks: prompt::stepped(&request, fields, ticket.model(), ticket.caller(), life),
        request,
        choices: usize::try_from(choices).unwrap_or(1),
        stops: Stops::new(stops),
        least_cached: LEAST_CACHED,
        instead: None,
    };
    let created = simulator.services.clock.now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let wanted = Wanted { tool, counting: Counting::wanted(fields), choices: order.choices, created };
    order::serve(&simulator, &ticket, order, |intake| Completion::new(&ticket, intake, wanted)).await
}

/// The schema that the answer has to fit, if it is to be JSON.
fn format(fields: &Fields) -> Result<Option<Value>, Refusal> {
    let Some(format) = fields.get("response_format") else { return Ok(None) };
    match format["type"].as_str() {
        Some("text") => Ok(None),
        Some("json_object") => Ok(Some(json!({ "type": "object" }))),
        Some("json_schema") => {
            let schema = format.pointer("/json_schema/schema").filter(|schema| schema.is_object());
            let missing = || Refusal::field("response_format.json_schema.schema", "Field required");
            schema.cloned().map(Some).ok_or_else(missing)
        }
        _ => Err(Refusal::field("response_format.type", "Input should be 'text', 'json_object' or 'json_schema'")),
    }
}
