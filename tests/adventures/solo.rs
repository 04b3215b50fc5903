//! Solo games: a turn is whole or not at all, whatever the model answers.

use zeroth::llm::{Component, ErrorKind};
use zeroth::play::{Facts, Nature};

use crate::cast::{Cast, Stage, order, solo_state};

const REPLY: &str = r#"{"narrative": "You pry the panel \"open\".", "dice_triggers": [{"roll": "d20", "skill": "engineering", "dc": 10}],
    "state_delta": {"location.name": "Jefferies tube", "player.hp": 99, "player.inventory.add": "hyperspanner", "mood": "grim"}}"#;

#[tokio::test]
async fn a_turn_is_told_rolled_and_kept() {
    let cast = Cast::new();
    let stage = Stage::with(cast.clone());
    let session = stage.alone().await;
    cast.says(Component::StorytellerSingle, Ok(REPLY));
    let played = stage.improvise(session, "I pry the panel open.").await;
    assert_eq!((played.nature, played.standing.number), (Nature::Turn, 1));
    assert_eq!(played.narrative, "You pry the panel \"open\".");
    assert_eq!(stage.heard(), played.narrative, "the words of the story, not of the JSON");
    assert_eq!(played.rolls.len(), 1);
    let state = solo_state(&played.standing);
    assert_eq!(state.location.name, "Jefferies tube");
    assert!(state.player.inventory.contains(&"hyperspanner".to_owned()));
    assert_eq!(state.player.hit_points.now(), 12, "hit points are the engine's");
    let Facts::Solo(facts) = &played.facts else { panic!("{:?}", played.facts) };
    let rejected = facts.iter().filter(|fact| matches!(fact, zeroth::game::solo::Fact::RejectedDelta(_)));
    assert_eq!(rejected.count(), 2);
    assert!(cast.last().schema.is_some());
}

#[tokio::test]
async fn what_cannot_be_read_is_asked_for_once_more() {
    let cast = Cast::new();
    let stage = Stage::with(cast.clone());
    let session = stage.alone().await;
    cast.says(Component::StorytellerSingle, Ok("You pry the panel open. A d20 would be nice."));
    cast.says(Component::StorytellerSingle, Ok(REPLY));
    let played = stage.improvise(session, "I pry the panel open.").await;
    assert_eq!(played.narrative, "You pry the panel \"open\".");
    assert_eq!((played.calls.len(), played.rolls.len()), (2, 1));
    assert_eq!(stage.heard(), played.narrative);
    assert_eq!(cast.last().lineage.parents, [played.calls[0].run]);
}

#[tokio::test]
async fn what_stays_unreadable_is_told_as_it_is_and_changes_nothing() {
    let cast = Cast::new();
    let stage = Stage::with(cast.clone());
    let session = stage.alone().await;
    let before = solo_state(&stage.games().solo.look(session).await.unwrap());
    for second in [Ok("{\"narrative\": 3}"), Err(ErrorKind::Unavailable)] {
        cast.says(Component::StorytellerSingle, Ok("You wait. Nothing stirs."));
        cast.says(Component::StorytellerSingle, second);
        let played = stage.improvise(session, "I wait.").await;
        assert_eq!((played.narrative.as_str(), played.rolls.len()), ("You wait. Nothing stirs.", 0));
        assert_eq!(stage.heard(), played.narrative);
        let after = solo_state(&played.standing);
        assert_eq!((&after.player, &after.location, &after.npcs), (&before.player, &before.location, &before.npcs));
    }
    assert_eq!(stage.games().solo.look(session).await.unwrap().turns.len(), 2);
}

#[tokio::test]
async fn a_model_that_fails_leaves_the_game_as_it_was() {
    let cast = Cast::new();
    let stage = Stage::with(cast.clone());
    let session = stage.alone().await;
    let before = stage.games().solo.look(session).await.unwrap();
    cast.says(Component::StorytellerSingle, Err(ErrorKind::Truncated));
    let failed = stage.try_to(&*stage.games().solo, order(session, "I wait.")).await.unwrap_err();
    assert_eq!(failed.kind(), "truncated");
    assert_eq!(stage.games().solo.look(session).await.unwrap(), before);
}

#[tokio::test]
async fn a_prompt_does_not_grow_with_the_game() {
    let cast = Cast::new();
    let stage = Stage::with(cast.clone());
    let session = stage.alone().await;
    let long =
        format!(r#"{{"narrative": "{}", "state_delta": [], "dice_triggers": []}}"#, "A long corridor. ".repeat(60));
    let mut sizes = Vec::new();
    for _ in 0..60 {
        cast.says(Component::StorytellerSingle, Ok(&long));
        stage.improvise(session, "I walk on, and I look at every door there is.").await;
        let request = cast.last();
        sizes.push(request.system.len() + request.messages.iter().map(|message| message.text.len()).sum::<usize>());
    }
    assert!(sizes[59] <= sizes[20] + 200, "{sizes:?}");
    let ended = stage.games().solo.end(session).await.unwrap();
    assert_eq!(ended.world.turn_number(), 60);
    assert!(stage.games().solo.look(session).await.is_err());
}
