//! OpenAI's embeddings.

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::embed::{EmbedReply, EmbedRequest, Embedder};
use super::super::endpoint::{self, ConfigError};
use super::super::error::{ErrorKind, ModelError};
use super::super::exchange::{Answer, Exchange, Wanted};
use super::super::model::Descriptor;
use super::super::reach::{Reach, Reached};
use super::super::transport::Transport;
use super::super::usage::Usage;
use super::OpenAiConfig;

/// A model behind `/v1/embeddings`.
pub struct OpenAiEmbedder {
    exchange: Exchange,
    descriptor: Descriptor,
}

impl OpenAiEmbedder {
    /// A model that is reached through `transport`.
    ///
    /// # Errors
    /// [`ConfigError`] with everything that is wrong with the settings.
    pub fn new(config: OpenAiConfig, transport: Arc<dyn Transport>) -> Result<Self, ConfigError> {
        let exchange = config.exchange("embeddings", transport)?;
        let server = endpoint::server(&exchange.url);
        let descriptor = Descriptor { server, ..Descriptor::new(config.provider, config.model) };
        Ok(Self { exchange, descriptor })
    }

    fn reply(&self, answer: &Value, asked: &EmbedRequest) -> Result<EmbedReply, Flaw> {
        let items = answer["data"].as_array().ok_or(Flaw::Unreadable)?;
        let found = items.len();
        let mut vectors: Vec<Option<Vec<f32>>> = vec![None; asked.inputs.len()];
        for (position, item) in items.iter().enumerate() {
            let index = item["index"].as_u64().map_or(Some(position), |index| usize::try_from(index).ok());
            let place = index.and_then(|index| vectors.get_mut(index)).filter(|place| place.is_none());
            *place.ok_or(Flaw::Count(found))? = Some(vector(&item["embedding"]).ok_or(Flaw::Unreadable)?);
        }
        let vectors = vectors.into_iter().collect::<Option<Vec<_>>>().ok_or(Flaw::Count(found))?;
        let length = vectors.first().map_or(0, Vec::len);
        let wanted = asked.dimensions.map_or(length, |wanted| wanted as usize);
        if length == 0 || wanted != length || vectors.iter().any(|vector| vector.len() != length) {
            return Err(Flaw::Dimensions);
        }
        let usage = answer["usage"]["prompt_tokens"].as_u64().or_else(|| answer["usage"]["total_tokens"].as_u64());
        Ok(EmbedReply {
            vectors,
            provider: self.descriptor.provider.clone(),
            model: answer["model"].as_str().unwrap_or(&self.descriptor.model).to_owned(),
            usage: usage.map(|input| Usage { input, ..Usage::default() }),
            ..EmbedReply::default()
        })
    }

    fn explain(&self, flaw: Flaw, asked: &EmbedRequest) -> ModelError {
        let provider = &self.descriptor.provider;
        let sentence = match flaw {
            Flaw::Unreadable => format!("{provider} gave vectors that cannot be understood"),
            Flaw::Count(found) => {
                format!("{provider} gave {found} vectors for {} texts, not one for each", asked.inputs.len())
            }
            Flaw::Dimensions => format!("{provider} gave vectors of other lengths than were asked for"),
        };
        ModelError::new(ErrorKind::BadResponse, sentence)
    }
}

/// What can be wrong with vectors.
enum Flaw {
    Unreadable,
    Count(usize),
    Dimensions,
}

#[async_trait]
impl Embedder for OpenAiEmbedder {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn embed(&self, request: &EmbedRequest) -> Result<EmbedReply, ModelError> {
        if request.inputs.is_empty() {
            return Err(ModelError::new(ErrorKind::InvalidRequest, "there is no text to embed"));
        }
        let mut body = json!({"model": self.descriptor.model, "input": request.inputs, "encoding_format": "float"});
        if let Some(dimensions) = request.dimensions {
            body["dimensions"] = json!(dimensions);
        }
        match self.exchange.post(&body, Wanted::Whole, request.resend_count).await? {
            Answer::Whole(answer) => self.reply(&answer, request).map_err(|flaw| self.explain(flaw, request)),
            Answer::Stream(_) => Err(self.explain(Flaw::Unreadable, request)),
        }
    }
}

#[async_trait]
impl Reach for OpenAiEmbedder {
    async fn reach(&self) -> Result<Reached, ModelError> {
        self.exchange.reach().await
    }
}

/// Numbers, or, from servers that do not heed what was asked, their bytes in base64.
fn vector(value: &Value) -> Option<Vec<f32>> {
    #[expect(clippy::cast_possible_truncation, reason = "vectors have single precision")]
    let number = |number: &Value| number.as_f64().map(|number| number as f32).filter(|number| number.is_finite());
    match value {
        Value::Array(numbers) => numbers.iter().map(number).collect(),
        Value::String(text) => {
            let bytes = STANDARD.decode(text).ok().filter(|bytes| bytes.len() % 4 == 0)?;
            let numbers = bytes.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]));
            numbers.map(|number| number.is_finite().then_some(number)).collect()
        }
        _ => None,
    }
}
