//! A recording moved in time, so that an incident of last week happens now. What is moved is a telling of its own: it gets
//! other ids and another run, and may stand beside what it was recorded from.

use opentelemetry_proto::tonic::common::v1::any_value::Value as Any;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::logs::v1::LogRecord;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{Exemplar, Metric};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::Span;

use super::batch::Batch;

/// What tells runs apart.
const INSTANCE: &str = "service.instance.id";
/// What says that something is told again, and which time; a conversation of it is another one.
pub(super) const REPLAY: &str = "zeroth.replay";

/// From when to when something was told: nanoseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// When the first of it began.
    pub first: u64,
    /// When the last of it ended.
    pub last: u64,
}

impl Extent {
    /// That of a batch; none when it has no times.
    pub fn of(batch: &Batch) -> Option<Self> {
        let mut extent: Option<Self> = None;
        // Looking does not change it, but one walk knows all places where times are.
        each_time(&mut batch.clone(), &mut |time| extent = Some(Self { first: *time, last: *time }.and(extent)));
        extent
    }

    /// The same of its spans and log records. A program that idles goes on telling its metrics.
    pub fn of_events(batch: &Batch) -> Option<Self> {
        Self::of(&Batch { metrics: Vec::new(), ..batch.clone() })
    }

    /// What covers both.
    #[must_use]
    pub fn and(self, other: Option<Self>) -> Self {
        other.map_or(self, |other| Self { first: self.first.min(other.first), last: self.last.max(other.last) })
    }
}

/// How a recording is moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// By how much it is moved: nanoseconds.
    pub nanos: i64,
    /// What makes ids of other ids; any number that is not used again.
    pub seed: u64,
    /// Points of metrics that would lie after this are left out: nanoseconds since 1970.
    pub until: Option<u64>,
}

impl Shift {
    /// Moves a batch, and gives it its own ids.
    pub fn apply(&self, batch: &mut Batch) {
        each_time(batch, &mut |time| *time = time.saturating_add_signed(self.nanos));
        for part in &mut batch.spans {
            self.rename(&mut part.resource);
            part.scope_spans.iter_mut().flat_map(|part| &mut part.spans).for_each(|span| self.span(span));
        }
        for part in &mut batch.logs {
            self.rename(&mut part.resource);
            for record in part.scope_logs.iter_mut().flat_map(|part| &mut part.log_records) {
                self.ids([&mut record.trace_id, &mut record.span_id]);
            }
        }
        for part in &mut batch.metrics {
            self.rename(&mut part.resource);
            for metric in part.scope_metrics.iter_mut().flat_map(|part| &mut part.metrics) {
                cut(metric, self.until.unwrap_or(u64::MAX));
            }
            let metrics = part.scope_metrics.iter_mut().flat_map(|part| &mut part.metrics);
            metrics.flat_map(exemplars).for_each(|one| self.ids([&mut one.trace_id, &mut one.span_id]));
        }
    }

    fn span(&self, span: &mut Span) {
        self.ids([&mut span.trace_id, &mut span.span_id]);
        self.id(&mut span.parent_span_id);
        span.links.iter_mut().for_each(|link| self.ids([&mut link.trace_id, &mut link.span_id]));
    }

    fn ids(&self, ids: [&mut Vec<u8>; 2]) {
        ids.into_iter().for_each(|id| self.id(id));
    }

    /// The same for the same id, and the other way round, so that what belonged together still does.
    fn id(&self, id: &mut [u8]) {
        let mask = self.seed.to_be_bytes();
        id.iter_mut().zip(mask.iter().cycle()).for_each(|(byte, mask)| *byte ^= mask);
    }

    fn rename(&self, resource: &mut Option<Resource>) {
        let told = resource.get_or_insert_with(Resource::default);
        told.attributes.retain(|pair| pair.key != INSTANCE && pair.key != REPLAY);
        let seed = format!("{:016x}", self.seed);
        for (key, text) in [(INSTANCE, format!("replay-{seed}")), (REPLAY, seed)] {
            let value = Some(AnyValue { value: Some(Any::StringValue(text)) });
            told.attributes.push(KeyValue { key: key.to_owned(), value, ..KeyValue::default() });
        }
    }
}

/// Shows each time that there is; what is 0 is unknown.
fn each_time(batch: &mut Batch, see: &mut dyn FnMut(&mut u64)) {
    let mut known = |time: &mut u64| {
        if *time > 0 {
            see(time);
        }
    };
    for span in batch.spans.iter_mut().flat_map(|part| &mut part.scope_spans).flat_map(|part| &mut part.spans) {
        known(&mut span.start_time_unix_nano);
        known(&mut span.end_time_unix_nano);
        span.events.iter_mut().for_each(|event| known(&mut event.time_unix_nano));
    }
    for record in batch.logs.iter_mut().flat_map(|part| &mut part.scope_logs).flat_map(|part| &mut part.log_records) {
        let LogRecord { time_unix_nano, observed_time_unix_nano, .. } = record;
        known(time_unix_nano);
        known(observed_time_unix_nano);
    }
    for metric in batch.metrics.iter_mut().flat_map(|part| &mut part.scope_metrics).flat_map(|part| &mut part.metrics) {
        each_point(metric, &mut known);
    }
}

fn each_point(metric: &mut Metric, known: &mut dyn FnMut(&mut u64)) {
    macro_rules! points {
        ($points:expr) => {
            $points.iter_mut().for_each(|point| {
                known(&mut point.start_time_unix_nano);
                known(&mut point.time_unix_nano);
            })
        };
    }
    match &mut metric.data {
        Some(Data::Gauge(gauge)) => points!(gauge.data_points),
        Some(Data::Sum(sum)) => points!(sum.data_points),
        Some(Data::Histogram(histogram)) => points!(histogram.data_points),
        Some(Data::ExponentialHistogram(histogram)) => points!(histogram.data_points),
        Some(Data::Summary(summary)) => points!(summary.data_points),
        None => {}
    }
    exemplars(metric).for_each(|one| known(&mut one.time_unix_nano));
}

/// Leaves out the points after a time.
fn cut(metric: &mut Metric, until: u64) {
    match &mut metric.data {
        Some(Data::Gauge(gauge)) => gauge.data_points.retain(|point| point.time_unix_nano <= until),
        Some(Data::Sum(sum)) => sum.data_points.retain(|point| point.time_unix_nano <= until),
        Some(Data::Histogram(found)) => found.data_points.retain(|point| point.time_unix_nano <= until),
        Some(Data::ExponentialHistogram(found)) => found.data_points.retain(|point| point.time_unix_nano <= until),
        Some(Data::Summary(found)) => found.data_points.retain(|point| point.time_unix_nano <= until),
        None => {}
    }
}

fn exemplars(metric: &mut Metric) -> Box<dyn Iterator<Item = &mut Exemplar> + '_> {
    match &mut metric.data {
        Some(Data::Gauge(gauge)) => Box::new(gauge.data_points.iter_mut().flat_map(|point| &mut point.exemplars)),
        Some(Data::Sum(sum)) => Box::new(sum.data_points.iter_mut().flat_map(|point| &mut point.exemplars)),
        Some(Data::Histogram(found)) => Box::new(found.data_points.iter_mut().flat_map(|point| &mut point.exemplars)),
        Some(Data::ExponentialHistogram(found)) => {
            Box::new(found.data_points.iter_mut().flat_map(|point| &mut point.exemplars))
        }
        Some(Data::Summary(_)) | None => Box::new(std::iter::empty()),
    }
}
