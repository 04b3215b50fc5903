//! What every answer about a game for one player says beside what is fixed.

use serde::Serialize;
use utoipa::ToSchema;

use crate::game::scenario::Pending;
use crate::id::SessionId;
use crate::play::{Nature, Played, Standing, Teller, World};

use super::problem::Occurrence;
use super::state::PendingSchema;
use super::usage::UsageAnswer;

/// How a turn came to be told.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Told {
    /// The game.
    #[schema(value_type = String, format = "uuid", example = "0190163d-8694-739b-aea5-966c26f8ad91")]
    session_id: SessionId,
    /// The number of the last turn that was kept, as in transcripts and conflicts. Choices have numbers too, so it may be
    /// above `state.turn_number`.
    #[schema(example = 3)]
    turn: u64,
    nature: NatureName,
    told_by: TellerName,
    /// How the storyteller failed, when the game itself had to step in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "timeout")]
    error_type: Option<&'static str>,
    /// The trace under which the turn was recorded, if it was.
    #[schema(example = "4bf92f3577b34da6a3ce929d0e0e4736", pattern = "^[0-9a-f]{32}$", required)]
    trace_id: Option<String>,
    /// What the models' answers took.
    pub(super) usage: UsageAnswer,
}

/// What the input turned out to be: a turn; a choice, which is kept but counts as no turn; a prompt, which says what the game
/// waits for; a ruling, which says why something is not possible; a question, which was answered. The last three change
/// nothing.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Nature)]
enum NatureName {
    Turn,
    Choice,
    Prompt,
    Ruling,
    Question,
}

/// Who worded the narrative: a model; the game itself, as it should be; the game itself, because the storyteller failed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Teller)]
enum TellerName {
    Storyteller,
    Game,
    Stopgap,
}

impl Told {
    pub(super) fn new(played: &Played, occurrence: &Occurrence) -> Self {
        let (told_by, error_type) = match played.teller {
            Teller::Model => (TellerName::Storyteller, None),
            Teller::Game => (TellerName::Game, None),
            Teller::Stopgap(kind) => (TellerName::Stopgap, Some(kind.as_str())),
        };
        let nature = match played.nature {
            Nature::Turn => NatureName::Turn,
            Nature::Choice => NatureName::Choice,
            Nature::Prompt => NatureName::Prompt,
            Nature::Ruling => NatureName::Ruling,
            Nature::Question => NatureName::Question,
        };
        Self {
            session_id: played.standing.session,
            turn: played.standing.number,
            nature,
            told_by,
            error_type,
            trace_id: played.trace_id.or(occurrence.trace_id).map(|id| id.to_string()),
            usage: UsageAnswer::of(played.calls.iter().map(|call| &call.reply)),
        }
    }
}

/// How a game goes on.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Next {
    /// What a scenario waits for; absent in solo games, where anything goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PendingSchema>)]
    pending: Option<Pending>,
    /// The same in words for the player.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "The docking clamps shear. (engineering, difficulty 13: /roll engineering)")]
    prompt: Option<String>,
    /// Inputs that go on from here, the obvious one first.
    #[schema(example = json!(["/roll engineering"]))]
    suggestions: Vec<String>,
}

impl Next {
    pub(super) fn of(standing: &Standing) -> Self {
        let pending = match &standing.world {
            World::Solo { .. } => None,
            World::Scenario { state, pack } => Some(state.pending(pack)),
        };
        Self { prompt: pending.as_ref().map(Pending::prompt), pending, suggestions: standing.world.suggestions() }
    }
}
