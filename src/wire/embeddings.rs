//! OpenAI's embeddings.

use std::sync::Arc;

use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use axum::{Extension, Json};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::Value;

use crate::llm::fault::Fault;
use crate::llm::{EmbedReply, EmbedRequest, count};

use super::disguise::{self, Breaks};
use super::gate::Ticket;
use super::journal::Tally;
use super::refusal::{Reason, Refusal};
use super::server::Simulator;

/// The most texts of a request, and the most tokens of each.
const INPUTS: usize = 2048;
const TOKENS: u64 = 8192;

#[derive(Serialize)]
struct Answer<'a> {
    object: &'static str,
    data: Vec<Datum>,
    model: &'a str,
    usage: Count,
}

#[derive(Serialize)]
struct Datum {
    object: &'static str,
    index: usize,
    embedding: Numbers,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Numbers {
    Float(Vec<f32>),
    /// Little-endian, in base64: the official clients ask for it unless told otherwise.
    Base64(String),
}

#[derive(Serialize)]
struct Count {
    prompt_tokens: u64,
    total_tokens: u64,
}

/// `POST /v1/embeddings`.
pub(super) async fn embed(
    State(simulator): State<Arc<Simulator>>,
    Extension(ticket): Extension<Arc<Ticket>>,
) -> Result<Response, Refusal> {
    let fields = &ticket.fields;
    let model = fields.model()?;
    let (inputs, tokens) = inputs(fields.required("input")?)?;
    let usual = if model.ends_with("-large") { 3072 } else { 1536 };
    let dimensions = fields.number("dimensions", 1)?.unwrap_or(usual);
    if dimensions > usual {
        return Err(Refusal::field("dimensions", &format!("Input should be less than or equal to {usual}")));
    }
    let encoded = match fields.get("encoding_format").map(Value::as_str) {
        None | Some(Some("float")) => false,
        Some(Some("base64")) => true,
        Some(_) => return Err(Refusal::field("encoding_format", "Input should be 'float' or 'base64'")),
    };
    let (standing, admitted) = simulator.limits.take(&ticket.holder, tokens, ticket.record.started());
    let mut response = match admitted {
        Err(refusal) => refusal.into_response(),
        Ok(()) => {
            let request = EmbedRequest { inputs, dimensions: Some(dimensions), resend_count: 0 };
            let reply = simulator.services.embedder.embed(&request).await?;
            ticket.record.count(Tally { input: tokens, ..Tally::default() });
            told(&ticket, &answer(&model, reply, tokens, encoded))
        }
    };
    response.extensions_mut().insert(standing);
    Ok(response)
}

fn answer(model: &str, reply: EmbedReply, tokens: u64, encoded: bool) -> Answer<'_> {
    let numbers = |vector: Vec<f32>| match encoded {
        true => {
            Numbers::Base64(STANDARD.encode(vector.iter().flat_map(|number| number.to_le_bytes()).collect::<Vec<u8>>()))
        }
        false => Numbers::Float(vector),
    };
    let datum = |(index, vector)| Datum { object: "embedding", index, embedding: numbers(vector) };
    let data = reply.vectors.into_iter().enumerate().map(datum).collect();
    Answer { object: "list", data, model, usage: Count { prompt_tokens: tokens, total_tokens: tokens } }
}

/// The answer, or what a fault leaves of it.
fn told(ticket: &Ticket, answer: &Answer<'_>) -> Response {
    let text = || serde_json::to_string(answer).unwrap_or_default();
    for fault in &ticket.faults {
        match fault {
            Fault::Cut(_) => return disguise::broken_off(&text(), Breaks::InOrder),
            Fault::Reset(_) => return disguise::broken_off(&text(), Breaks::Apart),
            Fault::Malformed => {
                return ([(CONTENT_TYPE, "application/json")], text().replace("\":", "\"")).into_response();
            }
            Fault::Empty => {
                return Json(Answer { data: Vec::new(), usage: Count { ..answer.usage }, ..*answer }).into_response();
            }
            _ => {}
        }
    }
    Json(answer).into_response()
}

/// The texts, and how many tokens they have. Tokens become words that nobody reads, the same for the same token.
fn inputs(input: &Value) -> Result<(Vec<String>, u64), Refusal> {
    let wrong = || Refusal::field("input", "Input should be a string, a list of strings, tokens, or lists of tokens");
    let tokens = |list: &[Value]| {
        let words = list.iter().map(|token| token.as_u64().map(|token| format!("t{token}")).ok_or_else(wrong));
        Ok((words.collect::<Result<Vec<String>, Refusal>>()?.join(" "), list.len() as u64))
    };
    let text = |text: &str| (text.to_owned(), count(text));
    let all: Vec<(String, u64)> = match input {
        Value::String(only) => vec![text(only)],
        Value::Array(list) if list.first().is_some_and(Value::is_number) => vec![tokens(list)?],
        Value::Array(list) => {
            let one = |item: &Value| match item {
                Value::String(item) => Ok(text(item)),
                Value::Array(item) => tokens(item),
                _ => Err(wrong()),
            };
            list.iter().map(one).collect::<Result<_, _>>()?
        }
        _ => return Err(wrong()),
    };
    if all.is_empty() || all.len() > INPUTS {
        return Err(Refusal::field("input", &format!("List should have 1 to {INPUTS} items")));
    }
    if all.iter().any(|(_, tokens)| *tokens == 0) {
        return Err(Refusal::field("input", "input cannot be an empty string"));
    }
    if let Some((_, tokens)) = all.iter().find(|(_, tokens)| *tokens > TOKENS) {
        let message =
            format!("This model's maximum context length is {TOKENS} tokens, however you requested {tokens} tokens.");
        return Err(Refusal::about("input", Reason::ContextOverflow, message));
    }
    let sum = all.iter().map(|(_, tokens)| tokens).sum();
    Ok((all.into_iter().map(|(text, _)| text).collect(), sum))
}
