//! One turn with one fault, and everything it left behind.

use std::collections::BTreeMap;

use axum::body::{Body, to_bytes};
use axum::http::Request;
use serde_json::Value;
use tokio::net::TcpListener;
use tower::ServiceExt as _;
use zeroth::app;
use zeroth::id::SessionId;
use zeroth::llm::fault::Fault;

use crate::table::{self, Table};
use crate::trace::attribute;

/// One cell of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) fault: Fault,
    pub(crate) vendor: Vendor,
    pub(crate) mode: Mode,
}

/// Whose protocol is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Vendor {
    Anthropic,
    OpenAi,
}

/// How the answer is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Whole, from the model as by the player.
    Whole,
    /// In pieces from the model, whole by the player: nobody hears the pieces.
    Unheard,
    /// In pieces, all the way.
    Streamed,
}

impl Vendor {
    pub(crate) const ALL: [Self; 2] = [Self::Anthropic, Self::OpenAi];
}

impl Mode {
    pub(crate) const ALL: [Self; 3] = [Self::Whole, Self::Unheard, Self::Streamed];
}

/// What player and telemetry are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Told {
    /// The status of the answer, or of the problem inside a stream that had begun.
    pub(crate) status: u16,
    pub(crate) error_type: Option<&'static str>,
    /// HTTP requests to the provider.
    pub(crate) attempts: usize,
}

/// What became of a turn.
pub(crate) struct Outcome {
    pub(crate) told: Told,
    /// The problem's detail, or the answer.
    pub(crate) detail: String,
    /// `error.type` of each attempt's span.
    pub(crate) attempts: Vec<String>,
    /// Of the model call, among the turn's spans.
    calls: Vec<Option<String>>,
    /// Points of the duration metric, by `error.type`.
    durations: BTreeMap<String, u64>,
    retries: u64,
    /// Events of retries on the call's span.
    events: usize,
    /// `http.request.resend_count` of each attempt.
    resends: Vec<String>,
    kept: usize,
    tokens: bool,
}

/// Serves `zeroth sim` until the test ends; returns its address.
pub(crate) async fn simulator() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let router = app::simulator(&table::config(&[]));
    let serving = async move { axum::serve(listener, router).await.unwrap() };
    #[expect(clippy::disallowed_methods, reason = "it ends with the test's runtime")]
    drop(tokio::spawn(serving));
    address
}

/// Plays a turn whose model call meets the fault. The setup is worded by the simulator inside the program.
pub(crate) async fn play(case: Case, simulator: &str) -> Outcome {
    let model = match case.vendor {
        Vendor::Anthropic => format!("anthropic:claude-sonnet-4-6+{}", case.fault),
        Vendor::OpenAi => format!("openai:gpt-4o-mini+{}", case.fault),
    };
    let stream = if case.mode == Mode::Whole { "false" } else { "true" };
    let table = Table::new(&[
        ("ZEROTH_MODEL", &model),
        ("ZEROTH_MODEL_GAME_SETUP", "sim"),
        ("ZEROTH_STREAM", stream),
        ("ANTHROPIC_API_KEY", "a"),
        ("OPENAI_API_KEY", "o"),
        ("ANTHROPIC_BASE_URL", simulator),
        ("OPENAI_BASE_URL", simulator),
        ("ZEROTH_MAX_RETRIES", "1"),
        ("ZEROTH_RETRY_FIRST_WAIT", "1ms"),
        ("ZEROTH_FIRST_TOKEN_TIMEOUT", "1s"),
        ("ZEROTH_IDLE_TIMEOUT", "1s"),
        ("ZEROTH_MODEL_TIMEOUT", "2s"),
    ]);
    // To lay a table takes a while in which nobody else comes to a word: others that are to be laid come first, so that no
    // turn's time is up because of them.
    tokio::task::yield_now().await;
    table.app.play().shared().await.unwrap();
    table.recorder.clear();
    let (status, body) = ask(&table, case.mode).await;
    read(&table, status, body).await
}

async fn ask(table: &Table, mode: Mode) -> (u16, Value) {
    let accept = if mode == Mode::Streamed { "text/event-stream" } else { "application/json" };
    let request = Request::post("/play").header("content-type", "application/json").header("accept", accept);
    let request = request.body(Body::from(r#"{"message": "I look around and open the door."}"#)).unwrap();
    let answer = table.router.clone().oneshot(request).await.unwrap();
    let status = answer.status().as_u16();
    let streamed = answer.headers()["content-type"].to_str().unwrap().starts_with("text/event-stream");
    let body = String::from_utf8(to_bytes(answer.into_body(), usize::MAX).await.unwrap().to_vec()).unwrap();
    if !streamed {
        return (status, serde_json::from_str(&body).unwrap());
    }
    // The last event says how the turn ended.
    let last = body.trim_end().rsplit("\n\n").next().unwrap();
    let data = last.lines().find_map(|line| line.strip_prefix("data: ")).unwrap();
    let value: Value = serde_json::from_str(data).unwrap();
    let status = value["status"].as_u64().map_or(200, |status| u16::try_from(status).unwrap());
    (status, value)
}

async fn read(table: &Table, status: u16, body: Value) -> Outcome {
    let spans = table.recorder.spans();
    let named = |name: &str| spans.iter().filter(|span| span.name.starts_with(name)).cloned().collect::<Vec<_>>();
    let calls = named("chat ");
    let mut sent = named("POST");
    sent.retain(|span| attribute(span, "url.full").is_some());
    sent.sort_by_key(|span| span.start_time);
    let told = |key: &str| -> Vec<String> {
        sent.iter().map(|span| attribute(span, key).unwrap_or_else(|| "-".to_owned())).collect()
    };
    let (attempts, resends) = (told("error.type"), told("http.request.resend_count"));
    let metrics = table.metrics().await;
    let mut durations = BTreeMap::new();
    let mut retries = 0;
    for line in metrics.lines().filter(|line| line.contains("zeroth_component=\"dialogue\"")) {
        let value = || line.rsplit(' ').next().unwrap().parse::<u64>().unwrap();
        if line.starts_with("gen_ai_client_inference_duration_seconds_count") {
            let kind = line.split("error_type=\"").nth(1).map_or("", |rest| rest.split('"').next().unwrap());
            *durations.entry(kind.to_owned()).or_default() += value();
        }
        if line.starts_with("zeroth_model_retries_total") {
            retries += value();
        }
    }
    let text = |field: &str| body[field].as_str().map(str::to_owned);
    Outcome {
        told: Told {
            status,
            error_type: body["error_type"].as_str().map(|kind| {
                let kinds = zeroth::llm::ErrorKind::ALL.map(zeroth::llm::ErrorKind::as_str);
                kinds.into_iter().find(|known| *known == kind).unwrap()
            }),
            attempts: attempts.len(),
        },
        detail: text("detail").or_else(|| text("response")).unwrap_or_default(),
        attempts,
        calls: calls.iter().map(|span| attribute(span, "error.type")).collect(),
        durations,
        retries,
        events: calls
            .iter()
            .flat_map(|span| span.events.iter())
            .filter(|event| event.name == "zeroth.model.retry")
            .count(),
        resends,
        kept: table.app.play().game(SessionId::SHARED).await.unwrap().turns.len(),
        tokens: calls.iter().any(|span| attribute(span, "gen_ai.usage.output_tokens").is_some()),
    }
}

impl Outcome {
    /// What must hold for every turn, whatever becomes of it.
    pub(crate) fn broken_laws(&self, case: Case) -> Vec<String> {
        let kind = self.told.error_type;
        let answered = kind.is_none();
        let laws = [
            ("one span for the call, with the kind that the player is told", self.calls == [kind.map(str::to_owned)]),
            ("one point of duration, with that kind", self.durations == [(kind.unwrap_or("").to_owned(), 1)].into()),
            ("one retry for each attempt after the first", self.retries as usize == self.attempts.len() - 1),
            ("an event for each retry", self.events as u64 == self.retries),
            ("attempts are numbered, but for the first", self.resends == numbered(self.attempts.len())),
            ("an answer's last attempt went well", !answered || self.attempts.last().is_some_and(|kind| kind == "-")),
            ("the turn is kept if, and only if, it was answered", self.kept == usize::from(answered)),
            ("an answer has tokens", self.tokens || !answered),
            ("something is said about it", !self.detail.is_empty()),
        ];
        laws.into_iter().filter(|(_, holds)| !holds).map(|(law, _)| format!("{case:?} breaks: {law}")).collect()
    }
}

fn numbered(attempts: usize) -> Vec<String> {
    (0..attempts).map(|resend| if resend == 0 { "-".to_owned() } else { resend.to_string() }).collect()
}
