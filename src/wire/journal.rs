//! The journal: what was asked lately and what became of it, never the key, and the words only if they are wanted.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use serde::{Serialize, Serializer};
use serde_json::Value;

use crate::clock::Clock;
use crate::llm::fault::Fault;

use super::metrics::Metrics;
use super::vendor::Vendor;

/// The longest name or path that is kept, in bytes.
const NAME: usize = 200;

/// The most bytes of words that are kept of all requests together.
const WORDS: usize = 64 * 1024 * 1024;

/// The last requests, oldest first.
pub(super) struct Journal {
    room: usize,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    records: Mutex<VecDeque<Arc<Record>>>,
    words: Mutex<Words>,
}

/// Whose words are kept, oldest first, and how many bytes they have.
#[derive(Default)]
struct Words {
    bytes: usize,
    owners: VecDeque<(Weak<Record>, usize)>,
}

/// What there is to know of one request.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Entry {
    /// As in the head of the answer.
    pub(super) id: String,
    /// When it came.
    pub(super) at: String,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) vendor: String,
    pub(super) model: Option<String>,
    pub(super) stream: bool,
    /// Which attempt it is, as the official clients say: 0, 1, 2.
    pub(super) retry: u32,
    pub(super) faults: Vec<String>,
    /// Absent while nothing is answered.
    pub(super) status: Option<u16>,
    pub(super) outcome: Outcome,
    /// All tokens that went in.
    pub(super) input_tokens: u64,
    pub(super) cache_read_tokens: u64,
    pub(super) cache_write_tokens: u64,
    pub(super) output_tokens: u64,
    pub(super) first_token_ms: Option<u64>,
    pub(super) total_ms: Option<u64>,
    /// The request's body. As text it takes least room.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "as_json")]
    pub(super) content: Option<String>,
}

/// What became of a request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// It is being answered.
    #[default]
    Open,
    Complete,
    /// It was answered with an error, before or within the answer.
    Failed,
    /// The answer was broken off on purpose.
    Broken,
    /// The client left.
    Left,
}

impl Journal {
    pub(super) fn new(room: usize, clock: Arc<dyn Clock>, metrics: Arc<Metrics>) -> Self {
        Self { room, clock, metrics, records: Mutex::default(), words: Mutex::default() }
    }

    /// Opens a record.
    pub(super) fn open(&self, vendor: Vendor, route: String, entry: Entry) -> Arc<Record> {
        let at = timestamp(self.clock.now());
        let entry = Entry { at, vendor: vendor.to_string(), path: clipped(&entry.path), ..entry };
        let started = self.clock.ticks();
        let (clock, metrics) = (Arc::clone(&self.clock), Arc::clone(&self.metrics));
        let record = Arc::new(Record { vendor, route, started, clock, metrics, entry: Mutex::new(entry) });
        if self.room > 0 {
            let mut records = self.records();
            if records.len() >= self.room {
                records.pop_front();
            }
            records.push_back(Arc::clone(&record));
        }
        record
    }

    /// Keeps what was said in a request; the oldest words make room.
    pub(super) fn keep(&self, record: &Arc<Record>, content: String) {
        let mut words = self.words.lock().unwrap_or_else(PoisonError::into_inner);
        words.bytes += content.len();
        words.owners.push_back((Arc::downgrade(record), content.len()));
        record.entry().content = Some(content);
        let (mut bytes, owners) = (words.bytes, &mut words.owners);
        // Requests that the journal has forgotten are among the first.
        while let Some((owner, size)) = owners.pop_front_if(|(owner, _)| bytes > WORDS || owner.strong_count() == 0) {
            bytes -= size;
            if let Some(owner) = owner.upgrade() {
                owner.entry().content = None;
            }
        }
        words.bytes = bytes;
    }

    /// The records as they are now, oldest first.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let records: Vec<Arc<Record>> = self.records().iter().cloned().collect();
        records.iter().map(|record| record.entry().clone()).collect()
    }

    /// Forgets everything.
    pub(super) fn clear(&self) {
        self.records().clear();
    }

    fn records(&self) -> MutexGuard<'_, VecDeque<Arc<Record>>> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One request on its way, counted when it has ended.
pub(super) struct Record {
    vendor: Vendor,
    route: String,
    started: Duration,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    entry: Mutex<Entry>,
}

/// The tokens of an answer: those that went in altogether, and the parts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) input: u64,
    pub(super) read: u64,
    pub(super) written: u64,
    pub(super) output: u64,
}

impl Record {
    /// When the request came, on the clock's monotonic scale.
    pub(super) const fn started(&self) -> Duration {
        self.started
    }

    /// The request was read.
    pub(super) fn read(&self, model: Option<&str>, stream: bool) {
        let mut entry = self.entry();
        (entry.model, entry.stream) = (model.map(clipped), stream);
    }

    /// These faults are put in.
    pub(super) fn faults(&self, faults: &[Fault]) {
        faults.iter().for_each(|fault| self.metrics.fault(*fault));
        self.entry().faults.extend(faults.iter().map(Fault::to_string));
    }

    /// The head of the answer leaves.
    pub(super) fn head(&self, status: u16) {
        self.metrics.answered(self.vendor, &self.route, status);
        self.entry().status = Some(status);
    }

    /// The first token leaves.
    pub(super) fn first_token(&self) {
        let took = self.took();
        self.metrics.first_token(self.vendor, took.as_secs_f64());
        self.entry().first_token_ms = Some(millis(took));
    }

    /// The answer's tokens are known.
    pub(super) fn count(&self, tally: Tally) {
        let parts = [
            ("input", tally.input.saturating_sub(tally.read + tally.written)),
            ("cache_read", tally.read),
            ("cache_write", tally.written),
            ("output", tally.output),
        ];
        parts.into_iter().for_each(|(kind, count)| self.metrics.tokens(self.vendor, kind, count));
        let mut entry = self.entry();
        (entry.input_tokens, entry.output_tokens) = (tally.input, tally.output);
        (entry.cache_read_tokens, entry.cache_write_tokens) = (tally.read, tally.written);
    }

    /// The answer has ended; the first to say so is believed.
    pub(super) fn close(&self, outcome: Outcome) {
        let took = self.took();
        let mut entry = self.entry();
        if entry.outcome == Outcome::Open {
            (entry.outcome, entry.total_ms) = (outcome, Some(millis(took)));
            self.metrics.ended(self.vendor, took.as_secs_f64());
        }
    }

    pub(super) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    fn took(&self) -> Duration {
        self.clock.ticks().saturating_sub(self.started)
    }

    fn entry(&self) -> MutexGuard<'_, Entry> {
        self.entry.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Closes a record when nobody else did: the client has left.
pub(super) struct Watch(Option<Arc<Record>>);

impl Watch {
    pub(super) const fn new(record: Arc<Record>) -> Self {
        Self(Some(record))
    }

    /// Somebody else closes it.
    pub(super) fn release(mut self) {
        self.0 = None;
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        if let Some(record) = &self.0 {
            record.close(Outcome::Left);
        }
    }
}

fn as_json<S: Serializer>(content: &Option<String>, serializer: S) -> Result<S::Ok, S::Error> {
    content.as_deref().and_then(|text| serde_json::from_str::<Value>(text).ok()).serialize(serializer)
}

fn timestamp(time: SystemTime) -> String {
    jiff::Timestamp::try_from(time).map_or_else(|_| String::new(), |time| format!("{time:.3}"))
}

fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn clipped(text: &str) -> String {
    text[..text.floor_char_boundary(NAME)].to_owned()
}

#[cfg(test)]
mod tests {
    use crate::clock::SystemClock;

    use super::*;

    fn journal(room: usize) -> Journal {
        Journal::new(room, Arc::new(SystemClock::start()), Arc::new(Metrics::new()))
    }

    fn kept(journal: &Journal, bytes: usize) {
        let record = journal.open(Vendor::OpenAi, String::new(), Entry::default());
        journal.keep(&record, "x".repeat(bytes));
    }

    #[test]
    fn the_oldest_words_make_room() {
        let journal = journal(9);
        [1, WORDS / 2, WORDS / 2, 1, WORDS / 4].into_iter().for_each(|bytes| kept(&journal, bytes));
        let kept: Vec<bool> = journal.entries().iter().map(|entry| entry.content.is_some()).collect();
        assert_eq!(kept, [false, false, true, true, true], "each request is still known");
    }

    #[test]
    fn the_words_of_forgotten_requests_do_not_count() {
        let journal = journal(2);
        for _ in 0..9 {
            kept(&journal, 10);
        }
        let words = journal.words.lock().unwrap();
        assert_eq!((words.bytes, words.owners.len()), (20, 2));
    }
}
