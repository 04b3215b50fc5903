//! Messages in any of the shapes in which dialects write them: the GenAI conventions', OpenAI's, Anthropic's, the AI SDK's,
//! OpenInference's. The shapes do not contradict each other, so one reader knows all of them.

use serde_json::Value as Json;

use super::super::content::{Message, Part};
use super::json;
use super::limit::{FIRST_MESSAGES, ITEMS, LAST_MESSAGES, TEXT_BYTES};
use super::part;

/// The messages of a list, an object or a text. What says no role has `role`.
pub(super) fn messages(value: &Json, role: &str) -> Vec<Message> {
    match value {
        Json::Array(items) if items.iter().any(is_message) => listed(items, role),
        Json::Array(items) if items.is_empty() => Vec::new(),
        Json::Array(_) => spoken(role, part::parts(value)),
        Json::Object(_) => match json::first(value, &["messages", "choices", "output", "input"]) {
            Some(inner @ Json::Array(_)) => {
                let mut all = spoken("system", json::first(value, &["system"]).map(part::parts).unwrap_or_default());
                all.extend(messages(inner, role));
                all
            }
            _ if is_message(value) => message(value, role).into_iter().collect(),
            _ => spoken(role, part::parts(value)),
        },
        other => spoken(role, part::parts(other)),
    }
}

/// One message of `role` with these parts; none without parts.
pub(super) fn spoken(role: &str, parts: Vec<Part>) -> Vec<Message> {
    let message = Message { role: role.to_owned(), name: None, parts };
    if message.parts.is_empty() { Vec::new() } else { vec![message] }
}

/// One message of `role` that is a text, of which a structure is kept as it was written.
pub(super) fn plain(role: &str, text: Option<String>) -> Vec<Message> {
    spoken(role, text.map(|text| Part::Text { text }).into_iter().collect())
}

/// Why the model stopped, where the messages say so.
pub(super) fn finish_reasons(value: &Json) -> Vec<String> {
    let reason = |item: &Json| {
        let keys = ["finish_reason", "finishReason", "stop_reason"];
        json::first(item, &keys).and_then(json::name)
    };
    let list = json::first(value, &["choices"]).unwrap_or(value);
    match list {
        Json::Array(items) => items.iter().filter_map(reason).take(ITEMS).collect(),
        one => reason(one).into_iter().collect(),
    }
}

fn listed(items: &[Json], role: &str) -> Vec<Message> {
    let read = |items: &[Json]| items.iter().filter_map(|item| message(item, role)).collect::<Vec<_>>();
    if items.len() <= FIRST_MESSAGES + LAST_MESSAGES {
        return read(items);
    }
    let last = items.len() - LAST_MESSAGES;
    let mut all = read(&items[..FIRST_MESSAGES]);
    let text = format!("{} messages left out", last - FIRST_MESSAGES);
    all.extend(spoken("cut", vec![Part::Other { kind: "cut".to_owned(), text }]));
    all.extend(read(&items[last..]));
    all
}

fn is_message(item: &Json) -> bool {
    const FIELDS: [&str; 6] = ["role", "message", "parts", "tool_calls", "toolCalls", "contents"];
    FIELDS.iter().any(|field| item.get(field).is_some())
        || (item.get("content").is_some() && item.get("type").is_none())
}

fn message(item: &Json, role: &str) -> Option<Message> {
    let item = item.get("message").filter(|inner| inner.is_object()).unwrap_or(item);
    let role = json::first(item, &["role"]).and_then(json::name).map_or_else(|| role.to_owned(), plain_role);
    let mut parts = Vec::new();
    parts.extend(json::first(item, &["reasoning_content", "reasoning"]).and_then(part::reasoning));
    let said = json::first(item, &["parts", "contents", "content"]);
    let id = json::first(item, &["tool_call_id", "toolCallId"]).and_then(json::name);
    match said {
        Some(answer) if matches!(role.as_str(), "tool" | "function") && !has_parts(answer) => {
            parts.extend(json::text(answer, TEXT_BYTES).map(|result| Part::ToolResult { id, result }));
        }
        Some(said) => parts.extend(part::parts(said)),
        None => {}
    }
    for calls in ["tool_calls", "toolCalls"].iter().filter_map(|field| item.get(field)) {
        parts.extend(part::tool_calls(calls));
    }
    parts.extend(item.get("function_call").and_then(part::tool_call));
    parts.extend(flat_function_call(item));
    if parts.is_empty() && item.get("type").is_some() {
        // OpenAI's Responses put tool calls and their answers between the messages.
        parts.extend(part::parts(item));
    }
    parts.truncate(ITEMS);
    let name = json::first(item, &["name"]).and_then(json::name);
    (!parts.is_empty() || name.is_some()).then_some(Message { role, name, parts })
}

/// Whether a tool's answer is already in parts that say what they are.
fn has_parts(answer: &Json) -> bool {
    answer.as_array().is_some_and(|items| items.iter().any(|item| item.get("type").is_some()))
}

/// OpenInference's older way to tell a tool call.
fn flat_function_call(item: &Json) -> Option<Part> {
    let name = json::name(item.get("function_call_name")?)?;
    let arguments = item.get("function_call_arguments_json").and_then(|arguments| json::text(arguments, TEXT_BYTES));
    Some(Part::ToolCall { id: None, name, arguments })
}

fn plain_role(role: String) -> String {
    match role.as_str() {
        "human" | "HUMAN" | "USER" => "user".to_owned(),
        "ai" | "model" | "AI" | "ASSISTANT" => "assistant".to_owned(),
        _ => role,
    }
}
