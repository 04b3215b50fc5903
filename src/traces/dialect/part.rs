//! The parts of messages, in any of the shapes in which dialects write them.

use serde_json::Value as Json;

use super::super::content::Part;
use super::json;
use super::limit::{ITEMS, NAME_BYTES, TEXT_BYTES};

/// The parts of a list, of one part, or of a text.
pub(super) fn parts(value: &Json) -> Vec<Part> {
    match value {
        Json::Array(items) => items.iter().filter_map(part).take(ITEMS).collect(),
        one => part(one).into_iter().collect(),
    }
}

/// Thoughts, as a text or as a part that holds one.
pub(super) fn reasoning(value: &Json) -> Option<Part> {
    let inner = json::first(value, &["content", "text", "thinking"]).unwrap_or(value);
    json::text(inner, TEXT_BYTES).map(|text| Part::Reasoning { text })
}

/// The calls of a list; also of one that is written as text.
pub(super) fn tool_calls(calls: &Json) -> Vec<Part> {
    match json::opened(calls) {
        Json::Array(items) => items.iter().filter_map(tool_call).take(ITEMS).collect(),
        one => tool_call(&one).into_iter().collect(),
    }
}

/// One call of a tool.
pub(super) fn tool_call(call: &Json) -> Option<Part> {
    // OpenInference and OpenAI put what is called one level deeper.
    let call = call.get("tool_call").unwrap_or(call);
    let called = ["function", "custom"].iter().find_map(|field| call.get(field)).filter(|called| called.is_object());
    let called = called.unwrap_or(call);
    let name = json::first(called, &["name", "toolName", "tool_name"]).and_then(json::name)?;
    let arguments = json::first(called, &["arguments", "input", "args"]);
    Some(Part::ToolCall {
        id: json::first(call, &["id", "toolCallId", "call_id", "toolUseId"]).and_then(json::name),
        name,
        arguments: arguments.and_then(|arguments| json::text(arguments, TEXT_BYTES)),
    })
}

fn part(item: &Json) -> Option<Part> {
    let item = item.get("message_content").unwrap_or(item);
    let Json::Object(fields) = item else {
        return json::text(item, TEXT_BYTES).map(|text| Part::Text { text });
    };
    let kind = fields.get("type").and_then(Json::as_str).unwrap_or_default();
    match kind {
        "text" | "input_text" | "output_text" => words(item),
        "reasoning" | "thinking" | "redacted_thinking" | "summary_text" => reasoning(item),
        "tool_call" | "tool_use" | "tool-call" | "function_call" | "function" | "server_tool_use" => tool_call(item),
        "server_tool_call" => tool_call(item).map(|call| with_inner(call, item)),
        "tool_call_response" | "tool_result" | "tool-result" | "function_call_output" | "server_tool_call_response" => {
            tool_result(item)
        }
        "blob" | "file" | "uri" | "image" | "image_url" | "audio" | "video" | "input_audio" | "input_image"
        | "input_file" | "document" | "media" => Some(media(kind, item)),
        "" => unnamed(item),
        other => Some(remainder(other, item)),
    }
}

/// A part that does not say what it is, as Gemini and Bedrock write them.
fn unnamed(item: &Json) -> Option<Part> {
    let field = |name: &str| item.get(name).filter(|inner| !json::is_empty(inner));
    if let Some(call) = field("functionCall").or_else(|| field("toolUse")) {
        return tool_call(call);
    }
    if let Some(result) = field("functionResponse").or_else(|| field("toolResult")) {
        return tool_result(result);
    }
    if let Some(data) = field("inlineData").or_else(|| field("inline_data")) {
        return Some(media("blob", data));
    }
    words(item).or_else(|| Some(remainder("json", item)))
}

fn words(item: &Json) -> Option<Part> {
    let text = json::first(item, &["content", "text"])?;
    json::text(text, TEXT_BYTES).map(|text| Part::Text { text })
}

fn with_inner(call: Part, item: &Json) -> Part {
    match call {
        Part::ToolCall { id, name, arguments: None } => {
            let inner = item.get("server_tool_call").and_then(|inner| json::text(inner, TEXT_BYTES));
            Part::ToolCall { id, name, arguments: inner }
        }
        known => known,
    }
}

fn tool_result(item: &Json) -> Option<Part> {
    let keys = ["response", "result", "content", "output", "server_tool_call_response"];
    let id = ["id", "tool_use_id", "toolCallId", "call_id", "toolUseId", "tool_call_id"];
    // The AI SDK says of what kind a result is: `{"type": "json", "value": …}`.
    let result = json::first(item, &keys).map(|result| match result.get("type") {
        Some(_) => result.get("value").unwrap_or(result),
        None => result,
    });
    Some(Part::ToolResult {
        id: json::first(item, &id).and_then(json::name),
        result: result.and_then(|result| json::text(result, TEXT_BYTES)).unwrap_or_default(),
    })
}

fn media(kind: &str, item: &Json) -> Part {
    // `{"image_url": {"url": …}}`, `{"source": {"media_type": …, "data": …}}`, `{"image": {"image": {"url": …}}}`
    let shell = ["source", "image_url", "input_audio", "image", "audio", "video", "file"];
    let inner = shell.iter().find_map(|field| item.get(field)).filter(|inner| inner.is_object());
    let inner = inner.and_then(|inner| ["image", "audio", "video"].iter().find_map(|f| inner.get(f)).or(Some(inner)));
    let field = |keys: &[&str]| inner.and_then(|inner| json::first(inner, keys)).or_else(|| json::first(item, keys));
    let mime = field(&["mime_type", "media_type", "mediaType", "mimeType"]).and_then(json::name);
    let place = field(&["uri", "url", "image_url", "image", "file_url"]).and_then(Json::as_str);
    let data = field(&["content", "data", "file_data"]).and_then(Json::as_str);
    let (uri, written) = match place {
        Some(place) if place.starts_with("http") || place.contains("://") => (Some(place), data),
        other => (None, data.or(other)),
    };
    let size = field(&["byte_size", "size"]).and_then(Json::as_u64);
    let modality = field(&["modality"]).and_then(json::name);
    Part::Media {
        modality: modality.unwrap_or_else(|| modality_of(kind, mime.as_deref()).to_owned()),
        uri: uri.map(|uri| super::limit::cut(uri, NAME_BYTES)),
        file_id: field(&["file_id", "fileId"]).and_then(json::name),
        bytes: size.or_else(|| written.map(decoded_size)),
        mime: mime.or_else(|| written.and_then(mime_of_data)),
    }
}

fn modality_of(kind: &str, mime: Option<&str>) -> &'static str {
    let told = |name: &str| kind.contains(name) || mime.is_some_and(|mime| mime.starts_with(name));
    ["image", "audio", "video"].into_iter().find(|name| told(name)).unwrap_or("document")
}

/// How many bytes base64 stands for, with or without `data:…;base64,` in front.
fn decoded_size(data: &str) -> u64 {
    let digits = data.rsplit_once(',').map_or(data, |(_, digits)| digits).trim_end_matches('=');
    (digits.len() as u64).saturating_mul(3) / 4
}

fn mime_of_data(data: &str) -> Option<String> {
    let (mime, _) = data.strip_prefix("data:")?.split_once([';', ','])?;
    (!mime.is_empty() && mime.len() <= NAME_BYTES).then(|| mime.to_owned())
}

fn remainder(kind: &str, item: &Json) -> Part {
    let said = json::first(item, &["content", "text", "refusal"]).unwrap_or(item);
    let kind = super::limit::start(kind, NAME_BYTES).to_owned();
    Part::Other { kind, text: json::text(said, TEXT_BYTES).unwrap_or_default() }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(part: &Part) -> String {
        serde_json::to_string(part).unwrap()
    }

    #[test]
    fn media_tell_where_they_are_or_how_large_and_never_what_they_hold() {
        let shapes = [
            json!({"type": "blob", "modality": "audio", "mime_type": "audio/wav", "content": "QUJD"}),
            json!({"type": "image_url", "image_url": {"url": "data:image/png;base64,QUJDRA=="}}),
            json!({"type": "image_url", "image_url": {"url": "https://h.example/cat.png"}}),
            json!({"type": "image", "source": {"type": "base64", "media_type": "image/gif", "data": "QUJD"}}),
            json!({"type": "file", "file_id": "f_1", "modality": "document"}),
            json!({"message_content": {"type": "image", "image": {"image": {"url": "https://h.example/a.png"}}}}),
        ];
        let read: Vec<String> = shapes.iter().flat_map(parts).map(|part| text(&part)).collect();
        insta::assert_snapshot!(read.join("\n"), @r#"
        {"type":"media","modality":"audio","mime":"audio/wav","bytes":3}
        {"type":"media","modality":"image","mime":"image/png","bytes":4}
        {"type":"media","modality":"image","uri":"https://h.example/cat.png"}
        {"type":"media","modality":"image","mime":"image/gif","bytes":3}
        {"type":"media","modality":"document","file_id":"f_1"}
        {"type":"media","modality":"image","uri":"https://h.example/a.png"}
        "#);
    }

    #[test]
    fn every_way_to_write_a_tool_call_is_one() {
        let shapes = [
            json!({"type": "tool_call", "id": "c", "name": "roll", "arguments": {"dice": "1d20"}}),
            json!({"id": "c", "type": "function", "function": {"name": "roll", "arguments": "{\"dice\":\"1d20\"}"}}),
            json!({"type": "tool_use", "id": "c", "name": "roll", "input": {"dice": "1d20"}}),
            json!({"type": "tool-call", "toolCallId": "c", "toolName": "roll", "args": {"dice": "1d20"}}),
            json!({"toolUse": {"toolUseId": "c", "name": "roll", "input": {"dice": "1d20"}}}),
            json!({"type": "function_call", "call_id": "c", "name": "roll", "arguments": "{\"dice\":\"1d20\"}"}),
        ];
        let expected = Part::ToolCall {
            id: Some("c".to_owned()),
            name: "roll".to_owned(),
            arguments: Some(r#"{"dice":"1d20"}"#.to_owned()),
        };
        for shape in &shapes {
            assert_eq!(parts(shape), std::slice::from_ref(&expected), "{shape}");
        }
    }
}
