//! The adapters against handwritten transcripts of everything that providers do, over real HTTP.

#![expect(clippy::unwrap_used, reason = "in a test it is an assertion")]

mod anthropic;
mod cassette;
mod credentials;
mod embed;
mod openai;
mod proxy;
mod reach;
mod server;
mod tls;
mod transcripts;
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
    let messages =
        vec![message(Role::User, "Who are you?"), message(Role::Assistant, "A voice."), message(Role::User, "Go on.")];
    ChatRequest {
        conversation: Some("c-1".into()),
        temperature: Some(1.5),
        seed: Some(u64::MAX),
        stream: true,
        ..ChatRequest::new(Component::Dialogue, "You tell a story.", messages, 300)
    }
}

/// What a call gave, and what its caller heard on the way.
async fn ask(model: &dyn Model, stream: bool) -> (Result<ChatReply, ModelError>, String) {
    let mut heard = String::new();
    let outcome = {
        let mut deltas = |delta: Delta<'_>| heard.push_str(delta.text().unwrap_or_default());
        model.chat(&ChatRequest { stream, ..request() }, &mut deltas).await
    };
    (outcome, heard)
}
