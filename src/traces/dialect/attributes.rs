//! The attributes of a span or record, looked up by name and read as what they should be, whatever they are.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use serde_json::Value as Json;

use super::json;
use super::limit::{self, ITEMS, NAME_BYTES};

/// Attributes by name. Where a name comes twice, the first counts.
pub(super) struct Attributes<'a> {
    sorted: Vec<(&'a str, &'a Value)>,
}

impl<'a> Attributes<'a> {
    pub(super) fn new(attributes: &'a [KeyValue]) -> Self {
        let told = |attribute: &'a KeyValue| Some((attribute.key.as_str(), attribute.value.as_ref()?.value.as_ref()?));
        let mut sorted: Vec<_> = attributes.iter().filter_map(told).collect();
        sorted.sort_by_key(|(key, _)| *key);
        Self { sorted }
    }

    pub(super) fn get(&self, key: &str) -> Option<&'a Value> {
        let at = self.sorted.partition_point(|(other, _)| *other < key);
        self.sorted.get(at).filter(|(other, _)| *other == key).map(|(_, value)| *value)
    }

    /// What begins with `prefix`, and what follows it in the name.
    pub(super) fn under(&self, prefix: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        let from = self.sorted.partition_point(|(key, _)| *key < prefix);
        self.sorted[from..].iter().map_while(move |(key, value)| Some((key.strip_prefix(prefix)?, *value)))
    }

    pub(super) fn has_any(&self, prefix: &str) -> bool {
        self.under(prefix).next().is_some()
    }

    /// The first of `keys` that holds a name: a short text that is not blank. Numbers count as names.
    pub(super) fn name(&self, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| name_of(self.get(key)?))
    }

    /// The first of `keys` that holds a text, of at most `most` bytes.
    pub(super) fn text(&self, keys: &[&str], most: usize) -> Option<String> {
        keys.iter().find_map(|key| match self.get(key)? {
            Value::StringValue(text) => (!text.trim().is_empty()).then(|| limit::cut(text, most)),
            other => json::text(&json::of(other), most),
        })
    }

    /// The first of `keys` that holds a count, also where it is a text or has a point.
    pub(super) fn count(&self, keys: &[&str]) -> Option<u64> {
        let number = self.number(keys)?;
        // Beyond this a number with a point is not exact, and no count of tokens.
        const MOST: f64 = 9_007_199_254_740_992.0;
        (0.0..=MOST).contains(&number).then_some(number as u64)
    }

    /// The first of `keys` that holds a number, also where it is a text.
    pub(super) fn number(&self, keys: &[&str]) -> Option<f64> {
        keys.iter().find_map(|key| number_of(self.get(key)?))
    }

    /// The first of `keys` that says yes or no.
    pub(super) fn flag(&self, keys: &[&str]) -> Option<bool> {
        keys.iter().find_map(|key| match self.get(key)? {
            Value::BoolValue(flag) => Some(*flag),
            Value::StringValue(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::StringValue(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        })
    }

    /// The first of `keys` that holds names: a list, a list as JSON, or one name alone.
    pub(super) fn names(&self, keys: &[&str]) -> Vec<String> {
        let found = keys.iter().find_map(|key| {
            let names: Vec<String> = match json::parsed(self.get(key)?) {
                Json::Array(items) => items.iter().filter_map(json::name).take(ITEMS).collect(),
                one => json::name(&one).into_iter().collect(),
            };
            (!names.is_empty()).then_some(names)
        });
        found.unwrap_or_default()
    }

    /// The first of `keys` that is there, as JSON: a structure, a text that holds one, or a plain value.
    pub(super) fn json(&self, keys: &[&str]) -> Option<Json> {
        keys.iter().find_map(|key| Some(json::parsed(self.get(key)?)).filter(|json| !json::is_empty(json)))
    }

    /// The list that was flattened into names under `prefix`, which ends with a point. Other names may begin so too:
    /// `gen_ai.prompt.0.role` and `gen_ai.prompt.name`.
    pub(super) fn list(&self, prefix: &str) -> Option<Json> {
        let numbered = |name: &str| name.starts_with(|first: char| first.is_ascii_digit());
        self.gathered(self.under(prefix).filter(|(name, _)| numbered(name)))
    }

    /// What was flattened into names under `prefix`, which ends with a point, put together again.
    pub(super) fn tree(&self, prefix: &str) -> Option<Json> {
        self.gathered(self.under(prefix))
    }

    fn gathered(&self, leaves: impl Iterator<Item = (&'a str, &'a Value)>) -> Option<Json> {
        let leaves = leaves.take(limit::FLAT_ATTRIBUTES);
        json::unflattened(leaves.map(|(name, value)| (name, json::of(value))))
    }
}

/// A value as a name.
pub(super) fn name_of(value: &Value) -> Option<String> {
    match value {
        Value::StringValue(text) => {
            let text = text.trim();
            (!text.is_empty()).then(|| limit::start(text, NAME_BYTES).to_owned())
        }
        Value::IntValue(number) => Some(number.to_string()),
        Value::DoubleValue(number) => Some(number.to_string()),
        Value::BoolValue(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// A value as a number.
pub(super) fn number_of(value: &Value) -> Option<f64> {
    let number = match value {
        Value::IntValue(number) => *number as f64,
        Value::DoubleValue(number) => *number,
        Value::StringValue(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}

/// What a record's body holds.
pub(super) fn body(value: Option<&AnyValue>) -> Option<&Value> {
    value?.value.as_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attribute(key: &str, value: Value) -> KeyValue {
        KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
    }

    fn text(key: &str, value: &str) -> KeyValue {
        attribute(key, Value::StringValue(value.to_owned()))
    }

    #[test]
    fn numbers_are_read_from_whatever_holds_them() {
        let list = [
            text("a", "12"),
            attribute("b", Value::DoubleValue(3.0)),
            attribute("c", Value::IntValue(-1)),
            text("d", "many"),
            attribute("e", Value::DoubleValue(f64::NAN)),
            attribute("f", Value::DoubleValue(1e300)),
        ];
        let attributes = Attributes::new(&list);
        let counts = ["a", "b", "c", "d", "e", "f", "g"].map(|key| attributes.count(&[key]));
        assert_eq!(counts, [Some(12), Some(3), None, None, None, None, None]);
        assert_eq!(attributes.count(&["g", "d", "b"]), Some(3), "the first that is a number");
    }

    #[test]
    fn the_first_of_two_counts_and_blanks_are_nothing() {
        let list = [text("a", " "), text("b", "x"), text("b", "y"), attribute("c", Value::IntValue(7))];
        let attributes = Attributes::new(&list);
        assert_eq!(attributes.name(&["a", "b"]).as_deref(), Some("x"));
        assert_eq!(attributes.name(&["c"]).as_deref(), Some("7"));
        assert_eq!(attributes.under("b").count(), 2);
        assert!(!attributes.has_any("d"));
    }

    #[test]
    fn names_come_as_lists_as_json_and_alone() {
        let list = [text("a", r#"["stop","length"]"#), text("b", "stop"), text("c", "[broken")];
        let attributes = Attributes::new(&list);
        assert_eq!(attributes.names(&["a"]), ["stop", "length"]);
        assert_eq!(attributes.names(&["b"]), ["stop"]);
        assert_eq!(attributes.names(&["c"]), ["[broken"]);
    }

    #[test]
    fn flattened_lists_are_put_together_in_the_order_of_their_numbers() {
        let list = [
            text("m.10.role", "c"),
            text("m.2.role", "b"),
            text("m.0.parts.0.x", "a"),
            text("m.0", "lost"),
            text("m.name", "x"),
        ];
        let tree = Attributes::new(&list).list("m.");
        assert_eq!(tree, Some(serde_json::json!([{"parts": [{"x": "a"}]}, {"role": "b"}, {"role": "c"}])));
    }
}
