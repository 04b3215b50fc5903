//! Who answers, and why.

use std::fmt;
use std::time::Duration;

use secrecy::SecretString;

use super::source::Reader;

/// The model that was chosen, and the reason for a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelChoice {
    /// Which.
    pub model: ModelName,
    /// Why, as the end of a sentence: "because ANTHROPIC_API_KEY is set".
    pub reason: &'static str,
}

/// A provider and a model of it.
#[derive(Debug, Clone, PartialEq, Eq)]
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
}

const ANTHROPIC_MODEL: &str = "claude-sonnet-4-6";
const OPENAI_MODEL: &str = "gpt-4o-mini";
const OPENAI_URL: &str = "https://api.openai.com/v1";

impl ModelChoice {
    pub(super) fn read(reader: &mut Reader<'_>, providers: &Providers) -> Self {
        match reader.text("ZEROTH_MODEL") {
            Some(_) => {
                let model = reader.read("ZEROTH_MODEL", ModelName::Sim, parse);
                check(reader, &model, providers);
                Self { model, reason: "as ZEROTH_MODEL or --model says" }
            }
            None => Self::by_keys(providers),
        }
    }

    fn by_keys(providers: &Providers) -> Self {
        if providers.anthropic_key.is_some() {
            let model = ModelName::Anthropic(ANTHROPIC_MODEL.to_owned());
            return Self { model, reason: "because ANTHROPIC_API_KEY is set" };
        }
        if providers.openai_key.is_some() {
            let model = ModelName::OpenAi(OPENAI_MODEL.to_owned());
            return Self { model, reason: "because OPENAI_API_KEY is set" };
        }
        Self { model: ModelName::Sim, reason: "because neither ANTHROPIC_API_KEY nor OPENAI_API_KEY is set" }
    }
}

fn parse(text: &str) -> Result<ModelName, String> {
    let (provider, model) = text.split_once(':').unwrap_or((text, ""));
    let model = |default: &str| if model.is_empty() { default.to_owned() } else { model.to_owned() };
    match provider {
        "sim" => Ok(ModelName::Sim),
        "anthropic" => Ok(ModelName::Anthropic(model(ANTHROPIC_MODEL))),
        "openai" => Ok(ModelName::OpenAi(model(OPENAI_MODEL))),
        _ => Err("is none of sim, anthropic:NAME, openai:NAME".to_owned()),
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
        }
    }
}

fn address(reader: &mut Reader<'_>, variable: &str, default: &str) -> String {
    reader.read(variable, default.to_owned(), |text| {
        let sound = text.starts_with("http://") || text.starts_with("https://");
        if sound { Ok(text.to_owned()) } else { Err("is not an address with http:// or https://".to_owned()) }
    })
}
