//! Who may ask for what: the names under which this server answers, and the token for what only its operator should see.
//!
//! Two dangers are kept out. A page of another site can give its own name to this machine's address (DNS rebinding), and
//! would then be read by the browser as if it came from here: so a server on loopback answers to its own names only. And who
//! listens for a network, or for a proxy that hands on what others ask, shows players' words and provider costs to all of
//! them: so the console, the telemetry and the list of everyone's games want `ZEROTH_TOKEN` there, and stay shut while there
//! is none. The game itself stays open.

mod area;
mod host;
mod key;
mod login;

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, FORWARDED, LOCATION};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::traces::{Encoding, refuse};

use super::accept::prefers;
use super::edge;
use super::error::{Kind, Problem};
use super::grpc;
use super::server::Config;
use area::Area;
use host::Hosts;
use key::Key;

pub use host::{HostName, is_loopback};

/// Puts the rules around everything that a server serves, and the pages for logging in beside it.
pub fn guarded(routes: Router, config: &Config) -> Router {
    let guard = Guard::new(&config.host, config);
    let login = login::pages(guard.clone());
    guard.around(routes.merge(login))
}

/// Who gets to see what only the operator should.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Everyone on this machine: the server listens on loopback, goes by names of this machine, and there is no token. What a
    /// proxy says that it hands on is not from this machine.
    Open,
    /// Whoever has the token.
    Locked,
    /// Nobody: others can ask the server, by its address or by a name that it was given, and there is no token.
    Shut,
}

impl Door {
    /// That of a server which listens on `host`.
    pub(super) fn of(host: &str, config: &Config) -> Self {
        match &config.token {
            Some(_) => Self::Locked,
            None if is_loopback(host) && config.allowed_hosts.iter().all(HostName::is_local) => Self::Open,
            None => Self::Shut,
        }
    }
}

/// What is checked before a request reaches its handler.
#[derive(Clone)]
pub(super) struct Guard(Arc<Rules>);

struct Rules {
    hosts: Hosts,
    door: Door,
    key: Option<Key>,
}

/// Why a request does not reach its handler.
enum Refusal {
    /// It was meant for a server of this name.
    Host(String),
    /// It has no token, or another.
    Stranger,
    /// There is no token that it could have, and it may be from elsewhere.
    Shut,
}

impl Guard {
    /// The rules of a server which listens on `host`.
    pub(super) fn new(host: &str, config: &Config) -> Self {
        let hosts = Hosts::of(host, &config.allowed_hosts);
        let key = config.token.as_ref().map(Key::new);
        Self(Arc::new(Rules { hosts, door: Door::of(host, config), key }))
    }

    /// Puts the rules around `routes`, and those only.
    pub(super) fn around(self, routes: Router) -> Router {
        let refused = axum::middleware::from_fn(edge::finish);
        routes.layer(axum::middleware::from_fn_with_state(self, admit)).layer(refused)
    }

    fn check(&self, request: &Request) -> Result<(), Refusal> {
        let Rules { hosts, door, key } = &*self.0;
        hosts.check(request.uri(), request.headers()).map_err(Refusal::Host)?;
        match (Area::of(request.method(), request.uri().path()), door, key) {
            (Area::Everyone, ..) => Ok(()),
            (Area::Operator, Door::Open, _) if !is_handed_on(request.headers()) => Ok(()),
            (Area::Operator, _, Some(key)) if key.opens(request.headers()) => Ok(()),
            (Area::Operator, Door::Open | Door::Shut, _) => Err(Refusal::Shut),
            (Area::Operator, Door::Locked, _) => Err(Refusal::Stranger),
        }
    }
}

/// What proxies write down, each of them at least one of these unless it is told not to.
const HANDED_ON: [HeaderName; 5] = [
    FORWARDED,
    HeaderName::from_static("x-forwarded-for"),
    HeaderName::from_static("x-forwarded-host"),
    HeaderName::from_static("x-forwarded-proto"),
    HeaderName::from_static("x-real-ip"),
];

/// Whether a proxy says that it hands the request on for somebody else.
fn is_handed_on(headers: &HeaderMap) -> bool {
    HANDED_ON.iter().any(|name| headers.contains_key(name))
}

async fn admit(State(guard): State<Guard>, request: Request, next: Next) -> Response {
    match guard.check(&request) {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.answer(&request.into_parts().0),
    }
}

impl Refusal {
    /// In the words of whoever asks: OTLP, gRPC, a page for people, or a problem.
    fn answer(self, asked: &Parts) -> Response {
        let path = asked.uri.path();
        let wants_page = asked.method.is_safe() && prefers(&asked.headers, "text/html", "application/json");
        if wants_page && area::is_console(path) && !matches!(self, Self::Host(_)) {
            let login = login::address(asked.uri.path_and_query().map_or(path, |asked| asked.as_str()));
            return (StatusCode::SEE_OTHER, [(LOCATION, login)]).into_response();
        }
        let problem = self.problem();
        if grpc::is_grpc(&asked.headers) {
            let code = if problem.kind == Kind::UNAUTHORIZED { grpc::UNAUTHENTICATED } else { grpc::PERMISSION_DENIED };
            return grpc::refusal(code, &problem.detail);
        }
        if path.starts_with("/v1/") {
            let sent = asked.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
            let tongue = Encoding::of(sent.unwrap_or_default()).unwrap_or(Encoding::Json);
            let body = refuse(tongue, &problem.detail);
            let mut response = problem.into_response();
            // It is worded already.
            response.extensions_mut().remove::<Problem>();
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(tongue.media_type()));
            *response.body_mut() = body.into();
            return response;
        }
        problem.into_response()
    }

    fn problem(self) -> Problem {
        match self {
            Self::Host(name) => Problem::new(
                Kind::UNKNOWN_HOST,
                format!(
                    "this server does not go by the name {name:?}; ask http://127.0.0.1 or http://localhost with its port, or \
                     start it with ZEROTH_ALLOWED_HOSTS={name}"
                ),
            ),
            Self::Stranger => Problem::new(
                Kind::UNAUTHORIZED,
                "this wants the token that ZEROTH_TOKEN is set to; send it as Authorization: Bearer TOKEN (senders of OTLP: \
                 OTEL_EXPORTER_OTLP_HEADERS=authorization=Bearer%20TOKEN), or log in at /console/login",
            ),
            Self::Shut => Problem::new(
                Kind::SHUT,
                "others than this machine can ask this server, by its address, by a name in ZEROTH_ALLOWED_HOSTS or through a \
                 proxy, and it has no token, so the console and the telemetry are shut; start it with ZEROTH_TOKEN set to a \
                 secret of 16 characters or more",
            ),
        }
    }
}
