//! A turn of the game through our own adapters is the turn that the simulator tells in process.

use std::sync::Arc;
use std::time::Duration;

use zeroth::content::Content;
use zeroth::game::scenario::{Pace, start};
use zeroth::game::solo::{State, prompt_view};
use zeroth::game::{Message, Setup, window};
use zeroth::id::SessionId;
use zeroth::llm::{
    Anthropic, AnthropicConfig, ChatReply, ChatRequest, Delta, HttpTransport, Model, OpenAi, OpenAiConfig, Schema,
    TransportConfig,
};
use zeroth::prompt::{Prompts, Situation, Telling, campaign, opening, scenario, solo};

use crate::served::{Face, sim};

fn turn(stream: bool, seed: Option<u64>) -> ChatRequest {
    let content = Content::default();
    let (prompts, campaign) = (Prompts::load(&content).unwrap(), campaign(&content, "enterprise").unwrap());
    let text = |text: &str| text.to_owned();
    let setup =
        Setup { protagonist: text("An android."), storyteller: text("A voice."), quest: text("Find the lost.") };
    let (opening, message) = (opening(&campaign, &setup), Message::new("I open the hatch.", 4000).unwrap());
    let lines = window(&opening, [].iter(), &message, 15);
    let request = prompts.dialogue(&campaign, &setup, &lines).unwrap();
    ChatRequest { stream, seed, ..request }
}

fn transport() -> Arc<HttpTransport> {
    let config = TransportConfig { connect_timeout: Duration::from_secs(10), ca_bundle: None };
    Arc::new(HttpTransport::new(&config).unwrap())
}

fn anthropic(base_url: String) -> Anthropic {
    let config = AnthropicConfig {
        api_key: "any".into(),
        base_url,
        version: "2023-06-01".to_owned(),
        model: "claude-sonnet-4-6".to_owned(),
        reasoning_effort: None,
        extra_headers: Vec::new(),
    };
    Anthropic::new(config, transport()).unwrap()
}

fn openai(base_url: String) -> OpenAi {
    let (provider, model) = ("openai".to_owned(), "gpt-6.1-sol".to_owned());
    let config =
        OpenAiConfig { provider, api_key: None, base_url, model, reasoning_effort: None, extra_headers: Vec::new() };
    OpenAi::new(config, transport()).unwrap()
}

async fn ask(model: &dyn Model, request: &ChatRequest) -> (ChatReply, String) {
    let mut heard = String::new();
    let reply =
        model.chat(request, &mut |delta: Delta<'_>| heard.push_str(delta.text().unwrap_or_default())).await.unwrap();
    (reply, heard)
}

#[tokio::test]
async fn the_same_request_has_the_same_answer_over_either_protocol() {
    let url = Face::new(sim()).serve().await;
    let (anthropic, openai) = (anthropic(url.clone()), openai(url));
    let adapters: [(&dyn Model, Option<u64>); 3] = [(&anthropic, None), (&openai, None), (&openai, Some(7))];
    for (model, seed) in adapters {
        for stream in [false, true] {
            let request = turn(stream, seed);
            let (expected, _) = ask(&sim(), &request).await;
            let (reply, heard) = ask(model, &request).await;
            assert!(expected.text.ends_with("It is your turn, Data."));
            assert_eq!(reply.text, expected.text);
            assert_eq!(heard, if stream { expected.text.clone() } else { String::new() });
            // What of it comes from the cache depends on what was asked before.
            let counted = |reply: &ChatReply| reply.usage.map(|usage| (usage.input, usage.output));
            assert_eq!((counted(&reply), &reply.finish), (counted(&expected), &expected.finish));
            assert_eq!(reply.model, model.descriptor().model);
        }
    }
    let texts = [ask(&openai, &turn(false, None)).await.0.text, ask(&openai, &turn(false, Some(7))).await.0.text];
    assert_ne!(texts[0], texts[1], "the seed counts");
}

/// The requests of the games for one player.
fn adventures() -> Vec<ChatRequest> {
    let content = Content::default();
    let prompts = Prompts::load(&content).unwrap();
    let pack = scenario(&content, "silent-relay").unwrap();
    let begun = start(&pack, SessionId::SHARED, Pace::Rounds);
    let situation = Situation { pack: &pack, state: &begun.state, recent: &[] };
    let telling = Telling { input: "I step aboard.", facts: &begun.facts, log: &[] };
    let (opening, player) = solo(&content, "enterprise").unwrap();
    let view = prompt_view(&State::new(SessionId::SHARED, &opening, player), [].iter());
    vec![
        prompts.classifier(&situation, "Where am I?").unwrap(),
        prompts.gm_qa(&situation, "Where am I?").unwrap(),
        prompts.storyteller_scenario(&situation, &telling).unwrap(),
        prompts.storyteller_single(&opening, &view, "I take the wrench.").unwrap(),
    ]
}

#[tokio::test]
async fn the_games_for_one_player_are_known_over_either_protocol() {
    let url = Face::new(sim()).serve().await;
    let (anthropic, openai) = (anthropic(url.clone()), openai(url));
    for request in adventures() {
        let (expected, _) = ask(&sim(), &request).await;
        assert!(!expected.text.contains("simulated"), "{}: {}", request.component, expected.text);
        for model in [&anthropic as &dyn Model, &openai] {
            let (reply, heard) = ask(model, &request).await;
            assert_eq!(reply.text, expected.text, "{}", request.component);
            assert_eq!(heard, if request.stream { reply.text } else { String::new() });
        }
    }
}

#[tokio::test]
async fn the_limit_of_tokens_is_kept() {
    let url = Face::new(sim()).serve().await;
    for model in [&anthropic(url.clone()) as &dyn Model, &openai(url)] {
        let (reply, _) = ask(model, &ChatRequest { max_output_tokens: 9, ..turn(true, None) }).await;
        assert_eq!(reply.finish, zeroth::llm::FinishReason::Length);
        assert_eq!(reply.usage.unwrap().output, 9);
    }
}

#[tokio::test]
async fn an_answer_in_a_form_comes_in_it() {
    let url = Face::new(sim()).serve().await;
    let property = serde_json::json!({"mood": {"enum": ["calm", "tense"]}, "danger": {"type": "integer"}});
    let value = serde_json::json!({
        "type": "object", "properties": property, "required": ["mood", "danger"], "additionalProperties": false,
    });
    let schema = Some(Arc::new(Schema { name: "scene".to_owned(), value }));
    for model in [&sim() as &dyn Model, &anthropic(url.clone()), &openai(url)] {
        for stream in [false, true] {
            let (reply, _) = ask(model, &ChatRequest { schema: schema.clone(), ..turn(stream, None) }).await;
            let answer: serde_json::Value = serde_json::from_str(&reply.text).unwrap();
            assert!(["calm", "tense"].contains(&answer["mood"].as_str().unwrap()), "{answer}");
            assert!(answer["danger"].is_i64() && answer.as_object().unwrap().len() == 2, "{answer}");
        }
    }
}
