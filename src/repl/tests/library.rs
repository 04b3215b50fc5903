//! The games of the other tests, as an archive.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;

use crate::id::SessionId;
use crate::play::{Archive, PlayError, Transcript};
use crate::store::{Kind, Page, Summary};

use super::solo::SoloTale;
use super::tale::Tale;

/// Scenarios first, then the solo game, then what was put here.
pub(super) struct Library {
    tale: Arc<Tale>,
    solo: Arc<SoloTale>,
    /// Dialogues that were played before.
    pub(super) dialogues: Mutex<Vec<SessionId>>,
}

impl Library {
    pub(super) fn new(tale: Arc<Tale>, solo: Arc<SoloTale>) -> Self {
        Self { tale, solo, dialogues: Mutex::default() }
    }

    fn all(&self) -> Vec<Summary> {
        let scenarios =
            self.tale.games().into_iter().map(|id| (id, Kind::Scenario, "silent-relay", self.tale.turns(id)));
        let solo = self.solo.is_on().then(|| (SoloTale::session(), Kind::Solo, "enterprise", 1));
        let dialogues = self.dialogues.lock().unwrap().clone();
        let dialogues = dialogues.into_iter().map(|id| (id, Kind::Dialogue, "bridge", 2));
        let all = scenarios.chain(solo).chain(dialogues);
        let noon = SystemTime::UNIX_EPOCH + Duration::from_secs(1_792_584_000);
        all.zip(0..)
            .map(|((id, kind, campaign, turn_number), place)| {
                let played = noon - Duration::from_secs(3600 * place);
                Summary { id, kind, campaign: campaign.to_owned(), created: played, played, turn_number }
            })
            .collect()
    }
}

#[async_trait]
impl Archive for Library {
    async fn kind(&self, session: SessionId) -> Result<Kind, PlayError> {
        let all = self.all();
        let found = all.iter().find(|game| game.id == session);
        found.map(|game| game.kind).ok_or(PlayError::UnknownSession(session))
    }

    async fn list(&self, page: Page) -> Result<Vec<Summary>, PlayError> {
        let all = self.all().into_iter();
        let all = all.skip_while(|game| page.after.is_some_and(|(_, id)| id != game.id));
        Ok(all.skip(usize::from(page.after.is_some())).take(page.limit).collect())
    }

    async fn transcript(&self, session: SessionId, _: usize) -> Result<Transcript, PlayError> {
        let summary = self.all().into_iter().find(|game| game.id == session);
        let summary = summary.ok_or(PlayError::UnknownSession(session))?;
        Ok(Transcript { summary, lines: self.tale.lines(session) })
    }

    async fn delete(&self, session: SessionId) -> Result<(), PlayError> {
        Err(PlayError::UnknownSession(session))
    }
}
