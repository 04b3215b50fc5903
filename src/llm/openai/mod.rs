//! OpenAI's API, and the many servers that imitate it.

mod chat;
mod embed;

use std::sync::Arc;

use http::header::{AUTHORIZATION, HeaderMap};
use secrecy::SecretString;

use super::endpoint::{self, ConfigError};
use super::exchange::Exchange;
use super::failure::Names;
use super::transport::Transport;

pub use chat::OpenAi;
pub use embed::OpenAiEmbedder;

const BASE_URL: &str = "OPENAI_BASE_URL";
const API_KEY: &str = "OPENAI_API_KEY";
const EFFORTS: [&str; 7] = ["none", "minimal", "low", "medium", "high", "xhigh", "max"];

/// How to reach a model behind OpenAI's API.
#[derive(Debug, Clone)]
pub struct OpenAiConfig {
    /// The provider's name as the GenAI conventions spell it: see [`provider_of`](super::provider_of).
    pub provider: String,
    /// The key; local servers need none.
    pub api_key: Option<SecretString>,
    /// The address, with or without a version, under any prefix.
    pub base_url: String,
    /// The model.
    pub model: String,
    /// How hard to think: one of `none`, `minimal`, `low`, `medium`, `high`, `xhigh`, `max`, of which each model knows
    /// some; as the model likes when absent.
    pub reasoning_effort: Option<String>,
    /// Further headers; credentials among them, such as Azure's `api-key`, take the place of the key.
    pub extra_headers: Vec<(String, SecretString)>,
}

impl OpenAiConfig {
    /// What is needed to ask for `operation`, such as `embeddings`.
    fn exchange(&self, operation: &str, transport: Arc<dyn Transport>) -> Result<Exchange, ConfigError> {
        let mut problems = Vec::new();
        let headers = self.headers(&mut problems);
        if let Err(problem) = endpoint::effort(self.reasoning_effort.as_deref(), &EFFORTS) {
            problems.push(problem);
        }
        let url = endpoint::address(&self.base_url, operation, BASE_URL);
        let url = url.map_err(|problem| problems.push(problem)).ok();
        let url = ConfigError::unless(problems, url)?;
        let models = endpoint::models(&url, operation);
        let names = Names {
            provider: self.provider.clone(),
            model: self.model.clone(),
            base_url: BASE_URL,
            api_key: API_KEY,
            stray_key: endpoint::stray_key(&url, &headers),
        };
        Ok(Exchange { transport, url, models, headers, names })
    }

    fn headers(&self, problems: &mut Vec<String>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        match self.api_key.as_ref().map(|key| endpoint::bearer(key, API_KEY)) {
            Some(Ok(bearer)) => drop(headers.insert(AUTHORIZATION, bearer)),
            Some(Err(problem)) => problems.push(problem),
            None => {}
        }
        endpoint::add_extra(&mut headers, &self.extra_headers, problems);
        headers
    }
}
