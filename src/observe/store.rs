//! The store, observed: every question to the database leaves its duration, and in a trace one CLIENT span.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use opentelemetry::trace::{FutureExt as _, SpanBuilder, SpanKind, Status, TraceContextExt as _};
use opentelemetry::{Context, KeyValue};

use crate::id::SessionId;
use crate::store::{
    Database, Entry, Expected, KeptTurn, NewTurn, OpenError, Page, Session, Spending, Store, StoreError, Summary,
};

use super::scope::CurrentStage;
use super::semconv::attr;
use super::telemetry::{Telemetry, left, with};

/// Wraps a [`Store`] and records each question.
pub struct ObservedStore {
    inner: Arc<dyn Store>,
    telemetry: Telemetry,
    /// What is the same for every question.
    labels: Vec<KeyValue>,
}

/// What is done, and to which table.
#[derive(Clone, Copy)]
struct Question(&'static str, &'static str);

impl ObservedStore {
    /// Observes `inner`, which asks `database`.
    pub fn new(inner: Arc<dyn Store>, database: &Database, telemetry: Telemetry) -> Self {
        let mut labels = vec![
            KeyValue::new(attr::DB_SYSTEM_NAME, database.system),
            KeyValue::new(attr::DB_NAMESPACE, database.namespace.clone()),
            KeyValue::new(attr::COMPONENT, "store"),
        ];
        if let Some((host, port)) = &database.server {
            labels.push(KeyValue::new(attr::SERVER_ADDRESS, host.clone()));
            labels.push(KeyValue::new(attr::SERVER_PORT, i64::from(*port)));
        }
        Self { inner, telemetry, labels }
    }

    async fn record<T>(
        &self,
        question: Question,
        answer: impl Future<Output = Result<T, StoreError>> + Send,
    ) -> Result<T, StoreError> {
        let mut record = QuestionRecord::open(self, question);
        let context = record.context.clone();
        let answer = answer.with_context(context).await;
        match &answer {
            // That there is no such session is an answer.
            Ok(_) | Err(StoreError::Unknown(_) | StoreError::Full { .. }) => record.end(None),
            Err(error) => record.end(Some((error.kind(), &error.to_string()))),
        }
        answer
    }
}

#[async_trait]
impl Store for ObservedStore {
    async fn prepare(&self) -> Result<(), OpenError> {
        self.inner.prepare().await
    }

    async fn create(&self, session: Session) -> Result<Arc<Session>, StoreError> {
        self.record(Question("INSERT", "sessions"), self.inner.create(session)).await
    }

    async fn room(&self, now: SystemTime) -> Result<(), StoreError> {
        self.record(Question("SELECT", "sessions"), self.inner.room(now)).await
    }

    async fn load(&self, id: SessionId, turns: usize) -> Result<Arc<Session>, StoreError> {
        self.record(Question("SELECT", "sessions"), self.inner.load(id, turns)).await
    }

    async fn append_turn(&self, id: SessionId, expected: Expected, turn: NewTurn) -> Result<Arc<KeptTurn>, StoreError> {
        self.record(Question("INSERT", "turns"), self.inner.append_turn(id, expected, turn)).await
    }

    async fn remove_turn(&self, id: SessionId, revision: u64) -> Result<Arc<KeptTurn>, StoreError> {
        self.record(Question("UPDATE", "turns"), self.inner.remove_turn(id, revision)).await
    }

    async fn list(&self, page: Page) -> Result<Vec<Summary>, StoreError> {
        self.record(Question("SELECT", "sessions"), self.inner.list(page)).await
    }

    async fn transcript(&self, id: SessionId, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.record(Question("SELECT", "turns"), self.inner.transcript(id, limit)).await
    }

    async fn asides(&self, id: SessionId, limit: usize) -> Result<Vec<Arc<KeptTurn>>, StoreError> {
        self.record(Question("SELECT", "turns"), self.inner.asides(id, limit)).await
    }

    async fn delete(&self, id: SessionId) -> Result<(), StoreError> {
        self.record(Question("DELETE", "sessions"), self.inner.delete(id)).await
    }

    async fn rename(&self, id: SessionId, name: SessionId) -> Result<(), StoreError> {
        self.record(Question("UPDATE", "sessions"), self.inner.rename(id, name)).await
    }

    async fn sweep(&self, now: SystemTime) -> Result<usize, StoreError> {
        self.record(Question("DELETE", "sessions"), self.inner.sweep(now)).await
    }

    async fn spent(&self, scope: &str, limit: usize) -> Result<Vec<Spending>, StoreError> {
        self.record(Question("SELECT", "spendings"), self.inner.spent(scope, limit)).await
    }

    async fn spend(&self, spendings: Vec<Spending>, at: SystemTime) -> Result<Vec<Spending>, StoreError> {
        self.record(Question("INSERT", "spendings"), self.inner.spend(spendings, at)).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        // It is no question of anybody's.
        self.inner.check().await
    }

    fn database(&self) -> Option<Database> {
        self.inner.database()
    }
}

/// A question under way; when it is dropped before its end, whoever asked went away.
struct QuestionRecord<'a> {
    telemetry: &'a Telemetry,
    context: Context,
    /// Whether the context's span is this question's.
    is_span: bool,
    labels: Vec<KeyValue>,
    started: Duration,
    ended: bool,
}

impl<'a> QuestionRecord<'a> {
    fn open(store: &'a ObservedStore, Question(operation, collection): Question) -> Self {
        let parent = Context::current();
        let labels = with(
            &store.labels,
            [KeyValue::new(attr::DB_OPERATION_NAME, operation), KeyValue::new(attr::DB_COLLECTION_NAME, collection)],
        );
        let builder = SpanBuilder::from_name(format!("{operation} {collection}"));
        let builder =
            builder.with_kind(SpanKind::Client).with_attributes(with(&labels, CurrentStage::attributes(&parent)));
        let telemetry = &store.telemetry;
        // Housekeeping belongs to no trace, and a trace for every few seconds of it would hide the others.
        let context = if parent.has_active_span() { telemetry.start(builder, &parent) } else { parent };
        let is_span = context.has_active_span();
        Self { telemetry, context, is_span, labels, started: telemetry.clock().ticks(), ended: false }
    }

    fn end(&mut self, error: Option<(&'static str, &str)>) {
        self.ended = true;
        if self.is_span {
            let span = self.context.span();
            if let Some((kind, message)) = error {
                span.set_attribute(KeyValue::new(attr::ERROR_TYPE, kind));
                span.set_status(Status::error(message.to_owned()));
            }
            self.telemetry.end(&self.context);
        }
        let labels = with(&self.labels, error.map(|(kind, _)| KeyValue::new(attr::ERROR_TYPE, kind)));
        self.telemetry.instruments().db_duration.record(self.telemetry.since(self.started), &labels);
    }
}

impl Drop for QuestionRecord<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.end(Some(left("whoever asked went away")));
        }
    }
}
