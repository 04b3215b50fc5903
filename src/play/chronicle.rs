//! What games for one player have in common: how they come to be, are read, kept, taken back and let go.

use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::clock::Clock;
use crate::game::Message;
use crate::game::journal::{Entry, Question};
use crate::game::rules::Seeded;
use crate::id::{Ids, RunId, SessionId};
use crate::store::{Change, Document, Expected, Kind, NewTurn, Session, Store};

use super::again::again;
use super::error::PlayError;
use super::gate::{Gate, Turn};
use super::port::Again;
use super::race;
use super::record::{Page, Position, Record};

/// How many of the last things that were played models may hear of, whatever clients see.
const REMEMBERED: usize = 12;
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
    /// The number of the turn before the next.
    last: u64,
    shown: usize,
    turns: Vec<Page>,
    asides: Vec<Page>,
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
        let position = Position { state: state(id), dice: Seeded::new(self.ids.seed()) };
        let session = Session::new(id, kind, name, Document::of(POSITION, &position)?, now);
        self.store.create(session).await?;
        Ok(id)
    }

    /// Waits until nobody else plays the game.
    pub(super) async fn enter(&self, session: SessionId, wait: Duration) -> Result<Turn, PlayError> {
        race::enter(&self.gate, &*self.store, session, wait).await
    }

    /// The game, to be played on from its end, or in the place of its last turn if it still has the revision `replaces`.
    pub(super) async fn read<S: DeserializeOwned>(
        &self,
        id: SessionId,
        kind: Kind,
        replaces: Option<u64>,
    ) -> Result<Chapter<S>, PlayError> {
        let session = self.store.load(id, self.shown.max(REMEMBERED) + 1).await?;
        if session.kind != kind {
            return Err(PlayError::OtherKind(id, session.kind));
        }
        let (before, expected) = match replaces {
            None => (session.document.clone(), Expected::After(session.revision)),
            Some(revision) if revision == session.revision && !session.turns.is_empty() => {
                (session.before_last()?, Expected::Replacing(revision))
            }
            Some(_) => return Err(PlayError::Conflict { turn: Some(session.turn_number) }),
        };
        let last = session.turn_number - u64::from(replaces.is_some());
        let turns = session.turns.iter().filter(|kept| kept.turn.number <= last);
        let turns = turns.map(|kept| Page::read(Arc::clone(kept))).collect::<Result<_, _>>()?;
        let asides = self.store.asides(id, self.shown.max(REMEMBERED)).await?;
        let asides = asides.into_iter().map(Page::read).collect::<Result<_, _>>()?;
        let (position, shown) = (before.read()?, self.shown);
        Ok(Chapter { session, before, position, expected, last, shown, turns, asides })
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
        let kept = self.store.append_turn(id, chapter.expected, turn).await;
        race::told(&*self.store, id, kept).await.map(|kept| kept.turn.number)
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
        again(&*self.store, &session, |last| Record::read(last).ok()?.approach).await
    }

    /// Takes the last turn back.
    pub(super) async fn undo(&self, id: SessionId, kind: Kind) -> Result<Again, PlayError> {
        let _turn = self.enter(id, Duration::ZERO).await?;
        let again = self.again(id, kind).await?;
        race::told(&*self.store, id, self.store.remove_turn(id, again.revision).await).await?;
        Ok(again)
    }
}

impl<S> Chapter<S> {
    /// The last turns that a client sees, oldest first.
    pub(super) fn entries(&self) -> Vec<Entry> {
        last(self.turns.iter().filter_map(Page::entry).collect(), self.shown)
    }

    /// The last turns that a model sees, oldest first.
    pub(super) fn remembered(&self) -> Vec<Entry> {
        last(self.turns.iter().filter_map(Page::entry).collect(), REMEMBERED)
    }

    /// The last questions, oldest first.
    pub(super) fn questions(&self) -> Vec<Question> {
        last(self.asides.iter().filter_map(Page::question).collect(), self.shown)
    }

    /// The last `count` things that were said and told, oldest first.
    pub(super) fn exchanges(&self, count: usize) -> Vec<(String, String)> {
        last(self.pages(), count).into_iter().map(Page::exchange).collect()
    }

    /// The call that judged what the player said last, unless something was played since.
    pub(super) fn judged_by(&self) -> Option<RunId> {
        self.pages().last().and_then(|page| page.record.judged_by)
    }

    /// Turns and what was said beside them, in order. What followed a turn that was taken back or replaced is left out: there
    /// it was about another game.
    fn pages(&self) -> Vec<&Page> {
        let kept = |number| self.turns.iter().find(|page| page.number() == number);
        let stands = |aside: &&Page| {
            aside.number() <= self.last && kept(aside.number()).is_none_or(|turn| turn.turn.at <= aside.turn.at)
        };
        let mut pages: Vec<(u64, bool, &Page)> = self.turns.iter().map(|page| (page.number(), false, page)).collect();
        pages.extend(self.asides.iter().filter(stands).map(|page| (page.number(), true, page)));
        pages.sort_by_key(|(number, aside, _)| (*number, *aside));
        pages.into_iter().map(|(_, _, page)| page).collect()
    }
}

/// The last `count` of them.
fn last<T>(mut all: Vec<T>, count: usize) -> Vec<T> {
    all.split_off(all.len().saturating_sub(count))
}
