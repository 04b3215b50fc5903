//! What the outer ring records of a scenario: the turn, what the rules did in it, and where it stands.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use tower::ServiceExt as _;
use zeroth::game::rules::Scripted;
use zeroth::game::scenario::Pace;
use zeroth::llm::Component;
use zeroth::observe::ObserveHttp;
use zeroth::play::Nature;

use crate::relay::Relay;
use crate::stage::{Manner, order_of, told, within};
use crate::trace::attribute;

#[tokio::test]
async fn a_hazard_is_a_step_of_its_turn() {
    let relay = Relay::new(Manner::Plain, Pace::Automatic).await;
    relay.stage.recorder.clear();
    let played = relay.order("/roll engineering", &[2, 3]).await;
    insta::assert_snapshot!(relay.stage.recorder.outline(), @"
    invoke_agent Game Master
      SELECT sessions
      hazard
      chat speaker-1
        POST
      INSERT turns
    ");
    insta::assert_snapshot!(told(&relay.stage.span("hazard")), @r#"
    zeroth.hazard.id = haz_docking_shear
    zeroth.log = ["Docking shear (engineering): d20 2 + INT 2 = 4 against 13: failure","Alarm 1 (standby): Docking shear","Docking shear hurts: d4 3; HP 9 of 12"]
    zeroth.player.hp = 9
    zeroth.player.max_hp = 12
    zeroth.roll.advantage = none
    zeroth.roll.critical = false
    zeroth.roll.dc = 13
    zeroth.roll.dice = 1d20
    zeroth.roll.fumble = false
    zeroth.roll.modifier.names = ["INT"]
    zeroth.roll.modifier.values = [2]
    zeroth.roll.naturals = [2]
    zeroth.roll.outcome = failure
    zeroth.roll.purpose = check
    zeroth.roll.total = 4
    zeroth.scene = scene_1_approach
    zeroth.skill = engineering
    "#);
    insta::assert_snapshot!(told(&relay.stage.span("invoke_agent Game Master")), @r#"
    gen_ai.agent.name = Game Master
    gen_ai.operation.name = invoke_agent
    gen_ai.response.finish_reasons = ["stop"]
    gen_ai.usage.input_tokens = 10
    gen_ai.usage.output_tokens = 4
    zeroth.campaign = silent-relay
    zeroth.cost.simulated = false
    zeroth.cost.usd = 0.001
    zeroth.scene = scene_1_approach
    zeroth.turn.nature = turn
    zeroth.turn.number = 1
    zeroth.turn.teller = model
    "#);
    let turn = relay.stage.span("invoke_agent Game Master");
    assert_eq!(played.trace_id.unwrap().to_string(), turn.span_context.trace_id().to_string());
    assert_eq!(attribute(&turn, "zeroth.component").as_deref(), Some("storyteller_scenario"));
    let hazard = relay.stage.span("hazard");
    assert!(within(&hazard, played.settled) && hazard.start_time < hazard.end_time, "{:?}", played.settled);
    assert_eq!(relay.stage.events(), ["turn_complete"]);
}

#[tokio::test]
async fn every_span_knows_the_scene_once_it_is_known() {
    let relay = Relay::new(Manner::Plain, Pace::Automatic).await;
    relay.stage.recorder.clear();
    relay.order("/roll", &[15]).await;
    let spans = relay.stage.recorder.spans();
    let scenes: Vec<String> = spans
        .iter()
        .map(|span| format!("{}: {}", span.name, attribute(span, "zeroth.scene").unwrap_or_default()))
        .collect();
    insta::assert_snapshot!(scenes.join("\n"), @"
    SELECT sessions: 
    POST: scene_1_approach
    chat speaker-1: scene_1_approach
    INSERT turns: scene_1_approach
    hazard: scene_1_approach
    invoke_agent Game Master: scene_1_approach
    ");
}

#[tokio::test]
async fn checks_and_saves_are_steps_and_counted_by_skill() {
    let relay = Relay::new(Manner::Plain, Pace::Automatic).await;
    for falls in [&[15][..], &[11], &[8], &[8], &[10]] {
        relay.order("/roll", falls).await;
    }
    relay.stage.recorder.clear();
    // Frightened: disadvantage, and a save at the end.
    relay.order("/roll", &[15, 7, 13]).await;
    let steps = relay.stage.recorder.spans();
    let steps: Vec<String> = steps.iter().filter(|span| span.name == "skill_check").map(told).collect();
    insta::assert_snapshot!(steps.join("\n\n"), @r#"
    zeroth.check.id = chk_pattern
    zeroth.log = ["The traffic (science): d20 7 (disadvantage, [15, 7]) + INT 2 = 9 against 10: failure","Alarm 2 (standby): The traffic"]
    zeroth.roll.advantage = disadvantage
    zeroth.roll.critical = false
    zeroth.roll.dc = 10
    zeroth.roll.dice = 1d20
    zeroth.roll.fumble = false
    zeroth.roll.modifier.names = ["INT"]
    zeroth.roll.modifier.values = [2]
    zeroth.roll.naturals = [15,7]
    zeroth.roll.outcome = failure
    zeroth.roll.purpose = check
    zeroth.roll.total = 9
    zeroth.scene = scene_2_operations
    zeroth.skill = science

    zeroth.log = ["WIS save against frightened: d20 13 + WIS 0 = 13 against 13: success","No longer frightened"]
    zeroth.roll.advantage = none
    zeroth.roll.critical = false
    zeroth.roll.dc = 13
    zeroth.roll.dice = 1d20
    zeroth.roll.fumble = false
    zeroth.roll.modifier.names = ["WIS"]
    zeroth.roll.modifier.values = [0]
    zeroth.roll.naturals = [13]
    zeroth.roll.outcome = success
    zeroth.roll.purpose = save
    zeroth.roll.total = 13
    zeroth.scene = scene_2_operations
    zeroth.skill = WIS
    "#);
    insta::assert_snapshot!(relay.stage.counted("zeroth_checks"), @r#"
    zeroth_component="storyteller_scenario" zeroth_roll_outcome="failure" zeroth_skill="science" 2
    zeroth_component="storyteller_scenario" zeroth_roll_outcome="success" zeroth_skill="WIS" 1
    zeroth_component="storyteller_scenario" zeroth_roll_outcome="success" zeroth_skill="engineering" 3
    zeroth_component="storyteller_scenario" zeroth_roll_outcome="success" zeroth_skill="science" 1
    "#);
}

#[tokio::test]
async fn an_outcome_is_counted_and_on_every_span_after_it() {
    let relay = Relay::at_the_core(Manner::Plain, Pace::Automatic).await;
    let chosen = relay.order("approach diplomacy", &[]).await;
    assert_eq!(chosen.nature, Nature::Choice);
    relay.stage.recorder.clear();
    let played = relay.order("/roll command", &[18]).await;
    assert!(played.standing.world.outcome().is_some());
    let spans = relay.stage.recorder.spans();
    let outcomes: Vec<String> = spans
        .iter()
        .map(|span| format!("{}: {}", span.name, attribute(span, "zeroth.outcome").unwrap_or_default()))
        .collect();
    insta::assert_snapshot!(outcomes.join("\n"), @"
    SELECT sessions: 
    POST: peaceful
    chat speaker-1: peaceful
    INSERT turns: peaceful
    approach: peaceful
    invoke_agent Game Master: peaceful
    ");
    insta::assert_snapshot!(relay.stage.counted("zeroth_outcomes"), @r#"zeroth_campaign="silent-relay" zeroth_component="storyteller_scenario" zeroth_outcome="peaceful" 1"#);
    insta::assert_snapshot!(relay.stage.counted("zeroth_turns"), @r#"
    gen_ai_agent_name="Game Master" zeroth_component="storyteller_scenario" zeroth_turn_nature="choice" 1
    gen_ai_agent_name="Game Master" zeroth_component="storyteller_scenario" zeroth_turn_nature="turn" 9
    "#);
}

#[tokio::test]
async fn a_ruling_is_no_error_and_no_turn() {
    let relay = Relay::new(Manner::Plain, Pace::Automatic).await;
    relay.stage.recorder.clear();
    relay.order("approach force", &[]).await;
    insta::assert_snapshot!(relay.stage.recorder.outline(), @"
    invoke_agent Game Master
      SELECT sessions
    ");
    insta::assert_snapshot!(told(&relay.stage.span("invoke_agent Game Master")), @"
    gen_ai.agent.name = Game Master
    gen_ai.operation.name = invoke_agent
    zeroth.campaign = silent-relay
    zeroth.ruling = unknown_approach
    zeroth.scene = scene_1_approach
    zeroth.turn.nature = ruling
    zeroth.turn.number = 0
    zeroth.turn.teller = game
    ");
    insta::assert_snapshot!(relay.stage.counted("zeroth_turns"), @r#"gen_ai_agent_name="Game Master" zeroth_component="storyteller_scenario" zeroth_turn_nature="ruling" 1"#);
    assert_eq!(relay.stage.events(), Vec::<String>::new());
}

#[tokio::test]
async fn a_cancelled_turn_leaves_one_cancelled_span() {
    let relay = Relay::new(Manner::Hangs, Pace::Automatic).await;
    relay.stage.recorder.clear();
    *relay.dice.lock().unwrap() = Scripted::new([15]);
    let mut words = |_: &str| {};
    tokio::select! {
        _ = relay.game.play(order_of(relay.session, "/roll"), &mut words) => unreachable!("the model hangs"),
        permit = relay.speaker.hanging.acquire() => permit.unwrap().forget(),
    }
    insta::assert_snapshot!(relay.stage.recorder.outline(), @"
    invoke_agent Game Master ! cancelled
      SELECT sessions
      chat speaker-1 ! cancelled
        POST
    ");
    assert_eq!(relay.stage.events(), ["gen_ai.client.operation.exception", "turn_error"]);
    insta::assert_snapshot!(relay.stage.counted("zeroth_turns"), @r#"error_type="cancelled" gen_ai_agent_name="Game Master" zeroth_component="storyteller_scenario" 1"#);
    assert_eq!(relay.stage.counted("zeroth_checks"), "", "nothing happened");
}

#[tokio::test]
async fn a_storyteller_that_fails_is_told_of_on_a_turn_that_counts() {
    let relay = Relay::new(Manner::Fails(Component::StorytellerScenario), Pace::Automatic).await;
    relay.stage.recorder.clear();
    relay.order("/roll", &[15]).await;
    insta::assert_snapshot!(relay.stage.recorder.outline(), @"
    invoke_agent Game Master
      SELECT sessions
      hazard
      chat speaker-1 ! unavailable
        POST
      INSERT turns
    ");
    let turn = relay.stage.span("invoke_agent Game Master");
    assert_eq!(attribute(&turn, "zeroth.turn.teller").as_deref(), Some("stopgap"));
    assert_eq!(attribute(&turn, "gen_ai.usage.input_tokens"), None);
}

#[tokio::test]
async fn games_begin_and_end_in_the_log_and_requests_know_their_component() {
    let relay = Relay::new(Manner::Plain, Pace::Automatic).await;
    relay.game.leave(relay.session).await;
    assert_eq!(relay.stage.events(), ["session_start", "session_end"]);
    let observed = ObserveHttp::new(relay.stage.pipeline.telemetry(), relay.stage.pipeline.propagator());
    let (game, session) = (relay.game.clone(), relay.session);
    let end = move || async move { game.end(session).await.map(drop).map_err(|_| http::StatusCode::NOT_FOUND) };
    let router = Router::new().route("/scenario/end", axum::routing::post(end)).layer(observed);
    let answer = router.oneshot(Request::post("/scenario/end").body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
    drop(answer);
    let request = relay.stage.span("POST /scenario/end");
    assert_eq!(attribute(&request, "zeroth.component").as_deref(), Some("storyteller_scenario"));
    assert_eq!(relay.stage.events().last().map(String::as_str), Some("session_end"));
}
