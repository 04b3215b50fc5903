//! Providers that take their time at the wrong moment: what is recorded must still be true.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use crate::table::Table;
use crate::trace::attribute;

/// A server that answers each request with these bytes and then keeps the connection open, silent.
async fn silent_after(answer: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    #[expect(clippy::disallowed_methods, reason = "it ends with the test's runtime")]
    drop(tokio::spawn(async move {
        let mut open = Vec::new();
        while let Ok((mut socket, _)) = listener.accept().await {
            let mut request = [0; 65536];
            let _ = socket.read(&mut request).await.unwrap();
            socket.write_all(answer.as_bytes()).await.unwrap();
            open.push(socket);
        }
    }));
    address
}

async fn table(model: &str, address: &str, more: &[(&str, &str)]) -> Table {
    let settings = [
        ("ZEROTH_MODEL", model),
        ("ZEROTH_MODEL_GAME_SETUP", "sim"),
        ("ANTHROPIC_API_KEY", "a"),
        ("OPENAI_API_KEY", "o"),
        ("ANTHROPIC_BASE_URL", address),
        ("OPENAI_BASE_URL", address),
        ("ZEROTH_RETRY_FIRST_WAIT", "1ms"),
    ];
    let table = Table::new(&[&settings, more].concat());
    table.app.play().shared().await.unwrap();
    table.recorder.clear();
    table
}

const STREAM: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";

#[tokio::test]
async fn an_answer_is_complete_with_its_last_event_even_if_the_stream_stays_open() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n\
        data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Well.\"},\"finish_reason\":\"stop\"}]}\n\n\
        data: [DONE]\n\n";
    assert!(answer.starts_with(STREAM));
    let table = table("openai:acme-1", &silent_after(answer).await, &[]).await;
    assert_eq!(table.play("I look around.").await.0, 200);
    let spans = table.recorder.spans();
    let attempt = spans.iter().find(|span| attribute(span, "url.full").is_some()).unwrap();
    assert_eq!(attribute(attempt, "error.type"), None);
}

#[tokio::test]
async fn a_refusal_that_does_not_finish_its_sentence_is_understood() {
    let answer =
        "HTTP/1.1 401 Unauthorized\r\ncontent-type: application/json\r\ncontent-length: 5000\r\n\r\n{\"error\":";
    let table = table("openai:acme-1", &silent_after(answer).await, &[("ZEROTH_FIRST_TOKEN_TIMEOUT", "60s")]).await;
    let (status, problem) = table.play("I look around.").await;
    assert_eq!((status, &problem["error_type"]), (502, &"unauthorized".into()));
    assert!(problem["detail"].as_str().unwrap().contains("OPENAI_API_KEY"), "{problem}");
}

#[tokio::test]
async fn a_timeout_owes_what_the_provider_told_before_it() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n\
        event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"m\",\"model\":\"claude-sonnet-4-6\",\
        \"usage\":{\"input_tokens\":5000,\"output_tokens\":1}}}\n\n";
    let settings = [("ZEROTH_FIRST_TOKEN_TIMEOUT", "100ms"), ("ZEROTH_MAX_RETRIES", "0")];
    let table = table("anthropic:claude-sonnet-4-6", &silent_after(answer).await, &settings).await;
    let (status, problem) = table.play("I look around.").await;
    assert_eq!((status, &problem["error_type"]), (504, &"timeout".into()));
    let spans = table.recorder.spans();
    let chat = spans.iter().find(|span| span.name.starts_with("chat ")).unwrap();
    assert_eq!(attribute(chat, "gen_ai.usage.input_tokens").as_deref(), Some("5000"));
    // 5000 tokens in at 3.00 and one out at 15.00 for a million.
    assert_eq!(attribute(chat, "zeroth.cost.usd").as_deref(), Some("0.015015"));
    let attempt = spans.iter().find(|span| attribute(span, "url.full").is_some()).unwrap();
    assert_eq!(attribute(attempt, "error.type").as_deref(), Some("cancelled"), "it was given up on");
}

#[tokio::test]
async fn each_provider_has_its_own_time() {
    let silent = silent_after(STREAM).await;
    let settings = [("ZEROTH_FIRST_TOKEN_TIMEOUT", "200ms"), ("ZEROTH_MAX_RETRIES", "0")];
    let table = table("openai:acme-1,sim", &silent, &settings).await;
    assert_eq!(table.play("I look around.").await.0, 200);
    let metrics = table.metrics().await;
    let points: Vec<&str> = metrics
        .lines()
        .filter(|line| line.starts_with("gen_ai_client_inference_duration_seconds_count"))
        .filter(|line| line.contains("zeroth_component=\"dialogue\""))
        .collect();
    let of = |provider: &str, kind: &str| {
        let provider = format!("gen_ai_provider_name=\"{provider}\"");
        points.iter().filter(|line| line.contains(&provider) && line.contains(kind)).count()
    };
    assert_eq!((of("openai", "error_type=\"timeout\""), of("zeroth", "gen_ai_response_model=\"sim-1\"")), (1, 1));
    assert_eq!(points.len(), 2, "{points:?}");
}

#[tokio::test]
async fn our_own_limit_neither_retries_nor_blames_the_provider() {
    let silent = silent_after(STREAM).await;
    let settings = [
        ("ZEROTH_MAX_CALLS", "1"),
        ("ZEROTH_CALL_PATIENCE", "1ms"),
        ("ZEROTH_BREAKER_FAILURES", "1"),
        ("ZEROTH_FIRST_TOKEN_TIMEOUT", "2s"),
        ("ZEROTH_MAX_RETRIES", "0"),
    ];
    let table = table("openai:acme-1,sim", &silent, &settings).await;
    let play = table.play("I look around.");
    let mut first = Box::pin(play);
    // The first call takes the only place, and waits in it.
    assert!(tokio::time::timeout(Duration::from_millis(300), first.as_mut()).await.is_err());
    for _ in 0..2 {
        assert_eq!(table.play("So do I.").await.0, 200);
    }
    let metrics = table.metrics().await;
    let fallbacks: Vec<&str> =
        metrics.lines().filter(|line| line.starts_with("zeroth_model_fallbacks_total")).collect();
    assert!(fallbacks.len() == 1 && fallbacks[0].contains("error_type=\"limit_reached\""), "{fallbacks:?}");
    assert!(!metrics.contains("zeroth_model_retries_total{"), "nothing was sent, so nothing is sent again");
}

#[tokio::test]
async fn an_answer_that_nobody_heard_may_come_from_another() {
    let answer = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\ncontent-length: 60\r\n\r\n\
        data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Half a\"}}]}\n\n";
    let table = table("openai:acme-1,sim", &silent_after(answer).await, &[("ZEROTH_MAX_RETRIES", "0")]).await;
    let (status, answer) = table.play("I look around.").await;
    assert_eq!((status, &answer["usage"]["model"]), (200, &"sim-1".into()));
    assert!(!answer["response"].as_str().unwrap().contains("Half a"), "{answer}");
}
