//! What the writer does with rows, inside a transaction. `Ledger` is what it remembers between them.

mod conversations;
mod metrics;
mod places;
mod rollups;
mod runs;
mod texts;

use rusqlite::{Connection, params};

use super::config::Config;
use super::rows::{CallRow, LogRow, Rows, SpanRow};
use conversations::{Conversations, Teller};
use metrics::Series;
use places::Places;
use rollups::{Key, Rollups};
use runs::{Known, Runs};
use texts::Texts;

pub(super) use rollups::{HOUR, MINUTE, WELL};
pub(super) use runs::State;

/// What the writer remembers. After a transaction that failed it is read anew.
pub(super) struct Ledger {
    pub(super) texts: Texts,
    pub(super) runs: Runs,
    pub(super) conversations: Conversations,
    places: Places,
    series: Series,
    rollups: Rollups,
    pub(super) counts: Counts,
    /// The id of the next span or log record.
    pub(super) next: i64,
    /// The minute of arrival that was noted last.
    minute: i64,
    /// Up to where points were deleted because the file was too large; nanoseconds.
    pub(super) cleared: i64,
}

/// What was counted since the file was made.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) accepted: u64,
    pub(super) duplicates: u64,
    pub(super) rejected: u64,
    pub(super) dropped: u64,
    pub(super) pruned: u64,
}

/// What became of a batch.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Outcome {
    pub(super) accepted: u64,
    pub(super) dropped: u64,
}

impl Ledger {
    pub(super) fn read(connection: &Connection, config: &Config) -> rusqlite::Result<Self> {
        let (next, counts) = connection.query_row(
            "SELECT next, accepted, duplicates, rejected, dropped, pruned FROM progress",
            [],
            |row| {
                let counts = Counts {
                    accepted: row.get(1)?,
                    duplicates: row.get(2)?,
                    rejected: row.get(3)?,
                    dropped: row.get(4)?,
                    pruned: row.get(5)?,
                };
                Ok((row.get(0)?, counts))
            },
        )?;
        Ok(Self {
            texts: Texts::read(connection, config.max_texts)?,
            runs: Runs::read(connection)?,
            conversations: Conversations::default(),
            places: Places::read(connection, config.max_texts)?,
            series: Series::read(connection, config)?,
            rollups: Rollups::default(),
            counts,
            next,
            minute: 0,
            cleared: 0,
        })
    }

    /// Writes a batch, but not yet the sums.
    pub(super) fn write(&mut self, connection: &Connection, rows: &Rows, now: i64) -> rusqlite::Result<Outcome> {
        self.arrive(connection, now)?;
        let before = self.counts;
        self.counts.rejected += rows.rejected.count;
        let mut homes = Vec::with_capacity(rows.resources.len());
        for resource in &rows.resources {
            let run = self.runs.of(connection, &mut self.texts, resource, now, self.next)?;
            let place = self.places.resource(connection, run.id, &resource.body)?;
            homes.push((run, place));
        }
        let mut scopes = Vec::with_capacity(rows.scopes.len());
        for scope in &rows.scopes {
            scopes.push(self.places.scope(connection, scope)?);
        }
        for span in &rows.spans {
            let (run, resource) = homes[span.resource];
            match run.state {
                State::Kept => self.span(connection, span, run, (resource, scopes[span.scope]))?,
                _ => self.counts.dropped += 1,
            }
        }
        for log in &rows.logs {
            let (run, resource) = homes[log.resource];
            match run.state {
                State::Kept => self.log(connection, log, run, (resource, scopes[log.scope]))?,
                _ => self.counts.dropped += 1,
            }
        }
        for point in &rows.points {
            let run = homes[point.resource].0;
            let written = match run.state {
                State::Kept => self.series.write(connection, run.id, point)?,
                _ => metrics::Written::Dropped,
            };
            match written {
                metrics::Written::New => self.counts.accepted += 1,
                metrics::Written::Again => self.counts.duplicates += 1,
                metrics::Written::Dropped => self.counts.dropped += 1,
            }
        }
        let kept = self.counts.accepted + self.counts.duplicates - before.accepted - before.duplicates;
        Ok(Outcome { accepted: kept, dropped: self.counts.dropped - before.dropped })
    }

    /// Writes the sums of what was written since they were written last.
    pub(super) fn settle(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.rollups.flush(connection)?;
        self.runs.flush(connection)?;
        self.conversations.flush(connection)?;
        let counts = self.counts;
        let mut statement = connection.prepare_cached(
            "UPDATE progress SET next = ?1, accepted = ?2, duplicates = ?3, rejected = ?4, dropped = ?5, pruned = ?6",
        )?;
        statement.execute(params![
            self.next,
            counts.accepted,
            counts.duplicates,
            counts.rejected,
            counts.dropped,
            counts.pruned
        ])?;
        Ok(())
    }

    /// Forgets what it knows of runs, resources and series, because some are gone.
    pub(super) fn forget(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.runs.forget(connection)?;
        self.places.forget();
        self.series.forget(connection)
    }

    /// Whether there are nearly as many series of metrics as there may be.
    pub(super) fn is_crowded(&self) -> bool {
        self.series.is_crowded()
    }

    fn arrive(&mut self, connection: &Connection, now: i64) -> rusqlite::Result<()> {
        let minute = now / 60_000_000_000;
        if minute != self.minute {
            let mut statement = connection.prepare_cached("INSERT OR IGNORE INTO arrivals VALUES (?1, ?2)")?;
            statement.execute(params![minute, self.next])?;
            self.minute = minute;
        }
        Ok(())
    }

    fn span(
        &mut self,
        connection: &Connection,
        span: &SpanRow,
        run: Known,
        (resource, scope): (i64, i64),
    ) -> rusqlite::Result<()> {
        let id = self.next;
        let name = self.texts.loose(connection, &span.name)?;
        let mut statement = connection.prepare_cached(
            "INSERT INTO spans (id, start, duration, run, resource, scope, name, kind, status, is_call, trace, span, parent) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING",
        )?;
        let parent = span.parent.as_ref().map(<[u8; 8]>::as_slice);
        let inserted = statement.execute(params![
            id,
            span.start,
            span.duration,
            run.id,
            resource,
            scope,
            name,
            span.kind,
            span.status,
            span.call.is_some(),
            span.trace.as_slice(),
            span.span.as_slice(),
            parent,
        ])?;
        if inserted == 0 {
            self.counts.duplicates += 1;
            return Ok(());
        }
        self.next += 1;
        self.counts.accepted += 1;
        raw(connection, id, &span.raw)?;
        self.runs.span(run.id, span);
        match &span.call {
            Some(call) => self.call(connection, (id, span.start, span.duration), call, run),
            None => Ok(()),
        }
    }

    fn log(
        &mut self,
        connection: &Connection,
        log: &LogRow,
        run: Known,
        (resource, scope): (i64, i64),
    ) -> rusqlite::Result<()> {
        let id = self.next;
        let event = log.event.as_ref().map(|event| self.texts.loose(connection, event)).transpose()?;
        let mut statement = connection.prepare_cached(
            "INSERT INTO logs (id, time, run, resource, scope, severity, event, text, trace, span, digest, call_start, subject) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT DO NOTHING",
        )?;
        let (trace, span) = (log.trace.as_ref().map(|id| &id[..]), log.span.as_ref().map(|id| &id[..]));
        let inserted = statement.execute(params![
            id,
            log.time,
            run.id,
            resource,
            scope,
            log.severity,
            event,
            log.text,
            trace,
            span,
            log.digest,
            log.call.as_ref().map(|(start, ..)| start),
            log.subject,
        ])?;
        if inserted == 0 {
            self.counts.duplicates += 1;
            return Ok(());
        }
        self.next += 1;
        self.counts.accepted += 1;
        let began = log.call.as_ref().map_or(log.time, |(start, ..)| *start);
        self.runs.log(run.id, began, log.time);
        raw(connection, id, &log.raw)?;
        match &log.call {
            Some((start, duration, call)) => self.call(connection, (id, *start, *duration), call, run),
            None => Ok(()),
        }
    }

    fn call(
        &mut self,
        connection: &Connection,
        (id, start, duration): (i64, i64, i64),
        call: &CallRow,
        run: Known,
    ) -> rusqlite::Result<()> {
        let operation = self.texts.id(connection, &call.operation)?;
        let mut text = |text: &Option<String>| text.as_ref().map(|text| self.texts.id(connection, text)).transpose();
        let (provider, model, agent) = (text(&call.provider)?, text(&call.model)?, text(&call.agent)?);
        let (component, team) = (text(&call.component)?, text(&call.team)?);
        let (error, finish) = (text(&call.error)?, text(&call.finish)?);
        let user = call.user.as_ref().map(|user| self.texts.loose(connection, user)).transpose()?;
        let conversation = match &call.conversation {
            Some(name) => {
                let teller = Teller { service: run.service, run: run.id, component, team, user };
                Some(self.conversations.count(connection, name, teller, (start, duration), call)?)
            }
            None => None,
        };
        let [input, output, cache_read, cache_write, reasoning] = call.tokens;
        let mut statement = connection.prepare_cached(
            "INSERT INTO calls VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, \
             ?19, ?20, ?21, ?22, ?23, ?24)",
        )?;
        statement.execute(params![
            start,
            id,
            duration,
            call.ttft,
            run.id,
            run.service,
            operation,
            call.asks,
            provider,
            model,
            agent,
            component,
            conversation,
            team,
            user,
            error,
            finish,
            input,
            output,
            cache_read,
            cache_write,
            reasoning,
            call.cost,
            call.cost_source,
        ])?;
        if call.asks {
            let key = Key {
                run: run.id,
                service: run.service,
                operation,
                provider: provider.unwrap_or(WELL),
                model: model.unwrap_or(WELL),
                component: component.unwrap_or(WELL),
                team: team.unwrap_or(WELL),
                error: error.unwrap_or(WELL),
            };
            self.runs.call(run.id, error.is_some());
            self.rollups.count(start, key, duration, call);
        }
        Ok(())
    }
}

fn raw(connection: &Connection, id: i64, body: &[u8]) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached("INSERT INTO raws VALUES (?1, ?2)")?;
    statement.execute(params![id, body])?;
    Ok(())
}
