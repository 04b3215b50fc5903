//! A response as OpenAI tells it, in one piece or in numbered events.

use std::sync::Arc;

use axum::body::Bytes;
use serde_json::{Value, json};

use super::super::call::{Ending, Stop};
use super::super::events::{Frame, Teller, named};
use super::super::gate::Ticket;
use super::super::openai::DECLINED;
use super::super::order::Intake;
use super::super::refusal::Refusal;
use super::super::tools::Forced;
use super::super::vendor::Vendor;

/// How a response is wanted.
pub(super) struct Wanted {
    pub(super) tool: Option<Forced>,
    /// Seconds since 1970.
    pub(super) created: u64,
}

/// A response on its way out.
pub(super) struct Answer {
    ticket: Arc<Ticket>,
    intake: Intake,
    wanted: Wanted,
    frame: Frame,
    /// How many events have been told.
    number: u64,
    /// Whether the item has begun that all the text is in.
    begun: bool,
}

impl Answer {
    pub(super) fn new(ticket: &Arc<Ticket>, intake: &Intake, wanted: Wanted) -> Self {
        let kind = if wanted.tool.is_some() { "function_call_arguments" } else { "output_text" };
        let mut answer = Self {
            ticket: Arc::clone(ticket),
            intake: intake.clone(),
            wanted,
            frame: Frame::new("", ""),
            number: 0,
            begun: false,
        };
        let id = answer.item_id();
        let before = format!(
            "event: response.{kind}.delta\ndata: {{\"type\":\"response.{kind}.delta\",\"item_id\":\"{id}\",\
             \"output_index\":0,\"content_index\":0,\"logprobs\":[],\"delta\":"
        );
        answer.frame = Frame::new(before, ",\"sequence_number\":");
        answer
    }

    fn item_id(&self) -> String {
        self.ticket.name(if self.wanted.tool.is_some() { "fc_" } else { "msg_" })
    }

    /// An event with its number.
    fn event(&mut self, kind: &str, mut value: Value) -> String {
        value["type"] = kind.into();
        value["sequence_number"] = self.number.into();
        self.number += 1;
        named(kind, &value)
    }

    /// An event about the part of the item that holds the text.
    fn part_event(&mut self, kind: &str, mut value: Value) -> String {
        (value["item_id"], value["output_index"]) = (self.item_id().into(), 0.into());
        if self.wanted.tool.is_none() {
            value["content_index"] = 0.into();
        }
        self.event(kind, value)
    }

    fn part(ending: &Ending) -> Value {
        match ending.stop {
            Stop::Refusal => json!({ "type": "refusal", "refusal": DECLINED }),
            _ => json!({ "type": "output_text", "text": ending.text, "annotations": [], "logprobs": [] }),
        }
    }

    /// The item, so far without its text or with all of it.
    fn item(&self, ending: Option<&Ending>) -> Value {
        let status = match ending.map(|ending| &ending.stop) {
            None => "in_progress",
            Some(Stop::Length) => "incomplete",
            Some(_) => "completed",
        };
        let id = self.item_id();
        match &self.wanted.tool {
            Some(tool) => json!({
                "id": id, "type": "function_call", "status": status, "call_id": self.ticket.name("call_"),
                "name": tool.name, "arguments": ending.map_or("", |ending| &ending.text),
            }),
            None => {
                let content: Vec<Value> = ending.iter().map(|ending| Self::part(ending)).collect();
                json!({ "id": id, "type": "message", "status": status, "role": "assistant", "content": content })
            }
        }
    }

    /// The whole response, as far as it is.
    fn response(&self, ending: Option<&Ending>) -> Value {
        let (status, incomplete) = match ending.map(|ending| &ending.stop) {
            None => ("in_progress", Value::Null),
            Some(Stop::Length) => ("incomplete", json!({ "reason": "max_output_tokens" })),
            Some(_) => ("completed", Value::Null),
        };
        // An answer without a word has no item.
        let said = ending.filter(|ending| !ending.text.is_empty() || ending.stop == Stop::Refusal);
        let output: Vec<Value> = said.iter().map(|ending| self.item(Some(ending))).collect();
        let get = |name: &str| self.ticket.fields.get(name).cloned().unwrap_or_default();
        json!({
            "id": self.ticket.name("resp_"),
            "object": "response",
            "created_at": self.wanted.created,
            "status": status,
            "error": null,
            "incomplete_details": incomplete,
            "instructions": get("instructions"),
            "max_output_tokens": get("max_output_tokens"),
            "metadata": {},
            "model": self.ticket.model(),
            "output": output,
            "parallel_tool_calls": true,
            "previous_response_id": null,
            "service_tier": "default",
            "store": false,
            "temperature": get("temperature"),
            "tool_choice": self.ticket.fields.get("tool_choice").cloned().unwrap_or_else(|| json!("auto")),
            "tools": self.ticket.fields.get("tools").cloned().unwrap_or_else(|| json!([])),
            "top_p": get("top_p"),
            "truncation": "disabled",
            "usage": ending.map(|ending| self.usage(ending)),
        })
    }

    fn usage(&self, ending: &Ending) -> Value {
        let (input, found) = (self.intake.input, &self.intake.found);
        json!({
            "input_tokens": input,
            "input_tokens_details": { "cached_tokens": found.read, "cache_write_tokens": found.written() },
            "output_tokens": ending.output,
            "output_tokens_details": { "reasoning_tokens": ending.reasoning },
            "total_tokens": input + ending.output,
        })
    }

    fn begin(&mut self) -> String {
        self.begun = true;
        let item = self.item(None);
        let added = self.event("response.output_item.added", json!({ "output_index": 0, "item": item }));
        if self.wanted.tool.is_some() {
            return added;
        }
        let part = json!({ "type": "output_text", "text": "", "annotations": [], "logprobs": [] });
        added + &self.part_event("response.content_part.added", json!({ "part": part }))
    }

    /// The end of the item.
    fn finish(&mut self, ending: &Ending) -> String {
        let item = self.item(Some(ending));
        let done = match &self.wanted.tool {
            Some(tool) => {
                let done = json!({ "arguments": ending.text, "name": tool.name });
                self.part_event("response.function_call_arguments.done", done)
            }
            None => {
                let text = match ending.stop {
                    Stop::Refusal => self.part_event("response.refusal.done", json!({ "refusal": DECLINED })),
                    _ => self.part_event("response.output_text.done", json!({ "text": ending.text, "logprobs": [] })),
                };
                text + &self.part_event("response.content_part.done", json!({ "part": Self::part(ending) }))
            }
        };
        done + &self.event("response.output_item.done", json!({ "output_index": 0, "item": item }))
    }
}

impl Teller for Answer {
    fn open(&mut self) -> String {
        let response = self.response(None);
        let created = self.event("response.created", json!({ "response": response }));
        created + &self.event("response.in_progress", json!({ "response": response }))
    }

    fn ping(&self) -> Option<&'static str> {
        None
    }

    fn piece(&mut self, _: usize, text: &str) -> Bytes {
        let mut events = if self.begun { Vec::new() } else { self.begin().into_bytes() };
        events.extend_from_slice(&self.frame.with(text));
        events.extend_from_slice(format!("{}}}\n\n", self.number).as_bytes());
        self.number += 1;
        events.into()
    }

    fn garbled(&self) -> &'static str {
        "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\",\"del\n\n"
    }

    fn ended(&mut self, _: usize, ending: &Ending) -> String {
        if ending.stop == Stop::Refusal {
            return self.begin() + &self.part_event("response.refusal.delta", json!({ "delta": DECLINED }));
        }
        String::new()
    }

    fn close(&mut self, endings: &[Ending]) -> String {
        let Some(ending) = endings.first() else { return String::new() };
        let finished = if self.begun { self.finish(ending) } else { String::new() };
        let last = if ending.stop == Stop::Length { "response.incomplete" } else { "response.completed" };
        let response = self.response(Some(ending));
        finished + &self.event(last, json!({ "response": response }))
    }

    fn fail(&mut self, refusal: &Refusal) -> String {
        let error = Vendor::OpenAi.error(refusal, "")["error"].take();
        let told = json!({ "code": error["code"], "message": error["message"], "param": error["param"] });
        self.event("error", told)
    }

    fn whole(&self, endings: &[Ending]) -> String {
        self.response(endings.first()).to_string()
    }
}
