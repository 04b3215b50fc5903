//! Calls that take a detour: another attempt, another model. One span tells of it all.

use std::time::Duration;

use opentelemetry_sdk::trace::SpanData;
use serde_json::json;
use tokio::net::TcpListener;
use zeroth::app::{App, Seams};
use zeroth::observe::Console;

use crate::table::{self, Table};
use crate::trace::attribute;

/// What happened on the call's way, one line each.
fn story(chat: &SpanData) -> String {
    let events = chat.events.iter().map(|event| {
        // Waits are drawn by chance, and addresses are free ports.
        let told = event
            .attributes
            .iter()
            .filter(|pair| !["zeroth.retry.wait", "exception.message"].contains(&pair.key.as_str()));
        let told: Vec<String> = told.map(|pair| format!("{}={}", pair.key, pair.value)).collect();
        format!("{} {}", event.name, told.join(" "))
    });
    events.collect::<Vec<_>>().join("\n")
}

fn chat(table: &Table) -> SpanData {
    let mut calls = table.recorder.spans().into_iter().filter(|span| span.name.starts_with("chat "));
    let call = calls.next().unwrap();
    assert!(calls.next().is_none(), "one span for the whole call");
    call
}

/// A table whose setup has been worded, so that what is recorded is one turn.
async fn set(settings: &[(&str, &str)]) -> Table {
    let table = Table::new(&[&[("ZEROTH_RETRY_FIRST_WAIT", "1ms")], settings].concat());
    table.app.play().shared().await.unwrap();
    table.recorder.clear();
    table
}

#[tokio::test]
async fn a_failure_that_passes_is_an_event_and_a_count() {
    let table = set(&[("ZEROTH_FAULTS", "503*4"), ("ZEROTH_MAX_RETRIES", "6")]).await;
    assert_eq!(table.play("I look around.").await.0, 200);
    insta::assert_snapshot!(story(&chat(&table)), @"
    zeroth.model.fault zeroth.fault=503
    zeroth.model.retry error.type=unavailable
    zeroth.model.fault zeroth.fault=503
    zeroth.model.retry error.type=unavailable
    zeroth.model.fault zeroth.fault=503
    zeroth.model.retry error.type=unavailable
    zeroth.model.fault zeroth.fault=503
    zeroth.model.retry error.type=unavailable
    ");
    table.recorder.clear();
    assert_eq!(table.play("I look again.").await.0, 200);
    assert_eq!(story(&chat(&table)), "", "four times are over");
    let metrics = table.metrics().await;
    let counted = |name: &str| -> f64 {
        let lines = metrics.lines().filter(|line| line.starts_with(name));
        lines.map(|line| line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()).sum()
    };
    assert_eq!((counted("zeroth_model_retries_total"), counted("zeroth_model_faults_total")), (4.0, 4.0));
}

#[tokio::test]
async fn the_story_of_a_call_is_told_on_its_span() {
    let nobody = {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        format!("http://{}", listener.local_addr().unwrap())
    };
    let table = set(&[
        ("ZEROTH_MODEL_GAME_SETUP", "sim"),
        ("ZEROTH_MODEL", "openai:acme-1,sim"),
        ("OPENAI_BASE_URL", &nobody),
        ("ZEROTH_BREAKER_FAILURES", "2"),
    ])
    .await;
    let (status, answer) = table.play("I look around.").await;
    assert_eq!((status, &answer["usage"]["model"]), (200, &json!("sim-1")));
    insta::assert_snapshot!(table.recorder.outline(), @"
    POST /play
      invoke_agent Dungeon Master
        chat acme-1
          POST ! connect
          POST ! connect
          POST ! connect
    ");
    insta::assert_snapshot!(story(&chat(&table)), @"
    zeroth.model.retry error.type=unreachable
    zeroth.model.retry error.type=unreachable
    zeroth.model.fallback zeroth.fallback.provider=zeroth zeroth.fallback.model=sim-1 error.type=unreachable
    ");
    assert_eq!(attribute(&chat(&table), "gen_ai.request.model").as_deref(), Some("acme-1"));
    assert_eq!(attribute(&chat(&table), "gen_ai.response.model").as_deref(), Some("sim-1"));
    assert_eq!(attribute(&chat(&table), "error.type"), None);

    table.play("I open the door.").await;
    table.recorder.clear();
    table.play("I go through it.").await;
    insta::assert_snapshot!(story(&chat(&table)), @"zeroth.model.fallback zeroth.fallback.provider=zeroth zeroth.fallback.model=sim-1 error.type=circuit_open");
    let metrics = table.metrics().await;
    let tokens = metrics.lines().find(|line| {
        line.starts_with("gen_ai_client_inference_usage_output_tokens") && line.contains("component=\"dialogue\"")
    });
    assert!(tokens.unwrap().contains("gen_ai_provider_name=\"zeroth\""), "tokens belong to who answered: {tokens:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_for_humans_shows_the_detour() {
    let settings = [
        ("OTEL_TRACES_EXPORTER", "console"),
        ("ZEROTH_FAULTS", "503*1"),
        ("ZEROTH_RETRY_FIRST_WAIT", "1ms"),
        ("ZEROTH_FAULT_COMPONENTS", "game_setup"),
    ];
    let (mut config, console) = (table::config(&settings), Console::held());
    config.observe.as_mut().unwrap().console = console.clone();
    let app = App::compose(&config, Seams::default()).unwrap();
    app.play().shared().await.unwrap();
    app.shutdown(Duration::from_secs(5)).await;
    let told = console.take();
    assert!(told.contains("├─ fault 503, put in on purpose"), "{told}");
    assert!(told.contains("└─ unavailable: again in 1 ms"), "{told}");
}
