//! Solo games: one player, and a story that goes anywhere.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::game::Message;
use crate::game::journal::DiceRoll;
use crate::id::SessionId;
use crate::play::{Beginning, Offer, Order, Played, ShownWorld};

use super::body::{Body, Fields};
use super::caller::Caller;
use super::error::{Kind, Problem};
use super::headers::{PatienceHeader, SessionHeader, TurnHeaders};
use super::patience::Patience;
use super::problem::{ADMISSION, ANY, BODY, MODEL, Occurrence, RACE, SESSION, STORE, problems};
use super::server::Api;
use super::session;
use super::state::{DiceRollSchema, StateSchema, player_schema};
use super::stream;
use super::told::Told;
use super::turn::{self, Errand};

/// What solo games there are, and how to play them
#[utoipa::path(
    get,
    path = "/singleplayer",
    tag = "solo",
    responses((status = 200, description = "What there is", body = SoloInfoAnswer), SoloInfoProblems)
)]
pub(super) async fn describe_solo(State(api): State<Arc<Api>>) -> Json<SoloInfoAnswer> {
    let call = |name: &str| format!("POST /singleplayer/{name}");
    Json(SoloInfoAnswer {
        name: "Single player",
        description: "You play a character by the rules, alone, wherever the story goes. The storyteller tells, the engine \
                      rolls.",
        starter_character_schema: player_schema(),
        endpoints: SoloEndpoints { start: call("start"), play: call("play"), end: call("end") },
        games: api.services.games.solo.offers().into_iter().map(OfferAnswer::from).collect(),
    })
}

/// Start a solo game
///
/// No model is asked. The body may be empty: the usual game is begun.
#[utoipa::path(
    post,
    path = "/singleplayer/start",
    tag = "solo",
    request_body(content = SoloStartRequest, description = "Nothing, or the name of a game"),
    responses(
        (status = 201, description = "The game was begun",
            headers(("Location" = String, description = "The game's path")), body = SoloStartAnswer),
        SoloStartProblems
    )
)]
pub(super) async fn start_solo(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(request): Body<SoloStartRequest>,
) -> Result<Response, Problem> {
    let place = api.places.take()?;
    let game = Arc::clone(&api.services.games.solo);
    let beginning = Beginning { name: request.game, ..Beginning::default() };
    let started = async move {
        let standing = game.start(beginning).await;
        drop(place);
        standing
    };
    let standing = api.ask(started).await?;
    let answer = SoloStartAnswer {
        session_id: standing.session,
        state: standing.shown(),
        title: standing.world.title(),
        description: standing.world.prologue(),
        trace_id: caller.occurrence.trace_id.map(|id| id.to_string()),
    };
    Ok(created(standing.session, Json(&answer)))
}

/// Play one turn of a solo game
///
/// The storyteller answers what the player says or does; the engine rolls what the storyteller asks for, and decides what
/// may change. With `Accept: text/event-stream` the narrative comes as it is worded: events `token`, then one `turn` or `error`.
/// A turn that was begun is kept even if its client leaves.
#[utoipa::path(
    post,
    path = "/singleplayer/play",
    tag = "solo",
    params(TurnHeaders),
    request_body = SoloPlayRequest,
    responses(
        (status = 200, description = "The turn was played and kept",
            headers(
                ("Server-Timing" = String, description = "ttft: until the model's first word; llm: until its last"),
                ("X-Trace-Id" = String, description = "The trace under which the request was recorded"),
                ("Preference-Applied" = String, description = "How long the turn would have waited")
            ),
            content(
                (SoloPlayAnswer = "application/json"),
                (String = "text/event-stream", example = json!(stream::ADVENTURE_EXAMPLE))
            )),
        SoloPlayProblems
    )
)]
pub(super) async fn play_solo(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(request): Body<SoloPlayRequest>,
) -> Result<Response, Problem> {
    // How long it may be is for the game to say.
    Message::new(&request.input, usize::MAX)?;
    let session = session::named(request.session_id.as_deref(), &caller.headers, SoloPlayRequest::EXAMPLE)?;
    let order = Order {
        session,
        text: request.input,
        approach: None,
        attempt: 0,
        replaces: None,
        heard: caller.listens,
        team: caller.team.clone(),
        wait: caller.patience.wait(),
    };
    let game = Arc::clone(&api.services.games.solo);
    turn::answer(&api, Errand::Adventure { game, order }, caller).await
}

/// End a solo game
///
/// The game is let go, with everything that was played in it.
#[utoipa::path(
    post,
    path = "/singleplayer/end",
    tag = "solo",
    params(SessionHeader, PatienceHeader),
    request_body = SoloEndRequest,
    responses((status = 200, description = "The game is over", body = SoloEndAnswer), SoloEndProblems)
)]
pub(super) async fn end_solo(
    State(api): State<Arc<Api>>,
    patience: Patience,
    headers: axum::http::HeaderMap,
    Body(request): Body<SoloEndRequest>,
) -> Result<Response, Problem> {
    let session = session::named(request.session_id.as_deref(), &headers, SoloEndRequest::EXAMPLE)?;
    let game = Arc::clone(&api.services.games.solo);
    let ended = async move { patience.until_free(|| game.end(session)).await };
    let answer = api
        .ask(ended)
        .await
        .map(|standing| Json(SoloEndAnswer { ended: true, total_turns: standing.world.turn_number() }));
    Ok(patience.applied(answer))
}

/// The answer to a game that was just created.
pub(super) fn created(session: SessionId, answer: impl IntoResponse) -> Response {
    (StatusCode::CREATED, [(LOCATION, format!("/sessions/{session}"))], answer).into_response()
}

/// What there is for one player.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SoloInfoAnswer {
    #[schema(example = "Single player")]
    name: &'static str,
    #[schema(example = "You play a character by the rules, alone, wherever the story goes.")]
    description: &'static str,
    /// The JSON Schema of `state.player`.
    #[schema(value_type = Object, example = json!({"type": "object", "properties": {"name": {"type": "string"}}}))]
    starter_character_schema: Value,
    endpoints: SoloEndpoints,
    /// The games that there are.
    games: Vec<OfferAnswer>,
}

/// The calls.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SoloEndpoints {
    #[schema(example = "POST /singleplayer/start")]
    start: String,
    #[schema(example = "POST /singleplayer/play")]
    play: String,
    #[schema(example = "POST /singleplayer/end")]
    end: String,
}

/// A game that can be played.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OfferAnswer {
    /// What it is asked for by.
    #[schema(example = "silent-relay")]
    name: String,
    #[schema(example = "The Silent Relay")]
    title: String,
    /// What it is about, or what is wrong with it.
    #[schema(example = "A relay station has fallen silent.")]
    description: String,
    /// False when it has mistakes.
    #[schema(example = true)]
    playable: bool,
}

impl From<Offer> for OfferAnswer {
    fn from(offer: Offer) -> Self {
        let Offer { name, title, description, playable } = offer;
        Self { name, title, description, playable }
    }
}

/// Which game to begin.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct SoloStartRequest {
    /// The name of one of the games that `GET /singleplayer` lists; the usual one if there is none.
    #[schema(example = "enterprise")]
    game: Option<String>,
}

impl Fields for SoloStartRequest {
    const EXAMPLE: &'static str = "{}";

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

/// A solo game that was just begun.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SoloStartAnswer<'a> {
    /// Send it with each turn of this game.
    #[schema(value_type = String, format = "uuid", example = "0190163d-8694-739b-aea5-966c26f8ad91")]
    session_id: SessionId,
    #[schema(value_type = StateSchema)]
    state: ShownWorld<'a>,
    /// What the game is called.
    #[schema(example = "Deck Seven")]
    title: &'a str,
    /// What it is about.
    #[schema(example = "Something knocks on the inside of the hull.")]
    description: &'a str,
    /// The trace under which the request was recorded, if it was.
    #[schema(example = "4bf92f3577b34da6a3ce929d0e0e4736", pattern = "^[0-9a-f]{32}$", required)]
    trace_id: Option<String>,
}

/// What the player says or does in a solo game.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct SoloPlayRequest {
    /// Which game; the header `X-Session-Id` may name it instead.
    #[schema(value_type = String, example = "0190163d-8694-739b-aea5-966c26f8ad91", format = "uuid")]
    session_id: Option<String>,
    /// What the player says or does, 500 characters at most.
    #[schema(example = "I scan the hull for whatever knocks.", min_length = 1)]
    input: String,
}

impl Fields for SoloPlayRequest {
    const EXAMPLE: &'static str =
        r#"{"session_id": "0190163d-8694-739b-aea5-966c26f8ad91", "input": "I look around."}"#;
}

/// A turn of a solo game.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SoloPlayAnswer<'a> {
    /// What the player is told.
    #[schema(example = "The tricorder chirps. Something is between the plates.")]
    narrative: &'a str,
    #[schema(value_type = StateSchema)]
    state: ShownWorld<'a>,
    /// What was rolled, in order.
    #[schema(value_type = Vec<DiceRollSchema>)]
    dice_rolls: &'a [DiceRoll],
    /// The mechanics: a line for each roll and each effect.
    #[schema(value_type = Vec<String>, example = json!(["Investigation: 14 + 4 = 18 against 13: success"]))]
    mechanic_log: &'a [String],
    #[serde(flatten)]
    pub(super) told: Told,
}

impl<'a> SoloPlayAnswer<'a> {
    pub(super) fn new(played: &'a Played, occurrence: &Occurrence) -> Self {
        Self {
            narrative: &played.narrative,
            state: played.standing.shown(),
            dice_rolls: &played.rolls,
            mechanic_log: &played.log,
            told: Told::new(played, occurrence),
        }
    }
}

/// Which game to end.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct SoloEndRequest {
    /// The game.
    #[schema(value_type = String, example = "0190163d-8694-739b-aea5-966c26f8ad91", format = "uuid")]
    session_id: Option<String>,
}

impl Fields for SoloEndRequest {
    const EXAMPLE: &'static str = r#"{"session_id": "0190163d-8694-739b-aea5-966c26f8ad91"}"#;
}

/// A solo game that is over.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SoloEndAnswer {
    /// Always true.
    #[schema(example = true)]
    ended: bool,
    /// How many turns were played.
    #[schema(example = 12)]
    total_turns: u64,
}

problems!(SoloInfoProblems: ANY);
problems!(SoloStartProblems: BODY, ADMISSION, &[Kind::UNKNOWN_CONTENT, Kind::BROKEN_CONTENT, Kind::STORE_FULL], STORE, ANY);
problems!(
    SoloPlayProblems: BODY,
    ADMISSION,
    &[Kind::INVALID_MESSAGE, Kind::BROKEN_CONTENT, Kind::OTHER_KIND],
    SESSION,
    RACE,
    MODEL,
    STORE,
    ANY,
);
problems!(SoloEndProblems: BODY, SESSION, &[Kind::OTHER_KIND, Kind::BUSY], STORE, ANY);
