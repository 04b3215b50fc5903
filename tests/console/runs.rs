//! What can be done with runs.

use axum::body::Body;
use axum::http::{Method, Request};
use insta::assert_snapshot;

use crate::desk::{Answer, Desk};
use crate::stage::{accept, call};

async fn desk() -> Desk {
    let desk = Desk::new();
    accept(&desk.traces, vec![call(1, 1, 0, 100)]).await;
    desk
}

async fn patch(desk: &Desk, path: &str, body: &str) -> Answer {
    let request = Request::patch(path).header("content-type", "application/json");
    desk.send(request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn a_run_gets_a_name_and_is_paused() {
    let desk = desk().await;
    let changed = patch(&desk, "/api/runs/1", r#"{"label": "before the talk", "paused": true}"#).await;
    assert_eq!((changed.status.as_u16(), changed.body.as_str()), (204, ""));
    assert_snapshot!(desk.get("/api/runs").await.body, @r#"{"runs":[{"id":1,"service":"game","instance":"first","label":"before the talk","paused":true,"first":1795262400000000,"last":1795262400100000,"spans":1,"calls":1,"errors":0,"logs":0}]}"#);
    assert_eq!(patch(&desk, "/api/runs/1", r#"{"paused": false}"#).await.status, 204);
    let run = desk.json("/api/runs").await["runs"][0].clone();
    assert_eq!((&run["label"], &run["paused"]), (&"before the talk".into(), &false.into()), "the rest stays");
    for unnamed in [r#"{"label": null}"#, r#"{"label": " "}"#] {
        assert_eq!(patch(&desk, "/api/runs/1", unnamed).await.status, 204);
        assert_eq!(desk.json("/api/runs").await["runs"][0]["label"], serde_json::Value::Null);
    }
}

#[tokio::test]
async fn a_run_is_deleted_once() {
    let desk = desk().await;
    let delete = || Request::delete("/api/runs/1").body(Body::empty()).unwrap();
    assert_eq!(desk.send(delete()).await.status, 204);
    assert_eq!(desk.json("/api/runs").await["runs"], serde_json::json!([]));
    assert_eq!(desk.send(delete()).await.problem(), "404 unknown-telemetry: there is no such run, or no more");
}

#[tokio::test]
async fn a_change_that_makes_no_sense_changes_nothing() {
    let desk = desk().await;
    let mut told = Vec::new();
    for (path, body) in [
        ("/api/runs/1", ""),
        ("/api/runs/1", "{}"),
        ("/api/runs/1", r#"{"name": "mine"}"#),
        ("/api/runs/1", r#"{"paused": "yes"}"#),
        ("/api/runs/1?force=1", r#"{"paused": true}"#),
        ("/api/runs/7", r#"{"paused": true}"#),
        ("/api/runs/x", r#"{"paused": true}"#),
    ] {
        told.push(patch(&desk, path, body).await.problem());
    }
    let long = format!(r#"{{"label": "{}"}}"#, "x".repeat(20_000));
    told.push(patch(&desk, "/api/runs/1", &long).await.problem());
    assert_snapshot!(told.join("\n"), @r#"
    400 malformed-json: the body is empty; send for example {"label": "before the talk", "paused": false}
    400 invalid-body: nothing is to be changed; send for example {"label": "before the talk", "paused": false}
    400 invalid-body: name: unknown field `name`, expected `label` or `paused` at line 1 column 7; send for example {"label": "before the talk", "paused": false}
    400 invalid-body: paused: invalid type: string "yes", expected a boolean at line 1 column 16; send for example {"label": "before the talk", "paused": false}
    400 invalid-query: there is no parameter "force" here, nor any other
    404 unknown-telemetry: there is no such run, or no more
    404 unknown-telemetry: there is no such run, or no more
    413 too-large: the body has more than 16384 bytes
    "#);
    assert_eq!(desk.json("/api/runs").await["runs"][0]["paused"], false);
}

#[tokio::test]
async fn a_page_of_another_site_changes_nothing() {
    let desk = desk().await;
    for method in [Method::PATCH, Method::DELETE] {
        let request = Request::builder().method(method).uri("/api/runs/1").header("sec-fetch-site", "cross-site");
        let refused = desk.send(request.body(Body::empty()).unwrap()).await;
        assert!(refused.problem().starts_with("403 cross-site"));
    }
    let posted = desk.send(Request::post("/api/runs/1").body(Body::empty()).unwrap()).await;
    assert!(posted.problem().starts_with("405 method-not-allowed"));
    assert_eq!(posted.header("allow"), "PATCH,DELETE");
}
