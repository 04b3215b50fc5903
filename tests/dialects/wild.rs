//! Whatever is sent, there is an answer: bounded, stored and read back, and no panic.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::trace::v1::span::Event;
use opentelemetry_proto::tonic::trace::v1::{Span, Status};
use proptest::prelude::*;
use zeroth::llm::PriceList;
use zeroth::traces::{Call, Part, price, read_context, read_log, read_span};

use super::vectors::Vectors;

/// Every attribute's name that stands in any of the vectors.
fn known_names() -> Vec<String> {
    let dialects = ["genai", "genai_old", "openinference", "traceloop", "langfuse", "vercel_ai", "claude_code"];
    let mut names: Vec<String> = Vec::new();
    for dialect in dialects {
        let vectors = Vectors::of(dialect);
        let spans = vectors.resource_spans.into_iter().flat_map(|resource| resource.scope_spans);
        let spans = spans.flat_map(|scope| scope.spans);
        names.extend(spans.flat_map(|span| span.attributes).map(|attribute| attribute.key));
        let logs = vectors.resource_logs.into_iter().flat_map(|resource| resource.scope_logs);
        let logs = logs.flat_map(|scope| scope.log_records);
        names.extend(logs.flat_map(|record| record.attributes).map(|attribute| attribute.key));
    }
    names.sort();
    names.dedup();
    names
}

fn text() -> impl Strategy<Value = String> {
    let words = prop_oneof![
        Just(r#"[{"role":"user","parts":[{"type":"text","content":"x"}]}]"#.to_owned()),
        Just(r#"{"role":[],"content":{"a":[null]},"tool_calls":7,"message":{"content":[[]]}}"#.to_owned()),
        Just(r#"[{"type":"tool_call"},{"type":"image_url","image_url":7},{"type":[]},null,3,"x"]"#.to_owned()),
        Just(r#"{"input":-1,"output":1e300,"total":"x","input_cached_tokens":18446744073709551615}"#.to_owned()),
        Just(
            r#"{"document":{"score":"NaN","id":[]},"function":{"name":{}},"choices":[{"finish_reason":{}}]}"#
                .to_owned()
        ),
        Just("2026-09-21T13:33:20.400Z".to_owned()),
        Just("-9223372036854775808".to_owned()),
        Just("NaN".to_owned()),
    ];
    prop_oneof![words, any::<String>(), "[\\[{\"0-9:,}\\]]{0,40}"]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => text().prop_map(Value::StringValue),
        1 => any::<bool>().prop_map(Value::BoolValue),
        1 => any::<i64>().prop_map(Value::IntValue),
        1 => any::<f64>().prop_map(Value::DoubleValue),
        1 => prop::collection::vec(any::<u8>(), 0..20).prop_map(Value::BytesValue),
        1 => any::<i32>().prop_map(Value::StringValueStrindex),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let inner = prop::option::of(inner).prop_map(|value| AnyValue { value });
        let keys = prop_oneof!["role|content|parts|type|name|id|message|text", any::<String>()];
        let pair = (keys, prop::option::of(inner.clone()));
        let pair = pair.prop_map(|(key, value)| KeyValue { key, value, ..KeyValue::default() });
        prop_oneof![
            prop::collection::vec(inner, 0..4).prop_map(|values| Value::ArrayValue(ArrayValue { values })),
            prop::collection::vec(pair, 0..4).prop_map(|values| Value::KvlistValue(KeyValueList { values })),
        ]
    })
}

fn attributes() -> impl Strategy<Value = Vec<KeyValue>> {
    let key = prop_oneof![
        8 => prop::sample::select(known_names()),
        1 => "(gen_ai|llm|ai|langfuse|traceloop)(\\.[a-z0-9]{0,3}){0,40}",
        1 => any::<String>(),
    ];
    let attribute = (key, prop::option::of(value())).prop_map(|(key, value)| KeyValue {
        key,
        value: Some(AnyValue { value }),
        ..KeyValue::default()
    });
    prop::collection::vec(attribute, 0..30)
}

fn name() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "claude_code.llm_request",
        "claude_code.tool",
        "claude_code.api_request",
        "claude_code.tool_result",
        "gen_ai.choice",
        "gen_ai.user.message",
        "gen_ai.tool.message",
        "gen_ai.content.prompt",
        "gen_ai.evaluation.result",
        "gen_ai.client.inference.operation.details",
        "gen_ai.client.operation.exception",
        "ai.stream.firstChunk",
        "exception",
        "",
    ]);
    prop_oneof![3 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

/// What holds of every call: totals include their parts, and no word and no token is lost when it is stored.
fn check(mut call: Call) {
    price(&mut call, &PriceList::built_in());
    let tokens = call.tokens;
    let cached = tokens.cache_read.unwrap_or(0).saturating_add(tokens.cache_write.unwrap_or(0));
    assert!(tokens.input.is_none_or(|input| input >= cached), "{tokens:?}");
    assert!(tokens.output.is_none_or(|output| output >= tokens.reasoning.unwrap_or(0)), "{tokens:?}");
    assert!(call.cost.is_none_or(|cost| cost.usd.is_finite() && cost.usd >= 0.0), "{:?}", call.cost);
    assert!(call.time_to_first_token.is_none_or(|seconds| seconds >= 0.0));
    let stored: Call = serde_json::from_str(&serde_json::to_string(&call).unwrap()).unwrap();
    assert_eq!((stored.content.input, stored.content.output), (call.content.input, call.content.output));
    assert_eq!((stored.tokens, stored.error, stored.tool), (call.tokens, call.error, call.tool));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn any_span_is_read(
        name in name(),
        attributes in attributes(),
        events in prop::collection::vec((name(), attributes(), any::<u64>()), 0..3),
        start in any::<u64>(),
        code in any::<i32>(),
    ) {
        let events = events.into_iter().map(|(name, attributes, time_unix_nano)| Event {
            name, attributes, time_unix_nano, ..Event::default()
        });
        let events = events.collect();
        let status = Some(Status { code, message: "?".to_owned() });
        let span = Span { name, attributes, events, status, start_time_unix_nano: start, ..Span::default() };
        if let Some(call) = read_span(&span, &span.attributes, "com.anthropic.claude_code") {
            check(call);
        }
        read_context(&span.attributes, &span.attributes);
    }

    #[test]
    fn any_record_is_read(event_name in name(), attributes in attributes(), body in prop::option::of(value())) {
        let body = Some(AnyValue { value: body });
        let record = LogRecord { event_name, attributes, body, span_id: vec![1; 8], ..LogRecord::default() };
        if let Some(told) = read_log(&record, &[], "x") {
            check(told.call);
        }
    }
}

fn attribute(key: &str, text: String) -> KeyValue {
    let value = Some(AnyValue { value: Some(Value::StringValue(text)) });
    KeyValue { key: key.to_owned(), value, ..KeyValue::default() }
}

fn chat(attributes: Vec<KeyValue>) -> Call {
    let mut all = vec![attribute("gen_ai.operation.name", "chat".to_owned())];
    all.extend(attributes);
    read_span(&Span { attributes: all, ..Span::default() }, &[], "").unwrap()
}

#[test]
fn what_is_too_large_is_cut_and_says_so() {
    let long = serde_json::json!([{"role": "user", "content": "ä".repeat(1_000_000)}]).to_string();
    let call = chat(vec![attribute("gen_ai.input.messages", long)]);
    let [Part::Text { text }] = call.content.input[0].parts.as_slice() else { panic!("one text") };
    assert!(text.len() < 300_000 && text.ends_with("[cut: 1737856 bytes more]"), "{}", &text[text.len() - 40..]);

    let many: Vec<_> = (0..10_000).map(|n| serde_json::json!({"role": "user", "content": format!("{n}")})).collect();
    let call = chat(vec![attribute("gen_ai.input.messages", serde_json::to_string(&many).unwrap())]);
    assert_eq!(call.content.input.len(), 257);
    let left_out = Part::Other { kind: "cut".to_owned(), text: "9744 messages left out".to_owned() };
    assert_eq!((call.content.input[16].role.as_str(), &call.content.input[16].parts), ("cut", &vec![left_out]));
    assert_eq!(call.content.input[256].parts, [Part::Text { text: "9999".to_owned() }], "the last ones are there");
}

#[test]
fn what_lies_too_deep_or_is_broken_is_text() {
    let deep = "[".repeat(100_000);
    let call =
        chat(vec![attribute("gen_ai.input.messages", deep), attribute("gen_ai.output.messages", "{oh".to_owned())]);
    assert_eq!(call.content.input[0].role, "user");
    assert_eq!(call.content.output[0].parts, [Part::Text { text: "{oh".to_owned() }]);
    let mut value = Value::BoolValue(true);
    for _ in 0..500 {
        value = Value::ArrayValue(ArrayValue { values: vec![AnyValue { value: Some(value) }] });
    }
    let nested = KeyValue {
        key: "gen_ai.tool.call.arguments".to_owned(),
        value: Some(AnyValue { value: Some(value) }),
        ..KeyValue::default()
    };
    let call = chat(vec![nested]);
    assert!(call.content.arguments.unwrap().contains("cut: too deep"));
}
