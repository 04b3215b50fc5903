//! Looks after the store while the program runs: saves the budgets, lets old games go, and knows how the store is.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::clock::Clock;
use crate::http::{Probe, ProbeReport};
use crate::llm::{Amount, Booking, Ledger, Owner};
use crate::store::{SWEEP, Spending, Store, StoreError};

use super::AppError;

/// How often budgets are saved: what a sudden death may give back of them.
const SAVE: Duration = Duration::from_secs(2);
/// Every so many times, the store is tried.
const CHECK: u32 = 5;
/// Every so many times, old games are let go.
const TIDY: u32 = 300;
/// How many accounts of sessions and teams are taken over at the start.
const ACCOUNTS: usize = 100_000;

/// Looks after the store.
pub(super) struct Keeper {
    store: Arc<dyn Store>,
    ledger: Arc<Ledger>,
    clock: Arc<dyn Clock>,
    health: Mutex<Result<(), StoreError>>,
}

impl Keeper {
    pub(super) fn new(store: Arc<dyn Store>, ledger: Arc<Ledger>, clock: Arc<dyn Clock>) -> Self {
        Self { store, ledger, clock, health: Mutex::new(Ok(())) }
    }

    /// Opens the store, and takes over what was spent before this program began.
    pub(super) async fn prepare(&self) -> Result<(), AppError> {
        self.store.prepare().await?;
        Ok(self.restore().await?)
    }

    async fn restore(&self) -> Result<(), StoreError> {
        if self.store.database().is_none() {
            return Ok(());
        }
        self.ledger.remember();
        let mut scopes = vec!["day", "team", "teams"];
        if self.ledger.bounds_sessions() {
            scopes.push("session");
        }
        for scope in scopes {
            // The longest ago first, so that the ledger forgets those first.
            let spent = self.store.spent(scope, ACCOUNTS).await?;
            self.ledger.adopt(spent.into_iter().rev().filter_map(booking).collect());
        }
        Ok(())
    }

    /// Adds what was spent lately to what is saved, and learns what other servers spent.
    pub(super) async fn save(&self) {
        let unsaved = self.ledger.take_unsaved();
        if unsaved.is_empty() {
            return;
        }
        let spendings = unsaved.iter().map(spending).collect();
        match self.store.spend(spendings, self.clock.now()).await {
            Ok(sums) => self.ledger.adopt(sums.into_iter().filter_map(booking).collect()),
            Err(_) => self.ledger.put_back(unsaved),
        }
    }

    /// Does all that until the program is about to end.
    pub(super) async fn run(self: Arc<Self>, closing: CancellationToken) {
        for beat in 0_u32.. {
            if beat % CHECK == 0 {
                let health = self.store.check().await;
                *self.health.lock().unwrap_or_else(PoisonError::into_inner) = health;
            }
            if beat % TIDY == 0 {
                self.tidy().await;
            }
            if closing.run_until_cancelled(tokio::time::sleep(SAVE)).await.is_none() {
                return;
            }
            self.save().await;
        }
    }

    async fn tidy(&self) {
        while let Ok(SWEEP) = self.store.sweep(self.clock.now()).await {}
    }
}

impl Probe for Keeper {
    fn name(&self) -> &'static str {
        "store"
    }

    fn report(&self) -> ProbeReport {
        let health = self.health.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let system = self.store.database().map_or("memory", |database| database.system);
        match health {
            Ok(()) => ProbeReport { ready: true, detail: json!({ "system": system }) },
            Err(error) => ProbeReport { ready: false, detail: json!({ "system": system, "error": error.to_string() }) },
        }
    }
}

fn spending(Booking { owner, amount }: &Booking) -> Spending {
    let (scope, name) = match owner {
        Owner::Day(day) => ("day", day.to_string()),
        Owner::Team(team) => ("team", team.to_string()),
        Owner::OtherTeams => ("teams", String::new()),
        Owner::Session(session) => ("session", session.clone()),
    };
    Spending { scope: scope.to_owned(), name, usd: amount.usd, tokens: amount.tokens }
}

fn booking(spending: Spending) -> Option<Booking> {
    let Spending { scope, name, usd, tokens } = spending;
    let owner = match scope.as_str() {
        "day" => Owner::Day(name.parse().ok()?),
        "team" => Owner::Team(name.parse().ok()?),
        "teams" => Owner::OtherTeams,
        _ => Owner::Session(name),
    };
    Some(Booking { owner, amount: Amount { usd, tokens } })
}
