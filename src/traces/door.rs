//! The way in: a message as it came over the wire, to what is kept of it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::available_parallelism;

use bytes::{Bytes, BytesMut};
use tokio::sync::Semaphore;

use super::batch::{Full, Receipt};
use super::otlp::{self, Encoding, Malformed, Signal};
use super::room::{Hall, Room};
use super::rows::Rows;
use super::store::{Core, Traces};
use super::writer::{CROWDED, GONE};

/// Messages up to this size are read where they are brought, in well under a millisecond.
pub(super) const SMALL: usize = 32 << 10;

/// A message that came over the wire.
pub struct Packet {
    /// What it is about.
    pub signal: Signal,
    /// How it is written.
    pub encoding: Encoding,
    /// Whether it has to be unpacked first.
    pub packing: Packing,
    /// As they came.
    pub bytes: Bytes,
}

/// How a message is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    Plain,
    /// With gzip.
    Gzip,
}

/// Why nothing of a message was kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It cannot be read, and will not be the next time.
    #[error(transparent)]
    Malformed(#[from] Malformed),
    /// There is no room for it now.
    #[error(transparent)]
    Full(#[from] Full),
    /// A mistake of this program, which it would make again.
    #[error("reading this failed, which is a mistake of Zeroth; the log knows more")]
    Broken,
}

/// What messages on their way in share.
pub(super) struct Doorway {
    /// Bytes that are being received, and those that were and have no answer yet.
    hall: Hall,
    /// Who may read large messages now: some processors are left for everyone else.
    desks: Arc<Semaphore>,
}

impl Doorway {
    pub(super) fn new(most: usize) -> Self {
        let desks = available_parallelism().map_or(1, |processors| processors.get() / 2).clamp(1, 2);
        Self { hall: Hall::new(most), desks: Arc::new(Semaphore::new(desks)) }
    }
}

/// A message of which some came.
pub struct Arrival {
    bytes: BytesMut,
    /// How much of it there is room for.
    granted: usize,
    most: usize,
    room: Room,
}

impl Arrival {
    /// Takes in what came of it.
    ///
    /// # Errors
    /// [`Malformed::TooLarge`], or [`Full`] when more comes than was announced, and there is no room for it.
    pub fn push(&mut self, frame: &[u8]) -> Result<(), Refusal> {
        let length = self.bytes.len().saturating_add(frame.len());
        if length > self.most {
            return Err(Malformed::TooLarge { max_bytes: self.most }.into());
        }
        if let Some(more) = length.checked_sub(self.granted) {
            self.room.widen(more).map_err(|_| CROWDED)?;
            self.granted = length;
        }
        self.bytes.extend_from_slice(frame);
        Ok(())
    }

    /// What came, and the room that it takes until it is answered.
    pub fn end(self) -> (Bytes, Room) {
        (self.bytes.freeze(), self.room)
    }
}

impl Traces {
    /// Makes room for a message of which so many bytes are announced; all messages on their way have as much together as may
    /// wait to be written. Without an announcement room is taken as it comes.
    ///
    /// # Errors
    /// [`Malformed::TooLarge`], or [`Full`] when there is no room.
    pub fn expect(&self, announced: Option<u64>) -> Result<Arrival, Refusal> {
        let most = self.intake().max_bytes;
        let length = usize::try_from(announced.unwrap_or_default()).unwrap_or(usize::MAX);
        if length > most {
            return Err(Malformed::TooLarge { max_bytes: most }.into());
        }
        let room = self.doorway.hall.room(length).map_err(|_| CROWDED)?;
        Ok(Arrival { bytes: BytesMut::with_capacity(length), granted: length, most, room })
    }

    /// Reads a message and keeps what is in it. When this returns, what was accepted is committed; what came before is not
    /// kept twice.
    ///
    /// # Errors
    /// [`Refusal`]; then nothing of it was kept.
    pub async fn take(&self, packet: Packet) -> Result<Receipt, Refusal> {
        // Nobody knows how large something packed is.
        let is_small = packet.packing == Packing::Plain && packet.bytes.len() <= SMALL;
        let made = if is_small { sheltered(|| open(&self.core, &packet)) } else { self.apart(packet).await };
        let (rows, room) = made?;
        let answer = self.core.writer.write(rows, room)?;
        Ok(answer.await.unwrap_or(Err(GONE))?)
    }

    /// The same, for threads that may wait.
    ///
    /// # Errors
    /// As for [`Traces::take`].
    pub fn take_blocking(&self, packet: &Packet) -> Result<Receipt, Refusal> {
        let (rows, room) = sheltered(|| open(&self.core, packet))?;
        let answer = self.core.writer.write(rows, room)?;
        Ok(answer.blocking_recv().unwrap_or(Err(GONE))?)
    }

    /// Opens a message on a thread that may be busy for a while.
    async fn apart(&self, packet: Packet) -> Result<(Rows, Room), Refusal> {
        let desk = Arc::clone(&self.doorway.desks).acquire_owned().await.map_err(|_| GONE)?;
        let core = Arc::clone(&self.core);
        let opened = tokio::task::spawn_blocking(move || {
            let opened = sheltered(|| open(&core, &packet));
            // Whoever asked may have left; the desk is taken until the work is done.
            drop((packet, desk));
            opened
        });
        // Only a runtime that ends breaks it off.
        opened.await.map_err(|_| GONE)?
    }
}

/// What is in a message, and room for it in the queue: without that, it is not even read.
fn open(core: &Core, packet: &Packet) -> Result<(Rows, Room), Refusal> {
    let limits = &core.config.intake;
    let bytes = match packet.packing {
        Packing::Plain => packet.bytes.clone(),
        Packing::Gzip => otlp::unzip(&packet.bytes, limits)?.into(),
    };
    let room = core.writer.room(bytes.len().max(1))?;
    let batch = otlp::read(packet.signal, packet.encoding, &bytes, limits)?;
    Ok((core.rows(batch), room))
}

/// Whoever sent what makes this program fail is told so, instead of being asked to send it again.
fn sheltered<T>(work: impl FnOnce() -> Result<T, Refusal>) -> Result<T, Refusal> {
    // Nothing of what a message touches is used afterwards.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Refusal::Broken))
}
