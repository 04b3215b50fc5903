//! A completion as OpenAI tells it, in one piece or in chunks.

use std::sync::Arc;

use axum::body::Bytes;
use serde::Serialize;
use serde_json::{Value, json};

use super::super::body::Fields;
use super::super::call::{Ending, Stop};
use super::super::events::{Frame, Teller, data, json as written};
use super::super::gate::Ticket;
use super::super::names::Gpt;
use super::super::order::Intake;
use super::super::refusal::Refusal;
use super::super::tools::Forced;
use super::super::vendor::Vendor;

/// What a model says that declines.
pub(in super::super) const DECLINED: &str = "I'm sorry, but I can't help with that.";

/// Whether a stream ends with a count of its tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counting {
    Told,
    Omitted,
}

impl Counting {
    pub(super) fn wanted(fields: &Fields) -> Self {
        let options = fields.get("stream_options").unwrap_or(&Value::Null);
        if options["include_usage"] == true { Self::Told } else { Self::Omitted }
    }
}

/// How a completion is wanted.
pub(super) struct Wanted {
    pub(super) tool: Option<Forced>,
    pub(super) counting: Counting,
    pub(super) choices: usize,
    /// Seconds since 1970.
    pub(super) created: u64,
}

/// A completion on its way out.
pub(super) struct Completion {
    id: String,
    ticket: Arc<Ticket>,
    intake: Intake,
    tool: Option<Forced>,
    counting: Counting,
    /// Seconds since 1970.
    created: u64,
    choices: usize,
    /// What the pieces of each choice stand in.
    frames: Vec<Frame>,
}

#[derive(Serialize)]
struct Shape<'a> {
    id: &'a str,
    object: &'static str,
    created: u64,
    model: &'a str,
    choices: Vec<Choice<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    usage: Option<Option<Count>>,
    service_tier: &'static str,
    system_fingerprint: &'static str,
}

#[derive(Serialize)]
struct Choice<'a> {
    index: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Said<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    delta: Option<Value>,
    logprobs: Option<Value>,
    finish_reason: Option<&'a str>,
}

#[derive(Serialize)]
struct Said<'a> {
    role: &'static str,
    content: Option<&'a str>,
    refusal: Option<&'static str>,
    annotations: [Value; 0],
    #[serde(skip_serializing_if = "Option::is_none")]
    tool_calls: Option<Value>,
}

#[derive(Serialize)]
struct Count {
    prompt_tokens: u64,
    completion_tokens: u64,
    total_tokens: u64,
    prompt_tokens_details: Value,
    completion_tokens_details: Value,
}

impl Completion {
    /// A completion for which the parts of `wanted` were asked.
    pub(super) fn new(ticket: &Arc<Ticket>, intake: &Intake, wanted: Wanted) -> Self {
        let Wanted { tool, counting, choices, created } = wanted;
        let (ticket, intake) = (Arc::clone(ticket), intake.clone());
        Self { id: ticket.name("chatcmpl-"), ticket, intake, tool, counting, choices, created, frames: Vec::new() }
    }

    fn shape<'a>(&'a self, object: &'static str, choices: Vec<Choice<'a>>, usage: Option<Option<Count>>) -> Shape<'a> {
        let (id, model) = (self.id.as_str(), self.ticket.model());
        let (created, service_tier, system_fingerprint) = (self.created, "default", "fp_zeroth");
        Shape { id, object, created, model, choices, usage, service_tier, system_fingerprint }
    }

    fn chunk(&self, index: usize, delta: Value, finish_reason: Option<&str>) -> String {
        let choice = Choice { index, message: None, delta: Some(delta), logprobs: None, finish_reason };
        let usage = (self.counting == Counting::Told).then_some(None);
        data(&self.shape("chat.completion.chunk", vec![choice], usage))
    }

    /// What all pieces of a choice stand in.
    fn frame(&self, choice: usize) -> Frame {
        let (open, close) = match self.tool {
            None => ("{\"content\":", "}"),
            Some(_) => ("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":", "}}]}"),
        };
        // The chunk of an empty delta, with the piece in the delta's place.
        let chunk = self.chunk(choice, json!({}), None);
        let (before, after) = chunk.split_once("{}").unwrap_or((&chunk, ""));
        Frame::new(format!("{before}{open}"), format!("{close}{after}"))
    }

    fn call_id(&self, choice: usize) -> String {
        format!("{}{choice}", self.ticket.name("call_"))
    }

    fn choice<'a>(&'a self, index: usize, ending: &'a Ending) -> Choice<'a> {
        let declined = ending.stop == Stop::Refusal;
        let function = |tool: &Forced| json!({ "name": tool.name, "arguments": ending.text });
        let call =
            |tool: &Forced| json!([{ "id": self.call_id(index), "type": "function", "function": function(tool) }]);
        let tool_calls = self.tool.as_ref().filter(|_| !ending.text.is_empty()).map(call);
        let message = Said {
            role: "assistant",
            content: (tool_calls.is_none() && !declined).then_some(ending.text.as_str()),
            refusal: declined.then_some(DECLINED),
            annotations: [],
            tool_calls,
        };
        let finish_reason = Some(self.reason(&ending.stop));
        Choice { index, message: Some(message), delta: None, logprobs: None, finish_reason }
    }

    fn reason<'a>(&self, stop: &'a Stop) -> &'a str {
        match stop {
            Stop::End if self.tool.is_some() => "tool_calls",
            Stop::End | Stop::Sequence(_) | Stop::Refusal => "stop",
            Stop::Length => "length",
            Stop::Other(reason) => reason,
        }
    }

    fn count(&self, endings: &[Ending]) -> Count {
        let sum = |part: fn(&Ending) -> u64| endings.iter().map(part).sum::<u64>();
        let (input, output) = (self.intake.input, sum(|ending| ending.output));
        let found = &self.intake.found;
        // Older models write without telling.
        let written = Gpt::read(self.ticket.model()).is_some_and(|gpt| gpt.cache().1).then(|| found.written());
        Count {
            prompt_tokens: input,
            completion_tokens: output,
            total_tokens: input + output,
            prompt_tokens_details: json!({
                "cached_tokens": found.read,
                "cache_write_tokens": written.unwrap_or(0),
                "audio_tokens": 0,
            }),
            completion_tokens_details: json!({
                "reasoning_tokens": sum(|ending| ending.reasoning),
                "audio_tokens": 0,
                "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            }),
        }
    }
}

impl Teller for Completion {
    fn open(&mut self) -> String {
        self.frames = (0..self.choices).map(|choice| self.frame(choice)).collect();
        let opening = |choice| {
            let delta = match &self.tool {
                None => json!({ "role": "assistant", "content": "", "refusal": null }),
                Some(tool) => {
                    let function = json!({ "name": tool.name, "arguments": "" });
                    let id = self.call_id(choice);
                    let call = json!({ "index": 0, "id": id, "type": "function", "function": function });
                    json!({ "role": "assistant", "content": null, "tool_calls": [call], "refusal": null })
                }
            };
            self.chunk(choice, delta, None)
        };
        (0..self.choices).map(opening).collect()
    }

    fn ping(&self) -> Option<&'static str> {
        None
    }

    fn piece(&mut self, choice: usize, text: &str) -> Bytes {
        self.frames.get(choice).map_or_else(Bytes::new, |frame| frame.with(text))
    }

    fn garbled(&self) -> &'static str {
        "data: {\"id\":\"chatcmpl-0\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"del\n\n"
    }

    fn ended(&mut self, choice: usize, ending: &Ending) -> String {
        let declined = match ending.stop {
            Stop::Refusal => self.chunk(choice, json!({ "refusal": DECLINED }), None),
            _ => String::new(),
        };
        declined + &self.chunk(choice, json!({}), Some(self.reason(&ending.stop)))
    }

    fn close(&mut self, endings: &[Ending]) -> String {
        let count = match self.counting {
            Counting::Told => data(&self.shape("chat.completion.chunk", Vec::new(), Some(Some(self.count(endings))))),
            Counting::Omitted => String::new(),
        };
        count + "data: [DONE]\n\n"
    }

    fn fail(&mut self, refusal: &Refusal) -> String {
        data(&Vendor::OpenAi.error(refusal, ""))
    }

    fn whole(&self, endings: &[Ending]) -> String {
        let choices = endings.iter().enumerate().map(|(index, ending)| self.choice(index, ending)).collect();
        written(&self.shape("chat.completion", choices, Some(Some(self.count(endings)))))
    }
}
