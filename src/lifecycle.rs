//! From the first connection to the last span: serving, signals, and the ordered end.

use std::io;

use tokio::net::TcpListener;
use tokio::signal;

use crate::app::App;
use crate::config::Config;
use crate::http;
use crate::observe::FlowReport;

/// What was left undone when the program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ended {
    /// Turns that were still running when the time was up.
    pub turns_left: usize,
    /// What became of the telemetry.
    pub telemetry: Vec<FlowReport>,
}

/// Serves the game on `listener` until `shutdown` resolves; then no new connection is taken, turns under way are
/// finished, and the last telemetry is sent, each within the configured bound.
///
/// # Errors
/// The operating system's, when connections cannot be taken any more.
pub async fn serve(
    app: App,
    config: &Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<Ended> {
    let tasks = app.tasks();
    let play = app.play();
    // Words the shared table's setup before the first player asks. If it fails, the first player's request tries again.
    drop(tasks.spawn(async move { play.shared().await.map(drop) }));

    let mut server = Box::pin(http::serve(listener, app.router(config), tasks.closing().cancelled_owned()));
    tokio::select! {
        // Before the signal a server only ends when it is broken.
        served = &mut server => served?,
        () = shutdown => {
            tasks.close();
            let finish = async { tokio::join!(server, tasks.drained()).0 };
            match tokio::time::timeout(config.shutdown_timeout, finish).await {
                Ok(served) => served?,
                // Out of time: what still runs is counted below.
                Err(_) => {}
            }
        }
    }
    let turns_left = tasks.running();
    Ok(Ended { turns_left, telemetry: app.shutdown(config.shutdown_timeout).await })
}

/// Resolves at the first Ctrl-C or SIGTERM.
pub async fn signalled() {
    let interrupt = async {
        if signal::ctrl_c().await.is_err() {
            // Without a handler the operating system's default ends the program.
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut stream) => drop(stream.recv().await),
            Err(_) => std::future::pending::<()>().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}
