//! OpenTelemetry's GenAI conventions as they are now, with the spellings of the last versions beside them.

use super::super::call::{Cost, CostSource, Parameters, PromptName, ToolUse};
use super::super::operation::{Dialect, Operation};
use super::super::tokens::Tokens;
use super::attributes::Attributes;
use super::draft::{Draft, Told, fill, fill_list};
use super::evaluation;
use super::json;
use super::limit::{PARAMETERS, REMARK_BYTES, TEXT_BYTES};
use super::list;
use super::message;
use super::part;

pub(super) fn read(told: &Told, draft: &mut Draft) {
    let attributes = &told.attributes;
    if !attributes.has_any("gen_ai.") {
        return;
    }
    draft.operation(Dialect::GenAi, || attributes.name(&["gen_ai.operation.name"]).map(Operation::from));
    draft.provider(|| attributes.name(&["gen_ai.provider.name"]));
    let call = &mut draft.call;
    fill(&mut call.request_model, || attributes.name(&["gen_ai.request.model"]));
    fill(&mut call.model, || attributes.name(&["gen_ai.response.model"]));
    fill(&mut call.agent, || attributes.name(&["gen_ai.agent.name", "gen_ai.agent.id"]));
    fill(&mut call.response_id, || attributes.name(&["gen_ai.response.id"]));
    fill(&mut call.stream, || attributes.flag(&["gen_ai.request.stream"]));
    fill(&mut call.prompt, || prompt(attributes));
    fill(&mut call.cost, || cost(attributes));
    fill(&mut call.tool, || tool(attributes));
    fill(&mut call.time_to_first_token, || {
        const SECONDS: [&str; 3] = [
            "gen_ai.response.time_to_first_chunk",
            "gen_ai.server.time_to_first_token",
            "gen_ai.client.operation.time_to_first_chunk",
        ];
        attributes.number(&SECONDS).filter(|seconds| *seconds >= 0.0)
    });
    fill_list(&mut call.finish, || attributes.names(&["gen_ai.response.finish_reasons"]));
    call.tokens.fill(tokens(attributes));
    draft.parameters(parameters(attributes));
    content(attributes, draft);
    fill_list(&mut draft.call.evaluations, || evaluation::genai(attributes).into_iter().collect());
}

fn prompt(attributes: &Attributes) -> Option<PromptName> {
    let name = attributes.name(&["gen_ai.prompt.name"])?;
    Some(PromptName { name, version: attributes.name(&["gen_ai.prompt.version"]) })
}

/// Nobody has agreed on a name for costs yet: ours, the one that is proposed, and those of instrumentations.
fn cost(attributes: &Attributes) -> Option<Cost> {
    let ours = attributes.number(&["zeroth.cost.usd"]);
    let currency = attributes.name(&["gen_ai.usage.cost.currency"]);
    let in_dollars = currency.is_none_or(|currency| currency.eq_ignore_ascii_case("USD"));
    let proposed = || attributes.number(&["gen_ai.usage.cost.amount"]).filter(|_| in_dollars);
    let others = || attributes.number(&["gen_ai.usage.cost", "operation.cost"]);
    let usd = ours.or_else(proposed).or_else(others).filter(|usd| *usd >= 0.0)?;
    let simulated = attributes.flag(&["zeroth.cost.simulated"]) == Some(true);
    Some(Cost { usd, source: if simulated { CostSource::Simulated } else { CostSource::Reported } })
}

fn tool(attributes: &Attributes) -> Option<ToolUse> {
    Some(ToolUse {
        name: attributes.name(&["gen_ai.tool.name"])?,
        id: attributes.name(&["gen_ai.tool.call.id"]),
        kind: attributes.name(&["gen_ai.tool.type"]),
        description: attributes.text(&["gen_ai.tool.description"], REMARK_BYTES),
    })
}

fn tokens(attributes: &Attributes) -> Tokens {
    let tokens = Tokens {
        input: attributes.count(&["gen_ai.usage.input_tokens"]),
        output: attributes.count(&["gen_ai.usage.output_tokens"]),
        cache_read: attributes.count(&[
            "gen_ai.usage.cache_read.input_tokens",
            "gen_ai.usage.cache_read_input_tokens",
            "gen_ai.usage.cache_read_tokens",
            "gen_ai.usage.details.cache_read_input_tokens",
            "gen_ai.usage.details.cache_read_tokens",
        ]),
        cache_write: attributes.count(&[
            "gen_ai.usage.cache_write.input_tokens",
            "gen_ai.usage.cache_creation.input_tokens",
            "gen_ai.usage.cache_write_input_tokens",
            "gen_ai.usage.cache_creation_input_tokens",
            "gen_ai.usage.details.cache_creation_input_tokens",
            "gen_ai.usage.details.cache_write_tokens",
        ]),
        reasoning: attributes.count(&[
            "gen_ai.usage.reasoning.output_tokens",
            "gen_ai.usage.reasoning_tokens",
            "gen_ai.usage.details.reasoning_tokens",
        ]),
    };
    // Grafana's SDKs tell whether they counted as the conventions do; before they did, they sent what the API said.
    let raw = attributes.name(&["agento11y.sdk.name", "sigil.sdk.name"]).is_some()
        && attributes.name(&["gen_ai.token.semantics"]).is_none_or(|semantics| semantics != "inclusive")
        && attributes.name(&["gen_ai.provider.name"]).is_some_and(|provider| provider == "anthropic");
    if raw { tokens.with_cache_added() } else { tokens }
}

fn parameters(attributes: &Attributes) -> Parameters {
    const NOT_PARAMETERS: [&str; 2] = ["model", "stream"];
    let requested = attributes.under("gen_ai.request.").filter(|(name, _)| !NOT_PARAMETERS.contains(name));
    let formed = attributes.get("gen_ai.output.type").map(|value| ("output_type", value));
    let all = requested.chain(formed).take(PARAMETERS);
    all.filter_map(|(name, value)| Some((plain_name(name), list::parameter(&json::of(value))?))).collect()
}

fn plain_name(name: &str) -> String {
    match name {
        "choice.count" => "n".to_owned(),
        "reasoning.level" => "reasoning_effort".to_owned(),
        "previous_response.id" => "previous_response_id".to_owned(),
        other => super::limit::start(other, super::limit::NAME_BYTES).to_owned(),
    }
}

fn content(attributes: &Attributes, draft: &mut Draft) {
    let call = &mut draft.call;
    let content = &mut call.content;
    fill_list(&mut content.system, || {
        attributes.json(&["gen_ai.system_instructions"]).map(|json| part::parts(&json)).unwrap_or_default()
    });
    fill_list(&mut content.input, || {
        attributes.json(&["gen_ai.input.messages"]).map(|json| message::messages(&json, "user")).unwrap_or_default()
    });
    if content.output.is_empty()
        && let Some(output) = attributes.json(&["gen_ai.output.messages"])
    {
        content.output = message::messages(&output, "assistant");
        fill_list(&mut call.finish, || message::finish_reasons(&output));
    }
    fill_list(&mut content.tools, || {
        attributes.json(&["gen_ai.tool.definitions"]).map(|json| list::tools(&json)).unwrap_or_default()
    });
    fill_list(&mut content.documents, || {
        attributes.json(&["gen_ai.retrieval.documents"]).map(|json| list::documents(&json)).unwrap_or_default()
    });
    fill_list(&mut content.input, || {
        message::plain(
            "user",
            attributes.text(&["gen_ai.retrieval.query.text", "gen_ai.memory.query.text"], TEXT_BYTES),
        )
    });
    fill(&mut content.arguments, || attributes.text(&["gen_ai.tool.call.arguments"], TEXT_BYTES));
    fill(&mut content.result, || attributes.text(&["gen_ai.tool.call.result"], TEXT_BYTES));
}
