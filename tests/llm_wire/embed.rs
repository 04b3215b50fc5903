//! Embeddings: what is asked, and what comes of the answers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use zeroth::llm::{EmbedReply, EmbedRequest, Embedder as _, ErrorKind, ModelError, OpenAiEmbedder, Usage};

use super::cassette::Cassette;
use super::server::{Anywhere, Server};
use super::{openai, transport};

fn item(index: Option<u64>, embedding: Value) -> Value {
    json!({"object": "embedding", "index": index, "embedding": embedding})
}

fn answer(items: &[Value]) -> Cassette {
    let usage = json!({"prompt_tokens": 8, "total_tokens": 8});
    Cassette::json(200, json!({"object": "list", "data": items, "model": "m-7", "usage": usage}))
}

fn request(dimensions: Option<u32>) -> EmbedRequest {
    EmbedRequest { inputs: vec!["a hatch".into(), "a door".into()], dimensions, resend_count: 0 }
}

async fn embed(cassette: Cassette, dimensions: Option<u32>) -> Result<EmbedReply, ModelError> {
    let server = Server::start(cassette).await;
    let model = OpenAiEmbedder::new(openai::config(&server.base_url), transport()).unwrap();
    model.embed(&request(dimensions)).await
}

#[tokio::test]
async fn the_request_is_as_documented() {
    let server = Server::start(answer(&[item(Some(0), json!([1])), item(Some(1), json!([2]))])).await;
    let model = OpenAiEmbedder::new(openai::config(&server.base_url), transport()).unwrap();
    model.embed(&request(None)).await.unwrap();
    model.embed(&request(Some(1))).await.unwrap();
    let [plain, short] = &server.requests()[..] else { panic!("two requests") };
    assert_eq!(
        (plain.path.as_str(), &plain.headers["authorization"]),
        ("/v1/embeddings", &"Bearer sk-hush".parse().unwrap())
    );
    let expected = json!({"model": "gpt-4o-mini", "input": ["a hatch", "a door"], "encoding_format": "float"});
    assert_eq!(plain.body, expected);
    assert_eq!(short.body["dimensions"], 1);
}

#[tokio::test]
async fn vectors_come_in_the_order_of_the_texts() {
    let bytes: Vec<u8> = [0.5_f32, -2.0].iter().flat_map(|number| number.to_le_bytes()).collect();
    let packed = json!(STANDARD.encode(bytes));
    let answers = [
        answer(&[item(Some(1), json!([0.5, -2.0])), item(Some(0), json!([1, 0.25]))]),
        answer(&[item(None, json!([1, 0.25])), item(None, json!([0.5, -2.0]))]),
        answer(&[item(Some(0), json!([1, 0.25])), item(Some(1), packed)]),
    ];
    for cassette in answers {
        let reply = embed(cassette, Some(2)).await.unwrap();
        assert_eq!(reply.vectors, [[1.0, 0.25], [0.5, -2.0]]);
        assert_eq!((reply.provider.as_str(), reply.model.as_str()), ("openai", "m-7"));
        assert_eq!(reply.usage, Some(Usage { input: 8, ..Usage::default() }));
    }
}

#[tokio::test]
async fn other_vectors_than_were_asked_for_are_an_error() {
    let one = || item(Some(0), json!([1, 2]));
    let cases = [
        ("too few", answer(&[one()]), "openai gave 1 vectors for 2 texts"),
        ("too many", answer(&[one(), one(), one()]), "openai gave 3 vectors for 2 texts"),
        ("twice the same", answer(&[one(), one()]), "openai gave 2 vectors for 2 texts"),
        ("unequal", answer(&[one(), item(Some(1), json!([1]))]), "of other lengths"),
        ("empty", answer(&[item(Some(0), json!([])), item(Some(1), json!([]))]), "of other lengths"),
        ("too long", answer(&[item(Some(0), json!([1, 2, 3])), item(Some(1), json!([1, 2, 3]))]), "of other lengths"),
        ("no numbers", answer(&[one(), item(Some(1), json!(["x", null]))]), "cannot be understood"),
        ("no base64", answer(&[one(), item(Some(1), json!("%%%"))]), "cannot be understood"),
        ("half a number", answer(&[one(), item(Some(1), json!("AAAA"))]), "cannot be understood"),
        ("nothing", Cassette::json(200, "{}"), "cannot be understood"),
    ];
    for (name, cassette, sentence) in cases {
        let error = embed(cassette, Some(2)).await.expect_err(name);
        assert_eq!(error.kind, ErrorKind::BadResponse, "{name}");
        assert!(error.message.contains(sentence), "{name}: {error}");
    }
}

#[tokio::test]
async fn failures_are_classified_as_those_of_chats() {
    let quick = Cassette::json(429, json!({"error": {"code": "slow_down"}})).header("retry-after-ms", "250");
    let error = embed(quick, None).await.unwrap_err();
    assert_eq!((error.kind, error.retry_after.map(|wait| wait.as_millis())), (ErrorKind::RateLimited, Some(250)));
    let none = EmbedRequest::default();
    let wire = Anywhere::new(answer(&[]));
    let model = OpenAiEmbedder::new(openai::config("https://h.example"), wire.clone()).unwrap();
    assert_eq!(model.embed(&none).await.unwrap_err().kind, ErrorKind::InvalidRequest);
    assert!(wire.resends().is_empty(), "nothing was sent");
    let again = EmbedRequest { resend_count: 2, ..request(None) };
    model.embed(&again).await.unwrap_err();
    assert_eq!(wire.resends(), [2]);
}
