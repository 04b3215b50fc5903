//! A store that another server writes to just before a turn is kept or taken back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use async_trait::async_trait;

use crate::id::SessionId;
use crate::store::{
    Entry, Expected, KeptTurn, MemoryStore, NewTurn, Page, Session, Spending, Store, StoreError, Summary,
};

/// Games in memory, which another server plays on as often as a test says.
pub(super) struct Overtaken {
    pub(super) inner: MemoryStore,
    pub(super) races: AtomicUsize,
}

impl Overtaken {
    /// Another server plays, if there is still a race for it to win.
    async fn overtake(&self, id: SessionId) -> Result<(), StoreError> {
        let races = self.races.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |races| races.checked_sub(1));
        if races.is_ok() {
            let turn = crate::game::Message::new("I was faster.", 100).unwrap();
            self.inner
                .append_turn(id, Expected::Any, NewTurn::new(turn, "So you were.", SystemTime::UNIX_EPOCH))
                .await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Store for Overtaken {
    async fn create(&self, session: Session) -> Result<Arc<Session>, StoreError> {
        self.inner.create(session).await
    }

    async fn room(&self, now: SystemTime) -> Result<(), StoreError> {
        self.inner.room(now).await
    }

    async fn load(&self, id: SessionId, turns: usize) -> Result<Arc<Session>, StoreError> {
        self.inner.load(id, turns).await
    }

    async fn append_turn(&self, id: SessionId, expected: Expected, turn: NewTurn) -> Result<Arc<KeptTurn>, StoreError> {
        self.overtake(id).await?;
        self.inner.append_turn(id, expected, turn).await
    }

    async fn remove_turn(&self, id: SessionId, revision: u64) -> Result<Arc<KeptTurn>, StoreError> {
        self.overtake(id).await?;
        self.inner.remove_turn(id, revision).await
    }

    async fn list(&self, page: Page) -> Result<Vec<Summary>, StoreError> {
        self.inner.list(page).await
    }

    async fn transcript(&self, id: SessionId, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.inner.transcript(id, limit).await
    }

    async fn asides(&self, id: SessionId, limit: usize) -> Result<Vec<Arc<KeptTurn>>, StoreError> {
        self.inner.asides(id, limit).await
    }

    async fn delete(&self, id: SessionId) -> Result<(), StoreError> {
        self.inner.delete(id).await
    }

    async fn rename(&self, id: SessionId, name: SessionId) -> Result<(), StoreError> {
        self.inner.rename(id, name).await
    }

    async fn sweep(&self, now: SystemTime) -> Result<usize, StoreError> {
        self.inner.sweep(now).await
    }

    async fn spent(&self, scope: &str, limit: usize) -> Result<Vec<Spending>, StoreError> {
        self.inner.spent(scope, limit).await
    }

    async fn spend(&self, spendings: Vec<Spending>, at: SystemTime) -> Result<Vec<Spending>, StoreError> {
        self.inner.spend(spendings, at).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        self.inner.check().await
    }
}
