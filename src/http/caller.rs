//! What a request for a turn says beside its body.

use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;

use crate::id::Team;

use super::accept::prefers;
use super::admission::Admission;
use super::error::Problem;
use super::patience::Patience;
use super::problem::Occurrence;
use super::server::Api;
use super::team::Payer;

/// Who asks for a turn. Stands before the body in a handler: who is not let in is told so before any of it is read.
pub(super) struct Caller {
    /// Which request it is.
    pub(super) occurrence: Occurrence,
    /// Who pays.
    pub(super) team: Team,
    /// How long it may take until nobody else plays.
    pub(super) patience: Patience,
    /// Where a session may be named.
    pub(super) headers: HeaderMap,
    /// Whether the words are wanted as they come.
    pub(super) listens: bool,
}

impl FromRequestParts<Arc<Api>> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Problem> {
        Admission::from_request_parts(parts, api).await?;
        let Payer(team) = Payer::from_request_parts(parts, api).await?;
        let Ok(patience) = Patience::from_request_parts(parts, api).await.map_err(|never: Infallible| match never {});
        let headers = parts.headers.clone();
        let listens = prefers(&headers, "text/event-stream", "application/json");
        Ok(Self { occurrence: Occurrence::of(parts), team, patience, headers, listens })
    }
}
