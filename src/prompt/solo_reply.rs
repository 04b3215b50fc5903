//! The answer of a solo game's storyteller, read.

use std::fmt;

use serde_json::{Map, Value};

use crate::game::solo::Reply;

/// An answer that is no turn: what is wrong with it, for the model and for logs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Malformed(String);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Malformed {}

/// Reads the JSON object of an answer, also within a code fence or between words. What changes may be a list of pairs of
/// key and value, or an object.
///
/// # Errors
/// What is wrong with it.
pub fn read_solo(text: &str) -> Result<Reply, Malformed> {
    let fields = object(text)?;
    let narrative = match fields.get("narrative") {
        Some(Value::String(narrative)) => narrative.trim().to_owned(),
        Some(_) => return Err(malformed("narrative is not a string")),
        None => return Err(malformed("narrative is missing")),
    };
    if narrative.is_empty() {
        return Err(malformed("narrative is empty"));
    }
    let dice_triggers = match fields.get("dice_triggers") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(triggers)) => triggers.clone(),
        Some(_) => return Err(malformed("dice_triggers is not a list")),
    };
    Ok(Reply { narrative, state_delta: delta(fields.get("state_delta"))?, dice_triggers })
}

/// The first object that is whole and has a narrative, else the first that is whole.
fn object(text: &str) -> Result<Map<String, Value>, Malformed> {
    let mut found: Option<Map<String, Value>> = None;
    let mut problem = None;
    let mut from = 0;
    while let Some(start) = text[from..].find('{').map(|at| from + at) {
        let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter::<Map<String, Value>>();
        from = start + 1;
        match values.next() {
            Some(Ok(fields)) if fields.contains_key("narrative") => return Ok(fields),
            Some(Ok(fields)) => {
                from = start + values.byte_offset();
                found.get_or_insert(fields);
            }
            Some(Err(error)) if problem.is_none() => problem = Some(error),
            _ => {}
        }
    }
    found.ok_or_else(|| match problem {
        Some(error) if error.is_eof() => malformed("the JSON breaks off before it is whole"),
        Some(error) => malformed(&format!("the JSON is broken: {error}")),
        None => malformed("there is no JSON object in it"),
    })
}

fn delta(value: Option<&Value>) -> Result<Map<String, Value>, Malformed> {
    let mut delta = Map::new();
    match value {
        None | Some(Value::Null) => {}
        Some(Value::Object(fields)) => delta.clone_from(fields),
        Some(Value::Array(changes)) => {
            for change in changes {
                let (key, value) = (change.get("key").and_then(Value::as_str), change.get("value"));
                let (Some(key), Some(value)) = (key, value) else {
                    return Err(malformed("state_delta has an item without key and value"));
                };
                add(&mut delta, key, value.clone());
            }
        }
        Some(_) => return Err(malformed("state_delta is neither a list nor an object")),
    }
    Ok(delta)
}

/// Adds a change. The same key twice: of lists that are added to or taken from, both count; else the later one.
fn add(delta: &mut Map<String, Value>, key: &str, value: Value) {
    let listed = |value: Value| if let Value::Array(items) = value { items } else { vec![value] };
    let value = match delta.remove(key) {
        Some(before) if key.ends_with(".add") || key.ends_with(".remove") => {
            Value::Array(listed(before).into_iter().chain(listed(value)).collect())
        }
        _ => value,
    };
    delta.insert(key.to_owned(), value);
}

fn malformed(what: &str) -> Malformed {
    Malformed(what.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_reply_is_read_in_either_form() {
        let pairs = r#"{"narrative": " You go. ", "state_delta": [{"key": "location.name", "value": "Bay"},
            {"key": "player.inventory.add", "value": "a"}, {"key": "player.inventory.add", "value": ["b"]}],
            "dice_triggers": [{"roll": "d20", "skill": null, "dc": 10, "modifier": null}]}"#;
        let object = r#"{"narrative": "You go.", "state_delta": {"location.name": "Bay",
            "player.inventory.add": ["a", "b"]}, "dice_triggers": [{"roll": "d20", "skill": null, "dc": 10, "modifier": null}]}"#;
        let reply = read_solo(pairs).unwrap();
        assert_eq!(reply, read_solo(object).unwrap());
        assert_eq!(reply.state_delta["player.inventory.add"], json!(["a", "b"]));
        assert_eq!(reply.dice_triggers.len(), 1);
    }

    #[test]
    fn only_the_narrative_is_needed_and_words_around_the_object_do_no_harm() {
        let bare = Reply { narrative: "Yes.".to_owned(), ..Reply::default() };
        for text in [
            r#"{"narrative": "Yes."}"#,
            r#"{"narrative": "Yes.", "state_delta": null, "dice_triggers": null, "mood": 3}"#,
            "```json\n{\"narrative\": \"Yes.\"}\n```",
            "Sure! {that is} it:\n{\"narrative\": \"Yes.\"}\nShall I go on?",
            r#"{"thinking": true} {"narrative": "Yes."}"#,
        ] {
            assert_eq!(read_solo(text), Ok(bare.clone()), "{text}");
        }
    }

    #[test]
    fn what_is_no_turn_says_why() {
        let table = [
            ("", "there is no JSON object in it"),
            ("The hatch opens.", "there is no JSON object in it"),
            (r#"{"narrative": "The ha"#, "the JSON breaks off before it is whole"),
            (r#"{"narrative": "a" "b"}"#, "the JSON is broken"),
            (r#"{"story": "a"}"#, "narrative is missing"),
            (r#"{"narrative": 3}"#, "narrative is not a string"),
            (r#"{"narrative": " \n"}"#, "narrative is empty"),
            (r#"{"narrative": "a", "state_delta": "b"}"#, "state_delta is neither a list nor an object"),
            (r#"{"narrative": "a", "state_delta": [{"key": "b"}]}"#, "state_delta has an item without key and value"),
            (r#"{"narrative": "a", "dice_triggers": {}}"#, "dice_triggers is not a list"),
        ];
        for (text, expected) in table {
            let problem = read_solo(text).unwrap_err().to_string();
            assert!(problem.starts_with(expected), "{text}: {problem}");
        }
    }
}
