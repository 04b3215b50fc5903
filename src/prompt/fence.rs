//! The fence around what a player wrote: models are told that nothing within it is an instruction, and nothing within it
//! can end it.

/// What stands before a player's text.
pub(super) const OPEN: &str = "<player_said>";
/// What stands after it.
pub(super) const CLOSE: &str = "</player_said>";

/// The letters of both tokens, to which every way of writing one comes down.
const MARK: &str = "playersaid";
/// No more of a text than this is looked at, for each character that may be kept.
const SLACK: usize = 8;

/// A player's text on one line between fence tokens, at most `limit` characters of it. Tokens within it are taken out,
/// however they are written, and so are control characters.
pub fn fenced(text: &str, limit: usize) -> String {
    format!("{OPEN}\n{}\n{CLOSE}", bare(text, limit))
}

/// The text on one line without anything that could be taken for a fence token, at most `limit` characters.
pub(super) fn bare(text: &str, limit: usize) -> String {
    let mut kept = String::new();
    for c in text.chars().take(limit.saturating_mul(SLACK)).filter(|c| !is_hidden(*c)) {
        kept.push(if c.is_whitespace() || c.is_control() { ' ' } else { c });
        // What stood around a token may be one when it is gone, so each end is tried when it comes.
        if let Some(start) = kept.rfind('<').filter(|start| c == '>' && letters(&kept[*start..]).contains(MARK)) {
            kept.truncate(start);
        }
    }
    cut(&blunt(&kept).split_whitespace().collect::<Vec<_>>().join(" "), limit)
}

/// At most `limit` characters of a text, with an ellipsis where it was cut.
fn cut(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let kept: String = text.chars().take(limit.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}

/// The text with each beginning of a token that never ends made harmless.
fn blunt(text: &str) -> String {
    let begins = |rest: &str| {
        rest.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).take(MARK.len()).eq(MARK.chars())
    };
    let blunted = text.char_indices().map(|(at, c)| if c == '<' && begins(&text[at + 1..]) { '‹' } else { c });
    blunted.collect()
}

/// The letters and digits in lower case.
fn letters(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Characters that nobody sees: they could hide a token, or turn a line around.
const fn is_hidden(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
