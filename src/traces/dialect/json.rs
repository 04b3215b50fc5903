//! Values of telemetry as JSON: structures, texts that hold JSON, and lists that were flattened into names.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use serde_json::{Map, Value as Json, json};

use super::limit::{self, DEPTH, JSON_BYTES, NAME_BYTES};

/// A value as it is: a text stays one.
pub(super) fn of(value: &Value) -> Json {
    within(value, DEPTH)
}

/// A value, and where it is a text that holds a JSON structure, that.
pub(super) fn parsed(value: &Value) -> Json {
    match value {
        Value::StringValue(text) => structure(text).unwrap_or_else(|| Json::String(text.clone())),
        other => of(other),
    }
}

/// The object or list that a text holds.
pub(super) fn structure(text: &str) -> Option<Json> {
    let opens = text.trim_start().starts_with(['{', '[']);
    let parsed = (opens && text.len() <= JSON_BYTES).then(|| serde_json::from_str(text).ok())??;
    Some(parsed)
}

/// What a text within JSON holds, where dialects put JSON into JSON.
pub(super) fn opened(json: &Json) -> Json {
    json.as_str().and_then(structure).unwrap_or_else(|| json.clone())
}

/// A text without the quotes that make it JSON, where dialects write plain texts as JSON too.
pub(super) fn unquoted(text: &str) -> String {
    let quoted = text.len() <= JSON_BYTES && text.starts_with('"');
    quoted.then(|| serde_json::from_str(text).ok()).flatten().unwrap_or_else(|| text.to_owned())
}

/// The text of a value, of at most `most` bytes: itself, or as JSON.
pub(super) fn text(json: &Json, most: usize) -> Option<String> {
    match json {
        Json::Null => None,
        Json::String(text) if text.trim().is_empty() => None,
        Json::String(text) => Some(limit::cut(text, most)),
        other => Some(limit::cut(&other.to_string(), most)),
    }
}

/// A short text or number.
pub(super) fn name(json: &Json) -> Option<String> {
    match json {
        Json::String(text) if !text.trim().is_empty() => Some(limit::start(text.trim(), NAME_BYTES).to_owned()),
        Json::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A number, also where it is a text.
pub(super) fn number(json: &Json) -> Option<f64> {
    let number = json.as_f64().or_else(|| json.as_str()?.trim().parse().ok())?;
    number.is_finite().then_some(number)
}

/// The first of `keys` that an object has and that holds something.
pub(super) fn first<'a>(object: &'a Json, keys: &[&str]) -> Option<&'a Json> {
    keys.iter().find_map(|key| object.get(key).filter(|json| !is_empty(json)))
}

/// Whether there is nothing in it.
pub(super) fn is_empty(json: &Json) -> bool {
    match json {
        Json::Null => true,
        Json::String(text) => text.is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// Names with points in them as the structure that they were; numbers in them are places in lists.
pub(super) fn unflattened<'a>(leaves: impl Iterator<Item = (&'a str, Json)>) -> Option<Json> {
    let mut root = Map::new();
    for (name, leaf) in leaves {
        plant(&mut root, name, leaf);
    }
    (!root.is_empty()).then(|| listed(Json::Object(root)))
}

fn plant(root: &mut Map<String, Json>, name: &str, leaf: Json) {
    let mut branch = root;
    let mut segments = name.splitn(DEPTH, '.').peekable();
    while let Some(segment) = segments.next() {
        if segments.peek().is_none() {
            branch.entry(segment).or_insert(leaf);
            return;
        }
        let next = branch.entry(segment).or_insert_with(|| json!({}));
        if !next.is_object() {
            // A value and a structure of one name: the structure tells more.
            *next = json!({});
        }
        let Json::Object(fields) = next else { return };
        branch = fields;
    }
}

/// Objects whose keys are all numbers, as lists in the order of the numbers.
fn listed(json: Json) -> Json {
    let Json::Object(fields) = json else { return json };
    let numbered: Option<Vec<u64>> = fields.keys().map(|key| key.parse().ok()).collect();
    match numbered {
        Some(numbers) if !numbers.is_empty() => {
            let mut items: Vec<(u64, Json)> =
                numbers.into_iter().zip(fields.into_iter().map(|(_, item)| item)).collect();
            items.sort_by_key(|(number, _)| *number);
            items.into_iter().map(|(_, item)| listed(item)).collect()
        }
        _ => fields.into_iter().map(|(key, item)| (key, listed(item))).collect(),
    }
}

fn within(value: &Value, depth: usize) -> Json {
    let deeper = |value: Option<&Value>| match (value, depth.checked_sub(1)) {
        (None, _) => Json::Null,
        (Some(_), None) => json!("… [cut: too deep]"),
        (Some(value), Some(depth)) => within(value, depth),
    };
    match value {
        Value::StringValue(text) => Json::String(text.clone()),
        Value::BoolValue(flag) => json!(flag),
        Value::IntValue(number) => json!(number),
        Value::DoubleValue(number) => json!(number),
        Value::ArrayValue(list) => list.values.iter().map(|item| deeper(item.value.as_ref())).collect(),
        Value::KvlistValue(list) => {
            let fields = list.values.iter();
            let field = |value: Option<&Value>| deeper(value);
            fields.map(|pair| (pair.key.clone(), field(pair.value.as_ref().and_then(|v| v.value.as_ref())))).collect()
        }
        Value::BytesValue(bytes) => json!({"bytes": bytes.len()}),
        Value::StringValueStrindex(_) => Json::Null,
    }
}
