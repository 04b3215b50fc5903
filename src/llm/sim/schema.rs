//! Answers in JSON: a value that fits a schema, drawn from a seed, with words from what the simulator would have said.
//!
//! Understood are the keywords that providers accept for structured outputs, and the bounds of JSON Schema beside them.
//! `pattern`, `not` and conditions are not: a value may break them.

use std::collections::HashSet;

use serde_json::{Map, Number, Value, json};

use super::super::chance::{digest, mix};

mod budget;
mod flat;
mod text;

use budget::{Budget, TooMuch};
use flat::Flat;

/// So deep, values become as small as they may be.
const DEEP: usize = 6;

/// So deep, nothing more is made: the schema leads in a circle.
const DEEPEST: usize = 24;

/// A value that fits `schema` as JSON. `said` itself, if it is an object that has what is required; else it gives the
/// words. None when it would be too large for an answer.
pub(super) fn answer(schema: &Value, seed: u64, said: &str) -> Result<String, TooMuch> {
    if let Ok(Value::Object(object)) = serde_json::from_str(said)
        && names(schema, "required").all(|name| object.contains_key(name))
        && schema["properties"].as_object().is_none_or(|known| object.keys().all(|name| known.contains_key(name)))
    {
        return Ok(said.to_owned());
    }
    // An object of which nothing is known says what there is to say.
    if schema["type"] == "object" && schema.as_object().is_some_and(|schema| schema.len() == 1) {
        return Ok(json!({ "answer": said }).to_string());
    }
    Ok(instance(schema, seed, said)?.to_string())
}

/// A value that fits `schema`, made of `words`.
fn instance(schema: &Value, seed: u64, words: &str) -> Result<Value, TooMuch> {
    let words = words.split_whitespace().collect();
    Maker { root: schema, words, budget: Budget::new() }.make(schema, seed, 0)
}

struct Maker<'a> {
    root: &'a Value,
    words: Vec<&'a str>,
    budget: Budget,
}

impl<'a> Maker<'a> {
    fn make(&self, schema: &'a Value, seed: u64, depth: usize) -> Result<Value, TooMuch> {
        self.budget.take(1)?;
        if depth > DEEPEST {
            return Ok(Value::Null);
        }
        let schema = self.flattened(schema, seed, depth)?;
        if let Some(only) = schema.get("const") {
            return self.copy(only);
        }
        if let Some(choices) = schema.get("enum").and_then(Value::as_array).filter(|choices| !choices.is_empty()) {
            return self.copy(pick(choices, seed));
        }
        Ok(match self.kind(&schema, seed, depth)? {
            "object" => self.object(&schema, seed, depth)?,
            "array" => self.array(&schema, seed, depth)?,
            "integer" => integer(&schema, seed),
            "number" => number(&schema, seed),
            "boolean" => Value::Bool(seed.is_multiple_of(2)),
            "null" => Value::Null,
            _ => Value::String(text::make(&schema, seed, &self.words, &self.budget)?),
        })
    }

    /// Whether values are to be as small as they may be.
    fn is_sparing(&self, depth: usize) -> bool {
        depth >= DEEP || self.budget.is_low()
    }

    fn copy(&self, value: &Value) -> Result<Value, TooMuch> {
        self.budget.take_value(value)?;
        Ok(value.clone())
    }

    /// `schema` with what it refers to, with all of `allOf`, and with one of what there is to choose from.
    fn flattened(&self, schema: &'a Value, seed: u64, depth: usize) -> Result<Flat<'a>, TooMuch> {
        let mut flat = Flat::default();
        flat.merge(schema, &self.budget)?;
        for step in 0..DEEPEST {
            let seed = mix(seed, step as u64);
            if let Some(Value::String(reference)) = flat.take("$ref") {
                self.budget.take(reference.len())?;
                let pointer = reference.trim_start_matches('#').replace("%25", "%");
                flat.merge(self.root.pointer(&pointer).unwrap_or(&Value::Null), &self.budget)?;
            } else if let Some(Value::Array(all)) = flat.take("allOf") {
                self.budget.take(all.len())?;
                all.iter().try_for_each(|part| flat.merge(part, &self.budget))?;
            } else if let Some(choices) = ["anyOf", "oneOf"].iter().find_map(|name| flat.take(name)) {
                let choices = choices.as_array().map(Vec::as_slice).unwrap_or_default();
                if let Some(choice) = self.choice(choices, seed, depth)? {
                    flat.merge(choice, &self.budget)?;
                }
            } else {
                break;
            }
        }
        Ok(flat)
    }

    fn choice(&self, choices: &'a [Value], seed: u64, depth: usize) -> Result<Option<&'a Value>, TooMuch> {
        if self.is_sparing(depth) {
            // Deep down, what does not lead on is better.
            self.budget.take(choices.len())?;
            let shallow = choices.iter().find(|choice| choice.get("$ref").is_none() && !grows(choice));
            if shallow.is_some() {
                return Ok(shallow);
            }
        }
        Ok((!choices.is_empty()).then(|| pick(choices, seed)))
    }

    fn object(&self, schema: &Flat<'a>, seed: u64, depth: usize) -> Result<Value, TooMuch> {
        let (least, most) = (schema.count("minProperties", 0), schema.count("maxProperties", usize::MAX));
        let more = schema.get("additionalProperties").unwrap_or(&Value::Null);
        let mut object = Map::new();
        let put = |object: &mut Map<String, Value>, name: &str, schema, seed| {
            self.budget.take(name.len())?;
            object.insert(name.to_owned(), self.make(schema, seed, depth + 1)?);
            Ok(())
        };
        for name in &schema.required {
            put(&mut object, name, schema.properties.get(name).unwrap_or(&more), digest(seed, name))?;
        }
        for (name, property) in schema.properties.iter().filter(|(name, _)| !schema.required.contains(*name)) {
            let seed = digest(seed, name);
            // What may be left out is there most of the time, but not where it would lead on for ever.
            let there = object.len() < least || (!self.is_sparing(depth) && !seed.is_multiple_of(4));
            if there && object.len() < most {
                put(&mut object, name, property, seed)?;
            }
        }
        for number in object.len()..least {
            put(&mut object, &format!("item{number}"), more, mix(seed, number as u64))?;
        }
        Ok(Value::Object(object))
    }

    fn array(&self, schema: &Flat<'a>, seed: u64, depth: usize) -> Result<Value, TooMuch> {
        let first = schema.get("prefixItems").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let most = schema.count("maxItems", usize::MAX);
        let least = schema.count("minItems", 0).max(first.len().min(most));
        let closed = schema.get("items") == Some(&Value::Bool(false));
        let usual = if self.is_sparing(depth) || closed { 0 } else { 1 + usize::try_from(seed % 3).unwrap_or(0) };
        let length = least.max(usual).min(most);
        let unique = schema.get("uniqueItems") == Some(&Value::Bool(true));
        let mut items: Vec<Value> = Vec::new();
        let mut known = HashSet::new();
        // Where items must differ, it may take some tries to find another.
        for number in 0..length.saturating_mul(if unique { 20 } else { 1 }) {
            if items.len() == length {
                break;
            }
            let item = first.get(items.len()).or_else(|| schema.get("items")).unwrap_or(&Value::Null);
            let item = self.make(item, mix(seed, number as u64), depth + 1)?;
            if !unique || known.insert(item.clone()) {
                items.push(item);
            }
        }
        Ok(Value::Array(items))
    }

    /// The type to make: the one that is named, one of those that are, or the one that the keywords are for.
    fn kind(&self, schema: &Flat<'_>, seed: u64, depth: usize) -> Result<&'static str, TooMuch> {
        const KINDS: [&str; 7] = ["object", "array", "integer", "number", "boolean", "null", "string"];
        let known = |name: &str| KINDS.into_iter().find(|kind| *kind == name);
        Ok(match schema.get("type") {
            Some(Value::String(name)) => known(name).unwrap_or("string"),
            Some(Value::Array(names)) if !names.is_empty() => {
                self.budget.take(names.len())?;
                if self.is_sparing(depth) && names.iter().any(|name| name == "null") {
                    return Ok("null");
                }
                pick(names, seed >> 8).as_str().and_then(known).unwrap_or("string")
            }
            _ => {
                let has = |names: &[&str]| names.iter().any(|name| schema.has(name));
                match () {
                    () if has(&["properties", "required", "additionalProperties", "minProperties"]) => "object",
                    () if has(&["items", "prefixItems", "minItems", "maxItems"]) => "array",
                    () if has(&["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"]) => {
                        "number"
                    }
                    () => "string",
                }
            }
        })
    }
}

fn integer(schema: &Flat<'_>, seed: u64) -> Value {
    let (low, high) = bounds(schema);
    let step = schema.get("multipleOf").and_then(Value::as_f64).filter(|step| *step >= 1.0).unwrap_or(1.0).ceil();
    let (low, high) = ((low / step).ceil(), (high / step).floor());
    let span = (high - low).clamp(0.0, 1e6) as u64 + 1;
    Value::Number(Number::from(((low + (seed % span) as f64) * step) as i64))
}

fn number(schema: &Flat<'_>, seed: u64) -> Value {
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
fn bounds(schema: &Flat<'_>) -> (f64, f64) {
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

/// Whether a value of this schema holds others.
fn grows(schema: &Value) -> bool {
    ["properties", "items", "anyOf", "oneOf", "allOf"].iter().any(|name| schema.get(name).is_some())
}

fn names<'a>(schema: &'a Value, list: &str) -> impl Iterator<Item = &'a str> {
    schema.get(list).and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str)
}

fn pick(choices: &[Value], seed: u64) -> &Value {
    &choices[usize::try_from(seed % choices.len() as u64).unwrap_or(0)]
}

#[cfg(test)]
mod tests;
