//! What is played, and where games are kept.

use super::{Setting, setting};

pub(super) const GAME: &[Setting] = &[
    setting(
        "ZEROTH_CAMPAIGN",
        "enterprise",
        "lighthouse",
        "The story to play: a file of `campaigns/`, without `.toml`.",
    ),
    setting("ZEROTH_SOLO", "enterprise", "mine", "The solo game to play: a file of `solo/`, without `.toml`.")
        // `zeroth play --solo` plays one.
        .called("solo-game"),
    setting(
        "ZEROTH_TEAM",
        "default",
        "table-7",
        "Whose budget pays for a game in the terminal; over HTTP the header `X-Zeroth-Team` says it.",
    ),
    setting(
        "ZEROTH_CONTENT_DIR",
        "unset",
        "./content",
        "A folder whose `prompts/`, `campaigns/`, `scenarios/`, `solo/` and `characters/` win over those inside the binary.",
    ),
    setting(
        "ZEROTH_HISTORY_LINES",
        "15",
        "31",
        "How many lines of the conversation the model sees, besides the opening.",
    ),
    setting("ZEROTH_MESSAGE_LIMIT", "4000", "500", "The most characters that a player's message may have."),
    setting("ZEROTH_INPUT_LIMIT", "500", "200", "The most characters of an order in a solo game or a scenario."),
    setting(
        "ZEROTH_STATE_TURNS",
        "50",
        "10",
        "How many of the last turns and questions stand in the `state` of a solo game or a scenario.",
    ),
    setting(
        "ZEROTH_STORE",
        "sqlite; postgres with DATABASE_URL",
        "memory",
        "Where games are kept: `sqlite` (the file `sessions.db` in `ZEROTH_DATA_DIR`), `postgres`, or `memory`, which ends \
         with the program.",
    ),
    setting(
        "DATABASE_URL",
        "unset",
        "postgres://zeroth:secret@127.0.0.1:5432/zeroth",
        "The PostgreSQL database for games, best one of their own; several servers may share it. `?sslmode=require` \
         insists on TLS.",
    ),
    setting(
        "ZEROTH_STORE_MAX_MB",
        "no limit",
        "500",
        "How large the file of `sqlite` may become, in millions of bytes; no turn is kept beyond that.",
    ),
    setting("ZEROTH_MAX_SESSIONS", "10000", "200", "The most games kept at once."),
    setting(
        "ZEROTH_MAX_TURNS",
        "200",
        "50",
        "The most turns kept of one game, and the most alternatives to them; older ones are let go. It bounds what \
         `GET /sessions/{id}` and `/history` show, and, times `ZEROTH_MAX_SESSIONS`, the room that games take; not how long \
         a game may go on.",
    ),
    setting(
        "ZEROTH_SESSION_IDLE",
        "24h",
        "90m",
        "When there is no room for a new game, games that nobody played for this long make way.",
    ),
    setting("ZEROTH_SESSION_MAX_AGE", "2160h", "48h", "Games that nobody played for this long are let go in any case."),
];
