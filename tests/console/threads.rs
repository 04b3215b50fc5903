//! A conversation as a thread, and one call with all its words.

use insta::assert_snapshot;
use opentelemetry_proto::tonic::common::v1::AnyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::{Value, json};
use zeroth::traces::Batch;

use crate::desk::Desk;
use crate::stage::{NOON, accept, batch, call, resource, text, with};

/// A call of the conversation "talk 1" with these words.
fn spoken(id: u64, input: &[(&str, &str)], output: &str) -> Span {
    let message = |(role, text): &(&str, &str)| json!({"role": role, "parts": [{"type": "text", "content": text}]});
    let input: Value = input.iter().map(message).collect();
    let span = with(call(1, id, id * 1000, 500), "gen_ai.input.messages", &input.to_string());
    let span =
        with(span, "gen_ai.system_instructions", r#"[{"type": "text", "content": "You are the Dungeon Master."}]"#);
    with(span, "gen_ai.output.messages", &json!([message(&("assistant", output))]).to_string())
}

async fn said(desk: &Desk, path: &str) -> String {
    let thread = desk.json(path).await;
    let call = |call: &Value| format!("{} {}", call["span"].as_str().unwrap().trim_start_matches('0'), call["said"]);
    thread["calls"].as_array().unwrap().iter().map(call).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn each_call_says_what_is_new() {
    let desk = Desk::new();
    let talk = vec![
        spoken(1, &[("user", "Where am I?")], "On the bridge."),
        with(spoken(2, &[("user", "Is that fair?")], "yes"), "zeroth.component", "judge"),
        spoken(3, &[("user", "Where am I?"), ("assistant", "On the bridge. Your turn."), ("user", "I look.")], "Dark."),
        // Captured without words.
        call(1, 4, 4000, 100),
    ];
    accept(&desk.traces, talk).await;
    assert_snapshot!(said(&desk, "/api/conversation?name=talk%201").await, @r#"
    1 {"cut":false,"input":"Where am I?","output":"On the bridge."}
    2 {"cut":false,"input":"Is that fair?","output":"yes"}
    3 {"cut":false,"input":"I look.","output":"Dark."}
    4 {"cut":false,"input":"","output":""}
    "#);
    assert_snapshot!(said(&desk, "/api/conversation?name=talk%201&skip=2").await, @r#"
    3 {"cut":false,"input":"I look.","output":"Dark."}
    4 {"cut":false,"input":"","output":""}
    "#);
    let thread = desk.json("/api/conversation?name=talk+1").await;
    assert_snapshot!(thread["conversation"], @r#"{"calls":4,"component":"narrator","cost":0.006,"cost_source":"computed","errors":0,"first":1795262401000000,"input":4000,"last":1795262404100000,"name":"talk 1","output":400,"run":1,"service":"game","steps":4,"team":"red","user":null}"#);
    assert_eq!((&thread["next"], &thread["calls"][0]["model"]), (&Value::Null, &"claude-haiku-4-5".into()));
}

#[tokio::test]
async fn a_name_is_that_of_a_service() {
    let desk = Desk::new();
    accept(&desk.traces, vec![spoken(1, &[("user", "Where am I?")], "On the bridge.")]).await;
    let other = spoken(2, &[("user", "Who am I?")], "The captain.");
    desk.traces.accept(batch("other", vec![other])).await.unwrap();
    assert_snapshot!(said(&desk, "/api/conversation?name=talk%201&service=game").await, @r#"1 {"cut":false,"input":"Where am I?","output":"On the bridge."}"#);
    assert_snapshot!(said(&desk, "/api/conversation?name=talk%201").await, @r#"2 {"cut":false,"input":"Who am I?","output":"The captain."}"#);
    let unknown = desk.get("/api/conversation?name=talk%201&service=nobody").await;
    assert_eq!(unknown.status, 404, "{}", unknown.body);
    let page = desk.json("/api/conversations?service=other").await;
    assert_eq!((&page["total"], &page["conversations"][0]["service"]), (&1.into(), &"other".into()));
    let calls = desk.json("/api/calls?conversation=talk%201&service=game").await;
    assert_eq!(calls["total"]["calls"], 1);
}

#[tokio::test]
async fn a_long_conversation_is_told_within_bounds() {
    let desk = Desk::new();
    let talk = (1..=300).map(|id| spoken(id, &[("user", &format!("{id} {}", "x".repeat(2000)))], "y"));
    accept(&desk.traces, talk.collect()).await;
    let answer = desk.get("/api/conversation?name=talk%201").await;
    assert!(answer.body.len() < 600_000, "{}", answer.body.len());
    let thread = answer.json();
    let calls = thread["calls"].as_array().unwrap();
    let cut = calls.iter().position(|call| call["said"]["cut"] == true).unwrap();
    assert_eq!(calls.len(), 300);
    assert!((120..140).contains(&cut), "{cut}");
    assert!(calls[cut..].iter().all(|call| call["said"]["cut"] == true), "what follows is not told either");
}

#[tokio::test]
async fn one_huge_call_does_not_silence_the_others() {
    let desk = Desk::new();
    let huge = "x".repeat(3 << 20);
    accept(&desk.traces, vec![spoken(1, &[("user", &huge)], "Too much."), spoken(2, &[("user", "Hello")], "Hi.")])
        .await;
    assert_snapshot!(said(&desk, "/api/conversation?name=talk%201").await, @r#"
    1 {"cut":true,"input":"","output":""}
    2 {"cut":false,"input":"Hello","output":"Hi."}
    "#);
}

#[tokio::test]
async fn a_span_has_all_words_of_its_call() {
    let desk = Desk::new();
    accept(&desk.traces, vec![spoken(1, &[("user", "<script>alert(1)</script>")], "Dark.")]).await;
    let judged = LogRecord {
        time_unix_nano: (NOON + 9) * 1_000_000_000,
        event_name: "gen_ai.evaluation.result".to_owned(),
        attributes: vec![text("gen_ai.evaluation.name", "in_character"), text("gen_ai.evaluation.score.label", "pass")],
        trace_id: 1_u128.to_be_bytes().to_vec(),
        span_id: 1_u64.to_be_bytes().to_vec(),
        body: Some(AnyValue { value: Some(Any::StringValue("judged".to_owned())) }),
        ..LogRecord::default()
    };
    let scope_logs = vec![ScopeLogs { log_records: vec![judged], ..ScopeLogs::default() }];
    let logs = vec![ResourceLogs { resource: Some(resource("game")), scope_logs, ..ResourceLogs::default() }];
    desk.traces.accept(Batch { logs, bytes: 100, ..Batch::default() }).await.unwrap();
    let span = desk.json("/api/traces/00000000000000000000000000000001/spans/0000000000000001").await;
    assert_snapshot!(span["content"], @r#"{"component":"narrator","content":{"input":[{"parts":[{"text":"<script>alert(1)</script>","type":"text"}],"role":"user"}],"output":[{"parts":[{"text":"Dark.","type":"text"}],"role":"assistant"}],"system":[{"text":"You are the Dungeon Master.","type":"text"}]},"conversation":"talk 1","dialect":"genai","evaluations":[{"label":"pass","name":"in_character"}],"finish":["stop"],"model":"claude-haiku-4-5","operation":"chat","provider":"anthropic","request_model":"claude-haiku-4-5","team":"red","time_to_first_token":0.125,"tokens":{"input":1000,"output":100}}"#);
    let mut names: Vec<&String> = span.as_object().unwrap().keys().collect();
    names.sort();
    assert_snapshot!(serde_json::to_string(&names).unwrap(), @r#"["at","attributes","call","content","end","events","id","kind","links","name","parent","resource","scope","span","status","trace"]"#);
}

#[tokio::test]
async fn words_that_came_as_log_records_are_told_with_their_call() {
    let desk = Desk::new();
    accept(&desk.traces, vec![call(1, 1, 1000, 500)]).await;
    let body = |text: &str| AnyValue { value: Some(Any::StringValue(json!({ "content": text }).to_string())) };
    let record = |name: &str, second: u64, text: &str| LogRecord {
        time_unix_nano: (NOON + second) * 1_000_000_000,
        event_name: name.to_owned(),
        body: Some(body(text)),
        trace_id: 1_u128.to_be_bytes().to_vec(),
        span_id: 1_u64.to_be_bytes().to_vec(),
        ..LogRecord::default()
    };
    let log_records =
        vec![record("gen_ai.user.message", 1, "Where am I?"), record("gen_ai.choice", 2, "On the bridge.")];
    let scope_logs = vec![ScopeLogs { log_records, ..ScopeLogs::default() }];
    let logs = vec![ResourceLogs { resource: Some(resource("game")), scope_logs, ..ResourceLogs::default() }];
    desk.traces.accept(Batch { logs, bytes: 100, ..Batch::default() }).await.unwrap();
    assert_snapshot!(said(&desk, "/api/conversation?name=talk%201").await, @r#"1 {"cut":false,"input":"Where am I?","output":"On the bridge."}"#);
}
