//! The router, what it is made of, and the loop that serves it.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::serve::ListenerExt;
use secrecy::SecretString;
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::id::{Ids, Team};
use crate::play::{Games, PlayError};
use crate::task::Tasks;

use super::admission::Places;
use super::docs::{self, Pages};
use super::error::Problem;
use super::guard::{Door, HostName};
use super::health::{self, Probe};
use super::problem::ProblemDetails;
use super::receiver::Receiver;
use super::{again, archive, console, edge, games, play, scenario, solo};

/// How the game is served.
#[derive(Debug, Clone)]
pub struct Config {
    /// The name or address to listen on.
    pub host: String,
    /// The port to listen on; 0 takes a free one.
    pub port: u16,
    /// Names under which the server answers, besides its own.
    pub allowed_hosts: Vec<HostName>,
    /// What opens the console and the telemetry.
    pub token: Option<SecretString>,
    /// Further ports for telemetry.
    pub receivers: Vec<Receiver>,
    /// The teams that there are; any name is one when there are none.
    pub teams: BTreeSet<Team>,
    /// The most bytes that a request's body may have.
    pub body_limit: usize,
    /// How many turns may run at once, new games included; whoever comes then is sent away before any work is done.
    pub max_turns: usize,
    /// How long a client may take to send its body.
    pub body_timeout: Duration,
    /// How often a silent event stream says that it is still there; also how long its headers wait for the first word,
    /// so that a turn that fails early is answered with its own status.
    pub keep_alive: Duration,
    /// How long a request may wait at most while another turn of its game is played; it asks for that with `Prefer: wait=N`.
    pub max_wait: Duration,
    /// How long a browser remembers its game.
    pub cookie_max_age: Duration,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 5050,
            allowed_hosts: Vec::new(),
            token: None,
            receivers: Vec::new(),
            teams: BTreeSet::new(),
            body_limit: 64 * 1024,
            max_turns: 1000,
            body_timeout: Duration::from_secs(10),
            keep_alive: Duration::from_secs(10),
            max_wait: Duration::from_secs(30),
            cookie_max_age: Duration::from_secs(30 * 24 * 60 * 60),
        }
    }
}

impl Config {
    /// Who gets to see the console and the telemetry.
    pub fn door(&self) -> Door {
        Door::of(&self.host, self)
    }
}

/// What the handlers work with.
#[derive(Clone)]
pub struct Services {
    /// What is played.
    pub games: Games,
    /// Where turns run, so that they outlive the clients that asked for them.
    pub tasks: Tasks,
    /// Names for the sessions of new browsers.
    pub ids: Arc<dyn Ids>,
    /// The metrics as Prometheus text.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// What has to work before players are let in.
    pub probes: Vec<Arc<dyn Probe>>,
    /// The program's version.
    pub version: String,
}

/// What every handler gets.
pub(super) struct Api {
    pub(super) config: Config,
    pub(super) services: Services,
    pub(super) places: Places,
    /// Made when somebody first reads: a program should start without them.
    pub(super) pages: LazyLock<Pages, Box<dyn FnOnce() -> Pages + Send>>,
}

impl Api {
    /// Asks the game in a task of its own: what the client waits for is worth having when that client leaves.
    pub(super) async fn ask<T: Send + 'static>(
        &self,
        question: impl Future<Output = Result<T, PlayError>> + Send + 'static,
    ) -> Result<T, Problem> {
        let answer = self.services.tasks.spawn(question).result().await;
        Ok(answer.map_err(|_lost| Problem::internal())??)
    }
}

/// The game's HTTP face; [`guarded`](super::guarded) puts its rules around all faces of a server. A layer around it may put a [`TraceId`](crate::id::TraceId) into a request's extensions: it is
/// then named in the answer.
pub fn router(config: Config, services: Services) -> Router {
    let (routes, mut openapi) = routes().split_for_parts();
    openapi.merge(console::description());
    openapi.info.version.clone_from(&services.version);
    let pages = LazyLock::new(Box::new(move || Pages::new(&openapi)) as Box<dyn FnOnce() -> Pages + Send>);
    let places = Places::new(config.max_turns);
    let body_limit = DefaultBodyLimit::max(config.body_limit);
    routes
        .fallback(|| async { Problem::not_found() })
        .method_not_allowed_fallback(|| async { Problem::method_not_allowed() })
        .with_state(Arc::new(Api { config, services, places, pages }))
        .layer(body_limit)
        .layer(axum::middleware::from_fn(edge::same_origin))
        .layer(CatchPanicLayer::custom(edge::panicked))
        .layer(axum::middleware::from_fn(edge::finish))
}

/// Takes the port; connections wait until [`serve`] is called.
///
/// # Errors
/// The operating system's error, with the address that was asked for.
pub async fn bind(config: &Config) -> io::Result<TcpListener> {
    listen(&config.host, config.port).await
}

pub(super) async fn listen(host: &str, port: u16) -> io::Result<TcpListener> {
    // Brackets belong to addresses with a port, not to the address.
    let listener = TcpListener::bind((host.trim_matches(['[', ']']), port)).await;
    listener.map_err(|error| io::Error::new(error.kind(), format!("cannot listen on {host}:{port}: {error}")))
}

/// Serves `router` until `shutdown` resolves, then takes no new connection and returns when the running requests are
/// answered. How long that may take is the caller's decision: dropping the future stops waiting.
///
/// # Errors
/// The operating system's.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let listener = listener.tap_io(|stream| {
        // Words are small packets that somebody waits for. A socket that refuses is slower, not broken.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, router).with_graceful_shutdown(shutdown).await
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Zeroth",
        description = "A Dungeons & Dragons game whose every thought you can watch. Whatever goes wrong is answered as \
                       `application/problem+json`."
    ),
    components(schemas(ProblemDetails)),
    tags(
        (name = "game", description = "Sit down at a table and play"),
        (name = "solo", description = "Play alone, by the rules, wherever the story goes"),
        (name = "scenario", description = "Play alone, by the rules, through a scenario"),
        (name = "sessions", description = "Take a turn back, try it again, and look after what was played"),
        (name = "telemetry", description = "What models were asked, and what came of it"),
        (name = "operations", description = "For whoever runs the program"),
        (name = "documentation", description = "For whoever reads")
    )
)]
struct Description;

fn routes() -> OpenApiRouter<Arc<Api>> {
    OpenApiRouter::with_openapi(Description::openapi())
        .routes(routes!(games::look))
        .routes(routes!(play::play))
        .routes(routes!(games::create))
        .routes(routes!(solo::describe_solo))
        .routes(routes!(solo::start_solo))
        .routes(routes!(solo::play_solo))
        .routes(routes!(solo::end_solo))
        .routes(routes!(scenario::describe_scenarios))
        .routes(routes!(scenario::start_scenario))
        .routes(routes!(scenario::play_scenario))
        .routes(routes!(again::undo))
        .routes(routes!(again::retry))
        .routes(routes!(archive::list))
        .routes(routes!(archive::session, archive::delete))
        .routes(routes!(archive::transcript))
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::metrics))
        .routes(routes!(docs::openapi))
        .routes(routes!(docs::page))
        .routes(routes!(docs::asset))
}
