//! What went wrong, in one sentence, and what to do about it in another.

use crate::game::scenario::Ruling;
use crate::llm::{ErrorKind, ModelError};
use crate::play::PlayError;

const RETRY: &str = "/retry tries again.";
const ELSEWHERE: &str = "Set it right, then start the game again.";

/// Says what went wrong and what to do now.
pub(super) fn complaint(error: &PlayError) -> String {
    let reason = reason(error);
    let advice = advice(error);
    if advice.is_empty() { reason } else { format!("{reason} {advice}") }
}

/// Says what went wrong.
pub(super) fn reason(error: &PlayError) -> String {
    match error {
        PlayError::UnknownSession(session) => format!("There is no game {session}."),
        PlayError::Conflict { .. } => "Someone else played a turn of this game at the same time.".to_owned(),
        PlayError::Busy { .. } => "Someone else is playing a turn of this game.".to_owned(),
        PlayError::OtherKind(_, kind) => format!("That game is a {kind} game."),
        other => sentence(&other.to_string()),
    }
}

fn advice(error: &PlayError) -> String {
    match error {
        PlayError::UnknownSession(_) => "/quit, then start another one.".to_owned(),
        PlayError::Conflict { .. } => "Look at it with /history, then go on.".to_owned(),
        PlayError::Ruled(Ruling::Finished { .. }) => {
            "/undo takes the last turn back, /load ID goes on with another game, /quit leaves.".to_owned()
        }
        // What is said of them already says what to do.
        PlayError::Message(_)
        | PlayError::NothingToUndo
        | PlayError::OtherKind(..)
        | PlayError::Ruled(_)
        | PlayError::UnknownContent(_)
        | PlayError::BrokenContent { .. }
        | PlayError::Shared => String::new(),
        PlayError::Busy { .. } => "Wait for it, then /retry.".to_owned(),
        PlayError::Model(error) => model_advice(error),
        PlayError::Store(_) | PlayError::Prompt(_) => RETRY.to_owned(),
    }
}

fn model_advice(error: &ModelError) -> String {
    match error.kind {
        ErrorKind::Unauthorized | ErrorKind::ModelNotFound | ErrorKind::QuotaExceeded => ELSEWHERE.to_owned(),
        ErrorKind::BudgetExceeded => "Once it is raised, /retry.".to_owned(),
        ErrorKind::ContextOverflow => "Say it in fewer words, or /undo a turn.".to_owned(),
        ErrorKind::Refused => "Say it differently, or /retry.".to_owned(),
        ErrorKind::Unreachable
        | ErrorKind::Timeout
        | ErrorKind::RateLimited
        | ErrorKind::LimitReached
        | ErrorKind::Unavailable
        | ErrorKind::InvalidRequest
        | ErrorKind::Empty
        | ErrorKind::Truncated
        | ErrorKind::BadResponse => match error.retry_after {
            Some(wait) => format!("Wait {} s, then /retry.", wait.as_secs_f64().ceil()),
            None => RETRY.to_owned(),
        },
    }
}

/// The text with a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let text = text.trim();
    let mut letters = text.chars();
    let Some(first) = letters.next() else { return "Something went wrong.".to_owned() };
    let end = if text.ends_with(['.', '!', '?', '"']) { "" } else { "." };
    format!("{}{}{end}", first.to_uppercase(), letters.as_str())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_complaint_says_what_to_do() {
        let busy = ModelError {
            retry_after: Some(Duration::from_millis(2_500)),
            ..ModelError::new(ErrorKind::RateLimited, "the provider has too many requests for now")
        };
        assert_eq!(
            complaint(&PlayError::Model(busy)),
            "The provider has too many requests for now. Wait 3 s, then /retry."
        );
        let key = ModelError::new(ErrorKind::Unauthorized, "the key is wrong; set ANTHROPIC_API_KEY");
        assert_eq!(
            complaint(&PlayError::Model(key)),
            "The key is wrong; set ANTHROPIC_API_KEY. Set it right, then start the game again."
        );
        assert_eq!(complaint(&PlayError::NothingToUndo), "There is no turn to take back.");
    }

    #[test]
    fn every_kind_of_model_error_is_two_sentences() {
        for kind in ErrorKind::ALL {
            let text = complaint(&PlayError::Model(ModelError::new(kind, "it broke")));
            assert!(text.starts_with("It broke. ") && text.ends_with('.'), "{text}");
        }
    }
}
