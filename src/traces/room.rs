//! How many bytes are held at once: whoever brings more is asked to come again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that are held, and how many may be.
pub(super) struct Hall {
    held: Arc<AtomicUsize>,
    most: usize,
}

/// Room for some bytes; given back when it is dropped.
pub struct Room {
    bytes: usize,
    held: Arc<AtomicUsize>,
    most: usize,
}

/// There is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Crowded;

impl Hall {
    pub(super) fn new(most: usize) -> Self {
        Self { held: Arc::default(), most }
    }

    /// Bytes that are held.
    pub(super) fn held(&self) -> usize {
        self.held.load(Ordering::Relaxed)
    }

    /// Room for so many bytes; what is larger than the whole hall gets it when nothing else is there.
    pub(super) fn room(&self, bytes: usize) -> Result<Room, Crowded> {
        let mut room = Room { bytes: 0, held: Arc::clone(&self.held), most: self.most };
        room.widen(bytes).map(|()| room)
    }
}

impl Room {
    /// Takes room for so many bytes more.
    pub(super) fn widen(&mut self, more: usize) -> Result<(), Crowded> {
        let fits = |held: usize| {
            let sum = held.saturating_add(more);
            (held == self.bytes || sum <= self.most).then_some(sum)
        };
        self.held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, fits).map_err(|_| Crowded)?;
        self.bytes += more;
        Ok(())
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_given_back() {
        let hall = Hall::new(100);
        let mut first = hall.room(60).ok().unwrap();
        assert!(hall.room(41).is_err());
        let second = hall.room(30).ok().unwrap();
        assert!(first.widen(11).is_err());
        assert!(first.widen(10).is_ok());
        assert_eq!(hall.held(), 100);
        drop((first, second));
        assert_eq!(hall.held(), 0);
    }

    #[test]
    fn what_is_larger_than_all_of_it_comes_alone() {
        let hall = Hall::new(100);
        let mut large = hall.room(500).ok().unwrap();
        assert!(large.widen(500).is_ok() && hall.room(1).is_err());
        drop(large);
        let _small = hall.room(1).ok().unwrap();
        assert!(hall.room(500).is_err());
    }
}
