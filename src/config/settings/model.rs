//! Who answers, how often it is tried, and what it may cost.

use super::{Setting, setting};

pub(super) const MODEL: &[Setting] = &[
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

pub(super) const RESILIENCE: &[Setting] = &[
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

pub(super) const BUDGETS: &[Setting] = &[
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
