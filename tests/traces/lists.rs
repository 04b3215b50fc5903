//! Lists of calls and conversations, and one trace.

use zeroth::traces::{CallPage, CallQuery, ConversationQuery, Filter, ReadError, Sort, Status};

use crate::stage::{self, accept, at, call, failed, span, text, with};

/// Twelve calls in four conversations: one a second, each a tenth of a second longer than the one before.
async fn twelve() -> zeroth::traces::Traces {
    let traces = stage::in_memory();
    let calls = (0..12).map(|place| {
        let one = call(place % 4 + 1, place + 1, place * 1000, 100 + place * 100);
        let one = if place % 2 == 0 { one } else { with(one, "zeroth.component", "judge") };
        if place == 5 { failed(one, "rate_limit") } else { one }
    });
    accept(&traces, calls.collect()).await;
    traces
}

async fn ids(traces: &zeroth::traces::Traces, filter: Filter) -> (Vec<String>, i64) {
    let page = traces.calls(CallQuery { filter, ..CallQuery::default() }).await.unwrap();
    (spans(&page), page.total.calls)
}

fn spans(page: &CallPage) -> Vec<String> {
    page.calls.iter().map(|call| u64::from_str_radix(&call.span, 16).unwrap().to_string()).collect()
}

#[tokio::test]
async fn a_call_is_told_in_columns() {
    let traces = stage::in_memory();
    accept(&traces, vec![failed(call(7, 1, 1500, 800), "overloaded")]).await;
    let page = traces.calls(CallQuery::default()).await.unwrap();
    insta::assert_snapshot!(serde_json::to_string_pretty(&page).unwrap(), @r#"
    {
      "calls": [
        {
          "id": 1,
          "trace": "00000000000000000000000000000007",
          "span": "0000000000000001",
          "name": "chat claude-haiku-4-5",
          "at": 1795262401500000,
          "duration": 0.8,
          "ttft": 0.2,
          "run": 1,
          "service": "game",
          "operation": "chat",
          "provider": "anthropic",
          "model": "claude-haiku-4-5",
          "agent": null,
          "component": "narrator",
          "conversation": "talk 7",
          "team": "red",
          "user": null,
          "error": "overloaded",
          "finish": "stop",
          "tokens": {
            "input": 1000,
            "output": 100,
            "cache_read": null,
            "cache_write": null,
            "reasoning": null
          },
          "cost": 0.0015,
          "cost_source": "computed"
        }
      ],
      "total": {
        "calls": 1,
        "errors": 1,
        "input": 1000,
        "output": 100,
        "cost": 0.0015,
        "at_least": false
      },
      "next": null,
      "unsearched": null
    }
    "#);
}

#[tokio::test]
async fn filters_choose_and_totals_agree() {
    let traces = twelve().await;
    let none = Filter::default();
    let judge = Some("judge".to_owned());
    for (filter, expected) in [
        (Filter { component: judge.clone(), ..none.clone() }, "12,10,8,6,4,2"),
        (Filter { component: judge, from: Some(at(7000)), ..none.clone() }, "12,10,8"),
        (Filter { until: Some(at(2000)), ..none.clone() }, "2,1"),
        (Filter { conversation: Some("talk 4".to_owned()), ..none.clone() }, "12,8,4"),
        (Filter { status: Some(Status::Error), ..none.clone() }, "6"),
        (Filter { error: Some("rate_limit".to_owned()), ..none.clone() }, "6"),
        (Filter { error: Some("timeout".to_owned()), ..none.clone() }, ""),
        (Filter { min_duration: Some(0.9), max_duration: Some(1.1), ..none.clone() }, "11,10,9"),
        (Filter { min_cost: Some(10.0), ..none.clone() }, ""),
        (Filter { team: Some("blue".to_owned()), ..none.clone() }, ""),
        (Filter { service: Some("game".to_owned()), until: Some(at(500)), ..none.clone() }, "1"),
        (Filter { operation: Some("execute_tool".to_owned()), ..none.clone() }, ""),
    ] {
        let (found, total) = ids(&traces, filter.clone()).await;
        assert_eq!(found.join(","), expected, "{filter:?}");
        assert_eq!(total, found.len() as i64, "{filter:?}");
    }
}

#[tokio::test]
async fn pages_follow_each_other_in_every_order() {
    let traces = twelve().await;
    for sort in [Sort::Time, Sort::Duration, Sort::Cost] {
        let mut query = CallQuery { sort, limit: 5, ..CallQuery::default() };
        let mut seen = Vec::new();
        loop {
            let page = traces.calls(query.clone()).await.unwrap();
            assert_eq!((page.total.calls, page.total.errors), (12, 1), "a total is that of the query");
            seen.extend(spans(&page));
            query.after = page.next;
            if query.after.is_none() {
                break;
            }
        }
        assert_eq!(seen.join(","), "12,11,10,9,8,7,6,5,4,3,2,1", "{sort:?}");
    }
    let query = CallQuery { after: Some("nonsense".to_owned()), ..CallQuery::default() };
    assert!(matches!(traces.calls(query).await, Err(ReadError::Query(_))));
}

#[tokio::test]
async fn conversations_come_to_what_their_calls_come_to() {
    let traces = twelve().await;
    let page = traces.conversations(ConversationQuery { limit: 3, ..ConversationQuery::default() }).await.unwrap();
    assert_eq!(page.total, 4);
    let names: Vec<&str> = page.conversations.iter().map(|talk| talk.name.as_str()).collect();
    assert_eq!(names, ["talk 4", "talk 3", "talk 2"], "the latest first");
    let query = ConversationQuery { limit: 3, after: page.next, ..ConversationQuery::default() };
    assert_eq!(traces.conversations(query).await.unwrap().conversations[0].name, "talk 1");
    let talk = traces.conversation("talk 2", 0).await.unwrap();
    let cost: f64 = talk.calls.iter().filter_map(|call| call.cost).sum();
    assert!(cost > 0.0 && (talk.conversation.cost - cost).abs() < 1e-12);
    assert_eq!((talk.conversation.calls, talk.conversation.errors, talk.conversation.input), (3, 1, 3000));
    assert!(talk.calls.is_sorted_by_key(|call| call.at));
    let failed = ConversationQuery { failed: true, ..ConversationQuery::default() };
    assert_eq!(traces.conversations(failed).await.unwrap().total, 1);
    let nobody = traces.conversation("talk 99", 0).await;
    assert_eq!(nobody.unwrap_err(), ReadError::Unknown("conversation"));
}

#[tokio::test]
async fn a_conversation_belongs_to_whom_its_calls_belong() {
    let traces = stage::in_memory();
    let mut agent = with(call(1, 1, 0, 2000), "gen_ai.operation.name", "invoke_agent");
    agent.attributes.retain(|pair| !["team", "zeroth.component"].contains(&pair.key.as_str()));
    agent.attributes.push(text("gen_ai.agent.name", "Dungeon Master"));
    let told = async || {
        let talk = traces.conversation("talk 1", 0).await.unwrap().conversation;
        (talk.component, talk.team, talk.cost_source)
    };
    accept(&traces, vec![agent]).await;
    let name = |name: &str| Some(name.to_owned());
    assert_eq!(told().await, (name("Dungeon Master"), None, None));
    accept(&traces, vec![call(1, 2, 100, 900)]).await;
    assert_eq!(told().await, (name("narrator"), name("red"), Some("computed")));
    let other = with(with(call(1, 3, 1000, 900), "team", "blue"), "gen_ai.usage.cost", "0.25");
    accept(&traces, vec![other]).await;
    assert_eq!(told().await, (name("narrator"), name("red"), Some("mixed")), "the first says it");
}

#[tokio::test]
async fn a_trace_has_all_its_spans_and_each_span_all_that_came() {
    let traces = stage::in_memory();
    let mut inner = call(9, 2, 100, 700);
    inner.parent_span_id = 1_u64.to_be_bytes().to_vec();
    inner.attributes.push(text("my.own", "<script>"));
    // They come in the order in which they end, in messages of their own.
    accept(&traces, vec![inner]).await;
    accept(&traces, vec![span(9, 1, 0, 1000), span(8, 1, 0, 5)]).await;
    let id = format!("{:032x}", 9);
    let trace = traces.trace(&id).await.unwrap();
    let tree: Vec<_> = trace.spans.iter().map(|span| (span.parent.as_deref(), span.span.as_str())).collect();
    assert_eq!(tree, [(None, "0000000000000001"), (Some("0000000000000001"), "0000000000000002")]);
    assert_eq!(trace.spans[1].call.as_ref().unwrap().model.as_deref(), Some("claude-haiku-4-5"));
    let whole = traces.span(&id, "0000000000000002").await.unwrap();
    assert_eq!(whole.attributes["my.own"], "<script>");
    assert_eq!(whole.resource["service.name"], "game");
    for unknown in ["", "xyz", &"0".repeat(32)] {
        assert_eq!(traces.trace(unknown).await.unwrap_err(), ReadError::Unknown("trace"));
    }
}

#[tokio::test]
async fn a_trace_of_any_size_is_shown_from_its_root_on() {
    let traces = stage::in_memory();
    let mut spans: Vec<_> = (1..=5_100).map(|id| span(9, id, 10 + (5_100 - id), 5)).collect();
    spans.iter_mut().for_each(|span| span.parent_span_id = 9_999_u64.to_be_bytes().to_vec());
    spans.push(span(9, 9_999, 8_000, 6_000));
    accept(&traces, spans).await;
    let trace = traces.trace(&format!("{:032x}", 9)).await.unwrap();
    assert_eq!((trace.spans.len(), trace.more_spans), (5_000, true));
    let roots: Vec<_> = trace.spans.iter().filter(|span| span.parent.is_none()).map(|span| span.at).collect();
    assert_eq!(roots, [at(8_000)], "also where its clock is late");
    assert_eq!((trace.spans[0].at, trace.spans[4_998].at), (at(10), at(10 + 4_998)));
}

#[tokio::test]
async fn agents_and_tools_are_told_but_not_summed_up() {
    let traces = stage::in_memory();
    let agent = with(call(1, 1, 0, 2000), "gen_ai.operation.name", "invoke_agent");
    accept(&traces, vec![agent, call(1, 2, 100, 900)]).await;
    let (found, _) = ids(&traces, Filter::default()).await;
    assert_eq!(found, ["2"]);
    let (found, _) = ids(&traces, Filter { operation: Some("invoke_agent".to_owned()), ..Filter::default() }).await;
    assert_eq!(found, ["1"]);
    let talk = traces.conversation("talk 1", 0).await.unwrap();
    assert_eq!((talk.conversation.steps, talk.conversation.calls, talk.conversation.input), (2, 1, 1000));
    assert_eq!(talk.calls.len(), 2);
}

#[tokio::test]
async fn models_and_services_find_room_beside_any_number_of_names() {
    let config = zeroth::traces::Config { max_texts: 40, ..stage::config(zeroth::traces::Place::Memory) };
    let traces = stage::open(config, stage::hand());
    let named = (1..=100).map(|id| {
        let mut one = with(call(1, id, id, 10), "user.id", &format!("user {id}"));
        one.name = format!("GET /door/{id}");
        one
    });
    accept(&traces, named.collect()).await;
    let late = with(call(1, 101, 200, 10), "gen_ai.request.model", "a new model");
    traces.accept(stage::batch("a new service", vec![late])).await.unwrap();
    let page = traces.calls(CallQuery { limit: 500, ..CallQuery::default() }).await.unwrap();
    assert_eq!(
        (page.calls[0].model.as_deref(), page.calls[0].service.as_str()),
        (Some("a new model"), "a new service")
    );
    assert_eq!((page.calls[1].name.as_str(), page.calls[1].user.as_deref()), ("(other)", Some("(other)")));
    assert_eq!(page.calls[100].name, "GET /door/1");
}

#[tokio::test]
async fn those_who_watch_learn_what_is_new() {
    let traces = stage::in_memory();
    let mut watch = traces.watch();
    accept(&traces, vec![call(1, 1, 0, 100), span(1, 2, 0, 100)]).await;
    assert!(watch.has_changed().unwrap());
    let number = *watch.borrow_and_update();
    assert_eq!(traces.changes(0).await.unwrap().calls.len(), 1);
    accept(&traces, vec![call(1, 3, 50, 100)]).await;
    let changes = traces.changes(number).await.unwrap();
    assert_eq!(changes.number, traces.number());
    assert_eq!(changes.calls.iter().map(|call| call.span.as_str()).collect::<Vec<_>>(), ["0000000000000003"]);
}

#[tokio::test]
async fn errors_of_a_kind_stand_together() {
    let traces = stage::in_memory();
    let mut calls: Vec<_> = (1..4).map(|id| failed(call(id, id, id * 1000, 50), "timeout")).collect();
    calls.push(failed(call(5, 5, 0, 50), "overloaded"));
    calls.push(call(6, 6, 0, 50));
    accept(&traces, calls).await;
    let groups = traces.errors(Filter::default()).await.unwrap();
    let told: Vec<_> =
        groups.iter().map(|group| (group.error.as_str(), group.count, group.first, group.last)).collect();
    assert_eq!(told, [("timeout", 3, at(1000), at(3000)), ("overloaded", 1, at(0), at(0))]);
    assert_eq!(groups[0].example.as_ref().unwrap().1, "0000000000000003");
}
