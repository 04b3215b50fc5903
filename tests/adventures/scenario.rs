//! Scenarios: what costs a turn and what does not, what is told, taken back and played again.

use zeroth::game::scenario::{Outcome, Pace};
use zeroth::llm::{Component, ErrorKind};
use zeroth::play::{Beginning, Nature, PlayError, Teller};

use crate::cast::{Cast, Stage, order, relay_state};

#[tokio::test]
async fn a_hazard_is_asked_for_rolled_and_told() {
    let cast = Cast::new();
    let stage = Stage::with(cast.clone());
    let session = stage.relay(Pace::Automatic).await;
    let asked = stage.act(session, "I dock the shuttle.").await;
    assert_eq!((asked.nature, asked.teller, asked.standing.number), (Nature::Prompt, Teller::Game, 0));
    assert!(asked.log.is_empty() && asked.rolls.is_empty());
    assert!(asked.narrative.contains("/roll engineering"), "{}", asked.narrative);
    assert_eq!(stage.heard(), asked.narrative);
    let wrong = stage.act(session, "/roll stealth").await;
    assert_eq!(wrong.nature, Nature::Ruling);
    assert!(wrong.narrative.contains("engineering"), "{}", wrong.narrative);
    let rolled = stage.act(session, "/roll").await;
    assert_eq!((rolled.nature, rolled.teller, rolled.standing.number), (Nature::Turn, Teller::Model, 1));
    assert_eq!((rolled.narrative.as_str(), stage.heard().as_str()), ("It comes as it must.", "It comes as it must."));
    assert_eq!(rolled.log.len(), rolled.rolls.len(), "{:?}", rolled.log);
    assert_eq!(rolled.standing.turns.len(), 1);
    assert_eq!(cast.asked(), [Component::Classifier, Component::StorytellerScenario]);
    let judged = cast.asked.lock().unwrap()[0].lineage.run;
    assert_eq!(cast.last().lineage.parents, [judged.unwrap()], "what was said led to what is told");
    assert!(cast.last().messages.last().unwrap().text.contains(&rolled.log[0]), "the storyteller knows the roll");
}

#[tokio::test]
async fn every_ending_can_be_played_to_and_nothing_comes_after_it() {
    let mut endings = Vec::new();
    for approach in ["diplomacy", "science", "force"] {
        let stage = Stage::with(Cast::new());
        for _ in 0..30 {
            let session = stage.relay(Pace::Automatic).await;
            let ending = play_through(&stage, session, approach).await;
            if !endings.contains(&ending) {
                endings.push(ending);
            }
            let after = stage.try_to(&*stage.games().scenario, order(session, "/roll")).await;
            assert!(matches!(after, Err(PlayError::Ruled(_))), "{after:?}");
        }
    }
    endings.sort();
    assert_eq!(endings, [Outcome::Peaceful, Outcome::Contained, Outcome::Force, Outcome::Defeated]);
}

async fn play_through(stage: &Stage, session: zeroth::id::SessionId, approach: &str) -> Outcome {
    loop {
        let standing = stage.games().scenario.look(session).await.unwrap();
        let suggestions = standing.world.suggestions();
        let wanted = suggestions.iter().find(|text| text.contains(approach)).or(suggestions.first()).unwrap();
        if let Some(outcome) = stage.act(session, wanted).await.standing.world.outcome() {
            return outcome;
        }
    }
}

#[tokio::test]
async fn a_storyteller_that_fails_costs_no_turn() {
    let cast = Cast::new();
    let stage = Stage::with(cast.clone());
    let session = stage.relay(Pace::Automatic).await;
    cast.says(Component::StorytellerScenario, Err(ErrorKind::Unavailable));
    let rolled = stage.act(session, "/roll").await;
    assert_eq!((rolled.teller, rolled.standing.number), (Teller::Stopgap(ErrorKind::Unavailable), 1));
    assert!(!rolled.narrative.is_empty());
    assert_eq!(stage.heard(), rolled.narrative);
}

#[tokio::test]
async fn what_is_taken_back_and_played_again_falls_the_same_way() {
    let stage = Stage::with(Cast::new());
    let session = stage.relay(Pace::Automatic).await;
    let begun = stage.state(session).await;
    let first = stage.act(session, "/roll").await;
    let (undone, standing) = stage.games().scenario.undo(session).await.unwrap();
    assert_eq!((undone.text.as_str(), undone.number), ("/roll", 1));
    assert_eq!(relay_state(&standing), begun);
    let second = stage.act(session, "/roll").await;
    assert_eq!((&second.rolls, &second.standing.world), (&first.rolls, &first.standing.world));
    let again = stage.games().scenario.again(session).await.unwrap();
    assert_eq!((again.number, again.attempt), (1, 1));
    let retry =
        zeroth::play::Order { attempt: again.attempt, replaces: Some(again.revision), ..order(session, &again.text) };
    let third = stage.try_to(&*stage.games().scenario, retry).await.unwrap();
    assert_eq!((&third.rolls, &third.standing.world), (&first.rolls, &first.standing.world));
    assert_eq!(stage.games().scenario.again(session).await.unwrap().attempt, 2);
    let lines = stage.games().archive.transcript(session, 10).await.unwrap().lines;
    let marks: Vec<&str> = lines.iter().map(|line| line.mark.as_str()).collect();
    assert_eq!(marks, ["undone", "replaced", "kept"], "nothing is forgotten");
}

#[tokio::test]
async fn a_choice_is_kept_and_counts_as_no_turn() {
    let stage = Stage::with(Cast::new());
    let session = stage.relay(Pace::Automatic).await;
    while !stage.games().scenario.look(session).await.unwrap().world.suggestions()[0].starts_with("approach") {
        stage.act(session, "/roll").await;
        assert!(!stage.state(session).await.is_complete(), "these dice are kind");
    }
    let before = stage.games().scenario.look(session).await.unwrap();
    let chosen = zeroth::play::Order { approach: Some("diplomacy".to_owned()), ..order(session, "") };
    let chosen = stage.try_to(&*stage.games().scenario, chosen).await.unwrap();
    assert_eq!(chosen.nature, Nature::Choice);
    assert_eq!(chosen.standing.world.turn_number(), before.world.turn_number());
    assert_eq!(chosen.standing.number, before.number + 1);
    assert!(chosen.narrative.contains("difficulty 13: /roll "), "{}", chosen.narrative);
    let (undone, standing) = stage.games().scenario.undo(session).await.unwrap();
    assert_eq!(undone.approach.as_deref(), Some("diplomacy"));
    assert_eq!(standing.world, before.world);
    let nonsense = zeroth::play::Order { approach: Some("bribery".to_owned()), ..order(session, "") };
    let refused = stage.try_to(&*stage.games().scenario, nonsense).await.unwrap_err();
    assert_eq!(refused.kind(), "unknown_approach");
}

#[tokio::test]
async fn an_unknown_pack_is_told_from_a_broken_one_and_no_name_is_a_path() {
    let stage = Stage::with(Cast::new());
    let start = async |name: &str| {
        let beginning = Beginning { name: Some(name.to_owned()), pace: Pace::Automatic };
        stage.games().scenario.start(beginning).await.unwrap_err()
    };
    for name in ["", "atlantis", "../solo", "/etc/passwd"] {
        let error = start(name).await;
        assert_eq!(error.kind(), "unknown_content");
        assert!(error.to_string().contains("silent-relay"), "{error}");
    }
    let offers = stage.games().scenario.offers();
    let names: Vec<&str> = offers.iter().map(|offer| offer.name.as_str()).collect();
    assert_eq!(names, ["night-mail", "silent-relay"]);
    assert!(offers.iter().all(|offer| offer.playable));
}

#[tokio::test]
async fn another_kind_of_game_is_played_elsewhere() {
    let stage = Stage::with(Cast::new());
    let session = stage.alone().await;
    let refused = stage.try_to(&*stage.games().scenario, order(session, "/roll")).await.unwrap_err();
    assert_eq!(refused.to_string(), format!("session {session} is a solo game; play it with POST /singleplayer/play"));
}

#[tokio::test]
async fn arrivals_and_endings_are_shown_word_for_word_whoever_tells_the_rest() {
    let stage = Stage::with(Cast::new());
    let session = stage.relay(Pace::Automatic).await;
    let (mut scene, mut shown) = (stage.state(session).await.scene, 0);
    loop {
        let standing = stage.games().scenario.look(session).await.unwrap();
        let zeroth::play::World::Scenario { pack, .. } = &standing.world else { unreachable!() };
        let suggestions = standing.world.suggestions();
        let played = stage.act(session, suggestions.last().unwrap()).await;
        let state = relay_state(&played.standing);
        if state.scene != scene {
            assert!(played.narrative.contains(&pack.scene(&state.scene).unwrap().entry_text), "{}", played.narrative);
            assert_eq!(stage.heard(), played.narrative);
            scene = state.scene;
            shown += 1;
        }
        if let Some(outcome) = state.outcome {
            assert!(played.narrative.contains(&pack.endings[&outcome].text), "{}", played.narrative);
            break;
        }
    }
    assert!(shown > 0);
}

#[tokio::test]
async fn what_is_heard_is_what_is_told_and_kept_to_the_last_blank() {
    let cast = Cast::new();
    let stage = Stage::with(cast.clone());
    let session = stage.relay(Pace::Automatic).await;
    let mut told = Vec::new();
    loop {
        let standing = stage.games().scenario.look(session).await.unwrap();
        cast.says(Component::StorytellerScenario, Ok("It comes as it must. \n"));
        let played = stage.act(session, standing.world.suggestions().last().unwrap()).await;
        assert_eq!(stage.heard(), played.narrative);
        let kept = stage.games().archive.transcript(session, 1).await.unwrap().lines.pop().map(|line| line.narrative);
        assert!(!played.nature.is_kept() || kept.as_ref() == Some(&played.narrative), "{kept:?}");
        told.push(played.narrative);
        if played.standing.world.outcome().is_some() {
            break;
        }
    }
    assert!(told.contains(&"It comes as it must. \n".to_owned()), "a turn without more to show: {told:?}");
    assert!(told.last().unwrap().starts_with("It comes as it must. \n\n\n"), "an ending: {told:?}");
}

#[tokio::test]
async fn a_skill_or_an_approach_that_is_named_alone_is_an_order() {
    let cast = Cast::new();
    let stage = Stage::with(cast.clone());
    let session = stage.relay(Pace::Automatic).await;
    assert_eq!(stage.act(session, "Engineering").await.nature, Nature::Turn);
    assert_eq!(stage.act(session, "help").await.nature, Nature::Prompt);
    assert_eq!(stage.act(session, "roll").await.nature, Nature::Turn);
    let refused = stage.act(session, "/roll cooking").await;
    assert!(refused.narrative.contains("\"cooking\" is no skill"), "{}", refused.narrative);
    assert!(!cast.asked().contains(&Component::Classifier), "nobody had to judge that");
}

#[tokio::test]
async fn tries_and_chatter_push_no_turn_out_of_sight() {
    let stage = Stage::with(Cast::new());
    let session = stage.relay(Pace::Automatic).await;
    stage.act(session, "/roll").await;
    stage.act(session, "/roll").await;
    for attempt in 1..60 {
        let again = stage.games().scenario.again(session).await.unwrap();
        assert_eq!(again.attempt, attempt);
        let retry = zeroth::play::Order { attempt, replaces: Some(again.revision), ..order(session, &again.text) };
        stage.try_to(&*stage.games().scenario, retry).await.unwrap();
        stage.act(session, "I hum.").await;
    }
    let standing = stage.games().scenario.look(session).await.unwrap();
    let numbers: Vec<u64> = standing.turns.iter().map(|entry| entry.turn_number).collect();
    assert_eq!(numbers, [1, 2]);
}

#[tokio::test]
async fn what_failed_and_was_not_needed_is_counted() {
    let cast = Cast::new();
    let stage = Stage::with(cast.clone());
    let session = stage.relay(Pace::Automatic).await;
    cast.says(Component::Classifier, Err(ErrorKind::Timeout));
    cast.says(Component::StorytellerScenario, Err(ErrorKind::Truncated));
    for (text, kind) in [("I dock.", ErrorKind::Timeout), ("/roll", ErrorKind::Truncated)] {
        let played = stage.act(session, text).await;
        assert_eq!(played.calls.iter().map(|call| call.error).collect::<Vec<_>>(), [Some(kind)]);
    }
}

#[tokio::test]
async fn an_approach_is_a_short_word() {
    let stage = Stage::with(Cast::new());
    let session = stage.relay(Pace::Automatic).await;
    let long = zeroth::play::Order { approach: Some("x".repeat(60_000)), ..order(session, "/roll") };
    assert_eq!(stage.try_to(&*stage.games().scenario, long).await.unwrap_err().kind(), "invalid_message");
    let deed = stage.act(session, "I approach the hatch carefully.").await;
    assert_eq!(deed.nature, Nature::Prompt);
}

#[tokio::test]
async fn what_was_said_of_a_turn_that_is_gone_is_not_remembered() {
    let cast = Cast::new();
    let stage = Stage::with(cast.clone());
    let session = stage.relay(Pace::Automatic).await;
    stage.act(session, "/roll").await;
    cast.says(Component::GmQa, Ok("The butler did it."));
    stage.act(session, "Who did it?").await;
    stage.games().scenario.undo(session).await.unwrap();
    for _ in 0..2 {
        stage.act(session, "What now?").await;
        let asked = cast.last();
        assert!(asked.messages.iter().all(|message| !message.text.contains("butler")), "{:?}", asked.messages);
        stage.act(session, "/roll").await;
    }
}
