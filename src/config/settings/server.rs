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
    setting(
        "ZEROTH_TOKEN",
        "unset",
        "correct-horse-battery-staple",
        "What opens the console, its API, the receivers of telemetry and the list of games: 16 characters or more, sent as \
         `Authorization: Bearer …` or given to the browser once. Unset: everyone on this machine sees them, and nobody \
         at all when others can ask the server: it listens for them, has a name in ZEROTH_ALLOWED_HOSTS, or a proxy says that \
         it hands a request on. The game, `/healthz`, `/readyz` and `/metrics` need none.",
    )
    .secret(),
    setting(
        "ZEROTH_ALLOWED_HOSTS",
        "on loopback its own names, else any",
        "game.example,*.lan",
        "Names by which browsers and programs may ask for this server, as a proxy in front of it hands them on, with commas \
         between; `*.` stands for all below a name, `*` for any. On loopback `localhost`, `*.localhost`, 127.0.0.0/8 and `::1` \
         are answered in any case and nothing else, so that no page of another site can give its own name to this machine. With such a name others are \
         expected: set ZEROTH_TOKEN, without which only the game is open.",
    ),
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
