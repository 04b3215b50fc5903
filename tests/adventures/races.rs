//! Several at once: on one game one wins and nobody's turn is lost after it was answered; games do not mix.

use std::time::Duration;

use futures::future::join_all;
use zeroth::game::scenario::Pace;
use zeroth::play::{Order, PlayError};

use crate::cast::{Cast, Stage, order};

#[tokio::test]
async fn of_twenty_at_once_one_plays_and_the_others_are_told_where_the_game_stands() {
    let cast = Cast::waiting();
    let stage = Stage::with(cast.clone());
    let session = stage.relay(Pace::Automatic).await;
    let game = stage.games().scenario.clone();
    let first = async {
        let played = game.play(order(session, "/roll"), &mut |_| {}).await;
        played.unwrap().standing.number
    };
    let others = async {
        cast.waiting.acquire().await.unwrap().forget();
        let refused = join_all((0..19).map(|_| {
            let game = game.clone();
            async move { game.play(order(session, "/roll"), &mut |_| {}).await.unwrap_err() }
        }));
        let refused = refused.await;
        cast.go_on();
        refused
    };
    let (number, refused) = tokio::join!(first, others);
    assert_eq!(number, 1);
    assert!(refused.iter().all(|error| *error == PlayError::Busy { turn: Some(0) }), "{refused:?}");
    assert_eq!(game.look(session).await.unwrap().number, 1);
}

#[tokio::test]
async fn who_waits_plays_in_turn_and_every_answer_stays() {
    let stage = Stage::with(Cast::new());
    let session = stage.alone().await;
    let game = stage.games().solo.clone();
    let orders = (0..20).map(|number| {
        let game = game.clone();
        let order = Order { wait: Duration::from_secs(60), ..order(session, &format!("I open door {number}.")) };
        async move { game.play(order, &mut |_| {}).await.unwrap().standing.number }
    });
    let mut numbers = join_all(orders).await;
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=20).collect::<Vec<u64>>());
    let standing = game.look(session).await.unwrap();
    assert_eq!((standing.turns.len(), standing.world.turn_number()), (20, 20));
}

#[tokio::test]
async fn a_thousand_games_are_played_at_once_and_do_not_mix() {
    let stage = Stage::with(Cast::new());
    let game = stage.games().solo.clone();
    let games = (0..1000).map(|number| {
        let game = game.clone();
        async move {
            let session = game.start(zeroth::play::Beginning::default()).await.unwrap().session;
            for turn in 0..2 {
                let text = format!("Game {number}, turn {turn}.");
                game.play(order(session, &text), &mut |_| {}).await.unwrap();
            }
            let standing = game.look(session).await.unwrap();
            let said: Vec<String> = standing.turns.iter().map(|entry| entry.player_input.clone()).collect();
            assert_eq!(said, [format!("Game {number}, turn 0."), format!("Game {number}, turn 1.")]);
        }
    });
    join_all(games).await;
}

#[tokio::test]
async fn a_game_cannot_be_taken_away_while_it_is_played() {
    let cast = Cast::waiting();
    let stage = Stage::with(cast.clone());
    let session = stage.relay(Pace::Automatic).await;
    let (game, archive) = (stage.games().scenario.clone(), stage.games().archive.clone());
    let playing = async { game.play(order(session, "/roll"), &mut |_| {}).await.unwrap() };
    let meanwhile = async {
        cast.waiting.acquire().await.unwrap().forget();
        assert_eq!(archive.delete(session).await, Err(PlayError::Busy { turn: Some(0) }));
        assert_eq!(game.undo(session).await.unwrap_err(), PlayError::Busy { turn: Some(0) });
        cast.go_on();
    };
    tokio::join!(playing, meanwhile);
    archive.delete(session).await.unwrap();
    assert_eq!(archive.kind(session).await, Err(PlayError::UnknownSession(session)));
    assert_eq!(archive.delete(zeroth::id::SessionId::SHARED).await, Err(PlayError::Shared));
}
