//! Messages of telemetry on their way in: bounded in bytes, one and all together, and in time; no end of the program waits
//! for them.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use futures::StreamExt as _;
use tokio_util::sync::CancellationToken;

use crate::traces::{Full, Malformed, Refusal, Room, Traces};

/// Where messages are received.
#[derive(Clone)]
pub(super) struct Reception {
    pub(super) store: Arc<Traces>,
    /// How long a message may take to come.
    pub(super) patience: Duration,
    /// Resolves when the program is about to end.
    pub(super) closing: CancellationToken,
}

/// Why a message did not come to be read.
pub(super) enum Lost {
    Refused(Refusal),
    /// It took too long.
    Late,
}

/// For who is late.
pub(super) const LATE: &str = "the message did not arrive in time; send it at once, or smaller batches";
const ENDING: Full = Full { retry_after: Duration::from_secs(5), reason: "the server is about to end" };

impl<T: Into<Refusal>> From<T> for Lost {
    fn from(why: T) -> Self {
        Self::Refused(why.into())
    }
}

impl Reception {
    /// Receives a whole message. The room is to be kept as long as anything of it is held.
    pub(super) async fn receive(&self, body: Body) -> Result<(Bytes, Room), Lost> {
        let whole = pin!(tokio::time::timeout(self.patience, self.collect(body)));
        tokio::select! {
            // What is here already is taken in, also at the end.
            biased;
            received = whole => received.unwrap_or(Err(Lost::Late)),
            () = self.closing.cancelled() => Err(ENDING.into()),
        }
    }

    async fn collect(&self, body: Body) -> Result<(Bytes, Room), Lost> {
        let mut arrival = self.store.expect(body.size_hint().exact())?;
        let mut frames = body.into_data_stream();
        while let Some(frame) = frames.next().await {
            let broken = |_| Malformed::Unreadable { what: "a whole message", why: "it broke off".to_owned() };
            arrival.push(&frame.map_err(broken)?)?;
        }
        Ok(arrival.end())
    }
}
