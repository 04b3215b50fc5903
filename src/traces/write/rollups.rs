//! Sums of calls by minute and by hour, so that nobody has to read the calls to draw a chart of them.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _, params};

use super::super::histogram::Histogram;
use super::super::rows::CallRow;

/// The widths that are kept, in seconds.
pub(in super::super) const MINUTE: i64 = 60;
pub(in super::super) const HOUR: i64 = 3600;
/// In place of a text where there is none; of an error, when all went well.
pub(in super::super) const WELL: i64 = -1;

/// By what calls are summed up; numbers of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) run: i64,
    pub(super) service: i64,
    pub(super) operation: i64,
    pub(super) provider: i64,
    pub(super) model: i64,
    pub(super) component: i64,
    pub(super) team: i64,
    pub(super) error: i64,
}

/// What came since the last transaction.
#[derive(Default)]
pub(super) struct Rollups {
    grown: HashMap<(i64, i64, Key), Sum>,
}

#[derive(Default)]
struct Sum {
    count: i64,
    tokens: [i64; 5],
    cost: f64,
    duration: Histogram,
    ttft: Histogram,
}

impl Rollups {
    /// Counts a call that began at `start`; nanoseconds.
    pub(super) fn count(&mut self, start: i64, key: Key, duration: i64, call: &CallRow) {
        let second = start.div_euclid(1_000_000_000);
        for width in [MINUTE, HOUR] {
            let begin = second - second.rem_euclid(width);
            let sum = self.grown.entry((width, begin, key)).or_default();
            sum.count += 1;
            for (all, tokens) in sum.tokens.iter_mut().zip(call.tokens) {
                *all += tokens.unwrap_or(0);
            }
            sum.cost += call.cost.unwrap_or(0.0);
            sum.duration.add(duration.unsigned_abs());
            if let Some(ttft) = call.ttft {
                sum.ttft.add(ttft.unsigned_abs());
            }
        }
    }

    pub(super) fn flush(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut kept = connection.prepare_cached(
            "SELECT duration, ttft FROM rollups WHERE width = ?1 AND start = ?2 AND run = ?3 AND service = ?4 AND \
             operation = ?5 AND provider = ?6 AND model = ?7 AND component = ?8 AND team = ?9 AND error = ?10",
        )?;
        let mut write = connection.prepare_cached(
            "INSERT INTO rollups VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, \
             ?19) ON CONFLICT DO UPDATE SET count = count + excluded.count, input = input + excluded.input, \
             output = output + excluded.output, cache_read = cache_read + excluded.cache_read, \
             cache_write = cache_write + excluded.cache_write, reasoning = reasoning + excluded.reasoning, \
             cost = cost + excluded.cost, duration = excluded.duration, ttft = excluded.ttft",
        )?;
        for ((width, start, key), mut sum) in self.grown.drain() {
            let Key { run, service, operation, provider, model, component, team, error } = key;
            let place = params![width, start, run, service, operation, provider, model, component, team, error];
            let before = kept.query_row(place, |row| {
                sum.duration.merge_bytes(row.get_ref(0)?.as_blob()?);
                sum.ttft.merge_bytes(row.get_ref(1)?.as_blob()?);
                Ok(())
            });
            before.optional()?;
            let [input, output, cache_read, cache_write, reasoning] = sum.tokens;
            let (duration, ttft) = (sum.duration.to_bytes(), sum.ttft.to_bytes());
            write.execute(params![
                width,
                start,
                run,
                service,
                operation,
                provider,
                model,
                component,
                team,
                error,
                sum.count,
                input,
                output,
                cache_read,
                cache_write,
                reasoning,
                sum.cost,
                duration,
                ttft
            ])?;
        }
        Ok(())
    }
}
