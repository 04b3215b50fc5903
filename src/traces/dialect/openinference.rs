//! OpenInference: `openinference.span.kind`, and everything else flattened into names (`llm.input_messages.0.message.role`).

use serde_json::Value as Json;

use super::super::call::{Cost, CostSource, PromptName, ToolUse};
use super::super::content::Message;
use super::super::operation::{Dialect, Operation};
use super::super::tokens::Tokens;
use super::attributes::Attributes;
use super::draft::{Draft, Told, fill, fill_list};
use super::evaluation;
use super::json;
use super::limit::{ITEMS, REMARK_BYTES, TEXT_BYTES};
use super::list;
use super::message;

pub(super) fn read(told: &Told, draft: &mut Draft) {
    let attributes = &told.attributes;
    draft.operation(Dialect::OpenInference, || {
        let kind = attributes
            .name(&["openinference.span.kind"])
            .or_else(|| attributes.get("llm.model_name").is_some().then(|| "LLM".to_owned()))?;
        Some(operation(&kind, attributes))
    });
    // Cost and evaluations are also told by others; words and models are not read where nothing is OpenInference's.
    if !["openinference.", "llm.", "input.", "output.", "evaluation", "annotation"]
        .iter()
        .any(|p| attributes.has_any(p))
    {
        return;
    }
    // `llm.provider` says who hosts the model, `llm.system` whose it is; prices are the host's.
    draft.provider(|| attributes.name(&["llm.provider", "llm.system"]));
    let invocation = attributes.json(&["llm.invocation_parameters", "embedding.invocation_parameters"]);
    let call = &mut draft.call;
    fill(&mut call.request_model, || {
        attributes.name(&["llm.request.model_name"]).or_else(|| json::name(invocation.as_ref()?.get("model")?))
    });
    fill(&mut call.model, || {
        attributes.name(&["llm.response.model_name", "llm.model_name", "embedding.model_name", "reranker.model_name"])
    });
    fill(&mut call.agent, || attributes.name(&["agent.name"]));
    fill(&mut call.stream, || invocation.as_ref()?.get("stream")?.as_bool());
    fill(&mut call.prompt, || prompt(attributes));
    fill(&mut call.cost, || cost(attributes));
    fill(&mut call.tool, || tool(attributes));
    fill(&mut call.time_to_first_token, || told.until_event(&["First Token Stream Event"]));
    fill_list(&mut call.finish, || attributes.names(&["llm.finish_reason"]));
    call.tokens.fill(tokens(attributes));
    fill_list(&mut call.evaluations, || evaluation::openinference(attributes));
    draft.parameters(invocation.as_ref().map(list::parameters).unwrap_or_default());
    content(attributes, draft);
}

fn operation(kind: &str, attributes: &Attributes) -> Operation {
    match kind.to_ascii_uppercase().as_str() {
        "LLM" if attributes.has_any("llm.prompts.") => Operation::TextCompletion,
        "LLM" => Operation::Chat,
        "EMBEDDING" => Operation::Embeddings,
        "RETRIEVER" => Operation::Retrieval,
        "RERANKER" => Operation::Rerank,
        "TOOL" => Operation::ExecuteTool,
        "AGENT" => Operation::InvokeAgent,
        "GUARDRAIL" => Operation::Guardrail,
        "EVALUATOR" => Operation::Evaluator,
        other => Operation::Other(other.to_ascii_lowercase()),
    }
}

fn prompt(attributes: &Attributes) -> Option<PromptName> {
    let name = attributes.name(&["llm.prompt_template.name", "prompt.id"])?;
    Some(PromptName { name, version: attributes.name(&["llm.prompt_template.version"]) })
}

fn cost(attributes: &Attributes) -> Option<Cost> {
    let part = |key| attributes.number(&[key]);
    let sum = || match (part("llm.cost.prompt"), part("llm.cost.completion")) {
        (None, None) => None,
        (input, output) => Some(input.unwrap_or(0.0) + output.unwrap_or(0.0)),
    };
    let usd = part("llm.cost.total").or_else(sum).filter(|usd| *usd >= 0.0)?;
    Some(Cost { usd, source: CostSource::Reported })
}

fn tool(attributes: &Attributes) -> Option<ToolUse> {
    Some(ToolUse {
        name: attributes.name(&["tool.name"])?,
        id: attributes.name(&["tool.id", "tool_call.id"]),
        kind: None,
        description: attributes.text(&["tool.description"], REMARK_BYTES),
    })
}

/// The totals include their parts by definition; instrumentations that did not know are caught by `Tokens::settled`.
fn tokens(attributes: &Attributes) -> Tokens {
    Tokens {
        input: attributes.count(&["llm.token_count.prompt"]),
        output: attributes.count(&["llm.token_count.completion"]),
        cache_read: attributes.count(&["llm.token_count.prompt_details.cache_read"]),
        cache_write: attributes.count(&["llm.token_count.prompt_details.cache_write"]),
        reasoning: attributes.count(&["llm.token_count.completion_details.reasoning"]),
    }
}

fn content(attributes: &Attributes, draft: &mut Draft) {
    let call = &mut draft.call;
    let content = &mut call.content;
    fill_list(&mut content.input, || flattened(attributes, &["llm.input_messages.", "llm.prompts."], "user"));
    fill_list(&mut content.output, || flattened(attributes, &["llm.output_messages.", "llm.choices."], "assistant"));
    fill_list(&mut content.tools, || {
        attributes.list("llm.tools.").map(|tools| list::tools(&tools)).unwrap_or_default()
    });
    fill_list(&mut content.documents, || {
        let lists = ["retrieval.documents.", "reranker.output_documents."];
        lists.iter().find_map(|list| attributes.list(list)).map(|items| list::documents(&items)).unwrap_or_default()
    });
    fill_list(&mut content.input, || message::plain("user", attributes.text(&["reranker.query"], TEXT_BYTES)));
    fill_list(&mut content.input, || embedded(attributes));
    // The plain values say again what the messages say; where a tool ran they are what it got and gave.
    if call.tool.is_some() {
        fill(&mut content.arguments, || attributes.text(&["input.value", "tool.parameters"], TEXT_BYTES));
        fill(&mut content.result, || attributes.text(&["output.value"], TEXT_BYTES));
    } else {
        fill_list(&mut content.input, || message::plain("user", attributes.text(&["input.value"], TEXT_BYTES)));
        fill_list(&mut content.output, || message::plain("assistant", attributes.text(&["output.value"], TEXT_BYTES)));
    }
}

fn flattened(attributes: &Attributes, lists: &[&str], role: &str) -> Vec<Message> {
    let tree = lists.iter().find_map(|list| attributes.list(list));
    tree.map(|tree| message::messages(&unwrapped(tree), role)).unwrap_or_default()
}

/// `{"prompt": {"text": …}}` and `{"completion": {"text": …}}` as the messages that they are.
fn unwrapped(tree: Json) -> Json {
    let Json::Array(items) = tree else { return tree };
    let unwrap = |item: Json| match ["prompt", "completion"].iter().find_map(|key| item.get(key)?.get("text")) {
        Some(text) => serde_json::json!({"content": text}),
        None => item,
    };
    items.into_iter().map(unwrap).collect()
}

fn embedded(attributes: &Attributes) -> Vec<Message> {
    let is_text = |name: &str| name.ends_with(".embedding.text");
    let texts = attributes.under("embedding.embeddings.").filter(|(name, _)| is_text(name)).take(ITEMS);
    let texts = texts.filter_map(|(_, value)| json::text(&json::of(value), TEXT_BYTES));
    texts.flat_map(|text| message::plain("user", Some(text))).collect()
}
