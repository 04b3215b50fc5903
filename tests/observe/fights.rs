//! Fights as spans: whole in one turn, or spread over many.

use zeroth::game::scenario::Pace;

use crate::relay::Relay;
use crate::stage::{Manner, told, within};
use crate::trace::attribute;

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a fight is long, and this is all of it")]
async fn an_approach_that_fails_stands_beside_the_fight_that_comes_of_it() {
    let relay = Relay::at_the_core(Manner::Plain, Pace::Automatic).await;
    relay.order("approach diplomacy", &[]).await;
    relay.stage.recorder.clear();
    let played = relay.order("/roll command", &[3, 15, 10, 8, 10, 3, 15, 8, 12, 15, 8]).await;
    insta::assert_snapshot!(played.log.join("\n"), @"
    Diplomacy (command): d20 3 - CHA 1 = 2 against 13: failure
    Alarm 1 (standby): Diplomacy
    A fight against the security drone
    Initiative of Data: d20 15 + DEX 1 = 16
    Initiative of the security drone: d20 10 + DEX 2 = 12
    Alarm 2 (standby): the noise of a fight
    Round 1
    Data attacks the security drone with Positronic Strike: d20 8 + STR 2 + proficiency 2 = 12 against 13: miss
    The security drone attacks Data with an arc lash: d20 10 + attack bonus 4 = 14 against 14: hit
    The security drone hurts: d6 3 + bonus 2 = 5; HP 7 of 12
    Round 2
    Data attacks the security drone with Positronic Strike: d20 15 + STR 2 + proficiency 2 = 19 against 13: hit; d8 8 + STR 2 = 10; the security drone 1 of 11
    The security drone uses Stun Pulse
    CON save against Stun Pulse: d20 12 + CON 2 + proficiency 2 = 16 against 12: success
    Round 3
    Data attacks the security drone with Positronic Strike: d20 15 + STR 2 + proficiency 2 = 19 against 13: hit; d8 8 + STR 2 = 10; the security drone 0 of 11
    The security drone falls
    The fight is over after round 3: won
    Outcome: force
    ");
    insta::assert_snapshot!(relay.stage.recorder.outline(), @"
    invoke_agent Game Master
      SELECT sessions
      approach
      combat
        combat.round
        combat.round
        combat.round
      chat speaker-1
        POST
      INSERT turns
    ");
    insta::assert_snapshot!(told(&relay.stage.span("approach")), @r#"
    zeroth.approach.id = diplomacy
    zeroth.log = ["Diplomacy (command): d20 3 - CHA 1 = 2 against 13: failure","Alarm 1 (standby): Diplomacy"]
    zeroth.outcome = force
    zeroth.roll.advantage = none
    zeroth.roll.critical = false
    zeroth.roll.dc = 13
    zeroth.roll.dice = 1d20
    zeroth.roll.fumble = false
    zeroth.roll.modifier.names = ["CHA"]
    zeroth.roll.modifier.values = [-1]
    zeroth.roll.naturals = [3]
    zeroth.roll.outcome = failure
    zeroth.roll.purpose = check
    zeroth.roll.total = 2
    zeroth.scene = scene_3_core
    zeroth.skill = command
    "#);
    insta::assert_snapshot!(told(&relay.stage.span("combat")), @r#"
    zeroth.combat.end = won
    zeroth.combat.foes = ["the security drone"]
    zeroth.combat.rounds = 3
    zeroth.log = ["A fight against the security drone","Initiative of Data: d20 15 + DEX 1 = 16","Initiative of the security drone: d20 10 + DEX 2 = 12","Alarm 2 (standby): the noise of a fight","The fight is over after round 3: won"]
    zeroth.outcome = force
    zeroth.player.hp = 7
    zeroth.player.max_hp = 12
    zeroth.scene = scene_3_core
    "#);
    let spans = relay.stage.recorder.spans();
    let mut rounds: Vec<_> = spans.iter().filter(|span| span.name == "combat.round").collect();
    rounds.sort_by_key(|round| round.start_time);
    let lines: Vec<String> = rounds.iter().map(|round| told(round)).collect();
    insta::assert_snapshot!(lines.join("\n\n"), @r#"
    zeroth.combat.round = 1
    zeroth.log = ["Round 1","Data attacks the security drone with Positronic Strike: d20 8 + STR 2 + proficiency 2 = 12 against 13: miss","The security drone attacks Data with an arc lash: d20 10 + attack bonus 4 = 14 against 14: hit","The security drone hurts: d6 3 + bonus 2 = 5; HP 7 of 12"]
    zeroth.outcome = force
    zeroth.player.hp = 7
    zeroth.player.max_hp = 12
    zeroth.scene = scene_3_core

    zeroth.combat.round = 2
    zeroth.log = ["Round 2","Data attacks the security drone with Positronic Strike: d20 15 + STR 2 + proficiency 2 = 19 against 13: hit; d8 8 + STR 2 = 10; the security drone 1 of 11","The security drone uses Stun Pulse","CON save against Stun Pulse: d20 12 + CON 2 + proficiency 2 = 16 against 12: success"]
    zeroth.outcome = force
    zeroth.scene = scene_3_core

    zeroth.combat.round = 3
    zeroth.log = ["Round 3","Data attacks the security drone with Positronic Strike: d20 15 + STR 2 + proficiency 2 = 19 against 13: hit; d8 8 + STR 2 = 10; the security drone 0 of 11","The security drone falls"]
    zeroth.outcome = force
    zeroth.scene = scene_3_core
    "#);
    let fight = relay.stage.span("combat");
    assert!(within(&fight, played.settled));
    for pair in rounds.windows(2) {
        assert!(pair[0].end_time <= pair[1].start_time, "rounds follow each other");
    }
    assert!(rounds.iter().all(|round| within(round, (fight.start_time, fight.end_time))));
    assert!(relay.stage.span("approach").end_time <= fight.start_time);
}

#[tokio::test]
async fn a_turn_that_goes_on_with_a_fight_has_one_too() {
    let relay = Relay::at_the_core(Manner::Plain, Pace::Rounds).await;
    relay.order("approach force", &[15, 10]).await;
    let begun = relay.stage.span("combat");
    assert_eq!(attribute(&begun, "zeroth.combat.end"), None, "it goes on");
    insta::assert_snapshot!(relay.stage.recorder.outline(), @"
    invoke_agent Game Master
      SELECT sessions
      combat
      chat speaker-1
        POST
      INSERT turns
    ");
    relay.stage.recorder.clear();
    relay.order("attack with phaser", &[10, 5, 12]).await;
    insta::assert_snapshot!(told(&relay.stage.span("combat")), @r#"
    zeroth.combat.foes = ["the security drone"]
    zeroth.combat.rounds = 2
    zeroth.scene = scene_3_core
    "#);
    insta::assert_snapshot!(told(&relay.stage.span("combat.round")), @r#"
    zeroth.combat.round = 1
    zeroth.log = ["Data attacks the security drone with Phaser: d20 10 + DEX 1 + proficiency 2 = 13 against 13: hit; d8 5 + DEX 1 = 6; the security drone 5 of 11","The security drone uses Stun Pulse","CON save against Stun Pulse: d20 12 + CON 2 + proficiency 2 = 16 against 12: success"]
    zeroth.scene = scene_3_core
    "#);
    relay.stage.recorder.clear();
    relay.order("talk", &[17]).await;
    insta::assert_snapshot!(told(&relay.stage.span("combat")), @r#"
    zeroth.combat.end = talked
    zeroth.combat.foes = ["the security drone"]
    zeroth.combat.rounds = 2
    zeroth.log = ["The fight is over after round 2: talked down"]
    zeroth.outcome = peaceful
    zeroth.scene = scene_3_core
    "#);
    insta::assert_snapshot!(told(&relay.stage.span("combat.round")), @r#"
    zeroth.combat.round = 2
    zeroth.log = ["Talking to the security drone (command): d20 17 - CHA 1 = 16 against 16: success"]
    zeroth.outcome = peaceful
    zeroth.scene = scene_3_core
    "#);
}

#[tokio::test]
async fn healing_is_a_step_wherever_it_happens() {
    let relay = Relay::new(Manner::Plain, Pace::Automatic).await;
    relay.order("/roll", &[2, 3]).await;
    relay.stage.recorder.clear();
    relay.order("self-repair", &[4]).await;
    insta::assert_snapshot!(told(&relay.stage.span("roll")), @r#"
    zeroth.log = ["Self-Repair Cycle: d10 4 + level 1 = 5; HP 12 of 12"]
    zeroth.player.hp = 12
    zeroth.player.max_hp = 12
    zeroth.roll.advantage = none
    zeroth.roll.critical = false
    zeroth.roll.dice = 1d10
    zeroth.roll.fumble = false
    zeroth.roll.modifier.names = ["level"]
    zeroth.roll.modifier.values = [1]
    zeroth.roll.naturals = [4]
    zeroth.roll.outcome = rolled
    zeroth.roll.purpose = healing
    zeroth.roll.total = 5
    zeroth.scene = scene_1_approach
    "#);
    relay.stage.recorder.clear();

    let relay = Relay::at_the_core(Manner::Plain, Pace::Rounds).await;
    relay.order("approach force", &[15, 10]).await;
    relay.order("attack with phaser", &[10, 5, 12]).await;
    relay.order("attack", &[2, 1, 15, 6]).await;
    relay.stage.recorder.clear();
    relay.order("self-repair", &[6, 1, 2]).await;
    insta::assert_snapshot!(relay.stage.recorder.outline(), @"
    invoke_agent Game Master
      SELECT sessions
      combat
        combat.round
      chat speaker-1
        POST
      INSERT turns
    ");
    insta::assert_snapshot!(told(&relay.stage.span("combat.round")), @r#"
    zeroth.combat.round = 3
    zeroth.log = ["Self-Repair Cycle: d10 6 + level 1 = 7; HP 11 of 12","Stun Pulse recharges: d6 1 against 5: failure","The security drone attacks Data with an arc lash: d20 2 + attack bonus 4 = 6 against 14: miss"]
    zeroth.player.hp = 11
    zeroth.player.max_hp = 12
    zeroth.scene = scene_3_core
    "#);
}
