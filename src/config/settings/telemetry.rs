//! What is told, kept and sent.

use super::{Setting, setting};

pub(super) const TRACES: &[Setting] = &[
    setting(
        "ZEROTH_TRACES",
        "file",
        "memory",
        "Where telemetry is kept to be looked at, our own and what other programs send: `file` (`traces.db` in the data \
         folder), `memory` (until the program ends) or `off`.",
    ),
    setting(
        "ZEROTH_TRACES_MAX_MB",
        "4000",
        "500",
        "How large it may become, in millions of bytes; the oldest make room.",
    ),
    setting("ZEROTH_TRACES_MAX_AGE", "168h", "24h", "How long spans, log records and metric points are kept."),
    setting(
        "ZEROTH_TRACES_SUMS_MAX_AGE",
        "8760h",
        "720h",
        "How long the sums by the hour are kept that dashboards are drawn from; those by the minute at most 336h of it.",
    ),
    setting(
        "ZEROTH_TRACES_CONTENT",
        "true",
        "false",
        "Whether our own words of players and models are kept there. What leaves the machine is decided by \
         `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT`.",
    ),
    setting(
        "ZEROTH_IMPORT_TOKEN",
        "unset",
        "correct-horse-battery-staple",
        "What `zeroth import --to` shows to the server that it names, as `Authorization: Bearer …`. `ZEROTH_TOKEN` is shown to \
         servers on this machine, and to the one that keeps its traces in the same folder; to nobody else.",
    )
    .secret(),
    setting(
        "ZEROTH_OTLP_HTTP",
        "unset",
        "4318",
        "A further port for telemetry, on the server's address, or an address and port: 4318 is where senders of OTLP over \
         HTTP try when nobody tells them. The server's own port takes it too.",
    ),
    setting(
        "ZEROTH_OTLP_GRPC",
        "unset",
        "4317",
        "Likewise: 4317 is where those try who speak gRPC. Every port that takes telemetry takes both.",
    ),
    setting(
        "ZEROTH_TRACES_QUEUE_MB",
        "32",
        "128",
        "How much may wait to be written; whoever sends more is asked to come again.",
    ),
    setting(
        "ZEROTH_TRACES_MESSAGE_MB",
        "16",
        "64",
        "How large one OTLP message may be, before and after it is unpacked.",
    ),
];

pub(super) const TELEMETRY: &[Setting] = &[
    setting("ZEROTH_LOG", "warn,zeroth=info; off in `play`", "debug", "Which log lines appear on standard error."),
    setting("ZEROTH_LOG_FORMAT", "text", "json", "How they look: `text` or `json`."),
    setting(
        "ZEROTH_METRIC_NAMES",
        "both",
        "current",
        "Under which names model metrics appear: those of today's conventions (`current`), those that older dashboards \
         query (`legacy`), or side by side (`both`).",
    ),
    setting(
        "ZEROTH_VERSION",
        "git-<commit>",
        "1.4.0",
        "The value of `service.version`. `ASIMOV_AGENT_VERSION` means the same.",
    )
    // `--version` prints the program's own.
    .called("service-version"),
    setting(
        "OTLP_ENDPOINT",
        "unset",
        "https://otlp-gateway-prod-eu-west-0.grafana.net/otlp",
        "The Python original's name of `OTEL_EXPORTER_OTLP_ENDPOINT`; over HTTP.",
    ),
    setting(
        "OTLP_HEADERS",
        "unset",
        "MTIzNDU2OmdsY18…",
        "Its credentials: base64 of `instance:token`, sent as `Authorization: Basic …`.",
    ),
];

pub(super) const OPENTELEMETRY: &[Setting] = &[
    setting(
        "OTEL_SDK_DISABLED",
        "false",
        "true",
        "Switches all telemetry off: spans, `/metrics`, and the log lines about games and turns.",
    ),
    setting(
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "unset",
        "http://127.0.0.1:4318",
        "The backend for spans, metrics and logs. With `_TRACES_`, `_METRICS_` or `_LOGS_` before `ENDPOINT`, the whole \
         address for that signal. Without any, nothing is sent.",
    ),
    setting(
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "http/protobuf",
        "grpc",
        "`http/protobuf`, `http/json` or `grpc`; also per signal.",
    ),
    setting(
        "OTEL_EXPORTER_OTLP_HEADERS",
        "unset",
        "authorization=Basic%20…",
        "Headers as `name=value,…`, percent-encoded; also per signal.",
    ),
    setting(
        "OTEL_EXPORTER_OTLP_TIMEOUT",
        "10000",
        "3000",
        "The longest that one export may take, in milliseconds; also per signal.",
    ),
    setting("OTEL_EXPORTER_OTLP_COMPRESSION", "none", "gzip", "`none` or `gzip`; also per signal."),
    setting(
        "OTEL_TRACES_EXPORTER",
        "otlp with an endpoint, else none",
        "console",
        "One of `otlp`, `console` (trees for humans, on standard error) and `none`.",
    ),
    setting(
        "OTEL_METRICS_EXPORTER",
        "otlp with an endpoint, else none",
        "console",
        "Likewise; `/metrics` is there in any case (`prometheus` means just that).",
    ),
    setting("OTEL_LOGS_EXPORTER", "otlp with an endpoint, else none", "none", "Likewise."),
    setting("OTEL_SERVICE_NAME", "zeroth", "zeroth-stage", "The value of `service.name`."),
    setting(
        "OTEL_RESOURCE_ATTRIBUTES",
        "unset",
        "deployment.environment.name=stage",
        "More resource attributes, `name=value,…`.",
    ),
    setting(
        "OTEL_PROPAGATORS",
        "tracecontext,baggage",
        "tracecontext",
        "How trace context travels: `tracecontext`, `baggage`, `none`.",
    ),
    setting(
        "OTEL_TRACES_SAMPLER",
        "parentbased_always_on",
        "parentbased_traceidratio",
        "Which traces are kept; with `OTEL_TRACES_SAMPLER_ARG` for the ratio.",
    ),
    setting("OTEL_TRACES_SAMPLER_ARG", "1.0", "0.1", "The ratio for the samplers that take one."),
    setting("OTEL_METRIC_EXPORT_INTERVAL", "60000", "10000", "How often metrics are sent, in milliseconds."),
    setting(
        "OTEL_BSP_MAX_QUEUE_SIZE",
        "2048",
        "8192",
        "How many spans may wait for export; more are dropped and counted.",
    ),
    setting("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "512", "1024", "How many spans are sent at once."),
    setting("OTEL_BSP_SCHEDULE_DELAY", "5000", "1000", "How long spans wait for company, in milliseconds."),
    setting(
        "OTEL_BLRP_MAX_QUEUE_SIZE",
        "2048",
        "8192",
        "How many log records may wait for export; more are dropped and counted.",
    ),
    setting("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", "512", "1024", "How many log records are sent at once."),
    setting("OTEL_BLRP_SCHEDULE_DELAY", "1000", "500", "How long log records wait for company, in milliseconds."),
    setting(
        "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
        "no limit",
        "4096",
        "Longer text attributes of spans are cut to this many characters; `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT` wins.",
    ),
    setting(
        "OTEL_ATTRIBUTE_COUNT_LIMIT",
        "128",
        "64",
        "The most attributes of one span; `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT` wins.",
    ),
    setting(
        "OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE",
        "cumulative",
        "delta",
        "`cumulative`, `delta` or `lowmemory`.",
    ),
    setting(
        "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT",
        "NO_CONTENT",
        "SPAN_ONLY",
        "Whether the words of players and models are recorded: `NO_CONTENT`, `SPAN_ONLY`, `EVENT_ONLY` or \
         `SPAN_AND_EVENT`. `true` means `SPAN_AND_EVENT`.",
    ),
];
