//! Claude Code: spans `claude_code.*` (its beta) and log events, with bare names (`input_tokens`) that are only read there.
//! It counts as Anthropic does: the input without what the cache holds. Its metrics (`claude_code.token.usage`, `.cost.usage`)
//! are kept as metrics and are no calls: its `api_request` events tell the same once more, call by call.

use super::super::call::{Call, Cost, CostSource, Failure, Parameters, ToolUse};
use super::super::content::Part;
use super::super::operation::{Dialect, Operation};
use super::super::tokens::Tokens;
use super::attributes::Attributes;
use super::draft::{self, Draft, Told, fill, fill_list};
use super::failure::OTHER;
use super::json;
use super::limit::{REMARK_BYTES, TEXT_BYTES};
use super::list;
use super::log::LogEvent;
use super::message;

/// What comes before the names of its spans, events and metrics.
const PREFIX: &str = "claude_code.";

/// What takes the place of words that were not to be told.
const WITHHELD: &str = "<REDACTED>";

/// Whether telemetry of this scope is Claude Code's.
pub(super) fn is_its_scope(scope: &str) -> bool {
    scope.starts_with("com.anthropic.claude_code")
}

pub(super) fn read(told: &Told, draft: &mut Draft) {
    let typed = || told.attributes.name(&["span.type"]).filter(|_| is_its_scope(told.scope));
    let Some(kind) = told.name.strip_prefix(PREFIX).map(str::to_owned).or_else(typed) else { return };
    let operation = match kind.as_str() {
        "llm_request" => Operation::Chat,
        "interaction" => Operation::InvokeAgent,
        "tool" => Operation::ExecuteTool,
        // Waiting for the user, the run within a tool, hooks: parts of the others.
        _ => return,
    };
    draft.operation(Dialect::ClaudeCode, || Some(operation));
    request(&told.attributes, &mut draft.call);
    let attributes = &told.attributes;
    let call = &mut draft.call;
    fill_list(&mut call.content.input, || words("user", attributes, &["user_prompt"]));
    fill_list(&mut call.content.output, || words("assistant", attributes, &["response.model_output"]));
    fill(&mut call.agent, || attributes.name(&["agent.name", "subagent_type"]));
    tool(attributes, call);
    let output = told.span.and_then(|span| span.events.iter().find(|event| event.name == "tool.output"));
    fill(&mut call.content.result, || Attributes::new(&output?.attributes).text(&["content", "output"], TEXT_BYTES));
    if kind == "llm_request" && attributes.flag(&["success"]) == Some(false) {
        fill(&mut call.error, || Some(failure(attributes)));
    }
}

/// What a log event of Claude Code tells; none when it is no such event, or tells of no call.
pub(super) fn event(name: &str, attributes: &Attributes) -> Option<(LogEvent, Call)> {
    let mut call = Call { dialect: Dialect::ClaudeCode, ..Call::default() };
    let (event, operation) = match name.strip_prefix(PREFIX).unwrap_or(name) {
        "api_request" => (LogEvent::Call, Operation::Chat),
        "api_error" | "api_refusal" => {
            call.error = Some(failure(attributes));
            (LogEvent::Call, Operation::Chat)
        }
        "user_prompt" => {
            call.content.input = words("user", attributes, &["prompt"]);
            (LogEvent::Message, Operation::InvokeAgent)
        }
        "assistant_response" => {
            call.content.output = words("assistant", attributes, &["response"]);
            (LogEvent::Message, Operation::Chat)
        }
        "tool_result" => {
            tool(attributes, &mut call);
            if attributes.flag(&["success"]) == Some(false) {
                call.error = Some(failure(attributes));
            }
            (LogEvent::Call, Operation::ExecuteTool)
        }
        _ => return None,
    };
    if operation == Operation::Chat {
        request(attributes, &mut call);
    }
    call.operation = operation;
    call.agent = attributes.name(&["agent.name"]);
    draft::settle(&mut call);
    Some((event, call))
}

fn request(attributes: &Attributes, call: &mut Call) {
    let asked = attributes.name(&["model"]);
    if asked.is_some() {
        fill(&mut call.provider, || Some("anthropic".to_owned()));
    }
    fill(&mut call.request_model, || asked);
    fill(&mut call.response_id, || attributes.name(&["request_id"]));
    fill(&mut call.time_to_first_token, || attributes.number(&["ttft_ms"]).filter(|ms| *ms >= 0.0).map(|ms| ms / 1e3));
    fill(&mut call.cost, || {
        let micros = || attributes.number(&["cost_usd_micros"]).map(|micros| micros / 1e6);
        let usd = attributes.number(&["cost_usd"]).or_else(micros).filter(|usd| *usd >= 0.0)?;
        Some(Cost { usd, source: CostSource::Reported })
    });
    fill_list(&mut call.finish, || attributes.names(&["stop_reason"]));
    let tokens = Tokens {
        input: attributes.count(&["input_tokens"]),
        output: attributes.count(&["output_tokens"]),
        cache_read: attributes.count(&["cache_read_tokens"]),
        cache_write: attributes.count(&["cache_creation_tokens"]),
        reasoning: None,
    };
    call.tokens.fill(tokens.with_cache_added());
    let told = |key: &str| Some((key.to_owned(), list::parameter(&json::of(attributes.get(key)?))?));
    call.parameters.extend(["speed", "effort"].into_iter().filter_map(told).collect::<Parameters>());
}

fn tool(attributes: &Attributes, call: &mut Call) {
    let Some(name) = attributes.name(&["tool_name"]) else { return };
    let id = attributes.name(&["tool_use_id", "gen_ai.tool.call.id"]);
    fill(&mut call.tool, || Some(ToolUse { name, id, ..ToolUse::default() }));
    let asked = ["tool_input", "tool_parameters", "full_command", "file_path"];
    fill(&mut call.content.arguments, || attributes.text(&asked, TEXT_BYTES));
    fill(&mut call.content.result, || attributes.text(&["tool_result", "tool_output"], TEXT_BYTES));
}

fn failure(attributes: &Attributes) -> Failure {
    let status = attributes.name(&["status_code"]).filter(|status| status != "undefined");
    Failure {
        kind: attributes.name(&["error_type", "error.type"]).or(status).unwrap_or_else(|| OTHER.to_owned()),
        message: attributes.text(&["error", "error_message"], REMARK_BYTES),
    }
}

fn words(role: &str, attributes: &Attributes, keys: &[&str]) -> Vec<super::super::content::Message> {
    let text = attributes.text(keys, TEXT_BYTES).filter(|text| text != WITHHELD);
    message::spoken(role, text.map(|text| Part::Text { text }).into_iter().collect())
}
