//! What one can search for in a call: everything that was said, by whomever.

use super::super::content::{Content, Part};

/// How many bytes of a call's words are indexed.
const INDEXED: usize = 64 << 10;

/// The words of a call, one piece in a line.
pub(super) fn words(content: &Content) -> String {
    let messages = content.input.iter().chain(&content.output).flat_map(|message| &message.parts);
    let said = content.system.iter().chain(messages).filter_map(said);
    let found = content.documents.iter().filter_map(|document| document.content.as_deref());
    let tools = [content.arguments.as_deref(), content.result.as_deref()].into_iter().flatten();
    let mut words = String::new();
    for piece in said.chain(found).chain(tools) {
        let room = INDEXED.saturating_sub(words.len() + 1);
        words.push_str(&piece[..piece.floor_char_boundary(room)]);
        words.push('\n');
        if room == 0 {
            break;
        }
    }
    words
}

fn said(part: &Part) -> Option<&str> {
    match part {
        Part::Text { text } | Part::Reasoning { text } | Part::Other { text, .. } => Some(text),
        Part::ToolCall { arguments, .. } => arguments.as_deref(),
        Part::ToolResult { result, .. } => Some(result),
        Part::Media { .. } => None,
    }
}
