//! OTLP's values as plain JSON, for people: `{"gen_ai.request.model": "sim-1"}`.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use serde_json::{Map, Value};

/// Attributes as an object; of a name that comes twice, the last.
pub(super) fn object(attributes: &[KeyValue]) -> Map<String, Value> {
    let pairs = attributes.iter();
    pairs.map(|pair| (pair.key.clone(), pair.value.as_ref().map_or(Value::Null, value))).collect()
}

/// A value; bytes become base64, numbers that JSON does not have become words.
pub(super) fn value(value: &AnyValue) -> Value {
    match &value.value {
        None => Value::Null,
        Some(Any::StringValue(text)) => text.as_str().into(),
        Some(Any::BoolValue(truth)) => (*truth).into(),
        Some(Any::IntValue(number)) => (*number).into(),
        Some(Any::StringValueStrindex(number)) => (*number).into(),
        Some(Any::DoubleValue(number)) => {
            serde_json::Number::from_f64(*number).map_or_else(|| number.to_string().into(), Value::Number)
        }
        Some(Any::ArrayValue(list)) => list.values.iter().map(self::value).collect(),
        Some(Any::KvlistValue(list)) => object(&list.values).into(),
        Some(Any::BytesValue(bytes)) => STANDARD.encode(bytes).into(),
    }
}
