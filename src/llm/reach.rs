//! The cheapest question there is: are you there, do you take this key, do you know this model?

use std::fmt;

use async_trait::async_trait;
use reqwest::Url;
use serde_json::Value;

use super::error::{ErrorKind, ModelError};
use super::exchange::Exchange;

/// Something that can be asked whether it would answer, at no cost. It waits as long as it takes: bound it.
#[async_trait]
pub trait Reach: Send + Sync {
    /// Asks.
    ///
    /// # Errors
    /// [`ModelError`], as a call would give it: no connection, a key that is rejected, a model that is unknown.
    async fn reach(&self) -> Result<Reached, ModelError>;
}

/// What a provider that can be reached says of the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// It takes the key and knows the model.
    Known,
    /// It takes the key, but the model is not in its list.
    Unlisted,
    /// It is there, but has no list of models: neither key nor model were looked at.
    Unchecked,
}

impl fmt::Display for Reached {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Known => "it answers and knows the model",
            Self::Unlisted => "it answers, but does not list the model: check ZEROTH_MODEL",
            Self::Unchecked => {
                "it answers, but has no list of models: the first turn will show if key and model are right"
            }
        })
    }
}

impl Exchange {
    /// Asks for the model, and where the server knows no such question, for the list of all.
    pub(super) async fn reach(&self) -> Result<Reached, ModelError> {
        let doubt = match self.get(self.model_url()).await {
            Ok(_) => return Ok(Reached::Known),
            Err(error) if is_nowhere(&error) => error,
            Err(error) => return Err(error),
        };
        match self.get(self.models.clone()).await {
            Ok(list) if is_listed(&list, &self.names.model) => Ok(Reached::Known),
            // Deployments have names of their own, which no list of models holds.
            Ok(_) if self.names.provider == "azure.ai.openai" => Ok(Reached::Unlisted),
            Ok(_) if doubt.kind == ErrorKind::ModelNotFound => Err(doubt),
            Ok(_) => Ok(Reached::Unlisted),
            Err(error) if is_nowhere(&error) && doubt.kind == ErrorKind::ModelNotFound => Err(doubt),
            Err(error) if is_nowhere(&error) => Ok(Reached::Unchecked),
            Err(error) => Err(error),
        }
    }

    fn model_url(&self) -> Url {
        let mut url = self.models.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.push(&self.names.model);
        }
        url
    }
}

/// The server has nothing there, or not for this method.
fn is_nowhere(error: &ModelError) -> bool {
    matches!(error.status, Some(404 | 405))
}

/// Lists differ in their envelope, and names in a prefix (`models/…`) and the usual tag.
fn is_listed(list: &Value, model: &str) -> bool {
    let items = list["data"].as_array().or_else(|| list["models"].as_array()).or_else(|| list.as_array());
    let ids = items.into_iter().flatten().filter_map(|item| item["id"].as_str().or_else(|| item["name"].as_str()));
    ids.map(|id| id.strip_prefix("models/").unwrap_or(id))
        .any(|id| id == model || id.strip_suffix(":latest") == Some(model))
}
