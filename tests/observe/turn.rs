//! The trace of a turn, pinned whole.

use axum::body::Body;
use axum::http::Request;

use crate::table::{START, Table, play};
use crate::trace::attribute;

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a trace is long, and this is all of it")]
async fn a_turn_leaves_this_trace() {
    let table = Table::new(&[]);
    table.play("I look around the bridge.").await;
    insta::assert_snapshot!(table.recorder.tree(START), @r#"
    POST /play [Server] 0000000000000002 1..165 ms
      | http.request.method = POST
      | http.response.status_code = 200
      | http.route = /play
      | network.protocol.version = 1.1
      | url.path = /play
      | url.scheme = http
      | zeroth.component = dialogue
      invoke_agent Dungeon Master [Internal] 0000000000000003 3..163 ms
        | gen_ai.agent.name = Dungeon Master
        | gen_ai.conversation.id = 00000000-0000-0000-0000-000000000000
        | gen_ai.operation.name = invoke_agent
        | gen_ai.response.finish_reasons = ["stop"]
        | gen_ai.usage.input_tokens = 2428
        | gen_ai.usage.output_tokens = 111
        | session.id = 00000000-0000-0000-0000-000000000000
        | zeroth.campaign = enterprise
        | zeroth.component = dialogue
        | zeroth.cost.simulated = true
        | zeroth.cost.usd = 0.008949
        | zeroth.turn.number = 1
        invoke_workflow game_setup [Internal] 0000000000000004 5..37 ms
          | gen_ai.conversation.id = 00000000-0000-0000-0000-000000000000
          | gen_ai.operation.name = invoke_workflow
          | gen_ai.workflow.name = game_setup
          | session.id = 00000000-0000-0000-0000-000000000000
          | zeroth.campaign = enterprise
          | zeroth.component = game_setup
          chat sim-1 [Internal] 0000000000000005 7..15 ms
            | gen_ai.conversation.id = 00000000-0000-0000-0000-000000000000
            | gen_ai.operation.name = chat
            | gen_ai.prompt.name = game_setup
            | gen_ai.prompt.version = 1
            | gen_ai.provider.name = zeroth
            | gen_ai.request.max_tokens = 200
            | gen_ai.request.model = sim-1
            | gen_ai.request.temperature = 1
            | gen_ai.response.finish_reasons = ["stop"]
            | gen_ai.response.id = sim-d356bf4f68559c99
            | gen_ai.response.model = sim-1
            | gen_ai.usage.input_tokens = 775
            | gen_ai.usage.output_tokens = 42
            | session.id = 00000000-0000-0000-0000-000000000000
            | zeroth.component = game_setup
            | zeroth.cost.simulated = true
            | zeroth.cost.usd = 0.002955
          chat sim-1 [Internal] 0000000000000006 17..25 ms
            | gen_ai.conversation.id = 00000000-0000-0000-0000-000000000000
            | gen_ai.operation.name = chat
            | gen_ai.prompt.name = game_setup
            | gen_ai.prompt.version = 1
            | gen_ai.provider.name = zeroth
            | gen_ai.request.max_tokens = 200
            | gen_ai.request.model = sim-1
            | gen_ai.request.temperature = 1
            | gen_ai.response.finish_reasons = ["stop"]
            | gen_ai.response.id = sim-5b651457bca25e67
            | gen_ai.response.model = sim-1
            | gen_ai.usage.input_tokens = 777
            | gen_ai.usage.output_tokens = 59
            | session.id = 00000000-0000-0000-0000-000000000000
            | zeroth.component = game_setup
            | zeroth.cost.simulated = true
            | zeroth.cost.usd = 0.003216
          chat sim-1 [Internal] 0000000000000007 27..35 ms
            | gen_ai.conversation.id = 00000000-0000-0000-0000-000000000000
            | gen_ai.operation.name = chat
            | gen_ai.prompt.name = game_setup
            | gen_ai.prompt.version = 1
            | gen_ai.provider.name = zeroth
            | gen_ai.request.max_tokens = 200
            | gen_ai.request.model = sim-1
            | gen_ai.request.temperature = 1
            | gen_ai.response.finish_reasons = ["stop"]
            | gen_ai.response.id = sim-7d8dae8c2aa2b502
            | gen_ai.response.model = sim-1
            | gen_ai.usage.input_tokens = 793
            | gen_ai.usage.output_tokens = 60
            | session.id = 00000000-0000-0000-0000-000000000000
            | zeroth.component = game_setup
            | zeroth.cost.simulated = true
            | zeroth.cost.usd = 0.003279
        chat sim-1 [Internal] 0000000000000008 40..160 ms
          | gen_ai.conversation.id = 00000000-0000-0000-0000-000000000000
          | gen_ai.operation.name = chat
          | gen_ai.prompt.name = dialogue
          | gen_ai.prompt.version = 1
          | gen_ai.provider.name = zeroth
          | gen_ai.request.max_tokens = 400
          | gen_ai.request.model = sim-1
          | gen_ai.request.stream = true
          | gen_ai.request.temperature = 0.2
          | gen_ai.response.finish_reasons = ["stop"]
          | gen_ai.response.id = sim-2a76300c416d2d26
          | gen_ai.response.model = sim-1
          | gen_ai.response.time_to_first_chunk = 0.006
          | gen_ai.usage.input_tokens = 2428
          | gen_ai.usage.output_tokens = 111
          | session.id = 00000000-0000-0000-0000-000000000000
          | zeroth.component = dialogue
          | zeroth.cost.simulated = true
          | zeroth.cost.usd = 0.008949
    "#);
}

#[tokio::test]
async fn the_trace_of_a_turn_has_the_id_that_the_answer_names() {
    let table = Table::new(&[]);
    let (_, answer) = table.play("I look around.").await;
    let spans = table.recorder.spans();
    let traces: Vec<String> = spans.iter().map(|span| span.span_context.trace_id().to_string()).collect();
    assert!(traces.iter().all(|trace| *trace == answer["trace_id"]), "{traces:?} {answer}");
}

#[tokio::test]
async fn the_callers_trace_goes_on() {
    let table = Table::new(&[]);
    let mut request = play("I look around.");
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    request.headers_mut().insert("traceparent", parent.parse().unwrap());
    let (_, answer) = table.send(request).await;
    assert_eq!(answer["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
    let spans = table.recorder.spans();
    let server = spans.iter().find(|span| span.name == "POST /play").unwrap();
    assert_eq!(server.parent_span_id.to_string(), "00f067aa0ba902b7");
    assert!(server.parent_span_is_remote);
}

#[tokio::test]
async fn without_propagators_a_caller_cannot_choose_the_trace() {
    let table = Table::new(&[("OTEL_PROPAGATORS", "none")]);
    let mut request = play("I look around.");
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    request.headers_mut().insert("traceparent", parent.parse().unwrap());
    let (_, answer) = table.send(request).await;
    assert_ne!(answer["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
}

#[tokio::test]
async fn all_calls_of_a_game_share_its_conversation_id() {
    let table = Table::new(&[]);
    let create = Request::post("/games").header("content-type", "application/json").body(Body::from("{}")).unwrap();
    let (status, game) = table.send(create).await;
    assert_eq!(status, 201);
    let mut request = play("I look around.");
    let session = game["session_id"].as_str().unwrap();
    request.headers_mut().insert("x-session-id", session.parse().unwrap());
    table.send(request).await;
    let spans = table.recorder.spans();
    let ids: Vec<Option<String>> = spans
        .iter()
        .filter(|span| span.name.starts_with("chat "))
        .map(|span| attribute(span, "gen_ai.conversation.id"))
        .collect();
    assert_eq!(ids, vec![Some(session.to_owned()); 4]);
}

#[tokio::test]
async fn a_streamed_turn_is_one_trace_too() {
    let table = Table::new(&[]);
    table.play("Hello.").await;
    table.recorder.clear();
    let mut request = play("I look around.");
    request.headers_mut().insert("accept", "text/event-stream".parse().unwrap());
    let (status, _) = table.send(request).await;
    assert_eq!(status, 200);
    insta::assert_snapshot!(table.recorder.outline(), @r"
    POST /play
      invoke_agent Dungeon Master
        chat sim-1
    ");
    let spans = table.recorder.spans();
    let chat = spans.iter().find(|span| span.name.starts_with("chat ")).unwrap();
    assert_eq!(attribute(chat, "gen_ai.request.stream").as_deref(), Some("true"));
    assert!(attribute(chat, "gen_ai.response.time_to_first_chunk").is_some());
}
