//! A model that follows a script, and a request to ask it: for the tests of the models that wrap models.

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
}

/// Does the same in each call: provider `zeroth`, model `sim-1`, a thousand tokens in and a hundred out.
pub(super) struct Scripted {
    descriptor: Descriptor,
    steps: Vec<Step>,
}

impl Scripted {
    pub(super) fn new(steps: Vec<Step>) -> Self {
        let descriptor = Descriptor { simulated: true, ..Descriptor::new("zeroth", "sim-1") };
        Self { descriptor, steps }
    }
}

#[async_trait]
impl Model for Scripted {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        let mut text = String::new();
        for step in &self.steps {
            match step {
                Step::Wait(time) => tokio::time::sleep(*time).await,
                Step::Say(word) => {
                    text.push_str(word);
                    if request.stream {
                        deltas(Delta::Text(word));
                    }
                }
            }
        }
        let usage = Some(Usage { input: 1000, output: 100, ..Usage::default() });
        Ok(ChatReply { usage, ..ChatReply::new(text, &self.descriptor) })
    }
}

/// A streamed request.
pub(super) fn request() -> ChatRequest {
    let messages = vec![Message { role: Role::User, text: "Hello?".into() }];
    ChatRequest { stream: true, ..ChatRequest::new(Component::Dialogue, "You tell a story.", messages, 100) }
}
