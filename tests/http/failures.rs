//! Whatever fails inside, the client learns what it may know and no more.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use insta::assert_snapshot;

use zeroth::llm::{ErrorKind, ModelError};
use zeroth::play::PlayError;
use zeroth::store::{Outage, StoreError};

use crate::app::App;
use crate::scripted::Step;

const MESSAGE: &str = r#"{"message": "On."}"#;

#[tokio::test]
async fn each_failure_has_its_status() {
    let app = App::new();
    let models =
        ErrorKind::ALL.map(|kind| PlayError::Model(ModelError::new(kind, format!("it was {}", kind.as_str()))));
    let others = [
        PlayError::Conflict { turn: None },
        PlayError::NothingToUndo,
        PlayError::Prompt("the secret prompt".to_owned()),
        PlayError::Store(StoreError::Full { limit: 3 }),
        PlayError::Store(StoreError::Unavailable(Outage::DiskFull)),
    ];
    let mut text = String::new();
    for error in models.into_iter().chain(others) {
        app.play.script([Step::Fail(error)]);
        let answer = app.play(MESSAGE).await;
        let wait = answer.header("retry-after");
        let wait = if wait.is_empty() { String::new() } else { format!(" (retry after {wait})") };
        let problem = answer.json();
        let kind = problem["type"].as_str().unwrap().trim_start_matches("/docs#problem-");
        text += &format!("{} {kind} {}{wait}: {}\n", answer.status.as_u16(), problem["error_type"], problem["detail"]);
    }
    assert_snapshot!(text, @r#"
    502 model-failed "unreachable": "it was unreachable"
    504 model-timeout "timeout": "it was timeout"
    502 model-failed "unauthorized": "it was unauthorized"
    402 quota-exceeded "quota_exceeded": "it was quota_exceeded"
    402 budget-exceeded "budget_exceeded": "it was budget_exceeded"
    429 rate-limited "rate_limited" (retry after 5): "it was rate_limited"
    503 overloaded "limit_reached" (retry after 5): "it was limit_reached"
    503 unavailable "unavailable" (retry after 5): "it was unavailable"
    502 model-failed "model_not_found": "it was model_not_found"
    502 model-failed "invalid_request": "it was invalid_request"
    502 model-failed "context_overflow": "it was context_overflow"
    502 model-failed "refused": "it was refused"
    502 model-failed "empty": "it was empty"
    502 model-failed "truncated": "it was truncated"
    502 model-failed "bad_response": "it was bad_response"
    409 conflict null: "another turn of this session was played at the same time; look at its answer, then try again"
    409 nothing-to-undo null: "there is no turn to take back"
    500 internal null: "something went wrong inside the game; the log knows more"
    503 store-full null (retry after 60): "3 games are kept, and none has been idle for long enough to make way; raise ZEROTH_MAX_SESSIONS or lower ZEROTH_SESSION_IDLE"
    503 store-unavailable null (retry after 5): "the games cannot be reached now: the disk is full, or ZEROTH_STORE_MAX_MB is reached; turns that were answered are kept"
    "#);
}

#[tokio::test]
async fn the_provider_says_how_long_to_wait() {
    let app = App::new();
    let mut error = ModelError::new(ErrorKind::RateLimited, "too many requests; wait a little");
    error.retry_after = Some(Duration::from_millis(1200));
    app.play.script([Step::Fail(error.into())]);
    assert_snapshot!(app.play(MESSAGE).await.text(&["content-type", "retry-after", "x-trace-id"]), @r#"
    429 Too Many Requests
    content-type: application/problem+json
    retry-after: 2
    x-trace-id: 00000000000000000000000000000abc

    {"type":"/docs#problem-rate-limited","title":"Too many requests","status":429,"detail":"too many requests; wait a little","instance":"/play","trace_id":"00000000000000000000000000000abc","error_type":"rate_limited"}
    "#);
}

#[tokio::test]
async fn a_panic_says_nothing_of_what_happened() {
    let app = App::new();
    app.play.script([Step::Panic]);
    assert_snapshot!(app.play(MESSAGE).await.text(&["content-type"]), @r#"
    500 Internal Server Error
    content-type: application/problem+json

    {"type":"/docs#problem-internal","title":"Our mistake","status":500,"detail":"something went wrong inside the game; the log knows more","instance":"/play","trace_id":"00000000000000000000000000000abc"}
    "#);
    assert_eq!(app.play(MESSAGE).await.status, 200, "and the next turn is played");
}

#[tokio::test]
async fn a_setup_that_fails_is_tried_again() {
    let app = App::new();
    app.play.fail_setup(ModelError::new(ErrorKind::Unreachable, "no connection to the provider"));
    for request in [Request::get("/"), Request::post("/games")] {
        let answer = app.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (502, ""));
    }
    app.play.fail_setup(ModelError::new(ErrorKind::Timeout, "the provider said nothing"));
    assert_eq!(app.get("/").await.status, 504);
}
