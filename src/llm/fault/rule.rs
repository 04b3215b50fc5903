//! When faults happen: rules as people write them, and the board on which they are switched on and off while the
//! program runs.

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::clock::LONGEST_WAIT;

use super::super::chance::{Chance, mix};
use super::{CATALOGUE, Entry, Fault, Value};

/// A fault, and how often it happens: `NAME[=VALUE][*TIMES][@PROBABILITY]`, such as `429=2s`, `503*2` or `stall@0.1`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// What happens.
    pub fault: Fault,
    /// How many more times; always, when there is no number.
    pub times: Option<u32>,
    /// How likely it is for each call, from 0 to 1.
    pub probability: f64,
}

/// The text is no rule; the sentence goes on after the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadRule(String);

impl FromStr for Rule {
    type Err = BadRule;

    fn from_str(text: &str) -> Result<Self, BadRule> {
        let (rest, probability) = split(text, '@');
        let (rest, times) = split(rest, '*');
        let (name, value) = split(rest, '=');
        let unknown = || BadRule(format!("knows no fault `{name}`; there are {}", names()));
        let entry = CATALOGUE.iter().find(|entry| entry.name == name).ok_or_else(unknown)?;
        Ok(Self {
            fault: (entry.make)(value.map_or(Ok(entry.value), |value| entry.read(value))?),
            times: times.map(|times| number(times, "after `*` stands how many times, at least 1")).transpose()?,
            probability: probability.map_or(Ok(1.0), chance)?,
        })
    }
}

impl Rule {
    /// Reads rules with commas between them.
    ///
    /// # Errors
    /// [`BadRule`] for the first that is none.
    pub fn list(text: &str) -> Result<Vec<Self>, BadRule> {
        text.split(',').map(str::trim).filter(|rule| !rule.is_empty()).map(str::parse).collect()
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.fault)?;
        if let Some(times) = self.times {
            write!(f, "*{times}")?;
        }
        if self.probability < 1.0 {
            write!(f, "@{}", self.probability)?;
        }
        Ok(())
    }
}

impl Entry {
    fn read(&self, text: &str) -> Result<Value, BadRule> {
        match self.value {
            Value::None => Err(BadRule(format!("gives `{}` a value, but it takes none", self.name))),
            Value::Time(_) => {
                let time = text.parse::<jiff::SignedDuration>().ok().and_then(|time| Duration::try_from(time).ok());
                let usual = || BadRule(format!("has `{}={text}`, which is no duration such as 2s or 500ms", self.name));
                let endless = || BadRule(format!("has `{}={text}`, which is longer than a year", self.name));
                let time = time.ok_or_else(usual)?;
                (time <= LONGEST_WAIT).then_some(Value::Time(time)).ok_or_else(endless)
            }
            Value::Count(_) => {
                number(text, &format!("wants a number of at least 1 after `{}=`", self.name)).map(Value::Count)
            }
        }
    }
}

fn split(text: &str, at: char) -> (&str, Option<&str>) {
    text.split_once(at).map_or((text, None), |(left, right)| (left, Some(right)))
}

fn number(text: &str, problem: &str) -> Result<u32, BadRule> {
    text.parse().ok().filter(|number| *number > 0).ok_or_else(|| BadRule(problem.to_owned()))
}

fn chance(text: &str) -> Result<f64, BadRule> {
    let probability = text.parse().ok().filter(|chance| (0.0..=1.0).contains(chance));
    probability.ok_or_else(|| BadRule("wants a probability from 0 to 1 after `@`".to_owned()))
}

fn names() -> String {
    CATALOGUE.iter().map(|entry| entry.name).collect::<Vec<_>>().join(", ")
}

/// The rules in force. Whoever puts faults in asks it once for each attempt.
pub struct Switchboard {
    state: Mutex<State>,
}

struct State {
    seed: u64,
    /// How many attempts have asked since the rules were set.
    draws: u64,
    rules: Vec<Rule>,
}

impl Switchboard {
    /// A board with these rules; the same seed and the same order of calls give the same faults.
    pub fn new(rules: Vec<Rule>, seed: u64) -> Self {
        Self { state: Mutex::new(State { seed, draws: 0, rules }) }
    }

    /// The faults of the next attempt.
    pub fn draw(&self) -> Vec<Fault> {
        let mut state = self.state();
        if state.rules.is_empty() {
            return Vec::new();
        }
        state.draws += 1;
        let mut chance = Chance::new(mix(state.seed, state.draws));
        let mut faults = Vec::new();
        for rule in &mut state.rules {
            let hit = chance.unit() < rule.probability && rule.times != Some(0);
            if hit {
                rule.times = rule.times.map(|times| times - 1);
                faults.push(rule.fault);
            }
        }
        state.rules.retain(|rule| rule.times != Some(0));
        faults
    }

    /// Puts these rules in the place of all others, and begins anew to draw.
    pub fn set(&self, rules: Vec<Rule>) {
        let mut state = self.state();
        (state.rules, state.draws) = (rules, 0);
    }

    /// The rules in force; those that were used up are gone.
    pub fn rules(&self) -> Vec<Rule> {
        self.state().rules.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_read_from_what_it_prints() {
        for fault in Fault::all() {
            let text = fault.to_string();
            assert_eq!(text.parse::<Rule>().map(|rule| rule.fault), Ok(fault), "{text}");
        }
    }

    #[test]
    fn a_rule_says_how_often() {
        let rules = Rule::list("429=250ms, 503*2 ,stall=3s@0.25").unwrap();
        let shown: Vec<String> = rules.iter().map(Rule::to_string).collect();
        assert_eq!(shown, ["429=250ms", "503*2", "stall=3s@0.25"]);
        assert_eq!(Rule::list(" "), Ok(Vec::new()));
    }

    #[test]
    fn what_cannot_be_read_is_explained() {
        for (text, expected) in [
            ("4 29", "knows no fault `4 29`"),
            ("503=1", "takes none"),
            ("latency=fast", "no duration"),
            ("429=9223372036854775807s", "longer than a year"),
            ("cut=0", "at least 1"),
            ("503*0", "how many times"),
            ("503@2", "from 0 to 1"),
        ] {
            let problem = Rule::list(text).unwrap_err().to_string();
            assert!(problem.contains(expected), "{problem}");
        }
    }

    #[test]
    fn faults_are_drawn_alike_for_the_same_seed_and_used_up_when_counted() {
        let rules = || Rule::list("503*2,stall@0.5").unwrap();
        let draws = |seed| {
            let board = Switchboard::new(rules(), seed);
            (0..32).map(|_| board.draw()).collect::<Vec<_>>()
        };
        assert_eq!(draws(1), draws(1));
        assert_ne!(draws(1), draws(2));
        let drawn = draws(1).concat();
        assert_eq!(drawn.iter().filter(|fault| **fault == Fault::Unavailable).count(), 2);
        let stalls = drawn.len() - 2;
        assert!((8..24).contains(&stalls), "{stalls}");
    }
}
