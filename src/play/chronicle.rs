//! What games for one player have in common: how they come to be, are read, kept, taken back and let go.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Clock;
use crate::game::Message;
use crate::game::journal::{Entry, Question};
use crate::game::rules::Seeded;
use crate::id::{Ids, SessionId};
use crate::store::{Change, Document, Expected, Kind, NewTurn, Session, Store};

use super::again::again;
use super::error::PlayError;
use super::gate::{Gate, Turn};
use super::port::Again;
use super::race;
use super::record::{Page, Position, Record};

/// The version of a position as it is kept.
const POSITION: u32 = 1;

/// Where games are kept.
#[derive(Clone)]
pub struct Chronicle {
    /// Where turns are kept.
    pub store: Arc<dyn Store>,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Names for sessions and calls.
    pub ids: Arc<dyn Ids>,
    /// Lets one turn of a game be played at a time.
    pub gate: Gate,
    /// How many of the last things that were played a client sees.
    pub shown: usize,
}

/// A game that was read, and may be played on.
pub(super) struct Chapter<S> {
    pub(super) session: Arc<Session>,
    /// Where the next turn begins.
    pub(super) before: Document,
    pub(super) position: Position<S>,
    expected: Expected,
    pages: Vec<Page>,
}

/// What there is to keep of a turn.
pub(super) struct Kept<'a, S> {
    pub(super) message: Message,
    pub(super) narrative: &'a str,
    pub(super) record: Record,
    pub(super) after: &'a Position<S>,
}

impl Chronicle {
    /// Begins a game of `kind`, in the state that `state` makes for it.
    pub(super) async fn begin<S: Serialize>(
        &self,
        kind: Kind,
        name: &str,
        state: impl FnOnce(SessionId) -> S,
    ) -> Result<SessionId, PlayError> {
        let (id, now) = (self.ids.session(), self.clock.now());
        let position = Position { state: state(id), dice: Seeded::new(seed(id)) };
        let session = Session::new(id, kind, name, Document::of(POSITION, &position)?, now);
        self.store.create(session).await?;
        Ok(id)
    }

    /// Waits until nobody else plays the game.
    pub(super) async fn enter(&self, session: SessionId, wait: Duration) -> Result<Turn, PlayError> {
        race::enter(&self.gate, &*self.store, session, wait).await
    }

    /// The game, to be played on from its end, or in the place of the turn `replaces`.
    pub(super) async fn read<S: DeserializeOwned>(
        &self,
        id: SessionId,
        kind: Kind,
        replaces: Option<u64>,
    ) -> Result<Chapter<S>, PlayError> {
        let session = self.store.load(id, 1).await?;
        if session.kind != kind {
            return Err(PlayError::OtherKind(id, session.kind));
        }
        let last = session.turns.back().map(|kept| kept.turn.number);
        let (before, expected) = match replaces {
            None => (session.document.clone(), Expected::After(session.turn_number)),
            Some(number) if last == Some(number) => (session.before_last()?, Expected::Replacing(number)),
            Some(_) => return Err(PlayError::Conflict { turn: Some(session.turn_number) }),
        };
        let entries = self.store.transcript(id, self.shown).await?.into_iter();
        let pages = entries.filter(|entry| replaces.is_none_or(|number| entry.turn.turn.number < number));
        let pages = pages.map(|entry| Page { record: Record::read(&entry.turn), turn: entry.turn, mark: entry.mark });
        let position = before.read()?;
        Ok(Chapter { pages: pages.collect(), session, before, position, expected })
    }

    /// Keeps a turn, and returns its number.
    pub(super) async fn keep<S: Serialize>(&self, chapter: &Chapter<S>, kept: Kept<'_, S>) -> Result<u64, PlayError> {
        let after = Document::of(POSITION, kept.after)?;
        let turn = NewTurn {
            facts: Some(kept.record.text()?),
            change: Some(Change::between(&chapter.before, after)?),
            ..NewTurn::new(kept.message, kept.narrative, self.clock.now())
        };
        let id = chapter.session.id;
        match self.store.append_turn(id, chapter.expected, turn).await {
            Ok(kept) => Ok(kept.turn.number),
            Err(error) => Err(race::standing(&*self.store, id, error.into()).await),
        }
    }

    /// Keeps something that was said and changed nothing.
    pub(super) async fn note(
        &self,
        session: SessionId,
        message: Message,
        answer: &str,
        record: &Record,
    ) -> Result<(), PlayError> {
        let turn = NewTurn { facts: Some(record.text()?), ..NewTurn::new(message, answer, self.clock.now()) };
        self.store.append_turn(session, Expected::Aside, turn).await?;
        Ok(())
    }

    /// What it takes to play the last turn again.
    pub(super) async fn again(&self, id: SessionId, kind: Kind) -> Result<Again, PlayError> {
        let session = self.store.load(id, 1).await?;
        if session.kind != kind {
            return Err(PlayError::OtherKind(id, session.kind));
        }
        let last = session.turns.back().ok_or(PlayError::NothingToUndo)?;
        again(&*self.store, id, &last.turn, Record::read(last).approach).await
    }

    /// Takes the last turn back.
    pub(super) async fn undo(&self, id: SessionId, kind: Kind) -> Result<Again, PlayError> {
        let _turn = self.enter(id, Duration::ZERO).await?;
        let again = self.again(id, kind).await?;
        match self.store.remove_turn(id, again.number).await {
            Ok(_) => Ok(again),
            Err(error) => Err(race::standing(&*self.store, id, error.into()).await),
        }
    }
}

impl<S> Chapter<S> {
    /// The last turns, oldest first.
    pub(super) fn entries(&self) -> Vec<Entry> {
        self.pages.iter().filter_map(Page::entry).collect()
    }

    /// The last questions, oldest first.
    pub(super) fn questions(&self) -> Vec<Question> {
        self.pages.iter().filter_map(Page::question).collect()
    }

    /// The last `count` things that were said and told, oldest first.
    pub(super) fn exchanges(&self, count: usize) -> Vec<(String, String)> {
        let mut last: Vec<_> = self.pages.iter().rev().filter_map(Page::exchange).take(count).collect();
        last.reverse();
        last
    }

    /// The call that judged what the player said last, unless something was played since.
    pub(super) fn judged_by(&self) -> Option<crate::id::RunId> {
        self.pages.last().and_then(|page| page.record.judged_by)
    }
}

/// What the dice of a new game begin with: its name, so that no two games are alike. FNV-1a: every release draws the same.
fn seed(session: SessionId) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    session.to_string().bytes().fold(0xcbf2_9ce4_8422_2325, step)
}
