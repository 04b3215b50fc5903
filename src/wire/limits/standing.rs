//! What is left of the limits, as the vendors tell it in the head of an answer.

use std::time::{Duration, SystemTime};

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::super::vendor::Vendor;

/// What is left of all limits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Standing {
    pub(crate) requests: Gauge,
    pub(crate) input: Gauge,
    pub(crate) output: Gauge,
}

/// What is left of one limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Gauge {
    pub(crate) limit: u64,
    pub(crate) remaining: u64,
    /// Until all of it is there again.
    pub(crate) reset: Duration,
}

impl Standing {
    /// After a request of so many tokens.
    pub(super) fn after(self, input: u64) -> Self {
        Self { requests: self.requests.less(1), input: self.input.less(input), output: self.output }
    }

    /// As it is when a request has to wait so long.
    pub(crate) fn spent(self, wait: Duration) -> Self {
        Self { requests: Gauge { remaining: 0, reset: wait, ..self.requests }, ..self }
    }

    /// Sets the vendor's headers.
    pub(crate) fn sign(&self, vendor: Vendor, headers: &mut HeaderMap, now: SystemTime) {
        let Self { requests, input, output } = self;
        match vendor {
            Vendor::Anthropic => {
                // The general one shows the limit that is nearest to its end.
                let share = |gauge: &Gauge| gauge.remaining as f64 / gauge.limit.max(1) as f64;
                let tightest = if share(output) < share(input) { output } else { input };
                let [input, output, tokens] = [input, output, tightest].map(Gauge::in_thousands);
                for (name, gauge) in
                    [("requests", *requests), ("tokens", tokens), ("input-tokens", input), ("output-tokens", output)]
                {
                    set(headers, &format!("anthropic-ratelimit-{name}-limit"), &gauge.limit.to_string());
                    set(headers, &format!("anthropic-ratelimit-{name}-remaining"), &gauge.remaining.to_string());
                    set(headers, &format!("anthropic-ratelimit-{name}-reset"), &rfc_3339(now + gauge.reset));
                }
            }
            Vendor::OpenAi => {
                for (name, gauge) in [("requests", requests), ("tokens", input)] {
                    set(headers, &format!("x-ratelimit-limit-{name}"), &gauge.limit.to_string());
                    set(headers, &format!("x-ratelimit-remaining-{name}"), &gauge.remaining.to_string());
                    set(headers, &format!("x-ratelimit-reset-{name}"), &go_duration(gauge.reset));
                }
            }
        }
    }
}

impl Gauge {
    pub(super) fn full(limit: u32) -> Self {
        Self { limit: u64::from(limit), remaining: u64::from(limit), reset: Duration::ZERO }
    }

    fn less(self, amount: u64) -> Self {
        let amount = amount.min(self.limit);
        let reset = Duration::from_secs(60).mul_f64(amount as f64 / self.limit.max(1) as f64);
        Self { remaining: self.limit - amount, reset, ..self }
    }

    /// Large numbers are told to the thousand.
    fn in_thousands(&self) -> Self {
        let round = |number: u64| (number + 500) / 1000 * 1000;
        Self { remaining: if self.limit < 10_000 { self.remaining } else { round(self.remaining) }, ..*self }
    }
}

fn set(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
        headers.insert(name, value);
    }
}

fn rfc_3339(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(seconds.as_millis().div_ceil(1000)).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX).to_string()
}

/// As Go prints durations: `12ms`, `1.5s`, `6m0s`, `1h0m0s`.
pub(super) fn go_duration(time: Duration) -> String {
    let millis = time.as_millis();
    if millis < 1000 {
        return if millis == 0 { "0s".to_owned() } else { format!("{millis}ms") };
    }
    let (hours, minutes, rest) = (millis / 3_600_000, millis / 60_000 % 60, millis % 60_000);
    let seconds = format!("{}.{:03}", rest / 1000, rest % 1000);
    let seconds = seconds.trim_end_matches('0').trim_end_matches('.');
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m{seconds}s"),
        _ => format!("{hours}h{minutes}m{seconds}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_as_go_does() {
        let cases = [(0, "0s"), (12, "12ms"), (1000, "1s"), (1500, "1.5s"), (20_050, "20.05s"), (360_000, "6m0s")];
        for (millis, expected) in cases.into_iter().chain([(3_600_000, "1h0m0s"), (61_500, "1m1.5s")]) {
            assert_eq!(go_duration(Duration::from_millis(millis)), expected);
        }
    }

    #[test]
    fn times_are_told_by_the_clock() {
        assert_eq!(rfc_3339(SystemTime::UNIX_EPOCH + Duration::from_millis(90_001)), "1970-01-01T00:01:31Z");
    }
}
