//! What opens a locked door: the token itself, or the cookie that a browser got for it.

use axum::http::HeaderMap;
use axum::http::header::{AUTHORIZATION, COOKIE};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use secrecy::{ExposeSecret as _, SecretString};

/// What a browser's cookie is made of; another number here ends all sessions.
const SESSION: &[u8] = b"zeroth console session 1";
/// What a token is compared by: comparing digests takes as long for any wrong one.
const TOKEN: &[u8] = b"zeroth token";
/// The cookie's name.
pub(super) const COOKIE_NAME: &str = "zeroth_console";

/// Knows the token without keeping it. Everything is compared in constant time.
pub(super) struct Key {
    token: hmac::Tag,
    /// The token is its key: who has a session cannot work out the token, and another token ends the session.
    session: hmac::Key,
}

impl Key {
    pub(super) fn new(token: &SecretString) -> Self {
        let token = token.expose_secret().as_bytes();
        Self { token: digest(token), session: hmac::Key::new(hmac::HMAC_SHA256, token) }
    }

    /// Whether a request has the token or a session.
    pub(super) fn opens(&self, headers: &HeaderMap) -> bool {
        self.has_token(headers) || self.has_session(headers)
    }

    pub(super) fn is_token(&self, candidate: &str) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, TOKEN);
        hmac::verify(&key, candidate.as_bytes(), self.token.as_ref()).is_ok()
    }

    /// The value of the cookie; it is none that the token could be worked out of.
    pub(super) fn session(&self) -> String {
        URL_SAFE_NO_PAD.encode(hmac::sign(&self.session, SESSION))
    }

    pub(super) fn has_session(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut sessions = cookies
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='))
            .filter_map(|value| URL_SAFE_NO_PAD.decode(value).ok());
        sessions.any(|session| hmac::verify(&self.session, SESSION, &session).is_ok())
    }

    fn has_token(&self, headers: &HeaderMap) -> bool {
        let Some(value) = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()) else { return false };
        let Some((scheme, token)) = value.split_once(' ') else { return false };
        scheme.eq_ignore_ascii_case("bearer") && self.is_token(token.trim())
    }
}

fn digest(token: &[u8]) -> hmac::Tag {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, TOKEN), token)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "correct-horse-battery";

    fn key(token: &str) -> Key {
        Key::new(&SecretString::from(token))
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let named = |name| axum::http::HeaderName::from_static(name);
        pairs.iter().map(|(name, value)| (named(name), value.parse().unwrap())).collect()
    }

    #[test]
    fn the_token_opens_and_nothing_near_it() {
        let key = key(SECRET);
        for value in ["Bearer correct-horse-battery", "bearer correct-horse-battery", "BEARER  correct-horse-battery "]
        {
            assert!(key.opens(&headers(&[("authorization", value)])), "{value}");
        }
        for value in
            ["correct-horse-battery", "Basic correct-horse-battery", "Bearer correct-horse-batter", "Bearer ", "Bearer"]
        {
            assert!(!key.opens(&headers(&[("authorization", value)])), "{value}");
        }
        assert!(!key.opens(&HeaderMap::new()));
    }

    #[test]
    fn a_session_opens_until_the_token_changes() {
        let session = key(SECRET).session();
        assert!(!session.contains(SECRET) && session.len() == 43);
        let with = |value: &str| headers(&[("cookie", &format!("a=b; zeroth_console={value}; c=d"))]);
        assert!(key(SECRET).opens(&with(&session)));
        assert!(!key("another-secret-token").opens(&with(&session)));
        for wrong in ["", SECRET, "AAAA", &session[1..], &format!("{session}A")] {
            assert!(!key(SECRET).opens(&with(wrong)), "{wrong}");
        }
        assert!(!key(SECRET).opens(&headers(&[("cookie", &format!("x_zeroth_console={session}"))])));
        assert!(!key(SECRET).opens(&headers(&[("authorization", &format!("Bearer {session}"))])));
    }
}
