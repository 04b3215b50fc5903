//! In the place of the games for one player until they are put together: nothing can be played.

use std::sync::Arc;

use async_trait::async_trait;

use crate::id::SessionId;
use crate::play::{Adventure, Again, Archive, Beginning, Offer, Order, PlayError, Played, Standing, Transcript, Words};
use crate::store::{Kind, Page, Summary};

/// No game of this kind.
pub(super) struct Absent(pub(super) Kind);

fn not_yet<T>() -> Result<T, PlayError> {
    Err(PlayError::UnknownContent("not yet".to_owned()))
}

#[async_trait]
impl Adventure for Absent {
    fn kind(&self) -> Kind {
        self.0
    }

    fn offers(&self) -> Vec<Offer> {
        Vec::new()
    }

    async fn start(&self, _beginning: Beginning) -> Result<Arc<Standing>, PlayError> {
        not_yet()
    }

    async fn look(&self, _session: SessionId) -> Result<Arc<Standing>, PlayError> {
        not_yet()
    }

    async fn play(&self, _order: Order, _deltas: &mut Words<'_>) -> Result<Played, PlayError> {
        not_yet()
    }

    async fn again(&self, _session: SessionId) -> Result<Again, PlayError> {
        not_yet()
    }

    async fn undo(&self, _session: SessionId) -> Result<(Again, Arc<Standing>), PlayError> {
        not_yet()
    }

    async fn end(&self, _session: SessionId) -> Result<Arc<Standing>, PlayError> {
        not_yet()
    }

    async fn leave(&self, _session: SessionId) {}
}

#[async_trait]
impl Archive for Absent {
    async fn kind(&self, _session: SessionId) -> Result<Kind, PlayError> {
        not_yet()
    }

    async fn list(&self, _page: Page) -> Result<Vec<Summary>, PlayError> {
        not_yet()
    }

    async fn transcript(&self, _session: SessionId, _limit: usize) -> Result<Transcript, PlayError> {
        not_yet()
    }

    async fn delete(&self, _session: SessionId) -> Result<(), PlayError> {
        not_yet()
    }
}
