//! Whose budget a request is paid from: what its header says, else everyone's.

use std::str::FromStr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName};

use crate::id::{NotATeam, Team};

use super::error::{Kind, Problem};
use super::server::Api;

const TEAM: HeaderName = HeaderName::from_static("x-zeroth-team");

/// The team that the header `X-Zeroth-Team` names.
pub(super) struct Payer(pub(super) Team);

impl FromRequestParts<Arc<Api>> for Payer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Problem> {
        let named = team(&parts.headers)
            .map_err(|error| Problem::new(Kind::INVALID_TEAM, format!("the header X-Zeroth-Team is {error}")))?;
        let known = &api.config.teams;
        if known.is_empty() || known.contains(&named) || named == Team::default() {
            return Ok(Self(named));
        }
        Err(Problem::new(Kind::INVALID_TEAM, format!("the header X-Zeroth-Team names {named}, which is no team here")))
    }
}

fn team(headers: &HeaderMap) -> Result<Team, NotATeam> {
    let Some(value) = headers.get(TEAM) else { return Ok(Team::default()) };
    value.to_str().map_err(|_| NotATeam).and_then(Team::from_str)
}
