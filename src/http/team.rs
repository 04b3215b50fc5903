//! Whose budget a request is paid from: what its header says, else everyone's.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};

use crate::id::{NotATeam, Team};

use super::error::{Kind, Problem};

const TEAM: HeaderName = HeaderName::from_static("x-zeroth-team");

/// The team that the header `X-Zeroth-Team` names.
pub(super) struct Payer(pub(super) Team);

impl<S: Sync> FromRequestParts<S> for Payer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        team(&parts.headers)
            .map(Self)
            .map_err(|error| Problem::new(Kind::INVALID_TEAM, format!("the header X-Zeroth-Team is {error}")))
    }
}

fn team(headers: &HeaderMap) -> Result<Team, NotATeam> {
    let Some(value) = headers.get(TEAM) else { return Ok(Team::default()) };
    value.to_str().map_err(|_| NotATeam).and_then(Team::from_str)
}
