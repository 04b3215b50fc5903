//! The GenAI conventions from 1.27 to 1.36, and what they wrote beside the span: an event for each message.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use serde_json::{Map, Value as Json, json};

use super::super::call::Parameters;
use super::super::content::{Message, Part};
use super::super::operation::{Dialect, Operation};
use super::super::tokens::Tokens;
use super::attributes::Attributes;
use super::draft::{Draft, Told, fill_list};
use super::genai;
use super::json;
use super::limit::{FIRST_MESSAGES, ITEMS, LAST_MESSAGES};
use super::list;
use super::message;

/// The event that tells a whole call.
pub(super) const DETAILS: &str = "gen_ai.client.inference.operation.details";

pub(super) fn read(told: &Told, draft: &mut Draft) {
    let attributes = &told.attributes;
    if let Some(system) = attributes.name(&["gen_ai.system"]) {
        if attributes.get("gen_ai.provider.name").is_none() && draft.dialect() == Some(Dialect::GenAi) {
            draft.was_told_in(Dialect::OldGenAi);
        }
        draft.provider(|| Some(system));
    }
    draft.call.tokens.fill(Tokens {
        input: attributes.count(&["gen_ai.usage.prompt_tokens"]),
        output: attributes.count(&["gen_ai.usage.completion_tokens"]),
        ..Tokens::default()
    });
    let seed = attributes.get("gen_ai.openai.request.seed").and_then(|seed| list::parameter(&json::of(seed)));
    draft.parameters(Parameters::from_iter(seed.map(|seed| ("seed".to_owned(), seed))));
    let content = &mut draft.call.content;
    fill_list(&mut content.input, || side(attributes, "gen_ai.prompt", "user"));
    fill_list(&mut content.output, || side(attributes, "gen_ai.completion", "assistant"));
    events(told, draft);
}

/// What such a span is when it does not say: the first versions of instrumentations did not.
pub(super) fn guess(told: &Told, draft: &mut Draft) {
    let attributes = &told.attributes;
    let dialect = if attributes.get("gen_ai.system").is_some() { Dialect::OldGenAi } else { Dialect::GenAi };
    draft.operation(dialect, || {
        if attributes.get("gen_ai.tool.name").is_some() {
            return Some(Operation::ExecuteTool);
        }
        let asked = ["gen_ai.request.model", "gen_ai.response.model", "gen_ai.usage.input_tokens", "gen_ai.system"];
        if !asked.iter().any(|key| attributes.get(key).is_some()) {
            return None;
        }
        let embeds = told.name.to_ascii_lowercase().contains("embed");
        Some(if embeds { Operation::Embeddings } else { Operation::Chat })
    });
}

/// What an event said.
#[derive(Default)]
pub(super) struct Said {
    pub(super) input: Vec<Message>,
    pub(super) output: Vec<Message>,
    pub(super) finish: Vec<String>,
}

/// The messages of an event named `name`; none when it is another kind of event.
pub(super) fn said(name: &str, attributes: &Attributes, body: Option<&Value>) -> Option<Said> {
    let role = match name {
        "gen_ai.system.message" => "system",
        "gen_ai.user.message" => "user",
        "gen_ai.assistant.message" => "assistant",
        "gen_ai.tool.message" => "tool",
        "gen_ai.choice" => return Some(choice(&event(attributes, body))),
        "gen_ai.content.prompt" => {
            return Some(Said { input: side(attributes, "gen_ai.prompt", "user"), ..Said::default() });
        }
        "gen_ai.content.completion" => {
            let output = side(attributes, "gen_ai.completion", "assistant");
            return Some(Said { output, ..Said::default() });
        }
        _ => return None,
    };
    Some(Said { input: message::messages(&shaped(event(attributes, body), role), role), ..Said::default() })
}

fn events(told: &Told, draft: &mut Draft) {
    let Some(span) = told.span else { return };
    let mut all = Said::default();
    for event in span.events.iter().take(FIRST_MESSAGES + LAST_MESSAGES) {
        if !event.name.starts_with("gen_ai.") {
            continue;
        }
        let attributes = Attributes::new(&event.attributes);
        if event.name == DETAILS {
            genai::read(&Told { attributes, span: None, ..*told }, draft);
        } else if let Some(said) = said(&event.name, &attributes, None) {
            all.input.extend(said.input);
            all.output.extend(said.output);
            all.finish.extend(said.finish);
        } else if event.name == "gen_ai.evaluation.result" && draft.call.evaluations.len() < ITEMS {
            draft.call.evaluations.extend(super::evaluation::genai(&attributes));
        }
    }
    let call = &mut draft.call;
    fill_list(&mut call.content.input, || all.input);
    fill_list(&mut call.content.output, || all.output);
    fill_list(&mut call.finish, || all.finish);
}

/// An attribute that holds messages as JSON, or a text.
fn side(attributes: &Attributes, key: &str, role: &str) -> Vec<Message> {
    attributes.json(&[key]).map(|json| message::messages(&json, role)).unwrap_or_default()
}

/// What an event holds: its body, or the attribute in which it is JSON, or the attributes that stand for its fields.
fn event(attributes: &Attributes, body: Option<&Value>) -> Json {
    const FIELDS: [&str; 8] =
        ["role", "content", "name", "id", "tool_calls", "message", "finish_reason", "gen_ai.event.content"];
    if let Some(body) = body.map(json::parsed).filter(|body| !json::is_empty(body)) {
        return body;
    }
    if let Some(content) = attributes.json(&["gen_ai.event.content"]) {
        return content;
    }
    let field = |key: &&str| Some(((*key).to_owned(), attributes.json(&[key])?));
    Json::Object(FIELDS.iter().filter_map(field).collect::<Map<_, _>>())
}

/// An event's fields as a message of `role`.
fn shaped(event: Json, role: &str) -> Json {
    let Json::Object(mut fields) = event else { return json!({"role": role, "content": event}) };
    fields.entry("role").or_insert_with(|| json!(role));
    if role == "tool"
        && let Some(id) = fields.remove("id")
    {
        fields.insert("tool_call_id".to_owned(), id);
    }
    Json::Object(fields)
}

fn choice(event: &Json) -> Said {
    let inner = event.get("message").unwrap_or(event).clone();
    let output = message::messages(&shaped(inner, "assistant"), "assistant");
    // A choice that has no words still is one.
    let output =
        if output.is_empty() { message::spoken("assistant", vec![Part::Text { text: String::new() }]) } else { output };
    Said { output, finish: message::finish_reasons(event), ..Said::default() }
}
