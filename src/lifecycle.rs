//! Serving until a signal, and the ordered end: no new connections, then the turns under way, all within a bound.

use std::io;
use std::time::Duration;

use axum::Router;
use futures::future::try_join_all;
use tokio::net::TcpListener;
use tokio::signal;

use crate::http;
use crate::task::Tasks;

/// How long cancelled tasks may take to leave.
const LEAVE: Duration = Duration::from_secs(1);

/// Serves each router on its listener until `shutdown` resolves. Then no new connection is taken, and running requests and
/// `tasks` may finish within `grace`; after that they are cancelled. Returns how many tasks were.
///
/// # Errors
/// The operating system's, when connections cannot be taken any more.
pub async fn serve(
    faces: impl IntoIterator<Item = (TcpListener, Router)>,
    tasks: &Tasks,
    grace: Duration,
    shutdown: impl Future<Output = ()> + Send,
) -> io::Result<usize> {
    let serve = |(listener, router)| http::serve(listener, router, tasks.closing().cancelled_owned());
    let servers = try_join_all(faces.into_iter().map(serve));
    // Before the signal, a server only ends when it is broken.
    let mut finished = Box::pin(async { tokio::join!(servers, tasks.drained()).0 });
    tokio::select! {
        served = &mut finished => return served.map(|_| 0),
        () = shutdown => tasks.close(),
    }
    if let Ok(served) = tokio::time::timeout(grace, &mut finished).await {
        return served.map(|_| 0);
    }
    let cancelled = tasks.running();
    tasks.stop();
    // They only have to write down that they were cancelled; connections that stay open are left behind.
    let _ = tokio::time::timeout(LEAVE, finished).await;
    Ok(cancelled)
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
