//! A turn of the game for two: the player's message in, the storyteller's answer out.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::game::Message;
use crate::id::SessionId;
use crate::play::{TurnInput, TurnOutcome};

use super::body::{Body, Fields};
use super::caller::Caller;
use super::error::{Kind, Problem};
use super::headers::TurnHeaders;
use super::problem::{ADMISSION, ANY, BODY, MODEL, Occurrence, RACE, SESSION, STORE, problems};
use super::server::Api;
use super::session::Seat;
use super::stream;
use super::turn::{self, Errand};
use super::usage::UsageAnswer;

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
        TurnHeaders,
        ("zeroth_session" = Option<String>, Cookie, description = "The session, if neither body nor header names one; \
            created when it is unknown"),
    ),
    request_body = PlayRequest,
    responses(
        (status = 200, description = "The turn was played and kept",
            headers(
                ("Server-Timing" = String, description = "ttft: until the model's first word; llm: until its last"),
                ("X-Trace-Id" = String, description = "The trace under which the request was recorded"),
                ("Preference-Applied" = String, description = "How long the turn would have waited")
            ),
            content((PlayAnswer = "application/json"), (String = "text/event-stream", example = json!(stream::EXAMPLE)))),
        PlayProblems
    )
)]
pub(super) async fn play(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(request): Body<PlayRequest>,
) -> Result<Response, Problem> {
    let seat = Seat::choose(request.session_id.as_deref(), &caller.headers)?;
    // How long a message may be is for the game to say; but no table is laid for an empty one.
    Message::new(&request.message, usize::MAX)?;
    let input = TurnInput {
        session: seat.session(),
        text: request.message,
        attempt: 0,
        replaces: None,
        heard: caller.listens,
        team: caller.team.clone(),
        wait: caller.patience.wait(),
    };
    let play = Arc::clone(&api.services.games.play);
    turn::answer(&api, Errand::Dialogue { play, seat, input }, caller).await
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
    pub(super) usage: UsageAnswer,
}

impl PlayAnswer {
    pub(super) fn new(session: SessionId, outcome: &TurnOutcome, occurrence: &Occurrence) -> Self {
        Self {
            speaker: outcome.speaker.clone(),
            response: outcome.turn.response.clone(),
            session_id: session,
            turn: outcome.turn.number,
            trace_id: outcome.trace_id.or(occurrence.trace_id).map(|id| id.to_string()),
            usage: UsageAnswer::of(std::iter::once(&outcome.reply)),
        }
    }
}

problems!(
    PlayProblems: BODY,
    ADMISSION,
    &[Kind::INVALID_MESSAGE, Kind::INVALID_SESSION_ID, Kind::OTHER_KIND, Kind::STORE_FULL],
    SESSION,
    RACE,
    MODEL,
    STORE,
    ANY,
);
