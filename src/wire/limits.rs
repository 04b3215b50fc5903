//! Limits of requests and tokens per minute: buckets that fill steadily, one set for each key and model.

mod standing;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::auth::Caller;
use super::refusal::{Reason, Refusal};
use super::vendor::Vendor;

pub(super) use standing::{Gauge, Standing};

const MINUTE: Duration = Duration::from_secs(60);

/// The most accounts kept at once.
const ROOM: usize = 10_000;

/// The limits in force, and what is left of them.
pub(super) struct Limits {
    /// Requests per minute; none are refused without a limit.
    requests: Option<u32>,
    /// Tokens per minute.
    tokens: Option<u32>,
    accounts: Mutex<HashMap<Holder, Account>>,
}

/// Whose limits they are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Holder {
    pub(super) vendor: Vendor,
    pub(super) caller: Caller,
    pub(super) model: String,
}

struct Account {
    requests: Bucket,
    input: Bucket,
    output: Bucket,
}

/// What is left, and when that was so.
#[derive(Debug, Clone, Copy)]
struct Bucket {
    size: f64,
    level: f64,
    at: Duration,
}

impl Limits {
    pub(super) fn new(requests: Option<u32>, tokens: Option<u32>) -> Self {
        Self { requests, tokens, accounts: Mutex::default() }
    }

    /// Lets a request of so many tokens in, or says when it may come again; either way with what is left.
    pub(super) fn take(&self, holder: &Holder, input: u64, now: Duration) -> (Standing, Result<(), Refusal>) {
        if !self.enforced() {
            let standing = self.standing(holder, now);
            return (standing.after(input), Ok(()));
        }
        let mut accounts = self.accounts(now);
        let account = accounts.entry(holder.clone()).or_insert_with(|| self.account(holder.vendor, now));
        account.fill(now);
        let outcome = account.admit(self, holder, input);
        (self.shown(Some(account), holder.vendor), outcome)
    }

    /// Charges what came out.
    pub(super) fn charge(&self, holder: &Holder, output: u64, now: Duration) {
        if self.tokens.is_none() {
            return;
        }
        if let Some(account) = self.accounts(now).get_mut(holder) {
            account.fill(now);
            // OpenAI counts both ways together.
            let bucket = if holder.vendor == Vendor::OpenAi { &mut account.input } else { &mut account.output };
            bucket.level -= output as f64;
        }
    }

    /// What is left for `holder`.
    pub(super) fn standing(&self, holder: &Holder, now: Duration) -> Standing {
        let mut accounts = self.accounts(now);
        let account = accounts.get_mut(holder).map(|account| {
            account.fill(now);
            &*account
        });
        self.shown(account, holder.vendor)
    }

    /// Fills all buckets.
    pub(super) fn reset(&self) {
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    const fn enforced(&self) -> bool {
        self.requests.is_some() || self.tokens.is_some()
    }

    /// The limits as they are told: of requests, of tokens in, of tokens out. Where none are set, those of a usual
    /// account.
    fn sizes(&self, vendor: Vendor) -> [u32; 3] {
        let (requests, input, output) = match vendor {
            Vendor::Anthropic => (1000, 2_000_000, 400_000),
            Vendor::OpenAi => (10_000, 2_000_000, 2_000_000),
        };
        // Anthropic's limit of what comes out is a fifth of the other.
        let output = self.tokens.map_or(output, |tokens| (tokens / 5).max(1));
        [self.requests.unwrap_or(requests), self.tokens.unwrap_or(input), output]
    }

    fn account(&self, vendor: Vendor, now: Duration) -> Account {
        let [requests, input, output] = self.sizes(vendor).map(|size| Bucket::full(size, now));
        Account { requests, input, output }
    }

    fn shown(&self, account: Option<&Account>, vendor: Vendor) -> Standing {
        let [requests, input, output] = self.sizes(vendor).map(Gauge::full);
        match account {
            Some(account) => Standing {
                requests: if self.requests.is_some() { account.requests.gauge() } else { requests },
                input: if self.tokens.is_some() { account.input.gauge() } else { input },
                output: if self.tokens.is_some() { account.output.gauge() } else { output },
            },
            None => Standing { requests, input, output },
        }
    }

    fn accounts(&self, now: Duration) -> MutexGuard<'_, HashMap<Holder, Account>> {
        let mut accounts = self.accounts.lock().unwrap_or_else(PoisonError::into_inner);
        if accounts.len() >= ROOM {
            // Whoever was away for a minute has full buckets again, but for debts.
            accounts.retain(|_, account| account.requests.at + MINUTE > now);
            if accounts.len() >= ROOM {
                accounts.clear();
            }
        }
        accounts
    }
}

impl Account {
    fn fill(&mut self, now: Duration) {
        [&mut self.requests, &mut self.input, &mut self.output].into_iter().for_each(|bucket| bucket.fill(now));
    }

    fn admit(&mut self, limits: &Limits, holder: &Holder, input: u64) -> Result<(), Refusal> {
        if limits.requests.is_some() && self.requests.level < 1.0 {
            return Err(self.requests.refusal(Reason::RateLimited, holder, 1.0));
        }
        // What is larger than the bucket goes in when it is full.
        let wanted = (input as f64).min(self.input.size);
        if limits.tokens.is_some() {
            if self.input.level < wanted {
                return Err(self.input.refusal(Reason::TokensLimited, holder, wanted));
            }
            if holder.vendor == Vendor::Anthropic && self.output.level < 1.0 {
                return Err(self.output.refusal(Reason::TokensLimited, holder, 1.0));
            }
        }
        self.requests.level -= 1.0;
        self.input.level -= input as f64;
        Ok(())
    }
}

impl Bucket {
    fn full(size: u32, at: Duration) -> Self {
        Self { size: f64::from(size), level: f64::from(size), at }
    }

    fn fill(&mut self, now: Duration) {
        let gained = now.saturating_sub(self.at).as_secs_f64() * self.size / MINUTE.as_secs_f64();
        (self.level, self.at) = ((self.level + gained).min(self.size), self.at.max(now));
    }

    fn until(&self, level: f64) -> Duration {
        MINUTE.mul_f64(((level - self.level) / self.size).max(0.0))
    }

    fn gauge(&self) -> Gauge {
        Gauge { limit: self.size as u64, remaining: self.level.max(0.0) as u64, reset: self.until(self.size) }
    }

    fn refusal(&self, reason: Reason, holder: &Holder, wanted: f64) -> Refusal {
        let wait = self.until(wanted).max(Duration::from_millis(1));
        let (limit, used) = (self.size, self.size - self.level.max(0.0));
        let what = if reason == Reason::RateLimited { "requests" } else { "tokens" };
        let message = match holder.vendor {
            Vendor::Anthropic => format!(
                "This request would exceed your organization's rate limit of {limit} {what} per minute for {}.",
                holder.model
            ),
            Vendor::OpenAi => format!(
                "Rate limit reached for {} in organization zeroth on {what} per min: Limit {limit}, Used {used:.0}, \
                 Requested {wanted:.0}. Please try again in {}.",
                holder.model,
                standing::go_duration(wait)
            ),
        };
        Refusal { wait: Some(wait), ..Refusal::new(reason, message) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holder(vendor: Vendor) -> Holder {
        Holder { vendor, caller: Caller(1), model: "m".to_owned() }
    }

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_bucket_empties_by_requests_and_fills_with_time() {
        let limits = Limits::new(Some(2), None);
        let mine = holder(Vendor::OpenAi);
        assert!(limits.take(&mine, 5, at(0)).1.is_ok());
        let (standing, _) = limits.take(&mine, 5, at(0));
        assert_eq!((standing.requests.remaining, standing.requests.reset), (0, at(60)));
        let refusal = limits.take(&mine, 5, at(10)).1.unwrap_err();
        assert_eq!((refusal.reason, refusal.wait), (Reason::RateLimited, Some(at(20))));
        assert!(limits.take(&mine, 5, at(30)).1.is_ok());
        let other = Holder { model: "other".to_owned(), ..mine };
        assert!(limits.take(&other, 5, at(30)).1.is_ok(), "another model has its own");
    }

    #[test]
    fn tokens_that_came_out_are_charged_where_the_vendor_does() {
        for (vendor, free) in [(Vendor::OpenAi, 40), (Vendor::Anthropic, 90)] {
            let limits = Limits::new(None, Some(100));
            let mine = holder(vendor);
            limits.take(&mine, 10, at(0)).1.unwrap();
            limits.charge(&mine, 50, at(0));
            assert_eq!(limits.standing(&mine, at(0)).input.remaining, free, "{vendor}");
            let refusal = limits.take(&mine, 60, at(0)).1.unwrap_err();
            assert_eq!(refusal.reason, Reason::TokensLimited, "{vendor}");
        }
    }

    #[test]
    fn without_limits_nothing_is_refused_and_nothing_kept() {
        let limits = Limits::new(None, None);
        for _ in 0..20_000 {
            assert!(limits.take(&holder(Vendor::Anthropic), 1_000_000, at(0)).1.is_ok());
        }
        assert!(limits.accounts.lock().unwrap().is_empty());
    }

    #[test]
    fn accounts_are_bounded() {
        let limits = Limits::new(Some(10), None);
        for number in 0..=ROOM as u64 {
            limits.take(&Holder { caller: Caller(number), ..holder(Vendor::OpenAi) }, 1, at(0)).1.unwrap();
        }
        assert!(limits.accounts.lock().unwrap().len() <= ROOM);
    }
}
