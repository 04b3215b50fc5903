//! What has been spent and what is left, as gauges that are read when somebody looks.

use std::sync::Arc;

use opentelemetry::KeyValue;
use opentelemetry::metrics::Meter;

use crate::llm::{Account, Ledger, Scope};

use super::messages::int;
use super::semconv::{Metric, attr, metric};

/// What one gauge reads from an account; nothing where there is no ceiling.
type Read<T> = fn(&Account) -> Option<T>;

/// Measures the accounts of `ledger`. Sessions have none of their own here: they are too many for metrics.
pub(super) fn watch(meter: &Meter, ledger: &Arc<Ledger>) {
    dollars(meter, &metric::BUDGET_SPENT_USD, ledger, |account| Some(account.spent.usd));
    dollars(meter, &metric::BUDGET_REMAINING_USD, ledger, |account| {
        account.ceiling.usd.map(|most| (most - account.spent.usd).max(0.0))
    });
    tokens(meter, &metric::BUDGET_SPENT_TOKENS, ledger, |account| Some(account.spent.tokens));
    tokens(meter, &metric::BUDGET_REMAINING_TOKENS, ledger, |account| {
        account.ceiling.tokens.map(|most| most.saturating_sub(account.spent.tokens))
    });
}

fn dollars(meter: &Meter, metric: &Metric, ledger: &Arc<Ledger>, read: Read<f64>) {
    let ledger = Arc::clone(ledger);
    let gauge = meter.f64_observable_gauge(metric.name).with_unit(metric.unit).with_description(metric.description);
    let gauge = gauge.with_callback(move |observer| {
        for account in ledger.accounts() {
            read(&account).into_iter().for_each(|usd| observer.observe(usd, &labels(&account)));
        }
    });
    // The meter keeps what it observes.
    let _ = gauge.build();
}

fn tokens(meter: &Meter, metric: &Metric, ledger: &Arc<Ledger>, read: Read<u64>) {
    let ledger = Arc::clone(ledger);
    let gauge = meter.i64_observable_gauge(metric.name).with_unit(metric.unit).with_description(metric.description);
    let gauge = gauge.with_callback(move |observer| {
        for account in ledger.accounts() {
            read(&account).into_iter().for_each(|tokens| observer.observe(int(tokens), &labels(&account)));
        }
    });
    let _ = gauge.build();
}

fn labels(account: &Account) -> Vec<KeyValue> {
    match &account.scope {
        Scope::Day => vec![KeyValue::new(attr::BUDGET_SCOPE, "day")],
        Scope::Session => vec![KeyValue::new(attr::BUDGET_SCOPE, "session")],
        team @ (Scope::Team(_) | Scope::Others) => {
            vec![KeyValue::new(attr::BUDGET_SCOPE, "team"), KeyValue::new(attr::TEAM, team.to_string())]
        }
    }
}
