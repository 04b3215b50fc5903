//! Sends an answer as server-sent events while it is made, with whatever goes wrong on the way.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse as _, Response};
use futures::{FutureExt as _, stream};
use serde::Serialize;
use tokio::time::Instant;

use crate::llm::fault::Fault;

use super::call::{self, Call, Ending, Progress};
use super::chorus::Chorus;
use super::disguise;
use super::gate::Ticket;
use super::journal::{Outcome, Watch};
use super::order::{self, Intake};
use super::refusal::{Reason, Refusal};
use super::server::Simulator;

/// The middle of an answer: where things go wrong that are told nothing else.
pub(super) const MIDDLE: u32 = 8;

/// How often a stream without words says that it is still there, where the vendor does.
const PING: Duration = Duration::from_secs(1);

/// How a vendor tells an answer; each method gives whole events.
pub(super) trait Teller: Send + 'static {
    /// What comes before the first piece.
    fn open(&mut self) -> String;

    /// A sign of life, where there is one.
    fn ping(&self) -> Option<&'static str>;

    /// A piece of a choice's text.
    fn piece(&mut self, choice: usize, text: &str) -> Bytes;

    /// An event whose JSON is broken.
    fn garbled(&self) -> &'static str;

    /// The end of one choice.
    fn ended(&mut self, choice: usize, ending: &Ending) -> String;

    /// What comes after the last piece.
    fn close(&mut self, endings: &[Ending]) -> String;

    /// The end of an answer that failed on the way.
    fn fail(&mut self, refusal: &Refusal) -> String;

    /// The answer in one piece, as JSON.
    fn whole(&self, endings: &[Ending]) -> String;
}

/// Marks an answer that goes on after its head.
#[derive(Debug, Clone, Copy)]
pub(super) struct Streaming;

/// Answers with what `teller` makes of `calls`, or of what is said instead of them. A call that fails at once is answered
/// with its own status.
pub(super) async fn answer<T: Teller>(
    simulator: Arc<Simulator>,
    ticket: Arc<Ticket>,
    intake: Intake,
    teller: T,
    calls: Vec<Call>,
    preset: Vec<Ending>,
) -> Result<Response, Refusal> {
    let slow =
        ticket.faults.iter().find_map(|fault| if let Fault::SlowFirstToken(time) = fault { Some(*time) } else { None });
    let now = Instant::now();
    let mut telling = Telling {
        watch: Watch::new(Arc::clone(&ticket.record)),
        chorus: Chorus::new(calls, preset),
        mishaps: mishaps(&ticket.faults),
        silent_until: slow.map_or(now, |slow| now + slow),
        ping_at: now + PING,
        stage: Stage::Opening,
        told: 0,
        next: None,
        simulator,
        ticket,
        intake,
        teller,
    };
    if slow.is_none() {
        telling.next = telling.chorus.next().now_or_never();
        if let Some(Some((_, Progress::Ended(outcome)))) = &telling.next
            && let Err(error) = outcome.as_ref()
        {
            telling.watch.release();
            return Err(error.clone().into());
        }
    }
    telling.ticket.record.metrics().streams().inc();
    let events =
        stream::unfold(Open(telling), |mut open| async move { open.0.event().await.map(|event| (event, open)) });
    let head = [(CONTENT_TYPE, "text/event-stream; charset=utf-8"), (CACHE_CONTROL, "no-cache")];
    let mut response = (head, Body::from_stream(events)).into_response();
    response.extensions_mut().insert(Streaming);
    Ok(response)
}

/// A stream that is counted.
struct Open<T: Teller>(Telling<T>);

impl<T: Teller> Drop for Open<T> {
    fn drop(&mut self) {
        self.0.ticket.record.metrics().streams().dec();
    }
}

struct Telling<T> {
    simulator: Arc<Simulator>,
    ticket: Arc<Ticket>,
    intake: Intake,
    watch: Watch,
    teller: T,
    chorus: Chorus,
    /// What goes wrong, and after how many tokens; the first comes first.
    mishaps: VecDeque<(u32, Fault)>,
    silent_until: Instant,
    ping_at: Instant,
    stage: Stage,
    /// How many tokens have been told.
    told: u32,
    /// What was heard before it could be told.
    next: Option<Option<(usize, Progress)>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Opening,
    Telling,
    Over,
}

enum Heard {
    Nothing,
    Piece(usize, String),
    Ended(usize, Box<call::Outcome>),
    All,
}

impl<T: Teller> Telling<T> {
    /// The next event, or events.
    async fn event(&mut self) -> Option<io::Result<Bytes>> {
        match self.stage {
            Stage::Over => return None,
            Stage::Opening => {
                self.stage = Stage::Telling;
                return Some(Ok(self.teller.open().into()));
            }
            Stage::Telling => {}
        }
        loop {
            if let Some(told) = self.mishap().await {
                return told;
            }
            match self.heard().await {
                Heard::Nothing => {
                    if let Some(ping) = self.teller.ping() {
                        return Some(Ok(Bytes::from_static(ping.as_bytes())));
                    }
                }
                Heard::Piece(choice, text) => {
                    self.begin();
                    self.told += 1;
                    return Some(Ok(self.teller.piece(choice, &text)));
                }
                Heard::Ended(choice, outcome) => match *outcome {
                    Ok(ending) => {
                        let events = self.teller.ended(choice, &ending);
                        self.chorus.keep(choice, ending);
                        if !events.is_empty() {
                            return Some(Ok(events.into()));
                        }
                    }
                    Err(error) => return Some(Ok(self.fail(&error.into()))),
                },
                // What should have gone wrong later goes wrong now.
                Heard::All if !self.mishaps.is_empty() => self.told = u32::MAX,
                Heard::All => return Some(Ok(self.close())),
            }
        }
    }

    /// Lets go wrong what is due; gives what is told of it, if anything is.
    async fn mishap(&mut self) -> Option<Option<io::Result<Bytes>>> {
        let (_, fault) = self.mishaps.pop_front_if(|(after, _)| *after <= self.told)?;
        match fault {
            Fault::Stall(time) => {
                tokio::time::sleep(time).await;
                None
            }
            Fault::Malformed => Some(Some(Ok(Bytes::from_static(self.teller.garbled().as_bytes())))),
            Fault::StreamError(_) => Some(Some(Ok(self.fail(&Refusal::new(Reason::Overloaded, "Overloaded"))))),
            Fault::Reset(_) => {
                self.end(Outcome::Broken);
                tokio::time::sleep(disguise::FLUSH).await;
                Some(Some(Err(disguise::reset())))
            }
            _ => {
                self.end(Outcome::Broken);
                Some(None)
            }
        }
    }

    async fn heard(&mut self) -> Heard {
        if self.told == 0 && Instant::now() < self.silent_until {
            tokio::time::sleep_until(self.silent_until.min(self.ping_at)).await;
            return self.pinged();
        }
        let next = match self.next.take() {
            Some(next) => next,
            None if self.told == 0 && self.teller.ping().is_some() => {
                match tokio::time::timeout_at(self.ping_at, self.chorus.next()).await {
                    Ok(next) => next,
                    Err(_) => return self.pinged(),
                }
            }
            None => self.chorus.next().await,
        };
        match next {
            Some((choice, Progress::Piece(text))) => Heard::Piece(choice, text),
            Some((choice, Progress::Ended(outcome))) => Heard::Ended(choice, outcome),
            None => Heard::All,
        }
    }

    fn pinged(&mut self) -> Heard {
        if Instant::now() >= self.ping_at {
            self.ping_at += PING;
        }
        Heard::Nothing
    }

    /// The first token is there.
    fn begin(&self) {
        if self.told == 0 {
            self.ticket.record.first_token();
            self.simulator.cache.publish(&self.intake.found, self.ticket.record.started());
        }
    }

    fn close(&mut self) -> Bytes {
        order::settle(&self.simulator, &self.ticket, &self.intake, self.chorus.endings());
        self.end(Outcome::Complete);
        self.teller.close(self.chorus.endings()).into()
    }

    fn fail(&mut self, refusal: &Refusal) -> Bytes {
        self.end(Outcome::Failed);
        self.teller.fail(refusal).into()
    }

    fn end(&mut self, outcome: Outcome) {
        self.stage = Stage::Over;
        self.ticket.record.close(outcome);
    }
}

/// What goes wrong within the stream, in order.
fn mishaps(faults: &[Fault]) -> VecDeque<(u32, Fault)> {
    let place = |fault: &Fault| match fault {
        Fault::Stall(_) | Fault::Malformed => Some(MIDDLE),
        Fault::Cut(after) | Fault::Reset(after) | Fault::StreamError(after) => Some(*after),
        _ => None,
    };
    let mut mishaps: Vec<(u32, Fault)> = faults.iter().filter_map(|fault| Some((place(fault)?, *fault))).collect();
    mishaps.sort_by_key(|(after, _)| *after);
    mishaps.into()
}

/// An event without a name.
pub(super) fn data(value: &impl Serialize) -> String {
    format!("data: {}\n\n", json(value))
}

/// An event that is named like the type of its value.
pub(super) fn named(name: &str, value: &impl Serialize) -> String {
    format!("event: {name}\n{}", data(value))
}

/// A value as JSON. What we write has only names as keys, so that nothing can fail.
pub(super) fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// An event that is the same each time but for one string in its middle: nearly all events of a stream are.
pub(super) struct Frame {
    before: Vec<u8>,
    after: Vec<u8>,
}

impl Frame {
    pub(super) fn new(before: impl Into<Vec<u8>>, after: impl Into<Vec<u8>>) -> Self {
        Self { before: before.into(), after: after.into() }
    }

    pub(super) fn with(&self, text: &str) -> Bytes {
        let mut event = Vec::with_capacity(self.before.len() + self.after.len() + text.len() + 16);
        event.extend_from_slice(&self.before);
        // Writing into memory does not fail.
        let _ = serde_json::to_writer(&mut event, text);
        event.extend_from_slice(&self.after);
        event.into()
    }
}
