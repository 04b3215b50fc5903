//! Questions cost nothing.

use zeroth::game::scenario::Pace;
use zeroth::llm::{Component, ErrorKind};
use zeroth::play::{Nature, Teller};

use crate::cast::{Cast, Stage, order};

#[tokio::test]
async fn a_question_is_answered_and_changes_nothing() {
    let cast = Cast::new();
    let stage = Stage::with(cast.clone());
    let session = stage.relay(Pace::Automatic).await;
    let before = stage.state(session).await;
    let answered = stage.act(session, "What do I see?").await;
    assert_eq!((answered.nature, answered.teller, answered.standing.number), (Nature::Question, Teller::Model, 0));
    assert!(answered.narrative.starts_with("You stand on the ring.\n\n"), "{}", answered.narrative);
    assert!(answered.narrative.contains("/roll engineering"), "what is pending is said again");
    assert_eq!(stage.heard(), answered.narrative);
    assert_eq!(stage.state(session).await, before);
    let questions = &answered.standing.questions;
    assert_eq!(
        (questions[0].question.as_str(), questions[0].answer.as_str()),
        ("What do I see?", "You stand on the ring.")
    );
    assert_eq!(cast.asked(), [Component::Classifier, Component::GmQa]);
    let asked = cast.asked.lock().unwrap().clone();
    assert_eq!(asked[1].lineage.parents, [asked[0].lineage.run.unwrap()]);
    assert!(!asked[0].stream && asked[1].stream);
}

#[tokio::test]
async fn whatever_the_classifier_says_but_question_is_an_action() {
    let cast = Cast::new();
    let stage = Stage::with(cast.clone());
    let session = stage.relay(Pace::Automatic).await;
    for said in
        [Ok("Question: yes"), Ok("question or action"), Ok(""), Err(ErrorKind::Timeout), Err(ErrorKind::Refused)]
    {
        cast.says(Component::Classifier, said);
        let played = stage.act(session, "What do I see?").await;
        assert_eq!((played.nature, played.teller), (Nature::Prompt, Teller::Game), "{said:?}");
    }
}

#[tokio::test]
async fn a_question_that_cannot_be_answered_is_a_failure() {
    let cast = Cast::new();
    let stage = Stage::with(cast.clone());
    let session = stage.relay(Pace::Automatic).await;
    cast.says(Component::GmQa, Err(ErrorKind::Unavailable));
    let failed = stage.try_to(&*stage.games().scenario, order(session, "What do I see?")).await.unwrap_err();
    assert_eq!(failed.kind(), "unavailable");
    assert!(stage.games().scenario.look(session).await.unwrap().questions.is_empty());
}

#[tokio::test]
async fn an_order_for_something_that_is_not_there_may_have_been_speech() {
    let cast = Cast::new();
    let stage = Stage::with(cast.clone());
    let session = stage.relay(Pace::Automatic).await;
    let looked = stage.act(session, "I look into the eyes of the stars").await;
    assert_eq!(looked.nature, Nature::Ruling);
    assert_eq!(cast.asked(), [Component::Classifier]);
    cast.says(Component::Classifier, Ok("question"));
    assert_eq!(stage.act(session, "I look for the meaning of the stars").await.nature, Nature::Question);
}
