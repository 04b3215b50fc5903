//! What each fault should come to.

use zeroth::llm::fault::Fault;

use crate::play::{Case, Mode, Told};

/// The answer that the player should get, the kind of failure in telemetry, and how many attempts there should be. With one
/// retry allowed, what may pass is tried twice, unless the player has heard something already. That both protocols come
/// to the same is the point of having adapters.
pub(crate) fn expected(case: Case) -> Told {
    let heard = case.mode == Mode::Streamed;
    let fails = |status, error_type, attempts| Told { status, error_type: Some(error_type), attempts };
    let fine = Told { status: 200, error_type: None, attempts: 1 };
    match case.fault {
        Fault::Latency(_) | Fault::Verbose(_) | Fault::Quality(_) | Fault::ByteByByte => fine,
        // Line ends are for streams.
        Fault::Crlf => fine,
        Fault::SlowFirstToken(_) | Fault::Timeout => fails(504, "timeout", 2),
        Fault::Stall(_) => fails(504, "timeout", if heard { 1 } else { 2 }),
        Fault::Cut(_) | Fault::Reset(_) => fails(502, "truncated", if heard { 1 } else { 2 }),
        // Whole answers have no middle in which an error could stand: it comes in the place of the answer.
        Fault::StreamError(_) => fails(503, "unavailable", if heard { 1 } else { 2 }),
        Fault::Unauthorized => fails(502, "unauthorized", 1),
        Fault::RateLimited(_) => fails(429, "rate_limited", 2),
        Fault::InternalError | Fault::Unavailable | Fault::Overloaded => fails(503, "unavailable", 2),
        Fault::Malformed | Fault::Html => fails(502, "bad_response", 1),
        Fault::Empty => fails(502, "empty", 1),
        Fault::Refusal => fails(502, "refused", 1),
        Fault::ContextOverflow => fails(502, "context_overflow", 1),
        Fault::Status(_) => fails(502, "invalid_request", 1),
    }
}
