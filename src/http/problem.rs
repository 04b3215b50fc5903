//! How a problem is worded: `application/problem+json` as RFC 9457 has it, in answers and in the OpenAPI document.

use std::collections::BTreeMap;
use std::convert::Infallible;

use axum::body::Body;
use axum::extract::FromRequestParts;
use axum::http::header::{CONNECTION, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::{Ref, RefOr};

use crate::id::TraceId;

use super::error::{Kind, Problem};

/// What went wrong, as RFC 9457 words it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemDetails<'a> {
    /// The kind of problem: a link to its explanation.
    #[schema(example = "/docs#problem-unknown-session", format = "uri-reference")]
    r#type: String,
    /// The kind of problem for people, always the same for one type.
    #[schema(example = "No such session")]
    title: &'a str,
    /// The HTTP status.
    #[schema(example = 404, minimum = 400, maximum = 599)]
    status: u16,
    /// What is wrong with this request and what would be right.
    detail: &'a str,
    /// The path that was asked for.
    #[schema(example = "/play", format = "uri-reference")]
    instance: &'a str,
    /// The trace under which the request was recorded.
    #[schema(example = "4bf92f3577b34da6a3ce929d0e0e4736", pattern = "^[0-9a-f]{32}$", required)]
    trace_id: Option<String>,
    /// How the model failed, when it was the model.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "rate_limited")]
    error_type: Option<&'a str>,
    /// The number of the game's last turn, when another turn came first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = 3)]
    turn: Option<u64>,
    /// Everything that is wrong with the scenario or game, when it has mistakes.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    #[schema(example = json!(["scenarios/mine/scenes.toml: scenes[a].next: there is no scene \"b\""]))]
    problems: &'a [String],
}

/// Which request it is: what a problem says of where it occurred.
#[derive(Debug, Clone)]
pub(super) struct Occurrence {
    pub(super) instance: String,
    pub(super) trace_id: Option<TraceId>,
}

impl Occurrence {
    pub(super) fn of(parts: &Parts) -> Self {
        Self { instance: parts.uri.path().to_owned(), trace_id: parts.extensions.get().copied() }
    }
}

impl<S: Sync> FromRequestParts<S> for Occurrence {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

impl Problem {
    /// The problem as its client sees it.
    pub(super) fn details<'a>(&'a self, occurrence: &'a Occurrence) -> ProblemDetails<'a> {
        ProblemDetails {
            r#type: self.kind.uri(),
            title: self.kind.title,
            status: self.kind.status.as_u16(),
            detail: &self.detail,
            instance: &occurrence.instance,
            trace_id: occurrence.trace_id.map(|id| id.to_string()),
            error_type: self.error_type,
            turn: self.turn,
            problems: &self.problems,
        }
    }

    /// Words the problem into an answer that one of our handlers made of it.
    pub(super) fn complete(&self, mut response: Response, occurrence: &Occurrence) -> Response {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        *response.body_mut() = serde_json::to_vec(&self.details(occurrence)).unwrap_or_default().into();
        response
    }
}

const MEDIA_TYPE: &str = "application/problem+json";

/// Status and headers only: [`edge::finish`](super::edge::finish) knows the request and writes the body.
impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.kind.status;
        if let Some(wait) = self.retry_after {
            let seconds = wait.as_secs() + u64::from(wait.subsec_nanos() > 0);
            response.headers_mut().insert(RETRY_AFTER, seconds.max(1).into());
        }
        if self.kind == Kind::SHUTTING_DOWN || self.kind == Kind::BODY_TIMEOUT {
            response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
        }
        if self.kind == Kind::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"zeroth\""));
        }
        response.extensions_mut().insert(self);
        response
    }
}

impl Kind {
    /// The problem's `type`: it leads to the explanation on the documentation page.
    pub(super) fn uri(&self) -> String {
        format!("/docs#problem-{}", self.slug)
    }
}

/// A description of the problems that a route may answer with: a type for `responses(…)`, made of groups of kinds.
macro_rules! problems {
    ($name:ident: $($groups:expr),+ $(,)?) => {
        struct $name;

        impl utoipa::IntoResponses for $name {
            fn responses() -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
                let groups: &[&[&'static $crate::http::error::Kind]] = &[$($groups),+];
                $crate::http::problem::described(&groups.concat())
            }
        }
    };
}

pub(super) use problems;

/// Of any path that exists.
pub(super) const ANY: &[&Kind] = &[Kind::METHOD_NOT_ALLOWED, Kind::UNKNOWN_HOST, Kind::INTERNAL];
/// Of what only the operator should see.
pub(super) const OPERATOR: &[&Kind] = &[Kind::UNAUTHORIZED, Kind::SHUT];
/// Of any request with a body.
pub(super) const BODY: &[&Kind] = &[
    Kind::MALFORMED_JSON,
    Kind::INVALID_BODY,
    Kind::CROSS_SITE,
    Kind::BODY_TIMEOUT,
    Kind::TOO_LARGE,
    Kind::UNSUPPORTED_MEDIA_TYPE,
];
/// Of whatever takes a place.
pub(super) const ADMISSION: &[&Kind] = &[Kind::INVALID_TEAM, Kind::OVERLOADED, Kind::SHUTTING_DOWN];
/// Of whatever asks a model, and has no answer without it.
pub(super) const MODEL: &[&Kind] = &[
    Kind::QUOTA_EXCEEDED,
    Kind::BUDGET_EXCEEDED,
    Kind::RATE_LIMITED,
    Kind::MODEL_FAILED,
    Kind::UNAVAILABLE,
    Kind::MODEL_TIMEOUT,
];
/// Of whatever reads or keeps games.
pub(super) const STORE: &[&Kind] = &[Kind::STORE_UNAVAILABLE];
/// Of whatever reads telemetry.
pub(super) const TRACES: &[&Kind] = &[
    Kind::UNAUTHORIZED,
    Kind::SHUT,
    Kind::TRACES_OFF,
    Kind::TRACES_BUSY,
    Kind::TRACES_UNAVAILABLE,
    Kind::QUERY_TIMEOUT,
];
/// Of whatever names a session.
pub(super) const SESSION: &[&Kind] = &[Kind::UNKNOWN_SESSION];
/// Of whatever changes a session.
pub(super) const RACE: &[&Kind] = &[Kind::CONFLICT, Kind::BUSY];

/// Describes `kinds` in the OpenAPI document: one response for each status, with an example for each kind.
pub(super) fn described(kinds: &[&'static Kind]) -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
    let mut by_status: BTreeMap<StatusCode, Vec<&'static Kind>> = BTreeMap::new();
    for kind in kinds {
        by_status.entry(kind.status).or_default().push(kind);
    }
    by_status.iter().map(|(status, kinds)| (status.as_u16().to_string(), RefOr::T(response(kinds)))).collect()
}

fn response(kinds: &[&'static Kind]) -> utoipa::openapi::Response {
    let titles: Vec<&str> = kinds.iter().map(|kind| kind.title).collect();
    let examples = kinds.iter().map(|kind| (kind.slug, ExampleBuilder::new().summary(kind.title).value(example(kind))));
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .examples_from_iter(examples.map(|(slug, example)| (slug, example.build())))
        .build();
    ResponseBuilder::new().description(titles.join(" · ")).content(MEDIA_TYPE, content).build()
}

fn example(kind: &'static Kind) -> Option<serde_json::Value> {
    let occurrence =
        Occurrence { instance: "/play".to_owned(), trace_id: Some(TraceId(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736)) };
    serde_json::to_value(Problem::new(kind, kind.remedy).details(&occurrence)).ok()
}
