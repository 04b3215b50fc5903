//! A scenario and a solo game by the real rules, around them the real outer ring, and in the middle a model that is told what
//! to do.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use http::{HeaderMap, Method, StatusCode};
use opentelemetry_appender_tracing::layer::OpenTelemetryTracingBridge;
use opentelemetry_sdk::trace::SpanData;
use tokio::sync::Semaphore;
use tracing_subscriber::filter::FilterFn;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use zeroth::clock::SteppingClock;
use zeroth::id::{CountingIds, Team};
use zeroth::llm::{
    ChatReply, ChatRequest, Component, Cost, Delta, Deltas, Descriptor, ErrorKind, Incoming, Model, ModelError,
    Outgoing, Read, Transport, TransportError, Usage,
};
use zeroth::observe::{ObservedModel, ObservedTransport, Pipeline, Viewers};
use zeroth::play::{Adventure, Order, Played};
use zeroth::store::{Database, Limits};

use crate::table::{self, START};
use crate::trace::{Recorder, attribute};

/// What is around a game under test.
pub(crate) struct Stage {
    pub(crate) pipeline: Pipeline,
    pub(crate) recorder: Arc<Recorder>,
    pub(crate) clock: Arc<SteppingClock>,
    pub(crate) ids: Arc<CountingIds>,
    /// Log events reach the recorder while this lives.
    _logs: tracing::subscriber::DefaultGuard,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let (config, recorder) = (table::config(&[]).observe.unwrap(), Recorder::new());
        let clock = Arc::new(SteppingClock::new(START, Duration::from_millis(1)));
        let ids = Arc::new(CountingIds::default());
        let pipeline = Pipeline::build(
            &config,
            clock.clone(),
            ids.clone(),
            Viewers { sink: Some(recorder.clone()), traces: None },
        )
        .unwrap();
        let bridge = OpenTelemetryTracingBridge::new(pipeline.logger_provider().unwrap());
        let bridge = bridge.with_filter(FilterFn::new(|event| event.target().starts_with("zeroth")));
        let _logs = tracing::subscriber::set_default(tracing_subscriber::registry().with(bridge));
        Self { pipeline, recorder, clock, ids, _logs }
    }

    /// The observed model whose calls are one HTTP attempt each.
    pub(crate) fn model(&self, speaker: &Arc<Speaker>) -> Arc<dyn Model> {
        let (telemetry, propagator) = (self.pipeline.telemetry(), self.pipeline.propagator());
        let transport = Arc::new(ObservedTransport::new(Arc::new(Wire), telemetry.clone(), propagator));
        let model = Wired { speaker: speaker.clone(), transport, descriptor: Descriptor::new("acme", "speaker-1") };
        Arc::new(ObservedModel::new(Arc::new(model), telemetry))
    }

    /// The values of a counter, a line for each set of labels, without the prefixes that all labels share.
    pub(crate) fn counted(&self, name: &str) -> String {
        let metrics = self.pipeline.prometheus()();
        let lines = metrics.lines().filter(|line| line.starts_with(&format!("{name}_total{{")));
        let mut told: Vec<String> = lines
            .map(|line| {
                let (labels, value) = line.split_once('{').unwrap().1.rsplit_once("} ").unwrap();
                let ours = labels.split(',').filter(|label| !label.starts_with("otel_scope"));
                format!("{} {value}", ours.collect::<Vec<_>>().join(" "))
            })
            .collect();
        told.sort();
        told.join("\n")
    }

    /// The only span of this name.
    pub(crate) fn span(&self, name: &str) -> SpanData {
        let mut found = self.recorder.spans().into_iter().filter(|span| span.name == name);
        let span = found.next().unwrap_or_else(|| panic!("no {name}"));
        assert!(found.next().is_none(), "more than one {name}");
        span
    }

    /// The names of the log events so far.
    pub(crate) fn events(&self) -> Vec<String> {
        self.recorder.logs().iter().filter_map(|log| log.event_name().map(str::to_owned)).collect()
    }
}

/// Every attribute of a span but those that each has, a line each.
pub(crate) fn told(span: &SpanData) -> String {
    let common = ["gen_ai.conversation.id", "session.id", "zeroth.component"];
    let keys = span.attributes.iter().map(|attribute| attribute.key.as_str()).filter(|key| !common.contains(key));
    let mut lines: Vec<String> = keys.map(|key| format!("{key} = {}", attribute(span, key).unwrap())).collect();
    lines.sort();
    lines.join("\n")
}

/// Orders something, as a face does.
pub(crate) async fn order(game: &dyn Adventure, session: zeroth::id::SessionId, text: &str) -> Played {
    game.play(order_of(session, text), &mut |_| {}).await.unwrap()
}

pub(crate) fn order_of(session: zeroth::id::SessionId, text: &str) -> Order {
    Order {
        session,
        text: text.to_owned(),
        approach: None,
        attempt: 0,
        replaces: None,
        heard: false,
        team: Team::default(),
        wait: Duration::ZERO,
    }
}

pub(crate) fn database() -> Database {
    Database { system: "sqlite", namespace: "sessions.db".to_owned(), server: None }
}

pub(crate) fn limits() -> Limits {
    let long = Duration::from_secs(3600);
    Limits { max_sessions: 10, max_turns: 100, max_idle: long, max_age: long }
}

/// What the model does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manner {
    /// Takes what ends with a question mark for a question, and tells everything in four words.
    Plain,
    /// Fails when it is asked by this part of the game.
    Fails(Component),
    /// Never answers a storyteller.
    Hangs,
}

pub(crate) struct Speaker {
    pub(crate) manner: Manner,
    /// Has a permit for every call that hangs.
    pub(crate) hanging: Semaphore,
    pub(crate) asked: Mutex<Vec<ChatRequest>>,
}

impl Speaker {
    pub(crate) fn new(manner: Manner) -> Arc<Self> {
        Arc::new(Self { manner, hanging: Semaphore::new(0), asked: Mutex::default() })
    }
}

struct Wired {
    speaker: Arc<Speaker>,
    transport: Arc<dyn Transport>,
    descriptor: Descriptor,
}

#[async_trait]
impl Model for Wired {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        self.speaker.asked.lock().unwrap().push(request.clone());
        let url = "http://models.example/v1".parse().unwrap();
        let (headers, body) = (HeaderMap::new(), bytes::Bytes::new());
        let answer =
            self.transport.send(Outgoing { method: Method::POST, url, headers, body, resend_count: 0 }).await.unwrap();
        answer.read.done();
        let storyteller = matches!(request.component, Component::StorytellerScenario | Component::StorytellerSingle);
        match self.speaker.manner {
            Manner::Hangs if storyteller => {
                self.speaker.hanging.add_permits(1);
                return std::future::pending().await;
            }
            Manner::Fails(component) if component == request.component => {
                return Err(ModelError::new(ErrorKind::Unavailable, "it is down"));
            }
            _ => {}
        }
        let asks = request.messages.iter().any(|message| message.text.ends_with('?'));
        let text = match request.component {
            Component::Classifier => ["ACTION", "QUESTION"][usize::from(asks)],
            _ => "It is as dark.",
        };
        deltas(Delta::Text(text));
        Ok(ChatReply {
            usage: Some(Usage { input: 10, output: 4, ..Usage::default() }),
            cost: Some(Cost { usd: 0.001, simulated: request.component == Component::Classifier }),
            ..ChatReply::new(text, &self.descriptor)
        })
    }
}

/// A provider that takes everything.
struct Wire;

#[async_trait]
impl Transport for Wire {
    async fn send(&self, _: Outgoing) -> Result<Incoming, TransportError> {
        let body = Box::pin(futures::stream::empty());
        Ok(Incoming { status: StatusCode::OK, headers: HeaderMap::new(), body, read: Read::default() })
    }
}

/// Whether the span stands within this time.
pub(crate) fn within(span: &SpanData, (from, to): (SystemTime, SystemTime)) -> bool {
    from <= span.start_time && span.start_time <= span.end_time && span.end_time <= to
}
