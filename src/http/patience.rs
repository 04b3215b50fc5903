//! How long a client lets its request wait while another turn of its game is played: `Prefer: wait=N` (RFC 7240).

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use tokio::time::{Instant, sleep_until};

use crate::play::PlayError;

use super::server::Api;

const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");

/// How often somebody who waits looks whether the game is free, at first and at most.
const PAUSES: (Duration, Duration) = (Duration::from_millis(20), Duration::from_millis(500));

/// How long the client waits; none when it did not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Patience(Option<Duration>);

impl FromRequestParts<Arc<Api>> for Patience {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Infallible> {
        let asked = seconds(&parts.headers).map(Duration::from_secs);
        Ok(Self(asked.map(|wait| wait.min(api.config.max_wait))))
    }
}

impl Patience {
    /// How long to wait.
    pub(super) fn wait(self) -> Duration {
        self.0.unwrap_or_default()
    }

    /// The answer, with word of how long it would have waited.
    pub(super) fn applied(self, answer: impl IntoResponse) -> Response {
        let mut response = answer.into_response();
        let applied = self.0.and_then(|wait| HeaderValue::try_from(format!("wait={}", wait.as_secs())).ok());
        if let Some(applied) = applied {
            response.headers_mut().insert(PREFERENCE_APPLIED, applied);
        }
        response
    }

    /// Asks until nobody else plays the game or the time is up.
    pub(super) async fn until_free<T, F>(self, ask: impl Fn() -> F) -> Result<T, PlayError>
    where
        F: Future<Output = Result<T, PlayError>>,
    {
        let (mut pause, longest) = PAUSES;
        let end = Instant::now() + self.wait();
        loop {
            let answer = ask().await;
            if !matches!(answer, Err(PlayError::Busy { .. })) || Instant::now() >= end {
                return answer;
            }
            sleep_until((Instant::now() + pause).min(end)).await;
            pause = longest.min(pause * 2);
        }
    }
}

/// The seconds of the preference `wait`. What cannot be read is no preference.
fn seconds(headers: &HeaderMap) -> Option<u64> {
    let preferences = headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok());
    preferences.flat_map(|preferences| preferences.split(',')).find_map(|preference| {
        let (name, value) = preference.split(';').next()?.split_once('=')?;
        let value = value.trim().trim_matches('"').parse().ok();
        value.filter(|_| name.trim().eq_ignore_ascii_case("wait"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_preference_is_read_among_others() {
        let cases = [
            ("wait=10", Some(10)),
            ("Wait = \"7\"", Some(7)),
            ("respond-async, wait=10; foo=1", Some(10)),
            ("wait=10, wait=20", Some(10)),
            ("wait=-1", None),
            ("wait=soon", None),
            ("wait", None),
            ("waiting=5", None),
            ("", None),
        ];
        for (prefer, expected) in cases {
            let headers = HeaderMap::from_iter([(PREFER, prefer.parse().unwrap())]);
            assert_eq!(seconds(&headers), expected, "{prefer}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn who_waits_asks_until_the_time_is_up() {
        let busy = || async { Err::<(), _>(PlayError::Busy { turn: Some(3) }) };
        let start = Instant::now();
        assert!(Patience(None).until_free(busy).await.is_err());
        assert_eq!(start.elapsed(), Duration::ZERO);
        assert!(Patience(Some(Duration::from_secs(2))).until_free(busy).await.is_err());
        assert_eq!(start.elapsed(), Duration::from_secs(2));
    }
}
