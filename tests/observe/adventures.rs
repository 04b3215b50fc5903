//! Games for one player through the whole program.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry_sdk::trace::SpanData;
use zeroth::app::{App, Seams};
use zeroth::game::scenario::Pace;
use zeroth::llm::{ChatReply, ChatRequest, Component, Deltas, Descriptor, Model, ModelError};
use zeroth::observe::Console;
use zeroth::play::{Beginning, Nature, PlayError};

use crate::stage::{order, order_of};
use crate::table::{self, Table};
use crate::trace::attribute;

fn relay() -> Beginning {
    Beginning { name: Some("silent-relay".to_owned()), pace: Pace::Automatic }
}

/// Takes everything for a question.
struct Judge(Descriptor);

#[async_trait]
impl Model for Judge {
    fn descriptor(&self) -> &Descriptor {
        &self.0
    }

    async fn chat(&self, request: &ChatRequest, _: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        let judges = request.component == Component::Classifier;
        Ok(ChatReply::new(if judges { "question" } else { "On the ring." }, &self.0))
    }
}

#[tokio::test]
async fn a_turn_of_a_scenario_is_one_trace() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    let table = Table::new(&[("ZEROTH_STORE", "sqlite"), ("ZEROTH_DATA_DIR", place)]);
    let game = &*table.app.games().scenario;
    let session = game.start(relay()).await.unwrap().session;
    table.recorder.clear();
    let played = order(game, session, "/roll").await;
    insta::assert_snapshot!(table.recorder.outline(), @"
    invoke_agent Dungeon Master
      SELECT sessions
      SELECT turns
      hazard
      chat sim-1
      INSERT turns
    ");
    let spans = table.recorder.spans();
    assert!(spans.iter().all(|span| span.span_context.trace_id().to_string() == played.trace_id.unwrap().to_string()));
    let unknown: Vec<&str> =
        spans.iter().filter(|span| attribute(span, "zeroth.scene").is_none()).map(|span| &*span.name).collect();
    assert_eq!(unknown, ["SELECT sessions", "SELECT turns"], "the scene is known when the game is loaded");
}

/// Every span, and what it says of where the game stands.
fn stages(table: &Table) -> String {
    let spans = table.recorder.spans();
    let told = |span: &SpanData, key| attribute(span, key).map(|value| format!(" {value}")).unwrap_or_default();
    let lines = spans
        .iter()
        .map(|span| format!("{}:{}{}", span.name, told(span, "zeroth.scene"), told(span, "zeroth.outcome")));
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn a_choice_and_an_order_after_the_end_know_where_the_game_stands() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    let table = Table::new(&[("ZEROTH_STORE", "sqlite"), ("ZEROTH_DATA_DIR", place)]);
    let game = &*table.app.games().scenario;
    let mut standing = game.start(relay()).await.unwrap();
    let session = standing.session;
    while !standing.world.suggestions()[0].starts_with("approach") {
        standing = order(game, session, "/roll").await.standing;
    }
    table.recorder.clear();
    assert_eq!(order(game, session, "approach diplomacy").await.nature, Nature::Choice);
    insta::assert_snapshot!(stages(&table), @"
    SELECT sessions:
    SELECT turns:
    INSERT turns: scene_3_core
    invoke_agent Dungeon Master: scene_3_core
    ");
    while standing.world.outcome().is_none() {
        standing = order(game, session, "/roll").await.standing;
    }
    table.recorder.clear();
    let refused = game.play(order_of(session, "/roll"), &mut |_| {}).await;
    assert!(matches!(refused, Err(PlayError::Ruled(_))), "{refused:?}");
    insta::assert_snapshot!(stages(&table), @"
    SELECT sessions:
    SELECT turns:
    invoke_agent Dungeon Master: scene_4_resolution force
    ");
}

#[tokio::test]
async fn a_question_links_its_two_calls() {
    let table = Table::with_model(Arc::new(Judge(Descriptor::new("acme", "judge-1"))));
    let game = &*table.app.games().scenario;
    let session = game.start(relay()).await.unwrap().session;
    table.recorder.clear();
    order(game, session, "Where am I?").await;
    insta::assert_snapshot!(table.recorder.outline(), @"
    invoke_agent Dungeon Master
      input_classify
        chat judge-1
      question
        chat judge-1
    ");
    let spans = table.recorder.spans();
    let calls: Vec<_> = spans.iter().filter(|span| span.name.starts_with("chat ")).collect();
    assert_eq!(calls[1].links.iter().next().unwrap().span_context.span_id(), calls[0].span_context.span_id());
}

#[tokio::test]
async fn a_solo_turn_is_one_trace_and_a_ruling_no_error() {
    let table = Table::new(&[]);
    let games = table.app.games();
    let session = games.solo.start(Beginning::default()).await.unwrap().session;
    table.recorder.clear();
    order(&*games.solo, session, "I open the hatch.").await;
    let outline = table.recorder.outline();
    assert!(outline.starts_with("invoke_agent Dungeon Master\n  chat sim-1\n"), "{outline}");

    let session = games.scenario.start(relay()).await.unwrap().session;
    table.recorder.clear();
    let refused = games.scenario.play(order_of(session, "approach magic"), &mut |_| {}).await.unwrap_err();
    assert!(matches!(refused, PlayError::Ruled(_)), "{refused:?}");
    let spans = table.recorder.spans();
    assert_eq!(attribute(&spans[0], "zeroth.ruling").as_deref(), Some("unknown_approach"));
    assert_eq!(attribute(&spans[0], "zeroth.turn.nature").as_deref(), Some("ruling"));
    assert_eq!((spans.len(), attribute(&spans[0], "error.type")), (1, None));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tree_for_humans_says_what_was_rolled() {
    let console = Console::held();
    let mut config = table::config(&[("OTEL_TRACES_EXPORTER", "console")]);
    config.observe.as_mut().unwrap().console = console.clone();
    let app = App::compose(&config, Seams::default()).unwrap();
    let game = &*app.games().scenario;
    let session = game.start(relay()).await.unwrap().session;
    let played = order(game, session, "/roll").await;
    app.shutdown(Duration::from_secs(5)).await;
    let told = console.take();
    let roll = &played.rolls[0];
    let outcome = if roll.total >= 13 { "success" } else { "failure" };
    assert!(told.contains(&format!("engineering · {} against 13: {outcome}", roll.total)), "{told}");
}
