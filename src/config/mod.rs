//! Flags, environment and `.env`, read once into what each part of the program wants to know.

mod settings;
mod source;
mod model;
mod server;
mod sessions;
mod telemetry;
mod traces;
mod reference;

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use crate::http;
use crate::id::{NotATeam, Team};
use crate::llm;
use crate::llm::Component;
use crate::llm::fault::Rule;
use crate::observe;
use crate::play;
use crate::store;
use crate::traces as kept;
use crate::wire;

use source::Reader;

pub use model::{ModelChoice, ModelName, Providers, Resilience};
pub use reference::{dotenv_example, reference};
pub use settings::{GROUPS, Group, Setting, all as all_settings};
pub use source::Source;

/// Everything that a user can decide.
#[derive(Debug, Clone)]
pub struct Config {
    /// The web server.
    pub http: http::Config,
    /// The game.
    pub play: play::Config,
    /// The games for one player.
    pub adventure: play::AdventureConfig,
    /// Where sessions are kept.
    pub store: store::Config,
    /// The campaign's name.
    pub campaign: String,
    /// Whose budget pays in the terminal.
    pub team: Team,
    /// A folder whose content wins over the binary's.
    pub content_dir: Option<PathBuf>,
    /// Who answers, and why.
    pub model: ModelChoice,
    /// How to reach providers.
    pub providers: Providers,
    /// How their calls are bounded and repeated.
    pub resilience: Resilience,
    /// What is put in front of models on purpose.
    pub faults: Faults,
    /// The simulator.
    pub sim: llm::sim::SimConfig,
    /// Where `zeroth sim` serves it.
    pub wire: wire::Config,
    /// How long model calls may take.
    pub timeouts: llm::Timeouts,
    /// A file with prices that win over the binary's.
    pub prices: Option<PathBuf>,
    /// The program's version, for whoever asks.
    pub version: String,
    /// The outer ring; absent when telemetry is switched off.
    pub observe: Option<observe::Config>,
    /// The trace store; absent when it is switched off.
    pub traces: Option<kept::Config>,
    /// What a server that recordings are sent to wants to be shown.
    pub import_token: Option<SecretString>,
    /// Which log lines appear, also without telemetry.
    pub logs: observe::LogConfig,
    /// How long turns under way may go on, and the last telemetry after them.
    pub shutdown_timeout: Duration,
    /// Where files that outlive a run are kept.
    pub data_dir: Option<PathBuf>,
    /// `NO_COLOR`: set to anything, the terminal shows no colours.
    pub no_color: Option<String>,
    /// `TERM`: which terminal it is.
    pub term: Option<String>,
}

/// Faults in front of models.
#[derive(Debug, Clone, PartialEq)]
pub struct Faults {
    /// Which, and how often.
    pub rules: Vec<Rule>,
    /// The seed by which they are drawn.
    pub seed: u64,
    /// Whose calls draw them.
    pub components: Vec<Component>,
}

impl Faults {
    fn read(reader: &mut Reader<'_>) -> Self {
        // A game that cannot begin shows little: its setup is spared unless someone says otherwise.
        let usual = Component::ALL.into_iter().filter(|component| *component != Component::GameSetup).collect();
        let find = |name: &str| Component::ALL.into_iter().find(|component| component.as_str() == name.trim());
        let known = Component::ALL.map(Component::as_str).join(", ");
        Self {
            rules: fault_rules(reader),
            seed: reader.number("ZEROTH_FAULT_SEED", 1, 0, u64::MAX),
            components: reader.read("ZEROTH_FAULT_COMPONENTS", usual, |text| {
                let found: Option<Vec<Component>> = text.split(',').map(find).collect();
                found.ok_or_else(|| format!("names components other than {known}"))
            }),
        }
    }
}

/// What is wrong with the configuration, all of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.lines())]
pub struct ConfigError(pub Vec<String>);

impl ConfigError {
    fn lines(&self) -> String {
        let count = self.0.len();
        let head = if count == 1 { "1 problem".to_owned() } else { format!("{count} problems") };
        let lines: Vec<String> = self.0.iter().map(|problem| format!("  - {problem}")).collect();
        format!("{head} with the configuration:\n{}\nAll settings: docs/config.md or .env.example", lines.join("\n"))
    }
}

impl Config {
    /// Reads `source`.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem.
    pub fn read(source: &Source) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(source);
        let config = Self::read_all(&mut reader);
        let (teams, team) = (&config.http.teams, &config.team);
        if !teams.is_empty() && !teams.contains(team) && *team != Team::default() {
            reader.note(format!("ZEROTH_TEAM: {team} is not among ZEROTH_TEAMS"));
        }
        if let (Some(receiver), None) = (config.http.receivers.first(), &config.traces) {
            reader.note(format!("{}: there is nowhere to keep what comes: ZEROTH_TRACES is off", receiver.setting));
        }
        match reader.problems() {
            problems if problems.is_empty() => Ok(config),
            problems => Err(ConfigError(problems)),
        }
    }

    fn read_all(reader: &mut Reader<'_>) -> Self {
        let providers = Providers::read(reader);
        Self {
            http: server::read(reader),
            play: play::Config {
                history_lines: reader.number("ZEROTH_HISTORY_LINES", 15, 1, 1000),
                message_limit: reader.number("ZEROTH_MESSAGE_LIMIT", 4000, 1, 100_000),
                stream: reader.choice("ZEROTH_STREAM", true, &[("true", true), ("false", false)]),
            },
            adventure: play::AdventureConfig {
                input_limit: reader.number("ZEROTH_INPUT_LIMIT", 500, 1, 100_000),
                shown: reader.number("ZEROTH_STATE_TURNS", 50, 1, 1000),
                solo: reader.text("ZEROTH_SOLO").unwrap_or("enterprise").to_owned(),
                stream: reader.choice("ZEROTH_STREAM", true, &[("true", true), ("false", false)]),
            },
            store: sessions::read(reader),
            campaign: reader.text("ZEROTH_CAMPAIGN").unwrap_or("enterprise").to_owned(),
            team: reader.read("ZEROTH_TEAM", Team::default(), |text| {
                text.parse().map_err(|error: NotATeam| format!("is {error}"))
            }),
            content_dir: folder(reader, "ZEROTH_CONTENT_DIR"),
            model: ModelChoice::read(reader, &providers),
            providers,
            resilience: Resilience::read(reader),
            faults: Faults::read(reader),
            sim: llm::sim::SimConfig {
                seed: reader.number("ZEROTH_SIM_SEED", 1, 0, u64::MAX),
                speed: reader.read("ZEROTH_SIM_SPEED", llm::sim::Speed::default(), |text| {
                    text.parse::<llm::sim::Speed>().map_err(|error| error.to_string())
                }),
            }
            .with_load(reader.number("ZEROTH_SIM_LOAD", llm::sim::USUAL_LOAD, 0.0, 10.0)),
            wire: simulator(reader),
            timeouts: llm::Timeouts {
                first_token: reader.duration("ZEROTH_FIRST_TOKEN_TIMEOUT", Duration::from_secs(30)),
                idle: reader.duration("ZEROTH_IDLE_TIMEOUT", Duration::from_secs(15)),
                total: reader.duration("ZEROTH_MODEL_TIMEOUT", Duration::from_secs(60)),
            },
            prices: reader.text("ZEROTH_PRICES").map(PathBuf::from),
            version: telemetry::version(reader),
            observe: telemetry::read(reader),
            traces: traces::read(reader),
            import_token: reader.read("ZEROTH_IMPORT_TOKEN", None, |text| server::secret(text).map(Some)),
            logs: telemetry::read_logs(reader),
            shutdown_timeout: reader.duration("ZEROTH_SHUTDOWN_TIMEOUT", Duration::from_secs(10)),
            data_dir: sessions::data_dir(reader),
            no_color: reader.text("NO_COLOR").map(str::to_owned),
            term: reader.text("TERM").map(str::to_owned),
        }
    }
}

fn fault_rules(reader: &mut Reader<'_>) -> Vec<Rule> {
    reader.read("ZEROTH_FAULTS", Vec::new(), |text| {
        let rules = Rule::list(text).map_err(|error| error.to_string())?;
        match rules.iter().find(|rule| rule.fault.needs_wire()) {
            Some(rule) => Err(format!(
                "wants `{}`, which only `zeroth sim` can do: set ZEROTH_SIM_FAULTS there",
                rule.fault.name()
            )),
            None => Ok(rules),
        }
    })
}

fn simulator(reader: &mut Reader<'_>) -> wire::Config {
    let faults = reader
        .read("ZEROTH_SIM_FAULTS", Vec::new(), |text| llm::fault::Rule::list(text).map_err(|error| error.to_string()));
    let limit = |reader: &mut Reader<'_>, variable| {
        reader.text(variable).is_some().then(|| reader.number(variable, 1, 1, u32::MAX))
    };
    wire::Config {
        host: reader.text("ZEROTH_SIM_HOST").unwrap_or("127.0.0.1").to_owned(),
        port: reader.number("ZEROTH_SIM_PORT", 5051, 0, u16::MAX),
        key: reader.text("ZEROTH_SIM_KEY").map(SecretString::from),
        faults,
        fault_seed: reader.number("ZEROTH_SIM_FAULT_SEED", 1, 0, u64::MAX),
        requests_per_minute: limit(reader, "ZEROTH_SIM_RPM"),
        tokens_per_minute: limit(reader, "ZEROTH_SIM_TPM"),
        journal: reader.number("ZEROTH_SIM_JOURNAL", 1000, 0, 1_000_000),
        journal_content: reader.choice(
            "ZEROTH_SIM_JOURNAL_CONTENT",
            wire::Content::Omitted,
            &[("false", wire::Content::Omitted), ("true", wire::Content::Kept)],
        ),
    }
}

fn folder(reader: &mut Reader<'_>, variable: &str) -> Option<PathBuf> {
    reader.read(variable, None, |text| {
        let folder = PathBuf::from(text);
        if folder.is_dir() { Ok(Some(folder)) } else { Err("is not a folder".to_owned()) }
    })
}
