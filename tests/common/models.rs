//! Models that misbehave in one way each, or remember what they were asked.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tokio::sync::Semaphore;
use zeroth::llm::{ChatReply, ChatRequest, Component, Delta, Deltas, Descriptor, ErrorKind, Model, ModelError, Usage};

/// Answers the setup properly, and turns as it is told.
pub(crate) struct Puppet {
    descriptor: Descriptor,
    behaviour: Behaviour,
    /// Every request for a turn, in the order in which they came.
    pub(crate) asked: Mutex<Vec<ChatRequest>>,
    /// Has a permit for every turn that was begun.
    pub(crate) begun: Semaphore,
    /// Takes a permit before a turn goes on, where the behaviour says so.
    pub(crate) gate: Semaphore,
}

/// What becomes of a turn.
pub(crate) enum Behaviour {
    /// A short answer.
    Answer,
    /// Some words, then an answer once the gate opens.
    Wait,
    /// Some words, then this failure.
    Fail(ErrorKind),
    /// Nothing, ever.
    Hang,
    /// Some words, then nothing, ever.
    Stall,
}

impl Puppet {
    pub(crate) fn new(behaviour: Behaviour) -> Arc<Self> {
        let server = Some(("models.example".to_owned(), 443));
        let descriptor = Descriptor { server, ..Descriptor::new("acme", "puppet-1") };
        let (asked, begun, gate) = (Mutex::default(), Semaphore::new(0), Semaphore::new(0));
        Arc::new(Self { descriptor, behaviour, asked, begun, gate })
    }
}

#[async_trait]
impl Model for Puppet {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        if request.component == Component::GameSetup {
            return Ok(reply("A quiet ship."));
        }
        self.asked.lock().unwrap().push(request.clone());
        self.begun.add_permits(1);
        if !matches!(self.behaviour, Behaviour::Hang) {
            deltas(Delta::Text("The door "));
        }
        match &self.behaviour {
            Behaviour::Answer => {}
            Behaviour::Wait => self.gate.acquire().await.unwrap().forget(),
            Behaviour::Hang | Behaviour::Stall => std::future::pending().await,
            Behaviour::Fail(kind) => {
                let usage = Usage { input: 7, output: 2, ..Usage::default() };
                return Err(ModelError { usage: Some(usage), ..ModelError::new(*kind, "the provider gave up") });
            }
        }
        deltas(Delta::Text("opens."));
        Ok(reply("The door opens."))
    }
}

fn reply(text: &str) -> ChatReply {
    ChatReply {
        id: Some("puppet-reply".to_owned()),
        usage: Some(Usage { input: 100, output: 20, cache_read: 40, ..Usage::default() }),
        ..ChatReply::new(text, &Descriptor::new("acme", "puppet-1"))
    }
}
