//! Answers in JSON: a value that fits a schema, drawn from a seed, with words from what the simulator would have said.
//!
//! Understood are the keywords that providers accept for structured outputs, and the bounds of JSON Schema beside them.
//! `pattern`, `not` and conditions are not: a value may break them.

use serde_json::{Map, Number, Value, json};

use super::super::chance::{digest, mix};

mod text;

/// So deep, values become as small as they may be.
const DEEP: usize = 6;

/// So deep, nothing more is made: the schema leads in a circle.
const DEEPEST: usize = 24;

/// A value that fits `schema` as JSON. `said` itself, if it is an object that has what is required; else it gives the
/// words.
pub(super) fn answer(schema: &Value, seed: u64, said: &str) -> String {
    if let Ok(Value::Object(object)) = serde_json::from_str(said)
        && names(schema, "required").all(|name| object.contains_key(name))
        && schema["properties"].as_object().is_none_or(|known| object.keys().all(|name| known.contains_key(name)))
    {
        return said.to_owned();
    }
    // An object of which nothing is known says what there is to say.
    if schema["type"] == "object" && schema.as_object().is_some_and(|schema| schema.len() == 1) {
        return json!({ "answer": said }).to_string();
    }
    instance(schema, seed, said).to_string()
}

/// A value that fits `schema`, made of `words`.
pub(super) fn instance(schema: &Value, seed: u64, words: &str) -> Value {
    Maker { root: schema, words }.make(schema, seed, 0)
}

struct Maker<'a> {
    root: &'a Value,
    words: &'a str,
}

impl Maker<'_> {
    fn make(&self, schema: &Value, seed: u64, depth: usize) -> Value {
        let schema = self.flattened(schema, seed, depth);
        if depth > DEEPEST {
            return Value::Null;
        }
        if let Some(only) = schema.get("const") {
            return only.clone();
        }
        if let Some(choices) = schema.get("enum").and_then(Value::as_array).filter(|choices| !choices.is_empty()) {
            return pick(choices, seed).clone();
        }
        match kind(&schema, seed, depth) {
            "object" => self.object(&schema, seed, depth),
            "array" => self.array(&schema, seed, depth),
            "integer" => integer(&schema, seed),
            "number" => number(&schema, seed),
            "boolean" => Value::Bool(seed.is_multiple_of(2)),
            "null" => Value::Null,
            _ => Value::String(text::make(&schema, seed, self.words)),
        }
    }

    /// `schema` with what it refers to, with all of `allOf`, and with one of what there is to choose from.
    fn flattened(&self, schema: &Value, seed: u64, depth: usize) -> Map<String, Value> {
        let mut flat = schema.as_object().cloned().unwrap_or_default();
        for step in 0..DEEPEST {
            let seed = mix(seed, step as u64);
            if let Some(Value::String(reference)) = flat.remove("$ref") {
                let pointer = reference.trim_start_matches('#').replace("%25", "%");
                merge(&mut flat, self.root.pointer(&pointer).unwrap_or(&Value::Null));
            } else if let Some(Value::Array(all)) = flat.remove("allOf") {
                all.iter().for_each(|part| merge(&mut flat, part));
            } else if let Some(choices) = ["anyOf", "oneOf"].iter().find_map(|name| flat.remove(*name)) {
                let choices = choices.as_array().cloned().unwrap_or_default();
                // Deep down, what does not lead on is better.
                let shallow =
                    choices.iter().find(|choice| depth >= DEEP && choice.get("$ref").is_none() && !grows(choice));
                if let Some(choice) = shallow.or_else(|| (!choices.is_empty()).then(|| pick(&choices, seed))) {
                    merge(&mut flat, choice);
                }
            } else {
                break;
            }
        }
        flat
    }

    fn object(&self, schema: &Map<String, Value>, seed: u64, depth: usize) -> Value {
        let none = Map::new();
        let properties = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
        let whole = Value::Object(schema.clone());
        let required: Vec<&str> = names(&whole, "required").collect();
        let least = count(schema, "minProperties", 0);
        let mut object = Map::new();
        for name in &required {
            let seed = digest(seed, name);
            let schema = properties.get(*name).or_else(|| schema.get("additionalProperties")).unwrap_or(&Value::Null);
            object.insert((*name).to_owned(), self.make(schema, seed, depth + 1));
        }
        for (name, schema) in properties.iter().filter(|(name, _)| !required.contains(&name.as_str())) {
            let seed = digest(seed, name);
            // What may be left out is there most of the time, but not where it would lead on for ever.
            let there = object.len() < least || (depth < DEEP && !seed.is_multiple_of(4));
            if there && object.len() < count(schema.as_object().unwrap_or(&none), "maxProperties", usize::MAX) {
                object.insert(name.clone(), self.make(schema, seed, depth + 1));
            }
        }
        let more = schema.get("additionalProperties").unwrap_or(&Value::Null);
        for number in object.len()..least {
            object.insert(format!("item{number}"), self.make(more, mix(seed, number as u64), depth + 1));
        }
        Value::Object(object)
    }

    fn array(&self, schema: &Map<String, Value>, seed: u64, depth: usize) -> Value {
        let first = schema.get("prefixItems").and_then(Value::as_array).cloned().unwrap_or_default();
        let least = count(schema, "minItems", 0).max(first.len().min(count(schema, "maxItems", usize::MAX)));
        let closed = schema.get("items") == Some(&Value::Bool(false));
        let usual = if depth >= DEEP || closed { 0 } else { 1 + usize::try_from(seed % 3).unwrap_or(0) };
        let length = least.max(usual).min(count(schema, "maxItems", usize::MAX));
        let unique = schema.get("uniqueItems") == Some(&Value::Bool(true));
        let mut items: Vec<Value> = Vec::with_capacity(length);
        // Where items must differ, it may take some tries to find another.
        for number in 0..length * if unique { 20 } else { 1 } {
            if items.len() == length {
                break;
            }
            let item = first.get(items.len()).or_else(|| schema.get("items")).unwrap_or(&Value::Null);
            let item = self.make(item, mix(seed, number as u64), depth + 1);
            if !unique || !items.contains(&item) {
                items.push(item);
            }
        }
        Value::Array(items)
    }
}

/// The type to make: the one that is named, one of those that are, or the one that the keywords are for.
fn kind(schema: &Map<String, Value>, seed: u64, depth: usize) -> &'static str {
    const KINDS: [&str; 7] = ["object", "array", "integer", "number", "boolean", "null", "string"];
    let known = |name: &str| KINDS.into_iter().find(|kind| *kind == name);
    match schema.get("type") {
        Some(Value::String(name)) => known(name).unwrap_or("string"),
        Some(Value::Array(names)) if !names.is_empty() => {
            let null = names.iter().any(|name| name == "null");
            if null && depth >= DEEP {
                return "null";
            }
            pick(names, seed >> 8).as_str().and_then(known).unwrap_or("string")
        }
        _ => {
            let has = |names: &[&str]| names.iter().any(|name| schema.contains_key(*name));
            match () {
                () if has(&["properties", "required", "additionalProperties", "minProperties"]) => "object",
                () if has(&["items", "prefixItems", "minItems", "maxItems"]) => "array",
                () if has(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]) => "number",
                () => "string",
            }
        }
    }
}

fn integer(schema: &Map<String, Value>, seed: u64) -> Value {
    let (low, high) = bounds(schema);
    let step = schema.get("multipleOf").and_then(Value::as_f64).filter(|step| *step >= 1.0).unwrap_or(1.0).ceil();
    let (low, high) = ((low / step).ceil(), (high / step).floor());
    let span = (high - low).clamp(0.0, 1e6) as u64 + 1;
    Value::Number(Number::from(((low + (seed % span) as f64) * step) as i64))
}

fn number(schema: &Map<String, Value>, seed: u64) -> Value {
    let (low, high) = bounds(schema);
    if let Some(step) = schema.get("multipleOf").and_then(Value::as_f64).filter(|step| *step > 0.0) {
        let (low, high) = ((low / step).ceil(), (high / step).floor());
        return json!((low + (seed % ((high - low).clamp(0.0, 1e6) as u64 + 1)) as f64) * step);
    }
    // Quarters are exact, and between any bounds lies the middle.
    let quarter = (low * 4.0).ceil() / 4.0 + (seed % 400) as f64 / 4.0;
    json!(if quarter >= low && quarter <= high { quarter } else { f64::midpoint(low, high) })
}

/// Between which numbers it lies, both included.
fn bounds(schema: &Map<String, Value>) -> (f64, f64) {
    let get = |name: &str| schema.get(name).and_then(Value::as_f64);
    let whole = schema.get("type").is_some_and(|kind| kind == "integer");
    let past = if whole { 1.0 } else { 1e-6 };
    let above = |limit: f64| if whole { (limit + 1.0).floor() } else { limit + past };
    let below = |limit: f64| if whole { (limit - 1.0).ceil() } else { limit - past };
    let least = [get("minimum"), get("exclusiveMinimum").map(above)].into_iter().flatten().reduce(f64::max);
    let most = [get("maximum"), get("exclusiveMaximum").map(below)].into_iter().flatten().reduce(f64::min);
    match (least, most) {
        (Some(least), Some(most)) => (least, most.max(least)),
        (Some(least), None) => (least, least + 100.0),
        (None, Some(most)) => (most.min(100.0) - 100.0, most),
        (None, None) => (0.0, 100.0),
    }
}

/// Lays `more` over `schema`: properties and requirements of both hold.
fn merge(schema: &mut Map<String, Value>, more: &Value) {
    for (name, value) in more.as_object().into_iter().flatten() {
        match (schema.get_mut(name), value) {
            (Some(Value::Object(known)), Value::Object(more)) if name == "properties" => {
                known.extend(more.iter().map(|(name, value)| (name.clone(), value.clone())));
            }
            (Some(Value::Array(known)), Value::Array(more)) if name == "required" => known.extend(more.iter().cloned()),
            _ => drop(schema.insert(name.clone(), value.clone())),
        }
    }
}

/// Whether a value of this schema holds others.
fn grows(schema: &Value) -> bool {
    ["properties", "items", "anyOf", "oneOf", "allOf"].iter().any(|name| schema.get(name).is_some())
}

fn names<'a>(schema: &'a Value, list: &str) -> impl Iterator<Item = &'a str> {
    schema.get(list).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn count(schema: &Map<String, Value>, name: &str, usual: usize) -> usize {
    schema.get(name).and_then(Value::as_u64).map_or(usual, |count| usize::try_from(count).unwrap_or(usize::MAX))
}

fn pick(choices: &[Value], seed: u64) -> &Value {
    &choices[usize::try_from(seed % choices.len() as u64).unwrap_or(0)]
}

#[cfg(test)]
mod tests;
