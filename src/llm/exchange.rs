//! One exchange with a provider over HTTP: the request goes out, and an answer in JSON, a stream of events or a
//! classified failure comes back.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures::{FutureExt as _, StreamExt as _};
use http::header::{ACCEPT, ACCEPT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderValue, Method};
use reqwest::Url;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::draft::Draft;
use super::error::{ErrorKind, ModelError};
use super::failure::{self, Names};
use super::model::{ChatReply, ChatRequest, Delta, Deltas, Message, Role};
use super::sse::{Event, Parser};
use super::transport::{Incoming, Outgoing, Read, Transport, TransportError, TransportFault};

/// The longest event of a stream: far more than any provider sends.
const EVENT_LIMIT: usize = 1 << 20;
/// The longest whole answer.
const BODY_LIMIT: usize = 16 << 20;
/// How long a failure may take to explain itself.
const EXPLANATION: Duration = Duration::from_secs(2);
/// How much of an error is read: enough to classify it.
const ERROR_LIMIT: usize = 64 << 10;

/// One operation of one provider.
pub(super) struct Exchange {
    pub(super) transport: Arc<dyn Transport>,
    pub(super) url: Url,
    /// Where the same server lists its models.
    pub(super) models: Url,
    pub(super) headers: HeaderMap,
    pub(super) names: Names,
}

/// How an answer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Whole,
    Stream,
}

impl Wanted {
    /// As the request's `stream` says.
    pub(super) fn new(stream: bool) -> Self {
        if stream { Self::Stream } else { Self::Whole }
    }
}

/// Whether a model takes a temperature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sampling {
    Accepted,
    Rejected,
}

/// A message, which both APIs write alike.
pub(super) fn message(message: &Message) -> Value {
    let role = match message.role {
        Role::User => "user",
        Role::Assistant => "assistant",
    };
    json!({"role": role, "content": message.text})
}

/// How an answer came.
pub(super) enum Answer {
    /// At once; also where a server does not know how to stream.
    Whole(Value),
    /// In events.
    Stream(Box<Events>),
}

/// How the answers of one API are read, piece by piece.
#[async_trait]
pub(super) trait Reading: Default + Send {
    /// Reads a stream to its end.
    ///
    /// # Errors
    /// [`ModelError`] when it breaks off or says so itself.
    async fn stream(&mut self, events: &mut Events, deltas: &mut Deltas<'_>) -> Result<(), ModelError>;

    /// Reads an answer that came at once.
    ///
    /// # Errors
    /// [`ModelError`] when it is none.
    fn whole(&mut self, answer: &Value, deltas: &mut Deltas<'_>) -> Result<(), ModelError>;

    /// What has been read, also when it was not all.
    fn into_draft(self) -> Draft;
}

impl Exchange {
    /// Asks `request`, which is `body` in the words of the API.
    ///
    /// # Errors
    /// [`ModelError`], with the tokens that are known.
    pub(super) async fn chat<R: Reading>(
        &self,
        request: &ChatRequest,
        body: &Value,
        deltas: &mut Deltas<'_>,
    ) -> Result<ChatReply, ModelError> {
        let mut reading = R::default();
        let outcome = match self.post(body, Wanted::new(request.stream), request.resend_count).await? {
            Answer::Whole(answer) if request.stream => reading.whole(&answer, deltas),
            Answer::Whole(answer) => reading.whole(&answer, &mut |_: Delta<'_>| {}),
            Answer::Stream(mut events) => {
                let outcome = reading.stream(&mut events, deltas).await;
                events.finish();
                outcome
            }
        };
        reading.into_draft().conclude(outcome, &self.names)
    }

    /// Sends `body` once; `resend_count` attempts came before.
    pub(super) async fn post(&self, body: &Value, wanted: Wanted, resend_count: u32) -> Result<Answer, ModelError> {
        let mut headers = self.headers_for(wanted);
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let body = Bytes::from(body.to_string());
        let request = Outgoing { method: Method::POST, url: self.url.clone(), headers, body, resend_count };
        let (headers, body) = self.send(request).await?;
        let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let whole = ["application/json", "text/html"].iter().any(|whole| kind.starts_with(whole));
        if wanted == Wanted::Stream && !whole {
            let events = Events { body, parser: Parser::new(EVENT_LIMIT), ready: VecDeque::new() };
            return Ok(Answer::Stream(Box::new(events)));
        }
        self.whole(&headers, body).await.map(Answer::Whole)
    }

    /// Asks for what is at `url`.
    pub(super) async fn get(&self, url: Url) -> Result<Value, ModelError> {
        let headers = self.headers_for(Wanted::Whole);
        let request = Outgoing { method: Method::GET, url, headers, body: Bytes::new(), resend_count: 0 };
        let (headers, body) = self.send(request).await?;
        self.whole(&headers, body).await
    }

    /// The answer to `request`, if it is a success.
    async fn send(&self, request: Outgoing) -> Result<(HeaderMap, Body), ModelError> {
        let answer = self.transport.send(request).await.map_err(|error| unreached(&self.names, &error))?;
        let Incoming { status, headers, body, read } = answer;
        let mut body = Body { stream: body, read, names: self.names.clone() };
        if !status.is_success() {
            // A failure is a failure even if its explanation breaks off or never ends.
            let mut text = Vec::new();
            let _ = timeout(EXPLANATION, body.read_into(&mut text, ERROR_LIMIT)).await;
            return Err(failure::of_answer(&self.names, status, &headers, &text));
        }
        Ok((headers, body))
    }

    async fn whole(&self, headers: &HeaderMap, mut body: Body) -> Result<Value, ModelError> {
        let text = body.read(BODY_LIMIT).await?;
        let value = serde_json::from_slice(&text);
        let value = value.map_err(|error| match text.trim_ascii() {
            // It began like an answer, and was over too soon.
            [b'{', ..] if error.is_eof() => {
                ModelError::new(ErrorKind::Truncated, failure::explanation(&self.names, ErrorKind::Truncated))
            }
            _ => failure::of_strange_body(&self.names, headers, &text),
        })?;
        failure::of_value(&self.names, &value).map_or(Ok(value), Err)
    }

    fn headers_for(&self, wanted: Wanted) -> HeaderMap {
        let mut headers = self.headers.clone();
        let accept = match wanted {
            Wanted::Whole => "application/json",
            Wanted::Stream => {
                // Compression on the way would hold the first words back until a block is full.
                headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
                "text/event-stream"
            }
        };
        headers.insert(ACCEPT, HeaderValue::from_static(accept));
        headers
    }
}

/// The events of a stream, one after the other.
pub(super) struct Events {
    body: Body,
    parser: Parser,
    ready: VecDeque<Event>,
}

impl Events {
    /// The next event; none at the end of the stream, which says nothing about the end of the answer.
    pub(super) async fn next(&mut self) -> Result<Option<Event>, ModelError> {
        while self.ready.is_empty() {
            let Some(bytes) = self.body.next().await? else { return Ok(None) };
            let events = self.parser.push(&bytes).map_err(|error| {
                let sentence = failure::explanation(&self.body.names, ErrorKind::BadResponse);
                ModelError::new(ErrorKind::BadResponse, format!("{sentence} ({error})"))
            })?;
            self.ready.extend(events);
        }
        Ok(self.ready.pop_front())
    }

    /// Says that the answer is complete. Takes the end of the stream along if it is there already, since a connection
    /// can be used again only then; nobody waits for it.
    pub(super) fn finish(&mut self) {
        self.body.read.done();
        while let Some(Ok(Some(_))) = self.body.next().now_or_never() {}
    }

    /// The data of an event as JSON, unless it reports a failure.
    pub(super) fn value(&self, event: &Event) -> Result<Value, ModelError> {
        let names = &self.body.names;
        let value: Value = serde_json::from_str(&event.data).map_err(|_| {
            let sentence = failure::explanation(names, ErrorKind::BadResponse);
            ModelError::new(ErrorKind::BadResponse, format!("{sentence} (an event without valid JSON)"))
        })?;
        failure::of_value(names, &value).map_or(Ok(value), Err)
    }
}

struct Body {
    stream: futures::stream::BoxStream<'static, Result<Bytes, TransportError>>,
    read: Read,
    names: Names,
}

impl Body {
    async fn next(&mut self) -> Result<Option<Bytes>, ModelError> {
        self.stream.next().await.transpose().map_err(|error| broken(&self.names, &error))
    }

    /// Everything up to the end, or a little more than `limit` bytes, which is too much to make sense.
    async fn read(&mut self, limit: usize) -> Result<Vec<u8>, ModelError> {
        let mut text = Vec::new();
        self.read_into(&mut text, limit).await?;
        Ok(text)
    }

    /// The same, into `text`, which has what came even if the rest does not come.
    async fn read_into(&mut self, text: &mut Vec<u8>, limit: usize) -> Result<(), ModelError> {
        while text.len() <= limit {
            let Some(bytes) = self.next().await? else { break };
            text.extend_from_slice(&bytes);
        }
        self.read.done();
        Ok(())
    }
}

/// No answer began.
fn unreached(names: &Names, error: &TransportError) -> ModelError {
    match error.fault {
        TransportFault::Timeout => ModelError::new(ErrorKind::Timeout, error.message.clone()),
        TransportFault::Connect | TransportFault::Broken => {
            let advice = error
                .advice
                .map_or_else(|| format!("check {}, the proxy or the network", names.base_url), str::to_owned);
            ModelError::new(ErrorKind::Unreachable, format!("{}: {advice}", error.message))
        }
    }
}

/// An answer began, but did not end.
fn broken(names: &Names, error: &TransportError) -> ModelError {
    let kind = match error.fault {
        TransportFault::Timeout => ErrorKind::Timeout,
        TransportFault::Connect | TransportFault::Broken => ErrorKind::Truncated,
    };
    ModelError::new(kind, format!("{} ({})", failure::explanation(names, ErrorKind::Truncated), error.message))
}
