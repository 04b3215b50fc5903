//! Keys: whose request it is, and whether it may come in.

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use secrecy::{ExposeSecret as _, SecretString};

use crate::llm::digest;

use super::refusal::{Reason, Refusal};
use super::vendor::Vendor;

/// Who asks: a number in the place of the key, which is kept nowhere. All who bring none are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub(super) struct Caller(pub(super) u64);

/// Finds out who asks, and turns away whoever does not bring the `wanted` key.
pub(super) fn caller(vendor: Vendor, headers: &HeaderMap, wanted: Option<&SecretString>) -> Result<Caller, Refusal> {
    let brought = key(headers);
    if let Some(wanted) = wanted
        && !brought.is_some_and(|key| same(key, wanted.expose_secret()))
    {
        return Err(Refusal::new(Reason::Unauthorized, complaint(vendor, brought)));
    }
    Ok(brought.map_or(Caller::default(), |key| Caller(digest(0, key))))
}

/// `x-api-key` wins, as it does at Anthropic's; `api-key` is Azure's.
fn key(headers: &HeaderMap) -> Option<&str> {
    let named = ["x-api-key", "api-key"].iter().find_map(|name| headers.get(*name)?.to_str().ok());
    let bearer = || headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ");
    named.or_else(bearer).map(str::trim).filter(|key| !key.is_empty())
}

/// Takes as long for a wrong key that begins well as for any other.
fn same(key: &str, wanted: &str) -> bool {
    let differences = key.bytes().zip(wanted.bytes()).fold(0, |sum, (one, other)| sum | (one ^ other));
    key.len() == wanted.len() && differences == 0
}

const fn complaint(vendor: Vendor, brought: Option<&str>) -> &'static str {
    match (vendor, brought) {
        (Vendor::Anthropic, Some(_)) => "invalid x-api-key",
        (Vendor::Anthropic, None) => "x-api-key header is required",
        (Vendor::OpenAi, Some(_)) => "Incorrect API key provided.",
        (Vendor::OpenAi, None) => {
            "You didn't provide an API key. You need to provide your API key in an Authorization header using Bearer auth \
             (i.e. Authorization: Bearer YOUR_KEY)."
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &'static str, value: &str) -> Result<Caller, Refusal> {
        let headers = HeaderMap::from_iter([(name.parse().unwrap(), value.parse().unwrap())]);
        caller(Vendor::OpenAi, &headers, Some(&"secret".into()))
    }

    #[test]
    fn the_key_may_stand_in_either_header() {
        let known = Caller(digest(0, "secret"));
        for (name, value) in [("x-api-key", "secret"), ("api-key", "secret"), ("authorization", "Bearer secret")] {
            assert_eq!(asked(name, value).unwrap(), known);
        }
        for value in ["Bearer secre", "Bearer secrets", "Bearer ", "secret"] {
            assert!(asked("authorization", value).is_err(), "{value}");
        }
    }
}
