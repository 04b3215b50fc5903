//! A model that follows a script, and a request to ask it: for the tests of the models that wrap models.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;

use super::error::ModelError;
use super::model::{ChatReply, ChatRequest, Component, Delta, Deltas, Descriptor, Message, Model, Role};
use super::usage::Usage;

/// One step of a script.
#[derive(Debug, Clone)]
pub(super) enum Step {
    Wait(Duration),
    Say(&'static str),
    Fail(ModelError),
    /// The provider does not say how many tokens it used.
    Uncounted,
}

/// Provider `zeroth`, model `sim-1`, a thousand tokens in and a hundred out.
pub(super) struct Scripted {
    descriptor: Descriptor,
    /// What is done in each call; the last one is done again and again.
    calls: Vec<Vec<Step>>,
    asked: AtomicUsize,
}

impl Scripted {
    /// Does the same in each call.
    pub(super) fn new(steps: Vec<Step>) -> Self {
        Self::calls(vec![steps])
    }

    pub(super) fn calls(calls: Vec<Vec<Step>>) -> Self {
        let descriptor = Descriptor { simulated: true, ..Descriptor::new("zeroth", "sim-1") };
        Self { descriptor, calls, asked: AtomicUsize::new(0) }
    }

    pub(super) fn named(mut self, model: &str) -> Self {
        model.clone_into(&mut self.descriptor.model);
        self
    }
}

#[async_trait]
impl Model for Scripted {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        let mut text = String::new();
        let mut usage = Some(Usage { input: 1000, output: 100, ..Usage::default() });
        let call = self.asked.fetch_add(1, Ordering::Relaxed).min(self.calls.len() - 1);
        for step in &self.calls[call] {
            match step {
                Step::Wait(time) => tokio::time::sleep(*time).await,
                Step::Fail(error) => return Err(error.clone()),
                Step::Uncounted => usage = None,
                Step::Say(word) => {
                    text.push_str(word);
                    if request.stream {
                        deltas(Delta::Text(word));
                    }
                }
            }
        }
        Ok(ChatReply { usage, ..ChatReply::new(text, &self.descriptor) })
    }
}

/// A streamed request.
pub(super) fn request() -> ChatRequest {
    let messages = vec![Message { role: Role::User, text: "Hello?".into() }];
    ChatRequest { stream: true, ..ChatRequest::new(Component::Dialogue, "You tell a story.", messages, 100) }
}
