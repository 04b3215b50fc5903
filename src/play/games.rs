//! All games, as a face gets them.

use std::sync::Arc;

use super::adventure::Adventure;
use super::archive::Archive;
use super::port::Play;

/// What can be played, and what was.
#[derive(Clone)]
pub struct Games {
    /// The game for two.
    pub play: Arc<dyn Play>,
    /// Solo games.
    pub solo: Arc<dyn Adventure>,
    /// Scenarios.
    pub scenario: Arc<dyn Adventure>,
    /// What is kept of games of every kind.
    pub archive: Arc<dyn Archive>,
}
