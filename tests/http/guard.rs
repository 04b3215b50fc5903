//! Names of the server, and the operator's token.

use axum::body::Body;
use axum::http::{HeaderValue, Method, Request};
use insta::assert_snapshot;
use zeroth::http::{Config, Door};

use crate::app::{Answer, App, post};

/// It must be found in no answer.
const TOKEN: &str = "canary-7f3a-never-shown";

fn app(host: &str, token: Option<&str>) -> App {
    App::with_config(config(host, token))
}

fn config(host: &str, token: Option<&str>) -> Config {
    Config { host: host.to_owned(), token: token.map(Into::into), ..Config::default() }
}

async fn ask(app: &App, method: Method, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let answer = app.send(request.body(Body::from(body.to_owned())).unwrap()).await;
    let head = format!("{:?}", answer.headers);
    assert!(!answer.body.contains("canary") && !head.contains("canary"), "{path}: {head} {}", answer.body);
    answer
}

async fn get(app: &App, path: &str, headers: &[(&str, &str)]) -> Answer {
    ask(app, Method::GET, path, headers, "").await
}

async fn log_in(app: &App, token: &str, next: &str) -> Answer {
    let form = [("content-type", "application/x-www-form-urlencoded")];
    ask(app, Method::POST, "/console/login", &form, &format!("token={token}&next={next}")).await
}

const PAGE: (&str, &str) = ("accept", "text/html,application/xhtml+xml,*/*;q=0.8");

#[tokio::test]
async fn a_page_that_gave_its_name_to_this_machine_is_turned_away() {
    let app = app("127.0.0.1", None);
    assert_snapshot!(get(&app, "/healthz", &[("host", "evil.example:5050")]).await.text(&["content-type"]), @r#"
    421 Misdirected Request
    content-type: application/problem+json

    {"type":"/docs#problem-unknown-host","title":"Not a name of this server","status":421,"detail":"this server does not go by the name \"evil.example\"; ask http://127.0.0.1 or http://localhost with its port, or start it with ZEROTH_ALLOWED_HOSTS=evil.example","instance":"/healthz","trace_id":null}
    "#);
    let play = post("/play", &[("host", "evil.example")], r#"{"message": "On."}"#);
    assert_eq!(app.send(play).await.status, 421);
    for host in ["localhost:5050", "127.0.0.1", "[::1]:5050", "zeroth.localhost"] {
        assert_eq!(get(&app, "/healthz", &[("host", host)]).await.status, 200, "{host}");
    }
    assert_eq!(get(&app, "http://evil.example/healthz", &[]).await.status, 421, "HTTP/2 says it in :authority");
    assert_eq!(get(&app, "/healthz", &[]).await.status, 200, "HTTP/1.0 says nothing");
}

#[tokio::test]
async fn a_token_opens_what_is_not_the_game_and_nobody_else_sees_it() {
    let app = app("127.0.0.1", Some(TOKEN));
    assert_snapshot!(get(&app, "/sessions", &[]).await.text(&["content-type", "www-authenticate"]), @r#"
    401 Unauthorized
    content-type: application/problem+json
    www-authenticate: Bearer realm="zeroth"

    {"type":"/docs#problem-unauthorized","title":"The token is missing or wrong","status":401,"detail":"this wants the token that ZEROTH_TOKEN is set to; send it as Authorization: Bearer TOKEN (senders of OTLP: OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20TOKEN), or log in at /console/login","instance":"/sessions","trace_id":null}
    "#);
    let right = format!("Bearer {TOKEN}");
    for (path, status) in [("/sessions", 200), ("/api/calls", 200), ("/console", 200), ("/v1/traces", 404)] {
        assert_eq!(get(&app, path, &[]).await.status, 401, "{path}");
        assert_eq!(get(&app, path, &[("authorization", "Bearer canary-7f3a-never-show")]).await.status, 401, "{path}");
        assert_eq!(get(&app, path, &[("authorization", &right)]).await.status, status, "{path}");
    }
    for path in ["/", "/healthz", "/readyz", "/metrics", "/docs", "/scenario/info"] {
        assert_eq!(get(&app, path, &[]).await.status, 200, "{path}");
    }
    assert_eq!(app.play(r#"{"message": "On."}"#).await.status, 200);
}

#[tokio::test]
async fn without_a_token_a_server_for_others_shows_the_game_alone() {
    let app = app("0.0.0.0", None);
    assert_snapshot!(get(&app, "/api/calls", &[("host", "zeroth:5050")]).await.text(&["content-type"]), @r#"
    403 Forbidden
    content-type: application/problem+json

    {"type":"/docs#problem-shut","title":"Shut until there is a token","status":403,"detail":"others than this machine can ask this server, by its address, by a name in ZEROTH_ALLOWED_HOSTS or through a proxy, and it has no token, so the console and the telemetry are shut; start it with ZEROTH_TOKEN set to a secret of 16 characters or more","instance":"/api/calls","trace_id":null}
    "#);
    assert_eq!(get(&app, "/sessions", &[("authorization", &format!("Bearer {TOKEN}"))]).await.status, 403);
    assert_eq!(get(&app, "/healthz", &[("host", "zeroth:5050")]).await.status, 200);
    let play = post("/play", &[("host", "zeroth:5050")], r#"{"message": "On."}"#);
    assert_eq!(app.send(play).await.status, 200);
    let page = get(&app, "/console/live", &[PAGE]).await;
    assert_eq!((page.status.as_u16(), page.header("location")), (303, "/console/login?next=/console/live"));
    let page = get(&app, page.header("location"), &[PAGE]).await;
    assert_eq!(page.status, 403);
    assert!(page.body.contains("The console is shut") && !page.body.contains("<form"), "{}", page.body);
}

/// A server on loopback that a proxy of the same machine asks by this name.
fn behind_a_proxy(name: &str, token: Option<&str>) -> Config {
    Config { allowed_hosts: vec![name.parse().unwrap()], ..config("127.0.0.1", token) }
}

#[tokio::test]
async fn a_name_for_others_shuts_the_door_until_there_is_a_token() {
    let app = App::with_config(behind_a_proxy("game.example", None));
    let host = ("host", "game.example");
    for path in ["/api/calls", "/console", "/sessions", "/v1/traces"] {
        assert_eq!(get(&app, path, &[host]).await.status, 403, "{path}");
        assert_eq!(get(&app, path, &[("host", "127.0.0.1")]).await.status, 403, "a proxy may send any name: {path}");
    }
    assert_eq!(ask(&app, Method::DELETE, "/api/runs/1", &[host], "").await.status, 403);
    assert_eq!(app.send(post("/play", &[host], r#"{"message": "On."}"#)).await.status, 200);
    let app = App::with_config(behind_a_proxy("game.example", Some(TOKEN)));
    assert_eq!(get(&app, "/sessions", &[host]).await.status, 401);
    assert_eq!(get(&app, "/sessions", &[host, ("authorization", &format!("Bearer {TOKEN}"))]).await.status, 200);
}

#[tokio::test]
async fn what_a_proxy_hands_on_is_not_from_this_machine() {
    let app = app("127.0.0.1", None);
    for name in ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"] {
        let headers = [("host", "127.0.0.1:5050"), (name, "for=203.0.113.7"), PAGE];
        assert_eq!(get(&app, "/sessions", &headers).await.status, 403, "{name}");
        assert_eq!(get(&app, "/healthz", &headers).await.status, 200, "{name}");
        let login = get(&app, "/console", &headers).await;
        assert_eq!((login.status.as_u16(), login.header("location")), (303, "/console/login?next=/console"));
        assert_eq!(get(&app, login.header("location"), &headers).await.status, 403, "{name}");
    }
    assert_eq!(get(&app, "/sessions", &[("host", "127.0.0.1:5050")]).await.status, 200);
}

#[tokio::test]
async fn senders_of_telemetry_are_told_in_their_own_words() {
    let app = app("0.0.0.0", Some(TOKEN));
    let json = ask(&app, Method::POST, "/v1/traces", &[("content-type", "application/json")], "{}").await;
    assert_snapshot!(json.text(&["content-type", "www-authenticate"]), @r#"
    401 Unauthorized
    content-type: application/json
    www-authenticate: Bearer realm="zeroth"

    {"message":"this wants the token that ZEROTH_TOKEN is set to; send it as Authorization: Bearer TOKEN (senders of OTLP: OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20TOKEN), or log in at /console/login"}
    "#);
    let protobuf = Request::post("/v1/logs").header("content-type", "application/x-protobuf").body(Body::empty());
    let protobuf = app.open(protobuf.unwrap()).await;
    assert_eq!(
        (protobuf.status().as_u16(), &protobuf.headers()["content-type"]),
        (401, &HeaderValue::from_static("application/x-protobuf"))
    );
    let call = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    let grpc = ask(&app, Method::POST, call, &[("content-type", "application/grpc")], "").await;
    assert_snapshot!(grpc.text(&["content-type", "grpc-status", "grpc-message"]), @"
    200 OK
    content-type: application/grpc
    grpc-status: 16
    grpc-message: this wants the token that ZEROTH_TOKEN is set to; send it as Authorization: Bearer TOKEN (senders of OTLP: OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%2520TOKEN), or log in at /console/login
    ");
}

#[tokio::test]
async fn a_browser_logs_in_once() {
    let app = app("127.0.0.1", Some(TOKEN));
    let asked = get(&app, "/console/calls?text=a%20b&sort=cost", &[PAGE]).await;
    assert_eq!(asked.status, 303);
    let login = get(&app, asked.header("location"), &[PAGE]).await;
    assert_eq!(login.status, 200);
    assert!(login.body.contains(r#"name="next" value="/console/calls?text=a%20b&amp;sort=cost""#), "{}", login.body);
    assert!(!login.body.contains("<style") && !login.body.contains("style=") && !login.body.contains("<script>"));
    assert_snapshot!(login.text(&["content-security-policy"]).lines().nth(1).unwrap(), @"content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");

    let wrong = log_in(&app, "something-else-entirely", "/console/live").await;
    assert_eq!((wrong.status.as_u16(), wrong.header("set-cookie")), (401, ""));
    assert!(wrong.body.contains("That is not the token.") && wrong.body.contains(r#"value="/console/live""#));

    let right = log_in(&app, TOKEN, "/console/live").await;
    assert_eq!((right.status.as_u16(), right.header("location")), (303, "/console/live"));
    let cookie = right.header("set-cookie");
    let (value, attributes) = cookie.split_once("; ").unwrap();
    assert_eq!(attributes, "Max-Age=2592000; HttpOnly; SameSite=Strict; Path=/");
    let with = [("cookie", value), PAGE];
    assert_eq!(get(&app, "/console", &with).await.status, 200);
    assert_eq!(get(&app, "/console/login?next=/console/runs", &with).await.header("location"), "/console/runs");
    assert_eq!(get(&app, "/api/live", &[("cookie", &format!("{value}A"))]).await.status, 401);

    let left = ask(&app, Method::POST, "/console/logout", &with, "").await;
    assert!(left.header("set-cookie").starts_with("zeroth_console=; Max-Age=0"), "{}", left.header("set-cookie"));
}

#[tokio::test]
async fn a_browser_is_sent_nowhere_else_and_from_nowhere_else() {
    let app = app("127.0.0.1", Some(TOKEN));
    for next in
        ["https://evil.example", "//evil.example", "/%5Cevil.example", "%2F%2Fevil.example", "/%09/evil.example", ""]
    {
        assert_eq!(log_in(&app, TOKEN, next).await.header("location"), "/console", "{next}");
    }
    let form = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")];
    assert_eq!(ask(&app, Method::POST, "/console/login", &form, &format!("token={TOKEN}")).await.status, 403);
    let followed = get(&app, "/console/login?next=/console", &[PAGE, ("sec-fetch-site", "cross-site")]).await;
    assert!(
        followed.body.contains(r#"<meta http-equiv="refresh" content="0">"#),
        "the cookie comes with the second try"
    );
    let again = get(&app, "/console/login?next=/console", &[PAGE, ("sec-fetch-site", "same-origin")]).await;
    assert!(!again.body.contains("refresh"), "{}", again.body);
}

#[tokio::test]
async fn behind_tls_the_cookie_is_for_tls() {
    let app = app("127.0.0.1", Some(TOKEN));
    let form = [("content-type", "application/x-www-form-urlencoded"), ("x-forwarded-proto", "https")];
    let answer = ask(&app, Method::POST, "/console/login", &form, &format!("token={TOKEN}")).await;
    assert!(answer.header("set-cookie").ends_with("; Path=/; Secure"), "{}", answer.header("set-cookie"));
}

#[tokio::test(start_paused = true)]
async fn wrong_tokens_run_out_on_the_page() {
    let app = app("127.0.0.1", Some(TOKEN));
    for _ in 0..10 {
        assert_eq!(log_in(&app, "wrong", "").await.status, 401);
    }
    let enough = log_in(&app, "wrong", "").await;
    assert_eq!((enough.status.as_u16(), enough.header("retry-after")), (429, "4"));
    assert_eq!(log_in(&app, TOKEN, "").await.status, 303, "strangers do not shut the operator out");
    assert_eq!(get(&app, "/sessions", &[("authorization", &format!("Bearer {TOKEN}"))]).await.status, 200);
    tokio::time::advance(std::time::Duration::from_secs(4)).await;
    assert_eq!(log_in(&app, "wrong", "").await.status, 401);
}

#[tokio::test]
async fn on_a_machine_of_ones_own_there_is_nothing_to_log_in_to() {
    let app = app("localhost", None);
    assert_eq!(get(&app, "/console/login?next=/console/live", &[PAGE]).await.header("location"), "/console/live");
    assert_eq!(get(&app, "/sessions", &[]).await.status, 200);
}

#[test]
fn the_door_is_as_the_settings_have_it() {
    assert_eq!(config("127.0.0.1", None).door(), Door::Open);
    assert_eq!(config("127.0.0.1", Some(TOKEN)).door(), Door::Locked);
    assert_eq!(config("0.0.0.0", Some(TOKEN)).door(), Door::Locked);
    assert_eq!(config("zeroth", None).door(), Door::Shut);
    for (name, door) in [("game.example", Door::Shut), ("*", Door::Shut), ("*.localhost", Door::Open)] {
        assert_eq!(behind_a_proxy(name, None).door(), door, "{name}");
    }
    assert_eq!(behind_a_proxy("game.example", Some(TOKEN)).door(), Door::Locked);
    assert!(!format!("{:?}", config("zeroth", Some(TOKEN))).contains("canary"));
}
