//! The web server, and what holds for the whole program.

use super::{Setting, setting};

pub(super) const SERVER: &[Setting] = &[
    setting(
        "ZEROTH_HOST",
        "127.0.0.1",
        "0.0.0.0",
        "The address to listen on. Loopback only, unless you say otherwise.",
    ),
    setting("ZEROTH_PORT", "5050", "8080", "The port to listen on; 0 takes a free one."),
    setting("ZEROTH_BODY_LIMIT", "65536", "16384", "The most bytes that a request body may have."),
    setting(
        "ZEROTH_MAX_TURNS_AT_ONCE",
        "1000",
        "50",
        "How many turns may be played at once, new games included; requests beyond that are answered with 503 before any \
         work is done.",
    ),
    setting(
        "ZEROTH_MAX_WAIT",
        "30s",
        "5s",
        "How long a request may wait at most while another turn of its session is played, when it asks for that with \
         `Prefer: wait=N`.",
    ),
    setting(
        "ZEROTH_SHUTDOWN_TIMEOUT",
        "10s",
        "30s",
        "How long turns under way may go on after SIGTERM or Ctrl-C, and how long the last telemetry may take after that.",
    ),
    setting(
        "ZEROTH_DATA_DIR",
        "~/.local/share/zeroth",
        "./data",
        "The folder for what outlives a run: games, traces, and the history of the terminal's lines.",
    ),
    setting("NO_COLOR", "unset", "1", "Set to anything, the terminal shows no colours."),
];
