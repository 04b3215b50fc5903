//! Langfuse: `langfuse.observation.*`, mostly JSON in texts. Its usage is in buckets that do not overlap.

use serde_json::Value as Json;

use super::super::call::{Cost, CostSource, PromptName, ToolUse};
use super::super::content::Message;
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
    if !attributes.has_any("langfuse.") {
        return;
    }
    draft.operation(Dialect::Langfuse, || operation(attributes));
    let given = attributes.json(&["langfuse.observation.model.parameters"]);
    let call = &mut draft.call;
    fill(&mut call.model, || attributes.name(&["langfuse.observation.model.name", "langfuse.observation.model"]));
    fill(&mut call.stream, || given.as_ref()?.get("stream")?.as_bool());
    fill(&mut call.prompt, || {
        let name = attributes.name(&["langfuse.observation.prompt.name", "langfuse.prompt.name"])?;
        let version = attributes.name(&["langfuse.observation.prompt.version", "langfuse.prompt.version"]);
        Some(PromptName { name, version })
    });
    fill(&mut call.cost, || cost(&attributes.json(&["langfuse.observation.cost_details"])?));
    fill(&mut call.time_to_first_token, || first_token(told));
    if let Some(usage) = attributes.json(&["langfuse.observation.usage_details"]) {
        call.tokens.fill(tokens(&usage));
    }
    let kind = attributes.name(&["langfuse.observation.type"]).unwrap_or_default();
    if kind.eq_ignore_ascii_case("agent") {
        fill(&mut call.agent, || Some(told.name.to_owned()).filter(|name| !name.is_empty()));
    }
    draft.parameters(given.as_ref().map(list::parameters).unwrap_or_default());
    content(told, draft, kind.eq_ignore_ascii_case("tool"));
}

fn operation(attributes: &Attributes) -> Option<Operation> {
    match attributes.name(&["langfuse.observation.type"])?.to_ascii_lowercase().as_str() {
        "generation" => Some(Operation::Chat),
        // Plain spans and events: what they are, others may know.
        "span" | "event" => None,
        other => Some(Operation::from(other.to_owned())),
    }
}

/// The buckets by the names that Langfuse's own integrations use for them, or OpenAI's usage as it came.
fn tokens(usage: &Json) -> Tokens {
    let count = |keys: &[&str]| {
        let number = keys.iter().find_map(|key| json::number(usage.get(key)?))?;
        (number >= 0.0).then_some(number as u64)
    };
    let detail = |list: &str, key: &str| json::number(usage.get(list)?.get(key)?).map(|number| number.max(0.0) as u64);
    let (prompt, completion) = (count(&["prompt_tokens"]), count(&["completion_tokens"]));
    if prompt.is_some() || completion.is_some() {
        return Tokens {
            input: prompt,
            output: completion,
            cache_read: detail("prompt_tokens_details", "cached_tokens"),
            cache_write: None,
            reasoning: detail("completion_tokens_details", "reasoning_tokens"),
        };
    }
    let buckets = Tokens {
        input: count(&["input", "input_tokens"]),
        output: count(&["output", "output_tokens"]),
        cache_read: count(&["input_cached_tokens", "cache_read_input_tokens", "input_cache_read", "cached_tokens"]),
        cache_write: count(&["input_cache_creation", "cache_creation_input_tokens", "input_cache_write"]),
        reasoning: count(&["output_reasoning_tokens", "output_reasoning", "reasoning_tokens", "reasoning"]),
    };
    // Who sends a total that is already input and output meant the parts as parts.
    let whole = buckets.input.unwrap_or(0).saturating_add(buckets.output.unwrap_or(0));
    let overlap =
        count(&["total", "total_tokens"]) == Some(whole) && (buckets.cached() > 0 || buckets.reasoning.is_some());
    if overlap { buckets } else { buckets.with_cache_added().with_reasoning_added() }
}

fn cost(details: &Json) -> Option<Cost> {
    let parts = details.as_object()?;
    let total = details.get("total").and_then(json::number);
    let sum = || {
        let known: Vec<f64> = parts.values().filter_map(json::number).collect();
        (!known.is_empty()).then(|| known.iter().sum())
    };
    let usd: f64 = total.or_else(sum)?;
    (usd.is_finite() && usd >= 0.0).then_some(Cost { usd, source: CostSource::Reported })
}

/// When the answer began is a time, which the SDKs write as JSON: with quotes around it.
fn first_token(told: &Told) -> Option<f64> {
    let written = told.attributes.name(&["langfuse.observation.completion_start_time"])?;
    let began = match written.trim_matches('"').parse::<jiff::Timestamp>() {
        Ok(time) => u64::try_from(time.as_nanosecond()).ok()?,
        Err(_) => written.parse().ok()?,
    };
    told.since_start(began)
}

fn content(told: &Told, draft: &mut Draft, is_tool: bool) {
    let attributes = &told.attributes;
    let call = &mut draft.call;
    let content = &mut call.content;
    if is_tool {
        fill(&mut call.tool, || {
            let name = Some(told.name.to_owned()).filter(|name| !name.is_empty())?;
            Some(ToolUse { name, ..ToolUse::default() })
        });
        let text = |key| attributes.text(&[key], TEXT_BYTES).map(|text| json::unquoted(&text));
        fill(&mut content.arguments, || text("langfuse.observation.input"));
        fill(&mut content.result, || text("langfuse.observation.output"));
        return;
    }
    fill_list(&mut content.input, || side(attributes, "langfuse.observation.input", "user"));
    fill_list(&mut content.output, || side(attributes, "langfuse.observation.output", "assistant"));
}

fn side(attributes: &Attributes, key: &str, role: &str) -> Vec<Message> {
    let Some(json) = attributes.json(&[key]) else { return Vec::new() };
    match &json {
        Json::String(text) => message::plain(role, json::text(&Json::String(json::unquoted(text)), TEXT_BYTES)),
        other => message::messages(other, role),
    }
}
