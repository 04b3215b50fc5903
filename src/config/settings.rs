//! The table of all settings: from it come the flags, `.env.example` and `docs/config.md`.

/// One thing that a user can set.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// The environment variable.
    pub variable: &'static str,
    /// What it is set to when nobody sets it, for a reader.
    pub default: &'static str,
    /// A value that works.
    pub example: &'static str,
    /// What it does, in one sentence or two.
    pub help: &'static str,
}

impl Setting {
    /// The long flag without its dashes; only our own variables have one. Secrets have none: command lines are public.
    pub fn flag(&self) -> Option<String> {
        if self.variable == "ZEROTH_VERSION" {
            // `--version` prints the program's own.
            return Some("service-version".to_owned());
        }
        let name = self.variable.strip_prefix("ZEROTH_")?;
        Some(name.to_lowercase().replace('_', "-"))
    }
}

/// Settings that belong together.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// A heading.
    pub title: &'static str,
    /// The settings.
    pub settings: &'static [Setting],
}

const fn setting(variable: &'static str, default: &'static str, example: &'static str, help: &'static str) -> Setting {
    Setting { variable, default, example, help }
}

/// The setting of this variable.
pub(super) fn find(variable: &str) -> Option<&'static Setting> {
    all().find(|setting| setting.variable == variable)
}

/// Every setting, in the order of the documentation.
pub fn all() -> impl Iterator<Item = &'static Setting> {
    GROUPS.iter().flat_map(|group| group.settings)
}

/// Every setting, by group.
pub const GROUPS: &[Group] = &[
    Group { title: "Server", settings: SERVER },
    Group { title: "Game", settings: GAME },
    Group { title: "Model", settings: MODEL },
    Group { title: "Simulator", settings: SIMULATOR },
    Group { title: "Telemetry", settings: TELEMETRY },
    Group { title: "OpenTelemetry", settings: OPENTELEMETRY },
];

const SERVER: &[Setting] = &[
    setting(
        "ZEROTH_HOST",
        "127.0.0.1",
        "0.0.0.0",
        "The address to listen on. Loopback only, unless you say otherwise.",
    ),
    setting("ZEROTH_PORT", "5050", "8080", "The port to listen on; 0 takes a free one."),
    setting("ZEROTH_BODY_LIMIT", "65536", "16384", "The most bytes that a request body may have."),
    setting(
        "ZEROTH_MAX_TURNS_AT_ONCE",
        "1000",
        "50",
        "How many turns may be played at once, new games included; requests beyond that are answered with 503 before any \
         work is done.",
    ),
    setting(
        "ZEROTH_SHUTDOWN_TIMEOUT",
        "10s",
        "30s",
        "How long turns under way may go on after SIGTERM or Ctrl-C, and how long the last telemetry may take after that.",
    ),
    setting(
        "ZEROTH_DATA_DIR",
        "~/.local/share/zeroth",
        "./data",
        "The folder for what outlives a run: the history of the terminal's lines.",
    ),
    setting("NO_COLOR", "unset", "1", "Set to anything, the terminal shows no colours."),
];

const GAME: &[Setting] = &[
    setting(
        "ZEROTH_CAMPAIGN",
        "enterprise",
        "lighthouse",
        "The story to play: a file of `campaigns/`, without `.toml`.",
    ),
    setting(
        "ZEROTH_TEAM",
        "default",
        "table-7",
        "Whose budget pays for a game in the terminal; over HTTP the header `X-Zeroth-Team` says it.",
    ),
    setting(
        "ZEROTH_CONTENT_DIR",
        "unset",
        "./content",
        "A folder whose `prompts/` and `campaigns/` win over the files inside the binary.",
    ),
    setting(
        "ZEROTH_HISTORY_LINES",
        "15",
        "31",
        "How many lines of the conversation the model sees, besides the opening.",
    ),
    setting("ZEROTH_MESSAGE_LIMIT", "4000", "500", "The most characters that a player's message may have."),
    setting("ZEROTH_MAX_SESSIONS", "10000", "200", "The most games kept at once."),
    setting(
        "ZEROTH_MAX_TURNS",
        "200",
        "50",
        "The most turns kept of one game; older ones are let go. It bounds what `GET /sessions/{id}` and `/history` show, \
         and, times `ZEROTH_MAX_SESSIONS`, the memory that games take; not how long a game may go on.",
    ),
    setting(
        "ZEROTH_SESSION_IDLE",
        "24h",
        "90m",
        "When there is no room for a new game, games that nobody played for this long make way.",
    ),
];

const MODEL: &[Setting] = &[
    setting(
        "ZEROTH_MODEL",
        "by the keys that are set",
        "anthropic:claude-sonnet-4-6",
        "Who answers: `sim`, `anthropic:NAME` or `openai:NAME`. Unset: Anthropic if its key is there, else OpenAI if its \
         key is there, else the simulator.",
    ),
    setting("ANTHROPIC_API_KEY", "unset", "sk-ant-…", "The key for Anthropic."),
    setting("ANTHROPIC_BASE_URL", "https://api.anthropic.com", "http://127.0.0.1:8081", "Where Anthropic's API is."),
    setting("ANTHROPIC_VERSION", "2023-06-01", "2026-10-21", "The version of Anthropic's API."),
    setting("OPENAI_API_KEY", "unset", "sk-…", "The key for OpenAI, or for whoever speaks its protocol."),
    setting(
        "OPENAI_BASE_URL",
        "https://api.openai.com/v1",
        "http://127.0.0.1:11434/v1",
        "Where OpenAI's API is, or another server that speaks it: Ollama, vLLM, LM Studio, llama.cpp.",
    ),
    setting("ZEROTH_PRICES", "unset", "./prices.toml", "A file with prices that win over those inside the binary."),
    setting("ZEROTH_CONNECT_TIMEOUT", "5s", "2s", "The longest wait for a connection to a provider."),
    setting("ZEROTH_FIRST_TOKEN_TIMEOUT", "30s", "10s", "The longest wait for the first piece of a streamed answer."),
    setting("ZEROTH_IDLE_TIMEOUT", "15s", "5s", "The longest gap between two pieces of a streamed answer."),
    setting("ZEROTH_MODEL_TIMEOUT", "60s", "20s", "The longest that one model call may take."),
    setting(
        "SSL_CERT_FILE",
        "the system's",
        "/etc/ssl/own.pem",
        "A file of certificates in PEM to trust instead of the system's.",
    ),
];

const SIMULATOR: &[Setting] = &[
    setting(
        "ZEROTH_SIM_SPEED",
        "real",
        "instant",
        "How fast the simulator answers: `real`, `instant`, or a factor such as `2x`.",
    ),
    setting("ZEROTH_SIM_SEED", "1", "7", "The seed: the same seed and conversation give the same answers."),
    setting(
        "ZEROTH_SIM_LOAD",
        "0.0005",
        "0",
        "How much longer the simulator takes for each other call that is under way: 0.01 makes it twice as slow for a \
         hundred.",
    ),
    setting("ZEROTH_SIM_HOST", "127.0.0.1", "0.0.0.0", "The address on which `zeroth sim` serves the simulator."),
    setting("ZEROTH_SIM_PORT", "5051", "8081", "The port on which `zeroth sim` serves it; 0 takes a free one."),
    setting("ZEROTH_SIM_KEY", "unset", "secret", "The key that `zeroth sim` wants. Unset: any key, or none."),
    setting(
        "ZEROTH_SIM_FAULTS",
        "unset",
        "503*2,stall=5s@0.1",
        "What goes wrong in `zeroth sim`: `NAME[=VALUE][*TIMES][@PROBABILITY]`, with commas between. `GET /admin/faults` \
         lists the names, `PUT` changes the rules while it runs; the header `X-Zeroth-Fault` and the name of a model \
         (`gpt-4o-mini+503`) do it for one request.",
    ),
    setting("ZEROTH_SIM_FAULT_SEED", "1", "7", "The seed by which faults with a probability are drawn."),
    setting(
        "ZEROTH_SIM_RPM",
        "unset",
        "60",
        "How many requests per minute `zeroth sim` lets in, for each key and model. Unset: nothing is refused.",
    ),
    setting(
        "ZEROTH_SIM_TPM",
        "unset",
        "20000",
        "How many tokens per minute; at Anthropic's paths of those that go in, and a fifth of it of those that come out.",
    ),
    setting("ZEROTH_SIM_JOURNAL", "1000", "50", "How many requests `GET /admin/journal` of `zeroth sim` remembers."),
    setting(
        "ZEROTH_SIM_JOURNAL_CONTENT",
        "false",
        "true",
        "Whether it remembers their bodies, and with them the prompts.",
    ),
];

const TELEMETRY: &[Setting] = &[
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
    ),
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

const OPENTELEMETRY: &[Setting] = &[
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
