//! One call of a model as a stream: its pieces as they come, then its outcome.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use futures::{FutureExt as _, Stream};

use crate::llm::{ChatReply, ChatRequest, Delta, FinishReason, Model, ModelError, count};

use super::stops::Stops;

/// What became of a call.
pub(super) type Outcome = Result<Ending, ModelError>;

/// A whole answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ending {
    pub(super) text: String,
    pub(super) stop: Stop,
    /// How many tokens the text has.
    pub(super) output: u64,
    pub(super) reasoning: u64,
}

/// Why an answer ends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum Stop {
    #[default]
    End,
    Length,
    /// This text came up, which the request names.
    Sequence(String),
    /// The model declines.
    Refusal,
    /// Anything else, in the model's words.
    Other(String),
}

/// What there is to hear next.
#[derive(Debug)]
pub(super) enum Progress {
    Piece(String),
    /// The last item.
    Ended(Box<Outcome>),
}

/// A call under way. It goes on only while somebody reads: a client that is slow slows it down, a client that leaves
/// ends it. So what waits here is never more than the model says at once.
pub(super) struct Call {
    chat: Option<BoxFuture<'static, Result<ChatReply, ModelError>>>,
    pieces: Pieces,
    stops: Stops,
    outcome: Option<Outcome>,
}

#[derive(Clone, Default)]
struct Pieces(Arc<Mutex<VecDeque<String>>>);

impl Call {
    pub(super) fn new(model: Arc<dyn Model>, request: ChatRequest, stops: Stops) -> Self {
        let pieces = Pieces::default();
        let heard = pieces.clone();
        let chat = async move {
            let mut hear = |delta: Delta<'_>| delta.text().into_iter().for_each(|text| heard.push(text));
            model.chat(&request, &mut hear).await
        };
        Self { chat: Some(chat.boxed()), pieces, stops, outcome: None }
    }

    /// The next piece that may be shown.
    fn piece(&mut self) -> Option<String> {
        while let Some(piece) = self.pieces.pop() {
            if self.stops.is_empty() {
                return Some(piece);
            }
            let shown = self.stops.pass(&piece);
            if let Some(stop) = self.stops.found() {
                // Whatever else the model has to say, nobody wants to hear it.
                (self.chat, self.pieces) = (None, Pieces::default());
                let text = self.stops.told();
                let output = count(&text);
                self.outcome = Some(Ok(Ending { text, stop: Stop::Sequence(stop), output, reasoning: 0 }));
            }
            if !shown.is_empty() {
                return Some(shown);
            }
        }
        None
    }

    /// What was held back in case it became a stop, once the model has ended.
    fn rest(&mut self) -> Option<String> {
        if self.chat.is_some() || self.stops.found().is_some() {
            return None;
        }
        Some(self.stops.rest()).filter(|rest| !rest.is_empty())
    }
}

impl Stream for Call {
    type Item = Progress;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Progress>> {
        if let Some(piece) = self.piece() {
            return Poll::Ready(Some(Progress::Piece(piece)));
        }
        if let Some(Poll::Ready(outcome)) = self.chat.as_mut().map(|chat| chat.poll_unpin(context)) {
            self.chat = None;
            self.outcome = Some(outcome.map(Ending::from));
        }
        if let Some(piece) = self.piece().or_else(|| self.rest()) {
            return Poll::Ready(Some(Progress::Piece(piece)));
        }
        match self.chat.is_some() {
            true => Poll::Pending,
            false => Poll::Ready(self.outcome.take().map(|outcome| Progress::Ended(Box::new(outcome)))),
        }
    }
}

impl Pieces {
    fn push(&self, text: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push_back(text.to_owned());
    }

    fn pop(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}

impl From<ChatReply> for Ending {
    fn from(reply: ChatReply) -> Self {
        let stop = match reply.finish {
            FinishReason::Stop => Stop::End,
            FinishReason::Length => Stop::Length,
            FinishReason::Other(reason) => Stop::Other(reason),
        };
        let output = reply.usage.map_or_else(|| count(&reply.text), |usage| usage.output);
        let reasoning = reply.usage.map_or(0, |usage| usage.reasoning);
        Self { text: reply.text, stop, output, reasoning }
    }
}

impl Ending {
    /// Ends where one of `stops` comes up.
    pub(super) fn cut(self, mut stops: Stops) -> Self {
        if stops.is_empty() {
            return self;
        }
        stops.pass(&self.text);
        match stops.found() {
            Some(stop) => {
                let text = stops.told();
                Self { output: count(&text), text, stop: Stop::Sequence(stop), ..self }
            }
            None => self,
        }
    }
}
