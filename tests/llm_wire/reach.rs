//! Asking whether a provider is there.

use axum::http::Method;
use serde_json::json;
use zeroth::llm::{Anthropic, ErrorKind, OpenAi, OpenAiConfig, OpenAiEmbedder, Reach, Reached};

use super::cassette::Cassette;
use super::server::Server;
use super::{anthropic, openai, transport};

fn list(ids: &[&str]) -> Cassette {
    let data: Vec<_> = ids.iter().map(|id| json!({"id": id})).collect();
    Cassette::json(200, json!({"object": "list", "data": data}))
}

fn model() -> Cassette {
    Cassette::json(200, json!({"id": "gpt-4o-mini", "object": "model"}))
}

fn unknown() -> Cassette {
    Cassette::json(404, json!({"error": {"message": "The model does not exist", "code": "model_not_found"}}))
}

#[tokio::test]
async fn the_model_is_asked_for_by_name() {
    let server = Server::with_paths(vec![("/v1/models/claude-opus-4-6", model())]).await;
    let adapter = Anthropic::new(anthropic::config(&server.base_url), transport()).unwrap();
    assert_eq!(adapter.reach().await, Ok(Reached::Known));
    let heard = server.request();
    assert_eq!(heard.method, Method::GET);
    assert_eq!(heard.headers["x-api-key"], "sk-ant-hush");
    assert!(!heard.headers.contains_key("content-type"));

    let server = Server::with_paths(vec![("/v1/models/gpt-4o-mini", model())]).await;
    for adapter in [
        &OpenAi::new(openai::config(&server.base_url), transport()).unwrap() as &dyn Reach,
        &OpenAiEmbedder::new(openai::config(&server.base_url), transport()).unwrap(),
    ] {
        assert_eq!(adapter.reach().await, Ok(Reached::Known));
    }
    assert_eq!(server.requests()[1].headers["authorization"], "Bearer sk-hush");
}

#[tokio::test]
async fn servers_without_such_a_path_are_asked_for_their_list() {
    let by_name = "/v1/models/gpt-4o-mini";
    let elsewhere = Cassette::json(404, json!({"error": {"code": 404, "message": "File Not Found"}}));
    let cases = [
        (vec![("/v1/models", list(&["a", "gpt-4o-mini"]))], Ok(Reached::Known)),
        (vec![("/v1/models", list(&["models/gpt-4o-mini"]))], Ok(Reached::Known)),
        (vec![("/v1/models", list(&["gpt-4o-mini:latest"]))], Ok(Reached::Known)),
        (vec![("/v1/models", Cassette::json(200, json!([{"id": "gpt-4o-mini"}])))], Ok(Reached::Known)),
        (vec![("/v1/models", list(&["gpt-4o"]))], Ok(Reached::Unlisted)),
        (vec![(by_name, elsewhere), ("/v1/models", list(&["/models/x.gguf"]))], Ok(Reached::Unlisted)),
        (vec![(by_name, unknown()), ("/v1/models", list(&["gpt-4o-mini"]))], Ok(Reached::Known)),
        (vec![(by_name, unknown()), ("/v1/models", list(&["gpt-4o"]))], Err(ErrorKind::ModelNotFound)),
        (vec![(by_name, unknown())], Err(ErrorKind::ModelNotFound)),
        (vec![], Ok(Reached::Unchecked)),
        (vec![("/v1/models", Cassette::json(405, ""))], Ok(Reached::Unchecked)),
        (vec![("/v1/models", Cassette::json(401, ""))], Err(ErrorKind::Unauthorized)),
        (vec![(by_name, Cassette::json(503, ""))], Err(ErrorKind::Unavailable)),
    ];
    for (index, (paths, expected)) in cases.into_iter().enumerate() {
        let server = Server::with_paths(paths).await;
        let adapter = OpenAi::new(openai::config(&server.base_url), transport()).unwrap();
        assert_eq!(adapter.reach().await.map_err(|error| error.kind), expected, "case {index}");
    }
}

#[tokio::test]
async fn a_deployment_has_a_name_that_no_list_holds() {
    let server = Server::with_paths(vec![("/openai/models?api-version=1", list(&["gpt-4o"]))]).await;
    let base_url = format!("{}/openai/deployments/mine?api-version=1", server.base_url);
    let config = OpenAiConfig { provider: "azure.ai.openai".into(), ..openai::config(&base_url) };
    assert_eq!(OpenAi::new(config, transport()).unwrap().reach().await, Ok(Reached::Unlisted));
}

#[test]
fn what_was_found_is_told_in_words() {
    let told = [Reached::Known, Reached::Unlisted, Reached::Unchecked].map(|reached| reached.to_string());
    insta::assert_snapshot!(told.join("\n"), @r"
    it answers and knows the model
    it answers, but does not list the model: check ZEROTH_MODEL
    it answers, but has no list of models: the first turn will show if key and model are right
    ");
}
