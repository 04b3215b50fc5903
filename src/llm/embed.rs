//! The port for embeddings: texts in, vectors out.

use async_trait::async_trait;

use super::error::ModelError;
use super::model::Descriptor;
use super::price::Cost;
use super::usage::Usage;

/// A model that turns texts into vectors, such that texts of like meaning lie near each other.
#[async_trait]
pub trait Embedder: Send + Sync {
    /// Which model this is.
    fn descriptor(&self) -> &Descriptor;

    /// One vector for each input, in their order.
    ///
    /// # Errors
    /// [`ModelError`]; fewer or other vectors than were asked for are one, too.
    async fn embed(&self, request: &EmbedRequest) -> Result<EmbedReply, ModelError>;
}

/// Texts to embed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EmbedRequest {
    /// The texts, at least one.
    pub inputs: Vec<String>,
    /// How many numbers each vector shall have; as many as the model likes when absent.
    pub dimensions: Option<u32>,
    /// How many attempts at this call came before.
    pub resend_count: u32,
}

/// The vectors.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EmbedReply {
    /// One for each input, all of the same length.
    pub vectors: Vec<Vec<f32>>,
    /// The provider that answered.
    pub provider: String,
    /// The model that answered, as the provider names it.
    pub model: String,
    /// True when no real model answered.
    pub simulated: bool,
    /// Tokens, when the provider says; there is no output.
    pub usage: Option<Usage>,
    /// What it cost, when both usage and price are known.
    pub cost: Option<Cost>,
}
