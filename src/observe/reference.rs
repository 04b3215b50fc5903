//! The documentation of the telemetry, written from the table of names.

use std::fmt::Write as _;

use super::semconv::{Instrument, Names, event, metric, span_event};
use super::spans::SPANS;

/// The text of `docs/telemetry.md`.
pub fn reference() -> String {
    let mut text = String::from(
        "# Telemetry\n\n<!-- Generated from src/observe/semconv.rs; `UPDATE_DOCS=1 cargo test --test docs` writes it anew. -->\n\n\
         Names follow the OpenTelemetry semantic conventions; `zeroth.*` is ours. The component (`game_setup`, `dialogue`,\n\
         `classifier`, `gm_qa`, `storyteller_single` in solo games, `storyteller_scenario`, `store` for questions to the\n\
         database of games, or `http` where no part of the game was reached) is on every span, metric and log record as `zeroth.component`;\n\
         only requests that are still being answered (`http.server.active_requests`) have none yet, and `otel.sdk.*`\n\
         and `zeroth.budget.*` are about no component.\n\
         Costs are marked by `zeroth.cost.simulated` when the simulator answered.\n\n\
         ## Spans\n\nFrom the outside in. A model call leaves exactly one `chat` span, also when it failed or was cancelled.\n\
         In scenarios, every span of a turn has `zeroth.scene` from the moment on at which the scene is known, and `zeroth.outcome`\n\
         where the game has come to one.\n",
    );
    for span in SPANS {
        let attributes: Vec<String> = span.attributes().map(|name| format!("`{name}`")).collect();
        let _ = writeln!(text, "\n### `{}`\n\n{}\n\n{}", span.name, span.covers, attributes.join(", "));
    }
    text.push_str("\n## Span events\n\nOn `chat` spans.\n\n| event | when |\n| --- | --- |\n");
    for (name, meaning) in span_event::ALL {
        let _ = writeln!(text, "| `{name}` | {meaning} |");
    }
    text.push_str(
        "\n## Metrics\n\nAt `/metrics` for Prometheus, and pushed by OTLP. `ZEROTH_METRIC_NAMES` chooses between the names of\n\
         today's conventions (current) and those that older dashboards query (legacy); both are there by default.\n\n\
         | metric | instrument | unit | names | what it is |\n| --- | --- | --- | --- | --- |\n",
    );
    for metric in metric::ALL {
        let instrument = match metric.instrument {
            Instrument::Counter => "counter",
            Instrument::UpDownCounter => "up-down counter",
            Instrument::Gauge => "gauge",
            Instrument::Histogram(_) => "histogram",
        };
        let names = match metric.names {
            Names::Current => "current",
            Names::Legacy => "legacy",
            Names::Always => "",
        };
        let (name, unit, description) = (metric.name, metric.unit, metric.description);
        let _ = writeln!(text, "| `{name}` | {instrument} | `{unit}` | {names} | {description} |");
    }
    text.push_str("\n## Log events\n\nLog records with an event name, in the trace of what they are about.\n\n");
    text.push_str("| event | when |\n| --- | --- |\n");
    for (name, meaning) in event::ALL {
        let _ = writeln!(text, "| `{name}` | {meaning} |");
    }
    text.push_str(CONTENT);
    text
}

const CONTENT: &str = "
## The words of players and models

The trace store of this machine keeps them, unless `ZEROTH_TRACES_CONTENT` is `false`. They leave the machine, by OTLP or on
the console, only if `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` says so: `SPAN_ONLY` puts them on `chat` spans as
JSON strings, `EVENT_ONLY` on the `gen_ai.client.inference.operation.details` event as structured values, `SPAN_AND_EVENT` on
both. With `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`, the texts on spans are shortened until their JSON fits.

## When the backend is down

Turns go on. Spans and log records wait in bounded queues (`OTEL_BSP_MAX_QUEUE_SIZE`, `OTEL_BLRP_MAX_QUEUE_SIZE`); what finds
no room or is not taken is counted in `otel.sdk.processor.*` and `otel.sdk.exporter.*` with `error.type`, in the detail of
`/readyz`, and in one log line a minute.
";
