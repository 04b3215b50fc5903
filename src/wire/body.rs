//! Reads a request's body as a JSON object and takes fields out of it.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use serde_json::{Map, Value};

use crate::llm::digest;

use super::refusal::{Reason, Refusal};

/// The most bytes of a body, as at Anthropic's.
const LIMIT: usize = 32 * 1024 * 1024;

/// How long a client may take to send it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The fields of a request. Those that nobody asks for may be anything.
#[derive(Debug, Default)]
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    /// The fields, and a number that stands for them.
    pub(super) async fn read(body: Body) -> Result<(Self, u64), Refusal> {
        let read = tokio::time::timeout(PATIENCE, to_bytes(body, LIMIT)).await;
        let read = read.map_err(|_| Refusal::new(Reason::TooSlow, "the body did not arrive in time"))?;
        // Whatever else breaks a body off, nobody is left to read about it.
        let bytes =
            read.map_err(|_| Refusal::new(Reason::TooLarge, format!("the body has more than {LIMIT} bytes")))?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(fields)) => Ok((Self(fields), digest(0, &String::from_utf8_lossy(&bytes)))),
            Ok(_) => Err(Refusal::new(Reason::Invalid, "the body must be a JSON object")),
            Err(error) => Err(Refusal::new(Reason::Invalid, format!("the body is not valid JSON: {error}"))),
        }
    }

    /// The field `name`; null counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// Whether the field is there, be it null.
    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// All of them, as JSON.
    pub(super) fn text(&self) -> String {
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// Gives the model another name, if it has one.
    pub(super) fn rename(&mut self, model: &str) {
        if let Some(Value::String(named)) = self.0.get_mut("model") {
            model.clone_into(named);
        }
    }

    pub(super) fn required(&self, name: &str) -> Result<&Value, Refusal> {
        self.get(name).ok_or_else(|| Refusal::field(name, "Field required"))
    }

    /// The name of the model, which may be any.
    pub(super) fn model(&self) -> Result<String, Refusal> {
        let named = self.required("model")?.as_str().filter(|model| !model.is_empty());
        named.map(str::to_owned).ok_or_else(|| Refusal::field("model", "Input should be a valid string"))
    }

    pub(super) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        let wrong = || Refusal::field(name, "Input should be a valid boolean");
        self.get(name).map_or(Ok(false), |value| value.as_bool().ok_or_else(wrong))
    }

    /// A whole number of at least `least`.
    pub(super) fn number(&self, name: &str, least: u32) -> Result<Option<u32>, Refusal> {
        let wrong = || Refusal::field(name, &format!("Input should be an integer greater than or equal to {least}"));
        let number = |value: &Value| value.as_u64().filter(|tokens| *tokens >= u64::from(least)).ok_or_else(wrong);
        let number = self.get(name).map(number).transpose()?;
        Ok(number.map(|tokens| u32::try_from(tokens).unwrap_or(u32::MAX)))
    }

    /// A text, or a list of texts.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>, Refusal> {
        let wrong = || Refusal::field(name, "Input should be a valid string or a list of strings");
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(Value::String(text)) => Ok(vec![text.clone()]),
            Some(list) => {
                let list = list.as_array().ok_or_else(wrong)?;
                list.iter().map(|text| text.as_str().map(str::to_owned).ok_or_else(wrong)).collect()
            }
        }
    }

    /// A seed; negative ones are as good as others.
    pub(super) fn seed(&self) -> Result<Option<u64>, Refusal> {
        let wrong = || Refusal::field("seed", "Input should be a valid integer");
        let number =
            |value: &Value| value.as_u64().or_else(|| value.as_i64().map(i64::cast_unsigned)).ok_or_else(wrong);
        self.get("seed").map(number).transpose()
    }
}
