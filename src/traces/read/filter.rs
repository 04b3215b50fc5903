//! Which calls.

use rusqlite::types::Value;
use serde::{Deserialize, Serialize};

use super::search;

/// Which calls; what is not said is not asked for.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// Those that began then or later: microseconds since 1970.
    pub from: Option<i64>,
    /// Those that began before.
    pub until: Option<i64>,
    /// The run.
    pub run: Option<i64>,
    /// The service.
    pub service: Option<String>,
    /// The operation; without it, all that asked a model.
    pub operation: Option<String>,
    /// The provider.
    pub provider: Option<String>,
    /// The model.
    pub model: Option<String>,
    /// The agent.
    pub agent: Option<String>,
    /// The component.
    pub component: Option<String>,
    /// The conversation.
    pub conversation: Option<String>,
    /// The team.
    pub team: Option<String>,
    /// The user.
    pub user: Option<String>,
    /// How it ended.
    pub status: Option<Status>,
    /// The kind of the error.
    pub error: Option<String>,
    /// Seconds that it took at least.
    pub min_duration: Option<f64>,
    /// Seconds that it took at most.
    pub max_duration: Option<f64>,
    /// US dollars that it cost at least.
    pub min_cost: Option<f64>,
    /// Words that are in its messages, all of them; the last may be the beginning of one.
    pub text: Option<String>,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// With an answer.
    Ok,
    /// Without one.
    Error,
}

/// Conditions of a query, and their values in order.
#[derive(Debug, Clone, Default)]
pub(super) struct Conditions {
    pub(super) all: Vec<String>,
    pub(super) values: Vec<Value>,
}

impl Conditions {
    /// Adds a condition whose `?` stands for the value.
    pub(super) fn add(&mut self, condition: &str, value: impl Into<Value>) {
        self.values.push(value.into());
        self.all.push(condition.replace('?', &format!("?{}", self.values.len())));
    }

    /// Adds a condition on a column that holds the number of a text.
    pub(super) fn text(&mut self, column: &str, text: Option<&String>) {
        if let Some(text) = text {
            self.add(&format!("{column} = (SELECT id FROM texts WHERE text = ?)"), text.clone());
        }
    }

    /// As a WHERE.
    pub(super) fn sql(&self) -> String {
        if self.all.is_empty() { "1".to_owned() } else { self.all.join(" AND ") }
    }
}

impl Filter {
    /// From which table the calls come, as `c`. With words, from those that have them, of which the newest are looked at.
    pub(super) fn source(&self) -> &'static str {
        match self.words() {
            Some(_) => {
                "(SELECT rowid AS hit FROM words WHERE words MATCH ?1 ORDER BY rowid DESC LIMIT 10000) \
                 CROSS JOIN spans AS s ON s.id = hit CROSS JOIN calls AS c ON c.start = s.start AND c.id = s.id"
            }
            None => "calls AS c",
        }
    }

    pub(super) fn conditions(&self) -> Conditions {
        let mut conditions = Conditions::default();
        if let Some(words) = self.words() {
            // It is in the source.
            conditions.values.push(words.into());
        }
        self.times(&mut conditions, "c.start", 1000);
        self.dimensions(&mut conditions, "c.");
        conditions.text("c.agent", self.agent.as_ref());
        conditions.text("c.user", self.user.as_ref());
        if let Some(name) = &self.conversation {
            conditions.add("c.conversation = (SELECT id FROM conversations WHERE name = ?)", name.clone());
        }
        if self.operation.is_none() {
            conditions.all.push("c.asks".to_owned());
        }
        match self.status {
            Some(Status::Ok) => conditions.all.push("c.error IS NULL".to_owned()),
            Some(Status::Error) => conditions.all.push("c.error IS NOT NULL".to_owned()),
            None => {}
        }
        conditions.text("c.error", self.error.as_ref());
        let nanos = |seconds: f64| (seconds * 1e9) as i64;
        if let Some(least) = self.min_duration {
            conditions.add("c.duration >= ?", nanos(least));
        }
        if let Some(most) = self.max_duration {
            conditions.add("c.duration <= ?", nanos(most));
        }
        if let Some(least) = self.min_cost {
            conditions.add("c.cost >= ?", least);
        }
        conditions
    }

    /// A stretch of time in a column that counts so many parts in a microsecond.
    pub(super) fn times(&self, conditions: &mut Conditions, column: &str, parts: i64) {
        if let Some(from) = self.from {
            conditions.add(&format!("{column} >= ?"), from.saturating_mul(parts));
        }
        if let Some(until) = self.until {
            conditions.add(&format!("{column} < ?"), until.saturating_mul(parts));
        }
    }

    /// What calls and their sums both know.
    pub(super) fn dimensions(&self, conditions: &mut Conditions, prefix: &str) {
        if let Some(run) = self.run {
            conditions.add(&format!("{prefix}run = ?"), run);
        }
        let named = [
            ("service", &self.service),
            ("operation", &self.operation),
            ("provider", &self.provider),
            ("model", &self.model),
            ("component", &self.component),
            ("team", &self.team),
        ];
        for (column, text) in named {
            conditions.text(&format!("{prefix}{column}"), text.as_ref());
        }
    }

    /// The words as FTS5 wants them; none when there are none.
    pub(super) fn words(&self) -> Option<String> {
        search::query(self.text.as_deref()?)
    }
}
