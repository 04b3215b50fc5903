//! What can go wrong over HTTP, and the one place that chooses a status for it.

use std::time::Duration;

use axum::http::StatusCode;

use crate::game::MessageError;
use crate::game::scenario::Ruling;
use crate::llm::{ErrorKind, ModelError};
use crate::play::PlayError;
use crate::store::StoreError;
use crate::traces::ReadError;

/// A request that was not answered as its client hoped.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Problem {
    pub(super) kind: &'static Kind,
    pub(super) detail: String,
    pub(super) error_type: Option<&'static str>,
    pub(super) retry_after: Option<Duration>,
    /// The number of the game's last turn, for whoever lost a race.
    pub(super) turn: Option<u64>,
    /// Everything that is wrong with what was asked for.
    pub(super) problems: Vec<String>,
}

/// One kind of problem, explained on the documentation page.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// Its stable name: the problem's `type` is `/docs#problem-` and this.
    pub slug: &'static str,
    /// The status it is answered with.
    pub status: StatusCode,
    /// Its name for people.
    pub title: &'static str,
    /// What the client can do.
    pub remedy: &'static str,
}

macro_rules! kinds {
    ($($name:ident = $status:ident, $slug:literal, $title:literal, $remedy:literal;)*) => {
        impl Kind {
            $(pub(super) const $name: &'static Self = &Self {
                slug: $slug, status: StatusCode::$status, title: $title, remedy: $remedy,
            };)*
        }

        /// Every kind of problem, in the order of the documentation page.
        pub const KINDS: &[&Kind] = &[$(Kind::$name),*];
    };
}

kinds! {
    MALFORMED_JSON = BAD_REQUEST, "malformed-json", "The body is not JSON",
        "Send one JSON object in UTF-8. The detail says where reading stopped.";
    INVALID_BODY = BAD_REQUEST, "invalid-body", "The body does not fit",
        "The detail names the field that is missing, repeated or of the wrong type, and shows a body that fits.";
    INVALID_MESSAGE = BAD_REQUEST, "invalid-message", "The message cannot be played",
        "Say or do something, in no more characters than the detail allows.";
    INVALID_SESSION_ID = BAD_REQUEST, "invalid-session-id", "Not a session id",
        "Send the session_id that POST /games or POST /play answered with, or none to play at the shared table.";
    INVALID_QUERY = BAD_REQUEST, "invalid-query", "The query does not fit",
        "The detail names the parameter and what it may be.";
    UNKNOWN_CONTENT = BAD_REQUEST, "unknown-content", "No scenario or game of this name",
        "The detail names those that there are; GET /scenario/info and GET /singleplayer list them.";
    NOT_POSSIBLE = BAD_REQUEST, "not-possible", "Not possible here",
        "The detail says what is possible. Nothing happened, and no turn was spent.";
    GAME_OVER = BAD_REQUEST, "game-over", "This game cannot go on",
        "Start another. GET /sessions/{id} shows how this one ended, and POST /undo takes its last turn back.";
    QUOTA_EXCEEDED = PAYMENT_REQUIRED, "quota-exceeded", "The provider's quota is used up",
        "Only whoever runs the game can help, by paying the provider.";
    BUDGET_EXCEEDED = PAYMENT_REQUIRED, "budget-exceeded", "The budget does not cover this",
        "The detail names the budget and the setting that raises it; a budget for the day is whole again at midnight UTC.";
    INVALID_TEAM = BAD_REQUEST, "invalid-team", "Not a team's name",
        "Send 1 to 64 letters, digits, '-', '_' or '.' in the header X-Zeroth-Team, or leave it away.";
    UNAUTHORIZED = UNAUTHORIZED, "unauthorized", "The token is missing or wrong",
        "Send what ZEROTH_TOKEN was set to as Authorization: Bearer TOKEN, or log in at /console/login.";
    SHUT = FORBIDDEN, "shut", "Shut until there is a token",
        "Whoever runs the server starts it with ZEROTH_TOKEN set to a secret of 16 characters or more, or for its own machine \
         only: on 127.0.0.1, without ZEROTH_ALLOWED_HOSTS and without a proxy. The game itself is open.";
    CROSS_SITE = FORBIDDEN, "cross-site", "Asked from another site",
        "A page of another site may not play here. Call the game from its own pages or from a program.";
    NOT_FOUND = NOT_FOUND, "not-found", "Nothing is here",
        "The paths that exist are listed on this page.";
    UNKNOWN_SESSION = NOT_FOUND, "unknown-session", "No such session",
        "The game was never created or was let go. Create another with POST /games, or send no session id to play at \
         the shared table.";
    TRACES_OFF = NOT_FOUND, "traces-off", "The trace store is switched off",
        "Start the program with ZEROTH_TRACES=file, which is what it does by itself, or with ZEROTH_TRACES=memory.";
    UNKNOWN_TELEMETRY = NOT_FOUND, "unknown-telemetry", "No such telemetry, or no more",
        "Look it up in its list again. What is old or belongs to a deleted run is let go.";
    OTHER_KIND = NOT_FOUND, "other-kind", "A game of another kind",
        "The detail says with which call this game is played.";
    METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED, "method-not-allowed", "Not with this method",
        "The header Allow names the methods that this path takes.";
    BODY_TIMEOUT = REQUEST_TIMEOUT, "body-timeout", "The body did not arrive in time",
        "Send the whole body at once.";
    CONFLICT = CONFLICT, "conflict", "Two turns at once",
        "Another turn of this session was kept first. Look at its answer, then send yours again; turn is its number.";
    BUSY = CONFLICT, "busy", "Another turn is being played",
        "Send yours again after the time in Retry-After, or let it wait with the header Prefer: wait=30. turn is the number \
         of the last turn that was kept.";
    NOTHING_TO_UNDO = CONFLICT, "nothing-to-undo", "No turn to take back",
        "Play one first. What was let go because the game is long cannot be taken back any more.";
    SHARED_TABLE = CONFLICT, "shared-table", "Everyone plays at this table",
        "Its turns are not yours alone to take back, nor is the table yours to delete. Create a game of your own with POST /games.";
    TOO_LARGE = PAYLOAD_TOO_LARGE, "too-large", "The body is too large",
        "Send a shorter message.";
    UNSUPPORTED_MEDIA_TYPE = UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "Not a media type that is read here",
        "Send the header Content-Type: application/json and no Content-Encoding.";
    UNKNOWN_HOST = MISDIRECTED_REQUEST, "unknown-host", "Not a name of this server",
        "Ask 127.0.0.1 or localhost, with the server's port. Whoever runs the server lists its other names in \
         ZEROTH_ALLOWED_HOSTS.";
    BROKEN_CONTENT = UNPROCESSABLE_ENTITY, "broken-content", "The scenario or game has mistakes",
        "problems lists all of them, for whoever writes it. Play another one meanwhile.";
    RATE_LIMITED = TOO_MANY_REQUESTS, "rate-limited", "Too many requests",
        "Wait as long as the header Retry-After says, then send the turn again.";
    INTERNAL = INTERNAL_SERVER_ERROR, "internal", "Our mistake",
        "Tell whoever runs the game the trace id. Look at the session before you send the turn again: it may have been \
         kept.";
    MODEL_FAILED = BAD_GATEWAY, "model-failed", "The model gave no answer",
        "The turn was not kept; send it again. error_type says how the model failed.";
    UNAVAILABLE = SERVICE_UNAVAILABLE, "unavailable", "The model is overloaded or down",
        "The turn was not kept. Send it again after the time in Retry-After.";
    STORE_FULL = SERVICE_UNAVAILABLE, "store-full", "No room for another game",
        "Play at the shared table by sending no session id, or try again later: games that nobody plays make way.";
    STORE_UNAVAILABLE = SERVICE_UNAVAILABLE, "store-unavailable", "The games cannot be reached",
        "Nothing that was answered is lost. Send it again after the time in Retry-After; the detail says what whoever runs \
         the game can do.";
    TRACES_BUSY = SERVICE_UNAVAILABLE, "traces-busy", "Too many ask the trace store",
        "Ask again after the time in Retry-After.";
    TRACES_UNAVAILABLE = SERVICE_UNAVAILABLE, "traces-unavailable", "The trace store cannot be read",
        "The game goes on. The detail says what whoever runs the program can do.";
    OVERLOADED = SERVICE_UNAVAILABLE, "overloaded", "Too many turns at once",
        "The turn was not kept. Send it again after the time in Retry-After.";
    SHUTTING_DOWN = SERVICE_UNAVAILABLE, "shutting-down", "The game is about to end",
        "No new turn is begun. Send it again after the time in Retry-After.";
    MODEL_TIMEOUT = GATEWAY_TIMEOUT, "model-timeout", "The model took too long",
        "The turn was not kept; send it again.";
    QUERY_TIMEOUT = GATEWAY_TIMEOUT, "query-timeout", "The question takes too long",
        "Ask about a shorter time, or with more filters.";
}

impl Problem {
    /// A problem of `kind`; `detail` says what is wrong with this one request.
    pub(super) fn new(kind: &'static Kind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), error_type: None, retry_after: None, turn: None, problems: Vec::new() }
    }

    /// There is none whose name is no session id either.
    pub(super) fn no_such_session() -> Self {
        Self::new(Kind::UNKNOWN_SESSION, "there is no such session")
    }

    /// What players share is not for one of them to take back.
    pub(super) fn shared_table() -> Self {
        Self::new(
            Kind::SHARED_TABLE,
            "the last turn at the shared table may be somebody else's; create a game of your own with POST /games",
        )
    }

    pub(super) fn not_found() -> Self {
        Self::new(Kind::NOT_FOUND, "there is nothing at this path; /docs lists what there is")
    }

    pub(super) fn method_not_allowed() -> Self {
        Self::new(Kind::METHOD_NOT_ALLOWED, "this path does not take the method; see the header Allow")
    }

    pub(super) fn shutting_down() -> Self {
        Self::new(Kind::SHUTTING_DOWN, "the game is being shut down and begins no new turn").after(SOON)
    }

    pub(super) fn overloaded() -> Self {
        Self::new(Kind::OVERLOADED, "as many turns are being played as may be at once; send yours again in a moment")
            .after(SOON)
    }

    /// Says nothing of what happened: that is for the log.
    pub(super) fn internal() -> Self {
        Self::new(Kind::INTERNAL, "something went wrong inside the game; the log knows more")
    }

    pub(super) fn traces_off() -> Self {
        Self::new(Kind::TRACES_OFF, "telemetry is not kept here: ZEROTH_TRACES is off")
    }

    pub(super) fn too_many_watch() -> Self {
        Self::new(Kind::TRACES_BUSY, "as many watch as may at once; close a page that is not looked at").after(SOON)
    }

    fn after(self, wait: Duration) -> Self {
        Self { retry_after: Some(wait), ..self }
    }
}

const AT_ONCE: Duration = Duration::from_secs(1);
const SOON: Duration = Duration::from_secs(5);
const LATER: Duration = Duration::from_secs(60);

impl From<PlayError> for Problem {
    fn from(error: PlayError) -> Self {
        let words = error.to_string();
        match error {
            PlayError::Message(error) => error.into(),
            PlayError::UnknownSession(_) => Self::new(Kind::UNKNOWN_SESSION, words),
            PlayError::OtherKind(..) => Self::new(Kind::OTHER_KIND, words),
            PlayError::Conflict { turn } => Self { turn, ..Self::new(Kind::CONFLICT, words) },
            PlayError::Busy { turn } => Self { turn, ..Self::new(Kind::BUSY, words).after(SOON) },
            PlayError::Ruled(Ruling::Finished { .. } | Ruling::PackChanged) => Self::new(Kind::GAME_OVER, words),
            PlayError::Ruled(_) => Self::new(Kind::NOT_POSSIBLE, words),
            PlayError::UnknownContent(_) => Self::new(Kind::UNKNOWN_CONTENT, words),
            PlayError::BrokenContent { name, problems } => {
                let count = problems.len();
                let mistakes = if count == 1 { "1 mistake".to_owned() } else { format!("{count} mistakes") };
                Self {
                    problems,
                    ..Self::new(Kind::BROKEN_CONTENT, format!("{name} cannot be played: it has {mistakes}"))
                }
            }
            PlayError::Shared => Self::new(Kind::SHARED_TABLE, words),
            PlayError::NothingToUndo => Self::new(Kind::NOTHING_TO_UNDO, words),
            PlayError::Model(error) => error.into(),
            PlayError::Store(error) => error.into(),
            // The reason may quote the prompt.
            PlayError::Prompt(_) => Self::internal(),
        }
    }
}

impl From<MessageError> for Problem {
    fn from(error: MessageError) -> Self {
        Self::new(Kind::INVALID_MESSAGE, error.to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unknown(_) => Self::new(Kind::UNKNOWN_SESSION, error.to_string()),
            StoreError::Exists(_) | StoreError::Conflict => Self::new(Kind::CONFLICT, error.to_string()),
            StoreError::Full { .. } => Self::new(Kind::STORE_FULL, error.to_string()).after(LATER),
            StoreError::Unavailable(_) => Self::new(Kind::STORE_UNAVAILABLE, error.to_string()).after(SOON),
            StoreError::TooLarge { .. } | StoreError::Document(_) => Self::internal(),
        }
    }
}

impl From<ReadError> for Problem {
    fn from(error: ReadError) -> Self {
        let words = error.to_string();
        match error {
            ReadError::TooSlow => Self::new(Kind::QUERY_TIMEOUT, words),
            ReadError::Busy => Self::new(Kind::TRACES_BUSY, words).after(AT_ONCE),
            ReadError::Unknown(_) => Self::new(Kind::UNKNOWN_TELEMETRY, words),
            ReadError::Query(_) => Self::new(Kind::INVALID_QUERY, words),
            ReadError::Full(_) | ReadError::Unavailable(_) => Self::new(Kind::TRACES_UNAVAILABLE, words).after(SOON),
        }
    }
}

impl From<ModelError> for Problem {
    fn from(error: ModelError) -> Self {
        let (kind, wait) = match error.kind {
            ErrorKind::Timeout => (Kind::MODEL_TIMEOUT, None),
            ErrorKind::QuotaExceeded => (Kind::QUOTA_EXCEEDED, None),
            // A budget of the day is whole again at midnight.
            ErrorKind::BudgetExceeded => (Kind::BUDGET_EXCEEDED, error.retry_after),
            ErrorKind::LimitReached => (Kind::OVERLOADED, error.retry_after.or(Some(SOON))),
            ErrorKind::RateLimited => (Kind::RATE_LIMITED, error.retry_after.or(Some(SOON))),
            ErrorKind::Unavailable => (Kind::UNAVAILABLE, error.retry_after.or(Some(SOON))),
            ErrorKind::Unreachable
            | ErrorKind::Unauthorized
            | ErrorKind::ModelNotFound
            | ErrorKind::InvalidRequest
            | ErrorKind::ContextOverflow
            | ErrorKind::Refused
            | ErrorKind::Empty
            | ErrorKind::Truncated
            | ErrorKind::BadResponse => (Kind::MODEL_FAILED, None),
        };
        Self { error_type: Some(error.kind.as_str()), retry_after: wait, ..Self::new(kind, error.message) }
    }
}
