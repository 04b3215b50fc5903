//! TEMPORARY: stands in for the engines of solo games and scenarios, and for the archive, until they are wired.

use std::sync::Arc;

use async_trait::async_trait;

use crate::id::SessionId;
use crate::play::{Adventure, Again, Archive, Beginning, Offer, Order, PlayError, Played, Standing, Transcript, Words};
use crate::store::{Kind, Page, Summary};

/// Games of this kind, of which there are none yet.
pub(super) struct Unwired(pub(super) Kind);

impl Unwired {
    fn sorry<T>(&self) -> Result<T, PlayError> {
        Err(PlayError::UnknownContent(format!("{} games cannot be played yet", self.0)))
    }
}

#[async_trait]
impl Adventure for Unwired {
    fn kind(&self) -> Kind {
        self.0
    }

    fn offers(&self) -> Vec<Offer> {
        Vec::new()
    }

    async fn start(&self, _: Beginning) -> Result<Arc<Standing>, PlayError> {
        self.sorry()
    }

    async fn look(&self, _: SessionId) -> Result<Arc<Standing>, PlayError> {
        self.sorry()
    }

    async fn play(&self, _: Order, _: &mut Words<'_>) -> Result<Played, PlayError> {
        self.sorry()
    }

    async fn again(&self, _: SessionId) -> Result<Again, PlayError> {
        self.sorry()
    }

    async fn undo(&self, _: SessionId) -> Result<(Again, Arc<Standing>), PlayError> {
        self.sorry()
    }

    async fn end(&self, _: SessionId) -> Result<Arc<Standing>, PlayError> {
        self.sorry()
    }

    async fn leave(&self, _: SessionId) {}
}

#[async_trait]
impl Archive for Unwired {
    async fn kind(&self, session: SessionId) -> Result<Kind, PlayError> {
        Err(PlayError::UnknownSession(session))
    }

    async fn list(&self, _: Page) -> Result<Vec<Summary>, PlayError> {
        Ok(Vec::new())
    }

    async fn transcript(&self, session: SessionId, _: usize) -> Result<Transcript, PlayError> {
        Err(PlayError::UnknownSession(session))
    }

    async fn delete(&self, session: SessionId) -> Result<(), PlayError> {
        Err(PlayError::UnknownSession(session))
    }
}
