//! The answer as it is worded: server-sent events `token`, then one `turn` or `error`.
//!
//! The turn runs in a task that waits for nobody: a client that reads slowly gets larger pieces, and one that left
//! misses them.

use axum::http::header::CACHE_CONTROL;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use futures::stream::{self, BoxStream};
use serde_json::json;
use tokio::sync::mpsc::{self, Sender};
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;

use super::error::Problem;
use super::problem::Occurrence;
use super::server::Api;
use super::turn::{Outcome, PlannedTurn};

/// How many pieces wait for a slow client before they are joined.
const WAITING_PIECES: usize = 32;

/// What a stream looks like, for the documentation.
pub(super) const EXAMPLE: &str = r#"event: token
data: {"text":"The bridge "}

event: token
data: {"text":"lies in emergency light."}

event: turn
data: {"speaker":"Dungeon Master","response":"The bridge lies in emergency light.", …}

"#;

/// The same for a game for one player.
pub(super) const ADVENTURE_EXAMPLE: &str = r#"event: token
data: {"text":"The ring groans "}

event: token
data: {"text":"and holds."}

event: turn
data: {"narrative":"The ring groans and holds.", …}

"#;

type SentEvent = Result<Event, axum::Error>;

/// Plays `turn` and tells of it as it goes. What fails before the first word is answered with its own status.
pub(super) async fn answer(api: &Api, turn: PlannedTurn, occurrence: Occurrence) -> Result<Response, Problem> {
    let (sender, mut tokens) = mpsc::channel(WAITING_PIECES);
    let running = api.services.tasks.spawn(async move {
        let mut pieces = Pieces { sender, held: String::new() };
        let result = turn.run(Some(&mut |text: &str| pieces.push(text))).await;
        Ended { rest: pieces.held, result: result.map_err(Problem::from) }
    });
    let ended = async move {
        let lost = |_| Ended { rest: String::new(), result: Err(Problem::internal()) };
        running.result().await.unwrap_or_else(lost)
    };
    let patience = api.config.keep_alive;
    let events = match timeout(patience, tokens.recv()).await {
        Ok(None) => match ended.await {
            Ended { result: Err(problem), .. } => return Err(problem),
            ended => ended.events(&occurrence),
        },
        first => {
            let first = stream::iter(first.ok().flatten().map(|text| token(&text)));
            let rest = ReceiverStream::new(tokens).map(|text| token(&text));
            let end = stream::once(async move { ended.await.events(&occurrence) }).flatten();
            first.chain(rest).chain(end).boxed()
        }
    };
    let body = Sse::new(events).keep_alive(KeepAlive::new().interval(patience).text("still there"));
    Ok(([(CACHE_CONTROL.as_str(), "no-store"), ("x-accel-buffering", "no")], body).into_response())
}

/// The words on their way to the client.
struct Pieces {
    sender: Sender<String>,
    held: String,
}

impl Pieces {
    /// Sends what there is, if there is room for it; otherwise it waits for the next piece or for the end.
    fn push(&mut self, text: &str) {
        self.held.push_str(text);
        if self.held.is_empty() {
            return;
        }
        if let Ok(room) = self.sender.try_reserve() {
            room.send(std::mem::take(&mut self.held));
        }
    }
}

/// What is left to tell when the turn is over.
struct Ended {
    rest: String,
    result: Result<Outcome, Problem>,
}

impl Ended {
    fn events(self, occurrence: &Occurrence) -> BoxStream<'static, SentEvent> {
        let rest = (!self.rest.is_empty()).then(|| token(&self.rest));
        let last = match &self.result {
            Ok(outcome) => Event::default().event("turn").json_data(outcome.answer(occurrence)),
            Err(problem) => Event::default().event("error").json_data(problem.details(occurrence)),
        };
        stream::iter(rest.into_iter().chain([last])).boxed()
    }
}

fn token(text: &str) -> SentEvent {
    Event::default().event("token").json_data(json!({ "text": text }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_reader_gets_larger_pieces_and_misses_none() {
        let (sender, mut receiver) = mpsc::channel(2);
        let mut pieces = Pieces { sender, held: String::new() };
        for text in ["a", "b", "c", "", "d"] {
            pieces.push(text);
        }
        assert_eq!(receiver.try_recv().unwrap(), "a");
        pieces.push("e");
        assert_eq!(receiver.try_recv().unwrap(), "b");
        assert_eq!(receiver.try_recv().unwrap(), "cde");
        assert_eq!(pieces.held, "");
    }
}
