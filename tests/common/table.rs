//! The whole program in this process: the real router around the real game, with a recorder as its telemetry's sink.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::Value;
use tower::ServiceExt as _;
use zeroth::app::{App, Seams};
use zeroth::clock::SteppingClock;
use zeroth::config::{Config, Source};
use zeroth::id::CountingIds;
use zeroth::llm::Model;

use crate::trace::Recorder;

/// When the stepping clock of a test starts.
pub(crate) const START: SystemTime = SystemTime::UNIX_EPOCH;

/// A program under test.
pub(crate) struct Table {
    pub(crate) app: App,
    pub(crate) router: Router,
    pub(crate) recorder: Arc<Recorder>,
}

impl Table {
    /// The program with an instant simulator and these settings.
    pub(crate) fn new(settings: &[(&str, &str)]) -> Self {
        Self::with(settings, None)
    }

    /// The program with `model` in the simulator's place.
    pub(crate) fn with_model(model: Arc<dyn Model>) -> Self {
        Self::with(&[], Some(model))
    }

    /// The program with these settings and, if given, this model.
    pub(crate) fn with(settings: &[(&str, &str)], model: Option<Arc<dyn Model>>) -> Self {
        let config = config(settings);
        let recorder = Recorder::new();
        let seams = Seams {
            clock: Some(Arc::new(SteppingClock::new(START, Duration::from_millis(1)))),
            ids: Some(Arc::new(CountingIds::default())),
            model,
            sink: Some(recorder.clone()),
        };
        let app = App::compose(&config, seams).unwrap();
        let router = app.router(&config);
        Self { app, router, recorder }
    }

    /// Sends a request and reads the whole answer: its status, and its body as JSON (or as a string).
    pub(crate) async fn send(&self, request: Request<Body>) -> (u16, Value) {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let status = answer.status().as_u16();
        let body = to_bytes(answer.into_body(), usize::MAX).await.unwrap();
        let text = String::from_utf8(body.to_vec()).unwrap();
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// Plays at the shared table.
    pub(crate) async fn play(&self, message: &str) -> (u16, Value) {
        self.send(play(message)).await
    }

    /// What Prometheus would scrape.
    pub(crate) async fn metrics(&self) -> String {
        let (_, text) = self.send(Request::get("/metrics").body(Body::empty()).unwrap()).await;
        text.as_str().unwrap().to_owned()
    }
}

/// The configuration with an instant simulator, no log lines, and these settings.
pub(crate) fn config(settings: &[(&str, &str)]) -> Config {
    let quiet = [("ZEROTH_LOG", "off"), ("ZEROTH_STORE", "memory"), ("ZEROTH_TRACES", "off")];
    let base = [("ZEROTH_SIM_SPEED", "instant")].into_iter().chain(quiet);
    Config::read(&Source::new(base.chain(settings.iter().copied()))).unwrap()
}

/// `POST /play` with this message.
pub(crate) fn play(message: &str) -> Request<Body> {
    let body = serde_json::json!({ "message": message }).to_string();
    Request::post("/play").header("content-type", "application/json").body(Body::from(body)).unwrap()
}
