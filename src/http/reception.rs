//! Messages of telemetry on their way in: bounded in bytes, one and all together, and in time; no end of the program waits
//! for them.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes, HttpBody as _};
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
        let announced = body.size_hint().exact();
        let mut frames = body.into_data_stream();
        let received = self.in_time(self.collect(announced, &mut frames)).await;
        if let Err(Lost::Refused(Refusal::Full(_))) = &received {
            // Who is still sending would hear that the connection breaks, and not when to come again.
            let rest = async {
                while let Some(Ok(_)) = frames.next().await {}
                Ok(())
            };
            let _ = self.in_time(rest).await;
        }
        received
    }

    /// Waits as long as the sender may take, and not beyond the end of the program.
    async fn in_time<T>(&self, work: impl Future<Output = Result<T, Lost>>) -> Result<T, Lost> {
        tokio::select! {
            // What is here already is taken in, also at the end.
            biased;
            done = tokio::time::timeout(self.patience, work) => done.unwrap_or(Err(Lost::Late)),
            () = self.closing.cancelled() => Err(ENDING.into()),
        }
    }

    async fn collect(&self, announced: Option<u64>, frames: &mut BodyDataStream) -> Result<(Bytes, Room), Lost> {
        let mut arrival = self.store.expect(announced)?;
        while let Some(frame) = frames.next().await {
            let broken = |_| Malformed::Unreadable { what: "a whole message", why: "it broke off".to_owned() };
            arrival.push(&frame.map_err(broken)?)?;
        }
        Ok(arrival.end())
    }
}
