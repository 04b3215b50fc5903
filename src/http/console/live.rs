//! What happens, as it happens.
//!
//! Nobody pushes: each client's stream reads the store when its connection has room, so a client that reads slowly gets
//! larger pieces and holds up nobody.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::header::CACHE_CONTROL;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::StreamExt as _;
use futures::stream;
use serde::Serialize;
use tokio::sync::{Mutex, OwnedSemaphorePermit, watch};
use tokio::time::sleep;

use crate::traces::{CallItem, Traces};

use super::super::error::{Kind, Problem};
use super::super::problem::{ANY, TRACES, problems};
use super::asked::Asked;
use super::{Desk, Store};

/// The shortest time between two events: five in a second are as many as anybody sees.
const PACE: Duration = Duration::from_millis(200);
/// How long to wait when the store does not answer.
const RECOVERY: Duration = Duration::from_secs(1);
/// How often a silent stream says that it is still there.
const KEEP_ALIVE: Duration = Duration::from_secs(10);
/// How far a stream may be behind, in spans and log records; what is older is left out, and it says so.
const BACKLOG: i64 = 20_000;

/// What a stream looks like, for the documentation.
const EXAMPLE: &str = r#"id: 4
event: changes
data: {"number":4,"skipped":false,"calls":[{"id":4,"name":"chat sim-1", …}]}

: still there

"#;

/// What happens, as it happens
///
/// Server-sent events `changes`, at most five in a second: the calls that came, and the number to go on from, which rises
/// with every span and log record. The first event comes at once. A browser that comes back sends `Last-Event-ID` and misses
/// nothing; whoever is more than 20,000 spans behind goes on later, with `skipped`.
#[utoipa::path(
    get,
    path = "/api/live",
    tag = "telemetry",
    params(
        ("after" = Option<i64>, Query, description = "What came after this number; without it, from now on", example = 4),
        ("Last-Event-ID" = Option<String>, Header, description = "The same, from a browser that comes back"),
    ),
    responses(
        (status = 200, description = "A stream that ends when the program does", body = String,
            content_type = "text/event-stream", example = json!(EXAMPLE)),
        LiveProblems
    )
)]
pub(super) async fn live(
    State(desk): State<Arc<Desk>>,
    Store(traces): Store,
    asked: Asked,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let after = asked.read(|asked| asked.count("after"))?;
    let place = Arc::clone(&desk.watchers).try_acquire_owned().map_err(|_| Problem::too_many_watch())?;
    let seen = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let after = seen.or(after).unwrap_or(i64::MAX);
    let turns = Arc::clone(&desk.turns);
    let watcher = Watcher { watch: traces.watch(), traces, after, begun: false, turns, _place: place };
    let events = stream::unfold(watcher, Watcher::next).take_until(desk.console.closing.clone().cancelled_owned());
    let body = Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE).text("still there"));
    Ok(([(CACHE_CONTROL.as_str(), "no-store"), ("x-accel-buffering", "no")], body).into_response())
}

/// Somebody who watches.
struct Watcher {
    traces: Arc<Traces>,
    watch: watch::Receiver<i64>,
    after: i64,
    begun: bool,
    /// All wake up at once; one after another they leave room in the queue for other questions.
    turns: Arc<Mutex<()>>,
    _place: OwnedSemaphorePermit,
}

impl Watcher {
    async fn next(mut self) -> Option<(Result<Event, axum::Error>, Self)> {
        if self.begun {
            sleep(PACE).await;
            let after = self.after;
            self.watch.wait_for(|number| *number > after).await.ok()?;
        }
        loop {
            let (after, skipped) = self.place();
            let answer = {
                let _turn = self.turns.lock().await;
                self.traces.changes(after).await
            };
            match answer {
                Ok(changes) => {
                    (self.after, self.begun) = (changes.number, true);
                    let told = Told { number: changes.number, skipped, calls: changes.calls };
                    let event = Event::default().event("changes").id(told.number.to_string());
                    return Some((event.retry(RECOVERY).json_data(told), self));
                }
                // It is busy, or somebody will repair it: whoever watches has time.
                Err(_) => sleep(RECOVERY).await,
            }
        }
    }

    /// Where to go on, and whether something is left out by that. A number from another store is none of ours.
    fn place(&self) -> (i64, bool) {
        let latest = *self.watch.borrow();
        let after = self.after.min(latest);
        let first = latest.saturating_sub(BACKLOG);
        (after.max(first), after < first)
    }
}

/// What came.
#[derive(Debug, Serialize)]
struct Told {
    number: i64,
    skipped: bool,
    calls: Vec<CallItem>,
}

problems!(LiveProblems: &[Kind::INVALID_QUERY], TRACES, ANY);
