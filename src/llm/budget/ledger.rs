//! Who has spent what, and how much is left.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use crate::clock::Clock;
use crate::id::Team;

use super::super::error::{ErrorKind, ModelError};

mod saved;

pub use saved::{Booking, Owner};

/// How many teams have an account of their own. Those that come later share one: names cost nothing, budgets do.
const MAX_TEAMS: usize = 1000;
/// Its name, which no team can have.
const OTHERS: &str = "(others)";
/// How many sessions are remembered; the one that has not paid for the longest time is forgotten first.
const MAX_SESSIONS: usize = 100_000;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// The ceilings that hold.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Budgets {
    /// Of each session.
    pub session: Ceiling,
    /// Of each team.
    pub team: Ceiling,
    /// Of all calls of one day, which begins at midnight UTC.
    pub day: Ceiling,
}

/// The most that may be spent; what is absent is not bounded.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Ceiling {
    /// US dollars.
    pub usd: Option<f64>,
    /// Tokens, in and out.
    pub tokens: Option<u64>,
}

/// What was or will be spent.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Amount {
    /// US dollars, simulated ones included.
    pub usd: f64,
    /// Tokens, in and out.
    pub tokens: u64,
}

/// Whose budget it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// A session's.
    Session,
    /// A team's.
    Team(Team),
    /// That of all teams whose names came when there were too many already.
    Others,
    /// Everyone's, today.
    Day,
}

/// One account, as it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Whose.
    pub scope: Scope,
    /// What has been spent.
    pub spent: Amount,
    /// What may be spent.
    pub ceiling: Ceiling,
}

/// The book of all budgets.
pub struct Ledger {
    budgets: Budgets,
    clock: Arc<dyn Clock>,
    books: Mutex<Books>,
}

#[derive(Default)]
struct Books {
    /// Days since 1970, UTC.
    day: u64,
    today: Entry,
    teams: BTreeMap<Team, Entry>,
    /// The team whose name came when there was no room for more.
    others: Entry,
    sessions: HashMap<String, Entry>,
    /// Counts bookings, to know who paid last.
    bookings: u64,
    unsaved: saved::Unsaved,
}

#[derive(Debug, Clone, Copy, Default)]
struct Entry {
    spent: Amount,
    /// Set aside for calls under way.
    held: Amount,
    last: u64,
}

/// Who pays for a call.
#[derive(Debug, Clone, Copy)]
pub(super) struct Payers<'a> {
    pub(super) session: Option<&'a str>,
    pub(super) team: &'a Team,
}

impl Ledger {
    /// An empty book.
    pub fn new(budgets: Budgets, clock: Arc<dyn Clock>) -> Self {
        Self { budgets, clock, books: Mutex::default() }
    }

    /// The accounts of today and of all teams that have spent something. Sessions are too many to list.
    pub fn accounts(&self) -> Vec<Account> {
        let books = self.books();
        let day = Account { scope: Scope::Day, spent: books.today.spent, ceiling: self.budgets.day };
        let team = |(name, entry): (&Team, &Entry)| Account {
            scope: Scope::Team(name.clone()),
            spent: entry.spent,
            ceiling: self.budgets.team,
        };
        let others = Account { scope: Scope::Others, spent: books.others.spent, ceiling: self.budgets.team };
        let others = (books.teams.len() >= MAX_TEAMS).then_some(others);
        std::iter::once(day).chain(books.teams.iter().map(team)).chain(others).collect()
    }

    /// Whether there is any ceiling.
    pub(super) fn is_bounded(&self) -> bool {
        self.budgets != Budgets::default()
    }

    /// Sets `amount` aside, unless one of the budgets has not that much left.
    pub(super) fn hold<'a>(&'a self, payers: Payers<'a>, amount: Amount) -> Result<Hold<'a>, ModelError> {
        let mut books = self.books();
        let now = self.clock.now();
        let team = books.scope_of(payers.team);
        for (scope, ceiling) in
            [(Scope::Session, self.budgets.session), (team, self.budgets.team), (Scope::Day, self.budgets.day)]
        {
            let Some(entry) = books.entry(&scope, payers) else { continue };
            if let Some(shortage) = entry.shortage(ceiling, amount) {
                return Err(refusal(&scope, shortage, now));
            }
        }
        books.each(payers, |entry| entry.held = entry.held.plus(amount));
        Ok(Hold { ledger: self, payers, amount, spent: Amount::default(), day: books.day, settled: false })
    }

    /// The books, turned to today's page.
    fn books(&self) -> MutexGuard<'_, Books> {
        let mut books = self.books.lock().unwrap_or_else(PoisonError::into_inner);
        let today = day(self.clock.now());
        if books.day != today {
            (books.day, books.today) = (today, Entry::default());
        }
        books
    }
}

impl Books {
    /// The account in this scope; none for a call without a session. An account that never paid is empty.
    fn entry(&self, scope: &Scope, payers: Payers<'_>) -> Option<Entry> {
        match scope {
            Scope::Day => Some(self.today),
            Scope::Session => payers.session.map(|session| self.sessions.get(session).copied().unwrap_or_default()),
            Scope::Team(team) => Some(self.teams.get(team).copied().unwrap_or_default()),
            Scope::Others => Some(self.others),
        }
    }

    fn scope_of(&self, team: &Team) -> Scope {
        let room = self.teams.contains_key(team) || self.teams.len() < MAX_TEAMS;
        if room { Scope::Team(team.clone()) } else { Scope::Others }
    }

    /// Changes the accounts of all who pay.
    fn each(&mut self, payers: Payers<'_>, change: impl Fn(&mut Entry)) {
        change(&mut self.today);
        let room = self.teams.len() < MAX_TEAMS;
        match self.teams.get_mut(payers.team) {
            Some(entry) => change(entry),
            None if room => change(self.teams.entry(payers.team.clone()).or_default()),
            None => change(&mut self.others),
        }
        if let Some(session) = payers.session {
            self.session(session, change);
        }
    }

    /// Changes the account of a session, which comes to be.
    fn session(&mut self, session: &str, change: impl Fn(&mut Entry)) {
        self.bookings += 1;
        if !self.sessions.contains_key(session) {
            self.make_room();
            self.sessions.insert(session.to_owned(), Entry::default());
        }
        if let Some(entry) = self.sessions.get_mut(session) {
            entry.last = self.bookings;
            change(entry);
        }
    }

    /// Forgets a tenth of the sessions when there are too many: looking for the oldest each time would be slow.
    fn make_room(&mut self) {
        if self.sessions.len() < MAX_SESSIONS {
            return;
        }
        let mut ages: Vec<u64> = self.sessions.values().map(|entry| entry.last).collect();
        let (_, &mut oldest, _) = ages.select_nth_unstable(MAX_SESSIONS / 10);
        // Who has a call under way stays.
        self.sessions.retain(|_, entry| entry.last > oldest || entry.held.tokens > 0);
    }
}

/// What is missing, and of what.
struct Shortage {
    ceiling: String,
    left: String,
    needed: String,
    setting: &'static str,
}

impl Entry {
    fn shortage(&self, ceiling: Ceiling, amount: Amount) -> Option<Shortage> {
        let taken = self.spent.plus(self.held);
        let dollars = |usd: f64| format!("${usd:.4}");
        let tokens = |count: u64| format!("{count} tokens");
        if let Some(most) = ceiling.usd.filter(|most| taken.usd + amount.usd > *most) {
            let left = dollars((most - taken.usd).max(0.0));
            return Some(Shortage { ceiling: dollars(most), left, needed: dollars(amount.usd), setting: "USD" });
        }
        let most = ceiling.tokens.filter(|most| taken.tokens.saturating_add(amount.tokens) > *most)?;
        let left = tokens(most.saturating_sub(taken.tokens));
        Some(Shortage { ceiling: tokens(most), left, needed: tokens(amount.tokens), setting: "TOKENS" })
    }
}

fn refusal(scope: &Scope, shortage: Shortage, now: SystemTime) -> ModelError {
    let (whose, setting) = match scope {
        Scope::Session => ("the session's budget".to_owned(), "SESSION"),
        Scope::Team(team) => (format!("the budget of the team {team}"), "TEAM"),
        Scope::Others => (format!("the budget of all teams that came after the first {MAX_TEAMS}"), "TEAM"),
        Scope::Day => ("today's budget".to_owned(), "DAY"),
    };
    let Shortage { ceiling, left, needed, setting: unit } = shortage;
    let message = format!(
        "{whose} of {ceiling} has {left} left, and this call may need {needed}: ZEROTH_BUDGET_{setting}_{unit} raises it"
    );
    let retry_after = (*scope == Scope::Day).then(|| until_midnight(now));
    ModelError { retry_after, ..ModelError::new(ErrorKind::BudgetExceeded, message) }
}

fn since_epoch(now: SystemTime) -> Duration {
    now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default()
}

fn day(now: SystemTime) -> u64 {
    since_epoch(now).as_secs() / DAY.as_secs()
}

fn until_midnight(now: SystemTime) -> Duration {
    Duration::from_secs(DAY.as_secs() - since_epoch(now).as_secs() % DAY.as_secs())
}

impl fmt::Display for Scope {
    /// The name of a team, or of what stands for one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Session => f.write_str("session"),
            Self::Team(team) => write!(f, "{team}"),
            Self::Others => f.write_str(OTHERS),
            Self::Day => f.write_str("day"),
        }
    }
}

impl Amount {
    fn plus(self, other: Self) -> Self {
        Self { usd: self.usd + other.usd, tokens: self.tokens.saturating_add(other.tokens) }
    }

    /// Never below zero: sums of floats may miss it by a hair.
    pub(super) fn minus(self, other: Self) -> Self {
        Self { usd: (self.usd - other.usd).max(0.0), tokens: self.tokens.saturating_sub(other.tokens) }
    }
}

/// An amount that is set aside for one call, and what the call has spent of it.
pub(super) struct Hold<'a> {
    ledger: &'a Ledger,
    payers: Payers<'a>,
    amount: Amount,
    spent: Amount,
    /// On which day it was set aside: yesterday's page is gone.
    day: u64,
    settled: bool,
}

impl Hold<'_> {
    pub(super) fn spend(&mut self, amount: Amount) {
        self.spent = self.spent.plus(amount);
    }

    pub(super) fn spent(&self) -> Amount {
        self.spent
    }

    /// Sets more aside.
    pub(super) fn grow(&mut self, more: Amount) -> Result<(), ModelError> {
        if more == Amount::default() || !self.ledger.is_bounded() {
            return Ok(());
        }
        let mut added = self.ledger.hold(self.payers, more)?;
        // One hold for the call: what was added is given back with the rest.
        added.settled = true;
        self.day = added.day;
        self.amount = self.amount.plus(more);
        Ok(())
    }

    pub(super) fn is_settled(&self) -> bool {
        self.settled
    }

    /// Books what was spent, and frees what was set aside.
    pub(super) fn settle(&mut self) {
        if std::mem::replace(&mut self.settled, true) {
            return;
        }
        let mut books = self.ledger.books();
        let (held, spent) = (self.amount, self.spent);
        let today = books.today.held;
        books.note(self.payers, spent, self.ledger.bounds_sessions());
        books.each(self.payers, |entry| {
            entry.held = entry.held.minus(held);
            entry.spent = entry.spent.plus(spent);
        });
        if books.day != self.day {
            // What is held today was not set aside by this call.
            books.today.held = today;
        }
    }
}
