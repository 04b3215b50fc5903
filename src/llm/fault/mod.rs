//! Faults to be put in on purpose: in front of any model, or into the answers of `zeroth sim`; the same names in both.

mod rule;
mod layer;
mod gate;
mod quality;
mod symptom;

#[cfg(test)]
mod tests;

use std::fmt;
use std::time::Duration;

pub use layer::Faulty;
pub use quality::bend;
pub(crate) use quality::unbend;
pub use rule::{BadRule, Rule, Switchboard};

/// One thing that can go wrong with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// The answer begins so much later.
    Latency(Duration),
    /// The answer begins, but its first token comes so much later.
    SlowFirstToken(Duration),
    /// In the middle of the answer, nothing comes for so long.
    Stall(Duration),
    /// The stream ends in order after so many tokens, without its last event.
    Cut(u32),
    /// The connection breaks after so many tokens.
    Reset(u32),
    /// 401: the key is wrong.
    Unauthorized,
    /// 429: too many requests; come again after so long.
    RateLimited(Duration),
    /// 500: the provider's mistake.
    InternalError,
    /// 503: the provider is down.
    Unavailable,
    /// 529: the provider has too much to do.
    Overloaded,
    /// No answer, ever.
    Timeout,
    /// An answer that is not in the provider's format.
    Malformed,
    /// A complete answer with no text.
    Empty,
    /// The model declines.
    Refusal,
    /// The conversation is too long for the model.
    ContextOverflow,
    /// The model says so many times as much.
    Verbose(u32),
    /// The model says something wrong.
    Quality(Quality),
    /// Any other status. `zeroth sim` only.
    Status(u16),
    /// An error in the middle of the stream, after so many tokens. `zeroth sim` only.
    StreamError(u32),
    /// A web page in place of the answer. `zeroth sim` only.
    Html,
    /// The answer comes byte by byte. `zeroth sim` only; a good client does not notice.
    ByteByByte,
    /// The lines of the stream end with CR LF. `zeroth sim` only; a good client does not notice.
    Crlf,
}

/// What is wrong with the words of an answer that is otherwise in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quality {
    /// The storyteller speaks and acts for the player.
    RoleConfusion,
    /// Something that was told before is told otherwise.
    ForgottenFact,
    /// The storyteller makes up the result of a die.
    InventedDice,
    /// The storyteller makes up lore that contradicts the campaign.
    HallucinatedLore,
    /// The storyteller obeys instructions in the player's words.
    ObeyedInjection,
    /// The storyteller falls out of its voice.
    StyleDrift,
}

/// What a fault's value means, and which it has when none is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Value {
    None,
    Time(Duration),
    Count(u32),
}

/// A fault's name, its usual value, and what it is for a reader.
struct Entry {
    name: &'static str,
    value: Value,
    make: fn(Value) -> Fault,
    help: &'static str,
}

/// The middle of any answer worth the name.
const MIDDLE: u32 = 8;

macro_rules! catalogue {
    ($($name:literal, $value:expr, $make:expr, $help:literal;)+) => {
        const CATALOGUE: &[Entry] = &[$(Entry { name: $name, value: $value, make: $make, help: $help }),+];
    };
}

catalogue! {
    "latency", seconds(2), |v| Fault::Latency(v.time()), "the answer begins that much later";
    "slow-first-token", seconds(8), |v| Fault::SlowFirstToken(v.time()), "the first token comes that much later";
    "stall", seconds(600), |v| Fault::Stall(v.time()), "nothing comes for that long in the middle of the answer";
    "cut", Value::Count(MIDDLE), |v| Fault::Cut(v.count()), "the stream ends after that many tokens without its last event";
    "reset", Value::Count(MIDDLE), |v| Fault::Reset(v.count()), "the connection breaks after that many tokens";
    "401", Value::None, |_| Fault::Unauthorized, "the key is rejected";
    "429", seconds(1), |v| Fault::RateLimited(v.time()), "too many requests: come again after that long";
    "500", Value::None, |_| Fault::InternalError, "the provider fails";
    "503", Value::None, |_| Fault::Unavailable, "the provider is down";
    "529", Value::None, |_| Fault::Overloaded, "the provider is overloaded";
    "timeout", Value::None, |_| Fault::Timeout, "no answer ever comes";
    "malformed", Value::None, |_| Fault::Malformed, "the answer is not in the provider's format";
    "empty", Value::None, |_| Fault::Empty, "a complete answer without text";
    "refusal", Value::None, |_| Fault::Refusal, "the model declines";
    "context-overflow", Value::None, |_| Fault::ContextOverflow, "the conversation is too long for the model";
    "verbose", Value::Count(4), |v| Fault::Verbose(v.count()), "the model says that many times as much";
    "role-confusion", Value::None, |_| Fault::Quality(Quality::RoleConfusion), "the storyteller acts for the player";
    "forgotten-fact", Value::None, |_| Fault::Quality(Quality::ForgottenFact), "what was told before is told otherwise";
    "invented-dice", Value::None, |_| Fault::Quality(Quality::InventedDice), "the storyteller makes up a die's result";
    "hallucinated-lore", Value::None, |_| Fault::Quality(Quality::HallucinatedLore), "lore that contradicts the campaign";
    "obeyed-injection", Value::None, |_| Fault::Quality(Quality::ObeyedInjection), "instructions of the player are obeyed";
    "style-drift", Value::None, |_| Fault::Quality(Quality::StyleDrift), "the storyteller falls out of its voice";
    "status", Value::Count(418), |v| Fault::Status(v.status()), "that status; `zeroth sim` only";
    "stream-error", Value::Count(MIDDLE), |v| Fault::StreamError(v.count()), "an error in the stream after that many tokens; `zeroth sim` only";
    "html", Value::None, |_| Fault::Html, "a web page in place of the answer; `zeroth sim` only";
    "byte-by-byte", Value::None, |_| Fault::ByteByByte, "the answer comes in single bytes; `zeroth sim` only";
    "crlf", Value::None, |_| Fault::Crlf, "lines end with CR LF; `zeroth sim` only";
}

const fn seconds(seconds: u64) -> Value {
    Value::Time(Duration::from_secs(seconds))
}

impl Value {
    fn time(self) -> Duration {
        if let Self::Time(time) = self { time } else { Duration::ZERO }
    }

    fn count(self) -> u32 {
        if let Self::Count(count) = self { count } else { 0 }
    }

    fn status(self) -> u16 {
        u16::try_from(self.count()).ok().filter(|status| (400..600).contains(status)).unwrap_or(500)
    }
}

impl Fault {
    /// Every fault with its usual value, in the order of the documentation.
    pub fn all() -> impl Iterator<Item = Self> {
        CATALOGUE.iter().map(|entry| (entry.make)(entry.value))
    }

    /// The name, without the value.
    pub fn name(self) -> &'static str {
        self.entry().map_or("", |entry| entry.name)
    }

    /// What it does, for a reader: the end of a sentence.
    pub fn help(self) -> &'static str {
        self.entry().map_or("", |entry| entry.help)
    }

    /// Whether it can only be seen over the wire.
    pub const fn needs_wire(self) -> bool {
        matches!(self, Self::Status(_) | Self::StreamError(_) | Self::Html | Self::ByteByByte | Self::Crlf)
    }

    fn entry(self) -> Option<&'static Entry> {
        // Faults are of one kind when they are equal but for the value.
        let same = |other: Self| match (self, other) {
            (Self::Quality(one), Self::Quality(two)) => one == two,
            _ => std::mem::discriminant(&self) == std::mem::discriminant(&other),
        };
        CATALOGUE.iter().find(|entry| same((entry.make)(entry.value)))
    }

    fn value(self) -> Value {
        match self {
            Self::Latency(time) | Self::SlowFirstToken(time) | Self::Stall(time) | Self::RateLimited(time) => {
                Value::Time(time)
            }
            Self::Cut(count) | Self::Reset(count) | Self::Verbose(count) | Self::StreamError(count) => {
                Value::Count(count)
            }
            Self::Status(status) => Value::Count(u32::from(status)),
            _ => Value::None,
        }
    }
}

impl fmt::Display for Fault {
    /// As it is read: `429=1s`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        match self.value() {
            Value::None => Ok(()),
            Value::Time(time) => write!(f, "={time:?}"),
            Value::Count(count) => write!(f, "={count}"),
        }
    }
}
