//! The mechanics log as it is kept: what a roll says of itself is not kept twice.

use serde::{Deserialize, Serialize};

use crate::game::rules::Roll;

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(in crate::play) enum KeptLine {
    /// The line of the roll of this number, counted from 0, and what follows it.
    OfRoll(usize, String),
    /// Any other.
    Text(String),
}

/// The lines of a log whose rolls are kept beside it, in the same order.
pub(super) fn shortened(log: &[String], rolls: &[Roll]) -> Vec<KeptLine> {
    let mut next = 0;
    let lines = log.iter().map(|line| {
        let found = rolls.iter().enumerate().skip(next).find_map(|(number, roll)| {
            let rest = line.strip_prefix(&roll.line())?;
            Some((number, rest.to_owned()))
        });
        let Some((number, rest)) = found else { return KeptLine::Text(line.clone()) };
        next = number + 1;
        KeptLine::OfRoll(number, rest)
    });
    lines.collect()
}

/// The log as it was.
pub(super) fn restored(lines: &[KeptLine], rolls: &[Roll]) -> Vec<String> {
    let line = |line: &KeptLine| match line {
        KeptLine::OfRoll(number, rest) => {
            format!("{}{rest}", rolls.get(*number).map(Roll::line).unwrap_or_default())
        }
        KeptLine::Text(text) => text.clone(),
    };
    lines.iter().map(line).collect()
}
