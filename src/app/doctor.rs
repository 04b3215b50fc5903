//! `zeroth doctor`: is everything there that the settings ask for?

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::{BoxFuture, join_all};
use tokio::net::TcpListener;

use crate::config::{Config, ModelName};
use crate::content::Content;
use crate::http;
use crate::http::Door;
use crate::id::{Ids as _, RandomIds};
use crate::llm::{Descriptor, Model, PriceList, Reach, Reached, Transport};
use crate::observe::{self, Export};
use crate::prompt::{self, Prompts};
use crate::store;
use crate::traces::Traces;

use super::adapters::{self, Adapter};
use super::models::check_prices;
use super::{App, AppError, Seams, prices};

/// The longest that one check may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What was looked at, and how it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub subject: String,
    /// How it is.
    pub health: Health,
    /// One sentence: what was found, and what to do about it.
    pub remark: String,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Health {
    /// As it should be.
    Fine,
    /// The game will run, but something is worth knowing.
    Doubtful,
    /// The game, or what was asked of it, will not work.
    Broken,
}

impl Finding {
    fn new(subject: impl Into<String>, health: Health, remark: impl Into<String>) -> Self {
        Self { subject: subject.into(), health, remark: remark.into() }
    }
}

/// Looks at everything that `config` names, all at once; the findings come in a fixed order. Costs nothing: models are
/// only asked whether they are there.
pub async fn doctor(config: &Config) -> Vec<Finding> {
    let mut checks: Vec<BoxFuture<'_, Vec<Finding>>> = Vec::new();
    checks.push(async { vec![content(config)] }.boxed());
    checks.push(models(config).boxed());
    checks.push(async { vec![sessions(config).await, traces(config).await, data_dir(config)] }.boxed());
    checks.push(telemetry(config).boxed());
    checks.push(ports(config).boxed());
    let mut findings = join_all(checks).await.concat();
    findings.extend(logs(config));
    if findings.iter().all(|finding| finding.health != Health::Broken) {
        findings.extend(whole(config));
    }
    findings
}

/// Whatever else keeps the program from being put together.
fn whole(config: &Config) -> Option<Finding> {
    // Telemetry and games were looked at on their own; the one would start threads, the others make a file.
    let store = store::Config { place: store::Place::Memory, ..config.store.clone() };
    let quiet = Config { observe: None, traces: None, store, ..config.clone() };
    let error = App::compose(&quiet, Seams::default()).err()?;
    Some(Finding::new("program", Health::Broken, error.to_string().replace('\n', " ")))
}

fn logs(config: &Config) -> Option<Finding> {
    let error = observe::check_logs(&config.logs).err()?;
    Some(Finding::new("log lines", Health::Broken, error.to_string()))
}

fn content(config: &Config) -> Finding {
    let content = config.content_dir.as_ref().map_or_else(Content::default, Content::overridden_by);
    let campaign = prompt::campaign(&content, &config.campaign);
    let problems = match (campaign, Prompts::load(&content)) {
        (Ok(campaign), Ok(_)) => {
            return Finding::new("content", Health::Fine, format!("the campaign is {}", campaign.title));
        }
        (campaign, prompts) => [campaign.err(), prompts.err()].into_iter().flatten().flatten(),
    };
    let problems: Vec<String> = problems.map(|problem| problem.to_string()).collect();
    Finding::new("content", Health::Broken, problems.join("; "))
}

async fn models(config: &Config) -> Vec<Finding> {
    let prices = match prices(config) {
        Ok(prices) => prices,
        Err(error) => return vec![Finding::new("prices", Health::Broken, error.to_string().replace('\n', " "))],
    };
    let mut names: Vec<&ModelName> = Vec::new();
    for name in config.model.names() {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let transport = adapters::transport(config);
    join_all(names.into_iter().map(|name| model(config, name, transport.as_ref(), &prices))).await
}

async fn model(
    config: &Config,
    name: &ModelName,
    transport: Result<&Arc<dyn Transport>, &AppError>,
    prices: &PriceList,
) -> Finding {
    let subject = format!("model {name}");
    let transport = || transport.map(Arc::clone).map_err(|error| AppError::Model(error.to_string()));
    let adapter = match Adapter::new(name, config, transport) {
        Ok(adapter) => adapter,
        Err(error) => return Finding::new(subject, Health::Broken, error.to_string()),
    };
    let (descriptor, reach): (_, &dyn Reach) = match &adapter {
        Adapter::Sim(_) => return Finding::new(subject, Health::Fine, "built in; its costs are simulated"),
        Adapter::Anthropic(model) => (model.descriptor(), model),
        Adapter::OpenAi(model) => (model.descriptor(), model),
    };
    let place = descriptor.server.as_ref().map_or_else(String::new, |(host, port)| format!("{host}:{port}: "));
    let (health, remark) = match tokio::time::timeout(PATIENCE, reach.reach()).await {
        Err(_) => (Health::Broken, format!("{place}no answer within {PATIENCE:?}: check the address and the network")),
        Ok(Err(error)) => (Health::Broken, error.message),
        Ok(Ok(reached)) => {
            let health = if reached == Reached::Known { Health::Fine } else { Health::Doubtful };
            (health, format!("{place}{reached}"))
        }
    };
    priced(Finding::new(subject, health, remark), descriptor, prices, config)
}

/// The finding, and whether costs will be known.
fn priced(finding: Finding, model: &Descriptor, prices: &PriceList, config: &Config) -> Finding {
    if let Err(error) = check_prices(config, prices, std::slice::from_ref(model)) {
        return Finding { health: Health::Broken, remark: format!("{}; {error}", finding.remark), ..finding };
    }
    if finding.health == Health::Broken || prices.get(&model.provider, &model.model).is_some() {
        return finding;
    }
    let remark =
        format!("{}; its price is not known, so costs will not be shown: ZEROTH_PRICES can add it", finding.remark);
    Finding { health: Health::Doubtful, remark, ..finding }
}

async fn sessions(config: &Config) -> Finding {
    let most = config.store.limits.max_sessions;
    let found = match tokio::time::timeout(PATIENCE, super::sessions::examine(&config.store)).await {
        Ok(found) => found.map_err(|error| error.to_string()),
        Err(_) => Err(format!("the games were not looked through within {PATIENCE:?}")),
    };
    match found {
        Ok(found) => Finding::new("sessions", Health::Fine, format!("{found}, {most} at most")),
        Err(problem) => Finding::new("sessions", Health::Broken, problem),
    }
}

async fn traces(config: &Config) -> Finding {
    let Some(kept) = &config.traces else {
        return Finding::new("traces", Health::Doubtful, "not kept: ZEROTH_TRACES=off");
    };
    let (place, most) = (&kept.place, kept.max_bytes / 1_000_000);
    let examined = kept.clone();
    let found = tokio::task::spawn_blocking(move || Traces::examine_all(&examined));
    let found = match tokio::time::timeout(PATIENCE, found).await {
        Ok(Ok(found)) => found,
        // A large file takes longer than anyone waits; its beginning is read at once.
        Ok(Err(_)) | Err(_) => Traces::examine(kept),
    };
    match found {
        Ok(()) => Finding::new("traces", Health::Fine, format!("kept {place}, {most} MB at most")),
        Err(error) => {
            let remark = format!("{error}. Until then they are kept in memory, and end with the program");
            Finding::new("traces", Health::Doubtful, remark)
        }
    }
}

/// The terminal's history goes there; a game does without.
fn data_dir(config: &Config) -> Finding {
    let Some(folder) = &config.data_dir else {
        return Finding::new("data folder", Health::Doubtful, "there is none: ZEROTH_DATA_DIR names one");
    };
    let shown = folder.display();
    // What does not exist yet is made when it is needed, in the nearest folder that does.
    let exists = folder.ancestors().find(|folder| folder.exists()).unwrap_or(Path::new("."));
    match try_writing(exists) {
        Ok(()) => Finding::new("data folder", Health::Fine, format!("{shown}")),
        Err(error) => Finding::new(
            "data folder",
            Health::Doubtful,
            format!("{shown} cannot be written ({error}): ZEROTH_DATA_DIR names another"),
        ),
    }
}

/// Permissions do not tell all: a file that nobody else has is made, and taken away again.
fn try_writing(folder: &Path) -> io::Result<()> {
    let path = folder.join(format!(".zeroth-doctor-{:016x}", RandomIds.span()));
    let written = File::create_new(&path)?.write_all(b"ok");
    fs::remove_file(&path)?;
    written
}

async fn telemetry(config: &Config) -> Vec<Finding> {
    let Some(observe) = &config.observe else {
        return vec![Finding::new("telemetry", Health::Doubtful, "switched off: OTEL_SDK_DISABLED is true")];
    };
    let signals = [("spans", &observe.traces), ("metrics", &observe.metrics), ("logs", &observe.logs)];
    join_all(signals.into_iter().map(|(signal, export)| signal_goes(signal, export))).await
}

async fn signal_goes(signal: &'static str, export: &Export) -> Finding {
    let subject = format!("telemetry {signal}");
    match export {
        Export::Off if signal == "metrics" => Finding::new(subject, Health::Fine, "at /metrics only"),
        Export::Off => Finding::new(subject, Health::Fine, "not sent anywhere: OTEL_EXPORTER_OTLP_ENDPOINT sends them"),
        Export::Console => Finding::new(subject, Health::Fine, "to standard error"),
        Export::Otlp(otlp) => {
            let place = observe::public_address(&otlp.endpoint);
            match tokio::time::timeout(PATIENCE, observe::reach(signal, otlp)).await {
                Ok(Ok(())) => Finding::new(subject, Health::Fine, format!("{place} takes them")),
                Ok(Err(problem)) => Finding::new(subject, Health::Broken, format!("{place}: {problem}")),
                Err(_) => Finding::new(subject, Health::Broken, format!("{place}: no answer within {PATIENCE:?}")),
            }
        }
    }
}

async fn ports(config: &Config) -> Vec<Finding> {
    let settings = &config.http;
    let mut findings = vec![port((settings.port, &settings.host), http::bind(settings).await, "--port")];
    for receiver in &settings.receivers {
        let host = receiver.host.as_ref().unwrap_or(&settings.host);
        findings.push(port((receiver.port, host), receiver.bind(settings).await, receiver.setting));
    }
    findings.extend(door(settings));
    findings
}

fn port((port, host): (u16, &str), taken: io::Result<TcpListener>, setting: &str) -> Finding {
    let subject = format!("port {port}");
    match taken {
        Ok(_) => Finding::new(subject, Health::Fine, format!("free on {host}")),
        Err(error) => Finding::new(
            subject,
            Health::Doubtful,
            format!("{error}; if that is not Zeroth itself, choose another with {setting}"),
        ),
    }
}

/// What the server is reached by, for messages.
fn names(settings: &http::Config) -> String {
    let names = settings.allowed_hosts.iter().map(ToString::to_string);
    [settings.host.clone()].into_iter().chain(names).collect::<Vec<_>>().join(", ")
}

/// Who sees the console and the telemetry, where it is not everyone on this machine.
fn door(settings: &http::Config) -> Option<Finding> {
    match settings.door() {
        Door::Open => None,
        Door::Locked => Some(Finding::new("console", Health::Fine, "for whoever has the token")),
        Door::Shut => Some(Finding::new(
            "console",
            Health::Doubtful,
            format!(
                "shut, and no telemetry is taken in, because others reach {}: set ZEROTH_TOKEN, which opens it to you",
                names(settings)
            ),
        )),
    }
}
