//! A model for each part of the game.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use super::error::ModelError;
use super::model::{ChatReply, ChatRequest, Component, Deltas, Descriptor, Model};

/// Passes each call on to the model of its component.
pub struct ByComponent {
    usual: Arc<dyn Model>,
    own: BTreeMap<Component, Arc<dyn Model>>,
}

impl ByComponent {
    /// `usual` for every component that has none of its `own`.
    pub fn new(usual: Arc<dyn Model>, own: BTreeMap<Component, Arc<dyn Model>>) -> Self {
        Self { usual, own }
    }
}

#[async_trait]
impl Model for ByComponent {
    /// The usual model's.
    fn descriptor(&self) -> &Descriptor {
        self.usual.descriptor()
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        self.own.get(&request.component).unwrap_or(&self.usual).chat(request, deltas).await
    }
}
