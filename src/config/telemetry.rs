//! OpenTelemetry's variables, including those that the SDK leaves to the application.

use std::collections::BTreeMap;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::SecretString;

use crate::observe::{
    BatchLimits, Capture, Compression, Config, Console, Export, LogConfig, LogFormat, MetricNames, Otlp, Propagator,
    Protocol, Sampling, Temporality,
};

use super::source::Reader;

/// The outer ring, or nothing when it is switched off.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<Config> {
    let disabled = reader.choice("OTEL_SDK_DISABLED", false, &[("true", true), ("false", false)]);
    let mut resource: BTreeMap<String, String> = reader
        .read("OTEL_RESOURCE_ATTRIBUTES", BTreeMap::new(), |text| pairs(text).map(|pairs| pairs.into_iter().collect()));
    let named = resource.remove("service.name");
    let config = Config {
        service_name: reader.text("OTEL_SERVICE_NAME").map(str::to_owned).or(named).unwrap_or("zeroth".to_owned()),
        service_version: version(reader),
        resource,
        traces: export(reader, &Signal::TRACES),
        metrics: export(reader, &Signal::METRICS),
        logs: export(reader, &Signal::LOGS),
        console: Console::default(),
        metric_interval: reader.millis("OTEL_METRIC_EXPORT_INTERVAL", Duration::from_secs(60)),
        temporality: reader.choice(
            "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
            Temporality::Cumulative,
            &[
                ("cumulative", Temporality::Cumulative),
                ("delta", Temporality::Delta),
                ("lowmemory", Temporality::LowMemory),
            ],
        ),
        span_batch: batch(reader, "OTEL_BSP", Duration::from_secs(5)),
        log_batch: batch(reader, "OTEL_BLRP", Duration::from_secs(1)),
        sampling: sampling(reader),
        metric_names: reader.choice(
            "ZEROTH_METRIC_NAMES",
            MetricNames::Both,
            &[("both", MetricNames::Both), ("current", MetricNames::Current), ("legacy", MetricNames::Legacy)],
        ),
        capture: capture(reader),
        kept_content: reader.choice("ZEROTH_TRACES_CONTENT", true, &[("true", true), ("false", false)]),
        propagators: propagators(reader),
        attribute_value_limit: limit(reader, "ATTRIBUTE_VALUE_LENGTH_LIMIT"),
        attribute_count_limit: limit(reader, "ATTRIBUTE_COUNT_LIMIT").unwrap_or(128),
    };
    (!disabled).then_some(config)
}

/// Log lines, which are there with or without the outer ring.
pub(super) fn read_logs(reader: &mut Reader<'_>) -> LogConfig {
    LogConfig {
        filter: reader.text("ZEROTH_LOG").map(str::to_owned),
        format: reader.choice(
            "ZEROTH_LOG_FORMAT",
            LogFormat::Text,
            &[("text", LogFormat::Text), ("json", LogFormat::Json)],
        ),
    }
}

/// The program's version: what the user says, else the commit it was built from, else the package's version.
pub(super) fn version(reader: &Reader<'_>) -> String {
    let built = option_env!("ZEROTH_GIT_SHA").map(|sha| format!("git-{sha}"));
    let said = reader.first(&["ZEROTH_VERSION", "ASIMOV_AGENT_VERSION"]).map(str::to_owned);
    said.or(built).unwrap_or_else(|| env!("CARGO_PKG_VERSION").to_owned())
}

/// The names of one signal in variables and paths.
struct Signal {
    exporter: &'static str,
    infix: &'static str,
    path: &'static str,
}

impl Signal {
    const TRACES: Self = Self { exporter: "OTEL_TRACES_EXPORTER", infix: "TRACES_", path: "v1/traces" };
    const METRICS: Self = Self { exporter: "OTEL_METRICS_EXPORTER", infix: "METRICS_", path: "v1/metrics" };
    const LOGS: Self = Self { exporter: "OTEL_LOGS_EXPORTER", infix: "LOGS_", path: "v1/logs" };

    /// The variable for this signal if it is set, else the one for all signals.
    fn variable(&self, reader: &Reader<'_>, name: &str) -> String {
        let own = format!("OTEL_EXPORTER_OTLP_{}{name}", self.infix);
        if reader.text(&own).is_some() { own } else { format!("OTEL_EXPORTER_OTLP_{name}") }
    }
}

#[derive(Clone, Copy)]
enum Exporter {
    Otlp,
    Console,
    None,
}

fn export(reader: &mut Reader<'_>, signal: &Signal) -> Export {
    let names = [("otlp", Exporter::Otlp), ("console", Exporter::Console), ("none", Exporter::None)];
    // Metrics can always be scraped; to ask for only that is to ask for no export.
    let prometheus = (signal.infix == "METRICS_").then_some(("prometheus", Exporter::None));
    let names: Vec<(&str, Exporter)> = names.into_iter().chain(prometheus).collect();
    let endpoint_given = reader.text(&signal.variable(reader, "ENDPOINT")).is_some();
    let by_default =
        if endpoint_given || reader.text("OTLP_ENDPOINT").is_some() { Exporter::Otlp } else { Exporter::None };
    match reader.choice(signal.exporter, by_default, &names) {
        Exporter::None => Export::Off,
        Exporter::Console => Export::Console,
        Exporter::Otlp => Export::Otlp(otlp(reader, signal)),
    }
}

fn otlp(reader: &mut Reader<'_>, signal: &Signal) -> Otlp {
    let protocol = signal.variable(reader, "PROTOCOL");
    let protocol = reader.choice(
        &protocol,
        Protocol::HttpProtobuf,
        &[("http/protobuf", Protocol::HttpProtobuf), ("http/json", Protocol::HttpJson), ("grpc", Protocol::Grpc)],
    );
    let (timeout, compression) = (signal.variable(reader, "TIMEOUT"), signal.variable(reader, "COMPRESSION"));
    Otlp {
        endpoint: endpoint(reader, signal, protocol),
        protocol,
        headers: headers(reader, signal),
        compression: reader.choice(
            &compression,
            Compression::None,
            &[("none", Compression::None), ("gzip", Compression::Gzip)],
        ),
        timeout: reader.millis(&timeout, Duration::from_secs(10)),
    }
}

fn endpoint(reader: &mut Reader<'_>, signal: &Signal, protocol: Protocol) -> String {
    let default = if protocol == Protocol::Grpc { "http://localhost:4317" } else { "http://localhost:4318" };
    let mut variable = signal.variable(reader, "ENDPOINT");
    if reader.text(&variable).is_none() && reader.text("OTLP_ENDPOINT").is_some() {
        "OTLP_ENDPOINT".clone_into(&mut variable);
    }
    let whole = variable.contains(signal.infix) || protocol == Protocol::Grpc;
    reader.read(&variable, address(default, signal, whole).unwrap_or_default(), |text| address(text, signal, whole))
}

/// The address that `text` means for `signal`: itself, or the signal's path below it.
fn address(text: &str, signal: &Signal, whole: bool) -> Result<String, String> {
    let url = text.parse::<reqwest::Url>().ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    let mut url = url.ok_or_else(|| "is not an address with http:// or https://".to_owned())?;
    if whole {
        return Ok(text.to_owned());
    }
    let path = format!("{}/{}", url.path().trim_end_matches('/'), signal.path);
    url.set_path(&path);
    Ok(url.to_string())
}

fn headers(reader: &mut Reader<'_>, signal: &Signal) -> Vec<(String, SecretString)> {
    let variable = signal.variable(reader, "HEADERS");
    let headers = reader.read(&variable, Vec::new(), pairs);
    let mut headers: Vec<(String, SecretString)> =
        headers.into_iter().map(|(name, value)| (name.to_lowercase(), value.into())).collect();
    if !headers.iter().any(|(name, _)| name == "authorization") {
        let original = reader.read("OTLP_HEADERS", None, |text| basic(text).map(Some));
        headers.extend(original.map(|value| ("authorization".to_owned(), value)));
    }
    headers
}

/// The Python original's credentials: base64 of `instance:token`, with or without `Basic` before it.
fn basic(text: &str) -> Result<SecretString, String> {
    let encoded = text.strip_prefix("Basic ").unwrap_or(text).trim();
    let decoded = STANDARD.decode(encoded).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    match decoded {
        Some(pair) if pair.contains(':') => Ok(format!("Basic {encoded}").into()),
        _ => Err("is not base64 of `instance:token`".to_owned()),
    }
}

fn batch(reader: &mut Reader<'_>, prefix: &str, delay: Duration) -> BatchLimits {
    let queue = reader.number(&format!("{prefix}_MAX_QUEUE_SIZE"), 2048, 1, 10_000_000);
    BatchLimits {
        queue,
        batch: reader.number(&format!("{prefix}_MAX_EXPORT_BATCH_SIZE"), 512, 1, 10_000_000).min(queue),
        delay: reader.millis(&format!("{prefix}_SCHEDULE_DELAY"), delay),
    }
}

fn sampling(reader: &mut Reader<'_>) -> Sampling {
    let ratio = reader.number("OTEL_TRACES_SAMPLER_ARG", 1.0, 0.0, 1.0);
    reader.choice(
        "OTEL_TRACES_SAMPLER",
        Sampling::ParentOr(1.0),
        &[
            ("always_on", Sampling::Ratio(1.0)),
            ("always_off", Sampling::Ratio(0.0)),
            ("traceidratio", Sampling::Ratio(ratio)),
            ("parentbased_always_on", Sampling::ParentOr(1.0)),
            ("parentbased_always_off", Sampling::ParentOr(0.0)),
            ("parentbased_traceidratio", Sampling::ParentOr(ratio)),
        ],
    )
}

fn capture(reader: &mut Reader<'_>) -> Capture {
    reader.choice(
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
        Capture::NoContent,
        &[
            ("NO_CONTENT", Capture::NoContent),
            ("SPAN_ONLY", Capture::SpanOnly),
            ("EVENT_ONLY", Capture::EventOnly),
            ("SPAN_AND_EVENT", Capture::SpanAndEvent),
            ("true", Capture::SpanAndEvent),
            ("false", Capture::NoContent),
        ],
    )
}

fn propagators(reader: &mut Reader<'_>) -> Vec<Propagator> {
    let default = vec![Propagator::TraceContext, Propagator::Baggage];
    reader.read("OTEL_PROPAGATORS", default, |text| {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty() && *name != "none");
        let read = names.map(|name| match name {
            "tracecontext" => Ok(Propagator::TraceContext),
            "baggage" => Ok(Propagator::Baggage),
            _ => Err("may name tracecontext, baggage or none".to_owned()),
        });
        read.collect()
    })
}

/// A limit for spans: its own variable wins over the general one.
fn limit<T>(reader: &mut Reader<'_>, name: &str) -> Option<T>
where
    T: std::str::FromStr + Copy,
{
    let (general, own) = (format!("OTEL_{name}"), format!("OTEL_SPAN_{name}"));
    let read = |text: &str| text.parse::<T>().map(Some).map_err(|_| "is not a whole number".to_owned());
    let general = reader.read(&general, None, read);
    reader.read(&own, general, read)
}

/// `name=value,…` with percent-encoded values, as OpenTelemetry writes headers and resource attributes.
pub(super) fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
    let pairs = items.map(|item| match item.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_owned(), decoded(value.trim())?)),
        _ => Err("is not a list of name=value".to_owned()),
    });
    pairs.collect()
}

fn decoded(text: &str) -> Result<String, String> {
    let malformed = || "has a value that is not percent-encoded UTF-8".to_owned();
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digits = [rest.next().ok_or_else(malformed)?, rest.next().ok_or_else(malformed)?];
            let digits = str::from_utf8(&digits).map_err(|_| malformed())?;
            bytes.push(u8::from_str_radix(digits, 16).map_err(|_| malformed())?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).map_err(|_| malformed())
}
