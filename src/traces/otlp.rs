//! OTLP as it comes over the wire, in protobuf or JSON, to a batch. Nothing that somebody sends makes it panic or take much
//! more memory than was sent.

mod parts;
mod reply;

use std::io::Read as _;

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use prost::Message;
use serde::de::DeserializeOwned;

pub use reply::{acknowledge, read_receipt, read_refusal, refuse, retry_later};

use super::batch::Batch;
use super::config::Intake;

/// What a message is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    /// `/v1/traces`
    Traces,
    /// `/v1/logs`
    Logs,
    /// `/v1/metrics`
    Metrics,
}

impl Signal {
    /// Where it is taken in.
    pub const fn path(self) -> &'static str {
        match self {
            Self::Traces => "/v1/traces",
            Self::Logs => "/v1/logs",
            Self::Metrics => "/v1/metrics",
        }
    }
}

/// How a message is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// `application/x-protobuf`
    Protobuf,
    /// `application/json`
    Json,
}

impl Encoding {
    /// The media type of answers in it.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Protobuf => "application/x-protobuf",
            Self::Json => "application/json",
        }
    }

    /// That of a media type; parameters such as `charset` may follow it.
    ///
    /// # Errors
    /// [`Malformed::MediaType`] when it is neither.
    pub fn of(media_type: &str) -> Result<Self, Malformed> {
        let essence = media_type.split(';').next().unwrap_or_default().trim();
        match essence.to_ascii_lowercase().as_str() {
            "application/x-protobuf" | "application/protobuf" => Ok(Self::Protobuf),
            "application/json" => Ok(Self::Json),
            _ => Err(Malformed::MediaType(essence.chars().take(100).collect())),
        }
    }
}

/// Why a message cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It is neither protobuf nor JSON.
    #[error("the media type is {0:?}; send application/x-protobuf or application/json")]
    MediaType(String),
    /// It is too long, or becomes so when it is unpacked.
    #[error("the message is larger than {max_bytes} bytes; send smaller batches")]
    TooLarge {
        /// The limit.
        max_bytes: usize,
    },
    /// It has too many fields.
    #[error("the message has more than {max_parts} fields; send smaller batches")]
    TooManyParts {
        /// The limit.
        max_parts: usize,
    },
    /// It is not what it says that it is.
    #[error("this is not {what}: {why}")]
    Unreadable {
        /// What was expected.
        what: &'static str,
        /// What the reader says.
        why: String,
    },
}

/// Reads a message that is not packed any more.
///
/// # Errors
/// [`Malformed`], which says what is wrong with it.
pub fn read(signal: Signal, encoding: Encoding, bytes: &[u8], limits: &Intake) -> Result<Batch, Malformed> {
    if bytes.len() > limits.max_bytes {
        return Err(Malformed::TooLarge { max_bytes: limits.max_bytes });
    }
    let parts = match encoding {
        Encoding::Protobuf => parts::in_protobuf(bytes),
        Encoding::Json => parts::in_json(bytes),
    };
    if parts > limits.max_parts {
        return Err(Malformed::TooManyParts { max_parts: limits.max_parts });
    }
    let mut batch = Batch { bytes: bytes.len(), ..Batch::default() };
    match signal {
        Signal::Traces => {
            let request: ExportTraceServiceRequest = decode(encoding, bytes, "an OTLP trace export request")?;
            batch.spans = request.resource_spans;
        }
        Signal::Logs => {
            let request: ExportLogsServiceRequest = decode(encoding, bytes, "an OTLP log export request")?;
            batch.logs = request.resource_logs;
        }
        Signal::Metrics => {
            let request: ExportMetricsServiceRequest = decode(encoding, bytes, "an OTLP metric export request")?;
            batch.metrics = request.resource_metrics;
        }
    }
    Ok(batch)
}

/// Unpacks gzip.
///
/// # Errors
/// [`Malformed::TooLarge`] when there would be more than the limit, [`Malformed::Unreadable`] when it is no gzip.
pub fn unzip(bytes: &[u8], limits: &Intake) -> Result<Vec<u8>, Malformed> {
    let most = limits.max_bytes;
    let mut unpacked = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(most as u64 + 1);
    let read = reader.read_to_end(&mut unpacked);
    read.map_err(|error| Malformed::Unreadable { what: "a gzip stream", why: error.to_string() })?;
    if unpacked.len() > most { Err(Malformed::TooLarge { max_bytes: most }) } else { Ok(unpacked) }
}

fn decode<T: Message + Default + DeserializeOwned>(
    encoding: Encoding,
    bytes: &[u8],
    what: &'static str,
) -> Result<T, Malformed> {
    let unreadable = |why: String| Malformed::Unreadable { what, why: why.chars().take(300).collect() };
    match encoding {
        Encoding::Protobuf => T::decode(bytes).map_err(|error| unreadable(error.to_string())),
        Encoding::Json => serde_json::from_slice(bytes).map_err(|error| unreadable(error.to_string())),
    }
}
