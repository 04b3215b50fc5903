//! Who answers, and why.

use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::str::FromStr;
use std::time::Duration;

use secrecy::SecretString;

use crate::llm::{BreakerConfig, Budgets, CallLimits, Ceiling, Component, RetryPolicy};

use super::source::Reader;
use super::telemetry::pairs;

/// The models that were chosen, and the reason for a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelChoice {
    /// Which, in the order in which they are asked; never empty.
    pub chain: Vec<ModelName>,
    /// Why, as the end of a sentence: "because ANTHROPIC_API_KEY is set".
    pub reason: &'static str,
    /// The chains of components that have their own.
    pub own: BTreeMap<Component, Vec<ModelName>>,
}

/// A provider and a model of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ModelName {
    /// The simulator inside this program.
    Sim,
    /// A model of Anthropic's.
    Anthropic(String),
    /// A model of OpenAI's, or of a server that speaks its protocol.
    OpenAi(String),
}

impl fmt::Display for ModelName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sim => f.write_str("sim"),
            Self::Anthropic(model) => write!(f, "anthropic:{model}"),
            Self::OpenAi(model) => write!(f, "openai:{model}"),
        }
    }
}

/// How to reach the providers.
#[derive(Debug, Clone)]
pub struct Providers {
    /// Anthropic's key.
    pub anthropic_key: Option<SecretString>,
    /// Where Anthropic's API is.
    pub anthropic_url: String,
    /// The version of Anthropic's API.
    pub anthropic_version: String,
    /// OpenAI's key; local servers need none.
    pub openai_key: Option<SecretString>,
    /// Where OpenAI's API is.
    pub openai_url: String,
    /// The longest wait for a connection.
    pub connect_timeout: Duration,
    /// Certificates to trust instead of the system's.
    pub ca_bundle: Option<std::path::PathBuf>,
    /// Further headers for Anthropic.
    pub anthropic_headers: Vec<(String, SecretString)>,
    /// Further headers for OpenAI.
    pub openai_headers: Vec<(String, SecretString)>,
    /// How hard models are told to think.
    pub reasoning_effort: Option<String>,
}

const ANTHROPIC_MODEL: &str = "claude-sonnet-4-6";
const OPENAI_MODEL: &str = "gpt-4o-mini";
const OPENAI_URL: &str = "https://api.openai.com/v1";

impl ModelChoice {
    pub(super) fn read(reader: &mut Reader<'_>, providers: &Providers) -> Self {
        let (chain, reason) = match chain(reader, "ZEROTH_MODEL") {
            Some(chain) => (chain, "as ZEROTH_MODEL or --model says"),
            None => by_keys(providers),
        };
        let own = Component::ALL.into_iter().filter_map(|component| {
            let variable = format!("ZEROTH_MODEL_{}", component.as_str().to_uppercase());
            Some((component, self::chain(reader, &variable)?))
        });
        let choice = Self { own: own.collect(), chain, reason };
        for model in choice.names() {
            check(reader, model, providers);
        }
        choice
    }

    /// Every model that may be asked.
    pub fn names(&self) -> impl Iterator<Item = &ModelName> {
        self.chain.iter().chain(self.own.values().flatten())
    }
}

/// What `variable` lists; none when it is not set or wrong.
fn chain(reader: &mut Reader<'_>, variable: &str) -> Option<Vec<ModelName>> {
    let chain: Vec<ModelName> = reader.read(variable, Vec::new(), |text| text.split(',').map(parse).collect());
    Some(chain).filter(|chain| !chain.is_empty())
}

fn by_keys(providers: &Providers) -> (Vec<ModelName>, &'static str) {
    if providers.anthropic_key.is_some() {
        return (vec![ModelName::Anthropic(ANTHROPIC_MODEL.to_owned())], "because ANTHROPIC_API_KEY is set");
    }
    if providers.openai_key.is_some() {
        return (vec![ModelName::OpenAi(OPENAI_MODEL.to_owned())], "because OPENAI_API_KEY is set");
    }
    (vec![ModelName::Sim], "because neither ANTHROPIC_API_KEY nor OPENAI_API_KEY is set")
}

fn parse(text: &str) -> Result<ModelName, String> {
    let (provider, model) = text.trim().split_once(':').unwrap_or((text.trim(), ""));
    let model = |default: &str| if model.is_empty() { default.to_owned() } else { model.to_owned() };
    match provider {
        "sim" => Ok(ModelName::Sim),
        "anthropic" => Ok(ModelName::Anthropic(model(ANTHROPIC_MODEL))),
        "openai" => Ok(ModelName::OpenAi(model(OPENAI_MODEL))),
        _ => Err("names models other than sim, anthropic:NAME, openai:NAME".to_owned()),
    }
}

fn check(reader: &mut Reader<'_>, model: &ModelName, providers: &Providers) {
    match model {
        ModelName::Anthropic(_) if providers.anthropic_key.is_none() => {
            reader.note("ANTHROPIC_API_KEY: is needed for the chosen model; an example is ANTHROPIC_API_KEY=sk-ant-…");
        }
        // A server of one's own needs no key.
        ModelName::OpenAi(_) if providers.openai_key.is_none() && providers.openai_url == OPENAI_URL => {
            reader.note(
                "OPENAI_API_KEY: is needed for the chosen model, unless OPENAI_BASE_URL names a server of your own; \
                 an example is OPENAI_API_KEY=sk-…",
            );
        }
        _ => {}
    }
}

impl Providers {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let key = |variable| reader.text(variable).map(|key| SecretString::from(key.to_owned()));
        let (anthropic_key, openai_key) = (key("ANTHROPIC_API_KEY"), key("OPENAI_API_KEY"));
        Self {
            anthropic_key,
            anthropic_url: address(reader, "ANTHROPIC_BASE_URL", "https://api.anthropic.com"),
            anthropic_version: reader.text("ANTHROPIC_VERSION").unwrap_or("2023-06-01").to_owned(),
            openai_key,
            openai_url: address(reader, "OPENAI_BASE_URL", OPENAI_URL),
            connect_timeout: reader.duration("ZEROTH_CONNECT_TIMEOUT", Duration::from_secs(5)),
            ca_bundle: reader.text("SSL_CERT_FILE").map(Into::into),
            anthropic_headers: headers(reader, "ANTHROPIC_EXTRA_HEADERS"),
            openai_headers: headers(reader, "OPENAI_EXTRA_HEADERS"),
            reasoning_effort: reader.text("ZEROTH_REASONING_EFFORT").map(str::to_owned),
        }
    }
}

fn headers(reader: &mut Reader<'_>, variable: &str) -> Vec<(String, SecretString)> {
    let headers = reader.read(variable, Vec::new(), pairs);
    headers.into_iter().map(|(name, value)| (name, SecretString::from(value))).collect()
}

/// How model calls are bounded and repeated.
#[derive(Debug, Clone, Default)]
pub struct Resilience {
    /// When a call is tried again.
    pub retry: RetryPolicy,
    /// When a model of a chain is left alone.
    pub breaker: BreakerConfig,
    /// How many calls go to each provider.
    pub limits: CallLimits,
    /// What may be spent.
    pub budgets: Budgets,
}

impl Resilience {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let usual = Self::default();
        let (retry, breaker, limits) = (usual.retry, usual.breaker, usual.limits);
        Self {
            retry: RetryPolicy {
                attempts: 1 + reader.number("ZEROTH_MAX_RETRIES", retry.attempts - 1, 0, 20),
                first_wait: reader.duration("ZEROTH_RETRY_FIRST_WAIT", retry.first_wait),
                longest_wait: reader.duration("ZEROTH_RETRY_LONGEST_WAIT", retry.longest_wait),
                longest_retry_after: reader.duration("ZEROTH_RETRY_AFTER_LIMIT", retry.longest_retry_after),
                total: reader.duration("ZEROTH_RETRY_TOTAL", retry.total),
            },
            breaker: BreakerConfig {
                failures: reader.number("ZEROTH_BREAKER_FAILURES", breaker.failures, 1, 1_000_000),
                cooldown: reader.duration("ZEROTH_BREAKER_COOLDOWN", breaker.cooldown),
            },
            limits: CallLimits {
                at_once: reader.number("ZEROTH_MAX_CALLS", limits.at_once, 1, 1_000_000),
                per_minute: optional(reader, "ZEROTH_CALLS_PER_MINUTE", 1, 1_000_000),
                patience: reader.duration("ZEROTH_CALL_PATIENCE", limits.patience),
            },
            budgets: Budgets {
                session: ceiling(reader, "SESSION"),
                team: ceiling(reader, "TEAM"),
                day: ceiling(reader, "DAY"),
            },
        }
    }
}

fn ceiling(reader: &mut Reader<'_>, scope: &str) -> Ceiling {
    Ceiling {
        usd: optional(reader, &format!("ZEROTH_BUDGET_{scope}_USD"), 0.0, 1e9),
        tokens: optional(reader, &format!("ZEROTH_BUDGET_{scope}_TOKENS"), 0, u64::MAX),
    }
}

fn optional<T>(reader: &mut Reader<'_>, variable: &str, least: T, most: T) -> Option<T>
where
    T: FromStr + PartialOrd + Display + Copy,
{
    reader.text(variable)?;
    // Where it is wrong, the problem is noted, and the default is as good as any other.
    Some(reader.number(variable, most, least, most))
}

fn address(reader: &mut Reader<'_>, variable: &str, default: &str) -> String {
    reader.read(variable, default.to_owned(), |text| {
        let sound = text.starts_with("http://") || text.starts_with("https://");
        if sound { Ok(text.to_owned()) } else { Err("is not an address with http:// or https://".to_owned()) }
    })
}
