//! The outer ring: it wraps the game, its models, their transport and the router, and turns what they report into
//! spans, metrics and logs. Nothing inside knows that it is there.

mod adventure;
mod author;
mod budget;
mod call;
mod embed;
mod config;
mod console;
mod reference;
mod flow;
mod http_client;
mod http_server;
mod instruments;
mod kept;
mod logs;
mod messages;
mod notes;
mod model;
mod otlp;
mod pipeline;
mod play;
mod turn;
mod step;
mod fight;
mod roll;
mod draw;
mod tally;
mod master;
mod reach;
mod scope;
pub mod semconv;
pub mod spans;
mod sink;
mod store;
mod telemetry;

pub use adventure::ObservedAdventure;
pub use author::ObservedAuthor;
pub use config::{
    BatchLimits, Capture, Compression, Config, Export, LogConfig, LogFormat, MetricNames, Otlp, Propagator, Protocol,
    Sampling, Temporality,
};
pub use console::Console;
pub use embed::ObservedEmbedder;
pub use flow::{Flow, FlowReport, Way};
pub use http_client::ObservedTransport;
pub use http_server::ObserveHttp;
pub use logs::{LogsError, check as check_logs, start as start_logs};
pub use master::ObservedMaster;
pub use model::ObservedModel;
pub use pipeline::{Pipeline, PipelineError, SharedPropagator, Viewers};
pub use play::ObservedPlay;
pub use reach::{public_address, reach};
pub use reference::reference;
pub use scope::carry;
pub use sink::Sink;
pub use store::ObservedStore;
pub use telemetry::Telemetry;
