//! What wrappers tell each other through the trace context: which component is at work, how many calls it made and which, and
//! where the game stands.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use futures::future::BoxFuture;
use opentelemetry::trace::{FutureExt as _, SpanContext};
use opentelemetry::{Context, KeyValue};

use crate::id::RunId;
use crate::llm::Component;
use crate::play::Stage;

use super::semconv::attr;

/// Attaches the current trace context to a future that is about to be spawned.
pub fn carry(future: BoxFuture<'static, ()>) -> BoxFuture<'static, ()> {
    Box::pin(future.with_current_context())
}

/// The component that an HTTP request turned out to be about.
#[derive(Debug, Clone, Default)]
pub(super) struct RequestScope(Arc<OnceLock<Component>>);

impl RequestScope {
    /// The component's name, or `http` when the request reached none.
    pub(super) fn component(&self) -> &'static str {
        self.0.get().map_or("http", |component| component.as_str())
    }

    /// Notes the component in the surrounding request, if there is one. The first one wins.
    pub(super) fn note(context: &Context, component: Component) {
        if let Some(scope) = context.get::<Self>() {
            let _ = scope.0.set(component);
        }
    }
}

/// How many model calls the surrounding turn or workflow made.
#[derive(Debug, Clone, Default)]
pub(super) struct CallCount(Arc<AtomicU64>);

impl CallCount {
    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Counts one call in the surrounding turn or workflow, if there is one.
    pub(super) fn count(context: &Context) {
        if let Some(count) = context.get::<Self>() {
            count.0.fetch_add(1, Ordering::Relaxed);
        }
    }
}

/// The component a wrapper deeper inside belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct CurrentComponent(pub(super) Component);

/// Where the game of the surrounding turn stands, as soon as somebody has said it.
#[derive(Debug, Clone, Default)]
pub(super) struct CurrentStage(Arc<Mutex<Option<Stage>>>);

impl CurrentStage {
    /// Tells it to whatever starts in the surrounding turn from now on.
    pub(super) fn note(context: &Context, stage: &Stage) {
        if let Some(current) = context.get::<Self>() {
            *lock(&current.0) = Some(stage.clone());
        }
    }

    /// The attributes of a span that starts now.
    pub(super) fn attributes(context: &Context) -> Vec<KeyValue> {
        context.get::<Self>().and_then(|current| lock(&current.0).as_ref().map(stage_attributes)).unwrap_or_default()
    }
}

/// Scene and outcome.
pub(super) fn stage_attributes(stage: &Stage) -> Vec<KeyValue> {
    let outcome = stage.outcome.map(|outcome| KeyValue::new(attr::OUTCOME, outcome.name()));
    std::iter::once(KeyValue::new(attr::SCENE, stage.scene.clone())).chain(outcome).collect()
}

/// The named model calls of the surrounding turn, and their spans.
#[derive(Debug, Clone, Default)]
pub(super) struct Runs(Arc<Mutex<Vec<(RunId, SpanContext)>>>);

impl Runs {
    /// Remembers the span of a call for those that follow from it.
    pub(super) fn note(context: &Context, run: RunId, span: SpanContext) {
        if let Some(runs) = context.get::<Self>() {
            lock(&runs.0).push((run, span));
        }
    }

    /// The spans of those of the calls that the surrounding turn made.
    pub(super) fn spans(context: &Context, calls: &[RunId]) -> Vec<SpanContext> {
        let Some(runs) = context.get::<Self>().filter(|_| !calls.is_empty()) else { return Vec::new() };
        lock(&runs.0).iter().filter(|(run, _)| calls.contains(run)).map(|(_, span)| span.clone()).collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Every change is a single one, so a panic elsewhere leaves nothing half done.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
