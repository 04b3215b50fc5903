//! Reads a request's body as a JSON object and takes fields out of it.

use std::time::Duration;

use axum::body::to_bytes;
use axum::extract::Request;
use serde_json::{Map, Value};

use super::refusal::{Reason, Refusal};

/// The most bytes of a body, as at Anthropic's.
const LIMIT: usize = 32 * 1024 * 1024;

/// How long a client may take to send it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The fields of a request. Those that nobody asks for may be anything.
#[derive(Debug)]
pub(super) struct Fields(Map<String, Value>);

impl Fields {
    pub(super) async fn read(request: Request) -> Result<Self, Refusal> {
        let read = tokio::time::timeout(PATIENCE, to_bytes(request.into_body(), LIMIT)).await;
        let read = read.map_err(|_| Refusal::new(Reason::TooSlow, "the body did not arrive in time"))?;
        // Whatever else breaks a body off, nobody is left to read about it.
        let bytes =
            read.map_err(|_| Refusal::new(Reason::TooLarge, format!("the body has more than {LIMIT} bytes")))?;
        match serde_json::from_slice(&bytes) {
            Ok(Value::Object(fields)) => Ok(Self(fields)),
            Ok(_) => Err(Refusal::new(Reason::Invalid, "the body must be a JSON object")),
            Err(error) => Err(Refusal::new(Reason::Invalid, format!("the body is not valid JSON: {error}"))),
        }
    }

    /// The field `name`; null counts as absent.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
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

    /// A number of tokens, at least one.
    pub(super) fn tokens(&self, name: &str) -> Result<Option<u32>, Refusal> {
        let wrong = || Refusal::field(name, "Input should be an integer greater than or equal to 1");
        let number = |value: &Value| value.as_u64().filter(|tokens| *tokens > 0).ok_or_else(wrong);
        let tokens = self.get(name).map(number).transpose()?;
        Ok(tokens.map(|tokens| u32::try_from(tokens).unwrap_or(u32::MAX)))
    }

    /// A seed; negative ones are as good as others.
    pub(super) fn seed(&self) -> Result<Option<u64>, Refusal> {
        let wrong = || Refusal::field("seed", "Input should be a valid integer");
        let number =
            |value: &Value| value.as_u64().or_else(|| value.as_i64().map(i64::cast_unsigned)).ok_or_else(wrong);
        self.get("seed").map(number).transpose()
    }
}
