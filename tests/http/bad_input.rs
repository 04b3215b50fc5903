//! Whatever a client sends wrongly, it is told what would be right.

use axum::body::Body;
use axum::http::{Method, Request};
use insta::assert_snapshot;

use crate::app::{App, post};

#[tokio::test]
async fn bodies_that_cannot_be_played() {
    let deep = "[".repeat(200);
    let deep = format!(r#"{{"message": {deep}"#);
    let long = format!(r#"{{"message": "{}"}}"#, "a".repeat(41));
    let bodies: &[(&str, &[u8])] = &[
        ("nothing", b""),
        ("white space", b" \n "),
        ("no JSON", b"hello"),
        ("half an object", br#"{"message": "#),
        ("more than an object", br#"{"message": "On."} {}"#),
        ("a comma too many", br#"{"message": "On.",}"#),
        ("bad UTF-8", b"{\"message\": \"\xff\xfe\"}"),
        ("half a surrogate pair", br#"{"message": "\ud800"}"#),
        ("a raw null byte", b"{\"message\": \"a\0b\"}"),
        ("a byte order mark", b"\xef\xbb\xbf{\"message\": \"On.\"}"),
        ("deep nesting", deep.as_bytes()),
        ("null", b"null"),
        ("an array", br#"["On."]"#),
        ("a text", br#""On.""#),
        ("a number", b"-5"),
        ("no message", b"{}"),
        ("another field", br#"{"text": "On."}"#),
        ("a null message", br#"{"message": null}"#),
        ("a number as message", br#"{"message": 5}"#),
        ("an object as message", br#"{"message": {"text": "On."}}"#),
        ("an array as message", br#"{"message": ["On."]}"#),
        ("two messages", br#"{"message": "On.", "message": "Off."}"#),
        ("a number as session", br#"{"message": "On.", "session_id": 7}"#),
        ("an empty message", br#"{"message": ""}"#),
        ("nothing but white space", br#"{"message": " \n\t\u0000\u200b"}"#),
        ("a long message", long.as_bytes()),
    ];
    let app = App::new();
    let mut text = String::new();
    for (name, body) in bodies {
        let request = Request::post("/play").header("content-type", "application/json");
        let answer = app.send(request.body(Body::from(body.to_vec())).unwrap()).await;
        assert_eq!(answer.header("content-type"), "application/problem+json", "{name}");
        let problem = answer.json();
        let kind = problem["type"].as_str().unwrap().trim_start_matches("/docs#problem-");
        text += &format!("{name}: {} {kind}: {}\n", answer.status.as_u16(), problem["detail"].as_str().unwrap());
    }
    assert_snapshot!(text, @"");
}

#[tokio::test]
async fn requests_that_are_turned_away() {
    let large = format!(r#"{{"message": "{}"}}"#, "a".repeat(70_000));
    let message = r#"{"message": "On."}"#;
    let plain = |media_type: &str| {
        let request = Request::post("/play").header("content-type", media_type);
        request.body(Body::from(message)).unwrap()
    };
    let method = |method: Method, path: &str| Request::builder().method(method).uri(path).body(Body::empty()).unwrap();
    let requests = [
        ("no media type", Request::post("/play").body(Body::from(message)).unwrap()),
        ("a form", plain("application/x-www-form-urlencoded")),
        ("a cross-site post", plain("text/plain")),
        ("almost JSON", plain("application/jsonp")),
        ("a compressed body", post("/play", &[("content-encoding", "gzip")], message)),
        ("a large body", post("/play", &[], &large)),
        ("another path", method(Method::GET, "/nowhere")),
        ("a path below", method(Method::POST, "/play/1")),
        ("a GET", method(Method::GET, "/play")),
        ("a POST", method(Method::POST, "/")),
        ("a preflight", method(Method::OPTIONS, "/play")),
        ("an unknown method", method(Method::from_bytes(b"BREW").unwrap(), "/play")),
        ("another site", post("/games", &[("sec-fetch-site", "cross-site")], "")),
        ("another port", post("/games", &[("sec-fetch-site", "same-site")], "")),
        ("wishes for a game", post("/games", &[], "[]")),
    ];
    let app = App::new();
    let mut text = String::new();
    for (name, request) in requests {
        let answer = app.send(request).await;
        let allow = answer.header("allow");
        let allow = if allow.is_empty() { String::new() } else { format!(" (allow: {allow})") };
        text += &format!("{name}: {}{allow}\n", answer.body);
    }
    assert_snapshot!(text, @"");
    assert!(app.play.sessions().is_empty(), "none of them reached the game");
}

#[tokio::test]
async fn a_page_of_the_game_itself_may_ask() {
    let app = App::new();
    for site in ["same-origin", "none"] {
        assert_eq!(app.send(post("/games", &[("sec-fetch-site", site)], "")).await.status, 201);
    }
}
