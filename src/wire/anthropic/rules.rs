//! What Anthropic's API refuses, by version and by model.

use serde_json::Value;

use super::super::gate::{Ticket, Version};
use super::super::names::Claude;
use super::super::refusal::Refusal;

/// The parameters of chance.
const SAMPLING: [&str; 3] = ["temperature", "top_p", "top_k"];

/// The smallest budget for thinking.
const LEAST_THOUGHT: u64 = 1024;

/// Checks what stands beside the messages.
pub(super) fn input(ticket: &Ticket) -> Result<(), Refusal> {
    let claude = Claude::read(ticket.model());
    let fields = &ticket.fields;
    for name in SAMPLING {
        // Even null is an input.
        if fields.has(name) && ticket.version == Version::Of2026 {
            return Err(Refusal::field(name, "Extra inputs are not permitted"));
        }
        if fields.get(name).is_some() && claude.is_some_and(|claude| !claude.samples()) {
            return Err(Refusal::field(name, "this parameter is not supported for this model"));
        }
    }
    let out_of_range = |value: &Value| !value.as_f64().is_some_and(|number| (0.0..=1.0).contains(&number));
    if let Some(name) = ["temperature", "top_p"].into_iter().find(|name| fields.get(name).is_some_and(out_of_range)) {
        return Err(Refusal::field(name, "Input should be a number from 0 to 1"));
    }
    let Some(claude) = claude else { return Ok(()) };
    let last = fields.get("messages").and_then(Value::as_array).and_then(|messages| messages.last());
    if !claude.takes_prefill() && last.is_some_and(|message| message["role"] == "assistant") {
        let message =
            "This model does not support assistant message prefill. The conversation must end with a user message.";
        return Err(Refusal::field("messages", message));
    }
    thinking(claude, fields.get("thinking"), fields.get("max_tokens"))
}

fn thinking(claude: Claude<'_>, thinking: Option<&Value>, limit: Option<&Value>) -> Result<(), Refusal> {
    let Some(thinking) = thinking.filter(|thinking| thinking["type"] == "enabled") else { return Ok(()) };
    if !claude.thinks_by_budget() {
        let message = "\"thinking.type.enabled\" is not supported for this model. Use \"thinking.type.adaptive\".";
        return Err(Refusal::field("thinking", message));
    }
    let budget = thinking["budget_tokens"].as_u64().unwrap_or(0);
    if budget < LEAST_THOUGHT {
        return Err(Refusal::field("thinking.enabled.budget_tokens", "Input should be greater than or equal to 1024"));
    }
    if limit.and_then(Value::as_u64).is_some_and(|limit| limit <= budget) {
        return Err(Refusal::field("max_tokens", "must be greater than `thinking.budget_tokens`"));
    }
    Ok(())
}

/// Checks how long the answer may be.
pub(super) fn output(claude: Option<Claude<'_>>, limit: u32, model: &str) -> Result<(), Refusal> {
    match claude.map(Claude::longest_answer) {
        Some(longest) if limit > longest => Err(Refusal::field(
            "max_tokens",
            &format!("{limit} > {longest}, which is the maximum allowed number of output tokens for {model}"),
        )),
        _ => Ok(()),
    }
}
