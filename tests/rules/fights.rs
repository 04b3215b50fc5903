//! Fights, turn by turn: choices, several foes, powers, the ways out.

use zeroth::game::rules::Condition;
use zeroth::game::scenario::{CombatEnd, Fact, Outcome, Pace, Pending, Ruling};

use crate::table::{Table, at_the_core, pack};

fn end(facts: &[Fact]) -> Option<CombatEnd> {
    facts.iter().find_map(|fact| if let Fact::CombatEnded { end, .. } = fact { Some(*end) } else { None })
}

/// The relay's fight with the player to choose first: 16 against 12.
fn fight() -> Table {
    let mut table = at_the_core(Pace::Rounds);
    table.approach("force", &[15, 10]);
    assert!(matches!(table.pending(), Pending::Combat { round: 1, .. }));
    table
}

#[test]
fn each_turn_is_a_choice() {
    let mut table = fight();
    let prompt = table.say("What can I do?", &[]);
    assert!(!prompt.spent);
    assert_eq!(
        zeroth::game::scenario::narration(&prompt.facts),
        "Round 1, against the security drone (11 of 11). Your turn: attack with phaser, attack with positronic strike, \
         defend, talk, withdraw."
    );
    // The phaser uses DEX. The drone has lost more than half, and pulses; Data keeps it off.
    let step = table.say("attack with phaser", &[10, 5, 12]);
    insta::assert_snapshot!(step.log().join("\n"), @"
    Data attacks the security drone with Phaser: d20 10 + DEX 1 + proficiency 2 = 13 against 13: hit; d8 5 + DEX 1 = 6; the security drone 5 of 11
    The security drone uses Stun Pulse
    CON save against Stun Pulse: d20 12 + CON 2 + proficiency 2 = 16 against 12: success
    Round 2
    ");
    // The strike uses STR and misses; the pulse does not recharge; the drone hits.
    let step = table.say("attack the drone with the strike", &[8, 4, 10, 3]);
    insta::assert_snapshot!(step.log().join("\n"), @"
    Data attacks the security drone with Positronic Strike: d20 8 + STR 2 + proficiency 2 = 12 against 13: miss
    Stun Pulse recharges: d6 4 against 5: failure
    The security drone attacks Data with an arc lash: d20 10 + attack bonus 4 = 14 against 14: hit
    The security drone hurts: d6 3 + bonus 2 = 5; HP 7 of 12
    Round 3
    ");
    assert_eq!((table.hp(), table.state.turn_number), (7, 11));
}

#[test]
fn defending_gives_attacks_disadvantage_until_the_next_turn() {
    let mut table = fight();
    table.say("attack with phaser", &[10, 5, 12]);
    let step = table.say("defend", &[1, 18, 3]);
    assert_eq!(
        step.log()[2],
        "The security drone attacks Data with an arc lash: d20 3 (disadvantage, [18, 3]) + attack bonus 4 = 7 against 14: miss"
    );
    let step = table.say("attack", &[2, 1, 18, 1]);
    assert!(step.log()[2].contains("d20 18 + attack bonus 4"), "{:?}", step.log());
}

#[test]
fn self_repair_is_a_turn_and_works_once() {
    let mut table = fight();
    assert_eq!(table.refused("heal").to_string(), "nothing is damaged; Self-Repair Cycle stays ready");
    table.say("attack with phaser", &[10, 5, 12]);
    table.say("attack", &[2, 1, 15, 6]);
    assert_eq!(table.hp(), 4);
    let step = table.say("repair cycle", &[6, 1, 2]);
    assert_eq!(step.log()[0], "Self-Repair Cycle: d10 6 + level 1 = 7; HP 11 of 12");
    assert_eq!(table.refused("second wind"), Ruling::Spent { feature: "Self-Repair Cycle".to_owned() });
}

#[test]
fn a_drone_can_be_talked_down() {
    let mut table = fight();
    let step = table.say("talk to the drone", &[10, 2]);
    assert_eq!(step.log()[0], "Talking to the security drone (command): d20 10 - CHA 1 = 9 against 16: failure");
    let step = table.say("talk", &[17]);
    assert_eq!(end(&step.facts), Some(CombatEnd::Talked));
    assert_eq!(table.outcome(), Some(Outcome::Peaceful));
}

#[test]
fn withdrawing_costs_a_blow_and_leaves_the_choice_again() {
    let mut table = fight();
    table.say("attack with phaser", &[10, 5, 12]);
    let alarm = table.state.alarm;
    let step = table.say("withdraw", &[10, 2]);
    assert_eq!(end(&step.facts), Some(CombatEnd::Withdrawn));
    assert_eq!((table.hp(), table.state.alarm), (8, alarm + 1));
    assert!(matches!(table.pending(), Pending::Approach { .. }));
    assert_eq!(table.refused("withdraw"), Ruling::NoFight);
    // Who goes back finds the drone as it was left.
    table.say("attack", &[15, 10, 5, 12]);
    let Pending::Combat { foes, .. } = table.pending() else { panic!() };
    assert_eq!((foes[0].hp, foes.len()), (5, 1));
}

#[test]
fn withdrawing_can_be_the_last_thing_one_does() {
    let mut table = fight();
    table.say("attack with phaser", &[10, 5, 12]);
    table.say("attack", &[2, 1, 20, 3, 3]);
    assert_eq!(table.hp(), 4);
    let step = table.say("flee", &[19, 2]);
    assert_eq!((end(&step.facts), table.outcome()), (Some(CombatEnd::Lost), Some(Outcome::Defeated)));
}

#[test]
fn what_cannot_be_done_is_refused_and_costs_nothing() {
    let mut table = fight();
    assert_eq!(table.refused("attack the moon").name(), "unknown_target");
    assert_eq!(
        table.refused("attack with a spoon").to_string(),
        "there is no weapon \"a spoon\" at hand; there is Phaser and Positronic Strike"
    );
    assert_eq!(table.refused("look around"), Ruling::InFight);
    assert_eq!(table.refused("approach diplomacy"), Ruling::InFight);
    assert_eq!(table.refused("stand up"), Ruling::Standing);
    let mut table = Table::new("silent-relay", Pace::Rounds);
    assert_eq!(table.refused("attack").to_string(), "not yet: first Docking shear (/roll engineering)");
}

#[test]
fn a_stunned_player_is_not_asked() {
    let mut table = fight();
    // The pulse hits; from now on the drone has advantage and nobody asks the player, to the end.
    let step = table.say("attack", &[10, 4, 1, 1, 15, 3, 6, 1, 15, 3, 6]);
    assert_eq!(step.facts.iter().filter(|fact| matches!(fact, Fact::LostTurn { .. })).count(), 2);
    assert_eq!(table.outcome(), Some(Outcome::Defeated));
}

#[test]
fn a_high_alarm_brings_a_second_foe_and_each_has_its_own_turn() {
    let mut table = at_the_core(Pace::Rounds);
    table.state.alarm = 6;
    // Data 4, the first drone 17, the second 12: both act before the player, and neither pulses before it is hurt.
    let step = table.approach("force", &[3, 15, 10, 2, 2]);
    insta::assert_snapshot!(step.log().join("\n"), @"
    A fight against the security drone 1 and the security drone 2
    Initiative of the security drone 1: d20 15 + DEX 2 = 17
    Initiative of the security drone 2: d20 10 + DEX 2 = 12
    Initiative of Data: d20 3 + DEX 1 = 4
    Alarm 7 (lockdown): the noise of a fight
    Round 1
    The security drone 1 attacks Data with an arc lash: d20 2 + attack bonus 4 = 6 against 14: miss
    The security drone 2 attacks Data with an arc lash: d20 2 + attack bonus 4 = 6 against 14: miss
    ");
    let step = table.say("attack drone 2 with phaser", &[20, 4, 5, 2, 12]);
    assert_eq!(
        step.log()[0],
        "Data attacks the security drone 2 with Phaser: d20 20 + DEX 1 + proficiency 2 = 23 against 13: hit, a natural 20; \
         2d8 9 (4 + 5) + DEX 1 = 10; the security drone 2 1 of 11"
    );
    assert_eq!(table.refused("attack drone").name(), "unknown_target", "there are two");
    // Without a target, the one that has least left; the other is still there.
    let step = table.say("attack", &[18, 2, 2]);
    assert!(step.log().contains(&"The security drone 2 falls".to_owned()), "{:?}", step.log());
    assert_eq!(table.outcome(), None);
}

#[test]
fn who_lies_fights_worse_until_they_stand_up() {
    let mut table = Table::new("night-mail", Pace::Rounds);
    for falls in [&[15][..], &[15], &[15]] {
        table.say("/roll", falls);
    }
    // Ines 3, the man in grey 15, the hound 22: Pounce throws her, the man in grey misses.
    table.say("approach arrest", &[1, 12, 20, 2, 2]);
    assert!(table.state.player.conditions.any(|condition| condition == Condition::Prone));
    let step = table.say("attack the hound with the umbrella", &[18, 2, 1, 2, 3]);
    assert!(step.log()[0].contains("d20 2 (disadvantage, [18, 2])"), "{:?}", step.log());
    let step = table.say("stand up", &[]);
    assert_eq!((step.spent, step.log()), (false, vec!["Stands up".to_owned()]));
    let step = table.say("attack the hound with the umbrella", &[18, 4, 3]);
    assert!(step.log()[0].contains("d20 18 + DEX 2"), "{:?}", step.log());
    assert!(step.log().contains(&"The hound falls".to_owned()), "{:?}", step.log());
}

#[test]
fn a_scene_in_between_can_be_won_by_force_and_the_story_goes_on() {
    let mut pack = pack("night-mail");
    pack.adversaries.iter_mut().for_each(|adversary| adversary.hp = 1);
    let mut table = Table::of(pack, Pace::Automatic);
    for falls in [&[15][..], &[15], &[15]] {
        table.say("/roll", falls);
    }
    let step = table.approach("arrest", &[20, 1, 1, 15, 5, 15, 15, 5]);
    assert_eq!(end(&step.facts), Some(CombatEnd::Won));
    assert_eq!((table.state.scene.as_str(), table.outcome()), ("mail_van", None));
}
