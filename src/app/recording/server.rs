//! A server that takes OTLP in over HTTP: a Zeroth, a Collector, or any backend.

use std::sync::Arc;
use std::time::Duration;

use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use futures::TryStreamExt as _;
use secrecy::{ExposeSecret as _, SecretString};

use crate::config::Config;
use crate::http::is_loopback;
use crate::llm::{Incoming, Outgoing, Transport, TransportError};
use crate::traces::{Batch, Receipt, Signal, read_receipt, read_refusal};

use super::super::adapters;
use super::{LONGEST_WAIT, RecordingError, TRIES, shown_at};

/// How long a server may take for one message.
const PATIENCE: Duration = Duration::from_secs(60);

/// How long a server is waited for that may have much to do.
const KNOCK: Duration = Duration::from_secs(2);

/// Whether the server of this user at `url` takes in telemetry from here. One that has much to do may, later.
///
/// # Errors
/// [`RecordingError::Refused`] when it does not, or cannot be reached.
pub async fn takes_telemetry(config: &Config, url: &str) -> Result<(), RecordingError> {
    let server = Server::new(config, url, Shown::to_own(config))?;
    let nothing = server.send(Signal::Traces, bytes::Bytes::new());
    tokio::time::timeout(KNOCK, nothing).await.map_or(Ok(()), |taken| taken.map(drop))
}

/// What is shown to a server.
pub(super) struct Shown<'a> {
    token: Option<&'a SecretString>,
    /// What to do when it wants another.
    advice: &'static str,
}

impl<'a> Shown<'a> {
    /// To the one that keeps our traces.
    pub(super) fn to_own(config: &'a Config) -> Self {
        Self { token: config.http.token.as_ref(), advice: "; set ZEROTH_TOKEN here to what it is there" }
    }

    /// To the one that the user named. Our own token is for servers of this user: on this machine, or with our traces.
    pub(super) fn to_named(config: &'a Config, url: &str) -> Self {
        let origin = |url: &str| reqwest::Url::parse(url).ok().map(|url| url.origin());
        let parsed = reqwest::Url::parse(url).ok();
        let is_here = parsed.as_ref().and_then(reqwest::Url::host_str).is_some_and(is_loopback);
        let is_own = || shown_at(config).is_some_and(|own| origin(&own) == origin(url));
        match &config.import_token {
            None if is_here || is_own() => Self::to_own(config),
            token => Self {
                token: token.as_ref(),
                advice: "; set ZEROTH_IMPORT_TOKEN to its token (ZEROTH_TOKEN is for servers on this machine)",
            },
        }
    }
}

/// A server, and how it is reached.
pub struct Server {
    url: reqwest::Url,
    /// For when it wants a token, or another.
    advice: &'static str,
    headers: HeaderMap,
    transport: Arc<dyn Transport>,
}

impl Server {
    /// The server at `url`, and what is shown to it.
    ///
    /// # Errors
    /// [`RecordingError::Refused`] when that is no address.
    pub(super) fn new(config: &Config, url: &str, shown: Shown<'_>) -> Result<Self, RecordingError> {
        let parsed = reqwest::Url::parse(url).ok().filter(|url| ["http", "https"].contains(&url.scheme()));
        let url = parsed.ok_or_else(|| {
            RecordingError::Refused("--to wants the address of a server, such as http://127.0.0.1:5050".to_owned())
        })?;
        let protobuf = HeaderValue::from_static("application/x-protobuf");
        let mut headers = HeaderMap::from_iter([(CONTENT_TYPE, protobuf)]);
        let token = shown.token.map(|token| format!("Bearer {}", token.expose_secret()));
        if let Some(mut token) = token.and_then(|token| HeaderValue::try_from(token).ok()) {
            token.set_sensitive(true);
            headers.insert(AUTHORIZATION, token);
        }
        Ok(Self { url, advice: shown.advice, headers, transport: adapters::transport(config)? })
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
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => self.advice,
            StatusCode::PAYLOAD_TOO_LARGE => "; ZEROTH_TRACES_MESSAGE_MB lets it take more",
            StatusCode::NOT_FOUND => "; is that a server which takes in telemetry?",
            _ => "",
        };
        // What a Zeroth says of tokens is said by the advice.
        let told = if status == StatusCode::UNAUTHORIZED { String::new() } else { read_refusal(answer) };
        let told = if told.is_empty() { String::new() } else { format!(": {told}") };
        RecordingError::Refused(format!("{} answers {}{told}{advice}", self.place(), status.as_u16()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::SystemClock;
    use crate::config::Source;
    use crate::llm::PriceList;
    use crate::traces::Traces;

    fn token(settings: &[(&str, &str)], url: &str) -> Option<String> {
        let config = Config::read(&Source::new(settings.iter().copied())).unwrap();
        Shown::to_named(&config, url).token.map(|token| token.expose_secret().to_owned())
    }

    #[test]
    fn our_token_is_shown_on_this_machine_only() {
        let own = [("ZEROTH_TOKEN", "correct-horse-battery"), ("ZEROTH_TRACES", "memory")];
        for url in ["http://127.0.0.1:5050", "http://localhost:4318/x", "https://[::1]:1", "http://LOCALHOST"] {
            assert_eq!(token(&own, url).as_deref(), Some("correct-horse-battery"), "{url}");
        }
        for url in [
            "http://backend.example:4318",
            "http://10.0.0.7:5050",
            "http://localhost.example",
            "http://127.0.0.1@evil.example",
            "http://0.0.0.0:5050",
        ] {
            assert_eq!(token(&own, url), None, "{url}");
        }
        let other = [own[0], own[1], ("ZEROTH_IMPORT_TOKEN", "theirs")];
        for url in ["http://backend.example:4318", "http://127.0.0.1:4318"] {
            assert_eq!(token(&other, url).as_deref(), Some("theirs"), "{url}");
        }
    }

    #[test]
    fn who_keeps_our_traces_knows_our_token() {
        let folder = tempfile::tempdir().unwrap();
        let settings =
            [("ZEROTH_TOKEN", "correct-horse-battery"), ("ZEROTH_DATA_DIR", folder.path().to_str().unwrap())];
        let kept = Config::read(&Source::new(settings)).unwrap().traces.unwrap();
        let server = Traces::open(kept, Arc::new(PriceList::built_in()), Arc::new(SystemClock::start())).unwrap();
        server.announce("http://192.0.2.7:5050");
        assert_eq!(token(&settings, "http://192.0.2.7:5050/").as_deref(), Some("correct-horse-battery"));
        assert_eq!(token(&settings, "http://192.0.2.7:4318"), None, "another port is another server");
    }
}
