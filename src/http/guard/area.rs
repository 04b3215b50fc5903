//! What is open to everyone, and what only the operator should see.

use axum::http::Method;

/// Whom a path is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Area {
    /// The game, and what balancers and Prometheus ask.
    Everyone,
    /// The console, what it reads, telemetry that comes in, and the list of everyone's games: who knows a game's id can
    /// play it.
    Operator,
}

impl Area {
    pub(super) fn of(method: &Method, path: &str) -> Self {
        let shown = is_console(path) || within(path, "/api");
        let told = path.starts_with("/v1/") || path.starts_with("/opentelemetry.proto.");
        let listed = path == "/sessions" && method.is_safe();
        if shown || told || listed { Self::Operator } else { Self::Everyone }
    }
}

/// Whether it is a page of the console; what is needed to log in is none.
pub(super) fn is_console(path: &str) -> bool {
    within(path, "/console") && !["/console/login", "/console/login.css", "/console/logout"].contains(&path)
}

fn within(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_game_is_for_everyone_and_what_is_known_of_it_is_not() {
        let get = |path| Area::of(&Method::GET, path);
        let post = |path| Area::of(&Method::POST, path);
        for path in ["/", "/play", "/games", "/sessions/1", "/sessions/1/transcript", "/healthz", "/readyz", "/metrics"]
        {
            assert_eq!((get(path), post(path)), (Area::Everyone, Area::Everyone), "{path}");
        }
        for path in ["/assets/main.js", "/docs", "/console/login", "/console/login.css", "/consoles", "/apiary"] {
            assert_eq!(get(path), Area::Everyone, "{path}");
        }
        for path in ["/console", "/console/", "/console/trace/1", "/console/login/x", "/api", "/api/live", "/sessions"]
        {
            assert_eq!(get(path), Area::Operator, "{path}");
        }
        for path in
            ["/v1/traces", "/v1/logs", "/opentelemetry.proto.collector.trace.v1.TraceService/Export", "/api/runs/1"]
        {
            assert_eq!(post(path), Area::Operator, "{path}");
        }
    }
}
