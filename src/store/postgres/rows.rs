//! What each operation reads and writes.

use std::collections::VecDeque;
use std::sync::Arc;

use deadpool_postgres::{GenericClient, Object, Transaction};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::game::{Message, Turn};
use crate::id::SessionId;

use super::super::moment::{micros, moment};
use super::super::{
    Delta, Document, Entry, Expected, KeptTurn, Kind, Limits, Mark, NewTurn, Outage, Page, Session, StoreError, Summary,
};

const DAMAGED: StoreError = StoreError::Unavailable(Outage::Damaged);

/// Adds the turn if the session still is as expected, all in one statement.
const APPEND: &str = "
    WITH moved AS (
        UPDATE sessions SET turn_number = turn_number + 1, revision = revision + 1, played = $3::bigint,
            version = coalesce($4::bigint, version), document = coalesce($5::text, document)
        WHERE id = $1 AND ($2::bigint IS NULL OR revision = $2) RETURNING key, turn_number
    ), gone AS (
        DELETE FROM turns USING moved WHERE turns.session = moved.key AND turns.number <= moved.turn_number - $10::bigint
    )
    INSERT INTO turns (session, number, mark, at, input, response, facts, back)
    SELECT key, turn_number, 0, $3, $6, $7, $8, $9 FROM moved RETURNING number";

/// Puts something beside the turns.
const ASIDE: &str = "
    WITH held AS (
        UPDATE sessions SET played = $3::bigint, version = coalesce($4::bigint, version), document = coalesce($5::text, document)
        WHERE id = $1 AND $2::bigint IS NULL RETURNING key, turn_number
    ), gone AS (
        DELETE FROM turns USING held WHERE session = held.key AND mark <> 0 AND id <= (SELECT id FROM turns, held
            WHERE session = held.key AND mark <> 0 ORDER BY id DESC LIMIT 1 OFFSET $10::bigint - 1)
    )
    INSERT INTO turns (session, number, mark, at, input, response, facts, back)
    SELECT key, turn_number, 3, $3, $6, $7, $8, $9 FROM held RETURNING number";

/// The session with its last turns, as of one moment. The document comes once.
const LOAD: &str = "
    SELECT kind, campaign, version, CASE WHEN t.number IS NULL OR t.number = turn_number THEN document END, created,
        played, turn_number, revision, t.number, t.at, t.input, t.response, t.facts, t.back
    FROM sessions LEFT JOIN LATERAL (
        SELECT * FROM turns WHERE session = key AND mark = 0 ORDER BY number DESC LIMIT $2
    ) t ON true WHERE sessions.id = $1 ORDER BY t.number DESC";

pub(super) async fn load(client: &Object, id: SessionId, turns: usize) -> Result<Session, StoreError> {
    let statement = client.prepare_cached(LOAD).await?;
    let rows = client.query(&statement, &[&id.to_string(), &limit(turns)]).await?;
    let first = rows.first().ok_or(StoreError::Unknown(id))?;
    let mut turns = VecDeque::with_capacity(rows.len());
    for row in &rows {
        if row.try_get::<_, Option<i64>>(8)?.is_some() {
            turns.push_front(Arc::new(turn(row, 8)?));
        }
    }
    Ok(Session {
        id,
        kind: Kind::named(first.try_get(0)?).ok_or(DAMAGED)?,
        campaign: first.try_get(1)?,
        document: Document::stored(version(first.try_get(2)?)?, first.try_get::<_, String>(3)?),
        created: moment(first.try_get(4)?),
        played: moment(first.try_get(5)?),
        turn_number: number(first.try_get(6)?)?,
        revision: number(first.try_get(7)?)?,
        turns,
    })
}

pub(super) async fn append(
    client: &mut Object,
    id: SessionId,
    expected: Expected,
    new: NewTurn,
    limits: &Limits,
) -> Result<KeptTurn, StoreError> {
    match expected {
        Expected::Any => insert(client, APPEND, id, None, new, limits).await,
        Expected::After(revision) => insert(client, APPEND, id, Some(count(revision)), new, limits).await,
        Expected::Aside => insert(client, ASIDE, id, None, new, limits).await,
        Expected::Replacing(revision) => {
            let transaction = client.transaction().await?;
            let Held { key, last, .. } = lock(&transaction, id, revision).await?;
            mark_last(&transaction, key, last, Mark::Replaced).await?;
            // One less, for the turn that comes in its place.
            transaction.execute("UPDATE sessions SET turn_number = turn_number - 1 WHERE key = $1", &[&key]).await?;
            let kept = insert(&transaction, APPEND, id, None, new, limits).await?;
            trim(&transaction, key, limits).await?;
            transaction.commit().await?;
            Ok(kept)
        }
    }
}

async fn insert<C: GenericClient>(
    client: &C,
    sql: &str,
    id: SessionId,
    after: Option<i64>,
    new: NewTurn,
    limits: &Limits,
) -> Result<KeptTurn, StoreError> {
    let change = new.change.as_ref().map(|change| change.after.clone());
    let mut kept = new.numbered(0);
    let statement = client.prepare_cached(sql).await?;
    let (id_text, at, most) = (id.to_string(), micros(kept.at), limit(limits.max_turns));
    let (version, document) = (change.as_ref().map(|d| i64::from(d.version())), change.as_ref().map(Document::text));
    let (input, response) = (kept.turn.message.as_str(), kept.turn.response.as_str());
    let (facts, back) = (kept.facts.as_deref(), kept.back.as_ref().map(Delta::text));
    let values: [&(dyn ToSql + Sync); 10] =
        [&id_text, &after, &at, &version, &document, &input, &response, &facts, &back, &most];
    match client.query_opt(&statement, &values).await? {
        Some(row) => {
            kept.turn = Arc::new(Turn { number: number(row.try_get(0)?)?, ..Turn::clone(&kept.turn) });
            Ok(kept)
        }
        None => Err(session_key(client, id).await.map_or_else(|error| error, |_| StoreError::Conflict)),
    }
}

/// A session that is held for a transaction.
struct Held {
    key: i64,
    /// The number of its last turn.
    last: u64,
    document: Document,
}

/// Holds the session for this transaction, if it still has this revision.
async fn lock(transaction: &Transaction<'_>, id: SessionId, revision: u64) -> Result<Held, StoreError> {
    let sql = "SELECT key, turn_number, version, document, revision FROM sessions WHERE id = $1 FOR UPDATE";
    let found = transaction.query_opt(sql, &[&id.to_string()]).await?;
    let session = found.ok_or(StoreError::Unknown(id))?;
    if number(session.try_get(4)?)? != revision {
        return Err(StoreError::Conflict);
    }
    let document = Document::stored(version(session.try_get(2)?)?, session.try_get::<_, String>(3)?);
    Ok(Held { key: session.try_get(0)?, last: number(session.try_get(1)?)?, document })
}

/// Says what became of the last turn, and returns it.
async fn mark_last(transaction: &Transaction<'_>, key: i64, last: u64, mark: Mark) -> Result<KeptTurn, StoreError> {
    let sql = "UPDATE turns SET mark = $3 WHERE session = $1 AND number = $2 AND mark = 0 \
        RETURNING number, at, input, response, facts, back";
    let marked = transaction.query_opt(sql, &[&key, &count(last), &mark.code()]).await?;
    turn(&marked.ok_or(StoreError::Conflict)?, 0)
}

/// Lets go the oldest of what does not count.
async fn trim(transaction: &Transaction<'_>, key: i64, limits: &Limits) -> Result<(), StoreError> {
    let sql = "DELETE FROM turns WHERE session = $1 AND mark <> 0 AND id <= (SELECT id FROM turns \
        WHERE session = $1 AND mark <> 0 ORDER BY id DESC LIMIT 1 OFFSET $2)";
    transaction.execute(sql, &[&key, &limit(limits.max_turns)]).await?;
    Ok(())
}

pub(super) async fn remove(
    client: &mut Object,
    id: SessionId,
    revision: u64,
    limits: &Limits,
) -> Result<KeptTurn, StoreError> {
    let transaction = client.transaction().await?;
    let Held { key, last, document } = lock(&transaction, id, revision).await?;
    let kept = mark_last(&transaction, key, last, Mark::Undone).await?;
    let before = kept.back.as_ref().map_or_else(|| Ok(document.clone()), |back| back.apply(&document))?;
    let sql = "UPDATE sessions SET turn_number = turn_number - 1, revision = revision + 1, version = $2, document = $3 \
        WHERE key = $1";
    transaction.execute(sql, &[&key, &i64::from(before.version()), &before.text()]).await?;
    trim(&transaction, key, limits).await?;
    transaction.commit().await?;
    Ok(kept)
}

pub(super) async fn list(client: &Object, page: Page) -> Result<Vec<Summary>, StoreError> {
    let (played, id) = page.after.map_or((i64::MAX, String::new()), |(at, id)| (micros(at), id.to_string()));
    let statement = client
        .prepare_cached(
            "SELECT id, kind, campaign, created, played, turn_number FROM sessions WHERE (played, id) < ($1, $2) \
             ORDER BY played DESC, id DESC LIMIT $3",
        )
        .await?;
    let rows = client.query(&statement, &[&played, &id, &limit(page.limit)]).await?;
    let summary = |row: &Row| {
        Ok(Summary {
            id: row.try_get::<_, &str>(0)?.parse().map_err(|_| DAMAGED)?,
            kind: Kind::named(row.try_get(1)?).ok_or(DAMAGED)?,
            campaign: row.try_get(2)?,
            created: moment(row.try_get(3)?),
            played: moment(row.try_get(4)?),
            turn_number: number(row.try_get(5)?)?,
        })
    };
    rows.iter().map(summary).collect()
}

pub(super) async fn transcript(client: &Object, id: SessionId, most: usize) -> Result<Vec<Entry>, StoreError> {
    let key = session_key(client, id).await?;
    let statement = client
        .prepare_cached(
            "SELECT number, at, input, response, facts, back, mark FROM turns WHERE session = $1 \
             ORDER BY number DESC, id DESC LIMIT $2",
        )
        .await?;
    let rows = client.query(&statement, &[&key, &limit(most)]).await?;
    let entry = |row: &Row| {
        let mark = Mark::coded(row.try_get::<_, i16>(6)?.into()).ok_or(DAMAGED)?;
        Ok(Entry { turn: Arc::new(turn(row, 0)?), mark })
    };
    rows.iter().rev().map(entry).collect()
}

pub(super) async fn asides(client: &Object, id: SessionId, most: usize) -> Result<Vec<Arc<KeptTurn>>, StoreError> {
    let key = session_key(client, id).await?;
    let statement = client
        .prepare_cached(
            "SELECT number, at, input, response, facts, back FROM turns WHERE session = $1 AND mark = 3 \
             ORDER BY id DESC LIMIT $2",
        )
        .await?;
    let rows = client.query(&statement, &[&key, &limit(most)]).await?;
    rows.iter().rev().map(|row| Ok(Arc::new(turn(row, 0)?))).collect()
}

pub(super) async fn session_key(client: &impl GenericClient, id: SessionId) -> Result<i64, StoreError> {
    let statement = client.prepare_cached("SELECT key FROM sessions WHERE id = $1").await?;
    let found = client.query_opt(&statement, &[&id.to_string()]).await?;
    Ok(found.ok_or(StoreError::Unknown(id))?.try_get(0)?)
}

/// A turn whose columns begin at `first`.
fn turn(row: &Row, first: usize) -> Result<KeptTurn, StoreError> {
    let turn = Turn {
        number: number(row.try_get(first)?)?,
        message: Message::new(row.try_get(first + 2)?, usize::MAX).map_err(|_| DAMAGED)?,
        response: row.try_get(first + 3)?,
    };
    Ok(KeptTurn {
        turn: Arc::new(turn),
        at: moment(row.try_get(first + 1)?),
        facts: row.try_get::<_, Option<String>>(first + 4)?.map(Arc::from),
        back: row.try_get::<_, Option<String>>(first + 5)?.map(Delta::stored),
    })
}

fn number(number: i64) -> Result<u64, StoreError> {
    u64::try_from(number).map_err(|_| DAMAGED)
}

fn version(version: i64) -> Result<u32, StoreError> {
    u32::try_from(version).map_err(|_| DAMAGED)
}

/// As SQL counts.
pub(super) fn count(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

/// As SQL counts.
pub(super) fn limit(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
