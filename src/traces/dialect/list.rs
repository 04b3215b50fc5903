//! Lists of tools and of documents, and single parameters, in any of the shapes in which dialects write them.

use serde_json::Value as Json;

use super::super::call::Parameters;
use super::super::content::{Document, Tool};
use super::json;
use super::limit::{ITEMS, NAME_BYTES, PARAMETERS, REMARK_BYTES, TEXT_BYTES, start};

/// The tools of a list; also where each is written as text.
pub(super) fn tools(value: &Json) -> Vec<Tool> {
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    items.iter().filter_map(|item| tool(&json::opened(item))).take(ITEMS).collect()
}

/// The documents of a list.
pub(super) fn documents(value: &Json) -> Vec<Document> {
    let items = value.as_array().map_or(std::slice::from_ref(value), Vec::as_slice);
    items.iter().filter_map(document).take(ITEMS).collect()
}

/// A parameter's value, when it is small; structures as text.
pub(super) fn parameter(value: &Json) -> Option<Json> {
    match value {
        Json::Null => None,
        Json::Bool(_) | Json::Number(_) => Some(value.clone()),
        Json::Array(items) if items.len() <= PARAMETERS && items.iter().all(|item| json::name(item).is_some()) => {
            Some(items.iter().filter_map(json::name).collect())
        }
        other => json::text(other, NAME_BYTES).map(Json::String),
    }
}

/// The parameters of an object, by their usual names. What is content or named elsewhere is none.
pub(super) fn parameters(value: &Json) -> Parameters {
    const ELSEWHERE: [&str; 8] = ["model", "stream", "messages", "tools", "system", "prompt", "input", "functions"];
    let Json::Object(fields) = json::opened(value) else { return Parameters::new() };
    let asked = fields.iter().filter(|(name, _)| !ELSEWHERE.contains(&name.as_str())).take(PARAMETERS);
    asked.filter_map(|(name, value)| Some((usual_name(name), parameter(value)?))).collect()
}

/// `maxOutputTokens` and the like by the name that everyone else uses.
pub(super) fn usual_name(name: &str) -> String {
    let mut snake = String::with_capacity(name.len() + 4);
    for letter in start(name, NAME_BYTES).chars() {
        if letter.is_ascii_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    match snake.as_str() {
        "max_output_tokens" | "max_completion_tokens" => "max_tokens".to_owned(),
        "stop" => "stop_sequences".to_owned(),
        _ => snake,
    }
}

fn tool(item: &Json) -> Option<Tool> {
    // `{"tool": {"json_schema": "{…}"}}` is OpenInference's, `{"function": {…}}` is OpenAI's.
    let outer = item.get("tool").filter(|inner| inner.is_object()).unwrap_or(item);
    let schema = outer.get("json_schema").map(json::opened);
    let outer = schema.as_ref().filter(|schema| schema.is_object()).unwrap_or(outer);
    let inner = outer.get("function").filter(|inner| inner.is_object()).unwrap_or(outer);
    let own_name = item.get("tool").and_then(|tool| tool.get("name"));
    let kind = json::first(outer, &["type"]).and_then(json::name);
    let name = json::first(inner, &["name"]).or(own_name).and_then(json::name).or_else(|| kind.clone())?;
    let parameters = json::first(inner, &["parameters", "input_schema", "inputSchema"]);
    Some(Tool {
        name,
        kind,
        description: json::first(inner, &["description"]).and_then(|text| json::text(text, REMARK_BYTES)),
        parameters: parameters.and_then(|parameters| json::text(parameters, TEXT_BYTES)),
    })
}

fn document(item: &Json) -> Option<Document> {
    let item = item.get("document").filter(|inner| inner.is_object()).unwrap_or(item);
    let content = match item {
        Json::Object(_) => json::first(item, &["content", "text", "page_content", "pageContent"]),
        other => Some(other),
    };
    let document = Document {
        id: json::first(item, &["id"]).and_then(json::name),
        score: json::first(item, &["score"]).and_then(json::number),
        content: content.and_then(|content| json::text(content, TEXT_BYTES)),
    };
    (document != Document::default()).then_some(document)
}
