//! Metrics: their names, units and buckets.

use Instrument::{Counter, Gauge, Histogram, UpDownCounter};

/// What a metric measures, and how.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name.
    pub name: &'static str,
    /// How it counts.
    pub instrument: Instrument,
    /// Its unit (UCUM).
    pub unit: &'static str,
    /// What it is.
    pub description: &'static str,
    /// Which names it belongs to.
    pub names: Names,
}

/// How a metric counts.
#[derive(Debug, Clone, Copy)]
pub enum Instrument {
    /// Goes up.
    Counter,
    /// Goes up and down.
    UpDownCounter,
    /// Is what it is when somebody looks.
    Gauge,
    /// A distribution in these buckets.
    Histogram(&'static [f64]),
}

/// Where a metric's name comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Today's conventions.
    Current,
    /// What dashboards of 2025 query.
    Legacy,
    /// Stable conventions and our own: always there.
    Always,
}

/// Seconds of a model call.
const CALL_SECONDS: &[f64] = &[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
/// Tokens of a model call.
const TOKENS: &[f64] =
    &[1., 4., 16., 64., 256., 1024., 4096., 16384., 65536., 262_144., 1_048_576., 4_194_304., 16_777_216., 67_108_864.];
/// Seconds of a turn.
const AGENT_SECONDS: &[f64] = &[0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6];
/// Seconds of a workflow.
const WORKFLOW_SECONDS: &[f64] = &[1., 5., 10., 30., 60., 120., 300., 600., 1800., 3600., 7200.];
/// Calls of a turn.
const CALLS: &[f64] = &[1., 2., 4., 8., 16., 32., 64., 128.];
/// Seconds of an HTTP request.
const HTTP_SECONDS: &[f64] = &[0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1., 2.5, 5., 7.5, 10.];

/// Seconds of a question to a database.
const DB_SECONDS: &[f64] = &[0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1., 5., 10.];

macro_rules! metrics {
    ($($constant:ident = $name:literal, $instrument:expr, $unit:literal, $names:ident, $description:literal;)+) => {
        $(
            #[doc = $description]
            pub const $constant: Metric = Metric {
                name: $name,
                instrument: $instrument,
                unit: $unit,
                description: $description,
                names: Names::$names,
            };
        )+

        /// All of them.
        pub const ALL: &[Metric] = &[$($constant),+];
    };
}

metrics! {
    INFERENCE_DURATION = "gen_ai.client.inference.duration", Histogram(CALL_SECONDS), "s", Current,
        "How long model calls took.";
    TIME_TO_FIRST_CHUNK = "gen_ai.client.inference.time_to_first_chunk", Histogram(CALL_SECONDS), "s", Current,
        "How long streamed calls took to their first piece.";
    TIME_PER_OUTPUT_CHUNK = "gen_ai.client.inference.time_per_output_chunk", Histogram(CALL_SECONDS), "s", Current,
        "The time between the pieces of streamed answers.";
    INPUT_TOKENS = "gen_ai.client.inference.usage.input_tokens", Counter, "{token}", Current,
        "Tokens that went in, cached ones included.";
    OUTPUT_TOKENS = "gen_ai.client.inference.usage.output_tokens", Counter, "{token}", Current,
        "Tokens that came out, reasoning included.";
    CACHE_READ_TOKENS = "gen_ai.client.inference.usage.cache_read.input_tokens", Counter, "{token}", Current,
        "Input tokens that came from the provider's cache.";
    CACHE_WRITE_TOKENS = "gen_ai.client.inference.usage.cache_write.input_tokens", Counter, "{token}", Current,
        "Input tokens that went into the provider's cache.";
    REASONING_TOKENS = "gen_ai.client.inference.usage.reasoning.output_tokens", Counter, "{token}", Current,
        "Output tokens that were reasoning.";
    CALL_INPUT_TOKENS = "gen_ai.client.inference.operation.input_tokens", Histogram(TOKENS), "{token}", Current,
        "Input tokens of each call.";
    CALL_OUTPUT_TOKENS = "gen_ai.client.inference.operation.output_tokens", Histogram(TOKENS), "{token}", Current,
        "Output tokens of each call.";
    AGENT_DURATION = "gen_ai.invoke_agent.duration", Histogram(AGENT_SECONDS), "s", Current,
        "How long the storyteller's turns took.";
    AGENT_INFERENCE_CALLS = "gen_ai.invoke_agent.inference_calls", Histogram(CALLS), "{inference_call}", Current,
        "Model calls of each turn, failed ones included.";
    EMBEDDINGS_DURATION = "gen_ai.client.embeddings.duration", Histogram(CALL_SECONDS), "s", Current,
        "How long calls for vectors took.";
    EMBEDDINGS_INPUT_TOKENS = "gen_ai.client.embeddings.operation.input_tokens", Histogram(TOKENS), "{token}", Current,
        "Input tokens of each call for vectors.";
    WORKFLOW_DURATION = "gen_ai.invoke_workflow.duration", Histogram(WORKFLOW_SECONDS), "s", Current,
        "How long it took to word a game's setup.";
    LEGACY_OPERATION_DURATION = "gen_ai.client.operation.duration", Histogram(CALL_SECONDS), "s", Legacy,
        "How long model calls took, under the name of conventions up to 1.41.";
    LEGACY_TOKEN_USAGE = "gen_ai.client.token.usage", Histogram(TOKENS), "{token}", Legacy,
        "Tokens of each call by gen_ai.token.type, under the name of conventions up to 1.41.";
    LEGACY_TIME_TO_FIRST_CHUNK = "gen_ai.client.operation.time_to_first_chunk", Histogram(CALL_SECONDS), "s", Legacy,
        "Time to the first piece, under the name of conventions up to 1.41.";
    LEGACY_TIME_PER_OUTPUT_CHUNK = "gen_ai.client.operation.time_per_output_chunk", Histogram(CALL_SECONDS), "s",
        Legacy, "Time between pieces, under the name of conventions up to 1.41.";
    ORIGINAL_TIME_TO_FIRST_TOKEN = "gen_ai.client.time_to_first_token", Histogram(CALL_SECONDS), "s", Legacy,
        "Time to the first piece, under the Python demo's name.";
    ORIGINAL_TOOL_CALLS = "gen_ai.client.tool_calls_per_operation", Histogram(CALLS), "{tool_call}", Legacy,
        "Tool calls of each model call, under the Python demo's name.";
    HTTP_SERVER_DURATION = "http.server.request.duration", Histogram(HTTP_SECONDS), "s", Always,
        "How long HTTP requests took, to the end of the answer's body.";
    HTTP_SERVER_ACTIVE = "http.server.active_requests", UpDownCounter, "{request}", Always,
        "HTTP requests being answered now.";
    HTTP_CLIENT_DURATION = "http.client.request.duration", Histogram(HTTP_SECONDS), "s", Always,
        "How long HTTP attempts towards providers took.";
    DB_DURATION = "db.client.operation.duration", Histogram(DB_SECONDS), "s", Always,
        "How long questions to the database of games took.";
    COST = "zeroth.cost.usd", Counter, "{USD}", Always,
        "US dollars, real or simulated (see zeroth.cost.simulated).";
    RETRIES = "zeroth.model.retries", Counter, "{retry}", Always,
        "Attempts that failed and were followed by another, by the failure's error.type.";
    FALLBACKS = "zeroth.model.fallbacks", Counter, "{fallback}", Always,
        "Calls that went on to another model, by the error.type of the one that did not answer.";
    FAULTS = "zeroth.model.faults", Counter, "{fault}", Always,
        "Faults that were put in on purpose.";
    BUDGET_SPENT_USD = "zeroth.budget.spent.usd", Gauge, "{USD}", Always,
        "US dollars spent today and by each team, simulated ones included.";
    BUDGET_REMAINING_USD = "zeroth.budget.remaining.usd", Gauge, "{USD}", Always,
        "US dollars left, where there is a ceiling.";
    BUDGET_SPENT_TOKENS = "zeroth.budget.spent.tokens", Gauge, "{token}", Always,
        "Tokens used today and by each team, in and out.";
    BUDGET_REMAINING_TOKENS = "zeroth.budget.remaining.tokens", Gauge, "{token}", Always,
        "Tokens left, where there is a ceiling.";
    TURNS = "zeroth.turns", Counter, "{turn}", Always,
        "Turns, with error.type where they failed; in games for one player by zeroth.turn.nature, of which only turn counts.";
    CHECKS = "zeroth.checks", Counter, "{check}", Always,
        "Checks and saves that were rolled, by zeroth.skill and zeroth.roll.outcome.";
    DELTAS_REJECTED = "zeroth.deltas.rejected", Counter, "{delta}", Always,
        "Changes of the state that storytellers of solo games asked for and did not get, by zeroth.delta.reason.";
    OUTCOMES = "zeroth.outcomes", Counter, "{scenario}", Always,
        "Scenarios that came to an end, by zeroth.campaign and zeroth.outcome.";
    SPANS_PROCESSED = "otel.sdk.processor.span.processed", Counter, "{span}", Always,
        "Spans that found room in the queue (no error.type) or did not (queue_full), by otel.component.name.";
    SPANS_EXPORTED = "otel.sdk.exporter.span.exported", Counter, "{span}", Always,
        "Spans handed over, by otel.component.name, with error.type where nobody took them.";
    LOGS_PROCESSED = "otel.sdk.processor.log.processed", Counter, "{log_record}", Always,
        "Log records that found room in the queue (no error.type) or did not (queue_full), by otel.component.name.";
    LOGS_EXPORTED = "otel.sdk.exporter.log.exported", Counter, "{log_record}", Always,
        "Log records handed over, by otel.component.name, with error.type where nobody took them.";
}
