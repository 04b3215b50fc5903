//! What a batch comes to in rows, worked out before the writer sees it: the writer does nothing but write.

mod call;
mod metric;
mod span;

use std::time::SystemTime;

use opentelemetry_proto::tonic::common::v1::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use prost::Message as _;

use crate::llm::PriceList;

use super::batch::Batch;
use super::dialect;

pub(super) use call::CallRow;
pub(super) use metric::PointRow;
pub(super) use span::{LogRow, SpanRow};

/// A batch in rows.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) resources: Vec<ResourceRow>,
    pub(super) scopes: Vec<Vec<u8>>,
    pub(super) spans: Vec<SpanRow>,
    pub(super) logs: Vec<LogRow>,
    pub(super) points: Vec<PointRow>,
    pub(super) rejected: Rejected,
}

/// Where telemetry comes from.
#[derive(Debug)]
pub(super) struct ResourceRow {
    pub(super) body: Vec<u8>,
    pub(super) service: String,
    pub(super) instance: Option<String>,
}

/// What is not kept, and why the first of it is not.
#[derive(Debug, Default)]
pub(super) struct Rejected {
    pub(super) count: u64,
    pub(super) message: &'static str,
}

impl Rejected {
    pub(super) fn add(&mut self, why: &'static str) {
        if self.count == 0 {
            self.message = why;
        }
        self.count += 1;
    }
}

/// What is looked at while rows are made.
pub(super) struct Making<'a> {
    pub(super) prices: &'a PriceList,
    /// Nanoseconds.
    pub(super) now: i64,
}

/// Telemetry from so far in the future has a broken clock, and would be kept for ever.
const FUTURE: i64 = 24 * 3600 * 1_000_000_000;

impl Making<'_> {
    /// A time of OTLP, where 0 stands for unknown; an error when nobody can have meant it.
    fn time(&self, nanos: u64) -> Result<i64, &'static str> {
        match i64::try_from(nanos) {
            Ok(0) => Ok(self.now),
            Ok(time) if time <= self.now.saturating_add(FUTURE) => Ok(time),
            _ => Err("a time is more than a day in the future"),
        }
    }
}

pub(super) fn make(batch: Batch, making: &Making<'_>) -> Rows {
    let mut rows = Rows::default();
    for part in batch.spans {
        let resource = rows.resource(part.resource.as_ref());
        let told = attributes(part.resource.as_ref());
        for part in part.scope_spans {
            let (scope, name) = rows.scope(part.scope.as_ref());
            for span in &part.spans {
                match span::span(span, (resource, scope), told, name, making) {
                    Ok(row) => rows.spans.push(row),
                    Err(why) => rows.rejected.add(why),
                }
            }
        }
    }
    for part in batch.logs {
        let resource = rows.resource(part.resource.as_ref());
        let told = attributes(part.resource.as_ref());
        for part in part.scope_logs {
            let (scope, name) = rows.scope(part.scope.as_ref());
            for record in &part.log_records {
                match span::log(record, (resource, scope), told, name, making) {
                    Ok(row) => rows.logs.push(row),
                    Err(why) => rows.rejected.add(why),
                }
            }
        }
    }
    for part in batch.metrics {
        let resource = rows.resource(part.resource.as_ref());
        for metric in part.scope_metrics.iter().flat_map(|part| &part.metrics) {
            metric::points(metric, resource, making, &mut rows);
        }
    }
    rows
}

impl Rows {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.spans.len() + self.logs.len() + self.points.len()
    }

    fn resource(&mut self, resource: Option<&Resource>) -> usize {
        let context = dialect::read_context(&[], attributes(resource));
        self.resources.push(ResourceRow {
            body: resource.map(Resource::encode_to_vec).unwrap_or_default(),
            service: context.service.unwrap_or_else(|| "unknown_service".to_owned()),
            instance: context.instance,
        });
        self.resources.len() - 1
    }

    /// Its place, and its name.
    fn scope<'a>(&mut self, scope: Option<&'a InstrumentationScope>) -> (usize, &'a str) {
        self.scopes.push(scope.map(InstrumentationScope::encode_to_vec).unwrap_or_default());
        (self.scopes.len() - 1, scope.map_or("", |scope| &scope.name))
    }
}

fn attributes(resource: Option<&Resource>) -> &[KeyValue] {
    resource.map_or(&[], |resource| &resource.attributes)
}

/// Nanoseconds since 1970.
pub(super) fn nanos(at: SystemTime) -> i64 {
    let since = at.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_nanos()).unwrap_or(i64::MAX)
}
