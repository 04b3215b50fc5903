//! What an answer looks like, without the prose of games in it.

use std::fmt;

use serde::Deserializer as _;
use serde::de::{IgnoredAny, MapAccess, Visitor};
use serde_json::Value;

/// The names of an object's members, in order.
pub(crate) fn members(text: &str) -> String {
    let mut names = Vec::new();
    serde_json::Deserializer::from_str(text).deserialize_map(Names(&mut names)).unwrap();
    names.join(" ")
}

struct Names<'a>(&'a mut Vec<String>);

impl<'de> Visitor<'de> for Names<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some((name, _)) = map.next_entry::<String, IgnoredAny>()? {
            self.0.push(name);
        }
        Ok(())
    }
}

/// The names of all members, and the types of what has none; of a list its first item.
pub(crate) fn shape(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(_) => "bool".to_owned(),
        Value::Number(_) => "number".to_owned(),
        Value::String(_) => "text".to_owned(),
        Value::Array(items) => format!("[{}]", items.first().map_or_else(String::new, shape)),
        Value::Object(fields) => {
            let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{name}: {}", shape(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

/// What an answer of a play call says beside prose and state.
pub(crate) fn facts(answer: &Value) -> String {
    let names =
        ["turn", "nature", "told_by", "error_type", "complete", "outcome", "scene", "suggestions", "mechanic_log"];
    let fact = |name: &str| answer.get(name).map(|value| format!("{name}: {value}\n"));
    let usage = |name: &str| format!("{name}: {}\n", answer["usage"][name]);
    let facts: String = names.into_iter().filter_map(fact).collect();
    facts + &["calls", "model", "simulated"].map(usage).concat()
}
