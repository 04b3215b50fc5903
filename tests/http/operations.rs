//! For whoever runs the program.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Method, Request};
use insta::assert_snapshot;
use serde_json::json;

use zeroth::http::{Probe, ProbeReport};

use crate::app::{App, post};

struct Fixed(&'static str, bool);

impl Probe for Fixed {
    fn name(&self) -> &str {
        self.0
    }

    fn report(&self) -> ProbeReport {
        ProbeReport { ready: self.1, detail: json!({ "sessions": 3 }) }
    }
}

#[tokio::test]
async fn a_program_is_ready_when_all_its_parts_are() {
    let ready = App::with_probes(vec![Arc::new(Fixed("store", true))]);
    assert_snapshot!(ready.get("/readyz").await.text(&["content-type"]), @r#"
    200 OK
    content-type: application/json

    {"ready":true,"shutting_down":false,"probes":{"store":{"ready":true,"detail":{"sessions":3}}}}
    "#);
    let broken = App::with_probes(vec![Arc::new(Fixed("store", true)), Arc::new(Fixed("model", false))]);
    assert_snapshot!(broken.get("/readyz").await.text(&[]), @r#"
    503 Service Unavailable

    {"ready":false,"shutting_down":false,"probes":{"model":{"ready":false,"detail":{"sessions":3}},"store":{"ready":true,"detail":{"sessions":3}}}}
    "#);
    assert_snapshot!(broken.get("/healthz").await.text(&[]), @r#"
    200 OK

    {"status":"live","version":"1.2.3"}
    "#);
}

#[tokio::test]
async fn metrics_are_prometheus_text() {
    assert_snapshot!(App::new().get("/metrics").await.text(&["content-type"]), @r"
    200 OK
    content-type: text/plain; version=0.0.4; charset=utf-8

    zeroth_turns_total 3
    ");
}

#[tokio::test]
async fn a_program_that_shuts_down_begins_no_turn() {
    let app = App::new();
    app.tasks.close();
    let headers = ["retry-after", "connection"];
    assert_snapshot!(app.play(r#"{"message": "On."}"#).await.text(&headers), @r#"
    503 Service Unavailable
    retry-after: 5
    connection: close

    {"type":"/docs#problem-shutting-down","title":"The game is about to end","status":503,"detail":"the game is being shut down and begins no new turn","instance":"/play","trace_id":"00000000000000000000000000000abc"}
    "#);
    let stream = post("/play", &[("accept", "text/event-stream")], "not even read");
    assert_eq!(app.send(stream).await.status, 503);
    assert_eq!(app.send(post("/games", &[], "")).await.status, 503);
    assert_snapshot!(app.get("/readyz").await.text(&[]), @r#"
    503 Service Unavailable

    {"ready":false,"shutting_down":true,"probes":{}}
    "#);
    assert_eq!(app.get("/healthz").await.status, 200);
}

#[tokio::test]
async fn head_is_get_without_a_body() {
    let app = App::new();
    for path in ["/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/docs", "/docs/docs.css"] {
        let answer = app.send(Request::builder().method(Method::HEAD).uri(path).body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, ""), "{path}");
    }
}
