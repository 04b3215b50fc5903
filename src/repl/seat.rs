//! The game that is played, of whatever kind.

use std::sync::Arc;
use std::time::Duration;

use crate::id::{SessionId, Team};
use crate::play::{
    Adventure, Again, Game, Order, Play, PlayError, Played, Standing, TurnInput, TurnOutcome, Words, World,
};
use crate::store::Kind;

/// How long a person's turn waits for somebody else's in the same game.
const PATIENCE: Duration = Duration::from_secs(30);

/// A game and who plays it out.
pub(super) enum Seat {
    /// Two players talk.
    Dialogue {
        play: Arc<dyn Play>,
        /// The game as it opened; its turns are asked for when they are wanted.
        game: Arc<Game>,
    },
    /// One plays by the rules.
    Adventure {
        adventure: Arc<dyn Adventure>,
        /// The game as it stands.
        standing: Arc<Standing>,
    },
}

/// Something on its way into the game.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Try {
    pub(super) text: String,
    /// The approach that is chosen with it.
    pub(super) approach: Option<String>,
    pub(super) attempt: u32,
    /// The number of the last turn, whose place it takes.
    pub(super) replaces: Option<u64>,
}

/// What came of it.
pub(super) enum Done {
    /// Somebody answered.
    Answered(Box<TurnOutcome>),
    /// The rules settled it.
    Settled(Box<Played>),
}

impl Seat {
    /// Which game it is.
    pub(super) fn id(&self) -> SessionId {
        match self {
            Self::Dialogue { game, .. } => game.session,
            Self::Adventure { standing, .. } => standing.session,
        }
    }

    /// Which kind of game.
    pub(super) fn kind(&self) -> Kind {
        match self {
            Self::Dialogue { .. } => Kind::Dialogue,
            Self::Adventure { standing, .. } => match standing.world {
                World::Solo { .. } => Kind::Solo,
                World::Scenario { .. } => Kind::Scenario,
            },
        }
    }

    /// The state, if there are rules.
    pub(super) fn world(&self) -> Option<&World> {
        match self {
            Self::Dialogue { .. } => None,
            Self::Adventure { standing, .. } => Some(&standing.world),
        }
    }

    /// The name of the player's character.
    pub(super) fn player(&self) -> &str {
        match self {
            Self::Dialogue { game, .. } => &game.protagonist,
            Self::Adventure { standing, .. } => &standing.world.player().name,
        }
    }

    /// Plays it.
    ///
    /// # Errors
    /// [`PlayError`].
    pub(super) async fn play(
        &self,
        tried: &Try,
        heard: bool,
        team: &Team,
        deltas: &mut Words<'_>,
    ) -> Result<Done, PlayError> {
        let Try { text, approach, attempt, replaces } = tried.clone();
        let (session, team, wait) = (self.id(), team.clone(), PATIENCE);
        match self {
            Self::Dialogue { play, .. } => {
                let input = TurnInput { session, text, attempt, replaces, heard, team, wait };
                Ok(Done::Answered(Box::new(play.turn(input, deltas).await?)))
            }
            Self::Adventure { adventure, .. } => {
                let order = Order { session, text, approach, attempt, replaces, heard, team, wait };
                Ok(Done::Settled(Box::new(adventure.play(order, deltas).await?)))
            }
        }
    }

    /// What it takes to play the last turn again.
    ///
    /// # Errors
    /// [`PlayError`].
    pub(super) async fn again(&self) -> Result<Again, PlayError> {
        match self {
            Self::Dialogue { play, game } => play.again(game.session).await,
            Self::Adventure { adventure, standing } => adventure.again(standing.session).await,
        }
    }

    /// Takes the last turn back; says its number and what the player had said.
    ///
    /// # Errors
    /// [`PlayError`].
    pub(super) async fn undo(&mut self) -> Result<(u64, String), PlayError> {
        match self {
            Self::Dialogue { play, game } => {
                let turn = play.undo(game.session).await?.turn;
                Ok((turn.number, turn.message.to_string()))
            }
            Self::Adventure { adventure, standing } => {
                let (undone, now) = adventure.undo(standing.session).await?;
                *standing = now;
                Ok((undone.number, undone.text))
            }
        }
    }

    /// Looks at the game again: somebody else may have played in it.
    ///
    /// # Errors
    /// [`PlayError`].
    pub(super) async fn refresh(&mut self) -> Result<(), PlayError> {
        match self {
            Self::Dialogue { play, game } => *game = play.game(game.session).await?,
            Self::Adventure { adventure, standing } => *standing = adventure.look(standing.session).await?,
        }
        Ok(())
    }

    /// The player leaves; the game stays.
    pub(super) async fn leave(&self) {
        match self {
            Self::Dialogue { play, game } => play.leave(game.session).await,
            Self::Adventure { adventure, standing } => adventure.leave(standing.session).await,
        }
    }
}
