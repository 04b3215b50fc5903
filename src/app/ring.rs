//! The outer ring, where there is one: everything that is observed passes here.

use std::sync::Arc;

use crate::config::Config;
use crate::game::Campaign;
use crate::llm::{Model, Transport};
use crate::observe::{
    ObservedAdventure, ObservedAuthor, ObservedMaster, ObservedModel, ObservedPlay, ObservedStore, ObservedTransport,
    Pipeline,
};
use crate::play::{Adventure, Author, Engine, Master, ModelAuthor, ModelMaster, Play};
use crate::store::Store;

/// Puts the outer ring around things, when there is one.
pub(super) struct Ring<'a> {
    pub(super) pipeline: Option<Pipeline>,
    pub(super) config: &'a Config,
}

impl Ring<'_> {
    pub(super) fn transport(&self, inner: Arc<dyn Transport>) -> Arc<dyn Transport> {
        match &self.pipeline {
            Some(ring) => Arc::new(ObservedTransport::new(inner, ring.telemetry(), ring.propagator())),
            None => inner,
        }
    }

    pub(super) fn model(&self, inner: Arc<dyn Model>) -> Arc<dyn Model> {
        match &self.pipeline {
            Some(ring) => Arc::new(ObservedModel::new(inner, ring.telemetry())),
            None => inner,
        }
    }

    /// A store in memory is no database, and not worth a span.
    pub(super) fn store(&self, inner: Arc<dyn Store>) -> Arc<dyn Store> {
        match (&self.pipeline, inner.database()) {
            (Some(ring), Some(database)) => Arc::new(ObservedStore::new(inner, &database, ring.telemetry())),
            _ => inner,
        }
    }

    pub(super) fn author(&self, inner: ModelAuthor) -> Arc<dyn Author> {
        match &self.pipeline {
            Some(ring) => Arc::new(ObservedAuthor::new(Arc::new(inner), ring.telemetry(), &self.config.campaign)),
            None => Arc::new(inner),
        }
    }

    /// Games for one player, told by the storyteller of `campaign`.
    pub(super) fn adventure(&self, inner: Arc<dyn Adventure>, campaign: &Campaign) -> Arc<dyn Adventure> {
        match &self.pipeline {
            Some(ring) => Arc::new(ObservedAdventure::new(inner, ring.telemetry(), &campaign.storyteller.name)),
            None => inner,
        }
    }

    pub(super) fn master(&self, inner: ModelMaster) -> Arc<dyn Master> {
        match &self.pipeline {
            Some(ring) => Arc::new(ObservedMaster::new(Arc::new(inner), ring.telemetry())),
            None => Arc::new(inner),
        }
    }

    pub(super) fn play(&self, inner: Engine, campaign: &Campaign) -> Arc<dyn Play> {
        match &self.pipeline {
            Some(ring) => {
                let agent = &campaign.storyteller.name;
                Arc::new(ObservedPlay::new(Arc::new(inner), ring.telemetry(), agent, &self.config.campaign))
            }
            None => Arc::new(inner),
        }
    }
}
