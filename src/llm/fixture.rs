//! A model that follows a script, and a request to ask it: for the tests of the models that wrap models.

use std::time::Duration;

use async_trait::async_trait;

use super::error::ModelError;
use super::model::{
    ChatReply, ChatRequest, Component, Delta, Deltas, Descriptor, FinishReason, Message, Model, Role, Takes, Timing,
};
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
        let descriptor = Descriptor {
            provider: "zeroth".into(),
            model: "sim-1".into(),
            server: None,
            simulated: true,
            takes: Takes::ALL,
        };
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
        Ok(ChatReply {
            text,
            finish: FinishReason::Stop,
            id: None,
            provider: self.descriptor.provider.clone(),
            model: self.descriptor.model.clone(),
            usage: Some(Usage { input: 1000, output: 100, ..Usage::default() }),
            cost: None,
            timing: Timing::default(),
        })
    }
}

/// A streamed request.
pub(super) fn request() -> ChatRequest {
    ChatRequest {
        component: Component::Dialogue,
        prompt: None,
        conversation: None,
        system: "You tell a story.".into(),
        messages: vec![Message { role: Role::User, text: "Hello?".into() }],
        temperature: None,
        max_output_tokens: 100,
        seed: None,
        stream: true,
    }
}
