//! The adapters: from a model's name and the settings of its provider to something that can be asked.

use std::sync::Arc;

use crate::config::{Config, ModelName};
use crate::llm;
use crate::llm::sim::Sim;
use crate::llm::{Anthropic, AnthropicConfig, HttpTransport, Model, OpenAi, OpenAiConfig, Transport, TransportConfig};

use super::AppError;

/// A model that is not yet wrapped in anything.
pub(super) enum Adapter {
    Sim(Sim),
    Anthropic(Anthropic),
    OpenAi(OpenAi),
}

impl Adapter {
    /// The model that `name` names, reached through `transport`.
    pub(super) fn new(
        name: &ModelName,
        config: &Config,
        transport: impl FnOnce() -> Result<Arc<dyn Transport>, AppError>,
    ) -> Result<Self, AppError> {
        let broken = |error: llm::ConfigError| AppError::Model(error.to_string());
        let providers = &config.providers;
        Ok(match name {
            ModelName::Sim => Self::Sim(Sim::new(config.sim)),
            ModelName::Anthropic(model) => {
                let missing = || AppError::Model("ANTHROPIC_API_KEY is not set".to_owned());
                let own = AnthropicConfig {
                    api_key: providers.anthropic_key.clone().ok_or_else(missing)?,
                    base_url: providers.anthropic_url.clone(),
                    version: providers.anthropic_version.clone(),
                    model: model.clone(),
                    reasoning_effort: providers.reasoning_effort.clone(),
                    extra_headers: providers.anthropic_headers.clone(),
                };
                Self::Anthropic(Anthropic::new(own, transport()?).map_err(broken)?)
            }
            ModelName::OpenAi(model) => {
                let own = OpenAiConfig {
                    provider: llm::provider_of(&providers.openai_url).to_owned(),
                    api_key: providers.openai_key.clone(),
                    base_url: providers.openai_url.clone(),
                    model: model.clone(),
                    reasoning_effort: providers.reasoning_effort.clone(),
                    extra_headers: providers.openai_headers.clone(),
                };
                Self::OpenAi(OpenAi::new(own, transport()?).map_err(broken)?)
            }
        })
    }

    pub(super) fn model(self) -> Arc<dyn Model> {
        match self {
            Self::Sim(model) => Arc::new(model),
            Self::Anthropic(model) => Arc::new(model),
            Self::OpenAi(model) => Arc::new(model),
        }
    }
}

/// A pool of connections to all providers.
pub(super) fn transport(config: &Config) -> Result<Arc<dyn Transport>, AppError> {
    let providers = &config.providers;
    let own = TransportConfig { connect_timeout: providers.connect_timeout, ca_bundle: providers.ca_bundle.clone() };
    Ok(Arc::new(HttpTransport::new(&own).map_err(|error| AppError::Model(error.to_string()))?))
}
