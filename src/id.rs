//! Ids as a parameter: sessions are named here, and traces and spans draw their numbers here.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where new ids come from.
pub trait Ids: Send + Sync + fmt::Debug {
    /// A name for a new session.
    fn session(&self) -> SessionId;

    /// 128 random bits for a W3C trace id, never zero.
    fn trace(&self) -> u128;

    /// 64 random bits for a W3C parent (span) id, never zero.
    fn span(&self) -> u64;

    /// A name for one model call.
    fn run(&self) -> RunId;

    /// What the dice of a new game begin with.
    fn seed(&self) -> u64;
}

/// Names one game session; a UUID in lower case with hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SessionId(Uuid);

impl SessionId {
    /// The shared table at which every client plays that names no session of its own.
    pub const SHARED: Self = Self(Uuid::nil());
}

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The text is not a session id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a session id: expected a UUID such as 0190163d-8694-739b-aea5-966c26f8ad91")]
pub struct NotASessionId;

impl FromStr for SessionId {
    type Err = NotASessionId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Hyphenated only: other spellings of one UUID would be other names for one session.
        match Uuid::try_parse(text) {
            Ok(uuid) if text.len() == 36 => Ok(Self(uuid)),
            _ => Err(NotASessionId),
        }
    }
}

/// Names one model call, so that another call can say what it follows from; a UUID in lower case with hyphens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(Uuid);

impl fmt::Display for RunId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Names the people who share a budget: a group of a workshop, a table at a fair.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Team(Arc<str>);

impl Team {
    /// The most characters that a name may have.
    pub const LIMIT: usize = 64;
}

impl Default for Team {
    /// Everyone who names no team.
    fn default() -> Self {
        Self(Arc::from("default"))
    }
}

impl fmt::Display for Team {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The text is no team's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a team's name: expected 1 to 64 letters, digits, '-', '_' or '.'")]
pub struct NotATeam;

impl FromStr for Team {
    type Err = NotATeam;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        let sound = (1..=Self::LIMIT).contains(&text.len()) && text.bytes().all(fits);
        if sound { Ok(Self(Arc::from(text))) } else { Err(NotATeam) }
    }
}

/// The W3C trace id under which something was recorded; 32 lower-case hex digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId(pub u128);

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Ids drawn from the operating system's randomness; sessions sort by time of creation (UUID v7).
#[derive(Debug, Default)]
pub struct RandomIds;

impl Ids for RandomIds {
    #[expect(clippy::disallowed_methods, reason = "this is the module that owns it")]
    fn session(&self) -> SessionId {
        SessionId(Uuid::now_v7())
    }

    fn trace(&self) -> u128 {
        rand::random::<u128>().max(1)
    }

    fn span(&self) -> u64 {
        rand::random::<u64>().max(1)
    }

    #[expect(clippy::disallowed_methods, reason = "this is the module that owns it")]
    fn run(&self) -> RunId {
        RunId(Uuid::now_v7())
    }

    fn seed(&self) -> u64 {
        rand::random()
    }
}

/// Ids for tests: 1, 2, 3, … of each kind.
#[derive(Debug, Default)]
pub struct CountingIds {
    sessions: AtomicU64,
    traces: AtomicU64,
    spans: AtomicU64,
    runs: AtomicU64,
    seeds: AtomicU64,
}

impl Ids for CountingIds {
    fn session(&self) -> SessionId {
        SessionId(Uuid::from_u128(u128::from(next(&self.sessions))))
    }

    fn trace(&self) -> u128 {
        u128::from(next(&self.traces))
    }

    fn span(&self) -> u64 {
        next(&self.spans)
    }

    fn run(&self) -> RunId {
        RunId(Uuid::from_u128(u128::from(next(&self.runs))))
    }

    fn seed(&self) -> u64 {
        next(&self.seeds)
    }
}

fn next(counter: &AtomicU64) -> u64 {
    counter.fetch_add(1, Ordering::Relaxed) + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_id_is_read_back_from_what_it_prints() {
        let id = RandomIds.session();
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn other_texts_are_not_session_ids() {
        for text in ["", "x", "0190163d8694739baea5966c26f8ad91", "{0190163d-8694-739b-aea5-966c26f8ad91}"] {
            assert_eq!(text.parse::<SessionId>(), Err(NotASessionId), "{text}");
        }
    }

    #[test]
    fn a_team_has_a_short_plain_name() {
        assert_eq!("table-7".parse::<Team>().unwrap().to_string(), "table-7");
        for text in ["", "two words", "größe", &"x".repeat(65)] {
            assert_eq!(text.parse::<Team>(), Err(NotATeam), "{text}");
        }
    }

    #[test]
    fn a_trace_id_prints_all_its_digits() {
        assert_eq!(TraceId(0xab).to_string(), format!("{:0>32}", "ab"));
    }
}
