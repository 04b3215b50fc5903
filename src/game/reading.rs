//! Reading a content file field by field, so that everything that is wrong with it is found in one go.

use std::cell::RefCell;
use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;

use toml::{Table, Value};

use super::campaign::Problem;

/// Where problems are gathered while something is read.
#[derive(Debug, Default)]
pub(super) struct Problems(RefCell<Vec<Problem>>);

impl Problems {
    pub(super) fn add(&self, at: impl Into<String>, what: impl Into<String>) {
        self.0.borrow_mut().push(Problem { at: at.into(), what: what.into() });
    }

    pub(super) fn into_vec(self) -> Vec<Problem> {
        self.0.into_inner()
    }
}

/// One table of a TOML file. What nobody asked it for when it is dropped is a problem: a key that nobody knows.
#[derive(Debug)]
pub(super) struct Section<'a> {
    at: String,
    table: Table,
    problems: &'a Problems,
}

impl<'a> Section<'a> {
    /// The outermost table of a file; nothing when the text is not TOML, which is then the problem.
    pub(super) fn file(path: &str, text: &str, problems: &'a Problems) -> Option<Self> {
        match toml::from_str(text) {
            Ok(table) => Some(Self { at: format!("{path}:"), table, problems }),
            Err(error) => {
                let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
                let line = before.matches('\n').count() + 1;
                problems.add(format!("{path}: line {line}"), error.message());
                None
            }
        }
    }

    /// The place of a key, as a problem names it.
    pub(super) fn at(&self, key: &str) -> String {
        if self.at.ends_with(':') { format!("{} {key}", self.at) } else { format!("{}.{key}", self.at) }
    }

    pub(super) fn problem(&self, key: &str, what: impl Into<String>) {
        self.problems.add(self.at(key), what);
    }

    /// A text that must be there and must not be empty.
    pub(super) fn text(&mut self, key: &str) -> String {
        if !self.has(key) {
            self.missing(key);
        }
        self.optional_text(key).unwrap_or_default()
    }

    /// A text that may be missing, but not empty.
    pub(super) fn optional_text(&mut self, key: &str) -> Option<String> {
        match self.table.remove(key)? {
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            Value::String(_) => self.wrong(key, "must not be empty"),
            other => self.wrong(key, &format!("must be a text, not {}", kind(&other))),
        }
    }

    /// A text that something can be read from; `None` when it is missing or a problem.
    pub(super) fn optional<T: FromStr<Err: Display>>(&mut self, key: &str) -> Option<T> {
        let text = self.optional_text(key)?;
        text.parse().map_err(|error: T::Err| self.problem(key, error.to_string())).ok()
    }

    /// Like [`Section::optional`], but it must be there.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&mut self, key: &str, otherwise: T) -> T {
        if !self.has(key) {
            self.missing(key);
        }
        self.optional(key).unwrap_or(otherwise)
    }

    /// A whole number within bounds that must be there.
    pub(super) fn number(&mut self, key: &str, range: RangeInclusive<i32>) -> i32 {
        if !self.has(key) {
            self.missing(key);
        }
        let least = *range.start();
        self.optional_number(key, range).unwrap_or(least)
    }

    /// A whole number within bounds that may be missing.
    pub(super) fn optional_number(&mut self, key: &str, range: RangeInclusive<i32>) -> Option<i32> {
        let (least, most) = (*range.start(), *range.end());
        match self.table.remove(key)? {
            Value::Integer(number) => {
                let fits = i32::try_from(number).ok().filter(|number| range.contains(number));
                fits.or_else(|| self.wrong(key, &format!("must be from {least} to {most}, not {number}")))
            }
            other => self.wrong(key, &format!("must be a whole number, not {}", kind(&other))),
        }
    }

    /// A difficulty: a number from 1 to 30 or a word for one.
    pub(super) fn difficulty(&mut self, key: &str) -> Option<i32> {
        match self.table.get(key) {
            Some(Value::String(_)) => self.optional::<super::rules::Difficulty>(key).map(super::rules::Difficulty::dc),
            _ => self.optional_number(key, 1..=30),
        }
    }

    /// Yes or no; no when it is missing.
    pub(super) fn flag(&mut self, key: &str) -> bool {
        match self.table.remove(key) {
            None => false,
            Some(Value::Boolean(flag)) => flag,
            Some(other) => self.wrong(key, &format!("must be true or false, not {}", kind(&other))).unwrap_or(false),
        }
    }

    /// A list of texts, none of them empty; empty when it is missing.
    pub(super) fn texts(&mut self, key: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for (index, item) in self.list(key).into_iter().enumerate() {
            match item {
                Value::String(text) if !text.trim().is_empty() => texts.push(text.trim().to_owned()),
                Value::String(_) => self.problem(&format!("{key}[{index}]"), "must not be empty"),
                other => {
                    self.problem(&format!("{key}[{index}]"), format!("must be a text, not {}", kind(&other)));
                }
            }
        }
        texts
    }

    /// A list of texts that something can be read from.
    pub(super) fn list_of<T: FromStr<Err: Display>>(&mut self, key: &str) -> Vec<T> {
        let texts = self.texts(key).into_iter().enumerate();
        let read = |(index, text): (usize, String)| {
            text.parse().map_err(|error: T::Err| self.problem(&format!("{key}[{index}]"), error.to_string())).ok()
        };
        texts.filter_map(read).collect()
    }

    /// A table within this one that must be there.
    pub(super) fn section(&mut self, key: &str) -> Option<Section<'a>> {
        match self.table.remove(key) {
            Some(Value::Table(table)) => Some(Section { at: self.at(key), table, problems: self.problems }),
            Some(other) => self.wrong(key, &format!("must be a table, not {}", kind(&other))),
            None => {
                self.missing(key);
                None
            }
        }
    }

    /// A table within this one that may be missing.
    pub(super) fn optional_section(&mut self, key: &str) -> Option<Section<'a>> {
        if self.has(key) { self.section(key) } else { None }
    }

    /// Whether the key is there and nobody asked for it yet.
    pub(super) fn has(&self, key: &str) -> bool {
        self.table.contains_key(key)
    }

    /// A list of tables; a problem in one of them is named by its `id`, if it has one.
    pub(super) fn sections(&mut self, key: &str) -> Vec<Section<'a>> {
        let mut sections = Vec::new();
        for (index, item) in self.list(key).into_iter().enumerate() {
            match item {
                Value::Table(table) => {
                    let id = table.get("id").and_then(Value::as_str).map(str::to_owned);
                    let name = id.unwrap_or_else(|| index.to_string());
                    sections.push(Section { at: self.at(&format!("{key}[{name}]")), table, problems: self.problems });
                }
                other => {
                    self.problem(&format!("{key}[{index}]"), format!("must be a table, not {}", kind(&other)));
                }
            }
        }
        sections
    }

    fn list(&mut self, key: &str) -> Vec<Value> {
        match self.table.remove(key) {
            None => Vec::new(),
            Some(Value::Array(items)) => items,
            Some(other) => self.wrong(key, &format!("must be a list, not {}", kind(&other))).unwrap_or_default(),
        }
    }

    fn missing(&self, key: &str) {
        self.problem(key, "is missing");
    }

    fn wrong<T>(&self, key: &str, what: &str) -> Option<T> {
        self.problem(key, what);
        None
    }
}

impl Drop for Section<'_> {
    fn drop(&mut self) {
        for key in self.table.keys() {
            self.problem(key, "is not a key that is known here");
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "a text",
        Value::Integer(_) => "a whole number",
        Value::Float(_) => "a number",
        Value::Boolean(_) => "true or false",
        Value::Datetime(_) => "a date",
        Value::Array(_) => "a list",
        Value::Table(_) => "a table",
    }
}

#[cfg(test)]
mod tests {
    use super::super::rules::{Formula, Skill};
    use super::*;

    fn problems(text: &str, read: impl FnOnce(&mut Section<'_>)) -> Vec<String> {
        let problems = Problems::default();
        if let Some(mut section) = Section::file("a.toml", text, &problems) {
            read(&mut section);
        }
        problems.into_vec().iter().map(Problem::to_string).collect()
    }

    #[test]
    fn everything_that_is_wrong_is_told_with_its_place() {
        let text = "name = ' '\nhp = 'many'\nskills = ['science', 'baking', 3]\nloud = 1\ncolour = 'red'\n\
                    [[blows]]\nid = 'left'\ndamage = '6d'\n[[blows]]\ndamage = 7";
        let found = problems(text, |file| {
            file.text("name");
            file.text("title");
            file.number("hp", 1..=9);
            assert_eq!(file.list_of::<Skill>("skills"), [Skill::Science]);
            assert!(!file.flag("loud"));
            for mut blow in file.sections("blows") {
                blow.optional_text("id");
                blow.parsed("damage", Formula::die(4));
            }
        });
        assert_eq!(
            found,
            [
                "a.toml: name: must not be empty",
                "a.toml: title: is missing",
                "a.toml: hp: must be a whole number, not a text",
                "a.toml: skills[2]: must be a text, not a whole number",
                "a.toml: skills[1]: no such skill; choose one of: command, science, engineering, medical, security, \
                 insight, athletics, stealth, investigation",
                "a.toml: loud: must be true or false, not a whole number",
                "a.toml: blows[left].damage: \"6d\" is not a dice expression; write it like 1d8, 2d6+3 or d4-1",
                "a.toml: blows[1].damage: must be a text, not a whole number",
                "a.toml: colour: is not a key that is known here",
            ]
        );
    }

    #[test]
    fn a_difficulty_is_a_word_or_a_number() {
        let found = problems("a = 'hard'\nb = 12\nc = 31\nd = 'nasty'", |file| {
            let read = ["a", "b", "c", "d", "e"].map(|key| file.difficulty(key));
            assert_eq!(read, [Some(16), Some(12), None, None, None]);
        });
        assert_eq!(
            found,
            [
                "a.toml: c: must be from 1 to 30, not 31",
                "a.toml: d: not a difficulty; write easy, moderate, hard or a number from 1 to 30",
            ]
        );
    }

    #[test]
    fn what_is_no_toml_is_told_with_its_line() {
        let found = problems("a = 1\nb = \n", |_| panic!("there is nothing to read"));
        assert_eq!(found.len(), 1);
        assert!(found[0].starts_with("a.toml: line 2: "), "{found:?}");
    }
}
