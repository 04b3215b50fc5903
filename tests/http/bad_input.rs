//! Whatever a client sends wrongly, it is told what would be right.

use axum::body::Body;
use axum::http::{Method, Request};
use insta::assert_snapshot;

use crate::app::{App, post};

const BODIES: &[(&str, &[u8])] = &[
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
    ("nothing but white space", br#"{"message": " \n\t\u0000"}"#),
];

#[tokio::test]
async fn bodies_that_cannot_be_played() {
    let deep = format!(r#"{{"message": "On.", "mood": {}"#, "[".repeat(200));
    let long = format!(r#"{{"message": "{}"}}"#, "a".repeat(41));
    let app = App::new();
    let mut text = String::new();
    for (name, body) in BODIES.iter().chain(&[("deep nesting", deep.as_bytes()), ("a long message", long.as_bytes())]) {
        let request = Request::post("/play").header("content-type", "application/json");
        let answer = app.send(request.body(Body::from(body.to_vec())).unwrap()).await;
        assert_eq!(answer.header("content-type"), "application/problem+json", "{name}");
        let problem = answer.json();
        let kind = problem["type"].as_str().unwrap().trim_start_matches("/docs#problem-");
        text += &format!("{name}: {} {kind}: {}\n", answer.status.as_u16(), problem["detail"].as_str().unwrap());
    }
    assert_snapshot!(text, @r#"
    nothing: 400 malformed-json: the body is empty; send for example {"message": "I look around."}
    white space: 400 malformed-json: the body is empty; send for example {"message": "I look around."}
    no JSON: 400 malformed-json: expected a JSON object such as {"message": "I look around."}
    half an object: 400 malformed-json: message: EOF while parsing a value at line 1 column 12; send for example {"message": "I look around."}
    more than an object: 400 malformed-json: trailing characters at line 1 column 20; send for example {"message": "I look around."}
    a comma too many: 400 malformed-json: trailing comma at line 1 column 19; send for example {"message": "I look around."}
    bad UTF-8: 400 malformed-json: message: invalid unicode code point at line 1 column 14; send for example {"message": "I look around."}
    half a surrogate pair: 400 malformed-json: message: unexpected end of hex escape at line 1 column 20; send for example {"message": "I look around."}
    a raw null byte: 400 malformed-json: message: control character (\u0000-\u001F) found while parsing a string at line 1 column 15; send for example {"message": "I look around."}
    a byte order mark: 400 malformed-json: expected a JSON object such as {"message": "I look around."}
    null: 400 invalid-body: expected a JSON object such as {"message": "I look around."}
    an array: 400 invalid-body: expected a JSON object such as {"message": "I look around."}
    a text: 400 invalid-body: expected a JSON object such as {"message": "I look around."}
    a number: 400 invalid-body: expected a JSON object such as {"message": "I look around."}
    no message: 400 invalid-body: missing field `message` at line 1 column 2; send for example {"message": "I look around."}
    another field: 400 invalid-body: missing field `message` at line 1 column 15; send for example {"message": "I look around."}
    a null message: 400 invalid-body: message: invalid type: null, expected a string at line 1 column 16; send for example {"message": "I look around."}
    a number as message: 400 invalid-body: message: invalid type: integer `5`, expected a string at line 1 column 13; send for example {"message": "I look around."}
    an object as message: 400 invalid-body: message: invalid type: map, expected a string at line 1 column 12; send for example {"message": "I look around."}
    an array as message: 400 invalid-body: message: invalid type: sequence, expected a string at line 1 column 12; send for example {"message": "I look around."}
    two messages: 400 invalid-body: duplicate field `message` at line 1 column 28; send for example {"message": "I look around."}
    a number as session: 400 invalid-body: session_id: invalid type: integer `7`, expected a string at line 1 column 34; send for example {"message": "I look around."}
    an empty message: 400 invalid-message: the message is empty; say or do something, such as "I look around."
    nothing but white space: 400 invalid-message: the message is empty; say or do something, such as "I look around."
    deep nesting: 400 malformed-json: mood: EOF while parsing a list at line 1 column 227; send for example {"message": "I look around."}
    a long message: 400 invalid-message: the message has 41 characters; at most 40 fit into a turn
    "#);
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
        ("a path that is no text", method(Method::GET, "/sessions/%ff")),
        ("a file that is no text", method(Method::GET, "/docs/%ff")),
        ("a GET", method(Method::GET, "/play")),
        ("a POST", method(Method::POST, "/")),
        ("a preflight", method(Method::OPTIONS, "/play")),
        ("an unknown method", method(Method::from_bytes(b"BREW").unwrap(), "/play")),
        ("another site", post("/games", &[("sec-fetch-site", "cross-site")], "")),
        ("another port", post("/games", &[("sec-fetch-site", "same-site")], "")),
        ("another origin", post("/games", &[("host", "localhost:5050"), ("origin", "http://evil.example")], "")),
        ("no origin", post("/games", &[("host", "localhost:5050"), ("origin", "null")], "")),
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
    assert_snapshot!(text, @r#"
    no media type: {"type":"/docs#problem-unsupported-media-type","title":"Not a media type that is read here","status":415,"detail":"the body has no media type; send the header Content-Type: application/json","instance":"/play","trace_id":"00000000000000000000000000000abc"}
    a form: {"type":"/docs#problem-unsupported-media-type","title":"Not a media type that is read here","status":415,"detail":"the body has another media type; send the header Content-Type: application/json","instance":"/play","trace_id":"00000000000000000000000000000abc"}
    a cross-site post: {"type":"/docs#problem-unsupported-media-type","title":"Not a media type that is read here","status":415,"detail":"the body has another media type; send the header Content-Type: application/json","instance":"/play","trace_id":"00000000000000000000000000000abc"}
    almost JSON: {"type":"/docs#problem-unsupported-media-type","title":"Not a media type that is read here","status":415,"detail":"the body has another media type; send the header Content-Type: application/json","instance":"/play","trace_id":"00000000000000000000000000000abc"}
    a compressed body: {"type":"/docs#problem-unsupported-media-type","title":"Not a media type that is read here","status":415,"detail":"send the body as it is, without Content-Encoding","instance":"/play","trace_id":"00000000000000000000000000000abc"}
    a large body: {"type":"/docs#problem-too-large","title":"The body is too large","status":413,"detail":"the body has more than 65536 bytes","instance":"/play","trace_id":"00000000000000000000000000000abc"}
    another path: {"type":"/docs#problem-not-found","title":"Nothing is here","status":404,"detail":"there is nothing at this path; /docs lists what there is","instance":"/nowhere","trace_id":"00000000000000000000000000000abc"}
    a path below: {"type":"/docs#problem-not-found","title":"Nothing is here","status":404,"detail":"there is nothing at this path; /docs lists what there is","instance":"/play/1","trace_id":"00000000000000000000000000000abc"}
    a path that is no text: {"type":"/docs#problem-unknown-session","title":"No such session","status":404,"detail":"there is no such session","instance":"/sessions/%ff","trace_id":"00000000000000000000000000000abc"}
    a file that is no text: {"type":"/docs#problem-not-found","title":"Nothing is here","status":404,"detail":"there is nothing at this path; /docs lists what there is","instance":"/docs/%ff","trace_id":"00000000000000000000000000000abc"}
    a GET: {"type":"/docs#problem-method-not-allowed","title":"Not with this method","status":405,"detail":"this path does not take the method; see the header Allow","instance":"/play","trace_id":"00000000000000000000000000000abc"} (allow: POST)
    a POST: {"type":"/docs#problem-method-not-allowed","title":"Not with this method","status":405,"detail":"this path does not take the method; see the header Allow","instance":"/","trace_id":"00000000000000000000000000000abc"} (allow: GET,HEAD)
    a preflight: {"type":"/docs#problem-method-not-allowed","title":"Not with this method","status":405,"detail":"this path does not take the method; see the header Allow","instance":"/play","trace_id":"00000000000000000000000000000abc"} (allow: POST)
    an unknown method: {"type":"/docs#problem-method-not-allowed","title":"Not with this method","status":405,"detail":"this path does not take the method; see the header Allow","instance":"/play","trace_id":"00000000000000000000000000000abc"} (allow: POST)
    another site: {"type":"/docs#problem-cross-site","title":"Asked from another site","status":403,"detail":"the headers Sec-Fetch-Site or Origin say that a page of another site asks","instance":"/games","trace_id":"00000000000000000000000000000abc"}
    another port: {"type":"/docs#problem-cross-site","title":"Asked from another site","status":403,"detail":"the headers Sec-Fetch-Site or Origin say that a page of another site asks","instance":"/games","trace_id":"00000000000000000000000000000abc"}
    another origin: {"type":"/docs#problem-cross-site","title":"Asked from another site","status":403,"detail":"the headers Sec-Fetch-Site or Origin say that a page of another site asks","instance":"/games","trace_id":"00000000000000000000000000000abc"}
    no origin: {"type":"/docs#problem-cross-site","title":"Asked from another site","status":403,"detail":"the headers Sec-Fetch-Site or Origin say that a page of another site asks","instance":"/games","trace_id":"00000000000000000000000000000abc"}
    wishes for a game: {"type":"/docs#problem-invalid-body","title":"The body does not fit","status":400,"detail":"expected a JSON object such as {}","instance":"/games","trace_id":"00000000000000000000000000000abc"}
    "#);
    assert!(app.play.sessions().is_empty(), "none of them reached the game");
}

#[tokio::test]
async fn a_page_of_the_game_itself_may_ask() {
    let app = App::new();
    for site in ["same-origin", "none"] {
        assert_eq!(app.send(post("/games", &[("sec-fetch-site", site)], "")).await.status, 201);
    }
    let older = [("host", "localhost:5050"), ("origin", "http://LocalHost:5050")];
    assert_eq!(app.send(post("/games", &older, "")).await.status, 201);
}
