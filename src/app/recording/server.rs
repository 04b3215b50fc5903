//! A server that takes OTLP in over HTTP: a Zeroth, a Collector, or any backend.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use futures::TryStreamExt as _;
use secrecy::ExposeSecret as _;

use crate::config::Config;
use crate::llm::{Incoming, Outgoing, Transport, TransportError};
use crate::traces::{Batch, Receipt, Signal, read_receipt, read_refusal};

use super::super::adapters;
use super::{LONGEST_WAIT, RecordingError, TRIES};

/// How long a server may take for one message.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server, and how it is reached.
pub struct Server {
    url: reqwest::Url,
    headers: HeaderMap,
    transport: Arc<dyn Transport>,
}

impl Server {
    /// The server at `url`; `ZEROTH_TOKEN` is shown to it, if it is set.
    ///
    /// # Errors
    /// [`RecordingError::Refused`] when that is no address.
    pub(super) fn new(config: &Config, url: &str) -> Result<Self, RecordingError> {
        let parsed = reqwest::Url::parse(url).ok().filter(|url| ["http", "https"].contains(&url.scheme()));
        let url = parsed.ok_or_else(|| {
            RecordingError::Refused("--to wants the address of a server, such as http://127.0.0.1:5050".to_owned())
        })?;
        let protobuf = HeaderValue::from_static("application/x-protobuf");
        let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, protobuf)]);
        let token = config.http.token.as_ref().map(|token| format!("Bearer {}", token.expose_secret()));
        if let Some(mut token) = token.and_then(|token| HeaderValue::try_from(token).ok()) {
            token.set_sensitive(true);
            headers.insert(AUTHORIZATION, token);
        }
        Ok(Self { url, headers, transport: adapters::transport(config)? })
    }

    pub(super) fn place(&self) -> &str {
        self.url.as_str().trim_end_matches('/')
    }

    /// Sends what is in a batch, a message for each signal.
    pub(super) async fn keep(&self, batch: Batch) -> Result<Receipt, RecordingError> {
        let brought = batch.count() as u64;
        let mut receipt = Receipt { accepted: brought, ..Receipt::default() };
        for (signal, message) in batch.into_messages() {
            let answer = self.send(signal, message.into()).await?;
            let part = read_receipt(signal, &answer);
            receipt.rejected += part.rejected;
            receipt.accepted = receipt.accepted.saturating_sub(part.rejected);
            if receipt.message.is_empty() {
                receipt.message = part.message;
            }
        }
        Ok(receipt)
    }

    async fn send(&self, signal: Signal, body: bytes::Bytes) -> Result<Vec<u8>, RecordingError> {
        let mut url = self.url.clone();
        url.set_path(&format!("{}{}", self.url.path().trim_end_matches('/'), signal.path()));
        for resend_count in 0..TRIES {
            let headers = self.headers.clone();
            let request =
                Outgoing { method: Method::POST, url: url.clone(), headers, body: body.clone(), resend_count };
            let answered = tokio::time::timeout(PATIENCE, self.transport.send(request)).await;
            let slow = |_| RecordingError::Refused(format!("{}: no answer within {PATIENCE:?}", self.place()));
            let Incoming { status, headers, body, .. } = answered.map_err(slow)?.map_err(|error| self.lost(&error))?;
            let answer: Vec<bytes::Bytes> = body.try_collect().await.map_err(|error| self.lost(&error))?;
            match status {
                StatusCode::OK => return Ok(answer.concat()),
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                    let asked = headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
                    tokio::time::sleep(Duration::from_secs(asked.unwrap_or(1)).min(LONGEST_WAIT)).await;
                }
                _ => return Err(self.refused(status, &answer.concat())),
            }
        }
        Err(RecordingError::Refused(format!("{}: it has no room, however often it is asked", self.place())))
    }

    fn lost(&self, error: &TransportError) -> RecordingError {
        RecordingError::Refused(format!("{}: {error}", self.place()))
    }

    fn refused(&self, status: StatusCode, answer: &[u8]) -> RecordingError {
        let advice = match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => "; set ZEROTH_TOKEN here to what it is there",
            StatusCode::PAYLOAD_TOO_LARGE => "; ZEROTH_TRACES_MESSAGE_MB lets it take more",
            StatusCode::NOT_FOUND => "; is that a server which takes in telemetry?",
            _ => "",
        };
        let told = read_refusal(answer);
        let told = if told.is_empty() { String::new() } else { format!(": {told}") };
        RecordingError::Refused(format!("{} answers {}{told}{advice}", self.place(), status.as_u16()))
    }
}
