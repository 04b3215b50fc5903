//! Log records that tell of calls: the events of the GenAI conventions, old and new, and Claude Code's.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use serde::{Deserialize, Serialize};

use super::super::call::Call;
use super::super::operation::{Dialect, Operation};
use super::attributes::{Attributes, body, name_of};
use super::context;
use super::draft::{Draft, Told};
use super::genai_old::{self, DETAILS};
use super::{claude_code, evaluation, failure};

/// What a log record tells of a call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LogCall {
    /// What kind of thing it tells.
    pub event: LogEvent,
    /// The span in which it was written; none where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub span: Option<SpanRef>,
    /// Seconds that the call took, when the record says so. The record was written when they were over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<f64>,
    /// As much of the call as the record tells.
    pub call: Call,
}

/// What a log record tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogEvent {
    /// A whole call.
    Call,
    /// A message that went in or came out.
    Message,
    /// What was thought of an answer.
    Evaluation,
    /// Why a call failed.
    Failure,
}

/// A span, by its ids in hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SpanRef {
    /// The trace.
    pub trace_id: String,
    /// The span.
    pub span_id: String,
}

impl LogCall {
    /// Whether the record stands for a call that no span tells of.
    pub fn stands_alone(&self) -> bool {
        self.event == LogEvent::Call && self.span.is_none()
    }

    /// Adds what the record tells to the call of its span; false, and nothing is added, when it tells of another call. An
    /// agent's span may hold the records of all its calls.
    pub fn complete(self, call: &mut Call) -> bool {
        let other =
            |ours: &Option<String>, theirs: &Option<String>| ours.is_some() && theirs.is_some() && ours != theirs;
        let of_this = match self.event {
            LogEvent::Call | LogEvent::Message => self.call.operation == call.operation,
            LogEvent::Evaluation | LogEvent::Failure => true,
        };
        let id = |call: &Call| call.tool.as_ref().and_then(|tool| tool.id.clone());
        let of_another = other(&self.call.response_id, &call.response_id) || other(&id(&self.call), &id(call));
        if !of_this || of_another {
            return false;
        }
        if self.event == LogEvent::Message {
            let told = self.call.content;
            call.content.system.extend(told.system);
            call.content.input.extend(told.input);
            // The span may have the answer already; what went in may well be said twice.
            let new = told.output.into_iter().filter(|message| !call.content.output.contains(message));
            let new: Vec<_> = new.collect();
            call.content.output.extend(new);
            if call.finish.len() < call.content.output.len() {
                call.finish.extend(self.call.finish);
            }
        } else {
            call.evaluations.extend(self.call.evaluations.iter().cloned());
            call.absorb(self.call);
        }
        true
    }
}

/// What a log record tells of a call; none when it is a log record like any other. `resource` and `scope` are the
/// resource's attributes and the scope's name.
pub fn read_log(record: &LogRecord, resource: &[KeyValue], scope: &str) -> Option<LogCall> {
    let attributes = Attributes::new(&record.attributes);
    let name = event_name(record, &attributes)?;
    let is_claude_code = name.starts_with("claude_code.") || claude_code::is_its_scope(scope);
    let (event, mut call) =
        if is_claude_code { claude_code::event(&name, &attributes)? } else { genai(&name, record, scope)? };
    context::place(&mut call, context::of(&attributes, &Attributes::new(resource)));
    let milliseconds = attributes.number(&["duration_ms"]).filter(|duration| is_claude_code && *duration >= 0.0);
    Some(LogCall { event, span: span(record), duration: milliseconds.map(|duration| duration / 1e3), call })
}

fn genai(name: &str, record: &LogRecord, scope: &str) -> Option<(LogEvent, Call)> {
    let attributes = Attributes::new(&record.attributes);
    let mut draft = Draft::default();
    let told = Told { attributes, name: "", scope, span: None };
    let event = if name == DETAILS {
        LogEvent::Call
    } else if name == "gen_ai.evaluation.result" {
        draft.call.evaluations.extend(evaluation::genai(&told.attributes));
        LogEvent::Evaluation
    } else if name.starts_with("gen_ai.") && name.ends_with(".exception") {
        draft.call.error = failure::of_exception(&told.attributes);
        LogEvent::Failure
    } else {
        let said = genai_old::said(name, &told.attributes, body(record.body.as_ref()))?;
        draft.call.content.input = said.input;
        draft.call.content.output = said.output;
        draft.call.finish = said.finish;
        LogEvent::Message
    };
    super::tell(&told, &mut draft);
    if event == LogEvent::Call {
        draft.call.error = failure::read(&told);
    }
    let dialect = if event == LogEvent::Message { Dialect::OldGenAi } else { Dialect::GenAi };
    draft.operation(dialect, || Some(Operation::Chat));
    Some((event, draft.finish()?))
}

/// The event that a record is of.
pub(in super::super) fn event_of(record: &LogRecord) -> Option<String> {
    event_name(record, &Attributes::new(&record.attributes))
}

/// Records name their event in a field, in an attribute, or in their body.
fn event_name(record: &LogRecord, attributes: &Attributes) -> Option<String> {
    if !record.event_name.is_empty() {
        return Some(record.event_name.clone());
    }
    let known = |name: &String| name.starts_with("gen_ai.") || name.starts_with("claude_code.");
    let in_body = match body(record.body.as_ref()) {
        Some(text @ Value::StringValue(_)) => name_of(text).filter(known),
        _ => None,
    };
    in_body.or_else(|| attributes.name(&["event.name"]))
}

fn span(record: &LogRecord) -> Option<SpanRef> {
    let told = |id: &[u8], length: usize| id.len() == length && id.iter().any(|byte| *byte != 0);
    let hex = |id: &[u8]| id.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    (told(&record.trace_id, 16) && told(&record.span_id, 8))
        .then(|| SpanRef { trace_id: hex(&record.trace_id), span_id: hex(&record.span_id) })
}
