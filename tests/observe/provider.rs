//! Calls that leave the process: one client span for each HTTP attempt, and nothing of the caller's but the trace.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use tokio::net::TcpListener;

use crate::table::{Table, play};
use crate::trace::attribute;

const STREAM: &str = r#"data: {"id":"r1","model":"acme-1-2026","choices":[{"index":0,"delta":{"content":"The door opens."}}]}

data: {"id":"r1","model":"acme-1-2026","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}

data: {"id":"r1","model":"acme-1-2026","choices":[],"usage":{"prompt_tokens":100,"completion_tokens":5}}

data: [DONE]

"#;
const WHOLE: &str = r#"{"id":"r2","model":"acme-1-2026","choices":[{"index":0,"finish_reason":"stop",
    "message":{"role":"assistant","content":"A quiet ship."}}],"usage":{"prompt_tokens":50,"completion_tokens":4}}"#;

/// A provider that answers turns with this status; setups always work. Keeps the headers of turns.
struct Provider {
    status: StatusCode,
    headers: Mutex<Vec<HeaderMap>>,
}

impl Provider {
    async fn start(status: StatusCode) -> (Arc<Self>, Table) {
        Self::start_with(status, "openai:acme-1").await
    }

    async fn start_with(status: StatusCode, model: &str) -> (Arc<Self>, Table) {
        let provider = Arc::new(Self { status, headers: Mutex::default() });
        let router = Router::new().route("/v1/chat/completions", post(answer)).with_state(provider.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let serving = async move { axum::serve(listener, router).await.unwrap() };
        #[expect(clippy::disallowed_methods, reason = "it ends with the test's runtime")]
        drop(tokio::spawn(serving));
        let settings = [("ZEROTH_MODEL", model), ("OPENAI_BASE_URL", &url), ("ZEROTH_RETRY_FIRST_WAIT", "1ms")];
        let table = Table::new(&settings);
        table.app.play().shared().await.unwrap();
        table.recorder.clear();
        (provider, table)
    }
}

async fn answer(State(provider): State<Arc<Provider>>, headers: HeaderMap, body: String) -> Response {
    if !body.contains(r#""stream":true"#) {
        return ([("content-type", "application/json")], WHOLE).into_response();
    }
    provider.headers.lock().unwrap().push(headers);
    (provider.status, [("content-type", "text/event-stream")], STREAM).into_response()
}

#[tokio::test]
async fn an_attempt_is_a_client_span_below_the_call() {
    let (_, table) = Provider::start(StatusCode::OK).await;
    let (status, answer) = table.play("I open the door.").await;
    assert_eq!((status, &answer["usage"]["model"]), (200, &"acme-1-2026".into()));
    insta::assert_snapshot!(table.recorder.outline(), @r"
    POST /play
      invoke_agent Dungeon Master
        chat acme-1
          POST
    ");
    let spans = table.recorder.spans();
    let attempt = spans.iter().find(|span| span.name == "POST").unwrap();
    for (key, value) in [
        ("http.request.method", "POST"),
        ("http.response.status_code", "200"),
        ("server.address", "127.0.0.1"),
        ("zeroth.component", "dialogue"),
    ] {
        assert_eq!(attribute(attempt, key).as_deref(), Some(value), "{key}");
    }
    assert!(attribute(attempt, "url.full").unwrap().ends_with("/v1/chat/completions"));
    assert!(table.metrics().await.contains("http_client_request_duration_seconds_count{"));
}

#[tokio::test]
async fn a_parameter_that_was_not_sent_is_not_recorded() {
    for (model, temperature) in [("openai:acme-1", Some("0.2")), ("openai:o3", None)] {
        let (_, table) = Provider::start_with(StatusCode::OK, model).await;
        table.play("I open the door.").await;
        let spans = table.recorder.spans();
        let chat = spans.iter().find(|span| span.name.starts_with("chat ")).unwrap();
        assert_eq!(attribute(chat, "gen_ai.request.temperature").as_deref(), temperature, "{model}");
    }
}

#[tokio::test]
async fn a_failed_attempt_says_so() {
    let (_, table) = Provider::start(StatusCode::SERVICE_UNAVAILABLE).await;
    let (status, problem) = table.play("I open the door.").await;
    assert_eq!((status, &problem["error_type"]), (503, &"unavailable".into()));
    insta::assert_snapshot!(table.recorder.outline(), @"
    POST /play ! 503
      invoke_agent Dungeon Master ! unavailable
        chat acme-1 ! unavailable
          POST ! 503
          POST ! 503
          POST ! 503
    ");
}

#[tokio::test]
async fn a_provider_learns_the_trace_and_nothing_else_of_the_caller() {
    let (provider, table) = Provider::start(StatusCode::OK).await;
    let mut request = play("I open the door.");
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    for (name, value) in [("traceparent", parent), ("tracestate", "a=b"), ("baggage", "user.email=ann@example.com")] {
        request.headers_mut().insert(name, value.parse().unwrap());
    }
    table.send(request).await;
    let headers = provider.headers.lock().unwrap();
    let sent = headers[0]["traceparent"].to_str().unwrap();
    assert!(sent.starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-") && !sent.contains("00f067aa0ba902b7"), "{sent}");
    assert!(headers[0].get("baggage").is_none() && headers[0].get("tracestate").is_none(), "{headers:?}");
}
