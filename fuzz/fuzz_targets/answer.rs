//! Any body, as a provider's answer, through both adapters.

#![no_main]

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt as _;
use http::{HeaderMap, HeaderValue, StatusCode};
use libfuzzer_sys::fuzz_target;
use zeroth::llm::{
    Anthropic, AnthropicConfig, ChatReply, ChatRequest, Component, Delta, Incoming, Message, Model, OpenAi,
    OpenAiConfig, Outgoing, Role, Transport, TransportError,
};

fuzz_target!(|input: &[u8]| {
    let Some((&how, body)) = input.split_first() else { return };
    let answer = Arc::new(Answer {
        status: if how & 1 == 0 { StatusCode::OK } else { StatusCode::TOO_MANY_REQUESTS },
        kind: if how & 2 == 0 { "text/event-stream" } else { "application/json" },
        body: Bytes::copy_from_slice(body),
    });
    let model: Box<dyn Model> = if how & 4 == 0 { anthropic(answer) } else { openai(answer) };
    let messages = vec![Message { role: Role::User, text: "Go on.".to_owned() }];
    let request = ChatRequest { stream: how & 8 == 0, ..ChatRequest::new(Component::Dialogue, "", messages, 100) };
    let mut heard = String::new();
    let reply = {
        let mut deltas = |delta: Delta<'_>| heard.push_str(delta.text().unwrap_or_default());
        futures::executor::block_on(model.chat(&request, &mut deltas))
    };
    match reply {
        Ok(reply) => check(&reply, request.stream.then_some(&heard)),
        Err(error) => assert!(!error.message.is_empty()),
    }
});

fn check(reply: &ChatReply, heard: Option<&String>) {
    assert!(!reply.text.trim().is_empty());
    assert!(heard.is_none_or(|heard| *heard == reply.text));
    if let Some(usage) = reply.usage {
        assert!(usage.cache_read.saturating_add(usage.cache_write) <= usage.input, "{usage:?}");
        assert!(usage.cache_write_long <= usage.cache_write, "{usage:?}");
        assert!(usage.reasoning <= usage.output, "{usage:?}");
    }
}

fn anthropic(transport: Arc<dyn Transport>) -> Box<dyn Model> {
    let config = AnthropicConfig {
        api_key: "k".into(),
        base_url: "https://host.example".to_owned(),
        version: "2023-06-01".to_owned(),
        model: "m".to_owned(),
        reasoning_effort: None,
        extra_headers: Vec::new(),
    };
    Box::new(Anthropic::new(config, transport).expect("settings"))
}

fn openai(transport: Arc<dyn Transport>) -> Box<dyn Model> {
    let config = OpenAiConfig {
        provider: "openai".to_owned(),
        api_key: None,
        base_url: "https://host.example".to_owned(),
        model: "m".to_owned(),
        reasoning_effort: None,
        extra_headers: Vec::new(),
    };
    Box::new(OpenAi::new(config, transport).expect("settings"))
}

/// A wire that ends at the fuzzer.
struct Answer {
    status: StatusCode,
    kind: &'static str,
    body: Bytes,
}

#[async_trait]
impl Transport for Answer {
    async fn send(&self, _: Outgoing) -> Result<Incoming, TransportError> {
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static(self.kind));
        let body = futures::stream::iter([Ok(self.body.clone())]).boxed();
        Ok(Incoming { status: self.status, headers, body })
    }
}
