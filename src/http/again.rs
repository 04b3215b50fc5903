//! The last turn once more: taken back, or tried again. For games of every kind.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::SessionId;
use crate::play::{Adventure, Again, Order, PlayError, ShownWorld, Standing, TurnInput, Undone};
use crate::store;

use super::body::{Body, Fields};
use super::caller::Caller;
use super::error::{Kind, Problem};
use super::headers::{SessionHeader, TeamHeader};
use super::problem::{ADMISSION, ANY, BODY, MODEL, Occurrence, RACE, SESSION, STORE, problems};
use super::server::Api;
use super::session::Seat;
use super::state::StateSchema;
use super::stream;
use super::told::Next;
use super::turn::{self, Answer, Errand};

/// Take the last turn back
///
/// The game stands as before that turn, and the model never hears of it again; transcripts still show it. The session is
/// picked as on `POST /play`, but never the shared table: the last turn there may be somebody else's.
#[utoipa::path(
    post,
    path = "/undo",
    tag = "sessions",
    params(
        SessionHeader,
        ("Prefer" = Option<String>, Header, description = "How long to wait while a turn of this session is played; that turn \
            is then the one that is taken back", example = "wait=30"),
        ("zeroth_session" = Option<String>, Cookie, description = "The session, if neither body nor header names one"),
    ),
    request_body(content = AgainRequest, description = "Nothing, or the session"),
    responses((status = 200, description = "The turn was taken back", body = UndoAnswer), UndoProblems)
)]
pub(super) async fn undo(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(request): Body<AgainRequest>,
) -> Result<Response, Problem> {
    let (session, kind) = pick(&api, request, &caller).await?;
    let answer = match adventure(&api, kind) {
        None => undo_dialogue(&api, session, &caller).await,
        Some(game) => undo_adventure(&api, game, session, &caller).await,
    };
    Ok(caller.patience.applied(answer))
}

/// Play the last turn again
///
/// The player's last message is answered anew, in the place of the last turn, which stays in transcripts as an alternative.
/// Dice fall as before. The answer is that of `POST /play`, `POST /singleplayer/play` or `POST /scenario/play`, also as a
/// stream. When it fails, the last turn stays. The session is picked as on `POST /play`, but never the shared table.
#[utoipa::path(
    post,
    path = "/retry",
    tag = "sessions",
    params(
        SessionHeader,
        TeamHeader,
        ("Prefer" = Option<String>, Header, description = "How long to wait while another turn of this session is played",
            example = "wait=30"),
        ("zeroth_session" = Option<String>, Cookie, description = "The session, if neither body nor header names one"),
    ),
    request_body(content = AgainRequest, description = "Nothing, or the session"),
    responses(
        (status = 200, description = "The turn was played again and kept",
            headers(
                ("Server-Timing" = String, description = "ttft: until the model's first word; llm: until its last"),
                ("X-Trace-Id" = String, description = "The trace under which the request was recorded"),
                ("Preference-Applied" = String, description = "How long the turn would have waited")
            ),
            content(
                (Answer<'_> = "application/json"),
                (String = "text/event-stream", example = json!(stream::EXAMPLE))
            )),
        RetryProblems
    )
)]
pub(super) async fn retry(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(request): Body<AgainRequest>,
) -> Result<Response, Problem> {
    let (session, kind) = pick(&api, request, &caller).await?;
    let (heard, team, wait) = (caller.listens, caller.team.clone(), caller.patience.wait());
    let errand = match adventure(&api, kind) {
        None => {
            let play = Arc::clone(&api.services.games.play);
            let Again { text, revision, attempt, .. } = play.again(session).await?;
            let input = TurnInput { session, text, attempt, replaces: Some(revision), heard, team, wait };
            Errand::Dialogue { play, seat: Seat::Named(session), input }
        }
        Some(game) => {
            let Again { text, approach, revision, attempt, .. } = game.again(session).await?;
            let order = Order { session, text, approach, attempt, replaces: Some(revision), heard, team, wait };
            Errand::Adventure { game, order }
        }
    };
    turn::answer(&api, errand, caller).await
}

/// Which game is meant, and what kind it is.
async fn pick(api: &Api, request: AgainRequest, caller: &Caller) -> Result<(SessionId, store::Kind), Problem> {
    let seat = Seat::choose(request.session_id.as_deref(), &caller.headers)?;
    let session = seat.session();
    if seat == Seat::Shared {
        return Err(Problem::shared_table());
    }
    match api.services.games.archive.kind(session).await {
        // A browser's game comes to be with its first turn.
        Err(PlayError::UnknownSession(_)) if seat == Seat::Remembered(session) => Err(PlayError::NothingToUndo.into()),
        kind => Ok((session, kind?)),
    }
}

/// The game for one player of this kind; none for the game for two.
pub(super) fn adventure(api: &Api, kind: store::Kind) -> Option<Arc<dyn Adventure>> {
    match kind {
        store::Kind::Dialogue => None,
        store::Kind::Solo => Some(Arc::clone(&api.services.games.solo)),
        store::Kind::Scenario => Some(Arc::clone(&api.services.games.scenario)),
    }
}

async fn undo_dialogue(api: &Api, session: SessionId, caller: &Caller) -> Result<Response, Problem> {
    let (play, patience) = (Arc::clone(&api.services.games.play), caller.patience);
    let undone = async move { patience.until_free(|| play.undo(session)).await };
    let Undone { turn } = api.ask(undone).await?;
    let undone = UndoneAnswer {
        turn: turn.number,
        message: turn.message.to_string(),
        approach: None,
        response: Some(turn.response),
    };
    let stands = turn.number.saturating_sub(1);
    Ok(answer(UndoAnswer::new(session, store::Kind::Dialogue, undone, stands, None, &caller.occurrence)))
}

async fn undo_adventure(
    api: &Api,
    game: Arc<dyn Adventure>,
    session: SessionId,
    caller: &Caller,
) -> Result<Response, Problem> {
    let (kind, patience) = (game.kind(), caller.patience);
    let undone = async move { patience.until_free(|| game.undo(session)).await };
    let (Again { text, approach, number, .. }, standing) = api.ask(undone).await?;
    let undone = UndoneAnswer { turn: number, message: text, approach, response: None };
    Ok(answer(UndoAnswer::new(session, kind, undone, standing.number, Some(&standing), &caller.occurrence)))
}

fn answer(answer: UndoAnswer<'_>) -> Response {
    axum::response::IntoResponse::into_response(Json(answer))
}

/// Which game is meant.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct AgainRequest {
    /// The session; that of header or cookie if it is not there.
    #[schema(example = "0190163d-8694-739b-aea5-966c26f8ad91", format = "uuid")]
    session_id: Option<String>,
}

impl Fields for AgainRequest {
    const EXAMPLE: &'static str = r#"{"session_id": "0190163d-8694-739b-aea5-966c26f8ad91"}"#;

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

/// A turn that was taken back, and where the game stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UndoAnswer<'a> {
    /// The game.
    #[schema(value_type = String, format = "uuid", example = "0190163d-8694-739b-aea5-966c26f8ad91")]
    session_id: SessionId,
    /// `dialogue`, `solo` or `scenario`.
    #[schema(example = "dialogue")]
    kind: &'static str,
    undone: UndoneAnswer,
    /// The number of the game's last turn now; 0 when there is none.
    #[schema(example = 2)]
    turn: u64,
    /// How the game stands; absent for the game for two.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<StateSchema>)]
    state: Option<ShownWorld<'a>>,
    #[serde(flatten)]
    next: Option<Next>,
    /// The trace under which the request was recorded, if it was.
    #[schema(example = "4bf92f3577b34da6a3ce929d0e0e4736", pattern = "^[0-9a-f]{32}$", required)]
    trace_id: Option<String>,
}

/// What was taken back.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct UndoneAnswer {
    /// Its number.
    #[schema(example = 3)]
    turn: u64,
    /// What the player said.
    #[schema(example = "I open the hatch.")]
    message: String,
    /// The approach that came beside it; in scenarios.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(null))]
    approach: Option<String>,
    /// What the storyteller had answered; in the game for two.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "The hatch opens. It is your turn, Data.")]
    response: Option<String>,
}

impl<'a> UndoAnswer<'a> {
    fn new(
        session_id: SessionId,
        kind: store::Kind,
        undone: UndoneAnswer,
        turn: u64,
        standing: Option<&'a Standing>,
        occurrence: &Occurrence,
    ) -> Self {
        Self {
            session_id,
            kind: kind.as_str(),
            undone,
            turn,
            state: standing.map(Standing::shown),
            next: standing.map(Next::of),
            trace_id: occurrence.trace_id.map(|id| id.to_string()),
        }
    }
}

problems!(
    UndoProblems: BODY,
    ADMISSION,
    &[Kind::INVALID_SESSION_ID, Kind::BUSY, Kind::NOTHING_TO_UNDO, Kind::SHARED_TABLE, Kind::BROKEN_CONTENT],
    SESSION,
    STORE,
    ANY,
);
problems!(
    RetryProblems: BODY,
    ADMISSION,
    &[
        Kind::INVALID_SESSION_ID,
        Kind::INVALID_MESSAGE,
        Kind::NOT_POSSIBLE,
        Kind::GAME_OVER,
        Kind::NOTHING_TO_UNDO,
        Kind::SHARED_TABLE,
        Kind::BROKEN_CONTENT,
    ],
    SESSION,
    RACE,
    MODEL,
    STORE,
    ANY,
);
