//! At which table a request plays: what its body says, else its header, else its cookie, else the shared one.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::COOKIE;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::id::{NotASessionId, SessionId};
use crate::play::{Game, Play, PlayError};

use super::error::{Kind, Problem};

const COOKIE_NAME: &str = "zeroth_session";
const SESSION_ID: HeaderName = HeaderName::from_static("x-session-id");

/// A place at a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seat {
    /// Asked for by name: it must exist.
    Named(SessionId),
    /// Remembered by a browser: it comes to be when it is played.
    Remembered(SessionId),
    /// The shared table.
    Shared,
}

impl Seat {
    /// Where the request wants to play.
    ///
    /// # Errors
    /// A [`Problem`] when body or header name something that is no session id. A cookie like that is ignored: its
    /// owner does not know of it.
    pub(super) fn choose(body: Option<&str>, headers: &HeaderMap) -> Result<Self, Problem> {
        if let Some(text) = body {
            return text.parse().map(Self::named).map_err(|error| malformed("the field session_id", error));
        }
        if let Some(value) = headers.get(SESSION_ID) {
            let id = value.to_str().map_err(|_| NotASessionId).and_then(str::parse);
            return id.map(Self::named).map_err(|error| malformed("the header X-Session-Id", error));
        }
        Ok(remembered(headers).filter(|id| *id != SessionId::SHARED).map_or(Self::Shared, Self::Remembered))
    }

    /// The table's name.
    pub(super) const fn session(self) -> SessionId {
        match self {
            Self::Named(id) | Self::Remembered(id) => id,
            Self::Shared => SessionId::SHARED,
        }
    }

    /// What is at the table. Creates nothing but the shared table.
    pub(super) async fn look(self, play: Arc<dyn Play>) -> Result<Arc<Game>, PlayError> {
        match self {
            Self::Named(id) => play.game(id).await,
            Self::Remembered(id) => match play.game(id).await {
                Err(PlayError::UnknownSession(_)) => play.shared().await,
                found => found,
            },
            Self::Shared => play.shared().await,
        }
    }

    /// Sees to it that a turn can be played here.
    pub(super) async fn take(self, play: &dyn Play) -> Result<(), PlayError> {
        match self {
            Self::Remembered(id) => play.join(id).await.map(drop),
            Self::Named(_) | Self::Shared => Ok(()),
        }
    }

    fn named(id: SessionId) -> Self {
        if id == SessionId::SHARED { Self::Shared } else { Self::Named(id) }
    }
}

/// The session of a game for one player, which body or header must name. What is no session id names no session.
///
/// # Errors
/// A [`Problem`] when nothing is named, with `example` as a body that does.
pub(super) fn named(body: Option<&str>, headers: &HeaderMap, example: &str) -> Result<SessionId, Problem> {
    let header = || headers.get(SESSION_ID).map(|value| value.to_str().unwrap_or_default());
    let text = body.or_else(header).ok_or_else(|| {
        Problem::new(Kind::INVALID_BODY, format!("missing field `session_id`; send for example {example}"))
    })?;
    text.parse().map_err(|_not_a_session_id| Problem::no_such_session())
}

fn malformed(place: &str, error: NotASessionId) -> Problem {
    Problem::new(Kind::INVALID_SESSION_ID, format!("{place} is {error}"))
}

/// The session that the client's cookie names.
pub(super) fn remembered(headers: &HeaderMap) -> Option<SessionId> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='))
        .find_map(|id| id.parse().ok())
}

/// The cookie by which a browser comes back to `session`.
pub(super) fn cookie(session: SessionId, max_age: Duration) -> Option<HeaderValue> {
    let seconds = max_age.as_secs();
    let cookie = format!("{COOKIE_NAME}={session}; HttpOnly; SameSite=Lax; Path=/; Max-Age={seconds}");
    HeaderValue::try_from(cookie).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "00000000-0000-0000-0000-000000000001";
    const TWO: &str = "00000000-0000-0000-0000-000000000002";
    const THREE: &str = "00000000-0000-0000-0000-000000000003";

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn the_body_speaks_before_the_header_and_the_header_before_the_cookie() {
        let all = headers(&[("x-session-id", TWO), ("cookie", &format!("zeroth_session={THREE}"))]);
        assert_eq!(Seat::choose(Some(ONE), &all), Ok(Seat::Named(ONE.parse().unwrap())));
        assert_eq!(Seat::choose(None, &all), Ok(Seat::Named(TWO.parse().unwrap())));
        let cookie = headers(&[("cookie", &format!("a=b; zeroth_session={THREE}; c"))]);
        assert_eq!(Seat::choose(None, &cookie), Ok(Seat::Remembered(THREE.parse().unwrap())));
        assert_eq!(Seat::choose(None, &HeaderMap::new()), Ok(Seat::Shared));
    }

    #[test]
    fn a_malformed_cookie_is_ignored_and_the_next_one_counts() {
        let broken = headers(&[("cookie", "zeroth_session=nonsense")]);
        assert_eq!(Seat::choose(None, &broken), Ok(Seat::Shared));
        let both = headers(&[("cookie", &format!("zeroth_session=nonsense; zeroth_session={ONE}"))]);
        assert_eq!(remembered(&both), ONE.parse().ok());
        assert_eq!(remembered(&headers(&[("cookie", &format!("my_zeroth_session={ONE}"))])), None);
    }

    #[test]
    fn the_shared_table_may_be_named() {
        let shared = SessionId::SHARED.to_string();
        assert_eq!(Seat::choose(Some(&shared), &HeaderMap::new()), Ok(Seat::Shared));
    }
}
