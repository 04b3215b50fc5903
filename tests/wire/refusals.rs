//! What goes wrong is told in the words of the vendor that was asked.

use std::sync::Arc;

use futures::StreamExt as _;
use serde_json::{Value, json};
use zeroth::id::{Ids, RunId, SessionId};
use zeroth::llm::ErrorKind;
use zeroth::wire::Config;

use crate::served::{Answer, Face, sim};
use crate::stub::Stub;

/// An error's type and message, after a look at what every error has.
fn told(answer: &Answer) -> (u16, String, String) {
    let body = answer.json();
    let word = |value: &Value| value.as_str().unwrap().to_owned();
    if let Some(id) = answer.headers.get("request-id") {
        assert_eq!((&body["type"], &body["request_id"]), (&json!("error"), &json!(id.to_str().unwrap())));
    } else {
        assert!(answer.headers.contains_key("x-request-id") && body["error"].get("param").is_some());
    }
    (answer.status.as_u16(), word(&body["error"]["type"]), word(&body["error"]["message"]))
}

/// Names nothing.
#[derive(Debug)]
struct Nameless;

impl Ids for Nameless {
    fn session(&self) -> SessionId {
        panic!("there are no sessions here")
    }

    fn trace(&self) -> u128 {
        panic!("on purpose")
    }

    fn span(&self) -> u64 {
        panic!("there are no spans here")
    }

    fn run(&self) -> RunId {
        panic!("there are no runs here")
    }

    fn seed(&self) -> u64 {
        panic!("there are no dice here")
    }
}

#[tokio::test]
async fn a_panic_where_the_vendor_is_not_known_yet_is_an_answer_too() {
    let face = Face::named_by(Config::default(), sim(), Nameless);
    let answer = face.post("/v1/messages", "{}").await;
    let error = &answer.json()["error"];
    assert_eq!((answer.status.as_u16(), &error["type"]), (500, &json!("server_error")));
    assert_eq!(error["message"], "the simulator failed");
}

#[tokio::test]
async fn a_request_that_cannot_be_read_is_explained() {
    let face = Face::new(sim());
    let said = json!([{ "role": "user", "content": "Hello" }]);
    let cases = [
        ("/v1/messages", "{".to_owned(), "the body is not valid JSON: EOF while parsing an object at line 1 column 1"),
        ("/v1/messages", "[]".to_owned(), "the body must be a JSON object"),
        ("/v1/messages", json!({ "max_tokens": 1, "messages": said }).to_string(), "model: Field required"),
        ("/v1/messages", json!({ "model": "m", "messages": said }).to_string(), "max_tokens: Field required"),
        (
            "/v1/messages",
            json!({ "model": "m".repeat(1025), "messages": said }).to_string(),
            "model: String should have at most 1024 bytes",
        ),
        ("/v1/messages", json!({ "model": "m", "max_tokens": 1 }).to_string(), "messages: Field required"),
        ("/v1/messages/count_tokens", json!({ "model": "m" }).to_string(), "messages: Field required"),
        ("/v1/chat/completions", "no".to_owned(), "the body is not valid JSON: expected ident at line 1 column 2"),
        ("/v1/chat/completions", json!({ "messages": said }).to_string(), "model: Field required"),
        ("/v1/chat/completions", json!({ "model": "m" }).to_string(), "messages: Field required"),
        (
            "/v1/chat/completions",
            json!({ "model": "m", "messages": said, "max_completion_tokens": 0 }).to_string(),
            "max_completion_tokens: Input should be an integer greater than or equal to 1",
        ),
    ];
    for (path, body, message) in cases {
        let told = told(&face.post(path, body).await);
        assert_eq!(told, (400, "invalid_request_error".to_owned(), message.to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_wrong_path_or_method_is_answered_like_the_rest() {
    let face = Face::new(sim());
    let unknown = told(&face.get("/v1/poems").await);
    assert_eq!(unknown, (404, "invalid_request_error".to_owned(), "Invalid URL (GET /v1/poems)".to_owned()));
    let (status, kind, _) = told(&face.get("/v1/messages/poems").await);
    assert_eq!((status, kind.as_str()), (404, "not_found_error"));
    for path in ["/v1/messages", "/v1/chat/completions"] {
        let answer = face.get(path).await;
        assert_eq!(answer.headers["allow"], "POST");
        assert_eq!((told(&answer).0, told(&answer).1.as_str()), (405, "invalid_request_error"));
    }
}

#[tokio::test]
async fn a_model_that_fails_is_told_with_a_status_before_the_first_word_and_in_an_event_after_it() {
    let body = |stream: bool| json!({ "model": "m", "max_tokens": 9, "stream": stream, "messages": [{ "role": "user", "content": "Hi" }] });
    let cases = [
        (ErrorKind::RateLimited, 429, "rate_limit_error", 429, "requests"),
        (ErrorKind::Unavailable, 529, "overloaded_error", 503, "service_unavailable_error"),
        (ErrorKind::Timeout, 500, "api_error", 500, "server_error"),
    ];
    for (kind, status, name, openai_status, openai_name) in cases {
        let face = Face::new(Stub::new("", Some(kind)));
        for stream in [false, true] {
            let (got, word, message) = told(&face.post("/v1/messages", body(stream)).await);
            assert_eq!((got, word.as_str(), message.as_str()), (status, name, "on purpose"));
            let (got, word, _) = told(&face.post("/v1/chat/completions", body(stream)).await);
            assert_eq!((got, word.as_str()), (openai_status, openai_name));
        }
        let face = Face::new(Stub::new("Well then", Some(kind)));
        let streamed = face.post("/v1/messages", body(true)).await;
        assert_eq!(streamed.status, 200);
        let last = streamed.text.trim_end().rsplit("\n\n").next().unwrap();
        assert!(last.starts_with("event: error\n") && last.contains(name) && last.contains("req_"), "{last}");
        let streamed = face.post("/v1/chat/completions", body(true)).await;
        let last = streamed.text.trim_end().rsplit("\n\n").next().unwrap();
        assert!(last.starts_with(r#"data: {"error":"#) && last.contains(openai_name), "{last}");
    }
}

#[tokio::test]
async fn a_client_that_leaves_ends_the_call() {
    let stub = Stub::new("Well then", None);
    let alive = stub.alive.clone();
    let body = json!({ "model": "m", "stream": true, "messages": [{ "role": "user", "content": "Hi" }] });
    let mut stream = Face::new(stub).open("/v1/chat/completions", body).await.into_body().into_data_stream();
    let mut text = String::new();
    while !text.contains("then") {
        text.push_str(std::str::from_utf8(&stream.next().await.unwrap().unwrap()).unwrap());
    }
    let during = Arc::strong_count(&alive);
    drop(stream);
    assert_eq!(Arc::strong_count(&alive), during - 2, "the call is gone, and the model that it held");
}
