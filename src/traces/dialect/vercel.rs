//! The AI SDK by Vercel: `ai.*`. Around each call of a provider (`ai.generateText.doGenerate`) stands a span for the whole
//! (`ai.generateText`) that repeats its words and the sum of its tokens; that one counts as an agent, not as a call.

use serde_json::Value as Json;

use super::super::call::{Parameters, ToolUse};
use super::super::operation::{Dialect, Operation};
use super::super::tokens::Tokens;
use super::attributes::Attributes;
use super::draft::{Draft, Told, fill, fill_list};
use super::json;
use super::limit::{PARAMETERS, TEXT_BYTES};
use super::list;
use super::message;

pub(super) fn read(told: &Told, draft: &mut Draft) {
    let attributes = &told.attributes;
    let Some(id) = attributes.name(&["ai.operationId"]).or_else(|| attributes.name(&["operation.name"])) else {
        return;
    };
    // `operation.name` may have the function's name after the operation's.
    let id = id.split(' ').next().unwrap_or_default();
    if !id.starts_with("ai.") {
        return;
    }
    draft.operation(Dialect::VercelAi, || Some(operation(id)));
    draft.provider(|| attributes.name(&["ai.model.provider"]));
    let call = &mut draft.call;
    fill(&mut call.request_model, || attributes.name(&["ai.model.id"]));
    fill(&mut call.model, || attributes.name(&["ai.response.model"]));
    fill(&mut call.response_id, || attributes.name(&["ai.response.id"]));
    fill(&mut call.stream, || id.contains("stream").then_some(true));
    fill(&mut call.agent, || {
        attributes.name(&["ai.telemetry.functionId"]).filter(|_| operation(id) == Operation::InvokeAgent)
    });
    fill(&mut call.time_to_first_token, || first_token(told));
    fill(&mut call.tool, || {
        let name = attributes.name(&["ai.toolCall.name"])?;
        Some(ToolUse { name, id: attributes.name(&["ai.toolCall.id"]), ..ToolUse::default() })
    });
    fill_list(&mut call.finish, || attributes.names(&["ai.response.finishReason", "ai.finishReason"]));
    count(attributes, draft);
    draft.parameters(parameters(attributes));
    content(attributes, draft);
}

fn operation(id: &str) -> Operation {
    match id {
        "ai.toolCall" => Operation::ExecuteTool,
        _ if id.ends_with(".doEmbed") => Operation::Embeddings,
        _ if id.ends_with(".doRerank") => Operation::Rerank,
        _ if id.ends_with(".doGenerate") || id.ends_with(".doStream") => Operation::Chat,
        "ai.embed" | "ai.embedMany" | "ai.rerank" => Operation::InvokeWorkflow,
        _ if id.starts_with("ai.generate") || id.starts_with("ai.stream") => Operation::InvokeAgent,
        other => Operation::Other(other.to_owned()),
    }
}

/// Milliseconds here, as an attribute of the span or of its event.
fn first_token(told: &Told) -> Option<f64> {
    const KEYS: [&str; 2] = ["ai.response.msToFirstChunk", "ai.stream.msToFirstChunk"];
    let of_event = || {
        let event = told.span?.events.iter().find(|event| event.name == "ai.stream.firstChunk")?;
        Attributes::new(&event.attributes).number(&KEYS).or_else(|| Some(told.since_start(event.time_unix_nano)? * 1e3))
    };
    let milliseconds = told.attributes.number(&KEYS).or_else(of_event)?;
    (milliseconds >= 0.0).then_some(milliseconds / 1e3)
}

fn count(attributes: &Attributes, draft: &mut Draft) {
    let mut tokens = Tokens {
        input: attributes.count(&["ai.usage.inputTokens", "ai.usage.promptTokens", "ai.usage.tokens"]),
        output: attributes.count(&["ai.usage.outputTokens", "ai.usage.completionTokens"]),
        cache_read: attributes.count(&["ai.usage.inputTokenDetails.cacheReadTokens", "ai.usage.cachedInputTokens"]),
        cache_write: attributes.count(&["ai.usage.inputTokenDetails.cacheWriteTokens"]),
        reasoning: attributes.count(&["ai.usage.outputTokenDetails.reasoningTokens", "ai.usage.reasoningTokens"]),
    };
    // Version 5 passes on what Anthropic counts, which leaves the cache out; the provider's own words are beside it.
    let said = attributes.json(&["ai.response.providerMetadata"]);
    let usage = said.as_ref().and_then(|said| said.get("anthropic")?.get("usage"));
    let raw = |key: &str| usage.and_then(|usage| json::number(usage.get(key)?)).map(|count| count.max(0.0) as u64);
    let known = &mut draft.call.tokens;
    let input = known.input.or(tokens.input);
    if input.is_some() && raw("input_tokens") == input {
        tokens.cache_read = tokens.cache_read.or(raw("cache_read_input_tokens"));
        tokens.cache_write = tokens.cache_write.or(raw("cache_creation_input_tokens"));
        tokens.input = input;
        tokens = tokens.with_cache_added();
        known.input = tokens.input;
    }
    known.fill(tokens);
}

fn parameters(attributes: &Attributes) -> Parameters {
    let settings = attributes.under("ai.settings.").filter(|(name, _)| *name != "maxRetries").take(PARAMETERS);
    settings.filter_map(|(name, value)| Some((list::usual_name(name), list::parameter(&json::of(value))?))).collect()
}

fn content(attributes: &Attributes, draft: &mut Draft) {
    let content = &mut draft.call.content;
    fill_list(&mut content.input, || {
        let prompt = attributes.json(&["ai.prompt.messages", "ai.prompt", "ai.values", "ai.value"]);
        prompt.map(|prompt| message::messages(&asked(prompt), "user")).unwrap_or_default()
    });
    fill_list(&mut content.output, || {
        let said = ["ai.response.text", "ai.result.text", "ai.response.object", "ai.result.object"];
        let mut answer = serde_json::Map::from_iter([("role".to_owned(), "assistant".into())]);
        let fields = [
            ("reasoning", attributes.text(&["ai.response.reasoning"], TEXT_BYTES).map(Json::String)),
            ("content", attributes.text(&said, TEXT_BYTES).map(Json::String)),
            ("tool_calls", attributes.json(&["ai.response.toolCalls", "ai.result.toolCalls"])),
        ];
        answer.extend(fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
        message::messages(&Json::Object(answer), "assistant")
    });
    fill_list(&mut content.tools, || {
        attributes.json(&["ai.prompt.tools"]).map(|tools| list::tools(&tools)).unwrap_or_default()
    });
    fill(&mut content.arguments, || attributes.text(&["ai.toolCall.args"], TEXT_BYTES));
    fill(&mut content.result, || attributes.text(&["ai.toolCall.result"], TEXT_BYTES));
}

/// `{"system": …, "prompt": …}`: a single question in the form of messages. What is embedded are texts as JSON.
fn asked(prompt: Json) -> Json {
    if let Json::Array(texts) = &prompt
        && texts.iter().all(Json::is_string)
    {
        return texts.iter().filter_map(Json::as_str).map(|text| Json::String(json::unquoted(text))).collect();
    }
    if let Json::String(text) = &prompt {
        return Json::String(json::unquoted(text));
    }
    match (prompt.get("prompt"), prompt.get("messages")) {
        (Some(Json::String(question)), None) => {
            let messages = serde_json::json!([{"role": "user", "content": question}]);
            serde_json::json!({"system": prompt.get("system"), "messages": messages})
        }
        (Some(list @ Json::Array(_)), None) => serde_json::json!({"system": prompt.get("system"), "messages": list}),
        _ => prompt,
    }
}
