//! A model that goes wrong.

use std::sync::Arc;

use async_trait::async_trait;
use zeroth::llm::{ChatReply, ChatRequest, Delta, Deltas, Descriptor, ErrorKind, Model, ModelError};

/// Says this much, and then fails, or goes on for ever without a word.
pub(crate) struct Stub {
    descriptor: Descriptor,
    words: &'static str,
    failure: Option<ErrorKind>,
    /// Held by every call.
    pub(crate) alive: Arc<()>,
}

impl Stub {
    pub(crate) fn new(words: &'static str, failure: Option<ErrorKind>) -> Self {
        let descriptor = Descriptor { simulated: true, ..Descriptor::new("acme", "stub-1") };
        Self { descriptor, words, failure, alive: Arc::new(()) }
    }
}

#[async_trait]
impl Model for Stub {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn chat(&self, _: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        let _alive = Arc::clone(&self.alive);
        self.words.split_inclusive(' ').for_each(|word| deltas(Delta::Text(word)));
        match self.failure {
            Some(kind) => Err(ModelError::new(kind, "on purpose")),
            None => std::future::pending().await,
        }
    }
}
