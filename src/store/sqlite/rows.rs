//! What each operation reads and writes. All of it runs inside a transaction.

use std::collections::VecDeque;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::game::{Message, Turn};
use crate::id::SessionId;

use super::super::moment::{micros, moment};
use super::super::{
    Delta, Document, Entry, Expected, KeptTurn, Kind, Limits, Mark, NewTurn, Outage, Page, Session, StoreError, Summary,
};

const DAMAGED: StoreError = StoreError::Unavailable(Outage::Damaged);

pub(super) fn insert(connection: &Connection, session: &Session) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached(
        "INSERT INTO sessions (id, kind, campaign, version, document, created, played, turn_number) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (id) DO NOTHING",
    )?;
    let document = &session.document;
    let inserted = statement.execute(params![
        session.id.to_string(),
        session.kind.as_str(),
        session.campaign,
        document.version(),
        document.text(),
        micros(session.created),
        micros(session.played),
        session.turn_number,
    ])?;
    if inserted == 1 { Ok(()) } else { Err(StoreError::Exists(session.id)) }
}

/// The key, and the session without its turns.
pub(super) fn session(connection: &Connection, id: SessionId) -> Result<(i64, Session), StoreError> {
    let mut statement = connection.prepare_cached(
        "SELECT key, kind, campaign, version, document, created, played, turn_number, revision FROM sessions \
         WHERE id = ?1",
    )?;
    let found = statement.query_row([id.to_string()], |row| {
        let session = Session {
            id,
            kind: Kind::Dialogue,
            campaign: row.get(2)?,
            document: Document::stored(row.get(3)?, row.get::<_, String>(4)?),
            created: moment(row.get(5)?),
            played: moment(row.get(6)?),
            turn_number: row.get(7)?,
            revision: row.get(8)?,
            turns: VecDeque::new(),
        };
        Ok((row.get(0)?, row.get::<_, String>(1)?, session))
    });
    let (key, kind, session) = found.optional()?.ok_or(StoreError::Unknown(id))?;
    Ok((key, Session { kind: Kind::named(&kind).ok_or(DAMAGED)?, ..session }))
}

pub(super) fn load(connection: &Connection, id: SessionId, turns: usize) -> Result<Session, StoreError> {
    let (key, mut session) = session(connection, id)?;
    let mut statement = connection.prepare_cached(
        "SELECT number, at, input, response, facts, back FROM turns WHERE session = ?1 AND mark = 0 \
         ORDER BY number DESC LIMIT ?2",
    )?;
    let mut rows = statement.query(params![key, limit(turns)])?;
    while let Some(row) = rows.next()? {
        session.turns.push_front(Arc::new(turn(row)?));
    }
    Ok(session)
}

pub(super) fn append(
    connection: &Connection,
    id: SessionId,
    expected: Expected,
    turn: NewTurn,
    limits: &Limits,
) -> Result<KeptTurn, StoreError> {
    let mut statement = connection.prepare_cached("SELECT key, turn_number, revision FROM sessions WHERE id = ?1")?;
    let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, u64>(1)?, row.get::<_, u64>(2)?));
    let found = statement.query_row([id.to_string()], read);
    let (key, last, revision) = found.optional()?.ok_or(StoreError::Unknown(id))?;
    let (number, mark) = match expected {
        Expected::Any => (last + 1, Mark::Kept),
        Expected::After(seen) if seen == revision => (last + 1, Mark::Kept),
        Expected::Replacing(seen) if seen == revision => {
            set_mark(connection, key, last, Mark::Replaced)?;
            (last, Mark::Kept)
        }
        Expected::Aside => (last, Mark::Aside),
        Expected::After(_) | Expected::Replacing(_) => return Err(StoreError::Conflict),
    };
    let mut statement = connection
        .prepare_cached("UPDATE sessions SET played = ?2, turn_number = ?3, revision = revision + ?4 WHERE key = ?1")?;
    statement.execute(params![key, micros(turn.at), number, mark == Mark::Kept])?;
    if let Some(change) = &turn.change {
        set_document(connection, key, &change.after)?;
    }
    let turn = turn.numbered(number);
    write_turn(connection, key, &turn, mark)?;
    trim(connection, key, number, expected, limits)?;
    Ok(turn)
}

pub(super) fn remove(
    connection: &Connection,
    id: SessionId,
    revision: u64,
    limits: &Limits,
) -> Result<KeptTurn, StoreError> {
    let (key, _) = session(connection, id)?;
    let session = load(connection, id, 1)?;
    let last = session.turns.back().filter(|_| session.revision == revision).ok_or(StoreError::Conflict)?;
    let number = last.turn.number;
    set_mark(connection, key, number, Mark::Undone)?;
    if last.back.is_some() {
        set_document(connection, key, &session.before_last()?)?;
    }
    let mut statement =
        connection.prepare_cached("UPDATE sessions SET turn_number = ?2, revision = revision + 1 WHERE key = ?1")?;
    statement.execute(params![key, number - 1])?;
    trim(connection, key, number, Expected::Aside, limits)?;
    Ok(KeptTurn::clone(last))
}

pub(super) fn list(connection: &Connection, page: Page) -> Result<Vec<Summary>, StoreError> {
    let (played, id) = page.after.map_or((i64::MAX, String::new()), |(at, id)| (micros(at), id.to_string()));
    let mut statement = connection.prepare_cached(
        "SELECT id, kind, campaign, created, played, turn_number FROM sessions WHERE (played, id) < (?1, ?2) \
         ORDER BY played DESC, id DESC LIMIT ?3",
    )?;
    let mut rows = statement.query(params![played, id, limit(page.limit)])?;
    let mut sessions = Vec::new();
    while let Some(row) = rows.next()? {
        sessions.push(Summary {
            id: row.get::<_, String>(0)?.parse().map_err(|_| DAMAGED)?,
            kind: Kind::named(&row.get::<_, String>(1)?).ok_or(DAMAGED)?,
            campaign: row.get(2)?,
            created: moment(row.get(3)?),
            played: moment(row.get(4)?),
            turn_number: row.get(5)?,
        });
    }
    Ok(sessions)
}

pub(super) fn transcript(connection: &Connection, id: SessionId, most: usize) -> Result<Vec<Entry>, StoreError> {
    let (key, _) = session(connection, id)?;
    let mut statement = connection.prepare_cached(
        "SELECT number, at, input, response, facts, back, mark FROM turns WHERE session = ?1 \
         ORDER BY number DESC, id DESC LIMIT ?2",
    )?;
    let mut rows = statement.query(params![key, limit(most)])?;
    let mut entries = Vec::new();
    while let Some(row) = rows.next()? {
        let mark = Mark::coded(row.get(6)?).ok_or(DAMAGED)?;
        entries.push(Entry { turn: Arc::new(turn(row)?), mark });
    }
    entries.reverse();
    Ok(entries)
}

pub(super) fn asides(connection: &Connection, id: SessionId, most: usize) -> Result<Vec<Arc<KeptTurn>>, StoreError> {
    let (key, _) = session(connection, id)?;
    let mut statement = connection.prepare_cached(
        "SELECT number, at, input, response, facts, back FROM turns WHERE session = ?1 AND mark = 3 \
         ORDER BY id DESC LIMIT ?2",
    )?;
    let mut rows = statement.query(params![key, limit(most)])?;
    let mut asides = VecDeque::new();
    while let Some(row) = rows.next()? {
        asides.push_front(Arc::new(turn(row)?));
    }
    Ok(asides.into())
}

fn write_turn(connection: &Connection, key: i64, kept: &KeptTurn, mark: Mark) -> Result<(), StoreError> {
    let KeptTurn { turn, at, facts, back } = kept;
    let mut statement = connection.prepare_cached(
        "INSERT INTO turns (session, number, mark, at, input, response, facts, back) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
    )?;
    statement.execute(params![
        key,
        turn.number,
        mark.code(),
        micros(*at),
        turn.message.as_str(),
        turn.response,
        facts.as_deref(),
        back.as_ref().map(Delta::text),
    ])?;
    Ok(())
}

fn turn(row: &Row<'_>) -> Result<KeptTurn, StoreError> {
    let input: String = row.get(2)?;
    let turn = Turn {
        number: row.get(0)?,
        message: Message::new(&input, usize::MAX).map_err(|_| DAMAGED)?,
        response: row.get(3)?,
    };
    Ok(KeptTurn {
        turn: Arc::new(turn),
        at: moment(row.get(1)?),
        facts: row.get::<_, Option<String>>(4)?.map(Arc::from),
        back: row.get::<_, Option<String>>(5)?.map(Delta::stored),
    })
}

fn set_mark(connection: &Connection, key: i64, number: u64, mark: Mark) -> Result<(), StoreError> {
    let mut statement =
        connection.prepare_cached("UPDATE turns SET mark = ?3 WHERE session = ?1 AND number = ?2 AND mark = 0")?;
    let changed = statement.execute(params![key, number, mark.code()])?;
    if changed == 1 { Ok(()) } else { Err(StoreError::Conflict) }
}

fn set_document(connection: &Connection, key: i64, document: &Document) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("UPDATE sessions SET version = ?2, document = ?3 WHERE key = ?1")?;
    statement.execute(params![key, document.version(), document.text()])?;
    Ok(())
}

/// Lets go what a session has too much of after `expected`.
fn trim(connection: &Connection, key: i64, number: u64, expected: Expected, limits: &Limits) -> Result<(), StoreError> {
    let gone = number.saturating_sub(limits.max_turns as u64);
    if gone > 0 && matches!(expected, Expected::Any | Expected::After(_)) {
        let mut statement = connection.prepare_cached("DELETE FROM turns WHERE session = ?1 AND number <= ?2")?;
        statement.execute(params![key, gone])?;
    }
    if matches!(expected, Expected::Aside | Expected::Replacing(_)) {
        let mut statement = connection.prepare_cached(
            "DELETE FROM turns WHERE session = ?1 AND mark <> 0 AND id <= (SELECT id FROM turns \
             WHERE session = ?1 AND mark <> 0 ORDER BY id DESC LIMIT 1 OFFSET ?2)",
        )?;
        statement.execute(params![key, limit(limits.max_turns)])?;
    }
    Ok(())
}

/// As SQL counts.
pub(super) fn limit(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
