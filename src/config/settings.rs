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
        if self.variable == "ZEROTH_SOLO" {
            // `zeroth play --solo` plays one.
            return Some("solo-game".to_owned());
        }
        let name = self.variable.strip_prefix("ZEROTH_").filter(|name| !name.ends_with("_KEY"))?;
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
    Group { title: "Retries and limits", settings: RESILIENCE },
    Group { title: "Budgets", settings: BUDGETS },
    Group { title: "Faults", settings: FAULTS },
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
        "ZEROTH_MAX_WAIT",
        "30s",
        "5s",
        "How long a request may wait at most while another turn of its session is played, when it asks for that with \
         `Prefer: wait=N`.",
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
        "The folder for what outlives a run: games, and the history of the terminal's lines.",
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
    setting("ZEROTH_SOLO", "enterprise", "mine", "The solo game to play: a file of `solo/`, without `.toml`."),
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
        "A folder whose `prompts/`, `campaigns/`, `scenarios/`, `solo/` and `characters/` win over those inside the binary.",
    ),
    setting(
        "ZEROTH_HISTORY_LINES",
        "15",
        "31",
        "How many lines of the conversation the model sees, besides the opening.",
    ),
    setting("ZEROTH_MESSAGE_LIMIT", "4000", "500", "The most characters that a player's message may have."),
    setting("ZEROTH_INPUT_LIMIT", "500", "200", "The most characters of an order in a solo game or a scenario."),
    setting(
        "ZEROTH_STATE_TURNS",
        "50",
        "10",
        "How many of the last turns and questions stand in the `state` of a solo game or a scenario.",
    ),
    setting(
        "ZEROTH_STORE",
        "sqlite; postgres with DATABASE_URL",
        "memory",
        "Where games are kept: `sqlite` (the file `sessions.db` in `ZEROTH_DATA_DIR`), `postgres`, or `memory`, which ends \
         with the program.",
    ),
    setting(
        "DATABASE_URL",
        "unset",
        "postgres://zeroth:secret@127.0.0.1:5432/zeroth",
        "The PostgreSQL database for games, best one of their own; several servers may share it. `?sslmode=require` \
         insists on TLS.",
    ),
    setting(
        "ZEROTH_STORE_MAX_MB",
        "no limit",
        "500",
        "How large the file of `sqlite` may become, in millions of bytes; no turn is kept beyond that.",
    ),
    setting("ZEROTH_MAX_SESSIONS", "10000", "200", "The most games kept at once."),
    setting(
        "ZEROTH_MAX_TURNS",
        "200",
        "50",
        "The most turns kept of one game, and the most alternatives to them; older ones are let go. It bounds what \
         `GET /sessions/{id}` and `/history` show, and, times `ZEROTH_MAX_SESSIONS`, the room that games take; not how long \
         a game may go on.",
    ),
    setting(
        "ZEROTH_SESSION_IDLE",
        "24h",
        "90m",
        "When there is no room for a new game, games that nobody played for this long make way.",
    ),
    setting("ZEROTH_SESSION_MAX_AGE", "2160h", "48h", "Games that nobody played for this long are let go in any case."),
];

const MODEL: &[Setting] = &[
    setting(
        "ZEROTH_MODEL",
        "by the keys that are set",
        "anthropic:claude-sonnet-4-6,openai:gpt-4o-mini,sim",
        "Who answers: `sim`, `anthropic:NAME` or `openai:NAME`; after a comma, who is asked when the one before does not \
         answer. Unset: Anthropic if its key is there, else OpenAI if its key is there, else the simulator.",
    ),
    setting("ZEROTH_MODEL_DIALOGUE", "as ZEROTH_MODEL", "openai:gpt-4o-mini,sim", "Who answers the player's turns."),
    setting(
        "ZEROTH_MODEL_CLASSIFIER",
        "as ZEROTH_MODEL",
        "anthropic:claude-haiku-4-5",
        "Who says whether a player asks or acts: one word, so a small model will do.",
    ),
    setting("ZEROTH_MODEL_GM_QA", "as ZEROTH_MODEL", "anthropic:claude-haiku-4-5", "Who answers a player's questions."),
    setting(
        "ZEROTH_MODEL_STORYTELLER_SINGLE",
        "as ZEROTH_MODEL",
        "openai:gpt-4o",
        "Who tells solo games, and asks for their dice.",
    ),
    setting("ZEROTH_MODEL_STORYTELLER_SCENARIO", "as ZEROTH_MODEL", "openai:gpt-4o-mini", "Who tells scenarios."),
    setting("ZEROTH_MODEL_GAME_SETUP", "as ZEROTH_MODEL", "sim", "Who words the setup of new games."),
    setting(
        "ZEROTH_STREAM",
        "true",
        "false",
        "Whether models are asked for their answers in pieces; `false` for servers and proxies that cannot.",
    ),
    setting("ANTHROPIC_API_KEY", "unset", "sk-ant-…", "The key for Anthropic."),
    setting("ANTHROPIC_BASE_URL", "https://api.anthropic.com", "http://127.0.0.1:8081", "Where Anthropic's API is."),
    setting("ANTHROPIC_VERSION", "2023-06-01", "2026-10-21", "The version of Anthropic's API."),
    setting(
        "ANTHROPIC_EXTRA_HEADERS",
        "unset",
        "x-gateway-key=secret",
        "More headers for Anthropic as `name=value,…`, percent-encoded; `authorization` takes the place of the key.",
    ),
    setting("OPENAI_API_KEY", "unset", "sk-…", "The key for OpenAI, or for whoever speaks its protocol."),
    setting(
        "OPENAI_BASE_URL",
        "https://api.openai.com/v1",
        "http://127.0.0.1:11434/v1",
        "Where OpenAI's API is, or another server that speaks it: Ollama, vLLM, LM Studio, llama.cpp.",
    ),
    setting(
        "OPENAI_EXTRA_HEADERS",
        "unset",
        "api-key=secret",
        "More headers for OpenAI, likewise; `authorization` and Azure's `api-key` take the place of the key.",
    ),
    setting(
        "ZEROTH_REASONING_EFFORT",
        "the model's own",
        "low",
        "How hard models think before they answer: `none`, `minimal`, `low`, `medium`, `high`, `xhigh` or `max`, as far as \
         the model knows it.",
    ),
    setting("ZEROTH_PRICES", "unset", "./prices.toml", "A file with prices that win over those inside the binary."),
    setting("ZEROTH_CONNECT_TIMEOUT", "5s", "2s", "The longest wait for a connection to a provider."),
    setting("ZEROTH_FIRST_TOKEN_TIMEOUT", "30s", "10s", "The longest wait for the first piece of a streamed answer."),
    setting("ZEROTH_IDLE_TIMEOUT", "15s", "5s", "The longest gap between two pieces of a streamed answer."),
    setting("ZEROTH_MODEL_TIMEOUT", "60s", "20s", "The longest that one attempt at a model call may take."),
    setting(
        "SSL_CERT_FILE",
        "the system's",
        "/etc/ssl/own.pem",
        "A file of certificates in PEM to trust instead of the system's.",
    ),
];

const RESILIENCE: &[Setting] = &[
    setting("ZEROTH_MAX_RETRIES", "2", "0", "How often a model is asked again when a failure may pass."),
    setting("ZEROTH_RETRY_FIRST_WAIT", "500ms", "100ms", "The wait before the first of these; it doubles each time."),
    setting("ZEROTH_RETRY_LONGEST_WAIT", "8s", "2s", "What it doubles up to."),
    setting(
        "ZEROTH_RETRY_AFTER_LIMIT",
        "20s",
        "60s",
        "The longest wait that a provider may ask for; when it wants more, the next model of the chain is asked at once.",
    ),
    setting("ZEROTH_RETRY_TOTAL", "45s", "15s", "For how long after the first attempt another one may begin."),
    setting("ZEROTH_BREAKER_FAILURES", "5", "3", "After how many failures in a row a model of a chain is left alone."),
    setting("ZEROTH_BREAKER_COOLDOWN", "30s", "2m", "For how long; then one call tries whether it is well again."),
    setting("ZEROTH_MAX_CALLS", "100", "10", "How many calls may be under way to each provider."),
    setting("ZEROTH_CALLS_PER_MINUTE", "unset", "50", "How many calls may begin in a minute to each provider."),
    setting("ZEROTH_CALL_PATIENCE", "10s", "2s", "How long a call waits for its turn at these two limits."),
];

const BUDGETS: &[Setting] = &[
    setting(
        "ZEROTH_BUDGET_SESSION_USD",
        "unset",
        "0.50",
        "The most that the model calls of one game may cost, in US dollars. The simulator's costs count like real ones. The \
         shared table has no such budget, since everyone plays there.",
    ),
    setting("ZEROTH_BUDGET_SESSION_TOKENS", "unset", "100000", "The most tokens they may use, in and out."),
    setting(
        "ZEROTH_BUDGET_TEAM_USD",
        "unset",
        "5.00",
        "The same for each team: everyone who sends the same header `X-Zeroth-Team`.",
    ),
    setting(
        "ZEROTH_TEAMS",
        "any name",
        "red,blue",
        "The teams that there are. Without it, whoever comes may name a team, and have its budget: list them where players \
         are strangers.",
    ),
    setting("ZEROTH_BUDGET_TEAM_TOKENS", "unset", "1000000", "The most tokens of each team."),
    setting(
        "ZEROTH_BUDGET_DAY_USD",
        "unset",
        "20.00",
        "The same for all calls of a day, which begins at midnight UTC.",
    ),
    setting("ZEROTH_BUDGET_DAY_TOKENS", "unset", "5000000", "The most tokens of a day."),
];

const FAULTS: &[Setting] = &[
    setting(
        "ZEROTH_FAULTS",
        "unset",
        "503*2,stall=20s@0.1",
        "Faults to put in front of the models, as `NAME[=VALUE][*TIMES][@PROBABILITY],…`; docs/faults.md lists them.",
    ),
    setting("ZEROTH_FAULT_SEED", "1", "7", "By which seed they are drawn."),
    setting(
        "ZEROTH_FAULT_COMPONENTS",
        "all but game_setup",
        "game_setup,dialogue",
        "Which parts of the game they hit.",
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
        "Whether it remembers their bodies, and with them the prompts: the last 64 MB of them.",
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_has_no_flag() {
        let secrets: Vec<&Setting> = all()
            .filter(|setting| setting.variable.ends_with("_KEY") || setting.variable.ends_with("HEADERS"))
            .collect();
        assert!(secrets.iter().any(|setting| setting.variable == "ZEROTH_SIM_KEY"));
        assert!(secrets.iter().all(|setting| setting.flag().is_none()), "{secrets:?}");
        assert_eq!(find("ZEROTH_SIM_PORT").and_then(Setting::flag).as_deref(), Some("sim-port"));
    }
}
