//! Every fault, as it looks on the wire.

use std::time::Duration;

use axum::http::StatusCode;
use futures::StreamExt as _;
use serde_json::{Value, json};
use tokio::time::Instant;
use zeroth::llm::fault::{Fault, Rule};
use zeroth::wire::Config;

use crate::served::{Answer, Face, sim};

const MESSAGES: &str = "/v1/messages";
const COMPLETIONS: &str = "/v1/chat/completions";

fn asked(model: &str, stream: bool) -> Value {
    json!({ "model": model, "max_tokens": 90, "stream": stream, "messages": [{ "role": "user", "content": "Hello" }] })
}

async fn met(path: &str, fault: &str, stream: bool) -> Answer {
    Face::new(sim()).post_with(path, &[("x-zeroth-fault", fault)], asked("m", stream)).await
}

/// How many pieces of text were told.
fn pieces(text: &str) -> usize {
    text.matches("\"text_delta\"").count() + text.matches("\"delta\":{\"content\":").count()
        - text.matches("\"delta\":{\"content\":\"\"").count()
}

#[tokio::test]
async fn errors_have_the_status_and_the_words_of_their_vendor() {
    let cases = [
        ("401", 401, "authentication_error", 401, "invalid_request_error invalid_api_key"),
        ("429=3s", 429, "rate_limit_error", 429, "requests rate_limit_exceeded"),
        ("500", 500, "api_error", 500, "server_error "),
        ("503", 503, "api_error", 503, "service_unavailable_error server_is_overloaded"),
        ("529", 529, "overloaded_error", 503, "service_unavailable_error server_is_overloaded"),
        ("context-overflow", 400, "invalid_request_error", 400, "invalid_request_error context_length_exceeded"),
        ("status=402", 402, "billing_error", 402, "invalid_request_error "),
        ("status=504", 504, "timeout_error", 504, "server_error "),
    ];
    for (fault, status, kind, openai_status, openai_kind) in cases {
        for stream in [false, true] {
            let answer = met(MESSAGES, fault, stream).await;
            let body = answer.json();
            assert_eq!((answer.status.as_u16(), body["error"]["type"].as_str().unwrap()), (status, kind), "{fault}");
            assert_eq!(body["request_id"], answer.headers["request-id"].to_str().unwrap());
            assert!(answer.headers.contains_key("anthropic-ratelimit-requests-limit"));
            let answer = met(COMPLETIONS, fault, stream).await;
            let error = &answer.json()["error"];
            let told = format!("{} {}", error["type"].as_str().unwrap(), error["code"].as_str().unwrap_or_default());
            assert_eq!((answer.status.as_u16(), told.as_str()), (openai_status, openai_kind), "{fault}");
            assert!(answer.headers.contains_key("x-ratelimit-limit-requests"));
        }
    }
    let overflow = met(MESSAGES, "context-overflow", false).await.json();
    assert!(overflow["error"]["message"].as_str().unwrap().starts_with("prompt is too long: "), "{overflow}");
}

#[tokio::test]
async fn a_refused_rate_says_when_to_come_again() {
    let answer = met(COMPLETIONS, "429=1500ms", false).await;
    assert_eq!(
        (&answer.headers["retry-after"], &answer.headers["retry-after-ms"]),
        (&"2".parse().unwrap(), &"1500".parse().unwrap())
    );
    assert_eq!(answer.headers["x-ratelimit-remaining-requests"], "0");
    assert_eq!(answer.headers["x-ratelimit-reset-requests"], "1.5s");
    let answer = met(MESSAGES, "429=2s", false).await;
    assert_eq!(answer.headers["anthropic-ratelimit-requests-remaining"], "0");
    assert!(answer.headers["anthropic-ratelimit-requests-reset"].to_str().unwrap().starts_with("1970-01-01T00:00:0"));
}

#[tokio::test]
async fn a_wait_of_more_than_a_year_is_no_fault() {
    for fault in ["429=9223372036854775807s", "slow-first-token=9223372036854775807s"] {
        for path in [MESSAGES, COMPLETIONS] {
            let answer = met(path, fault, true).await;
            let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
            assert!(answer.status == 400 && message.contains("longer than a year"), "{message}");
        }
    }
    let longest = met(MESSAGES, "429=8760h", false).await;
    assert_eq!(longest.headers["anthropic-ratelimit-requests-reset"], "1971-01-01T00:00:01Z");
}

#[tokio::test]
async fn a_client_can_be_told_whether_to_try_again() {
    let face = Face::new(sim());
    let headers = [("x-zeroth-fault", "status=400"), ("x-zeroth-should-retry", "true")];
    let wrong = face.post_with(MESSAGES, &headers, asked("m", false)).await;
    assert_eq!((wrong.status.as_u16(), &wrong.headers["x-should-retry"]), (400, &"true".parse().unwrap()));
    let fine = face.post_with(MESSAGES, &headers[1..], asked("m", false)).await;
    assert!(fine.status == 200 && !fine.headers.contains_key("x-should-retry"));
}

#[tokio::test]
async fn an_unknown_fault_is_a_bad_request_that_lists_the_others() {
    for (path, headers, model) in
        [(MESSAGES, &[("x-zeroth-fault", "gremlin")][..], "m"), (COMPLETIONS, &[], "m+gremlin")]
    {
        let answer = Face::new(sim()).post_with(path, headers, asked(model, false)).await;
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert_eq!(answer.status, 400);
        assert!(Fault::all().all(|fault| message.contains(fault.name())), "{message}");
    }
}

#[tokio::test]
async fn faults_come_from_the_name_of_the_model_and_by_chance() {
    let face = Face::new(sim());
    let statuses = async |model: &str| {
        let mut statuses = Vec::new();
        for _ in 0..4 {
            statuses.push(face.post(COMPLETIONS, asked(model, false)).await.status.as_u16());
        }
        statuses
    };
    assert_eq!(statuses("gpt-4o-mini+503*2").await, [503, 503, 200, 200]);
    let answer = face.post(COMPLETIONS, asked("gpt-4o-mini+crlf+verbose", false)).await.json();
    assert_eq!(answer["model"], "gpt-4o-mini");
    let drawn = async |seed: u64| {
        let config = Config { faults: Rule::list("500@0.5").unwrap(), fault_seed: seed, ..Config::default() };
        let face = Face::with(config, sim());
        let mut drawn = Vec::new();
        for _ in 0..24 {
            drawn.push(face.post(MESSAGES, asked("m", false)).await.status);
        }
        drawn
    };
    let first = drawn(1).await;
    assert_eq!(first, drawn(1).await);
    assert_ne!(first, drawn(2).await);
    let hits = first.iter().filter(|status| **status == StatusCode::INTERNAL_SERVER_ERROR).count();
    assert!((6..=18).contains(&hits), "{hits}");
}

#[tokio::test]
async fn a_cut_stream_ends_in_order_without_its_last_event() {
    for (path, last) in [(MESSAGES, "message_stop"), (COMPLETIONS, "[DONE]")] {
        let cut = met(path, "cut=3", true).await;
        assert_eq!((pieces(&cut.text), cut.text.contains(last)), (3, false), "{}", cut.text);
        // An answer that is shorter than that is cut at its end.
        let cut = met(path, "cut=5000", true).await;
        assert!(pieces(&cut.text) > 20 && !cut.text.contains(last));
        let half = met(path, "cut", false).await;
        assert!(half.status == 200 && serde_json::from_str::<Value>(&half.text).is_err(), "{}", half.text);
    }
}

#[tokio::test]
async fn a_reset_breaks_the_connection_in_the_middle() {
    let url = Face::new(sim()).serve().await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for path in [MESSAGES, COMPLETIONS] {
        for stream in [true, false] {
            let request = client.post(format!("{url}{path}")).header("anthropic-version", "2023-06-01");
            let answer = request.header("x-zeroth-fault", "reset=3").json(&asked("m", stream)).send().await.unwrap();
            assert_eq!(answer.status(), 200);
            let mut chunks = answer.bytes_stream();
            let mut text = String::new();
            let error = loop {
                match chunks.next().await.expect("an error, not an end") {
                    Ok(chunk) => text.push_str(&String::from_utf8_lossy(&chunk)),
                    Err(error) => break error,
                }
            };
            assert!(error.is_body() || error.is_decode(), "{error:?}");
            assert_eq!(pieces(&text), if stream { 3 } else { 0 }, "{text}");
            assert!(!text.is_empty());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn time_passes_where_the_fault_says() {
    for (fault, head, text) in [("latency=7s", 7, 7), ("slow-first-token=7s", 0, 7), ("stall=7s", 0, 0)] {
        for path in [MESSAGES, COMPLETIONS] {
            let start = Instant::now();
            let face = Face::new(sim());
            let answer = face.open_with(path, &[("x-zeroth-fault", fault)], asked("m", true)).await;
            assert_eq!(start.elapsed(), Duration::from_secs(head), "{fault}: the head");
            let mut chunks = answer.into_body().into_data_stream();
            let mut told = String::new();
            while pieces(&told) == 0 {
                told.push_str(&String::from_utf8_lossy(&chunks.next().await.unwrap().unwrap()));
            }
            assert_eq!(start.elapsed(), Duration::from_secs(text), "{fault}: the first word");
            assert!(
                fault != "slow-first-token=7s" || path != MESSAGES || told.matches("event: ping").count() == 8,
                "{told}"
            );
            while let Some(chunk) = chunks.next().await {
                told.push_str(&String::from_utf8_lossy(&chunk.unwrap()));
            }
            assert_eq!(start.elapsed(), Duration::from_secs(7), "{fault}: the end");
            assert!(told.contains("message_stop") || told.contains("[DONE]"));
            let start = Instant::now();
            assert_eq!(met(path, fault, false).await.status, 200);
            assert_eq!(start.elapsed(), Duration::from_secs(7), "{fault} in one piece");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_timeout_leaves_the_client_without_an_answer() {
    let start = Instant::now();
    assert_eq!(met(MESSAGES, "timeout", true).await.status, 504);
    assert_eq!(start.elapsed(), Duration::from_secs(600), "bounded all the same");
}

#[tokio::test]
async fn an_error_may_come_in_the_middle_of_the_stream() {
    let failed = met(MESSAGES, "stream-error=2", true).await;
    let last = failed.text.trim_end().rsplit("\n\n").next().unwrap();
    assert_eq!((failed.status.as_u16(), pieces(&failed.text)), (200, 2));
    assert!(last.starts_with("event: error\n") && last.contains("overloaded_error") && last.contains("req_"), "{last}");
    let failed = met(COMPLETIONS, "stream-error=2", true).await;
    let last = failed.text.trim_end().rsplit("\n\n").next().unwrap();
    assert!(last.starts_with(r#"data: {"error":{"#) && last.contains("server_is_overloaded"), "{last}");
    assert_eq!(met(MESSAGES, "stream-error", false).await.status.as_u16(), 529);
    assert_eq!(met(COMPLETIONS, "stream-error", false).await.status.as_u16(), 503);
}

#[tokio::test]
async fn an_answer_may_be_broken_empty_or_declined() {
    for path in [MESSAGES, COMPLETIONS] {
        let events = met(path, "malformed", true).await.text;
        let broken = |line: &str| {
            line.strip_prefix("data: ")
                .is_some_and(|data| data != "[DONE]" && serde_json::from_str::<Value>(data).is_err())
        };
        assert_eq!(events.lines().filter(|line| broken(line)).count(), 1, "{events}");
        let whole = met(path, "malformed", false).await;
        assert!(whole.status == 200 && serde_json::from_str::<Value>(&whole.text).is_err());
        let page = met(path, "html", true).await;
        assert!(page.status == 200 && page.headers["content-type"].to_str().unwrap().starts_with("text/html"));
        let empty = met(path, "empty", true).await.text;
        assert!(
            pieces(&empty) == 0 && (empty.contains("end_turn") || empty.contains(r#""finish_reason":"stop""#)),
            "{empty}"
        );
    }
    let empty = met(MESSAGES, "empty", false).await.json();
    assert_eq!((&empty["content"], &empty["stop_reason"]), (&json!([]), &json!("end_turn")));
    let declined = met(MESSAGES, "refusal", false).await.json();
    assert_eq!((&declined["content"], &declined["stop_reason"]), (&json!([]), &json!("refusal")));
    assert_eq!(declined["stop_details"]["type"], "refusal");
    assert!(met(MESSAGES, "refusal", true).await.text.contains(r#""stop_reason":"refusal""#));
    let declined = met(COMPLETIONS, "refusal", false).await.json();
    let message = &declined["choices"][0]["message"];
    assert!(message["content"].is_null() && message["refusal"].is_string(), "{declined}");
    assert!(met(COMPLETIONS, "refusal", true).await.text.contains(r#""delta":{"refusal":"I'm sorry"#));
}

#[tokio::test]
async fn other_ways_to_travel_change_no_words() {
    let plain = met(MESSAGES, "latency=1ms", true).await.text;
    let with_returns = met(MESSAGES, "crlf", true).await.text;
    assert_eq!(with_returns, plain.replace('\n', "\r\n"));
    let face = Face::new(sim());
    let answer = face.open_with(MESSAGES, &[("x-zeroth-fault", "byte-by-byte")], asked("m", true)).await;
    let chunks: Vec<_> = answer.into_body().into_data_stream().map(Result::unwrap).collect().await;
    assert!(chunks.iter().all(|chunk| chunk.len() == 1));
    assert_eq!(chunks.concat(), plain.into_bytes());
}

#[tokio::test]
async fn every_path_has_its_faults() {
    let face = Face::new(sim());
    let headers = [("x-zeroth-fault", "503"), ("anthropic-version", "2023-06-01")];
    for path in ["/v1/messages/count_tokens", "/v1/embeddings"] {
        assert_eq!(face.post_with(path, &headers, json!({ "model": "m", "input": "x" })).await.status, 503, "{path}");
    }
    for path in ["/v1/models", "/v1/models/any"] {
        let request =
            headers.iter().fold(axum::http::Request::get(path), |request, (name, value)| request.header(*name, *value));
        let answer = face.send(request.body(axum::body::Body::empty()).unwrap()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.json()["error"]["type"].as_str()),
            (503, Some("api_error")),
            "{path}"
        );
    }
}
