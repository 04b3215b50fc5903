//! The game master's small calls: two spans, and one that says what it follows from.

use zeroth::game::scenario::Pace;
use zeroth::llm::Component;
use zeroth::observe::spans::SPANS;
use zeroth::play::Nature;

use crate::relay::Relay;
use crate::stage::{Manner, told};
use crate::trace::attribute;

#[tokio::test]
async fn an_answer_is_linked_to_the_call_that_took_it_for_a_question() {
    let relay = Relay::new(Manner::Plain, Pace::Automatic).await;
    relay.stage.recorder.clear();
    let played = relay.order("Who sends the tapping?", &[]).await;
    assert_eq!(played.nature, Nature::Question);
    insta::assert_snapshot!(relay.stage.recorder.outline(), @"
    invoke_agent Game Master
      SELECT sessions
      input_classify
        chat speaker-1
          POST
      question
        chat speaker-1
          POST
    ");
    insta::assert_snapshot!(told(&relay.stage.span("input_classify")), @"
    zeroth.campaign = silent-relay
    zeroth.intent = question
    zeroth.scene = scene_1_approach
    ");
    insta::assert_snapshot!(told(&relay.stage.span("question")), @"
    zeroth.campaign = silent-relay
    zeroth.scene = scene_1_approach
    ");
    insta::assert_snapshot!(told(&relay.stage.span("invoke_agent Game Master")), @r#"
    gen_ai.agent.name = Game Master
    gen_ai.operation.name = invoke_agent
    gen_ai.response.finish_reasons = ["stop"]
    gen_ai.usage.input_tokens = 20
    gen_ai.usage.output_tokens = 8
    zeroth.campaign = silent-relay
    zeroth.cost.simulated = false
    zeroth.cost.usd = 0.002
    zeroth.scene = scene_1_approach
    zeroth.turn.nature = question
    zeroth.turn.number = 0
    zeroth.turn.teller = model
    "#);
    let spans = relay.stage.recorder.spans();
    let of = |component: &str| {
        let of_it = |span: &&opentelemetry_sdk::trace::SpanData| {
            span.name.starts_with("chat ") && attribute(span, "zeroth.component").as_deref() == Some(component)
        };
        spans.iter().find(of_it).unwrap()
    };
    let (first, second) = (of("classifier"), of("gm_qa"));
    let links: Vec<_> = second.links.iter().map(|link| link.span_context.span_id()).collect();
    assert_eq!(links, [first.span_context.span_id()]);
    let run = attribute(first, "zeroth.run.id").unwrap();
    assert_eq!(attribute(second, "zeroth.run.parent_ids").unwrap(), format!("[\"{run}\"]"));
    assert_ne!(attribute(second, "zeroth.run.id").unwrap(), run);
    assert!(first.links.is_empty() && attribute(first, "zeroth.run.parent_ids").is_none());
}

#[tokio::test]
async fn an_answer_that_fails_leaves_its_spans_and_the_scene() {
    let relay = Relay::new(Manner::Fails(Component::GmQa), Pace::Automatic).await;
    relay.stage.recorder.clear();
    let mut words = |_: &str| {};
    let order = crate::stage::order_of(relay.session, "Who sends the tapping?");
    relay.game.play(order, &mut words).await.unwrap_err();
    insta::assert_snapshot!(relay.stage.recorder.outline(), @"
    invoke_agent Game Master ! unavailable
      SELECT sessions
      input_classify
        chat speaker-1
          POST
      question ! unavailable
        chat speaker-1 ! unavailable
          POST
    ");
    assert_eq!(
        attribute(&relay.stage.span("invoke_agent Game Master"), "zeroth.scene").as_deref(),
        Some("scene_1_approach"),
        "a turn that failed tells the scene as far as it was known"
    );
}

#[tokio::test]
async fn a_classifier_that_fails_makes_it_an_action() {
    let relay = Relay::new(Manner::Fails(Component::Classifier), Pace::Automatic).await;
    relay.stage.recorder.clear();
    relay.order("Who sends the tapping?", &[]).await;
    insta::assert_snapshot!(relay.stage.recorder.outline(), @"
    invoke_agent Game Master
      SELECT sessions
      input_classify ! unavailable
        chat speaker-1 ! unavailable
          POST
    ");
    let classify = relay.stage.span("input_classify");
    assert_eq!(attribute(&classify, "zeroth.intent").as_deref(), Some("action"));
    assert_eq!(attribute(&classify, "error.type").as_deref(), Some("unavailable"));
}

#[tokio::test]
async fn every_attribute_of_these_spans_is_documented() {
    let relay = Relay::at_the_core(Manner::Plain, Pace::Rounds).await;
    relay.order("Who is there?", &[]).await;
    relay.order("approach force", &[15, 10]).await;
    relay.order("attack with phaser", &[10, 5, 12]).await;
    let spans = relay.stage.recorder.spans();
    for span in &spans {
        let kind = match span.name.split(' ').next().unwrap() {
            "chat" => "chat {model}",
            "invoke_agent" => "invoke_agent {storyteller}",
            "POST" => "{method}",
            "SELECT" | "INSERT" => "{operation} {table}",
            name => name,
        };
        let documented = SPANS.iter().find(|span| span.name == kind).unwrap_or_else(|| panic!("{kind}"));
        for attribute in &span.attributes {
            let key = attribute.key.as_str();
            assert!(documented.may_have(key), "{key} of {kind} is not in spans::SPANS");
        }
        assert!(attribute(span, "zeroth.component").is_some(), "{kind} has no component");
    }
}
