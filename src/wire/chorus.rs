//! Several calls of a model at once, heard together: the choices of one request.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::Stream as _;

use super::call::{Call, Ending, Progress};

/// The calls under way, and the endings of those that have ended.
pub(super) struct Chorus {
    voices: Vec<Voice>,
    endings: Vec<Ending>,
    /// Whose turn it is to be heard first.
    turn: usize,
}

enum Voice {
    Calling(Call),
    /// Has nothing to say but this.
    Preset(Ending),
    Silent,
}

impl Chorus {
    /// Calls, or what is said in place of them.
    pub(super) fn new(calls: Vec<Call>, preset: Vec<Ending>) -> Self {
        let voices = calls.into_iter().map(Voice::Calling).chain(preset.into_iter().map(Voice::Preset));
        let voices: Vec<Voice> = voices.collect();
        Self { endings: vec![Ending::default(); voices.len()], voices, turn: 0 }
    }

    /// What there is to hear next, and from whom; nothing when all have ended.
    pub(super) async fn next(&mut self) -> Option<(usize, Progress)> {
        poll_fn(|context| self.poll(context)).await
    }

    /// Notes how a choice ended.
    pub(super) fn keep(&mut self, choice: usize, ending: Ending) {
        self.endings[choice] = ending;
    }

    /// How all choices ended.
    pub(super) fn endings(&self) -> &[Ending] {
        &self.endings
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<(usize, Progress)>> {
        let count = self.voices.len();
        let mut silent = true;
        for offset in 0..count {
            let choice = (self.turn + offset) % count;
            match self.voices[choice].poll(context) {
                Poll::Ready(Some(progress)) => {
                    self.turn = choice + 1;
                    return Poll::Ready(Some((choice, progress)));
                }
                Poll::Ready(None) => {}
                Poll::Pending => silent = false,
            }
        }
        if silent { Poll::Ready(None) } else { Poll::Pending }
    }
}

impl Voice {
    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<Progress>> {
        let progress = match self {
            Self::Calling(call) => match Pin::new(call).poll_next(context) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Some(Progress::Piece(piece))) => return Poll::Ready(Some(Progress::Piece(piece))),
                Poll::Ready(last) => last,
            },
            Self::Preset(ending) => Some(Progress::Ended(Box::new(Ok(std::mem::take(ending))))),
            Self::Silent => return Poll::Ready(None),
        };
        *self = Self::Silent;
        Poll::Ready(progress)
    }
}
