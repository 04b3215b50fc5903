//! Which calls.

use rusqlite::Connection;
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};

use super::super::error::ReadError;
use super::super::operation::Operation;
use super::super::write::WELL;
use super::{conversations, search};

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
    /// The conversations of this name; those of one service where that is said.
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
    /// Whether there are more calls with the words than are looked at.
    pub(super) cut: bool,
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
    /// From which table the calls come, as `c`. With words, from those that have them.
    pub(super) fn source(&self) -> &'static str {
        match self.words() {
            Some(_) => {
                "(SELECT value ->> 0 AS hit_start, value ->> 1 AS hit_id FROM json_each(?1)) CROSS JOIN calls AS c \
                 ON c.start = hit_start AND c.id = hit_id"
            }
            None => "calls AS c",
        }
    }

    pub(super) fn conditions(&self, connection: &Connection) -> Result<Conditions, ReadError> {
        let mut conditions = Conditions::default();
        let words = self.words();
        if words.is_some() {
            // Those that have them are in the source.
            conditions.values.push(Value::Null);
        }
        self.times(&mut conditions, "c.start", 1000);
        self.dimensions(&mut conditions, "c.");
        present(connection, &mut conditions, "c.")?;
        if let Some(run) = self.run {
            // It is as old as what it told.
            let place = conditions.values.len() + 1;
            conditions.values.push(run.into());
            for (edge, sign) in [("first", ">="), ("last", "<=")] {
                conditions.all.push(format!("c.start {sign} (SELECT {edge} FROM runs WHERE id = ?{place})"));
            }
        }
        conditions.text("c.agent", self.agent.as_ref());
        conditions.text("c.user", self.user.as_ref());
        if let Some(name) = &self.conversation {
            conversations::choose(connection, name, self.service.as_deref(), &mut conditions)?;
        }
        conditions.all.push(format!("c.asks = {}", i64::from(self.asks())));
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
            // Said so that it is no reason to go through the index of costs, which has not all that is asked for.
            conditions.add("ifnull(c.cost, -9e999) >= ?", least);
        }
        if let Some(words) = words {
            search::find(connection, &words, self, &mut conditions)?;
        }
        Ok(conditions)
    }

    /// Whether it asks for calls of models, and not for what stands around them.
    pub(super) fn asks(&self) -> bool {
        self.operation.as_ref().is_none_or(|name| Operation::from(name.clone()).asks_a_model())
    }

    /// Whether sums know all that it asks for, beside times.
    pub(super) fn is_known_to_sums(&self) -> bool {
        let unknown = [&self.agent, &self.user, &self.conversation, &self.text].into_iter().any(Option::is_some)
            || [self.min_duration, self.max_duration, self.min_cost].iter().any(Option::is_some);
        !unknown
    }

    /// Which sums it asks for, whatever their time.
    pub(super) fn conditions_on_sums(&self, connection: &Connection) -> Result<Conditions, ReadError> {
        let mut conditions = Conditions::default();
        self.dimensions(&mut conditions, "");
        present(connection, &mut conditions, "")?;
        match self.status {
            Some(Status::Ok) => conditions.add("error = ?", WELL),
            Some(Status::Error) => conditions.add("error <> ?", WELL),
            None => {}
        }
        conditions.text("error", self.error.as_ref());
        Ok(conditions)
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

/// Leaves out the runs that were deleted and are being let go.
pub(super) fn present(connection: &Connection, conditions: &mut Conditions, prefix: &str) -> Result<(), ReadError> {
    let mut statement = connection.prepare_cached("SELECT group_concat(id) FROM runs WHERE state = 2")?;
    let leaving: Option<String> = statement.query_row([], |row| row.get(0))?;
    conditions.all.extend(leaving.map(|runs| format!("{prefix}run NOT IN ({runs})")));
    Ok(())
}
