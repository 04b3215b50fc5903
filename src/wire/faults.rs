//! Which faults a request meets: those that its header names, those behind the name of its model, and those on the board.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use crate::llm::fault::{Fault, Rule, Switchboard};

use super::refusal::Refusal;

/// The request's header that names faults.
pub(super) const HEADER: &str = "x-zeroth-fault";

/// The most lists of rules whose draws are remembered.
const ROOM: usize = 1000;

/// The longest list of a request, in bytes: its text is kept.
const LONGEST: usize = 1024;

/// The sources of faults.
pub(super) struct Faults {
    /// As the settings have it.
    first: (Vec<Rule>, u64),
    board: RwLock<Arc<Board>>,
    /// The rules of requests that count or draw, by their text: `503*2` behind a model's name fails twice, not for ever.
    counted: Mutex<HashMap<String, Switchboard>>,
}

/// The rules in force for everybody.
pub(super) struct Board {
    pub(super) seed: u64,
    switches: Switchboard,
}

impl Board {
    /// As they are written; those that were used up are gone.
    pub(super) fn rules(&self) -> String {
        self.switches.rules().iter().map(Rule::to_string).collect::<Vec<_>>().join(",")
    }
}

impl Faults {
    pub(super) fn new(rules: Vec<Rule>, seed: u64) -> Self {
        let board = Board { seed, switches: Switchboard::new(rules.clone(), seed) };
        Self { first: (rules, seed), board: RwLock::new(Arc::new(board)), counted: Mutex::default() }
    }

    pub(super) fn board(&self) -> Arc<Board> {
        Arc::clone(&self.board.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts these rules in the place of all others.
    pub(super) fn set(&self, rules: Vec<Rule>, seed: u64) {
        let board = Arc::new(Board { seed, switches: Switchboard::new(rules, seed) });
        *self.board.write().unwrap_or_else(PoisonError::into_inner) = board;
        self.counted.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// As it was in the beginning.
    pub(super) fn reset(&self) {
        let (rules, seed) = self.first.clone();
        self.set(rules, seed);
    }

    /// The faults of the next request, those of its own first.
    pub(super) fn draw(&self, header: Option<&str>, suffix: &str) -> Result<Vec<Fault>, Refusal> {
        let mut faults = self.own(header.unwrap_or_default(), HEADER)?;
        faults.extend(self.own(&suffix.replace('+', ","), "model")?);
        faults.extend(self.board().switches.draw());
        Ok(faults)
    }

    fn own(&self, text: &str, place: &str) -> Result<Vec<Fault>, Refusal> {
        if text.is_empty() {
            return Ok(Vec::new());
        }
        if text.len() > LONGEST {
            return Err(Refusal::field(place, &format!("names faults in more than {LONGEST} bytes")));
        }
        let rules = Rule::list(text).map_err(|error| Refusal::field(place, &format!("`{text}` {error}")))?;
        if rules.iter().all(|rule| rule.times.is_none() && rule.probability >= 1.0) {
            return Ok(rules.into_iter().map(|rule| rule.fault).collect());
        }
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.len() >= ROOM && !counted.contains_key(text) {
            counted.clear();
        }
        let seed = self.board().seed;
        Ok(counted.entry(text.to_owned()).or_insert_with(|| Switchboard::new(rules, seed)).draw())
    }
}

/// The name of a model, and the faults behind it: `gpt-4o-mini+stall=2s+verbose`. A plus at the end belongs to the name.
pub(super) fn split(model: &str) -> (&str, &str) {
    match model.split_once('+') {
        Some((name, suffix)) if !name.is_empty() && !suffix.trim_matches('+').is_empty() => (name, suffix),
        _ => (model, ""),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn faults_stand_behind_the_name_of_a_model() {
        assert_eq!(split("gpt-4o-mini+stall=2s+verbose"), ("gpt-4o-mini", "stall=2s+verbose"));
        for plain in ["claude-sonnet-4-6", "command-r+", "+503", ""] {
            assert_eq!(split(plain), (plain, ""));
        }
    }

    #[test]
    fn all_sources_are_heard() {
        let faults = Faults::new(Rule::list("crlf").unwrap(), 1);
        let drawn = faults.draw(Some("latency=1s, empty"), "cut=3").unwrap();
        assert_eq!(drawn, [Fault::Latency(Duration::from_secs(1)), Fault::Empty, Fault::Cut(3), Fault::Crlf]);
        let problem = faults.draw(Some("nonsense"), "").unwrap_err().message;
        assert!(
            problem.starts_with("x-zeroth-fault: `nonsense` knows no fault `nonsense`; there are latency,"),
            "{problem}"
        );
    }

    #[test]
    fn a_long_list_is_not_even_read() {
        let faults = Faults::new(Vec::new(), 1);
        let long = "503*2,".repeat(171);
        for (header, suffix, place) in [(Some(long.as_str()), "", "x-zeroth-fault"), (None, long.as_str(), "model")] {
            let problem = faults.draw(header, suffix).unwrap_err().message;
            assert_eq!(problem, format!("{place}: names faults in more than 1024 bytes"));
        }
        assert_eq!(faults.draw(Some(&long[6..]), "").unwrap().len(), 170);
    }

    #[test]
    fn counted_rules_of_a_request_are_used_up() {
        let faults = Faults::new(Vec::new(), 1);
        let hits: Vec<usize> = (0..4).map(|_| faults.draw(None, "503*2").unwrap().len()).collect();
        assert_eq!(hits, [1, 1, 0, 0]);
        faults.reset();
        assert_eq!(faults.draw(None, "503*2").unwrap(), [Fault::Unavailable]);
        for number in 0..=ROOM {
            faults.draw(None, &format!("latency={number}ms*9")).unwrap();
        }
        assert!(faults.counted.lock().unwrap().len() <= ROOM);
    }
}
