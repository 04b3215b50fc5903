//! The games that are kept, of every kind: the one [`Archive`] there is.

use std::time::Duration;

use async_trait::async_trait;

use crate::id::SessionId;
use crate::store::{Entry, Kind, Page, StoreError, Summary};

use super::archive::{Archive, Transcript, TranscriptLine};
use super::chronicle::Chronicle;
use super::error::PlayError;
use super::record::Record;

/// The store, as a shelf of games.
pub struct Shelf {
    chronicle: Chronicle,
}

impl Shelf {
    /// The games of `chronicle`.
    pub fn new(chronicle: Chronicle) -> Self {
        Self { chronicle }
    }
}

#[async_trait]
impl Archive for Shelf {
    async fn kind(&self, session: SessionId) -> Result<Kind, PlayError> {
        Ok(self.chronicle.store.load(session, 0).await?.kind)
    }

    async fn list(&self, page: Page) -> Result<Vec<Summary>, PlayError> {
        Ok(self.chronicle.store.list(page).await?)
    }

    async fn transcript(&self, session: SessionId, limit: usize) -> Result<Transcript, PlayError> {
        let kept = self.chronicle.store.load(session, 0).await?;
        let entries = self.chronicle.store.transcript(session, limit).await?;
        let summary = Summary {
            id: kept.id,
            kind: kept.kind,
            campaign: kept.campaign.clone(),
            created: kept.created,
            played: kept.played,
            turn_number: kept.turn_number,
        };
        Ok(Transcript { summary, lines: entries.into_iter().map(line).collect::<Result<_, _>>()? })
    }

    async fn delete(&self, session: SessionId) -> Result<(), PlayError> {
        if session == SessionId::SHARED {
            return Err(PlayError::Shared);
        }
        let _turn = self.chronicle.enter(session, Duration::ZERO).await?;
        Ok(self.chronicle.store.delete(session).await?)
    }
}

fn line(entry: Entry) -> Result<TranscriptLine, StoreError> {
    let record = Record::read(&entry.turn)?;
    Ok(TranscriptLine {
        number: entry.turn.turn.number,
        input: entry.turn.turn.message.to_string(),
        narrative: entry.turn.turn.response.clone(),
        log: record.log(),
        at: entry.turn.at,
        mark: entry.mark,
        nature: record.nature,
    })
}
