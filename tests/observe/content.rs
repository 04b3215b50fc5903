//! The words of players and models: recorded only when someone asks for it.

use opentelemetry::logs::AnyValue;

use crate::models::{Behaviour, Puppet};
use crate::table::Table;
use crate::trace::attribute;

const CAPTURE: &str = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT";
const KEYS: [&str; 3] = ["gen_ai.system_instructions", "gen_ai.input.messages", "gen_ai.output.messages"];

#[tokio::test]
async fn nothing_is_recorded_by_default() {
    let table = Table::new(&[]);
    table.play("I whisper the passphrase xyzzy-4711.").await;
    let spans = format!("{:?}", table.recorder.spans());
    assert!(spans.contains("chat sim-1") && !spans.contains("xyzzy"), "{spans}");
}

#[tokio::test]
async fn spans_carry_messages_as_json_strings() {
    let table = Table::with(&[(CAPTURE, "span_only")], Some(Puppet::new(Behaviour::Answer)));
    table.play("I open the door.").await;
    let spans = table.recorder.spans();
    let dialogue = |key| spans.iter().filter_map(|span| attribute(span, key)).next_back().unwrap();
    insta::assert_snapshot!(
        dialogue(KEYS[2]),
        @r#"[{"finish_reason":"stop","parts":[{"content":"The door opens.","type":"text"}],"role":"assistant"}]"#
    );
    let input: serde_json::Value = serde_json::from_str(&dialogue(KEYS[1])).unwrap();
    let last = input.as_array().unwrap().last().unwrap();
    assert_eq!(last["role"], "user");
    assert_eq!(last["parts"][0]["content"], "I open the door.");
}

#[tokio::test]
async fn a_long_conversation_is_shortened_and_stays_json() {
    let settings = [(CAPTURE, "SPAN_ONLY"), ("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "600")];
    let table = Table::with(&settings, Some(Puppet::new(Behaviour::Answer)));
    table.play(&"I open the door. ".repeat(100)).await;
    let spans = table.recorder.spans();
    for key in KEYS {
        let text = spans.iter().filter_map(|span| attribute(span, key)).next_back().unwrap();
        assert!(text.chars().count() <= 600, "{key}: {text}");
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{key}: {text}");
    }
}

#[tokio::test]
async fn events_carry_messages_as_structures() {
    let table = Table::with(&[(CAPTURE, "EVENT_ONLY")], Some(Puppet::new(Behaviour::Answer)));
    table.play("I open the door.").await;
    let spans = table.recorder.spans();
    assert!(spans.iter().all(|span| KEYS.iter().all(|key| attribute(span, key).is_none())));
    let logs = table.recorder.logs();
    let details = logs.last().unwrap();
    assert_eq!(details.event_name(), Some("gen_ai.client.inference.operation.details"));
    let output = details.attributes_iter().find(|(key, _)| key.as_str() == KEYS[2]).unwrap();
    assert!(matches!(&output.1, AnyValue::ListAny(messages) if messages.len() == 1), "{output:?}");
    let chat = spans.iter().rfind(|span| span.name.starts_with("chat ")).unwrap();
    assert_eq!(details.trace_context().unwrap().span_id, chat.span_context.span_id());
}
