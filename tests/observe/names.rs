//! The names that are emitted are the names that are documented.

use zeroth::observe::semconv::metric;
use zeroth::observe::spans::SPANS;

use crate::models::{Behaviour, Puppet};
use crate::table::Table;

#[tokio::test]
async fn every_attribute_of_every_span_is_documented() {
    let table = Table::with(
        &[("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "SPAN_ONLY")],
        Some(Puppet::new(Behaviour::Answer)),
    );
    table.play("I look around.").await;
    for span in table.recorder.spans() {
        let kind = match span.name.split(' ').next().unwrap() {
            "chat" => "chat {model}",
            "invoke_agent" => "invoke_agent {storyteller}",
            "invoke_workflow" => "invoke_workflow game_setup",
            _ => "{method} {route}",
        };
        let documented = SPANS.iter().find(|span| span.name == kind).unwrap();
        for attribute in &span.attributes {
            let key = attribute.key.as_str();
            assert!(documented.may_have(key), "{key} of {} is not in spans::SPANS", span.name);
        }
    }
}

#[tokio::test]
async fn every_metric_is_there_under_both_names_unless_one_is_chosen() {
    for (choice, current, legacy) in [("both", true, true), ("current", true, false), ("legacy", false, true)] {
        let table = Table::with(&[("ZEROTH_METRIC_NAMES", choice)], Some(Puppet::new(Behaviour::Answer)));
        table.play("I look around.").await;
        let metrics = table.metrics().await;
        assert_eq!(metrics.contains("gen_ai_client_inference_duration_seconds"), current, "{choice}");
        assert_eq!(metrics.contains("gen_ai_client_operation_duration_seconds"), legacy, "{choice}");
        assert_eq!(metrics.contains("gen_ai_client_token_usage"), legacy, "{choice}");
        assert!(metrics.contains("http_server_request_duration_seconds"), "{choice}");
    }
}

#[tokio::test]
async fn the_component_is_on_every_span_and_metric() {
    let table = Table::new(&[]);
    table.play("I look around.").await;
    for span in table.recorder.spans() {
        let labelled = span.attributes.iter().any(|attribute| attribute.key.as_str() == "zeroth.component");
        assert!(labelled, "{} has no component", span.name);
    }
    let metrics = table.metrics().await;
    let points: Vec<&str> = metrics.lines().filter(|line| !line.starts_with('#')).collect();
    assert!(points.len() > 20, "{metrics}");
    // A request that is still being answered has no component yet; the SDK's own metrics and budgets are about none.
    let exempt = ["http_server_active_requests", "otel_sdk_", "target_info", "zeroth_budget_"];
    for point in points.iter().filter(|point| !exempt.iter().any(|name| point.starts_with(name))) {
        assert!(point.contains("zeroth_component="), "{point}");
    }
}

#[tokio::test]
async fn simulated_costs_say_so() {
    let table = Table::new(&[]);
    table.play("I look around.").await;
    let metrics = table.metrics().await;
    let costs: Vec<&str> = metrics.lines().filter(|line| line.starts_with("zeroth_cost_usd")).collect();
    assert!(
        !costs.is_empty() && costs.iter().all(|line| line.contains(r#"zeroth_cost_simulated="true""#)),
        "{costs:?}"
    );
}

#[test]
fn names_are_unique() {
    let mut names: Vec<&str> = metric::ALL.iter().map(|metric| metric.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}
