//! A turn: the player's message in, the storyteller's answer out, whole or as it is worded.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoResponses, ToSchema};

use crate::game::Message;
use crate::id::{SessionId, Team};
use crate::play::{Play, PlayError, TurnInput, TurnOutcome, Words};

use super::admission::{Admission, Place};
use super::body::{Body, Fields};
use super::error::{Kind, Problem};
use super::problem::{Occurrence, described};
use super::server::Api;
use super::session::Seat;
use super::stream;
use super::team::Payer;

/// Play one turn
///
/// The storyteller answers the player's message. The session is the one in the body, else in the header `X-Session-Id`,
/// else in the cookie `zeroth_session`, else the table that everyone shares. With `Accept: text/event-stream` the answer
/// comes as it is worded: events `token`, then one `turn` or `error`. A turn that was begun is kept even if its client
/// leaves.
#[utoipa::path(
    post,
    path = "/play",
    tag = "game",
    params(
        ("X-Session-Id" = Option<String>, Header, description = "The session, if the body names none",
            example = "0190163d-8694-739b-aea5-966c26f8ad91"),
        ("X-Zeroth-Team" = Option<String>, Header, description = "Whose budget pays; `default` if it is not there",
            example = "table-7"),
        ("zeroth_session" = Option<String>, Cookie, description = "The session, if neither body nor header names one; \
            created when it is unknown"),
    ),
    request_body = PlayRequest,
    responses(
        (status = 200, description = "The turn was played and kept",
            headers(
                ("Server-Timing" = String, description = "ttft: until the model's first word; llm: until its last"),
                ("X-Trace-Id" = String, description = "The trace under which the request was recorded")
            ),
            content((PlayAnswer = "application/json"), (String = "text/event-stream", example = json!(stream::EXAMPLE)))),
        PlayProblems
    )
)]
pub(super) async fn play(
    State(api): State<Arc<Api>>,
    _: Admission,
    occurrence: Occurrence,
    Payer(team): Payer,
    headers: HeaderMap,
    Body(request): Body<PlayRequest>,
) -> Result<Response, Problem> {
    let seat = Seat::choose(request.session_id.as_deref(), &headers)?;
    // How long a message may be is for the game to say; but no table is laid for an empty one.
    Message::new(&request.message, usize::MAX)?;
    let place = api.places.take()?;
    let turn = PlannedTurn { place, play: Arc::clone(&api.services.play), seat, text: request.message, team };
    if stream::is_wanted(&headers) {
        stream::answer(&api, turn, occurrence).await
    } else {
        whole(&api, turn, &occurrence).await
    }
}

async fn whole(api: &Api, turn: PlannedTurn, occurrence: &Occurrence) -> Result<Response, Problem> {
    let session = turn.seat.session();
    let turn = api.services.tasks.spawn(async move { turn.run(None).await });
    let outcome = turn.result().await.map_err(|_lost| Problem::internal())??;
    let answer = PlayAnswer::new(session, &outcome, occurrence);
    let mut response = Json(&answer).into_response();
    if let Ok(timing) = HeaderValue::try_from(answer.usage.server_timing()) {
        response.headers_mut().insert(HeaderName::from_static("server-timing"), timing);
    }
    Ok(response)
}

/// A turn that is ready to be played, in a task of its own.
pub(super) struct PlannedTurn {
    /// Taken until the turn is over, whether or not its client is still there.
    pub(super) place: Place,
    pub(super) play: Arc<dyn Play>,
    pub(super) seat: Seat,
    pub(super) text: String,
    pub(super) team: Team,
}

impl PlannedTurn {
    /// Plays the turn; `deltas` are the ears of whoever reads along.
    pub(super) async fn run(self, deltas: Option<&mut Words<'_>>) -> Result<TurnOutcome, PlayError> {
        let Self { place, play, seat, text, team } = self;
        let input = TurnInput {
            session: seat.session(),
            text,
            attempt: 0,
            replaces: None,
            heard: deltas.is_some(),
            team,
            wait: std::time::Duration::ZERO,
        };
        seat.take(&*play).await?;
        let outcome = match deltas {
            Some(deltas) => play.turn(input, deltas).await,
            None => play.turn(input, &mut |_| {}).await,
        };
        drop(place);
        outcome
    }
}

/// What the player says or does.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct PlayRequest {
    /// The player's message.
    #[schema(example = "I scan the bridge for signs of the crew.", min_length = 1)]
    message: String,
    /// At which table; the shared one if none is named anywhere.
    #[schema(example = "0190163d-8694-739b-aea5-966c26f8ad91", format = "uuid")]
    session_id: Option<String>,
}

impl Fields for PlayRequest {
    const EXAMPLE: &'static str = r#"{"message": "I look around."}"#;
}

/// A turn that was played and kept.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlayAnswer {
    /// Who answers.
    #[schema(example = "Dungeon Master")]
    speaker: String,
    /// The answer.
    #[schema(
        example = "The bridge lies in emergency light. *I gesture at the silent consoles.* It is your turn, Data."
    )]
    response: String,
    /// The table at which the turn was played.
    #[schema(value_type = String, format = "uuid", example = "0190163d-8694-739b-aea5-966c26f8ad91")]
    session_id: SessionId,
    /// The turn's number, 1 for the first of a game.
    #[schema(example = 3, minimum = 1)]
    turn: u64,
    /// The trace under which the turn was recorded, if it was.
    #[schema(example = "4bf92f3577b34da6a3ce929d0e0e4736", pattern = "^[0-9a-f]{32}$", required)]
    trace_id: Option<String>,
    /// What the answer took.
    usage: UsageAnswer,
}

/// What the model's answer took. What nobody knows is null.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UsageAnswer {
    /// Tokens that went in, cached ones included.
    #[schema(example = 412, required)]
    input_tokens: Option<u64>,
    /// Tokens that came out.
    #[schema(example = 96, required)]
    output_tokens: Option<u64>,
    /// The part of the input that was read from the provider's cache.
    #[schema(example = 256, required)]
    cached_tokens: Option<u64>,
    /// The cost in US dollars.
    #[schema(example = 0.00193, required)]
    cost_usd: Option<f64>,
    /// True when no real model answered and nobody sends a bill.
    simulated: bool,
    /// Milliseconds until the model's first word.
    #[schema(example = 310.4, required)]
    time_to_first_token_ms: Option<f64>,
    /// Milliseconds until its last.
    #[schema(example = 1840.2)]
    duration_ms: f64,
    /// The model that answered.
    #[schema(example = "sim-1")]
    model: String,
    /// The provider that answered.
    #[schema(example = "zeroth")]
    provider: String,
}

impl PlayAnswer {
    pub(super) fn new(session: SessionId, outcome: &TurnOutcome, occurrence: &Occurrence) -> Self {
        Self {
            speaker: outcome.speaker.clone(),
            response: outcome.turn.response.clone(),
            session_id: session,
            turn: outcome.turn.number,
            trace_id: outcome.trace_id.or(occurrence.trace_id).map(|id| id.to_string()),
            usage: UsageAnswer::of(outcome),
        }
    }
}

impl UsageAnswer {
    fn of(outcome: &TurnOutcome) -> Self {
        let reply = &outcome.reply;
        Self {
            input_tokens: reply.usage.map(|usage| usage.input),
            output_tokens: reply.usage.map(|usage| usage.output),
            cached_tokens: reply.usage.map(|usage| usage.cache_read),
            cost_usd: reply.cost.map(|cost| cost.usd),
            simulated: outcome.reply.simulated,
            time_to_first_token_ms: reply.timing.first_token.map(milliseconds),
            duration_ms: milliseconds(reply.timing.total),
            model: reply.model.clone(),
            provider: reply.provider.clone(),
        }
    }

    fn server_timing(&self) -> String {
        let first = self.time_to_first_token_ms.map(|ms| format!("ttft;dur={ms}, ")).unwrap_or_default();
        format!("{first}llm;dur={}", self.duration_ms)
    }
}

/// To the microsecond: more digits would only be noise.
fn milliseconds(duration: Duration) -> f64 {
    duration.as_micros() as f64 / 1e3
}

struct PlayProblems;

impl IntoResponses for PlayProblems {
    fn responses() -> std::collections::BTreeMap<String, utoipa::openapi::RefOr<utoipa::openapi::Response>> {
        described(&[
            Kind::MALFORMED_JSON,
            Kind::INVALID_BODY,
            Kind::INVALID_MESSAGE,
            Kind::INVALID_SESSION_ID,
            Kind::QUOTA_EXCEEDED,
            Kind::CROSS_SITE,
            Kind::UNKNOWN_SESSION,
            Kind::METHOD_NOT_ALLOWED,
            Kind::BODY_TIMEOUT,
            Kind::CONFLICT,
            Kind::TOO_LARGE,
            Kind::UNSUPPORTED_MEDIA_TYPE,
            Kind::RATE_LIMITED,
            Kind::INTERNAL,
            Kind::MODEL_FAILED,
            Kind::UNAVAILABLE,
            Kind::STORE_FULL,
            Kind::STORE_UNAVAILABLE,
            Kind::OVERLOADED,
            Kind::SHUTTING_DOWN,
            Kind::MODEL_TIMEOUT,
        ])
    }
}
