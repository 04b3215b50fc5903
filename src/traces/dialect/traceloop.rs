//! Traceloop, also called OpenLLMetry: `traceloop.*` around the calls, `llm.*` and flattened `gen_ai.prompt.N.*` on them.

use serde_json::Value as Json;

use super::super::call::{Parameters, PromptName, ToolUse};
use super::super::operation::{Dialect, Operation};
use super::super::tokens::Tokens;
use super::attributes::Attributes;
use super::draft::{Draft, Told, fill, fill_list};
use super::json;
use super::limit::TEXT_BYTES;
use super::list;
use super::message;

pub(super) fn read(told: &Told, draft: &mut Draft) {
    let attributes = &told.attributes;
    draft.operation(Dialect::Traceloop, || operation(attributes));
    let call = &mut draft.call;
    fill(&mut call.stream, || attributes.flag(&["llm.is_streaming", "gen_ai.is_streaming"]));
    fill(&mut call.prompt, || {
        let name = attributes.name(&["traceloop.prompt.key"])?;
        Some(PromptName {
            name,
            version: attributes.name(&["traceloop.prompt.version", "traceloop.prompt.version_name"]),
        })
    });
    fill(&mut call.time_to_first_token, || told.until_event(&["llm.content.completion.chunk"]));
    fill_list(&mut call.finish, || attributes.names(&["llm.response.finish_reason", "llm.response.stop_reason"]));
    call.tokens.fill(Tokens {
        input: attributes.count(&["llm.usage.prompt_tokens"]),
        output: attributes.count(&["llm.usage.completion_tokens"]),
        ..Tokens::default()
    });
    draft.parameters(parameters(attributes));
    entity(attributes, draft);
    messages(attributes, draft);
}

fn operation(attributes: &Attributes) -> Option<Operation> {
    if let Some(kind) = attributes.name(&["llm.request.type"]).filter(|kind| kind != "unknown") {
        return Some(Operation::from(kind.to_ascii_lowercase()));
    }
    match attributes.name(&["traceloop.span.kind"])?.to_ascii_lowercase() {
        kind if kind == "unknown" => None,
        kind => Some(Operation::from(kind)),
    }
}

fn parameters(attributes: &Attributes) -> Parameters {
    const NAMES: [(&str, &str); 5] = [
        ("llm.top_k", "top_k"),
        ("llm.frequency_penalty", "frequency_penalty"),
        ("llm.presence_penalty", "presence_penalty"),
        ("llm.chat.stop_sequences", "stop_sequences"),
        ("llm.request.repetition_penalty", "repetition_penalty"),
    ];
    let told =
        |(key, name): &(&str, &str)| Some(((*name).to_owned(), list::parameter(&json::of(attributes.get(key)?))?));
    NAMES.iter().filter_map(told).collect()
}

/// What went into a workflow, task, agent or tool and came out of it.
fn entity(attributes: &Attributes, draft: &mut Draft) {
    let Some(kind) = attributes.name(&["traceloop.span.kind"]) else { return };
    let name = attributes.name(&["traceloop.entity.name"]);
    let call = &mut draft.call;
    if kind == "agent" {
        fill(&mut call.agent, || name.clone());
    }
    let input = attributes.text(&["traceloop.entity.input"], TEXT_BYTES);
    let output = attributes.text(&["traceloop.entity.output"], TEXT_BYTES);
    if kind == "tool" {
        fill(&mut call.tool, || Some(ToolUse { name: name?, ..ToolUse::default() }));
        fill(&mut call.content.arguments, || input);
        fill(&mut call.content.result, || output);
    } else {
        fill_list(&mut call.content.input, || message::plain("user", input));
        fill_list(&mut call.content.output, || message::plain("assistant", output));
    }
}

fn messages(attributes: &Attributes, draft: &mut Draft) {
    let call = &mut draft.call;
    let content = &mut call.content;
    fill_list(&mut content.input, || {
        attributes.list("gen_ai.prompt.").map(|tree| message::messages(&opened(tree), "user")).unwrap_or_default()
    });
    if content.output.is_empty()
        && let Some(tree) = attributes.list("gen_ai.completion.")
    {
        let tree = opened(tree);
        content.output = message::messages(&tree, "assistant");
        fill_list(&mut call.finish, || message::finish_reasons(&tree));
    }
    fill_list(&mut call.content.tools, || {
        attributes.list("llm.request.functions.").map(|tree| list::tools(&tree)).unwrap_or_default()
    });
}

/// Messages of several parts have them as JSON in `content`.
fn opened(tree: Json) -> Json {
    let Json::Array(mut items) = tree else { return tree };
    for content in items.iter_mut().filter_map(|item| item.get_mut("content")) {
        let parts = json::opened(content);
        if parts.as_array().is_some_and(|parts| parts.iter().all(|part| part.get("type").is_some())) {
            *content = parts;
        }
    }
    Json::Array(items)
}
