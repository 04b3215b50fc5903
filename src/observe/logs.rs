//! Log lines on standard error, log records for the backend, and the events of a game.

use std::fmt;

use opentelemetry::logs::{LogRecord as _, Logger as _, Severity};
use opentelemetry::trace::TraceContextExt as _;
use opentelemetry::{Context, KeyValue};
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_sdk::logs::{SdkLogger, SdkLoggerProvider};
use tracing::{Event, Subscriber, error, info, warn};
use tracing_subscriber::filter::{EnvFilter, FilterFn, LevelFilter, ParseError};
use tracing_subscriber::fmt::format::{Format, Json, JsonFields, Writer};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::game::scenario::Outcome;
use crate::id::SessionId;
use crate::llm::{ChatReply, ChatRequest, Component};
use crate::play::Nature;

use super::config::{LogConfig, LogFormat};
use super::flow::{FlowReport, Way};
use super::messages::{self, on_event};
use super::semconv::{attr, event};
use super::turn::Told;

/// The target of complaints about telemetry itself, which must not become telemetry.
const OWN_TROUBLE: &str = "zeroth::telemetry";

/// Starts logging for the whole process: lines to standard error, records to `provider` when there is one. Unless the
/// user chose a filter for lines, it is `filter`.
///
/// # Errors
/// [`LogsError`] when the filter cannot be read. A second start changes nothing.
pub fn start(config: &LogConfig, filter: &str, provider: Option<&SdkLoggerProvider>) -> Result<(), LogsError> {
    let filter = chosen(config, filter)?;
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let lines = match config.format {
        LogFormat::Text => lines.with_ansi(false).event_format(Line).with_filter(filter).boxed(),
        LogFormat::Json => {
            let format = JsonLine(Format::default().json().flatten_event(true));
            lines.fmt_fields(JsonFields::new()).event_format(format).with_filter(filter).boxed()
        }
    };
    let ours = FilterFn::new(|event| event.target().starts_with("zeroth") && event.target() != OWN_TROUBLE);
    let records = provider.map(|provider| OpenTelemetryTracingBridge::new(provider).with_filter(ours));
    let records = records.map(|layer| layer.with_filter(LevelFilter::INFO));
    // Fails only when another subscriber is in place, such as an embedding program's; that one stays.
    let _ = tracing_subscriber::registry().with(lines).with(records).try_init();
    std::panic::set_hook(Box::new(|panic| {
        // Not the payload: it may quote a player.
        let place = panic.location().map_or_else(String::new, |place| format!(" at {}:{}", place.file(), place.line()));
        error!(target: "zeroth::panic", "panic{place}; what was under way is lost, the program goes on");
    }));
    Ok(())
}

/// Whether logging could be started.
///
/// # Errors
/// [`LogsError`] when the filter cannot be read.
pub fn check(config: &LogConfig) -> Result<(), LogsError> {
    chosen(config, LogConfig::DEFAULT_FILTER).map(drop)
}

fn chosen(config: &LogConfig, usual: &str) -> Result<EnvFilter, LogsError> {
    Ok(EnvFilter::try_new(quiet(config.filter.as_deref().unwrap_or(usual)))?)
}

/// `filter` without the SDK's own chatter, which repeats what we say once a minute; unless the user asks for it.
fn quiet(filter: &str) -> String {
    if filter.contains("opentelemetry") { filter.to_owned() } else { format!("{filter},opentelemetry=off") }
}

/// The log filter cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the log filter: {0}; an example is ZEROTH_LOG=warn,zeroth=debug")]
pub struct LogsError(#[from] ParseError);

pub(super) fn session_start(session: SessionId, component: Component, campaign: &str) {
    info!(
        name: event::SESSION_START,
        target: "zeroth::game",
        {
            { attr::SESSION_ID } = %session,
            { attr::COMPONENT } = component.as_str(),
            { attr::CAMPAIGN } = campaign,
        },
        "game created"
    );
}

pub(super) fn session_end(session: SessionId, component: Component) {
    info!(
        name: event::SESSION_END,
        target: "zeroth::game",
        {
            { attr::SESSION_ID } = %session,
            { attr::COMPONENT } = component.as_str(),
        },
        "player left"
    );
}

pub(super) fn turn_complete(session: &str, component: Component, told: &Told<'_>, seconds: f64) {
    info!(
        name: event::TURN_COMPLETE,
        target: "zeroth::game",
        {
            { attr::SESSION_ID } = session,
            { attr::COMPONENT } = component.as_str(),
            { attr::TURN_NUMBER } = told.number,
            { attr::TURN_NATURE } = told.nature.map(Nature::name),
            { attr::SCENE } = told.stage.as_ref().map(|stage| stage.scene.as_str()),
            { attr::OUTCOME } = told.stage.as_ref().and_then(|stage| stage.outcome).map(Outcome::name),
            { attr::RESPONSE_MODEL } = told.model,
            { attr::USAGE_INPUT_TOKENS } = told.usage.map(|usage| usage.input),
            { attr::USAGE_OUTPUT_TOKENS } = told.usage.map(|usage| usage.output),
            { attr::COST_USD } = told.cost.map(|cost| cost.usd),
            { attr::COST_SIMULATED } = told.cost.map(|cost| cost.simulated),
            { attr::TURN_DURATION } = seconds,
        },
        "turn kept"
    );
}

pub(super) fn turn_error(session: &str, component: Component, kind: &str, message: &str, seconds: f64) {
    warn!(
        name: event::TURN_ERROR,
        target: "zeroth::game",
        {
            { attr::SESSION_ID } = session,
            { attr::COMPONENT } = component.as_str(),
            { attr::ERROR_TYPE } = kind,
            { attr::TURN_DURATION } = seconds,
        },
        "turn failed: {message}"
    );
}

/// What a storyteller asked for and did not get: keys and reasons, never what it wanted there.
pub(super) fn delta_rejected(session: SessionId, component: Component, keys: &str, reasons: &str) {
    warn!(
        name: event::DELTA_REJECTED,
        target: "zeroth::game",
        {
            { attr::SESSION_ID } = %session,
            { attr::COMPONENT } = component.as_str(),
            { attr::DELTA_KEYS } = keys,
            { attr::DELTA_REASON } = reasons,
        },
        "part of the storyteller's answer was refused"
    );
}

pub(super) fn exception(component: &str, kind: &str, message: &str) {
    warn!(
        name: event::EXCEPTION,
        target: "zeroth::model",
        {
            { attr::COMPONENT } = component,
            { attr::EXCEPTION_TYPE } = kind,
            { attr::EXCEPTION_MESSAGE } = message,
        },
        "model call failed"
    );
}

/// What went into a call and what came out, structured; `tracing` fields cannot be.
pub(super) fn inference_details(
    logger: &SdkLogger,
    attributes: Vec<KeyValue>,
    request: &ChatRequest,
    reply: &ChatReply,
) {
    let mut record = logger.create_log_record();
    record.set_event_name(event::INFERENCE_DETAILS);
    record.set_severity_number(Severity::Debug);
    record.set_severity_text("DEBUG");
    for KeyValue { key, value, .. } in attributes {
        record.add_attribute(key, messages::value_on_event(value));
    }
    record.add_attribute(attr::SYSTEM_INSTRUCTIONS, on_event(messages::instructions(request)));
    record.add_attribute(attr::INPUT_MESSAGES, on_event(messages::input(request)));
    record.add_attribute(attr::OUTPUT_MESSAGES, on_event(messages::output(reply)));
    logger.emit(record);
}

pub(super) fn telemetry_dropped(report: FlowReport) {
    warn!(
        target: OWN_TROUBLE,
        "telemetry is being lost: of {} {} were delivered, {} failed, {} found the queue full; {} The game goes on. (Said at \
         most once a minute.)",
        report.signal,
        report.exported,
        report.failed,
        report.refused,
        match report.way {
            Way::Out => "is the backend up?",
            Way::Kept => "the trace store cannot keep up, or its disk is full.",
        },
    );
}

/// One line for a reader: time, level, what happened, its fields, and the trace it belongs to.
struct Line;

impl<S, N> FormatEvent<S, N> for Line
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        #[expect(clippy::disallowed_methods, reason = "a log line is for people, and says when it was written")]
        let now = jiff::Zoned::now();
        write!(writer, "{} {:5} ", now.strftime("%H:%M:%S%.3f"), event.metadata().level())?;
        context.field_format().format_fields(writer.by_ref(), event)?;
        if let Some(trace) = current_trace() {
            write!(writer, " trace_id={trace}")?;
        }
        writeln!(writer)
    }
}

/// One JSON object a line, with the trace it belongs to.
struct JsonLine(Format<Json>);

impl<S, N> FormatEvent<S, N> for JsonLine
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
    FormattedFields<N>: Send + Sync,
{
    fn format_event(&self, context: &FmtContext<'_, S, N>, mut writer: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut line = String::new();
        self.0.format_event(context, Writer::new(&mut line), event)?;
        match (current_trace(), line.trim_end().strip_suffix('}')) {
            (Some(trace), Some(open)) => writeln!(writer, "{open},\"trace_id\":\"{trace}\"}}"),
            _ => writer.write_str(&line),
        }
    }
}

fn current_trace() -> Option<opentelemetry::TraceId> {
    Context::map_current(|context| context.has_active_span().then(|| context.span().span_context().trace_id()))
}
