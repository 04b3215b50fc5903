//! A scenario on the screen: told, rolled, looked around in, undone and told again.

use crate::llm::{ErrorKind, ModelError};
use crate::play::PlayError;
use crate::repl::Start;

use super::stage::Stage;
use super::tale::Telling;

#[tokio::test]
async fn a_scenario_begins_with_its_prologue_and_shows_each_roll() {
    let stage = Stage::person(80, &["/roll", "/quit"]).scenario([4, 3]);
    let words = Telling::Words("The ring is not where it was a moment ago, and neither are you.");
    let played = stage.tells([words]).play().await;
    insta::assert_snapshot!(played.out, @"
    The Silent Relay
    For forty years Relay Station Keld has passed on whatever the frontier had to
    say: weather, wedding vows, calls for help. Thirty-one hours ago it stopped in
    the middle of a word.

    The runabout drops out of warp two kilometres off. The station turns below you
    with all its windows lit. Nothing is burning and nothing is broken. Six names
    stand on the duty roster, and nobody answers to any of them.

    On the emergency band, very faint and very regular, somebody is tapping.

    The docking ring
    The station fills the window. Its docking ring ought to turn once in ninety
    seconds; it takes eighty-four, and now and then it hesitates, as if it had lost
    count. A guide beam comes on, sweeps past you, and begins to search the empty
    sky on the other side.

    Docking shear: The ring lurches just as the clamps reach for you, and the hull
    begins to sing. Retune the thrusters before the collar twists off. (engineering,
    difficulty 13)
    Try: /roll engineering
    HP 12/12 · The docking ring · alarm 0 (standby)

    Type what you say or do. /help lists the commands, Ctrl-D leaves the game.

    Data> /roll
    The ring is not where it was a moment ago, and neither are you.
      Docking shear (engineering): d20 4 + INT 2 = 6 against 13: failure
      Alarm 1 (standby): Docking shear
      Docking shear hurts: d4 3; HP 9 of 12
    The airlock: The airlock has power and refuses to spend it. Its controller has
    been told that there is nobody outside. (engineering, difficulty 13)
    Try: /roll engineering
    HP 9/12 (-3) · The docking ring · alarm 1 (standby)
    sim-1 · 900 tokens in, 60 out · $0.000250 simulated · first token 380 ms
    total 1.9 s · trace 00000000000000000000000000000abc

    Data> /quit
    You leave the game.
    ");
}

#[tokio::test]
async fn what_costs_no_turn_has_a_footer_only_if_a_model_was_asked() {
    let stage = Stage::person(80, &["I wait.", "/roll stealth", "What is that tapping?", "/cost"]).scenario([]);
    let answer = Telling::Words("You do not know yet.");
    let played = stage.tells([Telling::Words(""), Telling::Words(""), answer]).play().await;
    insta::assert_snapshot!(played.story(), @"
    Data> I wait.
    The ring lurches just as the clamps reach for you, and the hull begins to sing.
    Retune the thrusters before the collar twists off. (engineering, difficulty 13:
    /roll engineering)
    You can look at: Docking ring.
    HP 12/12 · The docking ring · alarm 0 (standby)

    Data> /roll stealth
    Stealth does not help here; roll engineering.

    The ring lurches just as the clamps reach for you, and the hull begins to sing.
    Retune the thrusters before the collar twists off. (engineering, difficulty 13:
    /roll engineering)
    HP 12/12 · The docking ring · alarm 0 (standby)

    Data> What is that tapping?
    You do not know yet.

    The ring lurches just as the clamps reach for you, and the hull begins to sing.
    Retune the thrusters before the collar twists off. (engineering, difficulty 13:
    /roll engineering)
    HP 12/12 · The docking ring · alarm 0 (standby)
    sim-1 · 2 calls · 1800 tokens in, 120 out · $0.000500 simulated
    first token 2.3 s · total 3.8 s · trace 00000000000000000000000000000abc

    Data> /cost
    turns         0
    tokens        1800 in, 120 out
    cost          $0.000500 simulated
    first token   after 380 ms on average

    Data> ^D
    You leave the game.
    ");
}

#[tokio::test]
async fn a_scenario_begins_on_a_narrow_terminal() {
    let played = Stage::person(40, &["look at the docking ring"]).scenario([]).play().await;
    insta::assert_snapshot!(played.out, @"
    The Silent Relay
    For forty years Relay Station Keld has
    passed on whatever the frontier had to
    say: weather, wedding vows, calls for
    help. Thirty-one hours ago it stopped in
    the middle of a word.

    The runabout drops out of warp two
    kilometres off. The station turns below
    you with all its windows lit. Nothing is
    burning and nothing is broken. Six names
    stand on the duty roster, and nobody
    answers to any of them.

    On the emergency band, very faint and
    very regular, somebody is tapping.

    The docking ring
    The station fills the window. Its
    docking ring ought to turn once in
    ninety seconds; it takes eighty-four,
    and now and then it hesitates, as if it
    had lost count. A guide beam comes on,
    sweeps past you, and begins to search
    the empty sky on the other side.

    Docking shear: The ring lurches just as
    the clamps reach for you, and the hull
    begins to sing. Retune the thrusters
    before the collar twists off.
    (engineering, difficulty 13)
    Try: /roll engineering
    HP 12/12 · The docking ring
    alarm 0 (standby)

    Type what you say or do. /help lists the
    commands, Ctrl-D leaves the game.

    Data> look at the docking ring
    A curved gallery with a window for every
    hour of the clock. Suits hang in their
    lockers, all six, helmets polished. In
    the tool cradle lies a hull cutter,
    which a tidy person would have switched
    off.

    You take it: Hull cutter.
      Weapon: Hull cutter
    Try: /roll engineering
    HP 12/12 · The docking ring
    alarm 0 (standby)
    sim-1 · 900 tokens in, 60 out
    $0.000250 simulated · first token 380 ms
    total 1.9 s
    trace 00000000000000000000000000000abc

    Data> ^D
    You leave the game.
    ");
}

#[tokio::test]
async fn answers_fit_a_narrow_terminal() {
    let lines = ["look at the docking ring", "/roll", "/map", "/inventory", "/hint"];
    let played = Stage::person(40, &lines).scenario([15]).play().await;
    let (_, rest) = played.out.split_once("Data> /roll\n").unwrap();
    insta::assert_snapshot!(rest, @"
    You let the runabout fall with the ring
    instead of holding against it. The
    clamps close with the sound of a
    well-made drawer.
      Docking shear (engineering): d20 15
        + INT 2 = 17 against 13: success
    The airlock: The airlock has power and
    refuses to spend it. Its controller has
    been told that there is nobody outside.
    (engineering, difficulty 13)
    Try: /roll engineering
    HP 12/12 · The docking ring
    alarm 0 (standby)
    sim-1 · 900 tokens in, 60 out
    $0.000250 simulated · first token 380 ms
    total 1.9 s
    trace 00000000000000000000000000000abc

    Data> /map
    1.  The docking ring (you are here)
    You can look at: Docking ring (searched)

    Data> /inventory
    Weapon      Phaser (ranged): d20 +3,
                hits for 1d8 +1 (DEX)
    Weapon      Positronic Strike (melee):
                d20 +4, hits for 1d8 +2
                (STR)
    Weapon      Hull cutter (melee): d20 +4,
                hits for 1d10 +2 (STR)
    Worn        Starfleet Tactical Uniform
    Carried     a tricorder, a combadge, a
                padd

    Data> /hint
    The airlock: The airlock has power and
    refuses to spend it. Its controller has
    been told that there is nobody outside.
    (engineering, difficulty 13)
    You can look at: Docking ring (seen).
    Try: /roll engineering

    Data> ^D
    You leave the game.
    ");
}

#[tokio::test]
async fn a_sheet_and_the_help_fit_a_small_terminal() {
    for (command, most) in [("/sheet", 23), ("/help", 23)] {
        let played = Stage::person(80, &[command]).scenario([]).play().await;
        let shown = played.out.split(command).nth(2).or(played.out.split(command).nth(1)).unwrap().to_owned();
        let lines =
            shown.lines().filter(|line| !line.starts_with("Data> ^D") && *line != "You leave the game.").count();
        assert!(lines <= most, "{command} takes {lines} lines");
        assert!(played.out.lines().all(|line| line.chars().count() <= 80), "{}", played.out);
    }
    let played = Stage::person(80, &["/sheet", "/help"]).scenario([]).play().await;
    insta::assert_snapshot!(played.out.split("leaves the game.\n\n").nth(1).unwrap(), @"
    Data> /sheet
    Data, Positronic Operative, level 1
    HP          12 of 12
    Defence     armor class 14, initiative +1
    Abilities   STR 15 (+2), DEX 12 (+1), CON 14 (+2), INT 15 (+2), WIS 10 (+0), CHA
                8 (-1)
    Saves       STR +4*, DEX +1, CON +4*, INT +2, WIS +0, CHA -1 (*trained)
    Skills      command -1, science +2, engineering +2, medical +0, security +2,
                insight +0, athletics +4*, stealth +1, investigation +4*
    Attack      Phaser +3, hits for 1d8 +1 (DEX)
    Attack      Positronic Strike +4, hits for 1d8 +2 (STR)
    Feature     Self-Repair Cycle (1 left): Damaged circuits are routed around: 1d10
                + level hit points come back, once.
    Feature     Subroutine Focus: One subroutine does nothing but watch for incoming
                fire: +1 armor class, already counted.
    Conditions  none

    Data> /help
    /help            shows this list
    /quest           tells what there is to do
    /who             tells who you are and who is here
    /sheet           shows your character: points, skills, features
    /inventory       shows what you carry and what your weapons do
    /map             shows where you are and where you can look
    /clues           tells what you found out
    /hint            tells what the game waits for and how to go on
    /roll [SKILL]    rolls what is waiting; without a skill with your best
    /approach NAME   chooses a way to solve the scene
    /history         shows what was played
    /undo            takes the last turn back
    /retry           tells the last turn in other words; the dice stay
    /save FILE       writes what was played to a new Markdown file
    /save! FILE      the same, and replaces the file if there is one
    /load [ID]       goes on with another game; without an id, lists them
    /sessions        lists the games that were played last
    /cost            adds up what you played: tokens, cost, waiting time
    /trace           shows where the last turn can be watched
    /quit            leaves the game; so do Ctrl-D, exit and quit

    Everything else is what you say or do. Ctrl-C stops an answer.

    Data> ^D
    You leave the game.
    ");
}

#[tokio::test]
async fn what_cannot_be_told_is_told_plainly_and_again() {
    let stage = Stage::person(80, &["/roll", "/retry", "/undo", "/undo", "/retry"]).scenario([15, 15]);
    let words = Telling::Words("The clamps close as if nothing had ever been wrong.");
    let played = stage.tells([Telling::Stopgap(ErrorKind::RateLimited), words]).play().await;
    insta::assert_snapshot!(played.story(), @"
    Data> /roll
    You let the runabout fall with the ring instead of holding against it. The
    clamps close with the sound of a well-made drawer.
    The storyteller could not be reached (rate limited), so the game told it
    plainly. /retry asks for its words; the dice stay.
      Docking shear (engineering): d20 15 + INT 2 = 17 against 13: success
    The airlock: The airlock has power and refuses to spend it. Its controller has
    been told that there is nobody outside. (engineering, difficulty 13)
    Try: /roll engineering
    HP 12/12 · The docking ring · alarm 0 (standby)

    Data> /retry
    Data> /roll
    The clamps close as if nothing had ever been wrong.
      Docking shear (engineering): d20 15 + INT 2 = 17 against 13: success
    Try: /roll engineering
    HP 12/12 · The docking ring · alarm 0 (standby)
    sim-1 · 900 tokens in, 60 out · $0.000250 simulated · first token 380 ms
    total 1.9 s · trace 00000000000000000000000000000abc

    Data> /undo
    Taken back: /roll
    Docking shear: The ring lurches just as the clamps reach for you, and the hull
    begins to sing. Retune the thrusters before the collar twists off. (engineering,
    difficulty 13)
    Try: /roll engineering
    HP 12/12 · The docking ring · alarm 0 (standby)

    Data> /undo
    There is no turn to take back.

    Data> /retry
    There is no turn to play again.

    Data> ^D
    You leave the game.
    ");
}

#[tokio::test]
async fn a_lost_order_can_be_given_again() {
    let lines = ["/roll", "/retry", "/retry", "/trace"];
    let stage = Stage::person(60, &lines).scenario([15]);
    let busy = PlayError::Model(ModelError::new(ErrorKind::Unavailable, "the provider is overloaded"));
    let stage = stage.tells([Telling::Hang("The ring lurches and "), Telling::Stumble(busy)]);
    let tale = std::sync::Arc::clone(&stage.tale);
    let played = stage.play().await;
    insta::assert_snapshot!(played.story(), @"
    Data> /roll
    The ring lurches and
    Cancelled: this turn is not in the game. /retry plays it
    again.

    Data> /retry
    Data> /roll
    The provider is overloaded. /retry tries again.

    Data> /retry
    Data> /roll
    You let the runabout fall with the ring instead of holding
    against it. The clamps close with the sound of a well-made
    drawer.
      Docking shear (engineering): d20 15 + INT 2 = 17 against
        13: success
    The airlock: The airlock has power and refuses to spend it.
    Its controller has been told that there is nobody outside.
    (engineering, difficulty 13)
    Try: /roll engineering
    HP 12/12 · The docking ring · alarm 0 (standby)
    sim-1 · 900 tokens in, 60 out · $0.000250 simulated
    first token 380 ms · total 1.9 s
    trace 00000000000000000000000000000abc

    Data> /trace
    The last turn is trace 00000000000000000000000000000abc.
    The server's console shows traces in the browser: end this
    game, start `zeroth`, and open /console. A backend of yours
    finds it by this id, and OTEL_TRACES_EXPORTER=console shows
    it here. It tells the call of the model, the name of its
    prompt, tokens, cost and time; logs of the turn carry it as
    trace_id.

    Data> ^D
    You leave the game.
    ");
    let heard: Vec<(String, u32)> =
        tale.script().heard.iter().map(|(text, _, attempt)| (text.clone(), *attempt)).collect();
    assert_eq!(heard, [("/roll".to_owned(), 0), ("/roll".to_owned(), 1), ("/roll".to_owned(), 2)]);
}

#[tokio::test]
async fn somebody_elses_turn_is_explained() {
    let stage = Stage::piped("/roll\n/roll\n").scenario([15]);
    let played = stage.tells([Telling::Stumble(PlayError::Conflict { turn: Some(3) })]).play().await;
    assert_eq!(
        played.err,
        "line 1: Someone else played a turn of this game at the same time. Look at it with /history, then go on.\n"
    );
    assert!(played.story().contains("d20 15 + INT 2 = 17 against 13: success"), "{}", played.out);
}

#[tokio::test]
async fn a_program_gets_the_story_the_dice_and_what_is_waiting() {
    let lines = "# a comment\nlook at the lockers\n/roll\n/dance\n/clues\n/history\n";
    let played = Stage::piped(lines).scenario([15]).play().await;
    insta::assert_snapshot!(played.out, @"
    The Silent Relay
    For forty years Relay Station Keld has passed on whatever the frontier had to say: weather, wedding vows, calls for help. Thirty-one hours ago it stopped in the middle of a word.

    The runabout drops out of warp two kilometres off. The station turns below you with all its windows lit. Nothing is burning and nothing is broken. Six names stand on the duty roster, and nobody answers to any of them.

    On the emergency band, very faint and very regular, somebody is tapping.
    The docking ring
    The station fills the window. Its docking ring ought to turn once in ninety seconds; it takes eighty-four, and now and then it hesitates, as if it had lost count. A guide beam comes on, sweeps past you, and begins to search the empty sky on the other side.
    Docking shear: The ring lurches just as the clamps reach for you, and the hull begins to sing. Retune the thrusters before the collar twists off. (engineering, difficulty 13)
    A curved gallery with a window for every hour of the clock. Suits hang in their lockers, all six, helmets polished. In the tool cradle lies a hull cutter, which a tidy person would have switched off.

    You take it: Hull cutter.
      Weapon: Hull cutter
    You let the runabout fall with the ring instead of holding against it. The clamps close with the sound of a well-made drawer.
      Docking shear (engineering): d20 15 + INT 2 = 17 against 13: success
    The airlock: The airlock has power and refuses to spend it. Its controller has been told that there is nobody outside. (engineering, difficulty 13)
    You have found out nothing yet. Looking at places and talking to people helps; /map names them.
    Data> look at the lockers
    A curved gallery with a window for every hour of the clock. Suits hang in their lockers, all six, helmets polished. In the tool cradle lies a hull cutter, which a tidy person would have switched off.

    You take it: Hull cutter.
      Weapon: Hull cutter
    Data> /roll
    You let the runabout fall with the ring instead of holding against it. The clamps close with the sound of a well-made drawer.
      Docking shear (engineering): d20 15 + INT 2 = 17 against 13: success
    ");
    assert_eq!(played.err, "line 4: There is no command /dance; /help lists those that there are.\n");
    assert_eq!(played.ended.unwrap_err().to_string(), "1 of 5 lines could not be played");
}

#[tokio::test]
async fn dice_are_coloured_only_where_colour_is_on() {
    let lines = ["/roll", "/roll"];
    let played = Stage::person(80, &lines).scenario([15, 2]).coloured().play().await;
    assert!(played.out.contains("  \u{1b}[32mDocking shear (engineering): d20 15 + INT 2"), "{}", played.out);
    assert!(played.out.contains("  \u{1b}[31mThe airlock (engineering): d20 2 + INT 2"), "{}", played.out);
    let plain = Stage::person(80, &lines).scenario([15, 2]).play().await;
    assert!(!plain.out.contains('\u{1b}'));
}

#[tokio::test]
async fn an_unknown_scenario_ends_the_program_with_the_known_ones() {
    let played = Stage::person(80, &[]).starting(Start::Scenario("atlantis".to_owned())).play().await;
    let error = played.ended.unwrap_err();
    assert!(error.is_usage());
    assert_eq!(error.to_string(), "There is no scenario \"atlantis\"; choose one of: night-mail, silent-relay.");
}

#[tokio::test]
async fn a_scenario_is_saved_with_its_dice() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("relay.md");
    let lines = format!("/roll\nI wait.\n/save {}\n", file.display());
    let played = Stage::piped(&lines).scenario([15]).play().await;
    assert!(played.ended.is_ok(), "{}", played.err);
    let text = std::fs::read_to_string(&file).unwrap();
    let (_, turns) = text.split_once("\n## Turn").unwrap();
    insta::assert_snapshot!(turns, @"
     1

    **Data**

    > /roll

    **Story**

    > You let the runabout fall with the ring instead of holding against it. The clamps close with the sound of a well-made drawer.

    **Dice**

    > Docking shear (engineering): d20 15 + INT 2 = 17 against 13: success
    ");
}
