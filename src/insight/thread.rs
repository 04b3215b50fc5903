//! A conversation as a thread: of each call, what was not said before.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use serde::Serialize;

use crate::traces::{Call, Message, Part};

/// How much of what went in, and of what came out, is told of one call; in bytes.
const TOLD: usize = 4 << 10;
/// How much is told of a whole thread.
const TOLD_IN_ALL: usize = 256 << 10;

/// Reads the calls of a conversation in order.
#[derive(Debug, Default)]
pub struct Thread {
    /// Messages that went in already.
    seen: HashSet<u64>,
    told: usize,
}

/// What was new in a call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Said {
    /// The newest messages that went in: those after the model's last words, without those that calls before had. What a
    /// tool was called with.
    pub input: String,
    /// What came out, without thoughts. What a tool answered.
    pub output: String,
    /// Whether there is more of it than this.
    pub cut: bool,
}

impl Said {
    /// What was not looked at.
    pub fn unknown() -> Self {
        Self { cut: true, ..Self::default() }
    }
}

impl Thread {
    /// Whether no more is told.
    pub fn is_full(&self) -> bool {
        self.told >= TOLD_IN_ALL
    }

    /// What was new in the next call.
    pub fn next(&mut self, call: &Call) -> Said {
        let content = &call.content;
        let new = self.newest(&content.input);
        let input = content.arguments.iter().cloned().chain(new.into_iter().map(words));
        let output = content.result.iter().cloned().chain(content.output.iter().map(words));
        let mut said = Said::default();
        said.input = self.shortened(input, &mut said.cut);
        said.output = self.shortened(output, &mut said.cut);
        said
    }

    fn newest<'a>(&mut self, messages: &'a [Message]) -> Vec<&'a Message> {
        let own = messages.iter().rposition(|message| message.role == "assistant").map_or(0, |place| place + 1);
        // Who repeats the last word said it again.
        let last = messages.len().saturating_sub(1);
        let known: Vec<bool> = messages.iter().map(|message| !self.seen.insert(mark(message))).collect();
        let places = own.min(last)..messages.len();
        places.filter(|place| *place == last || !known[*place]).map(|place| &messages[place]).collect()
    }

    fn shortened(&mut self, texts: impl Iterator<Item = String>, cut: &mut bool) -> String {
        let mut text = texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n\n");
        let most = TOLD.min(TOLD_IN_ALL - self.told.min(TOLD_IN_ALL));
        if text.len() > most {
            text.truncate(text.floor_char_boundary(most));
            *cut = true;
        }
        self.told += text.len();
        text
    }
}

fn mark(message: &Message) -> u64 {
    let mut hasher = DefaultHasher::new();
    message.role.hash(&mut hasher);
    words(message).hash(&mut hasher);
    hasher.finish()
}

/// What somebody who reads along would see.
fn words(message: &Message) -> String {
    let part = |part: &Part| match part {
        Part::Text { text } | Part::Other { text, .. } => Some(text.clone()),
        Part::Reasoning { .. } => None,
        Part::ToolCall { name, arguments, .. } => Some(format!("{name}({})", arguments.as_deref().unwrap_or_default())),
        Part::ToolResult { result, .. } => Some(result.clone()),
        Part::Media { modality, .. } => Some(format!("[{modality}]")),
    };
    message.parts.iter().filter_map(part).collect::<Vec<_>>().join("\n")
}
