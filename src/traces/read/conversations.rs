//! Conversations, and one of them.

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Row, params, params_from_iter};
use serde::{Deserialize, Serialize};

use super::super::error::ReadError;
use super::super::mark::Mark;
use super::super::store::Traces;
use super::calls::{CallItem, item};
use super::filter::Conditions;
use super::{MOST, micros};

/// Which conversations, the latest first. Run, component and team need not be of one and the same call.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ConversationQuery {
    /// Those in which something happened then or later.
    pub from: Option<i64>,
    /// Those in which something happened before.
    pub until: Option<i64>,
    /// Those of which this run told something.
    pub run: Option<i64>,
    /// Those of this service.
    pub service: Option<String>,
    /// Those in which this component had a part.
    pub component: Option<String>,
    /// Those in which this team had a part.
    pub team: Option<String>,
    /// Those in which something failed.
    pub failed: bool,
    /// How many, at most 500; 50 when it is 0.
    pub limit: usize,
    /// Those after: `next` of the page before.
    pub after: Option<String>,
}

/// Conversations.
#[derive(Debug, Clone, Serialize)]
pub struct ConversationPage {
    /// The conversations.
    pub conversations: Vec<ConversationItem>,
    /// How many the query finds.
    pub total: i64,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// What a service calls by one name. The run is that which began it; component, team and user are those that a call to a
/// model told first; tokens, cost and errors are of all its calls to models, whatever it was found by.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(missing_docs, reason = "the names are those of the columns of migrations/traces")]
pub struct ConversationItem {
    pub name: String,
    pub run: i64,
    pub service: String,
    pub component: Option<String>,
    pub team: Option<String>,
    pub user: Option<String>,
    pub first: i64,
    pub last: i64,
    /// Calls to models.
    pub calls: i64,
    /// The same with what stands around them.
    pub steps: i64,
    pub errors: i64,
    pub input: i64,
    pub output: i64,
    pub cost: f64,
    /// Who says what it cost: `reported`, `simulated`, `computed`, or `mixed`; none where nobody does.
    pub cost_source: Option<&'static str>,
}

/// A conversation and what happened in it.
#[derive(Debug, Clone, Serialize)]
pub struct ConversationDetail {
    /// The conversation.
    pub conversation: ConversationItem,
    /// Its calls and what stands around them, in order; at most 500.
    pub calls: Vec<CallItem>,
    /// Where the next ones begin.
    pub next: Option<i64>,
}

impl Traces {
    /// Conversations, the latest first.
    ///
    /// # Errors
    /// [`ReadError`] when the cursor is none of ours or the store cannot be read.
    pub async fn conversations(&self, query: ConversationQuery) -> Result<ConversationPage, ReadError> {
        self.ask(move |connection| page(connection, &query)).await
    }

    /// The latest conversation of a name, from the call with place `skip` on.
    ///
    /// # Errors
    /// [`ReadError::Unknown`] when there is none of that name.
    pub async fn conversation(&self, name: &str, skip: i64) -> Result<ConversationDetail, ReadError> {
        let name = name.to_owned();
        self.ask(move |connection| detail(connection, &name, None, skip.max(0))).await
    }

    /// The same of one service.
    ///
    /// # Errors
    /// [`ReadError::Unknown`] when the service has none of that name.
    pub async fn conversation_of(&self, service: &str, name: &str, skip: i64) -> Result<ConversationDetail, ReadError> {
        let (service, name) = (service.to_owned(), name.to_owned());
        self.ask(move |connection| detail(connection, &name, Some(&service), skip.max(0))).await
    }
}

const COLUMNS: &str = "v.name, v.run, (SELECT text FROM texts WHERE id = v.service), \
     (SELECT text FROM texts WHERE id = v.component), (SELECT text FROM texts WHERE id = v.team), \
     (SELECT text FROM texts WHERE id = v.user), v.first, v.last, v.calls, v.steps, v.errors, v.input, v.output, v.cost, v.id, v.sources";

pub(super) fn conditions(query: &ConversationQuery) -> Conditions {
    let mut conditions = Conditions::default();
    if let Some(from) = query.from {
        conditions.add("v.last >= ?", from.saturating_mul(1000));
    }
    if let Some(until) = query.until {
        conditions.add("v.first < ?", until.saturating_mul(1000));
    }
    let marked = |mark: Mark, value: &str| {
        let kind = mark.code();
        format!(
            "EXISTS (SELECT 1 FROM conversation_marks WHERE kind = {kind} AND value = {value} AND conversation = v.id)"
        )
    };
    if let Some(run) = query.run {
        conditions.add(&marked(Mark::Run, "?"), run);
    }
    conditions.text("v.service", query.service.as_ref());
    for (mark, text) in [(Mark::Component, &query.component), (Mark::Team, &query.team)] {
        if let Some(text) = text {
            conditions.add(&marked(mark, "(SELECT id FROM texts WHERE text = ?)"), text.clone());
        }
    }
    if query.failed {
        conditions.all.push("v.errors > 0".to_owned());
    }
    conditions
}

pub(super) fn count_sql(conditions: &Conditions) -> String {
    format!("SELECT count(*) FROM conversations AS v WHERE {}", conditions.sql())
}

pub(super) fn page_sql(conditions: &Conditions, limit: usize) -> String {
    let which = conditions.sql();
    format!("SELECT {COLUMNS} FROM conversations AS v WHERE {which} ORDER BY v.last DESC, v.id DESC LIMIT {limit}")
}

fn page(connection: &Connection, query: &ConversationQuery) -> Result<ConversationPage, ReadError> {
    let mut conditions = conditions(query);
    let total = connection
        .prepare_cached(&count_sql(&conditions))?
        .query_row(params_from_iter::<&Vec<Value>>(&conditions.values), |row| row.get(0))?;
    if let Some(cursor) = &query.after {
        let read = || Some(cursor.split_once(':').map(|(last, id)| (last.parse().ok(), id.parse().ok())));
        let Some(Some((Some(last), Some(id)))) = read() else {
            return Err(ReadError::Query("the cursor is none of ours: begin at the first page"));
        };
        let (last, id): (i64, i64) = (last, id);
        conditions.values.extend([Value::Integer(last), Value::Integer(id)]);
        let place = conditions.values.len();
        conditions.all.push(format!("(v.last, v.id) < (?{}, ?{place})", place - 1));
    }
    let limit = if query.limit == 0 { 50 } else { query.limit.min(MOST) };
    let mut statement = connection.prepare_cached(&page_sql(&conditions, limit))?;
    let mut rows = statement.query(params_from_iter::<&Vec<Value>>(&conditions.values))?;
    let (mut conversations, mut next) = (Vec::new(), None);
    while let Some(row) = rows.next()? {
        conversations.push(read(row)?);
        next = Some(format!("{}:{}", row.get::<_, i64>(7)?, row.get::<_, i64>(14)?));
    }
    let next = next.filter(|_| conversations.len() == limit);
    Ok(ConversationPage { conversations, total, next })
}

/// Chooses the calls of the conversations of a name, as `c`.
pub(super) fn choose(
    connection: &Connection,
    name: &str,
    service: Option<&str>,
    conditions: &mut Conditions,
) -> Result<(), ReadError> {
    let sql = format!("SELECT v.id FROM conversations AS v WHERE {OF_NAME} LIMIT 2");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_map([Some(name), service], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    match found[..] {
        // Of one, the index knows the calls in their order.
        [id] => conditions.add("c.conversation = ?", id),
        _ => conditions.add("c.conversation IN (SELECT id FROM conversations WHERE name = ?)", name.to_owned()),
    }
    Ok(())
}

/// Those of name ?1 and, unless it is none, of service ?2.
const OF_NAME: &str = "v.name = ?1 AND (?2 IS NULL OR v.service = (SELECT id FROM texts WHERE text = ?2))";

fn detail(
    connection: &Connection,
    name: &str,
    service: Option<&str>,
    skip: i64,
) -> Result<ConversationDetail, ReadError> {
    let sql =
        format!("SELECT {COLUMNS} FROM conversations AS v WHERE {OF_NAME} ORDER BY v.last DESC, v.id DESC LIMIT 1");
    let mut statement = connection.prepare_cached(&sql)?;
    let found = statement.query_row([Some(name), service], |row| Ok((row.get(14)?, read(row)?))).optional()?;
    let (key, conversation): (i64, ConversationItem) = found.ok_or(ReadError::Unknown("conversation"))?;
    let mut statement = connection
        .prepare_cached("SELECT start, id FROM calls WHERE conversation = ?1 ORDER BY start, id LIMIT ?2 OFFSET ?3")?;
    let mut rows = statement.query(params![key, MOST, skip])?;
    let mut calls = Vec::new();
    while let Some(row) = rows.next()? {
        calls.extend(item(connection, row.get(0)?, row.get(1)?)?);
    }
    let next = (calls.len() == MOST).then(|| skip + MOST as i64);
    Ok(ConversationDetail { conversation, calls, next })
}

fn read(row: &Row<'_>) -> rusqlite::Result<ConversationItem> {
    Ok(ConversationItem {
        name: row.get(0)?,
        run: row.get(1)?,
        service: row.get::<_, Option<String>>(2)?.unwrap_or_default(),
        component: row.get(3)?,
        team: row.get(4)?,
        user: row.get(5)?,
        first: micros(row.get(6)?),
        last: micros(row.get(7)?),
        calls: row.get(8)?,
        steps: row.get(9)?,
        errors: row.get(10)?,
        input: row.get(11)?,
        output: row.get(12)?,
        cost: row.get(13)?,
        cost_source: match row.get(15)? {
            0 => None,
            1 => Some("reported"),
            2 => Some("simulated"),
            4 => Some("computed"),
            _ => Some("mixed"),
        },
    })
}
