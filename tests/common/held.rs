//! A provider that answers a call when a test says so.

use std::sync::Arc;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use tokio::sync::Semaphore;

/// One who speaks OpenAI's protocol, on a port of its own.
pub(crate) struct HeldProvider {
    pub(crate) base_url: String,
    asked: Arc<Semaphore>,
    answers: Arc<Semaphore>,
}

impl HeldProvider {
    /// Whatever is asked is answered with `text`.
    pub(crate) async fn start(text: &str) -> Self {
        let (asked, answers) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
        let choice = serde_json::json!({"index": 0, "message": {"content": text}, "finish_reason": "stop"});
        let completion = serde_json::json!({"id": "1", "model": "held-1", "choices": [choice]}).to_string();
        let (knocks, permits) = (asked.clone(), answers.clone());
        let complete = async move || {
            knocks.add_permits(1);
            permits.acquire().await.unwrap().forget();
            ([(CONTENT_TYPE, "application/json")], completion.clone())
        };
        let router = Router::new().route("/v1/chat/completions", post(complete));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        #[expect(clippy::disallowed_methods, reason = "it ends with the test")]
        drop(tokio::spawn(async move { axum::serve(listener, router).await }));
        Self { base_url, asked, answers }
    }

    /// Waits until it is asked.
    pub(crate) async fn asked(&self) {
        self.asked.acquire().await.unwrap().forget();
    }

    /// Lets it answer one call.
    pub(crate) fn answer(&self) {
        self.answers.add_permits(1);
    }
}
