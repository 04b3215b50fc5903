//! The router around a scripted game, and a client for it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::body::Body;
use axum::extract::Extension;
use axum::http::{HeaderMap, Request, StatusCode};
use axum::response::Response;
use tower::ServiceExt;

use zeroth::clock::{Clock, SteppingClock};
use zeroth::http::{Config, Console, Probe, Services, guarded, router};
use zeroth::id::{CountingIds, TraceId};
use zeroth::llm::PriceList;
use zeroth::play::{Games, Play};
use zeroth::store::Kind;
use zeroth::task::Tasks;
use zeroth::traces::{Place, Traces};

use crate::scripted::ScriptedPlay;
use crate::scripted_adventure::{ScriptedAdventure, ScriptedArchive};

/// The whole face, with hands on what is behind it.
pub(crate) struct App<P = ScriptedPlay> {
    pub(crate) play: Arc<P>,
    pub(crate) solo: Arc<ScriptedAdventure>,
    pub(crate) scenario: Arc<ScriptedAdventure>,
    pub(crate) archive: Arc<ScriptedArchive>,
    pub(crate) tasks: Tasks,
    pub(crate) router: Router,
}

impl App {
    pub(crate) fn new() -> Self {
        Self::with_probes(Vec::new())
    }

    pub(crate) fn with_config(config: Config) -> Self {
        Self::configured(config, ScriptedPlay::new(), Vec::new())
    }

    pub(crate) fn with_probes(probes: Vec<Arc<dyn Probe>>) -> Self {
        Self::around(ScriptedPlay::new(), probes)
    }
}

impl<P: Play + 'static> App<P> {
    pub(crate) fn around(play: Arc<P>, probes: Vec<Arc<dyn Probe>>) -> Self {
        Self::configured(Config::default(), play, probes)
    }

    fn configured(config: Config, play: Arc<P>, probes: Vec<Arc<dyn Probe>>) -> Self {
        let tasks = Tasks::default();
        let (solo, scenario) = (ScriptedAdventure::new(Kind::Solo), ScriptedAdventure::new(Kind::Scenario));
        let archive = Arc::new(ScriptedArchive {
            play: play.clone(),
            solo: solo.clone(),
            scenario: scenario.clone(),
            summaries: Mutex::default(),
            transcript: Mutex::default(),
            failures: Mutex::default(),
        });
        let services = Services {
            games: Games {
                play: play.clone(),
                solo: solo.clone(),
                scenario: scenario.clone(),
                archive: archive.clone(),
            },
            tasks: tasks.clone(),
            ids: Arc::new(CountingIds::default()),
            metrics: Arc::new(|| "zeroth_turns_total 3\n".to_owned()),
            probes,
            version: "1.2.3".to_owned(),
        };
        // What the outer ring does with each request.
        let game = router(config.clone(), services).layer(Extension(TraceId(0xabc)));
        let router = guarded(game.merge(self::console(&tasks)), &config);
        Self { play, solo, scenario, archive, tasks, router }
    }

    /// Sends a request; the answer's body has not been read.
    pub(crate) async fn open(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    /// Sends a request and reads the whole answer.
    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.open(request).await;
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        let body = String::from_utf8(bytes.to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn play(&self, body: &str) -> Answer {
        self.send(play(body)).await
    }

    /// `POST` of a JSON body without further headers.
    pub(crate) async fn post(&self, path: &str, body: &str) -> Answer {
        self.send(post(path, &[], body)).await
    }

    /// Starts `silent-relay` and returns the session.
    pub(crate) async fn relay(&self) -> String {
        let started = self.post("/scenario/start", r#"{"scenario": "silent-relay"}"#).await;
        started.json()["session_id"].as_str().unwrap().to_owned()
    }

    /// Starts a solo game and returns the session.
    pub(crate) async fn alone(&self) -> String {
        let started = self.post("/singleplayer/start", "").await;
        started.json()["session_id"].as_str().unwrap().to_owned()
    }

    /// Creates a game for two and returns the session.
    pub(crate) async fn table(&self) -> String {
        let created = self.post("/games", "").await;
        created.json()["session_id"].as_str().unwrap().to_owned()
    }
}

/// The console, looking at an empty store.
fn console(tasks: &Tasks) -> Router {
    let clock: Arc<dyn Clock> = Arc::new(SteppingClock::new(SystemTime::UNIX_EPOCH, Duration::from_millis(1)));
    let prices = Arc::new(PriceList::built_in());
    let traces = Traces::open(zeroth::traces::Config::at(Place::Memory), prices, Arc::clone(&clock)).unwrap();
    zeroth::http::console(Console {
        traces: Some(Arc::new(traces)),
        version: "1.2.3".to_owned(),
        tables: BTreeMap::new(),
        clock,
        closing: tasks.closing(),
    })
}

/// `POST /play` with this body.
pub(crate) fn play(body: &str) -> Request<Body> {
    post("/play", &[], body)
}

/// `POST` of a JSON body with further headers.
pub(crate) fn post(path: &str, headers: &[(&str, &str)], body: &str) -> Request<Body> {
    let mut request = Request::post(path).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The status and these headers, then the body: for snapshots.
    pub(crate) fn text(&self, headers: &[&str]) -> String {
        let mut text = format!("{}\n", self.status);
        for name in headers {
            text += &format!("{name}: {}\n", self.header(name));
        }
        text + "\n" + &self.body
    }
}
