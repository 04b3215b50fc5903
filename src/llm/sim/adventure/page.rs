//! What a request of a game for one player says: notes by section, and what stands within the fence.

use serde_json::Value;

use super::super::super::{ChatRequest, Role};

/// The newest message with a fence in it, taken apart.
pub(super) struct Page<'a> {
    /// What the player said.
    pub(super) said: String,
    notes: Vec<Note<'a>>,
    /// The lines outside of the fence.
    lines: Vec<&'a str>,
    sections: Vec<&'a str>,
    /// What was said and told before, oldest first.
    pub(super) past: Vec<(String, &'a str)>,
}

/// A line such as `- Place: the ring: a curved gallery`.
pub(super) struct Note<'a> {
    section: &'a str,
    pub(super) key: &'a str,
    pub(super) value: &'a str,
}

impl<'a> Page<'a> {
    pub(super) fn read(system: &str, request: &'a ChatRequest) -> Option<Self> {
        let (open, close) = tokens(system)?;
        let inside = |text: &'a str| {
            let (before, rest) = text.split_once(open)?;
            let (said, after) = rest.split_once(close)?;
            Some((before, said.trim(), after))
        };
        let messages = &request.messages;
        let asks = |at: &usize| messages[*at].role == Role::User && inside(&messages[*at].text).is_some();
        // Behind it may stand an order to answer once more.
        let at = (0..messages.len()).rev().find(asks)?;
        let (before, said, after) = inside(&messages[at].text)?;
        let lines: Vec<&str> = before.lines().chain(after.lines()).collect();
        let pairs = messages[..at].chunks(2).filter_map(|pair| match pair {
            [asked, told] => Some((inside(&asked.text)?.1.to_owned(), told.text.as_str())),
            _ => None,
        });
        Some(Self { past: pairs.collect(), ..Self::of(said, lines) })
    }

    /// What the lines say, to somebody who said that.
    pub(super) fn of(said: &str, lines: Vec<&'a str>) -> Self {
        let (mut section, mut sections, mut notes) = ("", Vec::new(), Vec::new());
        for line in &lines {
            if let Some(name) = line.strip_prefix("## ") {
                section = name.trim();
                sections.push(section);
            } else if let Some(text) = line.strip_prefix("- ") {
                let (key, value) = text.split_once(": ").unwrap_or(("", text));
                notes.push(Note { section, key: key.trim(), value: value.trim() });
            }
        }
        Self { said: said.to_owned(), notes, lines, sections, past: Vec::new() }
    }

    /// Whether there is a section of this name.
    pub(super) fn has(&self, section: &str) -> bool {
        self.sections.iter().any(|known| known.starts_with(section))
    }

    /// The notes of a section.
    pub(super) fn section(&self, section: &str) -> impl Iterator<Item = &Note<'a>> {
        self.notes.iter().filter(move |note| note.section.starts_with(section))
    }

    /// What the notes of this name say.
    pub(super) fn all(&self, key: &str) -> impl Iterator<Item = &'a str> {
        self.notes.iter().filter(move |note| note.key == key).map(|note| note.value)
    }

    /// What the first note of this name says.
    pub(super) fn one(&self, key: &str) -> &'a str {
        self.all(key).next().unwrap_or_default()
    }

    /// The state of a game as JSON, if one of the lines is that.
    pub(super) fn view(&self) -> Option<Value> {
        let lines = self.lines.iter().filter(|line| line.starts_with('{'));
        lines.filter_map(|line| serde_json::from_str(line).ok()).find(Value::is_object)
    }
}

/// The tokens of the fence, as the instructions name them: "between <a> and </a>".
fn tokens(system: &str) -> Option<(&str, &str)> {
    system.match_indices("between <").find_map(|(at, lead)| {
        let rest = &system[at + lead.len() - 1..];
        let (open, after) = rest.split_at(rest.find('>')? + 1);
        let after = after.trim_start().strip_prefix("and")?.trim_start();
        let (close, _) = after.split_at(after.find('>')? + 1);
        close.starts_with('<').then_some((open, close))
    })
}
