//! The documentation describes what there is.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Method, Request};
use insta::assert_snapshot;
use serde_json::Value;

use zeroth::http::KINDS;

use crate::app::App;

async fn openapi(app: &App) -> Value {
    let answer = app.get("/openapi.json").await;
    assert_eq!((answer.status.as_u16(), answer.header("content-type")), (200, "application/json"));
    answer.json()
}

fn operations(openapi: &Value) -> Vec<(String, String, &Value)> {
    let paths = openapi["paths"].as_object().unwrap();
    let operations =
        paths.iter().flat_map(|(path, item)| item.as_object().unwrap().iter().map(move |(m, o)| (path, m, o)));
    operations.map(|(path, method, operation)| (method.to_uppercase(), path.clone(), operation)).collect()
}

#[tokio::test]
async fn every_route_is_described() {
    let openapi = openapi(&App::new()).await;
    let lines: Vec<String> = operations(&openapi)
        .iter()
        .map(|(method, path, operation)| {
            let statuses: Vec<&str> = operation["responses"].as_object().unwrap().keys().map(String::as_str).collect();
            format!("{method} {path}: {} ({})", operation["summary"].as_str().unwrap(), statuses.join(" "))
        })
        .collect();
    assert_snapshot!(lines.join("\n"), @"
    GET /: Who plays, who tells the story, and the quest (200 400 402 404 405 421 429 500 502 503 504)
    GET /api/calls: Calls to models, and what stands around them (200 400 401 403 404 405 421 500 503 504)
    GET /api/conversation: One conversation (200 400 401 403 404 405 421 500 503 504)
    GET /api/conversations: Conversations (200 400 401 403 404 405 421 500 503 504)
    GET /api/errors: Errors, those of a kind together (200 400 401 403 404 405 421 500 503 504)
    GET /api/facets: What one can filter by (200 400 401 403 404 405 421 500 503 504)
    GET /api/live: What happens, as it happens (200 400 401 403 404 405 421 500 503 504)
    GET /api/logs: Log records (200 400 401 403 404 405 421 500 503 504)
    GET /api/logs/{id}: One log record, whole (200 400 401 403 404 405 421 500 503 504)
    GET /api/metric: One metric (200 400 401 403 404 405 421 500 503 504)
    GET /api/metrics: Which metrics came (200 400 401 403 404 405 421 500 503 504)
    GET /api/runs: Which runs there are (200 400 401 403 404 405 421 500 503 504)
    DELETE /api/runs/{id}: Delete a run (204 400 401 403 404 405 421 500 503 504)
    PATCH /api/runs/{id}: Name a run, or pause it (204 400 401 403 404 405 408 413 415 421 500 503 504)
    GET /api/series: Lines of a chart (200 400 401 403 404 405 421 500 503 504)
    GET /api/status: What the console is looking at (200 400 405 421 500)
    GET /api/traces/{trace}: One trace (200 400 401 403 404 405 421 500 503 504)
    GET /api/traces/{trace}/spans/{span}: One span, whole (200 400 401 403 404 405 421 500 503 504)
    GET /console: The console, for people (200 304 405 421 500)
    GET /docs: This API, described for people (200 304)
    GET /docs/{file}: What the documentation page loads (200 304 404)
    POST /games: Create a game of one's own (201 400 402 403 405 408 413 415 421 429 500 502 503 504)
    GET /healthz: Is the program alive? (200)
    GET /metrics: What the program counts (200)
    GET /openapi.json: This API, described for programs (200 304)
    POST /play: Play one turn (200 400 402 403 404 405 408 409 413 415 421 429 500 502 503 504)
    GET /readyz: Is the program ready for players? (200 503)
    POST /retry: Play the last turn again (200 400 402 403 404 405 408 409 413 415 421 422 429 500 502 503 504)
    GET /scenario/info: Which scenarios there are, and how to play them (200 405 421 500)
    POST /scenario/play: Play one turn of a scenario (200 400 402 403 404 405 408 409 413 415 421 422 429 500 502 503 504)
    POST /scenario/start: Start a scenario (201 400 403 405 408 413 415 421 422 500 503)
    GET /sessions: Which games there are (200 400 401 403 405 421 500 503)
    DELETE /sessions/{id}: Let a game go (204 403 404 405 409 421 500 503)
    GET /sessions/{id}: A game as it stands (200 402 404 405 421 422 429 500 502 503 504)
    GET /sessions/{id}/transcript: What was said and done in a game (200 400 404 405 421 500 503)
    GET /singleplayer: What solo games there are, and how to play them (200 405 421 500)
    POST /singleplayer/end: End a solo game (200 400 403 404 405 408 409 413 415 421 500 503)
    POST /singleplayer/play: Play one turn of a solo game (200 400 402 403 404 405 408 409 413 415 421 422 429 500 502 503 504)
    POST /singleplayer/start: Start a solo game (201 400 403 405 408 413 415 421 422 500 503)
    POST /undo: Take the last turn back (200 400 403 404 405 408 409 413 415 421 422 500 503)
    ");
    assert_eq!(openapi["info"]["version"], "1.2.3");
}

#[tokio::test]
async fn every_described_route_exists() {
    let app = App::new();
    *app.archive.transcript.lock().unwrap() = Some(crate::archive::transcript());
    for (method, path, _) in operations(&openapi(&app).await) {
        let path = path.replace("{id}", "00000000-0000-0000-0000-000000000000").replace("{file}", "docs.js");
        let request = Request::builder().method(Method::from_bytes(method.as_bytes()).unwrap()).uri(&path);
        let response = app.open(request.body(Body::empty()).unwrap()).await;
        let media_type = response.headers()["content-type"].to_str().unwrap().to_owned();
        if media_type == "application/problem+json" {
            let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
            let problem: Value = serde_json::from_slice(&body).unwrap();
            let absent = ["/docs#problem-not-found", "/docs#problem-method-not-allowed"];
            assert!(!absent.contains(&problem["type"].as_str().unwrap()), "{method} {path}");
        }
    }
}

#[tokio::test]
async fn every_parameter_of_the_console_is_described() {
    let app = App::new();
    for (method, path, operation) in operations(&openapi(&app).await) {
        if !path.starts_with("/api/") || method != "GET" {
            continue;
        }
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        let described: Vec<&str> =
            parameters.filter(|one| one["in"] == "query").map(|one| one["name"].as_str().unwrap()).collect();
        let refused = app.get(&format!("{path}?no-such=1")).await;
        assert_eq!(refused.status, 400, "{path}");
        let refused = refused.json();
        let detail = refused["detail"].as_str().unwrap();
        let known = detail.split_once("; there are ").map_or_else(Vec::new, |(_, known)| known.split(", ").collect());
        assert_eq!(described, known, "{path}: {detail}");
    }
}

#[tokio::test]
async fn every_reference_resolves() {
    let openapi = openapi(&App::new()).await;
    let mut references = BTreeSet::new();
    collect(&openapi, &mut references);
    assert!(references.contains("#/components/schemas/Problem"), "{references:?}");
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(openapi.pointer(pointer).is_some(), "{reference}");
    }
}

fn collect<'a>(value: &'a Value, references: &mut BTreeSet<&'a str>) {
    match value {
        Value::Object(fields) => {
            references.extend(fields.get("$ref").and_then(Value::as_str));
            fields.values().for_each(|value| collect(value, references));
        }
        Value::Array(values) => values.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}

#[tokio::test]
async fn every_kind_of_problem_has_its_place_on_the_page() {
    let app = App::new();
    let page = app.get("/docs").await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html; charset=utf-8"));
    for kind in KINDS {
        assert_eq!(page.body.matches(&format!(r#"id="problem-{}""#, kind.slug)).count(), 1, "{}", kind.slug);
        assert!(!format!("{}{}", kind.title, kind.remedy).contains(['<', '&']), "{}", kind.slug);
    }
}

#[tokio::test]
async fn the_page_needs_nothing_from_elsewhere() {
    let app = App::new();
    let page = app.get("/docs").await;
    let (css, js) = (app.get("/docs/docs.css").await, app.get("/docs/docs.js").await);
    assert_snapshot!(page.text(&["content-security-policy", "referrer-policy"]).lines().nth(1).unwrap(), @"content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    for text in [&page.body, &css.body, &js.body] {
        for foreign in ["http://", "https://", " url(", "@import", "innerHTML", "style="] {
            assert!(!text.contains(foreign), "{foreign}");
        }
    }
    assert!(!page.body.contains("<script>") && !page.body.contains("<style"), "the policy forbids it");
    for path in ["/docs/docs.css", "/docs/docs.js"] {
        assert!(page.body.contains(path), "{path}");
    }
    assert_eq!(app.get("/docs/other.js").await.status, 404);
}

#[tokio::test]
async fn what_the_browser_has_is_not_sent_again() {
    let app = App::new();
    for path in ["/docs", "/docs/docs.css", "/docs/docs.js", "/openapi.json"] {
        let first = app.get(path).await;
        let tag = first.header("etag").to_owned();
        assert_eq!(first.header("cache-control"), "no-cache");
        for known in [tag.clone(), format!("\"x\", W/{tag}")] {
            let request = Request::get(path).header("if-none-match", known).body(Body::empty()).unwrap();
            let again = app.send(request).await;
            assert_eq!((again.status.as_u16(), again.body.as_str(), again.header("etag")), (304, "", tag.as_str()));
        }
    }
}

/// Checks that the schema and what was sent have the same members, all the way down.
fn compare(openapi: &Value, schema: &Value, sent: &Value, at: &str) {
    let resolved = schema["$ref"].as_str().map(|path| openapi.pointer(path.trim_start_matches('#')).unwrap());
    let schema = resolved.unwrap_or(schema);
    if let Some(options) = schema.get("oneOf").and_then(Value::as_array) {
        let option = options.iter().find(|option| option["type"] != "null").unwrap();
        if !sent.is_null() {
            compare(openapi, option, sent, at);
        }
        return;
    }
    match sent {
        Value::Array(items) => {
            items.iter().for_each(|item| compare(openapi, &schema["items"], item, &format!("{at}[]")))
        }
        Value::Object(fields) if schema.get("properties").is_some() => {
            let described = schema["properties"].as_object().unwrap();
            let missing: Vec<&String> = fields.keys().filter(|name| !described.contains_key(*name)).collect();
            assert!(missing.is_empty(), "{at}: not described: {missing:?}");
            let required = schema["required"].as_array().unwrap().iter().map(|name| name.as_str().unwrap());
            let absent: Vec<&str> = required.filter(|name| !fields.contains_key(*name)).collect();
            assert!(absent.is_empty(), "{at}: not sent: {absent:?}");
            for (name, value) in fields {
                compare(openapi, &described[name], value, &format!("{at}.{name}"));
            }
        }
        _ => {}
    }
}

#[tokio::test]
async fn the_state_of_a_game_is_described_as_it_is_sent() {
    let app = App::new();
    let openapi = openapi(&app).await;
    let schemas = &openapi["components"]["schemas"];
    for (session, path) in [(app.relay().await, "/scenario/play"), (app.alone().await, "/singleplayer/play")] {
        for input in ["/roll", "Am I hurt?"] {
            let body = serde_json::json!({"session_id": session, "input": input}).to_string();
            let answer = app.post(path, &body).await.json();
            compare(&openapi, &schemas["State"], &answer["state"], "state");
            compare(&openapi, &schemas["DiceRoll"], &answer["dice_rolls"][0], "dice_rolls");
            compare(&openapi, &schemas["Pending"], &answer["pending"], "pending");
        }
    }
}
