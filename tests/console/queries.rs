//! What a query may say, and what is said of one that says something else.

use insta::assert_snapshot;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

use crate::desk::{Answer, Desk, routes};

#[tokio::test]
async fn what_is_wrong_with_a_query_is_named_all_at_once() {
    let desk = Desk::new();
    for (path, expected) in [
        ("/api/facets?frm=1", "there is no parameter \"frm\" here; there are from, until"),
        ("/api/runs?all=yes", "there is no parameter \"all\" here, nor any other"),
        ("/api/facets?from=now", "from is \"now\": send microseconds since 1970, such as 1795262400000000"),
        ("/api/facets?from=1&from=2", "from is there twice: send it once"),
        ("/api/calls?limit=0", "limit is \"0\": send a whole number from 1 to 500"),
        ("/api/calls?sort=size", "sort is \"size\": send one of time, duration, cost"),
        ("/api/calls?min_cost=NaN", "min_cost is \"NaN\": send a number of US dollars"),
        (
            "/api/calls?run=-1&status=bad",
            "run is \"-1\": send a whole number from 0 on; status is \"bad\": send one of ok, error",
        ),
        ("/api/calls?after=soon", "the cursor is none of ours: begin at the first page"),
        ("/api/conversations?failed=yes", "failed is \"yes\": send one of true, false"),
        ("/api/conversation", "name is missing: send for example name=talk-1"),
        ("/api/series?step=90", "step must be a multiple of 60 seconds"),
        ("/api/series?text=hatch", "charts cannot be filtered by agent, user, conversation, duration, cost or words"),
        ("/api/live?after=later", "after is \"later\": send a whole number from 0 on"),
    ] {
        assert_eq!(desk.get(path).await.problem(), format!("400 invalid-query: {expected}"), "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_problem() {
    let desk = Desk::new();
    for (path, expected) in [
        ("/api/traces/4bf92f3577b34da6a3ce929d0e0e4736", "trace"),
        ("/api/traces/x/spans/y", "span"),
        ("/api/traces/%FF", "trace"),
        ("/api/conversation?name=talk%201", "conversation"),
        ("/api/metric?name=no.such", "metric"),
        ("/api/logs/7", "log record"),
        ("/api/logs/seven", "log record"),
    ] {
        let expected = format!("404 unknown-telemetry: there is no such {expected}, or no more");
        assert_eq!(desk.get(path).await.problem(), expected, "{path}");
    }
    assert_snapshot!(desk.get("/api/nothing").await.problem(), @"404 not-found: there is nothing at this path; /docs lists what there is");
}

#[tokio::test]
async fn without_a_store_only_the_status_is_told() {
    let get = async |path: &str| {
        let request = axum::http::Request::get(path).body(axum::body::Body::empty()).unwrap();
        Answer::read(routes(None, CancellationToken::new()).oneshot(request).await.unwrap()).await
    };
    assert_snapshot!(get("/api/status").await.body, @r#"{"version":"1.2.3","now":1795262400000000,"traces":"off","health":null,"number":0,"tables":{"campaign":"enterprise"}}"#);
    for path in ["/api/calls", "/api/live", "/api/traces/x", "/api/runs"] {
        assert_eq!(get(path).await.problem(), "404 traces-off: telemetry is not kept here: ZEROTH_TRACES is off");
    }
    assert_eq!(get("/console").await.status, 200);
}
