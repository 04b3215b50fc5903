//! Games that are kept: resumed, listed and loaded.

use crate::id::SessionId;
use crate::repl::Start;

use super::stage::Stage;

fn dialogues(stage: &Stage, ids: &[&str]) {
    let ids = ids.iter().map(|id| id.parse::<SessionId>().unwrap());
    stage.library.dialogues.lock().unwrap().extend(ids);
}

#[tokio::test]
async fn games_are_listed_and_loaded() {
    let lines = ["/roll", "/sessions", "/load 0190163d-8694", "/load 0190163d-8695", "/load", "/quit"];
    let stage = Stage::person(80, &lines).scenario([15]);
    let ids = ["0190163d-8694-739b-aea5-966c26f8ad91", "0190163d-8694-8000-aea5-966c26f8ad91"];
    dialogues(&stage, &ids);
    dialogues(&stage, &["0190163d-8695-739b-aea5-966c26f8ad91", "00000000-0000-0000-0000-000000000000"]);
    let tale = std::sync::Arc::clone(&stage.tale);
    let played = stage.play().await;
    let (_, after) = played.out.split_once("Data> /sessions").unwrap();
    insta::assert_snapshot!(after, @r#"

    00000000-0000-0  silent-relay (scenario), 1 turn, 2026-10-21 12:00 UTC, this one
    0190163d-8694-7  bridge (dialogue), 2 turns, 2026-10-21 11:00 UTC
    0190163d-8694-8  bridge (dialogue), 2 turns, 2026-10-21 10:00 UTC
    0190163d-8695-7  bridge (dialogue), 2 turns, 2026-10-21 09:00 UTC

    Data> /load 0190163d-8694
    The ids of 2 games begin with "0190163d-8694"; type more of it.

    Data> /load 0190163d-8695
    Quest: Find out who switched off the lights.
    Data (you): An android who wants to know what a joke is.
    Computer (tells the story): An old computer.

    Type what you say or do. /help lists the commands, Ctrl-D leaves the game.

    Data> /load
    00000000-0000-0  silent-relay (scenario), 1 turn, 2026-10-21 12:00 UTC
    0190163d-8694-7  bridge (dialogue), 2 turns, 2026-10-21 11:00 UTC
    0190163d-8694-8  bridge (dialogue), 2 turns, 2026-10-21 10:00 UTC
    0190163d-8695-7  bridge (dialogue), 2 turns, 2026-10-21 09:00 UTC, this one
    /load ID goes on with one of them; the beginning of its id is enough.

    Data> /quit
    You leave the game.
    "#);
    assert_eq!(tale.script().left.len(), 1, "the scenario was left for the dialogue");
}

#[tokio::test]
async fn the_game_that_was_played_last_is_resumed() {
    let stage = Stage::piped("/who\n").starting(Start::Resume(None));
    dialogues(&stage, &["00000000-0000-0000-0000-000000000000", "0190163d-8694-739b-aea5-966c26f8ad91"]);
    let played = stage.play().await;
    assert!(played.ended.is_ok() && played.out.starts_with("Quest: "), "{}", played.out);
}

#[tokio::test]
async fn what_cannot_be_resumed_is_said() {
    for (prefix, why) in [
        (None, "There is no game to go on with yet."),
        (Some("abc"), "There is no game whose id begins with \"abc\"; /sessions lists those that were played last."),
        (Some("0190163d-8694-739b-aea5-966c26f8ad99"), "There is no game 0190163d-8694-739b-aea5-966c26f8ad99."),
    ] {
        let played = Stage::person(80, &[]).starting(Start::Resume(prefix.map(str::to_owned))).play().await;
        let error = played.ended.unwrap_err();
        assert_eq!((error.to_string().as_str(), error.is_usage()), (why, true));
    }
}

#[tokio::test]
async fn a_scenario_is_resumed_where_it_was_left() {
    let lines = ["/roll", "/load 0190163d", "/load 00000000-0000-0000-0000-000000000001", "/roll"];
    let stage = Stage::person(80, &lines).scenario([15, 15]);
    dialogues(&stage, &["0190163d-8694-739b-aea5-966c26f8ad91"]);
    let played = stage.play().await;
    let (_, after) = played.out.split_once("> /load 00000000").unwrap();
    insta::assert_snapshot!(after, @"
    -0000-0000-0000-000000000001
    The Silent Relay
    You have played 1 turn of this game; /history shows them.

    You let the runabout fall with the ring instead of holding against it. The
    clamps close with the sound of a well-made drawer.

    The airlock: The airlock has power and refuses to spend it. Its controller has
    been told that there is nobody outside. (engineering, difficulty 13)
    Try: /roll engineering
    HP 12/12 · The docking ring · alarm 0 (standby)

    Type what you say or do. /help lists the commands, Ctrl-D leaves the game.

    Data> /roll
    You give the controller a maintenance drill to run, in which there is somebody
    outside. It opens at once, almost with relief.
      The airlock (engineering): d20 15 + INT 2 = 17 against 13: success
    The carrier wave: Under the static of the emergency band lies the tapping. Read
    it before the door closes and the hull cuts it off. (science, difficulty 10)
    Try: /roll science
    HP 12/12 · The docking ring · alarm 0 (standby)
    sim-1 · 900 tokens in, 60 out · $0.000250 simulated · first token 380 ms
    total 1.9 s · trace 00000000000000000000000000000abc

    Data> ^D
    You leave the game.
    ");
}
