//! JSON that a store keeps without understanding it, and the way back from one state to the one before.

use std::fmt;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::StoreError;

/// A JSON value and the version of its shape, which its owner counts up when the shape changes.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    version: u32,
    text: Arc<str>,
}

impl Document {
    /// `value` as JSON of this version.
    ///
    /// # Errors
    /// [`StoreError::Document`] when it has no JSON, such as a map whose keys are no strings.
    pub fn of(version: u32, value: &impl Serialize) -> Result<Self, StoreError> {
        Ok(Self { version, text: serde_json::to_string(value).map_err(unreadable)?.into() })
    }

    /// The document as it was kept.
    pub fn stored(version: u32, text: impl Into<Arc<str>>) -> Self {
        Self { version, text: text.into() }
    }

    /// The version of its shape.
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The JSON.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The value.
    ///
    /// # Errors
    /// [`StoreError::Document`] when it has another shape.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, StoreError> {
        serde_json::from_str(&self.text).map_err(unreadable)
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{} {}", self.version, self.text)
    }
}

fn unreadable(error: serde_json::Error) -> StoreError {
    // Where it stopped reading, and nothing of what it read.
    StoreError::Document(format!("line {}, column {}", error.line(), error.column()))
}

/// What takes a document back to the one before it: only what differs, so that a turn stays small on disk however large
/// the state is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta(Arc<str>);

/// How a delta is written.
#[derive(Serialize, Deserialize)]
struct Written {
    /// The version of the document before.
    v: u32,
    back: Vec<Step>,
}

/// One difference; a path names the members and the places in lists on the way to it.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Step {
    /// The value was this.
    Was(Vec<String>, Value),
    /// There was no such member.
    Not(Vec<String>),
    /// The list had so many of its items, then these: lists mostly grow at their end.
    Had(Vec<String>, usize, Vec<Value>),
}

impl Delta {
    /// What takes `after` back to `before`.
    ///
    /// # Errors
    /// [`StoreError::Document`] when one of them is no JSON.
    pub fn between(after: &Document, before: &Document) -> Result<Self, StoreError> {
        let (now, then): (Value, Value) = (after.read()?, before.read()?);
        let mut back = Vec::new();
        compare(&mut Vec::new(), &now, then, &mut back);
        let text = serde_json::to_string(&Written { v: before.version, back }).map_err(unreadable)?;
        Ok(Self(text.into()))
    }

    /// The delta as it was kept.
    pub fn stored(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The delta as it is kept: JSON.
    pub fn text(&self) -> &str {
        &self.0
    }

    /// The document before `after`; as a value the very same, whatever the order of its members.
    ///
    /// # Errors
    /// [`StoreError::Document`] when the delta was not made for this document.
    pub fn apply(&self, after: &Document) -> Result<Document, StoreError> {
        let written: Written = serde_json::from_str(&self.0).map_err(unreadable)?;
        let mut value: Value = after.read()?;
        for step in written.back {
            take(&mut value, step).ok_or_else(|| StoreError::Document("a turn does not fit its state".to_owned()))?;
        }
        Document::of(written.v, &value)
    }
}

fn compare(path: &mut Vec<String>, now: &Value, then: Value, back: &mut Vec<Step>) {
    match (now, then) {
        (Value::Object(now), Value::Object(then)) => compare_members(path, now, then, back),
        (Value::Array(now), Value::Array(then)) if now.len() == then.len() => {
            for (place, (now, then)) in now.iter().zip(then).enumerate() {
                path.push(place.to_string());
                compare(path, now, then, back);
                path.pop();
            }
        }
        (Value::Array(now), Value::Array(mut then)) => {
            let same = now.iter().zip(&then).take_while(|(now, then)| now == then).count();
            back.push(Step::Had(path.clone(), same, then.split_off(same)));
        }
        (now, then) if *now == then => {}
        (_, then) => back.push(Step::Was(path.clone(), then)),
    }
}

fn compare_members(path: &mut Vec<String>, now: &Map<String, Value>, then: Map<String, Value>, back: &mut Vec<Step>) {
    for name in now.keys().filter(|name| !then.contains_key(*name)) {
        path.push(name.clone());
        back.push(Step::Not(path.clone()));
        path.pop();
    }
    for (name, then) in then {
        let now = now.get(&name);
        path.push(name);
        match now {
            Some(now) => compare(path, now, then, back),
            None => back.push(Step::Was(path.clone(), then)),
        }
        path.pop();
    }
}

fn take(value: &mut Value, step: Step) -> Option<()> {
    match step {
        Step::Was(path, was) => match path.split_last() {
            None => *value = was,
            Some((last, way)) => match at(value, way)? {
                Value::Object(members) => drop(members.insert(last.clone(), was)),
                list => *at(list, std::slice::from_ref(last))? = was,
            },
        },
        Step::Not(path) => {
            let (last, way) = path.split_last()?;
            at(value, way)?.as_object_mut()?.remove(last)?;
        }
        Step::Had(path, same, rest) => {
            let list = at(value, &path)?.as_array_mut()?;
            (same <= list.len()).then(|| list.truncate(same))?;
            list.extend(rest);
        }
    }
    Some(())
}

fn at<'a>(value: &'a mut Value, path: &[String]) -> Option<&'a mut Value> {
    path.iter().try_fold(value, |value, name| match value {
        Value::Array(items) => items.get_mut(name.parse::<usize>().ok()?),
        other => other.get_mut(name),
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn document(value: &Value) -> Document {
        Document::of(1, value).unwrap()
    }

    #[test]
    fn a_delta_holds_what_differs_and_no_more() {
        let before = document(
            &json!({"hp": 12, "name": "Data", "log": ["a", "b"], "gone": null, "npcs": [{"mood": 1}, {"mood": 2}]}),
        );
        let after = document(
            &json!({"hp": 9, "name": "Data", "log": ["a", "b", "c"], "new": {"x": 1}, "npcs": [{"mood": 1}, {"mood": 3}]}),
        );
        let delta = Delta::between(&after, &before).unwrap();
        insta::assert_snapshot!(
            delta.text(),
            @r#"{"v":1,"back":[{"not":["new"]},{"was":[["gone"],null]},{"was":[["hp"],12]},{"had":[["log"],2,[]]},{"was":[["npcs","1","mood"],2]}]}"#
        );
        assert_eq!(delta.apply(&after).unwrap().read::<Value>(), before.read());
    }

    #[test]
    fn a_delta_takes_back_to_another_version() {
        let (before, after) = (Document::of(1, &"old").unwrap(), Document::of(2, &json!({"new": true})).unwrap());
        assert_eq!(Delta::between(&after, &before).unwrap().apply(&after), Ok(before));
    }

    #[test]
    fn a_delta_for_another_document_is_refused() {
        let delta = Delta::between(&document(&json!({"a": {"b": 1}})), &document(&json!({"a": {"b": 2}}))).unwrap();
        assert!(matches!(delta.apply(&document(&json!([]))), Err(StoreError::Document(_))));
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            (0..4_i64).prop_map(Value::from),
            "[ab]{0,2}".prop_map(Value::from),
        ];
        leaf.prop_recursive(4, 24, 4, |inner| {
            let member = ("[abc]", inner.clone());
            prop_oneof![
                prop::collection::vec(inner, 0..4).prop_map(Value::from),
                prop::collection::vec(member, 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_delta_leads_back_between_any_two_values(now in value(), then in value()) {
            let (after, before) = (document(&now), document(&then));
            let delta = Delta::stored(Delta::between(&after, &before).unwrap().text());
            prop_assert_eq!(delta.apply(&after).unwrap().read::<Value>().unwrap(), then);
        }
    }
}
