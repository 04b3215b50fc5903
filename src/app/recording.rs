//! Recordings: what the trace store holds, taken out, and put back here or sent to wherever OTLP is taken in.

mod server;

use std::sync::Arc;
use std::time::Duration;

use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::traces::{Batch, Export, Full, Intake, OpenError, Place, Receipt, Selection, Traces};

use super::{AppError, prices};
pub use server::takes_telemetry;
use server::{Server, Shown};

/// What a line of a recording may hold: it was made by somebody on purpose, and only one is read at a time.
pub const LINE: Intake = Intake { max_bytes: 128 << 20, max_parts: 8_000_000 };
/// How often a batch is brought when there is no room for it.
const TRIES: u32 = 20;
/// The longest wait between two tries.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Why a recording cannot be made or kept.
#[derive(Debug, thiserror::Error)]
pub enum RecordingError {
    /// There is no file that could be read or written.
    #[error("traces are kept {0}, and not in a file: ZEROTH_TRACES=file and ZEROTH_DATA_DIR name one")]
    Nowhere(String),
    /// The file cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The settings cannot be used.
    #[error(transparent)]
    App(#[from] AppError),
    /// Who should take it does not.
    #[error("{0}")]
    Refused(String),
}

/// Opens the trace store's file to take out what was `chosen`, also while a server writes to it.
///
/// # Errors
/// [`RecordingError`] when there is no such file, or it cannot be read.
pub fn export(config: &Config, chosen: Selection) -> Result<Export, RecordingError> {
    match config.traces.as_ref().map(|traces| &traces.place) {
        Some(Place::File(file)) => Ok(Export::open(file, chosen)?),
        Some(place) => Err(RecordingError::Nowhere(place.to_string())),
        None => Err(RecordingError::Nowhere("nowhere".to_owned())),
    }
}

/// Where a server of this user shows the traces that it keeps in the same file; none when nobody does.
pub fn shown_at(config: &Config) -> Option<String> {
    Traces::examine(config.traces.as_ref()?).err()?.shown_at().map(str::to_owned)
}

/// Where a recording goes.
pub enum Destination {
    /// Into the trace store's file: nobody else writes to it.
    Store(Box<Traces>),
    /// To a server, which takes it in as it takes in anything.
    Server(Box<Server>),
}

impl Destination {
    /// To `server`, if one is named, else into the trace store: by way of the server that has it open, if there is one.
    ///
    /// # Errors
    /// [`RecordingError`] when neither can be used.
    pub fn find(config: &Config, server: Option<&str>) -> Result<Self, RecordingError> {
        if let Some(url) = server {
            return Ok(Self::Server(Box::new(Server::new(config, url, Shown::to_named(config, url))?)));
        }
        let traces = config.traces.clone().ok_or_else(|| RecordingError::Nowhere("nowhere".to_owned()))?;
        if traces.place == Place::Memory {
            return Err(RecordingError::Nowhere(traces.place.to_string()));
        }
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::start());
        match Traces::open(traces, Arc::new(prices(config)?), clock) {
            Ok(traces) => Ok(Self::Store(Box::new(traces))),
            Err(error) => match error.shown_at() {
                Some(url) => Ok(Self::Server(Box::new(Server::new(config, url, Shown::to_own(config))?))),
                None => Err(error.into()),
            },
        }
    }

    /// For people.
    pub fn place(&self) -> String {
        match self {
            Self::Store(_) => "the trace store".to_owned(),
            Self::Server(server) => server.place().to_owned(),
        }
    }

    /// Keeps a batch; waits while there is no room for it.
    ///
    /// # Errors
    /// [`RecordingError::Refused`] when it is not taken.
    pub async fn keep(&self, batch: Batch) -> Result<Receipt, RecordingError> {
        match self {
            Self::Server(server) => server.keep(batch).await,
            Self::Store(traces) => {
                let mut tries = 0;
                loop {
                    tries += 1;
                    match traces.accept(batch.clone()).await {
                        Ok(receipt) => return Ok(receipt),
                        Err(full) if tries >= TRIES => return Err(RecordingError::Refused(full.to_string())),
                        Err(Full { retry_after, .. }) => tokio::time::sleep(retry_after.min(LONGEST_WAIT)).await,
                    }
                }
            }
        }
    }
}
