//! What a fault looks like from outside: for the documentation, and for whoever stands in front of a dashboard.

use super::{Fault, Quality};

impl Fault {
    /// Whether there is no answer of the model at all: the fault comes in its place.
    pub const fn replaces_answer(self) -> bool {
        matches!(
            self,
            Self::Unauthorized
                | Self::RateLimited(_)
                | Self::InternalError
                | Self::Unavailable
                | Self::Overloaded
                | Self::Timeout
                | Self::Malformed
                | Self::Empty
                | Self::Refusal
                | Self::ContextOverflow
        )
    }

    /// What a person at the table notices, in one sentence.
    pub const fn noticed(self) -> &'static str {
        match self {
            Self::Latency(_) => "The answer begins late.",
            Self::SlowFirstToken(_) => "The first word comes late, the rest as always.",
            Self::Stall(_) => "The answer stops in the middle of a sentence, and goes on later or fails as a timeout.",
            Self::Cut(_) | Self::Reset(_) => "A few words come, then an error; the turn can be played again.",
            Self::Unauthorized => "An error that names the key; no other attempt is made.",
            Self::RateLimited(_) => "The answer comes after a wait, or an error says that there are too many requests.",
            Self::InternalError | Self::Unavailable | Self::Overloaded => {
                "The answer comes after a wait or from another model, or an error says that the provider is down."
            }
            Self::Timeout => "Nothing, until the timeout ends it with an error.",
            Self::Malformed => "An error says that the answer cannot be understood.",
            Self::Empty => "An error says that the model had nothing to say.",
            Self::Refusal => "An error says that the model declines.",
            Self::ContextOverflow => "An error says that the conversation is too long.",
            Self::Verbose(_) => "The storyteller does not stop talking.",
            Self::Quality(quality) => quality.noticed(),
            Self::Status(_) => "What that status means: an error, or an answer after a wait.",
            Self::StreamError(_) => "A few words come, then an error; the turn can be played again.",
            Self::Html => "An error that names the address and the proxy.",
            Self::ByteByByte | Self::Crlf => "Nothing at all.",
        }
    }

    /// What a person sees in telemetry, in one sentence.
    pub const fn symptom(self) -> &'static str {
        match self {
            Self::Latency(_) | Self::SlowFirstToken(_) => {
                "Time to first chunk and duration of the `chat` span grow by that much; tokens and outcome stay as they are."
            }
            Self::Stall(_) => {
                "One long gap in the time per output chunk while time to first chunk is normal; past the idle timeout \
                 `error.type` is `timeout`."
            }
            Self::Cut(_) => {
                "`error.type` is `truncated` after a time to first chunk, in one attempt; what was never streamed is asked \
                 for again."
            }
            Self::Reset(_) => {
                "As a cut, but over the wire the HTTP attempt's span fails, too: a broken connection, not a short answer."
            }
            Self::Unauthorized => "`error.type` is `unauthorized` at once, without tokens; status 401, one attempt.",
            Self::RateLimited(_) => {
                "Attempts with status 429 and waits as long as `retry-after` between them; `rate_limited` when they run out, \
                 or at once when the wait is too long."
            }
            Self::InternalError => "Attempts with status 500 that are repeated; `unavailable` when they run out.",
            Self::Unavailable => "Attempts with status 503 that are repeated; `unavailable` when they run out.",
            Self::Overloaded => {
                "Attempts with status 529 that are repeated; `unavailable` when they run out; other providers are well."
            }
            Self::Timeout => {
                "Durations pile up at exactly the timeout; `error.type` is `timeout`, no chunk, no tokens."
            }
            Self::Malformed => {
                "`error.type` is `bad_response` in one attempt, over the wire with status 200: the provider thinks all is well."
            }
            Self::Empty => "`error.type` is `empty` in one attempt: input tokens are paid for, output tokens are none.",
            Self::Refusal => {
                "`error.type` is `refused` in one attempt; few output tokens, or none where refusals are free."
            }
            Self::ContextOverflow => {
                "`error.type` is `context_overflow`, status 400, at once; input tokens grew from turn to turn before it."
            }
            Self::Verbose(_) => {
                "Output tokens, cost and duration grow together, up to finish reason `length`; time to first chunk does not."
            }
            Self::Quality(quality) => quality.symptom(),
            Self::Status(_) => "Attempts with that status, and the `error.type` that it stands for.",
            Self::StreamError(_) => {
                "The HTTP attempt has status 200 and a time to first chunk, yet `error.type` is the provider's own trouble."
            }
            Self::Html => "`error.type` is `bad_response` for an HTTP attempt with status 200: a proxy in the way.",
            Self::ByteByByte => "More chunks on the wire, the same tokens, the same outcome.",
            Self::Crlf => "Nothing: a client that shows something has a bug.",
        }
    }
}

impl Quality {
    const fn noticed(self) -> &'static str {
        match self {
            Self::RoleConfusion => "The storyteller says what you say and do.",
            Self::ForgottenFact => "What you took you never had; where you were you never went.",
            Self::InventedDice => "The storyteller announces a roll that nobody made.",
            Self::HallucinatedLore => "The storyteller states as a fact what the campaign contradicts.",
            Self::ObeyedInjection => "The storyteller does what it should refuse, or reads out its instructions.",
            Self::StyleDrift => "The storyteller sounds like an assistant: “Sure! Here are three options.”",
        }
    }

    const fn symptom(self) -> &'static str {
        match self {
            Self::RoleConfusion => {
                "All signals are green; the content, where it is recorded, has the player's words in an assistant message."
            }
            Self::ForgottenFact => {
                "All signals are green; only content beside earlier turns of the same `gen_ai.conversation.id` shows it."
            }
            Self::InventedDice => "All signals are green; a roll is told, but no roll is recorded in the turn.",
            Self::HallucinatedLore => "All signals are green; the content contradicts the system instructions.",
            Self::ObeyedInjection => {
                "All signals are green; the content repeats instructions, or follows those of a user message."
            }
            Self::StyleDrift => {
                "All signals are green; output tokens rise a little, and the content has lists. A solo turn may lose its JSON."
            }
        }
    }
}
