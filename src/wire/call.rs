//! One call of a model as a stream: its pieces as they come, then its outcome.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use futures::{FutureExt as _, Stream};

use crate::llm::{ChatReply, ChatRequest, Delta, Model, ModelError};

/// What became of a call.
pub(super) type Outcome = Result<ChatReply, ModelError>;

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
    chat: Option<BoxFuture<'static, Outcome>>,
    pieces: Pieces,
    outcome: Option<Outcome>,
}

#[derive(Clone, Default)]
struct Pieces(Arc<Mutex<VecDeque<String>>>);

impl Call {
    pub(super) fn new(model: Arc<dyn Model>, request: ChatRequest) -> Self {
        let pieces = Pieces::default();
        let heard = pieces.clone();
        let chat = async move {
            let mut hear = |delta: Delta<'_>| delta.text().into_iter().for_each(|text| heard.push(text));
            model.chat(&request, &mut hear).await
        };
        Self { chat: Some(chat.boxed()), pieces, outcome: None }
    }
}

impl Stream for Call {
    type Item = Progress;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Progress>> {
        if let Some(piece) = self.pieces.pop() {
            return Poll::Ready(Some(Progress::Piece(piece)));
        }
        if let Some(Poll::Ready(outcome)) = self.chat.as_mut().map(|chat| chat.poll_unpin(context)) {
            self.chat = None;
            self.outcome = Some(outcome);
        }
        match self.pieces.pop() {
            Some(piece) => Poll::Ready(Some(Progress::Piece(piece))),
            None if self.chat.is_some() => Poll::Pending,
            None => Poll::Ready(self.outcome.take().map(|outcome| Progress::Ended(Box::new(outcome)))),
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
