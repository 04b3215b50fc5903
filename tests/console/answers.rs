//! What each question is answered with.

use insta::assert_snapshot;
use opentelemetry_proto::tonic::trace::v1::Span;
use serde_json::Value;

use crate::desk::Desk;
use crate::stage::{NOON, accept, call, failed, span, with};

fn below(parent: u64, mut span: Span) -> Span {
    span.parent_span_id = parent.to_be_bytes().to_vec();
    span
}

/// A turn: an agent that searches, asks a model, which fails, and asks it again.
async fn turn() -> Desk {
    let desk = Desk::new();
    let mut agent = with(call(7, 2, 50, 1850), "gen_ai.operation.name", "invoke_agent");
    agent.name = "invoke_agent Dungeon Master".to_owned();
    let spans = vec![
        span(7, 1, 0, 2000),
        below(1, agent),
        below(2, span(7, 3, 50, 50)),
        below(2, failed(call(7, 4, 100, 700), "overloaded")),
        below(2, call(7, 5, 900, 1000)),
    ];
    accept(&desk.traces, spans).await;
    desk
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap()
}

#[tokio::test]
async fn how_things_stand() {
    let desk = turn().await;
    let mut told = desk.json("/api/status").await;
    assert!(told["health"].as_object_mut().unwrap().remove("used").unwrap().as_u64().unwrap() > 0);
    told["health"]["longest_prune"] = Value::Null;
    assert_snapshot!(told, @r#"{"health":{"accepted":5,"dropped":0,"duplicates":0,"file":0,"longest_prune":null,"max_bytes":4294967296,"pruned":0,"queued":0,"rejected":0,"unsearched":5},"now":1795262400000000,"number":5,"tables":{"campaign":"enterprise"},"traces":"memory","version":"1.2.3"}"#);
}

#[tokio::test]
async fn calls_with_their_total() {
    let desk = turn().await;
    let page = desk.json("/api/calls?status=error&limit=1").await;
    assert_snapshot!(page["total"], @r#"{"at_least":false,"calls":1,"cost":0.0015,"errors":1,"input":1000,"output":100}"#);
    assert_snapshot!(pretty(&page["calls"][0]), @r#"
    {
      "agent": null,
      "at": 1795262400100000,
      "component": "narrator",
      "conversation": "talk 7",
      "cost": 0.0015,
      "cost_source": "computed",
      "duration": 0.7,
      "error": "overloaded",
      "finish": "stop",
      "id": 4,
      "model": "claude-haiku-4-5",
      "name": "chat claude-haiku-4-5",
      "operation": "chat",
      "provider": "anthropic",
      "run": 1,
      "service": "game",
      "span": "0000000000000004",
      "team": "red",
      "tokens": {
        "cache_read": null,
        "cache_write": null,
        "input": 1000,
        "output": 100,
        "reasoning": null
      },
      "trace": "00000000000000000000000000000007",
      "ttft": 0.175,
      "user": null
    }
    "#);
    let dearest = desk.json("/api/calls?sort=duration&limit=1").await;
    assert_eq!(dearest["calls"][0]["duration"], 1.0);
    let next = dearest["next"].as_str().unwrap();
    let rest = desk.json(&format!("/api/calls?sort=duration&limit=1&after={next}")).await;
    assert_eq!((&rest["calls"][0]["duration"], &rest["total"]["calls"]), (&Value::from(0.7), &2.into()));
}

#[tokio::test]
async fn a_trace_with_what_it_comes_to() {
    let desk = turn().await;
    let trace = desk.json("/api/traces/00000000000000000000000000000007").await;
    let lines = trace["spans"].as_array().unwrap().iter().map(|span| {
        let id = span["span"].as_str().unwrap().trim_start_matches('0');
        format!("{id} {} path {} subtree {}", span["name"].as_str().unwrap(), span["critical"], span["subtree"])
    });
    assert_snapshot!(lines.collect::<Vec<_>>().join("\n"), @r#"
    1 step path 0.15 subtree {"calls":2,"cost":0.003,"errors":1,"input":2000,"output":200}
    2 invoke_agent Dungeon Master path 0.1 subtree {"calls":2,"cost":0.003,"errors":1,"input":2000,"output":200}
    3 step path 0.05 subtree {"calls":0,"cost":0.0,"errors":0,"input":0,"output":0}
    4 chat claude-haiku-4-5 path 0.7 subtree {"calls":1,"cost":0.0015,"errors":1,"input":1000,"output":100}
    5 chat claude-haiku-4-5 path 1.0 subtree {"calls":1,"cost":0.0015,"errors":0,"input":1000,"output":100}
    "#);
    assert_snapshot!(trace["critical"], @r#"["0000000000000001","0000000000000002","0000000000000003","0000000000000004","0000000000000005"]"#);
    assert_snapshot!(pretty(&trace["spans"][2]), @r#"
    {
      "at": 1795262400050000,
      "call": null,
      "critical": 0.05,
      "duration": 0.05,
      "id": 3,
      "kind": 1,
      "name": "step",
      "parent": "0000000000000002",
      "service": "game",
      "span": "0000000000000003",
      "status": 0,
      "subtree": {
        "calls": 0,
        "cost": 0.0,
        "errors": 0,
        "input": 0,
        "output": 0
      }
    }
    "#);
    let mut names: Vec<&String> = trace.as_object().unwrap().keys().collect();
    names.sort();
    assert_snapshot!(serde_json::to_string(&names).unwrap(), @r#"["critical","logs","more_spans","spans","trace"]"#);
}

#[tokio::test]
async fn charts_and_what_to_filter_them_by() {
    let desk = turn().await;
    let noon = NOON * 1_000_000;
    let chart = desk.json(&format!("/api/series?from={}&until={}&by=error", noon + 1, noon + 2)).await;
    assert_eq!((&chart["from"], &chart["until"]), (&noon.into(), &(noon + 60_000_000).into()), "whole minutes");
    assert_snapshot!(chart["lines"][1], @r#"{"buckets":[{"at":1795262400000000,"cache_read":0,"cache_write":0,"calls":1,"cost":0.0015,"duration":[0.7021067459810448,0.7021067459810448,0.7021067459810448],"errors":{"overloaded":1},"input":1000,"output":100,"reasoning":0,"saved":0.0,"ttft":[0.17910296349499963,0.17910296349499963,0.17910296349499963]}],"name":"overloaded","step":60,"total":{"at":1795262400000000,"cache_read":0,"cache_write":0,"calls":1,"cost":0.0015,"duration":[0.7021067459810448,0.7021067459810448,0.7021067459810448],"errors":{"overloaded":1},"input":1000,"output":100,"reasoning":0,"saved":0.0,"ttft":[0.17910296349499963,0.17910296349499963,0.17910296349499963]}}"#);
    assert_snapshot!(desk.get("/api/facets").await.body, @r#"{"services":[{"value":"game","calls":2}],"operations":[{"value":"chat","calls":2}],"providers":[{"value":"anthropic","calls":2}],"models":[{"value":"claude-haiku-4-5","calls":2}],"components":[{"value":"narrator","calls":2}],"teams":[{"value":"red","calls":2}],"errors":[{"value":"overloaded","calls":1}]}"#);
    assert_snapshot!(desk.get("/api/errors?model=claude-haiku-4-5").await.body, @r#"{"groups":[{"error":"overloaded","service":"game","model":"claude-haiku-4-5","component":"narrator","count":1,"first":1795262400100000,"last":1795262400100000,"example":["00000000000000000000000000000007","0000000000000004"]}]}"#);
    assert_eq!(desk.json("/api/errors?team=blue").await["groups"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn conversations_with_their_total() {
    let desk = turn().await;
    assert_snapshot!(desk.get("/api/conversations?failed=true&team=red").await.body, @r#"{"conversations":[{"name":"talk 7","run":1,"service":"game","component":"narrator","team":"red","user":null,"first":1795262400050000,"last":1795262401900000,"calls":2,"steps":3,"errors":1,"input":2000,"output":200,"cost":0.003,"cost_source":"computed"}],"total":1,"next":null}"#);
    assert_eq!(desk.json("/api/conversations?failed=&component=judge").await["total"], 0);
}

#[tokio::test]
async fn metrics_and_logs_when_there_are_none() {
    let desk = turn().await;
    assert_eq!(desk.get("/api/metrics").await.body, r#"{"metrics":[]}"#);
    assert_eq!(desk.get("/api/logs?severity=9&text=x").await.body, r#"{"logs":[],"next":null}"#);
}
