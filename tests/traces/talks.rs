//! Which conversations there are, and who had a part in them.

use opentelemetry_proto::tonic::trace::v1::Span;
use zeroth::traces::{CallQuery, ConversationQuery, Filter, Place, ReadError, Traces};

use crate::stage::{self, accept, call, failed, text, with};

/// Keeps what another start of the same program told.
async fn accept_again(traces: &Traces, spans: Vec<Span>) {
    let mut batch = stage::batch("game", spans);
    let resource = batch.spans[0].resource.as_mut().unwrap();
    resource.attributes.retain(|pair| pair.key != "service.instance.id");
    resource.attributes.push(text("service.instance.id", "second"));
    traces.accept(batch).await.unwrap();
}

/// Two tables: a planner lays them without a team, the first is played at by teams, and on after the program began anew.
async fn tables() -> Traces {
    let traces = stage::in_memory();
    let planned = [1, 2].map(|id| {
        let mut span = with(call(id, id, id, 10), "zeroth.component", "planner");
        span.attributes.retain(|pair| pair.key != "team");
        span
    });
    accept(&traces, planned.to_vec()).await;
    accept(&traces, vec![with(call(1, 3, 3, 10), "zeroth.component", "dialogue")]).await;
    let judged = with(with(call(1, 4, 4, 10), "zeroth.component", "judge"), "team", "blue");
    let tool = with(with(call(1, 5, 5, 10), "zeroth.component", "dice"), "gen_ai.operation.name", "execute_tool");
    accept_again(&traces, vec![failed(judged, "timeout"), tool]).await;
    traces
}

async fn found(traces: &Traces, query: ConversationQuery) -> String {
    let page = traces.conversations(query.clone()).await.unwrap();
    assert_eq!(page.total, page.conversations.len() as i64, "{query:?}");
    page.conversations.iter().map(|talk| talk.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn by(run: Option<i64>, component: &str, team: &str) -> ConversationQuery {
    let named = |name: &str| (!name.is_empty()).then(|| name.to_owned());
    ConversationQuery { run, component: named(component), team: named(team), ..ConversationQuery::default() }
}

#[tokio::test]
async fn they_are_found_by_all_who_had_a_part_in_them() {
    let traces = tables().await;
    for (query, expected) in [
        (by(None, "", ""), "talk 1, talk 2"),
        (by(Some(1), "", ""), "talk 1, talk 2"),
        (by(Some(2), "", ""), "talk 1"),
        (by(Some(3), "", ""), ""),
        (by(None, "planner", ""), "talk 1, talk 2"),
        (by(None, "dialogue", ""), "talk 1"),
        (by(None, "dice", ""), "talk 1"),
        (by(None, "nobody", ""), ""),
        (by(None, "", "red"), "talk 1"),
        (by(None, "", "blue"), "talk 1"),
        // Each may be of another call.
        (by(Some(2), "planner", "red"), "talk 1"),
        (by(Some(2), "planner", "green"), ""),
        (ConversationQuery { service: Some("game".to_owned()), ..by(Some(2), "", "") }, "talk 1"),
        (ConversationQuery { service: Some("other".to_owned()), ..by(Some(2), "", "") }, ""),
        (ConversationQuery { failed: true, ..by(None, "dialogue", "") }, "talk 1"),
    ] {
        assert_eq!(found(&traces, query.clone()).await, expected, "{query:?}");
    }
    let page = traces.conversations(by(None, "dialogue", "")).await.unwrap();
    let talk = &page.conversations[0];
    assert_eq!((talk.steps, talk.calls, talk.errors, talk.input), (4, 3, 1, 3000), "all of it is told");
    assert_eq!((talk.run, talk.component.as_deref(), talk.team.as_deref()), (1, Some("planner"), Some("red")));
}

#[tokio::test]
async fn pages_of_a_part_follow_each_other() {
    let traces = stage::in_memory();
    let judged = |id: u64| if id.is_multiple_of(3) { "judge" } else { "narrator" };
    accept(&traces, (1..=30).map(|id| with(call(id, id, id * 10, 5), "zeroth.component", judged(id))).collect()).await;
    let (mut query, mut names) = (ConversationQuery { limit: 4, ..by(None, "judge", "") }, Vec::new());
    loop {
        let page = traces.conversations(query.clone()).await.unwrap();
        assert_eq!(page.total, 10);
        names.extend(page.conversations.into_iter().map(|talk| talk.name));
        query.after = page.next;
        if query.after.is_none() {
            break;
        }
    }
    assert_eq!(names, (1..=10).rev().map(|place| format!("talk {}", place * 3)).collect::<Vec<_>>());
}

#[tokio::test]
async fn who_is_gone_had_no_part() {
    let traces = tables().await;
    traces.delete_run(2).await.unwrap();
    stage::tend(&traces);
    assert_eq!(found(&traces, by(None, "", "")).await, "talk 1, talk 2");
    for (query, expected) in [
        (by(Some(2), "", ""), ""),
        (by(None, "judge", ""), ""),
        (by(None, "dice", ""), ""),
        (by(None, "", "blue"), ""),
        (by(None, "planner", ""), "talk 1, talk 2"),
        (by(Some(1), "dialogue", "red"), "talk 1"),
    ] {
        assert_eq!(found(&traces, query.clone()).await, expected, "{query:?}");
    }
    traces.delete_run(1).await.unwrap();
    stage::tend(&traces);
    // What begins now may get the number of what is gone, and nothing else of it.
    accept(&traces, vec![with(call(9, 9, 9, 10), "zeroth.component", "narrator")]).await;
    assert_eq!(found(&traces, by(None, "planner", "")).await, "");
    assert_eq!(found(&traces, by(None, "narrator", "red")).await, "talk 9");
}

/// Two programs that both call a conversation "1".
async fn alpha_and_beta(traces: &Traces) {
    for (service, trace, at) in [("alpha", 1, 0), ("beta", 2, 1000), ("alpha", 1, 2000)] {
        let one = with(call(trace, at + 1, at, 10), "gen_ai.conversation.id", "1");
        traces.accept(stage::batch(service, vec![one])).await.unwrap();
    }
}

async fn check_apart(traces: &Traces) {
    let page = traces.conversations(ConversationQuery::default()).await.unwrap();
    let told: Vec<_> = page.conversations.iter().map(|talk| (talk.service.as_str(), talk.calls, talk.first)).collect();
    assert_eq!(told, [("alpha", 2, stage::at(0)), ("beta", 1, stage::at(1000))]);
    assert!(page.conversations.iter().all(|talk| talk.name == "1"));
    let beta = traces.conversation_of("beta", "1", 0).await.unwrap();
    assert_eq!((beta.conversation.service.as_str(), beta.calls.len()), ("beta", 1));
    assert_eq!(beta.calls[0].service, "beta");
    let latest = traces.conversation("1", 0).await.unwrap();
    assert_eq!((latest.conversation.service.as_str(), latest.calls.len()), ("alpha", 2));
    let unknown = traces.conversation_of("gamma", "1", 0).await.unwrap_err();
    assert_eq!(unknown, ReadError::Unknown("conversation"));
    for (service, expected) in [(Some("alpha"), 2), (Some("beta"), 1), (Some("gamma"), 0), (None, 3)] {
        let service = service.map(str::to_owned);
        let filter = Filter { conversation: Some("1".to_owned()), service, ..Filter::default() };
        let page = traces.calls(CallQuery { filter: filter.clone(), ..CallQuery::default() }).await.unwrap();
        assert_eq!((page.total.calls, page.calls.len()), (expected, expected as usize), "{filter:?}");
    }
}

#[tokio::test]
async fn a_name_is_that_of_one_service() {
    let traces = stage::in_memory();
    alpha_and_beta(&traces).await;
    check_apart(&traces).await;
}

/// What turns conversations of today into those of before: of one name, and found by who began them.
const BEFORE: &str = "
    CREATE TABLE old AS SELECT id, name, run, component, team, user, first, last, steps, calls, errors, input, output, cost,
        sources FROM conversations WHERE id NOT IN (SELECT max(id) FROM conversations GROUP BY name HAVING count(*) > 1);
    UPDATE calls SET conversation = (SELECT min(o.id) FROM conversations AS o JOIN conversations AS v ON v.name = o.name
        WHERE v.id = calls.conversation);
    DROP TABLE conversations; ALTER TABLE old RENAME TO conversations; DROP TABLE conversation_marks;
    PRAGMA user_version = 3;";

#[tokio::test]
async fn those_of_older_files_are_taken_apart() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("traces.db");
    let open = || stage::open(stage::config(Place::File(file.clone())), stage::hand());
    let traces = open();
    alpha_and_beta(&traces).await;
    drop(traces);
    rusqlite::Connection::open(&file).unwrap().execute_batch(BEFORE).unwrap();
    let traces = open();
    check_apart(&traces).await;
    assert_eq!(traces.conversations(by(Some(2), "", "")).await.unwrap().conversations[0].service, "beta");
    assert_eq!(traces.conversations(by(None, "narrator", "red")).await.unwrap().total, 2);
    // They go on as they are, and end with the last of their calls.
    let judge = with(with(call(2, 9, 500, 10), "gen_ai.conversation.id", "1"), "zeroth.component", "judge");
    traces.accept(stage::batch("beta", vec![judge])).await.unwrap();
    let beta = traces.conversations(by(Some(2), "judge", "")).await.unwrap().conversations.remove(0);
    assert_eq!((beta.calls, beta.first, beta.last), (2, stage::at(500), stage::at(1010)));
    traces.delete_run(1).await.unwrap();
    stage::tend(&traces);
    let left = traces.conversations(ConversationQuery::default()).await.unwrap();
    assert_eq!((left.total, left.conversations[0].service.as_str()), (1, "beta"));
    assert_eq!(traces.conversations(by(None, "narrator", "red")).await.unwrap().total, 1);
}
