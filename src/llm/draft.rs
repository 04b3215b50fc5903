//! An answer while it is being written, and the judgement over it when nothing more comes.

use super::error::{ErrorKind, ModelError};
use super::failure::{self, Names};
use super::model::{ChatReply, Delta, Deltas, FinishReason, Note};
use super::usage::Usage;

/// What an adapter has heard so far.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) text: String,
    pub(super) id: Option<String>,
    pub(super) model: Option<String>,
    pub(super) usage: Option<Usage>,
    pub(super) service_tier: Option<String>,
    pub(super) system_fingerprint: Option<String>,
    /// Why the model stopped; none as long as nobody has said so.
    pub(super) stop: Option<Stop>,
}

/// How an answer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// With an answer that can be used.
    Finished(FinishReason),
    /// With one that cannot.
    Failed(ErrorKind),
}

impl Draft {
    /// Adds a piece of text and hands it on.
    pub(super) fn say(&mut self, piece: &str, deltas: &mut Deltas<'_>) {
        if !piece.is_empty() {
            self.text.push_str(piece);
            deltas(Delta::Text(piece));
        }
    }

    /// Tells what is known of the tokens, for the case that nothing more comes.
    pub(super) fn tell_usage(&self, deltas: &mut Deltas<'_>) {
        if let Some(usage) = self.usage {
            deltas(Delta::Note(Note::Usage { usage, cost: None }));
        }
    }

    /// The reply, or why there is none. `outcome` is how the reading ended; tokens that are known go into its error.
    pub(super) fn conclude(self, outcome: Result<(), ModelError>, names: &Names) -> Result<ChatReply, ModelError> {
        let usage = self.usage;
        self.judge(outcome, names).map_err(|error| ModelError { usage: error.usage.or(usage), ..error })
    }

    fn judge(self, outcome: Result<(), ModelError>, names: &Names) -> Result<ChatReply, ModelError> {
        outcome?;
        let fail = |kind| ModelError::new(kind, failure::explanation(names, kind));
        let finish = match self.stop {
            None => return Err(fail(ErrorKind::Truncated)),
            Some(Stop::Failed(kind)) => return Err(fail(kind)),
            Some(Stop::Finished(finish)) => finish,
        };
        if self.text.trim().is_empty() {
            let mut error = fail(ErrorKind::Empty);
            if finish == FinishReason::Length {
                error.message.push_str(": it used up its tokens before the first word, so allow it more");
            }
            return Err(error);
        }
        Ok(ChatReply {
            text: self.text,
            finish,
            id: self.id,
            provider: names.provider.clone(),
            model: self.model.unwrap_or_else(|| names.model.clone()),
            usage: self.usage,
            service_tier: self.service_tier,
            system_fingerprint: self.system_fingerprint,
            ..ChatReply::default()
        })
    }
}
