//! What is made fits what was asked for, by a validator that is written apart from the maker.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

/// What of `value` does not fit `schema`, for the keywords that the maker knows.
fn misfit(root: &Value, schema: &Value, value: &Value) -> Option<String> {
    if schema == &json!(true) || schema.is_null() {
        return None;
    }
    let wrong = |what: &str| Some(format!("{value} breaks {what} of {schema}"));
    if let Some(path) = schema["$ref"].as_str() {
        return misfit(root, root.pointer(path.trim_start_matches('#')).unwrap(), value);
    }
    let list = |name: &str| schema[name].as_array().cloned().unwrap_or_default();
    if let Some(problem) = list("allOf").iter().find_map(|part| misfit(root, part, value)) {
        return Some(problem);
    }
    for name in ["anyOf", "oneOf"] {
        let choices = list(name);
        if !choices.is_empty() && choices.iter().all(|choice| misfit(root, choice, value).is_some()) {
            return wrong(name);
        }
    }
    if schema.get("const").is_some_and(|only| only != value) {
        return wrong("const");
    }
    if schema.get("enum").is_some_and(|_| !list("enum").contains(value)) {
        return wrong("enum");
    }
    let is = |kind: &Value| match kind.as_str().unwrap() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        _ => value.is_null(),
    };
    let fits = match &schema["type"] {
        Value::Null => true,
        Value::Array(kinds) => kinds.iter().any(is),
        kind => is(kind),
    };
    if !fits {
        return wrong("type");
    }
    inside(root, schema, value)
}

/// What does not fit of what a value holds, or of its size.
fn inside(root: &Value, schema: &Value, value: &Value) -> Option<String> {
    let wrong = |what: &str| Some(format!("{value} breaks {what} of {schema}"));
    let get = |name: &str| schema[name].as_f64();
    let sized = |length: usize, least: &str, most: &str| {
        get(least).is_none_or(|least| length as f64 >= least) && get(most).is_none_or(|most| length as f64 <= most)
    };
    match value {
        Value::Object(object) => {
            if let Some(name) = names(schema, "required").find(|name| !object.contains_key(*name)) {
                return wrong(name);
            }
            let closed = schema["additionalProperties"] == false;
            object.iter().find_map(|(name, value)| match schema["properties"].get(name) {
                Some(schema) => misfit(root, schema, value),
                None if closed => wrong("additionalProperties"),
                None => None,
            })
        }
        Value::Array(items) if !sized(items.len(), "minItems", "maxItems") => wrong("length"),
        Value::Array(items) => items.iter().find_map(|item| misfit(root, &schema["items"], item)),
        Value::String(text) if !sized(text.chars().count(), "minLength", "maxLength") => wrong("length"),
        Value::Number(number) => {
            let number = number.as_f64().unwrap();
            let fits = get("minimum").is_none_or(|least| number >= least)
                && get("maximum").is_none_or(|most| number <= most)
                && get("exclusiveMinimum").is_none_or(|least| number > least)
                && get("exclusiveMaximum").is_none_or(|most| number < most)
                && get("multipleOf").is_none_or(|step| (number / step).fract() == 0.0);
            if fits { None } else { wrong("bounds") }
        }
        _ => None,
    }
}

const WORDS: &str = "I hear a slow drip behind the hatch. Something here remembers what happened.";

fn schemas() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({ "type": "boolean" })),
        Just(json!({ "type": ["string", "null"] })),
        Just(json!({ "const": { "kind": "fixed" } })),
        Just(json!({ "enum": ["one", 2, null] })),
        Just(json!({ "$ref": "#/$defs/tree" })),
        (-50i64..50, 0i64..9)
            .prop_map(|(low, span)| json!({ "type": "integer", "minimum": low, "maximum": low + span })),
        (-50i64..50).prop_map(|low| json!({ "type": "integer", "exclusiveMinimum": low, "multipleOf": 5 })),
        (-50i64..50).prop_map(|low| json!({ "type": "number", "exclusiveMinimum": low, "exclusiveMaximum": low + 1 })),
        (0u64..40, 0u64..40)
            .prop_map(|(least, more)| json!({ "type": "string", "minLength": least, "maxLength": least + more })),
    ];
    leaf.prop_recursive(4, 40, 4, |inner| {
        let properties = prop::collection::btree_map("[a-d]", (inner.clone(), any::<bool>()), 0..4);
        prop_oneof![
            (inner.clone(), 0u64..4, 0u64..4).prop_map(
                |(items, least, more)| json!({ "type": "array", "items": items, "minItems": least, "maxItems": least + more })
            ),
            prop::collection::vec(inner, 1..4).prop_map(|choices| json!({ "anyOf": choices })),
            properties.prop_map(|properties| {
                let required: Vec<&String> =
                    properties.iter().filter(|(_, (_, required))| *required).map(|(name, _)| name).collect();
                let schemas: Map<String, Value> =
                    properties.iter().map(|(name, (schema, _))| (name.clone(), schema.clone())).collect();
                json!({ "type": "object", "properties": schemas, "required": required, "additionalProperties": false })
            }),
        ]
    })
}

proptest! {
    #[test]
    fn what_is_made_fits(schema in schemas(), seed in any::<u64>()) {
        let tree = json!({
            "type": "object",
            "properties": { "name": { "type": "string" }, "branches": { "type": "array", "items": { "$ref": "#/$defs/tree" } } },
            "required": ["name", "branches"],
            "additionalProperties": false,
        });
        let mut root = schema;
        root["$defs"] = json!({ "tree": tree });
        let value = instance(&root, seed, WORDS).unwrap();
        prop_assert_eq!(misfit(&root, &root, &value), None);
        prop_assert_eq!(instance(&root, seed, WORDS).unwrap(), value, "the seed decides");
    }
}

#[test]
fn strings_are_what_was_said() {
    let value = instance(&json!({ "type": "string" }), 7, WORDS).unwrap();
    assert!(WORDS.contains(value.as_str().unwrap()), "{value}");
    let formats = ["date-time", "date", "email", "uuid", "ipv4"];
    let made = formats.map(|format| instance(&json!({ "type": "string", "format": format }), 7, WORDS).unwrap());
    assert!(made[0].as_str().unwrap().parse::<jiff::Timestamp>().is_ok(), "{}", made[0]);
    assert!(made[1].as_str().unwrap().parse::<jiff::civil::Date>().is_ok(), "{}", made[1]);
    assert!(made[2].as_str().unwrap().ends_with("@example.com"));
    assert!(made[3].as_str().unwrap().parse::<uuid::Uuid>().is_ok(), "{}", made[3]);
    assert!(made[4].as_str().unwrap().parse::<std::net::Ipv4Addr>().is_ok(), "{}", made[4]);
}

#[test]
fn an_answer_that_fits_already_stays() {
    let schema = json!({ "type": "object", "properties": { "score": { "type": "integer" } }, "required": ["score"] });
    assert_eq!(answer(&schema, 1, r#"{"score": 4}"#).unwrap(), r#"{"score": 4}"#);
    assert!(answer(&schema, 1, "no JSON").unwrap().starts_with(r#"{"score":"#));
    assert_eq!(answer(&json!({ "type": "object" }), 1, "Hi.").unwrap(), r#"{"answer":"Hi."}"#);
}

#[test]
fn what_no_answer_could_hold_is_refused_at_once() {
    let itself = json!({ "$ref": "#/$defs/n" });
    let twice = json!({ "type": "object", "properties": { "a": itself, "b": itself }, "required": ["a", "b"] });
    let names: Vec<String> = (0..60_000).map(|number| format!("p{number}")).collect();
    let sized = |kind: &str, keyword: &str, size: u64| json!({ "type": kind, keyword: size });
    for schema in [
        sized("array", "minItems", 100_000_000_000_000),
        json!({ "type": "array", "minItems": u64::MAX, "uniqueItems": true, "items": { "type": "boolean" } }),
        sized("object", "minProperties", u64::MAX),
        sized("string", "minLength", 3_000_000),
        json!({ "$ref": "#/$defs/n", "$defs": { "n": twice } }),
        json!({ "type": "array", "minItems": 9, "items": { "const": "long".repeat(9000) } }),
        json!({ "type": "array", "minItems": 9, "items": { "type": "object", "required": names } }),
    ] {
        assert_eq!(instance(&schema, 7, WORDS), Err(TooMuch));
    }
}

#[test]
fn what_may_be_left_out_is_where_there_would_be_too_much() {
    let itself = json!({ "$ref": "#" });
    let properties: Map<String, Value> = (0..30).map(|number| (format!("p{number}"), itself.clone())).collect();
    let schema = json!({ "type": "object", "properties": properties });
    let value = instance(&schema, 7, WORDS).unwrap();
    assert!(value.to_string().matches("{}").count() > 100, "{value}");
}

#[test]
fn an_object_has_no_more_properties_than_it_may() {
    let text = json!({ "type": "string" });
    let properties: Map<String, Value> = ('a'..='z').map(|name| (name.to_string(), text.clone())).collect();
    let schema = json!({ "type": "object", "properties": properties, "required": ["z"], "maxProperties": 3 });
    let value = instance(&schema, 7, WORDS).unwrap();
    assert!(value.as_object().unwrap().len() == 3 && value["z"].is_string(), "{value}");
    let inner = json!({ "type": "object", "maxProperties": 0 });
    let value = instance(&json!({ "properties": { "a": inner }, "minProperties": 1 }), 7, WORDS).unwrap();
    assert_eq!(value, json!({ "a": {} }), "the bound of a property is its own");
}

#[test]
fn items_that_must_differ_do() {
    let item = json!({ "type": "integer", "minimum": 0, "maximum": 30 });
    let schema = json!({ "type": "array", "items": item, "minItems": 20, "uniqueItems": true });
    let value = instance(&schema, 7, WORDS).unwrap();
    let mut items: Vec<i64> = value.as_array().unwrap().iter().filter_map(Value::as_i64).collect();
    items.sort_unstable();
    items.dedup();
    assert_eq!(items.len(), 20, "{value}");
}
