//! A message as Anthropic tells it, in one piece or in events.

use std::sync::Arc;

use axum::body::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

use super::super::call::{Ending, Stop};
use super::super::events::{Frame, Teller, json as written, named};
use super::super::gate::Ticket;
use super::super::order::Intake;
use super::super::refusal::Refusal;
use super::super::tools::Forced;
use super::super::vendor::Vendor;

const PING: &str = "event: ping\ndata: {\"type\":\"ping\"}\n\n";

/// A message on its way out.
pub(super) struct Message {
    id: String,
    ticket: Arc<Ticket>,
    intake: Intake,
    tool: Option<Forced>,
    frame: Frame,
    /// Whether the block has begun that all the text is in.
    begun: bool,
}

#[derive(Serialize)]
struct Shape<'a> {
    id: &'a str,
    r#type: &'static str,
    role: &'static str,
    model: &'a str,
    content: Vec<Value>,
    stop_reason: Option<&'a str>,
    stop_sequence: Option<&'a str>,
    stop_details: Option<Value>,
    usage: Count,
}

#[derive(Serialize)]
struct Count {
    input_tokens: u64,
    cache_creation_input_tokens: u64,
    cache_read_input_tokens: u64,
    cache_creation: Written,
    output_tokens: u64,
    service_tier: &'static str,
}

#[derive(Serialize)]
struct Written {
    ephemeral_5m_input_tokens: u64,
    ephemeral_1h_input_tokens: u64,
}

#[derive(Serialize)]
struct Last<'a> {
    r#type: &'static str,
    delta: Reason<'a>,
    usage: Count,
}

#[derive(Serialize)]
struct Reason<'a> {
    stop_reason: &'a str,
    stop_sequence: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stop_details: Option<Value>,
}

impl Message {
    pub(super) fn new(ticket: &Arc<Ticket>, intake: &Intake, tool: Option<Forced>) -> Self {
        let (kind, field) = if tool.is_some() { ("input_json_delta", "partial_json") } else { ("text_delta", "text") };
        let before = format!(
            "event: content_block_delta\n\
             data: {{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{{\"type\":\"{kind}\",\"{field}\":"
        );
        let frame = Frame::new(before, "}}\n\n");
        Self { id: ticket.name("msg_"), ticket: Arc::clone(ticket), intake: intake.clone(), tool, frame, begun: false }
    }

    fn shape<'a>(&'a self, content: Vec<Value>, ending: Option<&'a Ending>, output: u64) -> Shape<'a> {
        Shape {
            id: &self.id,
            r#type: "message",
            role: "assistant",
            model: self.ticket.model(),
            content,
            stop_reason: ending.map(|ending| self.reason(&ending.stop)),
            stop_sequence: ending.and_then(|ending| sequence(&ending.stop)),
            stop_details: ending.and_then(|ending| details(&ending.stop)),
            usage: self.count(output),
        }
    }

    /// Anthropic counts what was cached apart from the rest of the input.
    fn count(&self, output_tokens: u64) -> Count {
        let found = &self.intake.found;
        Count {
            input_tokens: self.intake.input.saturating_sub(found.read + found.written()),
            cache_creation_input_tokens: found.written(),
            cache_read_input_tokens: found.read,
            cache_creation: Written { ephemeral_5m_input_tokens: found.short, ephemeral_1h_input_tokens: found.long },
            output_tokens,
            service_tier: "standard",
        }
    }

    fn reason<'a>(&self, stop: &'a Stop) -> &'a str {
        match stop {
            Stop::End if self.tool.is_some() => "tool_use",
            Stop::End => "end_turn",
            Stop::Length => "max_tokens",
            Stop::Sequence(_) => "stop_sequence",
            Stop::Refusal => "refusal",
            Stop::Other(reason) => reason,
        }
    }

    fn begin(&mut self) -> String {
        self.begun = true;
        let start = |block: Value| json!({ "type": "content_block_start", "index": 0, "content_block": block });
        match &self.tool {
            None => named("content_block_start", &start(json!({ "type": "text", "text": "" }))),
            Some(tool) => {
                let block =
                    json!({ "type": "tool_use", "id": self.ticket.name("toolu_"), "name": tool.name, "input": {} });
                // The first fragment is always empty.
                let first = self.frame.with("");
                named("content_block_start", &start(block)) + &String::from_utf8_lossy(&first)
            }
        }
    }
}

impl Teller for Message {
    fn open(&mut self) -> String {
        // The output is a first guess: the last event has the number that counts.
        let message = self.shape(Vec::new(), None, 1);
        let start =
            format!("event: message_start\ndata: {{\"type\":\"message_start\",\"message\":{}}}\n\n", written(&message));
        start + PING
    }

    fn ping(&self) -> Option<&'static str> {
        Some(PING)
    }

    fn piece(&mut self, _: usize, text: &str) -> Bytes {
        let piece = self.frame.with(text);
        if self.begun {
            return piece;
        }
        let mut events = self.begin().into_bytes();
        events.extend_from_slice(&piece);
        events.into()
    }

    fn garbled(&self) -> &'static str {
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_del\n\n"
    }

    fn ended(&mut self, _: usize, _: &Ending) -> String {
        String::new()
    }

    fn close(&mut self, endings: &[Ending]) -> String {
        let Some(ending) = endings.first() else { return String::new() };
        let block = if self.begun {
            named("content_block_stop", &json!({ "type": "content_block_stop", "index": 0 }))
        } else {
            String::new()
        };
        let delta = Reason {
            stop_reason: self.reason(&ending.stop),
            stop_sequence: sequence(&ending.stop),
            stop_details: details(&ending.stop),
        };
        let last = Last { r#type: "message_delta", delta, usage: self.count(ending.output) };
        block + &named("message_delta", &last) + &named("message_stop", &json!({ "type": "message_stop" }))
    }

    fn fail(&mut self, refusal: &Refusal) -> String {
        named("error", &Vendor::Anthropic.error(refusal, &self.ticket.request_id))
    }

    fn whole(&self, endings: &[Ending]) -> String {
        let ending = endings.first().cloned().unwrap_or_default();
        let text = &ending.text;
        let content = match &self.tool {
            _ if text.is_empty() => Vec::new(),
            None => vec![json!({ "type": "text", "text": text, "citations": null })],
            Some(tool) => {
                // Where the answer was cut short, there is no value to show.
                let input: Value = serde_json::from_str(text).unwrap_or_else(|_| json!({}));
                vec![json!({ "type": "tool_use", "id": self.ticket.name("toolu_"), "name": tool.name, "input": input })]
            }
        };
        written(&self.shape(content, Some(&ending), ending.output))
    }
}

fn sequence(stop: &Stop) -> Option<&str> {
    if let Stop::Sequence(text) = stop { Some(text) } else { None }
}

fn details(stop: &Stop) -> Option<Value> {
    let refused =
        json!({ "type": "refusal", "category": "general_harms", "explanation": "A fault that was asked for." });
    (*stop == Stop::Refusal).then_some(refused)
}
