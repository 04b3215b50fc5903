//! A prompt as the cache sees it: the places up to which it may be kept.

use std::time::Duration;

use serde_json::Value;

use crate::llm::{ChatRequest, Role, count, digest, mix, pieces};

use super::auth::Caller;
use super::body::Fields;
use super::cache::{LONG, Mark, SHORT};
use super::refusal::Refusal;

/// The most breakpoints of a request.
const BREAKPOINTS: usize = 4;

/// What a message costs beyond its words, as everywhere in this program.
const PER_MESSAGE: u64 = 4;

/// OpenAI's cache begins here, and goes on in steps.
const FIRST: u64 = 1024;
const STEP: u64 = 128;

/// How many tokens the definitions of tools have.
pub(super) fn count_tools(fields: &Fields) -> u64 {
    list(fields.get("tools")).map(|tool| count(&tool.to_string())).sum()
}

/// The places in an Anthropic prompt: one after each block, in the order of tools, instructions, messages.
pub(super) fn marked(fields: &Fields, model: &str, caller: Caller) -> Result<Vec<Mark>, Refusal> {
    let mut walk = Walk { marks: Vec::new(), digest: digest(caller.0, model), tokens: 0 };
    for tool in list(fields.get("tools")) {
        walk.block(tool, count(&tool.to_string()))?;
    }
    match fields.get("system") {
        Some(Value::String(text)) => walk.text(text),
        system => list(system).try_for_each(|part| walk.part(part))?,
    }
    // What changes how messages are read ends what can be shared.
    for name in ["tool_choice", "thinking"] {
        walk.digest = fields.get(name).map_or(walk.digest, |value| digest(walk.digest, &value.to_string()));
    }
    for message in list(fields.get("messages")) {
        walk.digest = digest(walk.digest, message["role"].as_str().unwrap_or_default());
        match &message["content"] {
            Value::String(text) => walk.text(text),
            content => list(Some(content)).try_for_each(|part| walk.part(part))?,
        }
        walk.tokens += PER_MESSAGE;
        if let Some(last) = walk.marks.last_mut() {
            last.tokens = walk.tokens;
        }
    }
    if let (Some(control), Some(last)) = (fields.get("cache_control"), walk.marks.last_mut()) {
        last.life = Some(life(control)?);
    }
    if walk.marks.iter().filter(|mark| mark.life.is_some()).count() > BREAKPOINTS {
        let should = format!("A maximum of {BREAKPOINTS} blocks with cache_control may be provided.");
        return Err(Refusal::field("cache_control", &should));
    }
    Ok(walk.marks)
}

/// The places in an OpenAI prompt: nobody marks them, they come every few tokens.
pub(super) fn stepped(request: &ChatRequest, tools: &Fields, model: &str, caller: Caller, life: Duration) -> Vec<Mark> {
    let mut sum = digest(caller.0, model);
    for name in ["tools", "prompt_cache_key"] {
        sum = tools.get(name).map_or(sum, |value| digest(sum, &value.to_string()));
    }
    let mut tokens = count_tools(tools);
    let mut marks = Vec::new();
    let system = std::iter::once((0, request.system.as_str()));
    let said =
        request.messages.iter().map(|message| (1 + u64::from(message.role == Role::User), message.text.as_str()));
    for (role, text) in system.chain(said) {
        sum = mix(sum, role);
        tokens += if role == 0 { 0 } else { PER_MESSAGE };
        for piece in pieces(text) {
            sum = digest(sum, piece);
            tokens += 1;
            if tokens >= FIRST && (tokens - FIRST).is_multiple_of(STEP) {
                marks.push(Mark { digest: sum, tokens, life: Some(life) });
            }
        }
    }
    marks
}

struct Walk {
    marks: Vec<Mark>,
    digest: u64,
    tokens: u64,
}

impl Walk {
    fn text(&mut self, text: &str) {
        self.digest = digest(self.digest, text);
        self.tokens += count(text);
        self.marks.push(Mark { digest: self.digest, tokens: self.tokens, life: None });
    }

    fn part(&mut self, part: &Value) -> Result<(), Refusal> {
        match (part["type"].as_str(), part["text"].as_str()) {
            (Some("text"), Some(text)) => {
                self.text(text);
                self.breakpoint(part)
            }
            // Pictures cost nothing here; what a tool found is read like other words.
            (Some("tool_result"), _) => {
                let found = part["content"].as_str().map_or_else(
                    || list(Some(&part["content"])).filter_map(|part| part["text"].as_str()).map(count).sum(),
                    count,
                );
                self.block(part, found)
            }
            _ => self.block(part, 0),
        }
    }

    fn block(&mut self, block: &Value, tokens: u64) -> Result<(), Refusal> {
        let mut bare = block.clone();
        bare.as_object_mut().map(|block| block.remove("cache_control"));
        self.digest = digest(self.digest, &bare.to_string());
        self.tokens += tokens;
        self.marks.push(Mark { digest: self.digest, tokens: self.tokens, life: None });
        self.breakpoint(block)
    }

    fn breakpoint(&mut self, block: &Value) -> Result<(), Refusal> {
        if let (Some(control), Some(last)) =
            (block.get("cache_control").filter(|it| !it.is_null()), self.marks.last_mut())
        {
            last.life = Some(life(control)?);
        }
        Ok(())
    }
}

fn life(control: &Value) -> Result<Duration, Refusal> {
    match (control["type"].as_str(), control["ttl"].as_str()) {
        (Some("ephemeral"), None | Some("5m")) => Ok(SHORT),
        (Some("ephemeral"), Some("1h")) => Ok(LONG),
        _ => Err(Refusal::field("cache_control", "Input should be of type 'ephemeral' with a ttl of '5m' or '1h'")),
    }
}

fn list(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    value.and_then(Value::as_array).into_iter().flatten()
}
