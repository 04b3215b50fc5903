//! Further ports for telemetry: those that senders try when nobody tells them where, 4318 for HTTP and 4317 for gRPC. Each
//! takes both, and nothing else.

use std::io;
use std::sync::Arc;

use axum::Router;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::traces::Traces;

use super::intake;
use super::server::{Config, listen};

/// A further port for telemetry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receiver {
    /// The setting that asks for it, for messages.
    pub setting: &'static str,
    /// The name or address to listen on; the server's own when there is none.
    pub host: Option<String>,
    /// The port to listen on; 0 takes a free one.
    pub port: u16,
}

impl Receiver {
    /// Takes the port; connections wait until it is served.
    ///
    /// # Errors
    /// The operating system's error, with the address and the setting that asked for it.
    pub async fn bind(&self, config: &Config) -> io::Result<TcpListener> {
        let taken = listen(self.host(config), self.port).await;
        taken.map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", self.setting)))
    }

    /// What is served there, as [`intake`](super::intake()) is.
    pub fn router(&self, config: &Config, store: Arc<Traces>, closing: CancellationToken) -> Router {
        intake::alone(store, self.host(config), config, closing)
    }

    fn host<'a>(&'a self, config: &'a Config) -> &'a str {
        self.host.as_deref().unwrap_or(&config.host)
    }
}

/// All ports of a server, taken and not served yet.
pub struct Listeners {
    /// For players, and for everything else.
    pub game: TcpListener,
    /// For telemetry, in the order of [`Config::receivers`].
    pub receivers: Vec<TcpListener>,
}

impl Listeners {
    /// Takes the ports of [`Config::receivers`], besides `game`.
    ///
    /// # Errors
    /// As for [`Receiver::bind`].
    pub async fn bind(game: TcpListener, config: &Config) -> io::Result<Self> {
        let mut receivers = Vec::with_capacity(config.receivers.len());
        for receiver in &config.receivers {
            receivers.push(receiver.bind(config).await?);
        }
        Ok(Self { game, receivers })
    }
}

impl From<TcpListener> for Listeners {
    fn from(game: TcpListener) -> Self {
        Self { game, receivers: Vec::new() }
    }
}
