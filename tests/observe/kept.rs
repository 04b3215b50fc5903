//! Our own telemetry in the trace store of the process: it comes in as OTLP and is understood like everyone else's.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use tower::ServiceExt as _;
use zeroth::app::{App, Seams};
use zeroth::clock::Clock;
use zeroth::traces::{CallQuery, Filter, Traces};

use crate::otlp::Backend;
use crate::table::{Table, config};

/// Plays a turn with a store in memory, and ends the program; the store stays.
async fn played(settings: &[(&str, &str)]) -> Arc<Traces> {
    let settings: Vec<(&str, &str)> = [("ZEROTH_TRACES", "memory")].iter().chain(settings).copied().collect();
    let table = Table::new(&settings);
    assert_eq!(table.play("I open the maintenance hatch.").await.0, 200);
    let traces = Arc::clone(table.app.traces().unwrap());
    let ways = table.app.shutdown(Duration::from_secs(5)).await;
    assert!(ways.iter().all(|flow| flow.refused + flow.failed + flow.queued == 0), "{ways:?}");
    traces
}

async fn calls(traces: &Traces) -> zeroth::traces::CallPage {
    let filter = Filter { component: Some("dialogue".to_owned()), ..Filter::default() };
    traces.calls(CallQuery { filter, ..CallQuery::default() }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_turn_is_found_again_with_all_that_belongs_to_it() {
    let traces = played(&[]).await;
    let page = calls(&traces).await;
    let [call] = page.calls.as_slice() else { panic!("{page:?}") };
    assert_eq!((page.total.calls, page.total.errors), (1, 0));
    assert_eq!(call.model.as_deref(), Some("sim-1"));
    assert_eq!(call.cost_source, Some("simulated"));
    assert!(call.tokens.input.is_some_and(|tokens| tokens > 100), "{call:?}");
    let trace = traces.trace(&call.trace).await.unwrap();
    let names: Vec<&str> = trace.spans.iter().map(|span| span.name.as_str()).collect();
    assert_eq!(names.first(), Some(&"POST /play"), "{names:?}");
    assert!(trace.spans.iter().all(|span| span.service == "zeroth"));
    let span = traces.span(&call.trace, &call.span).await.unwrap();
    assert!(span.attributes["gen_ai.input.messages"].to_string().contains("maintenance hatch"));
    let conversation = traces.conversation(call.conversation.as_deref().unwrap(), 0).await.unwrap();
    assert!(conversation.calls.iter().any(|one| one.id == call.id));
}

#[tokio::test(flavor = "multi_thread")]
async fn words_stay_out_of_it_when_they_should() {
    let traces = played(&[("ZEROTH_TRACES_CONTENT", "false")]).await;
    let page = calls(&traces).await;
    let call = &page.calls[0];
    let span = traces.span(&call.trace, &call.span).await.unwrap();
    assert!(!span.attributes.contains_key("gen_ai.input.messages"));
    assert!(span.attributes.contains_key("gen_ai.usage.input_tokens"));
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_are_kept_here_do_not_leave_the_machine() {
    let (backend, address) = Backend::start().await;
    let traces = played(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &address)]).await;
    let call = calls(&traces).await.calls.remove(0);
    let span = traces.span(&call.trace, &call.span).await.unwrap();
    assert!(span.attributes.contains_key("gen_ai.input.messages"));
    let sent = format!("{:?}", backend.spans());
    assert!(sent.contains("gen_ai.usage.input_tokens"), "{sent}");
    assert!(!sent.contains("maintenance hatch"), "{sent}");
}

async fn traces_of_readyz(router: axum::Router) -> (u16, Value) {
    let answer = router.oneshot(Request::get("/readyz").body(Body::empty()).unwrap()).await.unwrap();
    let status = answer.status().as_u16();
    let body = axum::body::to_bytes(answer.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice::<Value>(&body).unwrap()["probes"]["traces"]["detail"]["notice"].clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_learns_that_a_file_cannot_be_used_and_not_where_it_lies() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("traces.db"), "no database, and long enough to be looked at ".repeat(50))
        .unwrap();
    let table = Table::new(&[("ZEROTH_TRACES", "file"), ("ZEROTH_DATA_DIR", folder.path().to_str().unwrap())]);
    assert!(table.app.traces_notice().unwrap().contains("traces.db"), "whoever runs it learns where");
    let notice = "the file cannot be used, so traces are kept in memory, and end with the program";
    assert_eq!(traces_of_readyz(table.router.clone()).await, (200, Value::from(notice)));
}

/// A clock on which the thread that writes traces dies, when it is told to.
#[derive(Default)]
struct Trap(AtomicBool);

impl Clock for Trap {
    fn now(&self) -> SystemTime {
        let writes = std::thread::current().name() == Some("traces-writer");
        assert!(!writes || !self.0.load(Ordering::SeqCst), "on purpose");
        SystemTime::UNIX_EPOCH
    }

    fn ticks(&self) -> Duration {
        Duration::ZERO
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_learns_that_nothing_is_kept_any_more() {
    let trap = Arc::new(Trap::default());
    let config = config(&[("ZEROTH_TRACES", "memory")]);
    let seams = Seams { clock: Some(Arc::clone(&trap) as Arc<dyn Clock>), ..Seams::default() };
    let app = App::compose(&config, seams).unwrap();
    let router = app.router(&config);
    assert_eq!(traces_of_readyz(router.clone()).await, (200, Value::Null));
    trap.0.store(true, Ordering::SeqCst);
    let sent = Request::post("/v1/traces").header("content-type", "application/json").body(Body::from("{}")).unwrap();
    assert_eq!(router.clone().oneshot(sent).await.unwrap().status(), 503);
    let notice = "nothing is kept any more, by a mistake of Zeroth: start it again";
    loop {
        // The thread may still be on its way out.
        match traces_of_readyz(router.clone()).await {
            (200, Value::Null) => tokio::task::yield_now().await,
            told => break assert_eq!(told, (200, Value::from(notice))),
        }
    }
}
