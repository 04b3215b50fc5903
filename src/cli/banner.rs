//! The first and the last lines of a server: where it is, who answers, where telemetry goes, what to try.

use std::io::{self, Write as _};
use std::net::SocketAddr;

use crate::app::{App, Ended};
use crate::config::{Config, ModelName};
use crate::http::{Door, Listeners};
use crate::llm::Ceiling;
use crate::observe::{self, Export};

/// Prints the first lines to standard error.
///
/// # Errors
/// The operating system's, when it does not know the address.
pub(super) fn print(config: &Config, app: &App, listeners: &Listeners) -> io::Result<()> {
    let url = format!("http://{}", listeners.game.local_addr()?);
    let program = program();
    let text = format!(
        "Zeroth is listening on {url}\n\
         \x20 campaign   {} ({})\n\
         \x20 model      {}\n\
         \x20 console    {}\n\
         \x20 telemetry  {}\n\
         {}{}\
         \x20 try        curl -s {url}/play -H 'content-type: application/json' -d '{{\"message\": \"I look around.\"}}'\n\
         \x20            {program} play      (in a terminal)   ·   {url}/docs\n",
        app.campaign().title,
        config.campaign,
        model(config, app),
        console(config, app, &url),
        telemetry(config, &url),
        receivers(listeners),
        limits(config),
    );
    // Nobody reads it when standard error is closed.
    let _ = io::stderr().write_all(text.as_bytes());
    Ok(())
}

/// How the user called this program, so that the line can be copied: after `cargo run` it is not on the path.
fn program() -> String {
    std::env::args_os().next().map_or_else(|| "zeroth".to_owned(), |name| name.to_string_lossy().into_owned())
}

/// Prints the first lines of the simulator to standard error.
pub(super) fn print_simulator(config: &Config, address: SocketAddr) {
    let url = format!("http://{address}");
    let text = format!(
        "Zeroth simulates models on {url}\n\
         \x20 speaks     OpenAI's Chat Completions, Responses and Embeddings, Anthropic's Messages; any model\n\
         \x20 answers    seed {}, speed {}\n\
         \x20 try        curl -s {url}/v1/chat/completions -H 'content-type: application/json' \
         -d '{{\"model\": \"sim\", \"messages\": [{{\"role\": \"user\", \"content\": \"Hello\"}}]}}'\n\
         \x20            OPENAI_BASE_URL={url}/v1 or ANTHROPIC_BASE_URL={url} for programs, ours among them\n",
        config.sim.seed, config.sim.speed,
    );
    // Nobody reads it when standard error is closed.
    let _ = io::stderr().write_all(text.as_bytes());
}

/// The last line: what was left undone, if anything.
pub(super) fn farewell(ended: &Ended) -> String {
    let lost: u64 = ended.telemetry.iter().map(|flow| flow.refused + flow.failed + flow.queued).sum();
    let turns = match ended.cancelled {
        0 => String::new(),
        cancelled => format!("; {cancelled} under way had to be cancelled (ZEROTH_SHUTDOWN_TIMEOUT gives more time)"),
    };
    let telemetry = if lost == 0 { String::new() } else { format!("; {lost} telemetry items were not delivered") };
    format!("zeroth: stopped{turns}{telemetry}")
}

fn model(config: &Config, app: &App) -> String {
    let choice = &config.model;
    let simulated =
        if choice.names().any(|name| *name == ModelName::Sim) { "; the simulator's costs are simulated" } else { "" };
    let mut lines = vec![format!("{}, {}{simulated}", chain(&choice.chain), choice.reason)];
    lines.extend(choice.own.iter().map(|(component, names)| format!("{} for {component}", chain(names))));
    lines.extend(app.unpriced().iter().map(|model| {
        format!("the price of {model} is not known, so its costs are not shown: ZEROTH_PRICES can add it")
    }));
    lines.join(INDENT)
}

/// Between the lines of one item.
const INDENT: &str = "\n             ";

fn chain(names: &[ModelName]) -> String {
    let name = |name: &ModelName| match name {
        ModelName::Sim => "sim, the built-in simulator".to_owned(),
        other => other.to_string(),
    };
    names.iter().map(name).collect::<Vec<_>>().join(", then ")
}

/// A line about faults and budgets, when there are any.
fn limits(config: &Config) -> String {
    let rules = config.faults.rules.iter().map(ToString::to_string).collect::<Vec<_>>();
    let faults = if rules.is_empty() {
        String::new()
    } else {
        format!("  faults     {} (put in on purpose)\n", rules.join(", "))
    };
    let budgets = config.resilience.budgets;
    let scopes = [("a session", budgets.session), ("a team", budgets.team), ("a day", budgets.day)];
    let ceilings: Vec<String> = scopes
        .into_iter()
        .flat_map(|(scope, Ceiling { usd, tokens })| {
            let usd = usd.map(|usd| format!("${usd} {scope}"));
            usd.into_iter().chain(tokens.map(|tokens| format!("{tokens} tokens {scope}")))
        })
        .collect();
    let budgets = if ceilings.is_empty() { String::new() } else { format!("  budget     {}\n", ceilings.join(", ")) };
    format!("{budgets}{faults}")
}

fn console(config: &Config, app: &App, url: &str) -> String {
    let kept = match (&config.traces, app.traces_notice()) {
        (None, _) => "traces are not kept: ZEROTH_TRACES=off".to_owned(),
        (Some(_), Some(notice)) => notice.to_owned(),
        (Some(traces), None) => {
            format!("traces are kept {}, {} MB at most", traces.place, traces.max_bytes / 1_000_000)
        }
    };
    let shown = match config.http.door() {
        Door::Open => format!("{url}  (play and watch in the browser)"),
        Door::Locked => format!("{url}  (play in the browser; with the token watch, too)"),
        Door::Shut => format!(
            "{url}  (play in the browser){INDENT}shut for watching and for telemetry, because others reach it by this address or by a name: set \
             ZEROTH_TOKEN, which opens it to you"
        ),
    };
    format!("{shown}{INDENT}{kept}")
}

/// A line about further ports for telemetry, when there are any.
fn receivers(listeners: &Listeners) -> String {
    let places = listeners.receivers.iter().filter_map(|listener| listener.local_addr().ok());
    let places: Vec<String> = places.map(|address| format!("http://{address}")).collect();
    if places.is_empty() {
        String::new()
    } else {
        format!("  receives   OTLP over HTTP and gRPC on {}\n", places.join(", "))
    }
}

fn telemetry(config: &Config, url: &str) -> String {
    let Some(observe) = &config.observe else { return "switched off by OTEL_SDK_DISABLED".to_owned() };
    let observe::Config { traces, metrics, logs, .. } = observe;
    let signals = [("spans", traces), ("metrics", metrics), ("logs", logs)];
    let places: Vec<String> = signals.iter().filter_map(|(signal, export)| place(signal, export)).collect();
    if places.is_empty() {
        return format!(
            "{url}/metrics; OTEL_TRACES_EXPORTER=console shows spans here, OTEL_EXPORTER_OTLP_ENDPOINT sends everything on"
        );
    }
    format!("{}; {url}/metrics", places.join(", "))
}

fn place(signal: &str, export: &Export) -> Option<String> {
    match export {
        Export::Off => None,
        Export::Console => Some(format!("{signal} to standard error")),
        Export::Otlp(otlp) => Some(format!("{signal} to {}", observe::public_address(&otlp.endpoint))),
    }
}
