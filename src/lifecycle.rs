//! Serving until a signal, and the ordered end: no new connections, then the turns under way, all within a bound.

use std::io;
use std::time::Duration;

use axum::Router;
use tokio::net::TcpListener;
use tokio::signal;

use crate::http;
use crate::task::Tasks;

/// Serves `router` on `listener` until `shutdown` resolves. Then no new connection is taken, and running requests and
/// `tasks` may finish within `grace`. Returns how many tasks were still running when the time was up.
///
/// # Errors
/// The operating system's, when connections cannot be taken any more.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    tasks: &Tasks,
    grace: Duration,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<usize> {
    let mut server = Box::pin(http::serve(listener, router, tasks.closing().cancelled_owned()));
    tokio::select! {
        // Before the signal, a server only ends when it is broken.
        served = &mut server => served?,
        () = shutdown => {
            tasks.close();
            let finish = async { tokio::join!(server, tasks.drained()).0 };
            // When the time is up, what still runs is counted and left.
            tokio::time::timeout(grace, finish).await.unwrap_or(Ok(()))?;
        }
    }
    Ok(tasks.running())
}

/// Resolves at the first Ctrl-C or SIGTERM.
pub async fn signalled() {
    let interrupted = async {
        if signal::ctrl_c().await.is_err() {
            // Without a handler, the operating system's default ends the program.
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated() => {}
    }
}

/// Resolves at the first SIGTERM; never where there is no such signal.
pub async fn terminated() {
    #[cfg(unix)]
    if let Ok(mut signals) = signal::unix::signal(signal::unix::SignalKind::terminate()) {
        signals.recv().await;
        return;
    }
    std::future::pending().await
}
