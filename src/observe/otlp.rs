//! OTLP exporters: HTTP through a blocking client of our own (the batch threads have no async runtime), or gRPC.

use std::collections::HashMap;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry_otlp::tonic_types::metadata::MetadataMap;
use opentelemetry_otlp::{
    LogExporter, MetricExporter, SpanExporter, WithExportConfig, WithHttpConfig, WithTonicConfig,
};
use secrecy::ExposeSecret as _;

use super::config::{Compression, Config, Export, Otlp, Protocol, Temporality};
use super::pipeline::PipelineError;

/// Makes exporters that share one HTTP client.
pub(super) struct Exporters {
    client: Option<reqwest::blocking::Client>,
}

/// Sets up one signal's exporter: the three builders have the same methods, but no common trait.
macro_rules! exporter {
    ($self:ident, $builder:expr, $otlp:ident, $signal:literal) => {{
        let failed = |reason: String| PipelineError::Exporter { signal: $signal, reason };
        let built = match $otlp.protocol {
            Protocol::Grpc => {
                let mut builder = $builder
                    .with_tonic()
                    .with_endpoint($otlp.endpoint.clone())
                    .with_timeout($otlp.timeout)
                    .with_metadata(metadata($otlp).map_err(failed)?);
                if $otlp.compression == Compression::Gzip {
                    builder = builder.with_compression(opentelemetry_otlp::Compression::Gzip);
                }
                builder.build()
            }
            Protocol::HttpProtobuf | Protocol::HttpJson => {
                let client = $self.client.clone().ok_or_else(|| failed("no HTTP client".to_owned()))?;
                let mut builder = $builder
                    .with_http()
                    .with_http_client(client)
                    .with_endpoint($otlp.endpoint.clone())
                    .with_protocol(protocol($otlp.protocol))
                    .with_timeout($otlp.timeout)
                    .with_headers(headers($otlp));
                if $otlp.compression == Compression::Gzip {
                    builder = builder.with_compression(opentelemetry_otlp::Compression::Gzip);
                }
                builder.build()
            }
        };
        built.map_err(|error| failed(error.to_string()))
    }};
}

impl Exporters {
    pub(super) fn new(config: &Config) -> Result<Self, PipelineError> {
        let signals = [("spans", &config.traces), ("metrics", &config.metrics), ("logs", &config.logs)];
        let over_http = signals.into_iter().find_map(|(signal, export)| match export {
            Export::Otlp(otlp) if otlp.protocol != Protocol::Grpc => Some((signal, otlp.timeout)),
            _ => None,
        });
        let client = over_http.map(|(signal, timeout)| blocking_client(signal, timeout)).transpose()?;
        Ok(Self { client })
    }

    pub(super) fn spans(&self, otlp: &Otlp) -> Result<SpanExporter, PipelineError> {
        exporter!(self, SpanExporter::builder(), otlp, "spans")
    }

    pub(super) fn metrics(&self, otlp: &Otlp, temporality: Temporality) -> Result<MetricExporter, PipelineError> {
        let temporality = match temporality {
            Temporality::Cumulative => opentelemetry_sdk::metrics::Temporality::Cumulative,
            Temporality::Delta => opentelemetry_sdk::metrics::Temporality::Delta,
            Temporality::LowMemory => opentelemetry_sdk::metrics::Temporality::LowMemory,
        };
        exporter!(self, MetricExporter::builder().with_temporality(temporality), otlp, "metrics")
    }

    pub(super) fn logs(&self, otlp: &Otlp) -> Result<LogExporter, PipelineError> {
        exporter!(self, LogExporter::builder(), otlp, "logs")
    }
}

/// A blocking client can only be made on a thread that belongs to no async runtime.
fn blocking_client(signal: &'static str, timeout: Duration) -> Result<reqwest::blocking::Client, PipelineError> {
    let made = std::thread::spawn(move || {
        // The ring provider may be installed already; either way one is.
        let _ = rustls::crypto::ring::default_provider().install_default();
        reqwest::blocking::Client::builder().timeout(timeout).build()
    });
    let failed = |reason| PipelineError::Exporter { signal, reason };
    let client = made.join().map_err(|_| failed("the HTTP client could not be made".to_owned()))?;
    client.map_err(|error| failed(error.to_string()))
}

fn protocol(protocol: Protocol) -> opentelemetry_otlp::Protocol {
    match protocol {
        Protocol::HttpJson => opentelemetry_otlp::Protocol::HttpJson,
        Protocol::HttpProtobuf | Protocol::Grpc => opentelemetry_otlp::Protocol::HttpBinary,
    }
}

fn headers(otlp: &Otlp) -> HashMap<String, String> {
    let headers = otlp.headers.iter().map(|(name, value)| (name.clone(), value.expose_secret().to_owned()));
    headers.collect()
}

fn metadata(otlp: &Otlp) -> Result<MetadataMap, String> {
    let mut headers = HeaderMap::new();
    for (name, value) in &otlp.headers {
        let name = HeaderName::try_from(name.as_str()).map_err(|_| format!("`{name}` is no header name"))?;
        let mut secret = HeaderValue::try_from(value.expose_secret()).map_err(|_| format!("bad value of `{name}`"))?;
        secret.set_sensitive(true);
        headers.insert(name, secret);
    }
    Ok(MetadataMap::from_headers(headers))
}
