//! The way out of the process: a dead or slow backend never holds a turn, and what is lost is known.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use tokio::net::TcpListener;

use crate::otlp::Backend;
use crate::table::Table;

async fn readiness(table: &Table) -> (u16, Value) {
    let (status, body) = table.send(Request::get("/readyz").body(Body::empty()).unwrap()).await;
    (status, body["probes"]["telemetry"]["detail"].clone())
}

/// Settings that send everything to `endpoint` through short queues.
fn towards(endpoint: &str) -> [(&'static str, String); 5] {
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.to_owned()),
        ("OTEL_EXPORTER_OTLP_TIMEOUT", "100".to_owned()),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "8".to_owned()),
        ("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "4".to_owned()),
        ("OTEL_LOGS_EXPORTER", "none".to_owned()),
    ]
}

fn table_towards(endpoint: &str) -> Table {
    let settings = towards(endpoint);
    let settings: Vec<(&str, &str)> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
    Table::new(&settings)
}

#[tokio::test(flavor = "multi_thread")]
async fn turns_go_on_when_the_backend_takes_nothing_and_never_answers() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let table = table_towards(&format!("http://{}", silent.local_addr().unwrap()));
    for turn in 0..40 {
        let (status, _) = table.play(&format!("I knock {turn} times.")).await;
        assert_eq!(status, 200);
    }
    let (status, detail) = readiness(&table).await;
    assert_eq!(status, 200, "players may come in although telemetry is lost");
    assert!(detail["spans"]["dropped"].as_u64().unwrap() > 0, "{detail}");
    assert!(detail["spans"]["queued"].as_u64().unwrap() <= 8, "the queue is bounded: {detail}");
    let metrics = table.metrics().await;
    let dropped = metrics.lines().find(|line| {
        line.starts_with("otel_sdk_processor_span_processed_total") && line.contains(r#"error_type="queue_full""#)
    });
    assert!(dropped.is_some_and(|line| !line.ends_with(" 0")), "{dropped:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_span_is_delivered_or_counted() {
    let (backend, endpoint) = Backend::start().await;
    let table = table_towards(&endpoint);
    table.app.play().shared().await.unwrap();
    let players = (0..200).map(|player| {
        let table = &table;
        async move { table.play(&format!("Player {player} knocks.")).await }
    });
    futures::future::join_all(players).await;
    let reports = table.app.shutdown(Duration::from_secs(5)).await;
    let spans = reports.iter().find(|report| report.signal == "spans").unwrap();
    // Four of the setup, three of each turn.
    assert_eq!(spans.accepted + spans.refused, 4 + 200 * 3, "{spans:?}");
    assert_eq!(spans.exported + spans.failed, spans.accepted, "{spans:?}");
    // An export that was given up on may have arrived all the same.
    let arrived = backend.spans().len() as u64;
    assert!((spans.exported..=spans.accepted).contains(&arrived), "{arrived} {spans:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_dead_backend_did_not_take_is_counted_at_the_end() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let table = table_towards(&format!("http://127.0.0.1:{port}"));
    table.play("I knock.").await;
    let reports = table.app.shutdown(Duration::from_secs(5)).await;
    let spans = reports.iter().find(|report| report.signal == "spans").unwrap();
    assert_eq!((spans.exported, spans.failed > 0), (0, true), "{spans:?}");
}
