//! A scenario to its end, and a fight.

use super::stage::Stage;

/// The way to the last scene: every hazard and check goes well.
const TO_THE_CORE: [&str; 8] = ["/roll"; 8];

#[tokio::test]
async fn a_scenario_ends_with_words() {
    let lines: Vec<&str> =
        TO_THE_CORE.into_iter().chain(["/approach diplomacy", "/roll insight", "/roll", "/hint", "/clues"]).collect();
    let stage = Stage::person(80, &lines).scenario([15; 9]);
    let tale = std::sync::Arc::clone(&stage.tale);
    let played = stage.play().await;
    let (_, end) = played.out.split_once("Data> /approach diplomacy").unwrap();
    insta::assert_snapshot!(end, @r#"

    You choose: Diplomacy.

    Answer it. It has listened for forty years and has never once been spoken to.
    (insight or command, difficulty 13: /roll insight)
    You can look at: Core chamber. You can talk to: The Listener.
    Try: /roll insight · /roll command
    HP 12/12 · The core · alarm 0 (standby)

    Data> /roll insight
    You tell it what was in the order to purge the filter, and what was not: nobody
    knew that there was anybody to ask. The light leans closer. *Then ask,* says a
    voice, and this time it is only one.

    The room holds its breath. Then, far above you, one of the washed cups in
    Operations rattles on its shelf: the ring is turning again, once in ninety
    seconds, exactly.

    The lamps go up by a tenth, all over the station, the way a person straightens
    after putting down something heavy. In the med bay five sleepers turn over and
    complain about the light.

    Keld sends again before you have reached the airlock. The first message is the
    one that broke off, and now it has its last word: "we are *here*." The second is
    a request to Starfleet Command, politely worded, for somebody to talk to. You
    sign it as a witness.
      Diplomacy (insight): d20 15 + WIS 0 = 15 against 13: success
      Outcome: peaceful
    The end: Somebody Answers (peaceful, turn 9)
    This story is over. /sheet, /clues and /history look back, /save FILE keeps it,
    /undo takes the last turn back.
    HP 12/12 · After the silence · alarm 0 (standby) · over: peaceful
    sim-1 · 900 tokens in, 60 out · $0.000250 simulated · first token 380 ms
    total 1.9 s · trace 00000000000000000000000000000abc

    Data> /roll
    This scenario is over: peaceful. /undo takes the last turn back, /load ID goes
    on with another game, /quit leaves.

    Data> /hint
    This story is over: peaceful. /undo takes the last turn back.

    Data> /clues
    You have found out nothing yet. Looking at places and talking to people helps;
    /map names them.

    Data> ^D
    You leave the game.
    "#);
    let heard = tale.script().heard.iter().any(|(_, approach, _)| approach.as_deref() == Some("diplomacy"));
    assert!(heard, "the approach goes beside the text");
}

#[tokio::test]
async fn a_choice_of_approaches_fits_a_narrow_terminal() {
    let played = Stage::person(40, &TO_THE_CORE).scenario([15; 8]).play().await;
    let (_, choice) = played.out.rsplit_once(": success\n").unwrap();
    insta::assert_snapshot!(choice, @"
    How do you go about it?
    approach diplomacy  Answer it. It has
                        listened for forty
                        years and has never
                        once been spoken to.
                        (command or insight,
                        difficulty 13)
    approach science    Build a partition
                        around the pattern,
                        wide enough to live
                        in, and close it
                        before it is
                        frightened. (science
                        or engineering,
                        difficulty 13)
    approach force      Get past the drone
                        and pull the core's
                        primary couplings.
                        (a fight)
    HP 12/12 · The core · alarm 0 (standby)
    sim-1 · 900 tokens in, 60 out
    $0.000250 simulated · first token 380 ms
    total 1.9 s
    trace 00000000000000000000000000000abc

    Data> ^D
    You leave the game.
    ");
}

#[tokio::test]
async fn a_fight_is_played_in_rounds() {
    let lines: Vec<&str> =
        TO_THE_CORE.into_iter().chain(["/approach force", "/attack with phaser", "defend", "/undo"]).collect();
    let falls = [15; 8].into_iter().chain([12, 8]).chain([14, 5, 11, 3]).chain([4, 9]);
    let played = Stage::person(80, &lines).scenario(falls).play().await;
    let (_, fight) = played.out.split_once("Data> /approach force").unwrap();
    insta::assert_snapshot!(fight, @"

    The drone drops onto six legs and puts itself between you and the light. Its
    lens is not red. It is the pale blue of the sickbay lamps, and it does not
    blink.
      A fight against the security drone
      Initiative of Data: d20 12 + DEX 1 = 13
      Initiative of the security drone: d20 8 + DEX 2 = 10
      Alarm 1 (standby): the noise of a fight
      Round 1
    Round 1, against the security drone (11 of 11). It is your turn.
    Try: attack with phaser · attack with positronic strike · defend · talk
    withdraw
    HP 12/12 · The core · alarm 1 (standby) · round 1
    sim-1 · 900 tokens in, 60 out · $0.000250 simulated · first token 380 ms
    total 1.9 s · trace 00000000000000000000000000000abc

    Data> /attack with phaser
    Phaser hits the security drone for 6.

    The security drone uses Stun Pulse.
      Data attacks the security drone with Phaser: d20 14 + DEX 1 + proficiency 2
        = 17 against 13: hit; d8 5 + DEX 1 = 6; the security drone 5 of 11
      The security drone uses Stun Pulse
      CON save against Stun Pulse: d20 11 + CON 2 + proficiency 2 = 15 against 12:
        success
      Round 2
    Round 2, against the security drone (5 of 11). It is your turn.
    Try: attack with phaser · attack with positronic strike · defend · talk
    withdraw
    HP 12/12 · The core · alarm 1 (standby) · round 2
    sim-1 · 900 tokens in, 60 out · $0.000250 simulated · first token 380 ms
    total 1.9 s · trace 00000000000000000000000000000abc

    Data> defend
    You take cover.

    The security drone misses you with an arc lash.
      Defends: attacks have disadvantage until the next turn
      Stun Pulse recharges: d6 3 against 5: failure
      The security drone attacks Data with an arc lash: d20 4 (disadvantage, [4,
        9]) + attack bonus 4 = 8 against 14: miss
      Round 3
    Round 3, against the security drone (5 of 11). It is your turn.
    Try: attack with phaser · attack with positronic strike · defend · talk
    withdraw
    HP 12/12 · The core · alarm 1 (standby) · round 3
    sim-1 · 900 tokens in, 60 out · $0.000250 simulated · first token 380 ms
    total 1.9 s · trace 00000000000000000000000000000abc

    Data> /undo
    Taken back: defend
    Round 2, against the security drone (5 of 11). It is your turn.
    Try: attack with phaser · attack with positronic strike · defend · talk
    withdraw
    HP 12/12 · The core · alarm 1 (standby) · round 2

    Data> ^D
    You leave the game.
    ");
}
