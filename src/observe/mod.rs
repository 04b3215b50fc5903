//! The outer ring: it wraps the game, its models, their transport and the router, and turns what they report into
//! spans, metrics and logs. Nothing inside knows that it is there.

pub mod semconv;
mod config;
mod telemetry;
mod instruments;
mod scope;
mod play;
mod author;
mod model;
mod messages;
mod http_server;
mod http_client;
mod logs;
mod pipeline;
mod flow;
mod otlp;
mod sink;
mod console;

pub use author::ObservedAuthor;
pub use config::{Capture, Compression, Config, Export, LogFormat, MetricNames, Otlp, Propagator, Protocol};
pub use flow::{Flow, FlowReport};
pub use http_client::ObservedTransport;
pub use http_server::ObserveHttp;
pub use logs::{LogsError, start as start_logs};
pub use model::ObservedModel;
pub use pipeline::{Pipeline, PipelineError, SharedPropagator};
pub use play::ObservedPlay;
pub use sink::Sink;
pub use scope::carry;
pub use telemetry::Telemetry;
