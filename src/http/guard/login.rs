//! The page on which a browser shows the token, once, and gets a cookie for it.

mod attempts;

use std::sync::Arc;

use axum::Router;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{DefaultBodyLimit, Form, Query, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, RETRY_AFTER, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde::Deserialize;

use super::super::edge;
use super::super::error::Problem;
use super::key::{COOKIE_NAME, Key};
use super::{Door, Guard, is_handed_on};
use attempts::Attempts;

/// Where a browser goes that asked for nothing else.
const CONSOLE: &str = "/console";
/// How long a browser remembers that it was let in.
const MAX_AGE: u32 = 30 * 24 * 3600;
/// The longest address to which a browser is sent on.
const LONGEST: usize = 2000;
/// The most bytes of a form.
const FORM: usize = 8 << 10;
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// The routes for logging in and out.
pub(in super::super) fn pages(guard: Guard) -> Router {
    let lobby = Arc::new(Lobby { guard, attempts: Attempts::default() });
    Router::new()
        .route("/console/login", get(ask).post(enter))
        .route("/console/login.css", get(style))
        .route("/console/logout", post(leave))
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .with_state(lobby)
        .layer(DefaultBodyLimit::max(FORM))
        .layer(axum::middleware::from_fn(edge::same_origin))
}

/// Where one logs in to come to `next` afterwards.
pub(super) fn address(next: &str) -> String {
    let mut address = "/console/login?next=".to_owned();
    for byte in next.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b'/' => {
                address.push(char::from(byte))
            }
            _ => address += &format!("%{byte:02X}"),
        }
    }
    address
}

struct Lobby {
    guard: Guard,
    attempts: Attempts,
}

#[derive(Deserialize)]
struct Goal {
    #[serde(default)]
    next: String,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(default)]
    token: String,
    #[serde(default)]
    next: String,
}

async fn ask(
    State(lobby): State<Arc<Lobby>>,
    goal: Result<Query<Goal>, QueryRejection>,
    headers: HeaderMap,
) -> Response {
    let next = goal.map_or_else(|_| String::new(), |Query(goal)| goal.next);
    let key = match (lobby.guard.0.door, &lobby.guard.0.key) {
        (Door::Open, _) if !is_handed_on(&headers) => return onward(&next),
        (_, Some(key)) => key,
        _ => return page(StatusCode::FORBIDDEN, include_str!("../../../assets/console/shut.html").to_owned()),
    };
    if key.has_session(&headers) {
        return onward(&next);
    }
    // Who follows a link from elsewhere has the cookie, but the browser does not send it yet: it does when this page, which
    // is of this site, loads itself again.
    let again = headers.get(FETCH_SITE).is_some_and(|site| site == "cross-site");
    let refresh = if again { "<meta http-equiv=\"refresh\" content=\"0\">" } else { "" };
    page(StatusCode::OK, form(&next, "", refresh))
}

async fn enter(
    State(lobby): State<Arc<Lobby>>,
    headers: HeaderMap,
    entry: Result<Form<Entry>, FormRejection>,
) -> Response {
    let Ok(Form(Entry { token, next })) = entry else {
        return page(StatusCode::BAD_REQUEST, form("", "The form could not be read. Try again.", ""));
    };
    let Some(key) = &lobby.guard.0.key else { return onward(&next) };
    if key.is_token(token.trim()) {
        let mut response = onward(&next);
        set_cookie(&mut response, &headers, &cookie(key));
        return response;
    }
    if let Err(wait) = lobby.attempts.fail() {
        let mut response = page(
            StatusCode::TOO_MANY_REQUESTS,
            form(&next, "Too many wrong tokens were tried. Wait some seconds, then try again.", ""),
        );
        response.headers_mut().insert(RETRY_AFTER, wait.into());
        return response;
    }
    page(StatusCode::UNAUTHORIZED, form(&next, "That is not the token.", ""))
}

async fn leave(headers: HeaderMap) -> Response {
    let mut response = onward("/console/login");
    set_cookie(&mut response, &headers, &format!("{COOKIE_NAME}=; Max-Age=0"));
    response
}

async fn style() -> Response {
    let media_type = HeaderValue::from_static("text/css; charset=utf-8");
    let headers = [(CONTENT_TYPE, media_type), (CACHE_CONTROL, HeaderValue::from_static("no-cache"))];
    (headers, include_str!("../../../assets/console/login.css")).into_response()
}

fn cookie(key: &Key) -> String {
    format!("{COOKIE_NAME}={}; Max-Age={MAX_AGE}", key.session())
}

/// `Secure` where a proxy says that the browser speaks TLS with it; this server itself does not.
fn set_cookie(response: &mut Response, asked: &HeaderMap, cookie: &str) {
    let forwarded = asked.get(FORWARDED_PROTO).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let secure = if forwarded.split(',').next().is_some_and(|first| first.trim() == "https") { "; Secure" } else { "" };
    let cookie = format!("{cookie}; HttpOnly; SameSite=Strict; Path=/{secure}");
    if let Ok(value) = HeaderValue::try_from(cookie) {
        response.headers_mut().insert(SET_COOKIE, value);
    }
}

/// Sends a browser on, but never to another site.
fn onward(next: &str) -> Response {
    let local = Some(next).filter(|next| is_local(next)).and_then(|next| HeaderValue::try_from(next).ok());
    let place = local.unwrap_or(HeaderValue::from_static(CONSOLE));
    (StatusCode::SEE_OTHER, [(LOCATION, place)]).into_response()
}

/// Browsers take `//` and `/\` for the beginning of another site, and overlook control characters.
fn is_local(address: &str) -> bool {
    let rest = address.strip_prefix('/');
    rest.is_some_and(|rest| !rest.starts_with(['/', '\\']))
        && address.len() <= LONGEST
        && address.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
}

fn form(next: &str, problem: &str, head: &str) -> String {
    let next = if is_local(next) { next } else { CONSOLE };
    let problem =
        if problem.is_empty() { String::new() } else { format!("<p class=\"wrong\" role=\"alert\">{problem}</p>") };
    include_str!("../../../assets/console/login.html")
        .replace("<!-- head -->", head)
        .replace("<!-- problem -->", &problem)
        .replace("<!-- next -->", &escaped(next))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;")
}

fn page(status: StatusCode, html: String) -> Response {
    let media_type = HeaderValue::from_static("text/html; charset=utf-8");
    let mut response = (status, [(CONTENT_TYPE, media_type)], html).into_response();
    edge::confine(&mut response);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_sent_on_within_this_site_only() {
        for next in ["/", "/console/trace/1?span=2", "/console/calls?text=a%20b", "/a//b"] {
            assert!(is_local(next), "{next}");
        }
        for next in [
            "",
            "console",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\t/evil.example",
            "/a b",
            "javascript:alert(1)",
            "/a\\b",
            "/ü",
        ] {
            assert!(!is_local(next), "{next}");
        }
        assert!(!is_local(&format!("/{}", "a".repeat(LONGEST))));
    }

    #[test]
    fn the_goal_is_kept_whole_and_says_nothing_to_html() {
        assert_eq!(
            address("/console/calls?text=a%20b&sort=cost"),
            "/console/login?next=/console/calls%3Ftext%3Da%2520b%26sort%3Dcost"
        );
        let html = form("/console/calls?a=\"><script>", "", "");
        assert!(html.contains("value=\"/console/calls?a=&quot;&gt;&lt;script&gt;\""), "{html}");
    }
}
