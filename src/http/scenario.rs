//! Scenarios: one player, and a pack of scenes with hazards, checks and fights.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::game::Message;
use crate::game::journal::DiceRoll;
use crate::game::scenario::{self, MISSING_INPUT, Pace, Pack};
use crate::id::SessionId;
use crate::play::{Adventure, Beginning, Order, Played, ShownWorld, Standing, World};

use super::body::{Body, Fields};
use super::caller::Caller;
use super::error::{Kind, Problem};
use super::headers::TurnHeaders;
use super::problem::{ADMISSION, ANY, BODY, MODEL, Occurrence, RACE, SESSION, STORE, problems};
use super::server::Api;
use super::session;
use super::solo::{OfferAnswer, created};
use super::state::{DiceRollSchema, StateSchema};
use super::stream;
use super::told::{Next, Told};
use super::turn::{self, Errand};

/// Which scenarios there are, and how to play them
#[utoipa::path(
    get,
    path = "/scenario/info",
    tag = "scenario",
    responses((status = 200, description = "What there is", body = ScenarioInfoAnswer), ScenarioInfoProblems)
)]
pub(super) async fn describe_scenarios(State(api): State<Arc<Api>>) -> Json<ScenarioInfoAnswer> {
    let call = |name: &str| format!("POST /scenario/{name}");
    Json(ScenarioInfoAnswer {
        description: "You play through a scenario by the rules, scene by scene: hazards and checks are rolled, then you choose \
                      how to go about it.",
        endpoints: ScenarioEndpoints { start: call("start"), play: call("play") },
        play_body: json!({
            "session_id": "what POST /scenario/start answered with",
            "input": "what you say or do, such as \"/roll\", \"look around\" or a question",
            "approach": "optional: one of those that the scene offers",
        }),
        scenarios: api.services.games.scenario.offers().into_iter().map(OfferAnswer::from).collect(),
    })
}

/// Start a scenario
///
/// No model is asked.
#[utoipa::path(
    post,
    path = "/scenario/start",
    tag = "scenario",
    request_body = ScenarioStartRequest,
    responses(
        (status = 201, description = "The scenario was begun",
            headers(("Location" = String, description = "The game's path")), body = ScenarioStartAnswer),
        ScenarioStartProblems
    )
)]
pub(super) async fn start_scenario(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(request): Body<ScenarioStartRequest>,
) -> Result<Response, Problem> {
    let game = Arc::clone(&api.services.games.scenario);
    let name = request.scenario.filter(|name| !name.trim().is_empty()).ok_or_else(|| unnamed(&*game))?;
    let place = api.places.take()?;
    let beginning = Beginning { name: Some(name), pace: request.pace.unwrap_or_default() };
    let started = async move {
        let standing = game.start(beginning).await;
        drop(place);
        standing
    };
    let standing = api.ask(started).await?;
    let answer = ScenarioStartAnswer::new(&standing, &caller.occurrence).ok_or_else(Problem::internal)?;
    Ok(created(standing.session, Json(&answer)))
}

/// Play one turn of a scenario
///
/// A turn settles one thing: a hazard, a check, then an approach of the player's choice. Each is announced first and rolled
/// with `/roll` or `/roll <skill>`; `suggestions` says what can be sent. A question is answered and costs nothing. If the
/// storyteller fails, the turn is kept all the same and told plainly (`told_by` is `stopgap`). With `Accept: text/event-stream`
/// the narrative comes as it is worded: events `token`, then one `turn` or `error`. A turn that was begun is kept even if its
/// client leaves.
#[utoipa::path(
    post,
    path = "/scenario/play",
    tag = "scenario",
    params(TurnHeaders),
    request_body = ScenarioPlayRequest,
    responses(
        (status = 200, description = "What was asked for was done, or the player was told what the game waits for",
            headers(
                ("Server-Timing" = String, description = "ttft: until the model's first word; llm: until its last"),
                ("X-Trace-Id" = String, description = "The trace under which the request was recorded"),
                ("Preference-Applied" = String, description = "How long the turn would have waited")
            ),
            content(
                (ScenarioPlayAnswer = "application/json"),
                (String = "text/event-stream", example = json!(stream::ADVENTURE_EXAMPLE))
            )),
        ScenarioPlayProblems
    )
)]
pub(super) async fn play_scenario(
    State(api): State<Arc<Api>>,
    caller: Caller,
    Body(request): Body<ScenarioPlayRequest>,
) -> Result<Response, Problem> {
    let approach = request.approach.filter(|name| !name.trim().is_empty());
    // An approach says enough.
    if approach.is_none() && Message::new(&request.input, usize::MAX).is_err() {
        return Err(Problem::new(Kind::INVALID_MESSAGE, format!("the input is empty; {MISSING_INPUT}")));
    }
    let session = session::named(request.session_id.as_deref(), &caller.headers, ScenarioPlayRequest::EXAMPLE)?;
    let order = Order {
        session,
        text: request.input,
        approach,
        attempt: 0,
        replaces: None,
        heard: caller.listens,
        team: caller.team.clone(),
        wait: caller.patience.wait(),
    };
    let game = Arc::clone(&api.services.games.scenario);
    turn::answer(&api, Errand::Adventure { game, order }, caller).await
}

fn unnamed(game: &dyn Adventure) -> Problem {
    let names: Vec<String> = game.offers().into_iter().map(|offer| offer.name).collect();
    let detail = format!("say which scenario in the field scenario; choose one of: {}", names.join(", "));
    Problem::new(Kind::UNKNOWN_CONTENT, detail)
}

/// What there is to play through.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ScenarioInfoAnswer {
    #[schema(example = "You play through a scenario by the rules, scene by scene.")]
    description: &'static str,
    endpoints: ScenarioEndpoints,
    /// The fields of a body for `POST /scenario/play`, with what they are for.
    #[schema(value_type = BTreeMap<String, String>, example = json!({"session_id": "what POST /scenario/start answered with",
        "input": "what you say or do", "approach": "optional"}))]
    play_body: Value,
    /// The scenarios that there are.
    scenarios: Vec<OfferAnswer>,
}

/// The calls.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ScenarioEndpoints {
    #[schema(example = "POST /scenario/start")]
    start: String,
    #[schema(example = "POST /scenario/play")]
    play: String,
}

/// Which scenario to begin.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(super) struct ScenarioStartRequest {
    /// The name of one of those that `GET /scenario/info` lists.
    #[schema(value_type = String, example = "silent-relay")]
    scenario: Option<String>,
    /// How fights are played: `automatic`, to the end in one turn, as usual; or `rounds`, with a choice in each.
    #[schema(value_type = Option<String>, example = "rounds")]
    pace: Option<Pace>,
}

impl Fields for ScenarioStartRequest {
    const EXAMPLE: &'static str = r#"{"scenario": "silent-relay"}"#;

    fn absent() -> Option<Self> {
        Some(Self::default())
    }
}

/// A scenario that was just begun.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ScenarioStartAnswer<'a> {
    /// Send it with each turn of this game.
    #[schema(value_type = String, format = "uuid", example = "0190163d-8694-739b-aea5-966c26f8ad91")]
    session_id: SessionId,
    /// What is told before anything is played.
    #[schema(example = "Three days ago the relay stopped answering.")]
    prologue: &'a str,
    player: PlayerLine<'a>,
    scene: FirstScene<'a>,
    #[schema(value_type = StateSchema)]
    state: ShownWorld<'a>,
    /// What the scenario is called.
    #[schema(example = "The Silent Relay")]
    title: &'a str,
    #[serde(flatten)]
    next: Next,
    /// The trace under which the request was recorded, if it was.
    #[schema(example = "4bf92f3577b34da6a3ce929d0e0e4736", pattern = "^[0-9a-f]{32}$", required)]
    trace_id: Option<String>,
}

/// The character in a line.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlayerLine<'a> {
    #[schema(example = "Data")]
    name: &'a str,
    #[schema(example = "Positronic Operative")]
    character_class: &'a str,
    #[schema(example = 1)]
    level: u8,
}

/// The scene in which a scenario begins.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FirstScene<'a> {
    #[schema(example = "scene_1_approach")]
    id: &'a str,
    #[schema(example = "The approach")]
    name: &'a str,
    /// What the player reads on entering.
    #[schema(example = "The relay hangs dark against the stars.")]
    entry_text: &'a str,
    /// What is to be done there.
    #[schema(value_type = Vec<String>, example = json!(["Dock with the relay."]))]
    objectives: &'a [String],
}

impl<'a> ScenarioStartAnswer<'a> {
    /// None when the game is no scenario or has no scene, which cannot be of one that was just begun.
    fn new(standing: &'a Standing, occurrence: &Occurrence) -> Option<Self> {
        let World::Scenario { state, pack } = &standing.world else { return None };
        let (scene, player) = (state.scene(pack)?, &state.player);
        Some(Self {
            session_id: standing.session,
            prologue: standing.world.prologue(),
            player: PlayerLine { name: &player.name, character_class: &player.character_class, level: player.level },
            scene: FirstScene {
                id: &scene.id,
                name: &scene.name,
                entry_text: &scene.entry_text,
                objectives: &scene.objectives,
            },
            state: standing.shown(),
            title: standing.world.title(),
            next: Next::of(standing),
            trace_id: occurrence.trace_id.map(|id| id.to_string()),
        })
    }
}

/// What the player says or does in a scenario.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ScenarioPlayRequest {
    /// Which game; the header `X-Session-Id` may name it instead.
    #[schema(value_type = String, example = "0190163d-8694-739b-aea5-966c26f8ad91", format = "uuid")]
    session_id: Option<String>,
    /// What the player says or does; not needed beside an approach.
    #[serde(default)]
    #[schema(example = "/roll engineering")]
    input: String,
    /// The approach to choose, where the scene waits for one.
    #[schema(example = json!(null))]
    approach: Option<String>,
}

impl Fields for ScenarioPlayRequest {
    const EXAMPLE: &'static str = r#"{"session_id": "0190163d-8694-739b-aea5-966c26f8ad91", "input": "/roll"}"#;
}

/// What came of an input in a scenario.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ScenarioPlayAnswer<'a> {
    /// What the player is told.
    #[schema(example = "The clamps groan, and hold.")]
    narrative: &'a str,
    /// The mechanics: a line for each roll and each effect; empty when nothing was rolled.
    #[schema(value_type = Vec<String>, example = json!(["Engineering: 14 + 2 (INT) = 16 against 13: success"]))]
    mechanic_log: &'a [String],
    scene: SceneAnswer<'a>,
    #[schema(value_type = StateSchema)]
    state: ShownWorld<'a>,
    /// Whether the scenario is over.
    #[schema(example = false)]
    complete: bool,
    /// How it ended: `peaceful`, `contained`, `force` or `defeated`; null while it goes on.
    #[schema(value_type = Option<String>, example = json!(null), required)]
    outcome: Option<scenario::Outcome>,
    /// What was rolled, in order.
    #[schema(value_type = Vec<DiceRollSchema>)]
    dice_rolls: &'a [DiceRoll],
    #[serde(flatten)]
    next: Next,
    #[serde(flatten)]
    pub(super) told: Told,
}

/// Where the story is now.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SceneAnswer<'a> {
    #[schema(example = "scene_1_approach")]
    id: &'a str,
    #[schema(example = "The approach")]
    name: &'a str,
}

impl<'a> ScenarioPlayAnswer<'a> {
    pub(super) fn new(played: &'a Played, state: &'a scenario::State, pack: &'a Pack, occurrence: &Occurrence) -> Self {
        let name = state.scene(pack).map_or("", |scene| &scene.name);
        Self {
            narrative: &played.narrative,
            mechanic_log: &played.log,
            scene: SceneAnswer { id: &state.scene, name },
            state: played.standing.shown(),
            complete: state.is_complete(),
            outcome: state.outcome,
            dice_rolls: &played.rolls,
            next: Next::of(&played.standing),
            told: Told::new(played, occurrence),
        }
    }
}

problems!(ScenarioInfoProblems: ANY);
problems!(
    ScenarioStartProblems: BODY,
    ADMISSION,
    &[Kind::UNKNOWN_CONTENT, Kind::BROKEN_CONTENT, Kind::STORE_FULL],
    STORE,
    ANY,
);
problems!(
    ScenarioPlayProblems: BODY,
    ADMISSION,
    &[Kind::INVALID_MESSAGE, Kind::NOT_POSSIBLE, Kind::GAME_OVER, Kind::BROKEN_CONTENT, Kind::OTHER_KIND],
    SESSION,
    RACE,
    MODEL,
    STORE,
    ANY,
);
