//! How fast the simulator answers.

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::super::chance::Chance;

/// The usual load: so mild that a hundred calls at once take five percent longer, and a thousand half as long again.
pub const USUAL_LOAD: f64 = 0.0005;

/// How long an answer takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// No time at all: for tests and for load.
    Instant,
    /// Like a model behind a network. Each call draws its own times around these medians.
    Real {
        /// From the request to the first token.
        first_token: Duration,
        /// How many tokens follow in a second.
        tokens_per_second: f64,
        /// How many tokens of the prompt are read in a second, before the first token.
        prompt_per_second: f64,
        /// How much longer everything takes for each other call that is under way: 0.01 makes it twice as long when there
        /// are a hundred.
        load: f64,
    },
}

/// The times of one call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pace {
    first_token: Duration,
    per_token: Duration,
}

impl Speed {
    /// A usual model of these days, made `factor` times as fast.
    pub fn times(factor: f64) -> Self {
        Self::Real {
            first_token: Duration::from_millis(150).div_f64(factor),
            tokens_per_second: 90.0 * factor,
            prompt_per_second: 25_000.0 * factor,
            load: USUAL_LOAD,
        }
    }

    /// The same speed, slowed down by other calls in another measure.
    #[must_use]
    pub const fn with_load(self, load: f64) -> Self {
        match self {
            Self::Instant => Self::Instant,
            Self::Real { first_token, tokens_per_second, prompt_per_second, load: _ } => {
                Self::Real { first_token, tokens_per_second, prompt_per_second, load }
            }
        }
    }

    /// The times of the call that `seed` stands for, with so many tokens in its prompt, when so many calls are under way;
    /// none when it takes no time.
    pub(super) fn pace(self, seed: u64, prompt: u64, calls: usize) -> Option<Pace> {
        let Self::Real { first_token, tokens_per_second, prompt_per_second, load } = self else { return None };
        let slower = 1.0 + load * calls.saturating_sub(1) as f64;
        let mut chance = Chance::new(seed);
        // Log-normal, as latencies are: never below zero, now and then three times the median. Waiting for the first
        // token varies more than the stream that follows.
        let reading = Duration::from_secs_f64(prompt as f64 / prompt_per_second);
        let first_token = (first_token + reading).mul_f64((0.4 * chance.normal()).exp() * slower);
        let rate = (tokens_per_second * (0.2 * chance.normal()).exp()).max(0.001);
        Some(Pace { first_token, per_token: Duration::from_secs_f64(slower / rate) })
    }
}

impl Pace {
    /// When the token at `index` is there, seen from the start of the call.
    pub(super) fn at(&self, index: usize) -> Duration {
        self.first_token + self.per_token.saturating_mul(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

impl Default for Speed {
    fn default() -> Self {
        Self::times(1.0)
    }
}

/// The text names no speed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not a speed: expected \"instant\", \"real\", or a factor from 0.01x to 1000x such as \"2x\"")]
pub struct NotASpeed;

impl FromStr for Speed {
    type Err = NotASpeed;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "instant" => Ok(Self::Instant),
            "real" => Ok(Self::times(1.0)),
            _ => {
                let factor: f64 = text.strip_suffix('x').and_then(|factor| factor.parse().ok()).ok_or(NotASpeed)?;
                if (0.01..=1000.0).contains(&factor) { Ok(Self::times(factor)) } else { Err(NotASpeed) }
            }
        }
    }
}

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Instant => f.write_str("instant"),
            Self::Real { first_token, tokens_per_second, .. } => {
                write!(f, "{} ms, then {tokens_per_second} tokens/s", first_token.as_millis())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speeds_are_read_from_text() {
        assert_eq!("instant".parse(), Ok(Speed::Instant));
        assert_eq!("real".parse(), Ok(Speed::default()));
        let twice: Speed = "2x".parse().unwrap();
        assert_eq!(twice, Speed::times(2.0));
        assert_eq!(twice.to_string(), "75 ms, then 180 tokens/s");
        for text in ["", "x", "0x", "-1x", "NaNx", "infx", "2", "fast"] {
            assert_eq!(text.parse::<Speed>(), Err(NotASpeed), "{text}");
        }
    }

    #[test]
    fn the_median_call_takes_the_median_time() {
        let mut times: Vec<Duration> =
            (0..1001).filter_map(|seed| Speed::default().pace(seed, 0, 1)).map(|p| p.at(0)).collect();
        times.sort();
        assert!(times[500].abs_diff(Duration::from_millis(150)) < Duration::from_millis(8), "{:?}", times[500]);
        assert!(times[1000] > Duration::from_millis(400), "{:?}", times[1000]);
        assert_eq!(Speed::Instant.pace(1, 0, 1), None);
    }

    #[test]
    fn a_long_prompt_takes_time_to_read() {
        let first = |prompt| Speed::default().pace(1, prompt, 1).unwrap().at(0);
        let (short, long) = (first(0), first(25_000));
        assert!((7.6..7.7).contains(&(long.as_secs_f64() / short.as_secs_f64())), "{short:?} {long:?}");
    }
}
