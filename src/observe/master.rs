//! The game master, observed: a span around each of the two small calls.

use std::sync::Arc;

use async_trait::async_trait;
use opentelemetry::trace::{FutureExt as _, SpanBuilder, SpanKind, Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};

use crate::id::RunId;
use crate::llm::Component;
use crate::play::{Call, Classified, Master, Occasion, PlayError, Stage, Words};
use crate::prompt::Intent;

use super::scope::CurrentStage;
use super::semconv::{attr, span};
use super::telemetry::{Telemetry, left};

/// Wraps a [`Master`] and records each of its calls.
pub struct ObservedMaster {
    inner: Arc<dyn Master>,
    telemetry: Telemetry,
}

impl ObservedMaster {
    /// Observes `inner`.
    pub fn new(inner: Arc<dyn Master>, telemetry: Telemetry) -> Self {
        Self { inner, telemetry }
    }

    fn open(&self, name: &'static str, component: Component, occasion: &Occasion<'_>) -> MasterRecord<'_> {
        let parent = Context::current();
        let session = occasion.session.to_string();
        let attributes = [
            KeyValue::new(attr::CONVERSATION_ID, session.clone()),
            KeyValue::new(attr::SESSION_ID, session),
            KeyValue::new(attr::COMPONENT, component.as_str()),
            KeyValue::new(attr::CAMPAIGN, occasion.pack.name.to_string()),
        ];
        let builder = SpanBuilder::from_name(name)
            .with_kind(SpanKind::Internal)
            .with_attributes(attributes.into_iter().chain(CurrentStage::attributes(&parent)));
        MasterRecord { telemetry: &self.telemetry, context: self.telemetry.start(builder, &parent), ended: false }
    }
}

#[async_trait]
impl Master for ObservedMaster {
    async fn classify(&self, occasion: &Occasion<'_>, input: &str) -> Classified {
        let mut record = self.open(span::INPUT_CLASSIFY, Component::Classifier, occasion);
        let classified = self.inner.classify(occasion, input).with_context(record.context.clone()).await;
        record.context.span().set_attribute(KeyValue::new(attr::INTENT, name_of(classified.intent)));
        record.end(classified.error.as_ref().map(|error| (error.kind(), error.public())));
        classified
    }

    async fn answer(
        &self,
        occasion: &Occasion<'_>,
        question: &str,
        parents: &[RunId],
        deltas: &mut Words<'_>,
    ) -> Result<Call, PlayError> {
        let mut record = self.open(span::QUESTION, Component::GmQa, occasion);
        let context = record.context.clone();
        let answer = self.inner.answer(occasion, question, parents, deltas).with_context(context).await;
        record.end(answer.as_ref().err().map(|error| (error.kind(), error.public())));
        answer
    }

    fn stands(&self, stage: &Stage) {
        CurrentStage::note(&Context::current(), stage);
        self.inner.stands(stage);
    }
}

const fn name_of(intent: Intent) -> &'static str {
    match intent {
        Intent::Question => "question",
        Intent::Action => "action",
    }
}

/// A call under way; when it is dropped before its end, it was cancelled.
struct MasterRecord<'a> {
    telemetry: &'a Telemetry,
    context: Context,
    ended: bool,
}

impl MasterRecord<'_> {
    fn end(&mut self, error: Option<(&'static str, String)>) {
        self.ended = true;
        if let Some((kind, message)) = error {
            self.context.span().set_attribute(KeyValue::new(attr::ERROR_TYPE, kind));
            self.context.span().set_status(Status::error(message));
        }
        self.telemetry.end(&self.context);
    }
}

impl Drop for MasterRecord<'_> {
    fn drop(&mut self) {
        if !self.ended {
            let (kind, message) = left("the player left before the game master was done");
            self.end(Some((kind, message.to_owned())));
        }
    }
}
