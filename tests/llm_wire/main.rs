//! The adapters against handwritten transcripts of everything that providers do, over real HTTP.

#![expect(clippy::unwrap_used, reason = "in a test it is an assertion")]

mod anthropic;
mod openai;
mod server;
mod transport;

use std::sync::Arc;
use std::time::Duration;

use zeroth::llm::{
    ChatReply, ChatRequest, Component, Delta, HttpTransport, Message, Model, ModelError, Role, Transport,
    TransportConfig,
};

fn transport() -> Arc<dyn Transport> {
    let config = TransportConfig { connect_timeout: Duration::from_secs(10), ca_bundle: None };
    Arc::new(HttpTransport::new(&config).unwrap())
}

fn request() -> ChatRequest {
    let message = |role, text: &str| Message { role, text: text.to_owned() };
    ChatRequest {
        component: Component::Dialogue,
        prompt: None,
        conversation: Some("c-1".into()),
        system: "You tell a story.".into(),
        messages: vec![
            message(Role::User, "Who are you?"),
            message(Role::Assistant, "A voice."),
            message(Role::User, "Go on."),
        ],
        temperature: Some(1.5),
        max_output_tokens: 300,
        seed: Some(u64::MAX),
        stream: true,
    }
}

/// What a call gave, and what its caller heard on the way.
async fn ask(model: &dyn Model, stream: bool) -> (Result<ChatReply, ModelError>, String) {
    let mut heard = String::new();
    let outcome = {
        let mut deltas = |delta: Delta<'_>| match delta {
            Delta::Text(text) => heard.push_str(text),
        };
        model.chat(&ChatRequest { stream, ..request() }, &mut deltas).await
    };
    (outcome, heard)
}
