//! Who is let in: no turn is begun while the program ends, and no more turns run at once than the settings allow.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::error::Problem;
use super::server::Api;

/// Passes while the program takes new turns; stands before the body in a handler, so that none is read in vain.
///
/// A [`Place`] is taken only after the body has come: clients that send slowly would otherwise hold all of them.
pub(super) struct Admission;

impl FromRequestParts<Arc<Api>> for Admission {
    type Rejection = Problem;

    async fn from_request_parts(_parts: &mut Parts, api: &Arc<Api>) -> Result<Self, Problem> {
        if api.services.tasks.closing().is_cancelled() {
            return Err(Problem::shutting_down());
        }
        if api.places.are_taken() { Err(Problem::overloaded()) } else { Ok(Self) }
    }
}

/// The places of all turns that may run at once.
#[derive(Debug)]
pub(super) struct Places(Arc<Semaphore>);

impl Places {
    pub(super) fn new(count: usize) -> Self {
        Self(Arc::new(Semaphore::new(count.min(Semaphore::MAX_PERMITS))))
    }

    /// Takes a place; nobody waits for one.
    ///
    /// # Errors
    /// A [`Problem`] when all are taken.
    pub(super) fn take(&self) -> Result<Place, Problem> {
        let permit = Arc::clone(&self.0).try_acquire_owned();
        permit.map(|permit| Place { _permit: permit }).map_err(|_taken| Problem::overloaded())
    }

    fn are_taken(&self) -> bool {
        self.0.available_permits() == 0
    }
}

/// A place that is taken until this is dropped: it belongs into the task that does the work, not to the client that asked.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
}
