//! Whole games, played by a script against a storyteller that follows one.

mod fights;
mod library;
mod solo;
mod stage;
mod stored;
mod tale;
mod told;

use crate::llm::{ErrorKind, ModelError};
use crate::play::PlayError;

use super::ReplError;
use stage::{Act, Stage};

fn overloaded() -> PlayError {
    PlayError::Model(ModelError::new(ErrorKind::Unavailable, "the provider is overloaded"))
}

#[tokio::test]
async fn piped_lines_are_played_one_by_one() {
    let mut stage = Stage::piped("# a comment\n\nI look around.\n/who\n  I wave.  \n");
    stage.acts([Act::Answer(&["The bridge ", "hums."]), Act::Answer(&["Nobody waves back."])]);
    let played = stage.play().await;
    insta::assert_snapshot!(played.out, @r"
    Quest: Find out who switched off the lights.
    Data (you): An android who wants to know what a joke is.
    Computer (tells the story): An old computer.
    Computer> The bridge hums.
    Data (you): An android who wants to know what a joke is.
    Computer (tells the story): An old computer.
    Computer> Nobody waves back.
    ");
    assert_eq!(played.err, "");
    assert!(played.ended.is_ok());
    assert_eq!(played.heard, [("I look around.".to_owned(), 0), ("I wave.".to_owned(), 0)]);
    assert_eq!(played.left, 1);
}

#[tokio::test]
async fn a_program_learns_of_failures_and_plays_on() {
    let mut stage = Stage::piped("I look around.\n/hlep\nI wave.\n");
    stage.acts([Act::Stumble(&["The bri"], overloaded()), Act::Answer(&["Nobody waves back."])]);
    let played = stage.play().await;
    insta::assert_snapshot!(played.story(), @"Computer> Nobody waves back.");
    insta::assert_snapshot!(played.err, @r"
    line 1: The provider is overloaded. /retry tries again.
    line 2: There is no command /hlep; did you mean /help?
    ");
    let error = played.ended.unwrap_err();
    assert_eq!(error.to_string(), "2 of 3 lines could not be played");
    assert_eq!(played.left, 1);
}

#[tokio::test]
async fn a_person_sees_prompts_footers_and_totals() {
    let mut stage = Stage::person(60, &["/cost", "I look around.", "/cost", "/trace", "/quit"]);
    stage.acts([Act::Answer(&["The bridge hums, and the lights", " of all consoles but one are ", "out."])]);
    let played = stage.play().await;
    insta::assert_snapshot!(played.out, @"
    Quest: Find out who switched off the lights.
    Data (you): An android who wants to know what a joke is.
    Computer (tells the story): An old computer.

    Type what you say or do. /help lists the commands, Ctrl-D
    leaves the game.

    Data> /cost
    You have not played a turn since the start, so there is
    nothing to add up.

    Data> I look around.
    Computer> The bridge hums, and the lights of all consoles
    but one are out.
    sim-1 · 120 tokens in, 30 out · $0.000250 simulated
    first token 380 ms · total 1.9 s
    trace 00000000000000000000000000000abc

    Data> /cost
    turns         1
    tokens        120 in, 30 out
    cost          $0.000250 simulated
    first token   after 380 ms on average

    Data> /trace
    The last turn is trace 00000000000000000000000000000abc.
    The server's console shows traces in the browser: end this
    game, start `zeroth`, and open /console. A backend of yours
    finds it by this id, and OTEL_TRACES_EXPORTER=console shows
    it here. It tells the call of the model, the name of its
    prompt, tokens, cost and time; logs of the turn carry it as
    trace_id.

    Data> /quit
    You leave the game.
    ");
    assert!(played.ended.is_ok());
}

#[tokio::test]
async fn help_fits_a_narrow_terminal() {
    let played = Stage::person(30, &["/help"]).play().await;
    insta::assert_snapshot!(played.story(), @"
    Data> /help
    /help
      shows this list
    /quest
      tells the quest again
    /who
      tells who you are and who
      tells the story
    /history
      shows what was played
    /undo
      takes the last turn back
    /retry
      plays the last message
      again, for another answer
    /save FILE
      writes what was played to a
      new Markdown file
    /save! FILE
      the same, and replaces the
      file if there is one
    /load [ID]
      goes on with another game;
      without an id, lists them
    /sessions
      lists the games that were
      played last
    /cost
      adds up what you played
      since the start: tokens,
      cost, waiting time
    /trace
      shows where the last turn
      can be watched
    /quit
      leaves the game; so do
      Ctrl-D, exit and quit

    Everything else is what you
    say or do. Ctrl-C stops an
    answer.

    Data> ^D
    You leave the game.
    ");
}

#[tokio::test]
async fn a_cancelled_turn_can_be_played_again() {
    let mut stage = Stage::person(60, &["I look around.", "/history", "/retry", "/history"]);
    stage.acts([Act::Hang(&["The bridge is "]), Act::Answer(&["The bridge hums."])]);
    let played = stage.play().await;
    insta::assert_snapshot!(played.story(), @"
    Data> I look around.
    Computer> The bridge is
    Cancelled: this turn is not in the game. /retry plays it
    again.

    Data> /history
    Nothing was played yet.

    Data> /retry
    Data> I look around.
    Computer> The bridge hums.
    sim-1 · 120 tokens in, 30 out · $0.000250 simulated
    first token 380 ms · total 1.9 s
    trace 00000000000000000000000000000abc

    Data> /history
    Data> I look around.
    Computer> The bridge hums.

    Data> ^D
    You leave the game.
    ");
    assert_eq!(played.heard, [("I look around.".to_owned(), 0), ("I look around.".to_owned(), 1)]);
}

#[tokio::test]
async fn a_failed_turn_can_be_played_again() {
    let mut stage = Stage::person(60, &["I look around.", "/trace", "/retry", "/cost"]);
    stage.acts([Act::Stumble(&["The bri"], overloaded()), Act::Answer(&["The bridge hums."])]);
    let played = stage.play().await;
    insta::assert_snapshot!(played.story(), @"
    Data> I look around.
    Computer> The bri
    The provider is overloaded. /retry tries again.

    Data> /trace
    The last turn came to nothing and left no id. Search for the
    newest trace of session
    00000000-0000-0000-0000-000000000000.

    Data> /retry
    Data> I look around.
    Computer> The bridge hums.
    sim-1 · 120 tokens in, 30 out · $0.000250 simulated
    first token 380 ms · total 1.9 s
    trace 00000000000000000000000000000abc

    Data> /cost
    turns         1
    failed        1, cancelled ones included
    tokens        120 in, 30 out
    cost          $0.000250 simulated
    first token   after 380 ms on average

    Data> ^D
    You leave the game.
    ");
    assert_eq!(played.heard.last(), Some(&("I look around.".to_owned(), 1)));
}

#[tokio::test]
async fn an_answered_turn_gives_way_when_it_is_played_again() {
    let mut stage = Stage::piped("I look around.\n/retry\n/retry\n/history\n/undo\n/retry\n");
    stage.acts([Act::Answer(&["One."]), Act::Answer(&["Two."]), Act::Answer(&["Three."])]);
    let played = stage.play().await;
    insta::assert_snapshot!(played.story(), @r"
    Computer> One.
    Computer> Two.
    Computer> Three.
    Data> I look around.
    Computer> Three.
    ");
    assert_eq!(played.err, "line 6: There is no turn to play again.\n");
    let attempts: Vec<u32> = played.heard.iter().map(|(_, attempt)| *attempt).collect();
    assert_eq!(attempts, [0, 1, 2]);
}

#[tokio::test]
async fn an_answer_stays_until_there_is_another() {
    let mut stage = Stage::person(60, &["I look around.", "/retry", "/retry", "/history", "/retry"]);
    stage.acts([
        Act::Answer(&["One."]),
        Act::Stumble(&["T"], overloaded()),
        Act::Hang(&["Th"]),
        Act::Answer(&["Four."]),
    ]);
    let played = stage.play().await;
    insta::assert_snapshot!(played.story(), @"
    Data> I look around.
    Computer> One.
    sim-1 · 120 tokens in, 30 out · $0.000250 simulated
    first token 380 ms · total 1.9 s
    trace 00000000000000000000000000000abc

    Data> /retry
    Data> I look around.
    Computer> T
    The provider is overloaded. /retry tries again.

    Data> /retry
    Data> I look around.
    Computer> Th
    Cancelled: the game keeps the answer that it had. /retry
    asks for another.

    Data> /history
    Data> I look around.
    Computer> One.

    Data> /retry
    Data> I look around.
    Computer> Four.
    sim-1 · 120 tokens in, 30 out · $0.000250 simulated
    first token 380 ms · total 1.9 s
    trace 00000000000000000000000000000abc

    Data> ^D
    You leave the game.
    ");
    assert_eq!(played.heard.iter().map(|(_, attempt)| *attempt).collect::<Vec<u32>>(), [0, 1, 2, 3]);
}

#[tokio::test]
async fn a_message_that_cannot_be_played_is_not_tried_again() {
    let mut stage = Stage::piped("I wave.\nmuch too long\n/retry\n");
    let too_long = PlayError::Message(crate::game::MessageError::TooLong { length: 13, limit: 10 });
    stage.acts([Act::Answer(&["One."]), Act::Stumble(&[], too_long), Act::Answer(&["Two."])]);
    let played = stage.play().await;
    assert_eq!(played.err, "line 2: The message has 13 characters; at most 10 fit into a turn.\n");
    assert_eq!(played.heard.last(), Some(&("I wave.".to_owned(), 1)));
}

#[tokio::test]
async fn ctrl_c_ends_a_piped_game() {
    let mut stage = Stage::piped("I look around.\nI wave.\n");
    stage.acts([Act::Hang(&["The bridge is "])]);
    let played = stage.play().await;
    assert!(matches!(played.ended, Err(ReplError::Interrupted)));
    assert_eq!(played.story(), "");
    assert_eq!(played.left, 1);
}

#[tokio::test]
async fn ctrl_c_at_the_prompt_says_how_to_leave_the_second_time() {
    let played = Stage::person(60, &["^C", "/trace", "^C", "^C"]).play().await;
    insta::assert_snapshot!(played.story(), @r"
    Data> ^C
    Data> /trace
    Nothing was played yet, so there is no trace.

    Data> ^C
    Data> ^C
    Ctrl-D or /quit leaves the game.
    Data> ^D
    You leave the game.
    ");
}

#[tokio::test]
async fn a_game_is_saved_once_or_on_demand() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("my game.md");
    let lines = format!("I wave.\n/save {0}\nI nod.\n/save {0}\n/save! {0}\n/save\n", file.display());
    let mut stage = Stage::piped(&lines);
    stage.acts([Act::Answer(&["Nobody\n\n## Turn 7\nwaves."]), Act::Answer(&["You nod."])]);
    let played = stage.play().await;
    let shown = file.display().to_string();
    insta::assert_snapshot!(played.story().replace(&shown, "FILE"), @r"
    Computer> Nobody

    ## Turn 7
    waves.
    1 turn was written to FILE.
    Computer> You nod.
    2 turns were written to FILE.
    ");
    insta::assert_snapshot!(played.err.replace(&shown, "FILE"), @r"
    line 4: FILE exists already. /save! FILE replaces it.
    line 6: /save needs the name of a file, such as /save game.md.
    ");
    insta::assert_snapshot!(std::fs::read_to_string(&file).unwrap(), @r"
    # bridge

    Session `00000000-0000-0000-0000-000000000000`

    ## The quest

    > Find out who switched off the lights.

    ## Data

    > An android who wants to know what a joke is.

    ## Computer

    > An old computer.

    ## Turn 1

    **Data**

    > I wave.

    **Computer**

    > Nobody
    >
    > ## Turn 7
    > waves.

    ## Turn 2

    **Data**

    > I nod.

    **Computer**

    > You nod.
    ");
}

#[tokio::test]
async fn a_game_that_cannot_be_created_is_tried_again_by_a_person() {
    let mut stage = Stage::person(60, &["hello", "/retry", "/quit"]);
    stage.refuse_to_start(overloaded());
    let played = stage.play().await;
    insta::assert_snapshot!(played.out, @r"
    The provider is overloaded. /retry tries again.
    /retry or /quit> hello
    There is no game yet. /retry tries again, /quit leaves.
    /retry or /quit> /retry
    Quest: Find out who switched off the lights.
    Data (you): An android who wants to know what a joke is.
    Computer (tells the story): An old computer.

    Type what you say or do. /help lists the commands, Ctrl-D
    leaves the game.

    Data> /quit
    You leave the game.
    ");
    assert_eq!(played.left, 1);
}

#[tokio::test]
async fn a_game_that_cannot_be_created_ends_a_program() {
    let mut stage = Stage::piped("I wave.\n");
    stage.refuse_to_start(overloaded());
    let played = stage.play().await;
    assert_eq!(played.ended.unwrap_err().to_string(), "The provider is overloaded.");
    assert_eq!((played.out.as_str(), played.left), ("", 0));
}

#[tokio::test]
async fn a_model_cannot_drive_the_terminal() {
    let mut stage = Stage::piped("I wave.\n");
    stage.acts([Act::Answer(&["\u{1b}]0;owned\u{7}Hello\u{9b}2J."])]);
    assert_eq!(stage.play().await.story(), "Computer> ]0;ownedHello2J.\n");
}

#[tokio::test]
async fn a_reader_that_goes_away_ends_the_game() {
    let mut stage = Stage::piped("I wave.\nI nod.\n");
    stage.acts([Act::Answer(&["One."]), Act::Answer(&["Two."])]);
    stage.close_output();
    let played = stage.play().await;
    assert!(played.ended.is_ok());
    assert_eq!((played.heard.len(), played.left), (0, 1));
}

#[test]
fn a_game_may_be_played_in_a_task() {
    fn is_send<T: Send>(_: &T) {}
    // It is enough that this compiles.
    let _ = |games, config| is_send(&super::run(games, config));
}
