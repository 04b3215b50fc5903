//! The composition root: the only place that names concrete models, stores and clocks.

mod adapters;
mod doctor;
mod games;
mod keeper;
mod models;
mod recording;
mod ring;
mod sessions;
mod traces;

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;

use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::content::Content;
use crate::game::{Campaign, Problem};
use crate::http;
use crate::http::Listeners;
use crate::id::{Ids, RandomIds};
use crate::lifecycle;
use crate::llm::sim::{Sim, SimEmbedder};
use crate::llm::{Ledger, Model, PriceList};
use crate::observe::{self, FlowReport, ObserveHttp, Pipeline, Sink, Viewers, Way};
use crate::play::{Games, Play};
use crate::prompt::{self, Prompts};
use crate::store::{OpenError, StoreError};
use crate::task::Tasks;
use crate::traces::{OpenError as TracesError, Traces};
use crate::wire;

pub use doctor::{Finding, Health, doctor};
use games::Ingredients;
use keeper::Keeper;
use models::Models;
pub use recording::{Destination, LINE, RecordingError, export, shown_at, takes_telemetry};
use ring::Ring;
use traces::{Opened, TracesProbe};

/// The program, put together and not yet running.
pub struct App {
    games: Games,
    tasks: Tasks,
    ids: Arc<dyn Ids>,
    clock: Arc<dyn Clock>,
    model: String,
    unpriced: Vec<String>,
    campaign: Arc<Campaign>,
    keeper: Arc<Keeper>,
    pipeline: Option<Pipeline>,
    traces: Opened,
}

/// What was left undone when the server ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Turns, and setups of games, that were cancelled when the time was up.
    pub cancelled: usize,
    /// What became of the telemetry.
    pub telemetry: Vec<FlowReport>,
}

/// What tests and benchmarks put in the place of the real thing.
#[derive(Default)]
pub struct Seams {
    /// The time.
    pub clock: Option<Arc<dyn Clock>>,
    /// Names and numbers.
    pub ids: Option<Arc<dyn Ids>>,
    /// Who answers, before faults, timeouts, retries, prices, budgets and telemetry are put around it.
    pub model: Option<Arc<dyn Model>>,
    /// Who gets every finished span and log record.
    pub sink: Option<Arc<dyn Sink>>,
}

/// The program cannot be put together.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// A prompt, a campaign or the prices are wrong.
    #[error("{file}:\n{}", .problems.iter().map(|problem| format!("  - {problem}")).collect::<Vec<_>>().join("\n"))]
    Content {
        /// Which.
        file: String,
        /// Everything that is wrong with it.
        problems: Vec<String>,
    },
    /// The model cannot be set up.
    #[error("the model cannot be set up: {0}")]
    Model(String),
    /// The telemetry cannot be set up.
    #[error(transparent)]
    Pipeline(#[from] observe::PipelineError),
    /// Telemetry cannot be kept, not even in memory.
    #[error("the traces cannot be kept: {0}")]
    Traces(#[from] TracesError),
    /// The games cannot be reached.
    #[error("the games cannot be kept: {0}")]
    Store(#[from] OpenError),
    /// The games can be reached, but not read.
    #[error(transparent)]
    Sessions(#[from] StoreError),
    /// Logging cannot be set up.
    #[error(transparent)]
    Logs(#[from] observe::LogsError),
}

impl App {
    /// Puts the program together as `config` says. Must be called inside a Tokio runtime.
    ///
    /// # Errors
    /// [`AppError`].
    pub fn compose(config: &Config, seams: Seams) -> Result<Self, AppError> {
        let clock = seams.clock.unwrap_or_else(|| Arc::new(SystemClock::start()));
        let ids = seams.ids.unwrap_or_else(|| Arc::new(RandomIds));
        let content = config.content_dir.as_ref().map_or_else(Content::default, Content::overridden_by);
        let named = |file: String| move |problems| AppError::content(file, problems);
        let campaign_file = format!("campaign {}", config.campaign);
        let campaign = Arc::new(prompt::campaign(&content, &config.campaign).map_err(named(campaign_file))?);
        let prompts = Prompts::load(&content).map_err(named("prompts".to_owned()))?;
        let prices = Arc::new(prices(config)?);
        let traces = traces::open(config.traces.as_ref(), &prices, &clock)?;
        let viewers = Viewers { sink: seams.sink, traces: traces.store.clone() };
        let pipeline = config
            .observe
            .as_ref()
            .map(|observe| Pipeline::build(observe, Arc::clone(&clock), Arc::clone(&ids), viewers));
        let ring = Ring { pipeline: pipeline.transpose()?, config };

        let ledger = Arc::new(Ledger::new(config.resilience.budgets, Arc::clone(&clock)));
        let mut models = Models::new(config, &ring, &*ids, &clock, prices, &ledger);
        let model = models.compose(seams.model)?;
        let unpriced = models.unpriced();
        if let Some(pipeline) = &ring.pipeline {
            pipeline.watch_budgets(&ledger);
        }
        let store = ring.store(sessions::open(&config.store)?);
        let keeper = Arc::new(Keeper::new(Arc::clone(&store), ledger, Arc::clone(&clock)));
        let games = Ingredients {
            config,
            ring: &ring,
            content: &content,
            campaign: &campaign,
            prompts,
            model: Arc::clone(&model),
            store,
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
        }
        .compose();
        let tasks = if ring.pipeline.is_some() { Tasks::new(observe::carry) } else { Tasks::default() };
        let model = model.descriptor().model.clone();
        Ok(Self { games, tasks, ids, clock, model, unpriced, campaign, keeper, pipeline: ring.pipeline, traces })
    }

    /// Opens the store, takes over what was spent before, and looks after both from now on.
    ///
    /// # Errors
    /// [`AppError::Store`] when the store cannot be reached or used.
    pub async fn prepare(&self) -> Result<(), AppError> {
        self.keeper.prepare().await?;
        let closing = self.tasks.closing();
        drop(self.tasks.spawn(Arc::clone(&self.keeper).run(closing)));
        Ok(())
    }

    /// The game.
    pub fn play(&self) -> Arc<dyn Play> {
        Arc::clone(&self.games.play)
    }

    /// All games.
    pub fn games(&self) -> &Games {
        &self.games
    }

    /// Where tasks run.
    pub fn tasks(&self) -> Tasks {
        self.tasks.clone()
    }

    /// The name of the model that answers.
    pub fn model(&self) -> &str {
        &self.model
    }

    /// The models whose prices nobody knows.
    pub fn unpriced(&self) -> &[String] {
        &self.unpriced
    }

    /// The campaign that is played.
    pub fn campaign(&self) -> &Campaign {
        &self.campaign
    }

    /// The trace store, where there is one.
    pub fn traces(&self) -> Option<&Arc<Traces>> {
        self.traces.store.as_ref()
    }

    /// What the user should know about the trace store.
    pub fn traces_notice(&self) -> Option<&str> {
        self.traces.notice.as_deref()
    }

    /// Starts log lines and records for the whole process; `filter` says which lines appear unless the user does.
    ///
    /// # Errors
    /// [`AppError::Logs`] when the filter cannot be read.
    pub fn start_logs(&self, config: &Config, filter: &str) -> Result<(), AppError> {
        let provider = self.pipeline.as_ref().and_then(Pipeline::logger_provider);
        Ok(observe::start_logs(&config.logs, filter, provider)?)
    }

    /// The web server's routes, observed.
    pub fn router(&self, config: &Config) -> Router {
        let mut services = http::Services {
            games: self.games.clone(),
            tasks: self.tasks(),
            ids: Arc::clone(&self.ids),
            metrics: Arc::new(|| "# telemetry is switched off: OTEL_SDK_DISABLED is true\n".to_owned()),
            probes: vec![Arc::clone(&self.keeper) as Arc<dyn http::Probe>],
            version: config.version.clone(),
        };
        let game = match &self.pipeline {
            None => http::router(config.http.clone(), services),
            Some(pipeline) => {
                services.metrics = Arc::new(pipeline.prometheus());
                services.probes.push(Arc::new(TelemetryProbe { flows: Box::new(pipeline.flows()) }));
                if let Some(store) = self.traces.store.clone() {
                    let (flows, remark) = (Box::new(pipeline.flows()), self.traces.remark);
                    services.probes.push(Arc::new(TracesProbe { store, remark, flows }));
                }
                let observe = ObserveHttp::new(pipeline.telemetry(), pipeline.propagator());
                http::router(config.http.clone(), services).layer(observe)
            }
        };
        // What is told by others, and looking at it, is not observed: telemetry of telemetry would never end.
        let watched = game.merge(http::console(self.console(config)));
        let whole = match &self.traces.store {
            Some(store) => watched.merge(http::intake(Arc::clone(store), &config.http, self.tasks.closing())),
            None => watched,
        };
        http::guarded(whole, &config.http)
    }

    /// What is served on the further ports for telemetry.
    fn receivers(&self, config: &Config) -> Vec<Router> {
        let Some(store) = &self.traces.store else { return Vec::new() };
        let route = |receiver: &http::Receiver| receiver.router(&config.http, Arc::clone(store), self.tasks.closing());
        config.http.receivers.iter().map(route).collect()
    }

    fn console(&self, config: &Config) -> http::Console {
        http::Console {
            traces: self.traces.store.clone(),
            version: config.version.clone(),
            tables: BTreeMap::from([
                ("campaign".to_owned(), config.campaign.clone()),
                ("model".to_owned(), self.model.clone()),
            ]),
            clock: Arc::clone(&self.clock),
            closing: self.tasks.closing(),
        }
    }

    /// Serves the game on `listeners` until `shutdown` resolves, finishes the turns under way, and sends the last
    /// telemetry; each of the two within the configured bound.
    ///
    /// # Errors
    /// The operating system's, when connections cannot be taken any more.
    pub async fn serve(
        self,
        config: &Config,
        listeners: impl Into<Listeners>,
        shutdown: impl Future<Output = ()> + Send,
    ) -> io::Result<Ended> {
        let (play, tasks, grace) = (self.play(), self.tasks(), config.shutdown_timeout);
        // Words the shared table's setup before anyone asks. If that fails, the first player's request tries again.
        drop(tasks.spawn(async move { play.shared().await.map(drop) }));
        let Listeners { game, receivers } = listeners.into();
        let faces = [(game, self.router(config))].into_iter().chain(receivers.into_iter().zip(self.receivers(config)));
        let cancelled = lifecycle::serve(faces, &tasks, grace, shutdown).await?;
        Ok(Ended { cancelled, telemetry: self.shutdown(grace).await })
    }

    /// Saves the budgets and sends the last telemetry, each within `bound`; says what became of the telemetry.
    pub async fn shutdown(self, bound: Duration) -> Vec<FlowReport> {
        // What is not saved in time was not saved before a sudden end either.
        let _ = tokio::time::timeout(bound, self.keeper.save()).await;
        match self.pipeline {
            Some(pipeline) => pipeline.shutdown(bound).await,
            None => Vec::new(),
        }
    }
}

impl AppError {
    /// Whether the user's settings or files are to blame.
    pub const fn is_usage(&self) -> bool {
        matches!(self, Self::Content { .. } | Self::Model(_) | Self::Logs(_))
    }

    fn content(file: String, problems: Vec<Problem>) -> Self {
        Self::Content { file, problems: problems.iter().map(Problem::to_string).collect() }
    }
}

/// The simulator for other programs, as routes.
pub fn simulator(config: &Config) -> Router {
    let services = wire::Services {
        model: Arc::new(Sim::new(config.sim)),
        embedder: Arc::new(SimEmbedder::new()),
        clock: Arc::new(SystemClock::start()),
        ids: Arc::new(RandomIds),
    };
    wire::router(config.wire.clone(), services)
}

fn prices(config: &Config) -> Result<PriceList, AppError> {
    let Some(file) = &config.prices else { return Ok(PriceList::built_in()) };
    let name = file.display().to_string();
    let unusable = |problem: String| AppError::Content { file: name.clone(), problems: vec![problem] };
    let text = fs::read_to_string(file).map_err(|error| unusable(error.to_string()))?;
    PriceList::read(&text).map_err(|error| unusable(error.to_string()))
}

/// Whether telemetry gets out, for `/readyz`: players may come in either way.
struct TelemetryProbe {
    flows: Box<dyn Fn() -> Vec<FlowReport> + Send + Sync>,
}

impl http::Probe for TelemetryProbe {
    fn name(&self) -> &'static str {
        "telemetry"
    }

    fn report(&self) -> http::ProbeReport {
        http::ProbeReport { ready: true, detail: traces::counts(&(self.flows)(), Way::Out) }
    }
}
