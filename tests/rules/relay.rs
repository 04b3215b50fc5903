//! The Silent Relay, from the docking ring to each of its four endings, with the numbers that the contract names.

use zeroth::game::rules::{Ability, Condition, Skill};
use zeroth::game::scenario::{Command, Outcome, Pace, Pending, Ruling, Way, narration, start};
use zeroth::id::{CountingIds, Ids};

use crate::table::{Table, at_the_core, pack};

#[test]
fn the_pack_has_the_numbers_of_the_contract() {
    let pack = pack("silent-relay");
    let mut lines = Vec::new();
    for scene in &pack.scenes {
        lines.push(format!("{}{}", scene.id, if scene.end { " (end)" } else { "" }));
        for hazard in &scene.hazards {
            let damage = hazard.damage.map(|damage| damage.to_string());
            let cost = damage.or(hazard.condition.map(|condition| condition.to_string())).unwrap();
            lines.push(format!("  {}: {} {}, fail {cost}", hazard.id, hazard.skill, hazard.dc));
        }
        for check in &scene.checks {
            lines.push(format!("  check {} {}", check.skill, check.dc));
        }
        for approach in &scene.approaches {
            let how = match &approach.way {
                Way::Combat => format!("combat → {}", scene.combat.as_ref().unwrap().won.outcome.unwrap()),
                Way::Check { skills, dc, to, .. } => format!("{}, {dc} → {}", skills[0], to.outcome.unwrap()),
            };
            lines.push(format!("  approach {}: {how}", approach.id));
        }
    }
    let drone = pack.adversary("adv_security_drone").unwrap();
    let scores = Ability::ALL.map(|ability| drone.attributes.score(ability));
    lines.push(format!(
        "drone: HP {}, AC {}, +{}, {}, {scores:?}",
        drone.hp, drone.armor_class, drone.attack_bonus, drone.damage
    ));
    let pulse = &drone.powers[0];
    lines.push(format!(
        "{}: recharge {}, {} save DC {}, {:?}",
        pulse.name, pulse.recharge, pulse.save, pulse.dc, pulse.condition
    ));
    insta::assert_snapshot!(lines.join("\n"), @"
    scene_1_approach
      haz_docking_shear: engineering 13, fail 1d4
      check engineering 13
      check science 10
    scene_2_operations
      haz_power_arc: engineering 10, fail 1d4
      haz_signal_feedback: science 13, fail frightened
      check science 10
      check engineering 13
      check medical 10
    scene_3_core
      approach diplomacy: command, 13 → peaceful
      approach science: science, 13 → contained
      approach force: combat → force
    scene_4_resolution (end)
    drone: HP 11, AC 13, +4, 1d6+2, [12, 14, 12, 6, 10, 1]
    Stun Pulse: recharge 5, CON save DC 12, Some(Stunned)
    ");
    let ids = |ids: Vec<&String>| ids.into_iter().cloned().collect::<Vec<_>>().join(" ");
    assert_eq!(ids(pack.clues.iter().map(|clue| &clue.id).collect()), "clue_logs clue_medical clue_entity");
    assert_eq!(
        ids(pack.locations.iter().map(|place| &place.id).collect()),
        "loc_docking_ring loc_operations loc_med_bay loc_core_chamber"
    );
}

#[test]
fn hazards_come_first_then_checks_then_the_approach() {
    let mut table = Table::new("silent-relay", Pace::Automatic);
    let mut order = Vec::new();
    for fall in [15, 11, 8, 8, 11, 8, 11, 10] {
        let pending = table.pending();
        let (Pending::Hazard { id, .. } | Pending::Check { id, .. }) = pending else { panic!("{pending:?}") };
        let step = table.say("/roll", &[fall]);
        assert!(step.spent);
        order.push(format!("{id}: {}", step.log()[0]));
    }
    assert_eq!(table.state.turn_number, 8);
    insta::assert_snapshot!(order.join("\n"), @"
    haz_docking_shear: Docking shear (engineering): d20 15 + INT 2 = 17 against 13: success
    chk_airlock: The airlock (engineering): d20 11 + INT 2 = 13 against 13: success
    chk_carrier: The carrier wave (science): d20 8 + INT 2 = 10 against 10: success
    haz_power_arc: Power arc (engineering): d20 8 + INT 2 = 10 against 10: success
    haz_signal_feedback: Signal feedback (science): d20 11 + INT 2 = 13 against 13: success
    chk_pattern: The traffic (science): d20 8 + INT 2 = 10 against 10: success
    chk_lift: The core lift (engineering): d20 11 + INT 2 = 13 against 13: success
    chk_sleepers: The sleepers (medical): d20 10 + WIS 0 = 10 against 10: success
    ");
}

#[test]
fn a_prompt_costs_nothing_and_the_wrong_skill_is_refused_with_the_right_one() {
    let mut table = Table::new("silent-relay", Pace::Automatic);
    let before = table.state.clone();
    let step = table.say("I steer for the ring.", &[]);
    assert_eq!((step.log().len(), step.spent, &table.state), (0, false, &before));
    let told = narration(&step.facts);
    assert!(told.contains("(engineering, difficulty 13: /roll engineering)"), "{told}");
    assert!(told.ends_with("You can look at: Docking ring."), "{told}");

    let right = || vec!["engineering".to_owned()];
    assert_eq!(table.refused("/roll science"), Ruling::WrongSkill { asked: "science".to_owned(), right: right() });
    assert_eq!(table.refused("/roll luck").to_string(), "\"luck\" is no skill; roll engineering");
    assert_eq!(
        table.refused("approach force").to_string(),
        "there is no approach \"force\" here; nothing has to be chosen yet"
    );
    let step = table.say("/roll engineering", &[11]);
    assert_eq!(step.log(), ["Docking shear (engineering): d20 11 + INT 2 = 13 against 13: success"]);
}

#[test]
fn failing_hurts_frightens_and_raises_the_alarm() {
    let mut table = Table::new("silent-relay", Pace::Automatic);
    let step = table.say("/roll", &[2, 3]);
    assert_eq!(
        step.log(),
        [
            "Docking shear (engineering): d20 2 + INT 2 = 4 against 13: failure",
            "Alarm 1 (standby): Docking shear",
            "Docking shear hurts: d4 3; HP 9 of 12",
        ]
    );
    table.say("/roll", &[11]);
    table.say("/roll", &[8]);
    table.say("/roll", &[8]);
    let step = table.say("/roll", &[10]);
    assert_eq!(step.log()[2], "Signal feedback: frightened (DC 13)");
    // Disadvantage, and a save at the end of this turn.
    let step = table.say("/roll", &[15, 7, 13]);
    assert_eq!(
        step.log(),
        [
            "The traffic (science): d20 7 (disadvantage, [15, 7]) + INT 2 = 9 against 10: failure",
            "Alarm 3 (alert): The traffic",
            "WIS save against frightened: d20 13 + WIS 0 = 13 against 13: success",
            "No longer frightened",
        ]
    );
    assert!(narration(&step.facts).contains("the lamps turn amber"));
    let Pending::Check { dc, .. } = table.pending() else { panic!() };
    assert_eq!(dc, 14, "the alarm makes everything harder");
}

#[test]
fn fear_does_not_follow_into_the_next_scene() {
    let mut table = Table::new("silent-relay", Pace::Automatic);
    for falls in [&[15][..], &[11], &[8], &[8], &[1], &[12, 12, 1], &[15, 15, 1]] {
        table.say("/roll", falls);
    }
    assert!(table.state.player.conditions.any(|condition| condition == Condition::Frightened));
    let step = table.say("/roll medical", &[19, 18]);
    assert_eq!(table.state.scene, "scene_3_core");
    assert!(step.log().contains(&"No longer frightened".to_owned()));
}

#[test]
fn words_end_it_peacefully() {
    let mut table = at_the_core(Pace::Automatic);
    let step = table.approach("diplomacy", &[]);
    assert_eq!((step.spent, step.log().len()), (false, 0), "choosing rolls nothing");
    let Pending::ApproachRoll { skills, dc, .. } = table.pending() else { panic!() };
    assert_eq!((&skills[..], dc), (&[Skill::Insight, Skill::Command][..], 13), "the best skill first");
    assert_eq!(table.refused("/roll stealth").to_string(), "stealth does not help here; roll command or insight");
    let step = table.say("/roll command", &[14]);
    assert_eq!(step.log()[0], "Diplomacy (command): d20 14 - CHA 1 = 13 against 13: success");
    assert_eq!(table.outcome(), Some(Outcome::Peaceful));
    assert_eq!(table.state.scene, "scene_4_resolution");
    assert_eq!(table.refused("/roll"), Ruling::Finished { outcome: Outcome::Peaceful });
    assert_eq!(table.refused("What now?"), Ruling::Finished { outcome: Outcome::Peaceful });
}

#[test]
fn a_clever_hand_contains_it() {
    let mut table = at_the_core(Pace::Automatic);
    table.say("approach science", &[]);
    let step = table.say("/roll", &[11]);
    assert_eq!(table.outcome(), Some(Outcome::Contained));
    assert!(narration(&step.facts).contains("the partition you built for it"));
}

#[test]
fn a_fight_is_fought_out_at_once_for_clients_that_know_no_rounds() {
    let mut table = at_the_core(Pace::Automatic);
    let step = table.approach("force", &[15, 10, 10, 5, 10, 10, 3]);
    insta::assert_snapshot!(step.log().join("\n"), @"
    A fight against the security drone
    Initiative of Data: d20 15 + DEX 1 = 16
    Initiative of the security drone: d20 10 + DEX 2 = 12
    Alarm 1 (standby): the noise of a fight
    Round 1
    Data attacks the security drone with Positronic Strike: d20 10 + STR 2 + proficiency 2 = 14 against 13: hit; d8 5 + STR 2 = 7; the security drone 4 of 11
    The security drone uses Stun Pulse
    CON save against Stun Pulse: d20 10 + CON 2 + proficiency 2 = 14 against 12: success
    Round 2
    Data attacks the security drone with Positronic Strike: d20 10 + STR 2 + proficiency 2 = 14 against 13: hit; d8 3 + STR 2 = 5; the security drone 0 of 11
    The security drone falls
    The fight is over after round 2: won
    Outcome: force
    ");
    assert_eq!((table.outcome(), table.state.turn_number), (Some(Outcome::Force), 9));
}

#[test]
fn whoever_is_stunned_may_not_get_up_again() {
    let mut table = at_the_core(Pace::Automatic);
    let step = table.approach("force", &[1, 10, 2, 10, 4, 1, 1, 15, 3, 6, 2, 15, 3, 2]);
    insta::assert_snapshot!(step.log().join("\n"), @"
    A fight against the security drone
    Initiative of the security drone: d20 10 + DEX 2 = 12
    Initiative of Data: d20 1 + DEX 1 = 2
    Alarm 1 (standby): the noise of a fight
    Round 1
    The security drone attacks Data with an arc lash: d20 2 + attack bonus 4 = 6 against 14: miss
    Data attacks the security drone with Positronic Strike: d20 10 + STR 2 + proficiency 2 = 14 against 13: hit; d8 4 + STR 2 = 6; the security drone 5 of 11
    Round 2
    The security drone uses Stun Pulse
    CON save against Stun Pulse: d20 1 + CON 2 + proficiency 2 = 5 against 12: failure, a natural 1
    Stun Pulse: stunned (DC 12)
    Cannot act: stunned
    Round 3
    Stun Pulse recharges: d6 1 against 5: failure
    The security drone attacks Data with an arc lash: d20 15 (advantage, [15, 3]) + attack bonus 4 = 19 against 14: hit
    The security drone hurts: d6 6 + bonus 2 = 8; HP 4 of 12
    Cannot act: stunned
    Round 4
    Stun Pulse recharges: d6 2 against 5: failure
    The security drone attacks Data with an arc lash: d20 15 (advantage, [15, 3]) + attack bonus 4 = 19 against 14: hit
    The security drone hurts: d6 2 + bonus 2 = 4; HP 0 of 12
    The fight is over after round 4: lost
    Outcome: defeated
    ");
    assert_eq!((table.outcome(), table.hp()), (Some(Outcome::Defeated), 0));
}

#[test]
fn a_failed_approach_begins_the_fight() {
    let mut table = at_the_core(Pace::Automatic);
    table.approach("diplomacy", &[]);
    let step = table.say("/roll", &[5, 15, 10, 20, 5, 5]);
    assert_eq!(step.log()[0], "Diplomacy (insight): d20 5 + WIS 0 = 5 against 13: failure");
    assert_eq!(step.log()[1], "Alarm 1 (standby): Diplomacy");
    assert_eq!(step.log()[2], "A fight against the security drone");
    assert_eq!(table.outcome(), Some(Outcome::Force));
}

#[test]
fn an_approach_can_come_along_with_its_roll() {
    let mut table = at_the_core(Pace::Automatic);
    assert_eq!(table.refused("/roll").to_string(), "choose an approach first: diplomacy, science or force",);
    let unknown = zeroth::game::scenario::play(
        &table.pack,
        &table.state,
        &Command::read("x", Some("bribery")),
        &mut zeroth::game::rules::Scripted::default(),
    );
    assert_eq!(unknown.ruling().unwrap().name(), "unknown_approach");
    let command = Command::read("/roll insight", Some("diplomacy"));
    let mut dice = zeroth::game::rules::Scripted::new([13]);
    let step = zeroth::game::scenario::play(&table.pack, &table.state, &command, &mut dice);
    assert_eq!(step.state.outcome, Some(Outcome::Peaceful));
}

#[test]
fn what_a_client_sees_has_the_shape_of_the_contract() {
    let pack = pack("silent-relay");
    let step = start(&pack, CountingIds::default().session(), Pace::Automatic);
    let shown = serde_json::to_value(step.state.shown(&pack, &[], &[])).unwrap();
    let keys: Vec<&str> = shown.as_object().unwrap().keys().map(String::as_str).collect();
    let expected = [
        "location",
        "meta_history",
        "npcs",
        "player",
        "quests",
        "scenario",
        "session_id",
        "turn_history",
        "turn_number",
    ];
    assert_eq!(keys, expected);
    assert_eq!(shown["player"]["hp"], 12);
    insta::assert_snapshot!(shown["scenario"], @r#"{"alarm_state":{"dc":0,"level":0,"name":"standby"},"approach":null,"clues":[],"combat":null,"complete":false,"outcome":null,"pace":"automatic","pack":"silent-relay","pending":"hazard","scene":{"id":"scene_1_approach","name":"The docking ring"},"title":"The Silent Relay"}"#);
}

#[test]
fn a_turn_is_journalled_with_its_rolls_and_what_it_changed() {
    let mut table = Table::new("silent-relay", Pace::Automatic);
    let before = table.state.clone();
    let step = table.say("/roll", &[2, 3]);
    let entry = before.entry(&table.pack, &step, "/roll", "It hurts.");
    assert_eq!((entry.turn_number, entry.dice_rolls.len()), (1, 2));
    insta::assert_snapshot!(serde_json::to_string(&entry.state_delta).unwrap(), @r#"{"player.hp":9,"scenario.alarm_state.level":1,"scenario.pending":"check"}"#);
}
