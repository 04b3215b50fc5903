//! Whatever fails inside, the client learns what it may know and no more.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use insta::assert_snapshot;

use zeroth::llm::{ErrorKind, ModelError};
use zeroth::play::PlayError;
use zeroth::store::StoreError;

use crate::app::App;
use crate::scripted::Step;

const MESSAGE: &str = r#"{"message": "On."}"#;

#[tokio::test]
async fn each_failure_has_its_status() {
    let app = App::new();
    let models =
        ErrorKind::ALL.map(|kind| PlayError::Model(ModelError::new(kind, format!("it was {}", kind.as_str()))));
    let others = [
        PlayError::Conflict,
        PlayError::NothingToUndo,
        PlayError::Prompt("the secret prompt".to_owned()),
        PlayError::Store(StoreError::Full { limit: 3 }),
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
    assert_snapshot!(text, @"");
}

#[tokio::test]
async fn the_provider_says_how_long_to_wait() {
    let app = App::new();
    let mut error = ModelError::new(ErrorKind::RateLimited, "too many requests; wait a little");
    error.retry_after = Some(Duration::from_millis(1200));
    app.play.script([Step::Fail(error.into())]);
    assert_snapshot!(app.play(MESSAGE).await.text(&["content-type", "retry-after", "x-trace-id"]), @"");
}

#[tokio::test]
async fn a_panic_says_nothing_of_what_happened() {
    let app = App::new();
    app.play.script([Step::Panic]);
    assert_snapshot!(app.play(MESSAGE).await.text(&["content-type"]), @"");
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
