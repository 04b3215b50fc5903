//! Embeddings over the wire.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::served::{Answer, Face, sim};

async fn embed(body: Value) -> Answer {
    Face::new(sim()).post("/v1/embeddings", body).await
}

fn numbers(embedding: &Value) -> Vec<f32> {
    match embedding.as_str() {
        Some(text) => STANDARD
            .decode(text)
            .unwrap()
            .chunks(4)
            .map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()))
            .collect(),
        None => embedding.as_array().unwrap().iter().map(|number| number.as_f64().unwrap() as f32).collect(),
    }
}

#[tokio::test]
async fn numbers_come_as_numbers_or_in_base64() {
    let body = |format: &str| json!({ "model": "text-embedding-3-small", "input": "The lamp is lit.", "encoding_format": format });
    let [plain, encoded] = [embed(body("float")).await.json(), embed(body("base64")).await.json()];
    assert!(encoded["data"][0]["embedding"].is_string());
    let vector = numbers(&plain["data"][0]["embedding"]);
    assert_eq!(vector, numbers(&encoded["data"][0]["embedding"]));
    assert_eq!(vector.len(), 1536);
    assert_eq!((&plain["object"], &plain["model"]), (&json!("list"), &json!("text-embedding-3-small")));
    assert_eq!(plain["usage"], json!({ "prompt_tokens": 5, "total_tokens": 5 }));
}

#[tokio::test]
async fn inputs_are_texts_or_tokens_one_or_many() {
    let count = async |input: Value| {
        let answer = embed(json!({ "model": "m", "input": input, "dimensions": 8 })).await.json();
        let data = answer["data"].as_array().unwrap().clone();
        assert!(
            data.iter()
                .enumerate()
                .all(|(index, datum)| datum["index"] == index && numbers(&datum["embedding"]).len() == 8)
        );
        (data.len(), answer["usage"]["prompt_tokens"].as_u64().unwrap())
    };
    assert_eq!(count(json!("one")).await, (1, 1));
    assert_eq!(count(json!(["one", "two words"])).await, (2, 3));
    assert_eq!(count(json!([5, 6, 7])).await, (1, 3));
    assert_eq!(count(json!([[5, 6], [7]])).await, (2, 3));
}

#[tokio::test]
async fn the_dimensions_are_those_of_the_model_or_fewer() {
    let length = async |model: &str| {
        numbers(&embed(json!({ "model": model, "input": "x" })).await.json()["data"][0]["embedding"]).len()
    };
    assert_eq!(length("text-embedding-3-large").await, 3072);
    assert_eq!(length("anything").await, 1536);
}

#[tokio::test]
async fn what_is_too_much_is_refused() {
    let cases = [
        (json!({ "input": "x" }), "model: Field required"),
        (json!({ "model": "m" }), "input: Field required"),
        (json!({ "model": "m", "input": [] }), "input: List should have 1 to 2048 items"),
        (json!({ "model": "m", "input": vec!["x"; 2049] }), "input: List should have 1 to 2048 items"),
        (json!({ "model": "m", "input": "" }), "input: input cannot be an empty string"),
        (
            json!({ "model": "m", "input": { "text": "x" } }),
            "input: Input should be a string, a list of strings, tokens, or lists of tokens",
        ),
        (
            json!({ "model": "m", "input": "x", "dimensions": 1537 }),
            "dimensions: Input should be less than or equal to 1536",
        ),
        (
            json!({ "model": "m", "input": "x", "encoding_format": "hex" }),
            "encoding_format: Input should be 'float' or 'base64'",
        ),
        (
            json!({ "model": "m", "input": "x ".repeat(8200) }),
            "This model's maximum context length is 8192 tokens, however you requested 8201 tokens.",
        ),
    ];
    for (body, message) in cases {
        let answer = embed(body).await;
        assert_eq!((answer.status.as_u16(), answer.json()["error"]["message"].as_str().unwrap()), (400, message));
    }
}
