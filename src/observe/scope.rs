//! What inner wrappers tell outer ones through the trace context: which component was at work, how many calls it made.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};

use futures::future::BoxFuture;
use opentelemetry::Context;
use opentelemetry::trace::FutureExt as _;

use crate::llm::Component;

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
