//! The wording of a game's setup, observed: an `invoke_workflow` span around its three calls.

use std::sync::Arc;

use async_trait::async_trait;
use opentelemetry::trace::{FutureExt as _, SpanBuilder, SpanKind, Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};

use crate::game::Setup;
use crate::id::{SessionId, Team};
use crate::llm::Component;
use crate::play::{Author, PlayError};

use super::logs;
use super::scope::{CallCount, RequestScope};
use super::semconv::{attr, operation};
use super::telemetry::{Telemetry, left, with};

/// Wraps an [`Author`] and records each setup.
pub struct ObservedAuthor {
    inner: Arc<dyn Author>,
    telemetry: Telemetry,
    campaign: String,
}

impl ObservedAuthor {
    /// Observes `inner`, which words setups of `campaign`.
    pub fn new(inner: Arc<dyn Author>, telemetry: Telemetry, campaign: &str) -> Self {
        Self { inner, telemetry, campaign: campaign.to_owned() }
    }

    fn open(&self, session: SessionId) -> SetupRecord<'_> {
        let parent = Context::current();
        RequestScope::note(&parent, Component::GameSetup);
        let component = Component::GameSetup.as_str();
        let builder = SpanBuilder::from_name(format!("{} {component}", operation::INVOKE_WORKFLOW))
            .with_kind(SpanKind::Internal)
            .with_attributes([
                KeyValue::new(attr::OPERATION_NAME, operation::INVOKE_WORKFLOW),
                KeyValue::new(attr::WORKFLOW_NAME, component),
                KeyValue::new(attr::CONVERSATION_ID, session.to_string()),
                KeyValue::new(attr::SESSION_ID, session.to_string()),
                KeyValue::new(attr::COMPONENT, component),
                KeyValue::new(attr::CAMPAIGN, self.campaign.clone()),
            ]);
        // A count of its own, so that these calls are not the surrounding turn's.
        let context = self.telemetry.start(builder, &parent).with_value(CallCount::default());
        SetupRecord { telemetry: &self.telemetry, context, started: self.telemetry.clock().ticks(), ended: false }
    }
}

#[async_trait]
impl Author for ObservedAuthor {
    async fn setup(&self, session: SessionId, team: &Team) -> Result<Setup, PlayError> {
        let mut record = self.open(session);
        let context = record.context.clone();
        let setup = self.inner.setup(session, team).with_context(context).await;
        record.end(setup.as_ref().err().map(|error| (error.kind(), error.public())));
        if setup.is_ok() {
            let _entered = record.context.clone().attach();
            logs::session_start(session, Component::GameSetup, &self.campaign);
        }
        setup
    }
}

/// A setup under way; when it is dropped before its end, it was cancelled.
struct SetupRecord<'a> {
    telemetry: &'a Telemetry,
    context: Context,
    started: std::time::Duration,
    ended: bool,
}

impl SetupRecord<'_> {
    fn end(&mut self, error: Option<(&'static str, String)>) {
        self.ended = true;
        let kind = error.as_ref().map(|(kind, _)| *kind);
        if let Some((kind, message)) = error {
            self.context.span().set_attribute(KeyValue::new(attr::ERROR_TYPE, kind));
            self.context.span().set_status(Status::error(message));
        }
        self.telemetry.end(&self.context);
        let component = Component::GameSetup.as_str();
        let labels = [KeyValue::new(attr::WORKFLOW_NAME, component), KeyValue::new(attr::COMPONENT, component)];
        let labels = with(&labels, kind.map(|kind| KeyValue::new(attr::ERROR_TYPE, kind)));
        self.telemetry.instruments().workflow_duration.record(self.telemetry.since(self.started), &labels);
    }
}

impl Drop for SetupRecord<'_> {
    fn drop(&mut self) {
        if !self.ended {
            let (kind, message) = left("the setup was not waited for");
            self.end(Some((kind, message.to_owned())));
        }
    }
}
