//! What is at a table, and tables of one's own.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header::{LOCATION, SET_COOKIE, VARY};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::game::Turn;
use crate::id::SessionId;
use crate::play::Game;

use super::accept::prefers;
use super::admission::Admission;
use super::body::{Body, Fields};
use super::console;
use super::error::{Kind, Problem};
use super::problem::{ADMISSION, ANY, BODY, MODEL, SESSION, STORE, problems};
use super::server::Api;
use super::session::{self, Seat};
use super::team::Payer;

/// Who plays, who tells the story, and the quest
///
/// A client without a session gets one in the cookie `zeroth_session`; its game comes to be with its first turn. A browser,
/// which would rather have HTML, gets the page on which one plays.
#[utoipa::path(
    get,
    path = "/",
    tag = "game",
    responses(
        (status = 200, description = "The table of the session named by header or cookie, else the shared one",
            headers(("Set-Cookie" = String, description = "zeroth_session, for a client that has none")),
            content((TableAnswer = "application/json"), (String = "text/html"))),
        GameProblems
    )
)]
pub(super) async fn look(State(api): State<Arc<Api>>, headers: HeaderMap) -> Result<Response, Problem> {
    if prefers(&headers, "text/html", "application/json") {
        return console::shell(&headers);
    }
    let seat = Seat::choose(None, &headers)?;
    let play = Arc::clone(&api.services.games.play);
    let game = api.ask(async move { seat.look(play).await }).await?;
    let mut response = ([(VARY, "accept")], Json(TableAnswer::of(&game))).into_response();
    if session::remembered(&headers).is_none() {
        remember(&mut response, &api, api.services.ids.session());
    }
    Ok(response)
}

/// Create a game of one's own
///
/// The model words a new setup, which takes three calls. The answer's cookie takes a browser to the new game.
#[utoipa::path(
    post,
    path = "/games",
    tag = "game",
    params(("X-Zeroth-Team" = Option<String>, Header, description = "Whose budget pays; `default` if it is not there")),
    request_body(content = NewGameRequest, description = "Nothing, or an empty object"),
    responses(
        (status = 201, description = "The game was created",
            headers(
                ("Location" = String, description = "The game's path"),
                ("Set-Cookie" = String, description = "zeroth_session")
            ),
            body = NewGameAnswer),
        NewGameProblems
    )
)]
pub(super) async fn create(
    State(api): State<Arc<Api>>,
    _: Admission,
    Payer(team): Payer,
    Body(NewGameRequest {}): Body<NewGameRequest>,
) -> Result<Response, Problem> {
    let place = api.places.take()?;
    let play = Arc::clone(&api.services.games.play);
    let created = async move {
        let game = play.create(&team).await;
        drop(place);
        game
    };
    let game = api.ask(created).await?;
    let answer = NewGameAnswer { session_id: game.session, table: TableAnswer::of(&game) };
    let mut response = (StatusCode::CREATED, Json(answer)).into_response();
    if let Ok(location) = HeaderValue::try_from(format!("/sessions/{}", game.session)) {
        response.headers_mut().insert(LOCATION, location);
    }
    remember(&mut response, &api, game.session);
    Ok(response)
}

fn remember(response: &mut Response, api: &Api, session: SessionId) {
    if let Some(cookie) = session::cookie(session, api.config.cookie_max_age) {
        response.headers_mut().insert(SET_COOKIE, cookie);
    }
}

/// A new game takes no wishes yet.
#[derive(Debug, Deserialize, ToSchema)]
#[schema(example = json!({}))]
pub(super) struct NewGameRequest {}

impl Fields for NewGameRequest {
    const EXAMPLE: &'static str = "{}";

    fn absent() -> Option<Self> {
        Some(Self {})
    }
}

/// Who sits at a table, and why.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TableAnswer {
    /// The player's character.
    protagonist: CharacterAnswer,
    /// The voice of the game.
    storyteller: CharacterAnswer,
    /// What is to be done.
    #[schema(example = "Find out why the crew are not on the Starship Enterprise, and rescue them.")]
    quest: String,
}

/// Somebody at the table.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CharacterAnswer {
    /// The name that is spoken.
    #[schema(example = "Data")]
    name: String,
    /// Who that is.
    #[schema(example = "An android officer, curious about everything human.")]
    description: String,
}

/// A game that was just created.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct NewGameAnswer {
    /// Send it with each turn of this game.
    #[schema(value_type = String, format = "uuid", example = "0190163d-8694-739b-aea5-966c26f8ad91")]
    session_id: SessionId,
    #[serde(flatten)]
    table: TableAnswer,
}

/// A game as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionAnswer {
    /// The session.
    #[schema(value_type = String, format = "uuid", example = "0190163d-8694-739b-aea5-966c26f8ad91")]
    session_id: SessionId,
    #[serde(flatten)]
    table: TableAnswer,
    /// The turns that are kept, oldest first.
    turns: Vec<TurnAnswer>,
}

/// One turn of a game.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TurnAnswer {
    /// 1 for the first turn of a game.
    #[schema(example = 1, minimum = 1)]
    turn: u64,
    /// What the player said.
    #[schema(example = "Where am I?")]
    message: String,
    /// What the storyteller answered.
    #[schema(example = "You stand on the bridge. It is your turn, Data.")]
    response: String,
}

impl TableAnswer {
    fn of(game: &Game) -> Self {
        let character = |name: &String, description: &String| CharacterAnswer {
            name: name.clone(),
            description: description.clone(),
        };
        Self {
            protagonist: character(&game.protagonist, &game.setup.protagonist),
            storyteller: character(&game.storyteller, &game.setup.storyteller),
            quest: game.setup.quest.clone(),
        }
    }
}

impl SessionAnswer {
    pub(super) fn of(game: &Game) -> Self {
        let turn = |turn: &Arc<Turn>| TurnAnswer {
            turn: turn.number,
            message: turn.message.to_string(),
            response: turn.response.clone(),
        };
        Self { session_id: game.session, table: TableAnswer::of(game), turns: game.turns.iter().map(turn).collect() }
    }
}

problems!(GameProblems: &[Kind::INVALID_SESSION_ID], SESSION, MODEL, STORE, ANY);
problems!(NewGameProblems: BODY, ADMISSION, MODEL, STORE, &[Kind::STORE_FULL], ANY);
