//! What is kept of a game: how it stands, its turns, and what did not come to count.

use std::collections::VecDeque;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::game::{Message, Turn};
use crate::id::SessionId;

use super::document::{Delta, Document};
use super::error::StoreError;

/// A game and what was played in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    /// Its name.
    pub id: SessionId,
    /// What kind of game it is.
    pub kind: Kind,
    /// The name of the campaign or scenario that is played.
    pub campaign: String,
    /// The setup of a dialogue, which stays; the state of other games, as the last turn left it.
    pub document: Document,
    /// When it was created.
    pub created: SystemTime,
    /// When it was last played.
    pub played: SystemTime,
    /// How many turns were played, including those let go.
    pub turn_number: u64,
    /// How often a turn was added, replaced or taken back. Numbers of turns come again, revisions never.
    pub revision: u64,
    /// The last turns, oldest first: those that count.
    pub turns: VecDeque<Arc<KeptTurn>>,
}

impl Session {
    /// A game in which nothing has been played, created `now`.
    pub fn new(id: SessionId, kind: Kind, campaign: impl Into<String>, document: Document, now: SystemTime) -> Self {
        let (campaign, turns) = (campaign.into(), VecDeque::new());
        Self { id, kind, campaign, document, created: now, played: now, turn_number: 0, revision: 0, turns }
    }

    /// The document before the last turn: where that turn is played again.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is no turn, [`StoreError::Document`] when the turn does not fit the document.
    pub fn before_last(&self) -> Result<Document, StoreError> {
        let last = self.turns.back().ok_or(StoreError::Conflict)?;
        last.back.as_ref().map_or_else(|| Ok(self.document.clone()), |back| back.apply(&self.document))
    }
}

/// What kind of game a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Two players talk.
    Dialogue,
    /// One plays by the rules, anywhere.
    Solo,
    /// One plays through a pack.
    Scenario,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Dialogue, Self::Solo, Self::Scenario];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Dialogue => "dialogue",
            Self::Solo => "solo",
            Self::Scenario => "scenario",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A turn as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptTurn {
    /// Its number, what the player said, and the answer.
    pub turn: Arc<Turn>,
    /// When it was kept.
    pub at: SystemTime,
    /// What happened by the rules: JSON.
    pub facts: Option<Arc<str>>,
    /// What takes the session's document back to the one before this turn, where the turn changed it.
    pub back: Option<Delta>,
}

/// A turn that has no number yet.
#[derive(Debug, Clone, PartialEq)]
pub struct NewTurn {
    /// What the player said.
    pub message: Message,
    /// What the storyteller answered.
    pub response: String,
    /// When.
    pub at: SystemTime,
    /// What happened by the rules: JSON.
    pub facts: Option<Arc<str>>,
    /// What became of the session's document; nothing when the turn leaves it as it is.
    pub change: Option<Change>,
}

impl NewTurn {
    /// The most bytes that a turn may have, with its facts, its delta and the document.
    pub const LIMIT: usize = 1024 * 1024;

    /// A turn without facts that leaves the session's document as it is.
    pub fn new(message: Message, response: impl Into<String>, at: SystemTime) -> Self {
        Self { message, response: response.into(), at, facts: None, change: None }
    }

    /// # Errors
    /// [`StoreError::TooLarge`] when it is larger than a store takes.
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let facts = self.facts.as_ref().map_or(0, |facts| facts.len());
        let change = self.change.as_ref().map_or(0, |change| change.after.text().len() + change.back.text().len());
        let bytes = self.message.as_str().len() + self.response.len() + facts + change;
        if bytes > Self::LIMIT { Err(StoreError::TooLarge { bytes, limit: Self::LIMIT }) } else { Ok(()) }
    }

    pub(super) fn numbered(self, number: u64) -> KeptTurn {
        let Self { message, mut response, at, facts, change } = self;
        // A model may answer anything; not every database takes this character.
        response.retain(|c| c != '\0');
        // A text that came in pieces has room for more.
        response.shrink_to_fit();
        KeptTurn {
            turn: Arc::new(Turn { number, message, response }),
            at,
            facts,
            back: change.map(|change| change.back),
        }
    }
}

/// The document after a turn, and the way back.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The document after the turn.
    pub after: Document,
    /// What takes it back to the one before.
    pub back: Delta,
}

impl Change {
    /// From `before`, as it was loaded, to `after`. A turn that changes the document is to be kept with
    /// [`Expected::After`] or [`Expected::Replacing`]: they see to it that it still is that document.
    ///
    /// # Errors
    /// [`StoreError::Document`] when one of them is no JSON.
    pub fn between(before: &Document, after: Document) -> Result<Self, StoreError> {
        Ok(Self { back: Delta::between(&after, before)?, after })
    }
}

/// Where a new turn goes, if the session still is as expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// After any: turns of this session are independent of each other.
    Any,
    /// After the last, only if the session still has this revision.
    After(u64),
    /// In the place of the last, only if the session still has this revision; that one stays as an alternative.
    Replacing(u64),
    /// Beside the turns: a question and its answer, which count as no turn. It has the number of the last turn.
    Aside,
}

/// What became of something that was played.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Mark {
    /// It counts.
    Kept,
    /// Another answer took its place.
    Replaced,
    /// It was taken back.
    Undone,
    /// It never counted: a question.
    Aside,
}

impl Mark {
    const ALL: [Self; 4] = [Self::Kept, Self::Replaced, Self::Undone, Self::Aside];

    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Replaced => "replaced",
            Self::Undone => "undone",
            Self::Aside => "aside",
        }
    }

    /// Its number in a database.
    pub(super) fn code(self) -> i16 {
        Self::ALL.iter().zip(0..).find(|(mark, _)| **mark == self).map_or(0, |(_, code)| code)
    }

    /// The mark of this number.
    pub(super) fn coded(code: i64) -> Option<Self> {
        usize::try_from(code).ok().and_then(|code| Self::ALL.get(code).copied())
    }
}

/// A line of a transcript.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// What was played.
    pub turn: Arc<KeptTurn>,
    /// What became of it.
    pub mark: Mark,
}

/// A session in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// Its name.
    pub id: SessionId,
    /// What kind of game it is.
    pub kind: Kind,
    /// The name of the campaign or scenario.
    pub campaign: String,
    /// When it was created.
    pub created: SystemTime,
    /// When it was last played.
    pub played: SystemTime,
    /// How many turns were played.
    pub turn_number: u64,
}

/// A part of the list of sessions, the last played first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Begins after the session that was played then and has this name.
    pub after: Option<(SystemTime, SessionId)>,
    /// How many at most.
    pub limit: usize,
}

impl Page {
    /// The first page.
    pub const fn first(limit: usize) -> Self {
        Self { after: None, limit }
    }

    /// The page after the one that ends with `last`.
    #[must_use]
    pub const fn after(self, last: &Summary) -> Self {
        Self { after: Some((last.played, last.id)), ..self }
    }
}

/// How much a store keeps, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The most sessions; the shared table has room in any case.
    pub max_sessions: usize,
    /// The most turns of one session, and the most alternatives beside them; older ones are let go.
    pub max_turns: usize,
    /// When there is no room, sessions that nobody played for this long make way.
    pub max_idle: Duration,
    /// Sessions that nobody played for this long are let go in any case; the shared table never is.
    pub max_age: Duration,
}

/// What somebody has spent: a page of the book of budgets.
#[derive(Debug, Clone, PartialEq)]
pub struct Spending {
    /// What kind of account it is.
    pub scope: String,
    /// Whose.
    pub name: String,
    /// US dollars.
    pub usd: f64,
    /// Tokens.
    pub tokens: u64,
}
