//! Opens the trace store, and says how it is.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::clock::Clock;
use crate::http;
use crate::llm::PriceList;
use crate::observe::{FlowReport, Way};
use crate::traces::{Config, OpenError, Place, Traces};

/// The trace store, or what there is in its place.
#[derive(Default)]
pub(super) struct Opened {
    pub(super) store: Option<Arc<Traces>>,
    /// What the user should know about it.
    pub(super) notice: Option<String>,
    /// The same for everyone who asks whether the program is ready: without names of files.
    pub(super) remark: Option<&'static str>,
}

/// Opens it as `config` says. Where its file cannot be used, it is kept in memory, for the game does not depend on it.
pub(super) fn open(
    config: Option<&Config>,
    prices: &Arc<PriceList>,
    clock: &Arc<dyn Clock>,
) -> Result<Opened, OpenError> {
    let Some(config) = config else { return Ok(Opened::default()) };
    let open = |config: &Config| Traces::open(config.clone(), Arc::clone(prices), Arc::clone(clock)).map(Arc::new);
    match open(config) {
        Ok(store) => Ok(Opened { store: Some(store), ..Opened::default() }),
        Err(error) if config.place != Place::Memory => {
            let store = open(&Config { place: Place::Memory, ..config.clone() })?;
            let notice = format!("{error}. Until then traces are kept in memory, and end with the program.");
            let remark = match error.shown_at() {
                Some(_) => "another Zeroth has the file, so traces are kept in memory, and end with the program",
                None => "the file cannot be used, so traces are kept in memory, and end with the program",
            };
            Ok(Opened { store: Some(store), notice: Some(notice), remark: Some(remark) })
        }
        Err(error) => Err(error),
    }
}

/// How it is, for `/readyz`: players may come in either way.
pub(super) struct TracesProbe {
    pub(super) store: Arc<Traces>,
    pub(super) remark: Option<&'static str>,
    pub(super) flows: Box<dyn Fn() -> Vec<FlowReport> + Send + Sync>,
}

impl http::Probe for TracesProbe {
    fn name(&self) -> &'static str {
        "traces"
    }

    fn report(&self) -> http::ProbeReport {
        let mut detail = counts(&(self.flows)(), Way::Kept);
        let stopped =
            self.store.has_stopped().then_some("nothing is kept any more, by a mistake of Zeroth: start it again");
        if let (Some(notice), Some(detail)) = (stopped.or(self.remark), detail.as_object_mut()) {
            detail.insert("notice".to_owned(), json!(notice));
        }
        http::ProbeReport { ready: true, detail }
    }
}

/// What became of the telemetry that went one way.
pub(super) fn counts(flows: &[FlowReport], way: Way) -> Value {
    let those = flows.iter().filter(|flow| flow.way == way).map(|flow| {
        let counts = json!({
            "queued": flow.queued,
            "exported": flow.exported,
            "dropped": flow.refused,
            "failed": flow.failed,
        });
        (flow.signal.to_owned(), counts)
    });
    those.collect()
}
