//! A turn of any kind of game: played in a task of its own, told whole or as it is worded.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::id::SessionId;
use crate::play::{Adventure, Again, Order, Play, PlayError, Played, TurnInput, TurnOutcome, Words, World};

use super::admission::Place;
use super::caller::Caller;
use super::error::Problem;
use super::play::PlayAnswer;
use super::problem::Occurrence;
use super::scenario::ScenarioPlayAnswer;
use super::server::Api;
use super::session::Seat;
use super::solo::SoloPlayAnswer;
use super::stream;
use super::usage::UsageAnswer;

/// What is to be played, and by which game.
pub(super) enum Errand {
    /// A turn of the game for two.
    Dialogue {
        /// The game.
        play: Arc<dyn Play>,
        /// Where the player sits.
        seat: Seat,
        /// The turn.
        input: TurnInput,
    },
    /// A turn of a game for one.
    Adventure {
        /// The game.
        game: Arc<dyn Adventure>,
        /// The turn.
        order: Order,
    },
}

/// A turn that is ready to be played.
pub(super) struct PlannedTurn {
    /// Taken until the turn is over, whether or not its client is still there.
    place: Place,
    errand: Errand,
}

/// A turn that was played.
pub(super) enum Outcome {
    /// Of the game for two.
    Dialogue(SessionId, Box<TurnOutcome>),
    /// Of a game for one.
    Adventure(Box<Played>),
}

/// A played turn as its client sees it: the answer of the call that its game is played with.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[schema(as = RetryAnswer)]
pub(super) enum Answer<'a> {
    /// Of the game for two.
    Dialogue(Box<PlayAnswer>),
    /// Of a solo game.
    Solo(Box<SoloPlayAnswer<'a>>),
    /// Of a scenario.
    Scenario(Box<ScenarioPlayAnswer<'a>>),
}

/// Plays the turn and answers as the caller likes it.
///
/// # Errors
/// A [`Problem`] when there is no place for it.
pub(super) async fn answer(api: &Api, errand: Errand, caller: Caller) -> Result<Response, Problem> {
    let turn = PlannedTurn { place: api.places.take()?, errand };
    let patience = caller.patience;
    let response = if caller.listens {
        stream::answer(api, turn, caller.occurrence).await
    } else {
        whole(api, turn, &caller.occurrence).await
    };
    Ok(patience.applied(response))
}

async fn whole(api: &Api, turn: PlannedTurn, occurrence: &Occurrence) -> Result<Response, Problem> {
    let outcome = api.ask(async move { turn.run(None).await }).await?;
    let answer = outcome.answer(occurrence);
    let mut response = Json(&answer).into_response();
    if let Ok(timing) = HeaderValue::try_from(answer.usage().server_timing()) {
        response.headers_mut().insert(HeaderName::from_static("server-timing"), timing);
    }
    Ok(response)
}

impl PlannedTurn {
    /// Plays the turn; `deltas` are the ears of whoever reads along.
    pub(super) async fn run(self, deltas: Option<&mut Words<'_>>) -> Result<Outcome, PlayError> {
        let Self { place, errand } = self;
        let outcome = match deltas {
            Some(deltas) => errand.run(true, deltas).await,
            None => errand.run(false, &mut |_| {}).await,
        };
        drop(place);
        outcome
    }
}

impl Errand {
    async fn run(self, heard: bool, deltas: &mut Words<'_>) -> Result<Outcome, PlayError> {
        match self {
            Self::Dialogue { play, seat, input } => {
                seat.take(&*play).await?;
                let mut input = TurnInput { heard, ..input };
                let mut outcome = play.turn(input.clone(), deltas).await;
                while looks_again(&outcome, input.replaces, input.wait, heard) {
                    let Again { text, revision, attempt, .. } = play.again(input.session).await?;
                    input = TurnInput { text, attempt, replaces: Some(revision), ..input };
                    outcome = play.turn(input.clone(), deltas).await;
                }
                Ok(Outcome::Dialogue(seat.session(), Box::new(outcome?)))
            }
            Self::Adventure { game, order } => {
                let mut order = Order { heard, ..order };
                let mut played = game.play(order.clone(), deltas).await;
                while looks_again(&played, order.replaces, order.wait, heard) {
                    let Again { text, approach, revision, attempt, .. } = game.again(order.session).await?;
                    order = Order { text, approach, attempt, replaces: Some(revision), ..order };
                    played = game.play(order.clone(), deltas).await;
                }
                Ok(Outcome::Adventure(Box::new(played?)))
            }
        }
    }
}

/// Whether a turn that was to be played again has another one in its place by now, for a client who waits and has heard
/// nothing: then it is that one that is meant. Each time round somebody else has played, and the gate lets everyone in.
fn looks_again<T>(result: &Result<T, PlayError>, replaces: Option<u64>, wait: Duration, heard: bool) -> bool {
    matches!(result, Err(PlayError::Conflict { .. })) && replaces.is_some() && !wait.is_zero() && !heard
}

impl Outcome {
    /// What the client is told.
    pub(super) fn answer(&self, occurrence: &Occurrence) -> Answer<'_> {
        match self {
            Self::Dialogue(session, outcome) => {
                Answer::Dialogue(Box::new(PlayAnswer::new(*session, outcome, occurrence)))
            }
            Self::Adventure(played) => match &played.standing.world {
                World::Solo { .. } => Answer::Solo(Box::new(SoloPlayAnswer::new(played, occurrence))),
                World::Scenario { state, pack } => {
                    Answer::Scenario(Box::new(ScenarioPlayAnswer::new(played, state, pack, occurrence)))
                }
            },
        }
    }
}

impl Answer<'_> {
    fn usage(&self) -> &UsageAnswer {
        match self {
            Self::Dialogue(answer) => &answer.usage,
            Self::Solo(answer) => &answer.told.usage,
            Self::Scenario(answer) => &answer.told.usage,
        }
    }
}
