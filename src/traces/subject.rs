//! What a log record is about, beside the span in which it was written: an answer, or a conversation.

use super::dialect::{LogCall, LogEvent};

/// The longest subject, in bytes.
const LONGEST: usize = 220;

/// What a record is about: the answer that it names; a message that names none and is in no span, the conversation.
pub(super) fn of(log: &LogCall) -> Option<String> {
    let talk = || {
        let alone = log.event == LogEvent::Message && log.span.is_none();
        log.call.conversation.as_deref().filter(|_| alone).map(talk)
    };
    log.call.response_id.as_deref().map(answer).or_else(talk)
}

/// The subject of what is about an answer, by the provider's name for it.
pub(super) fn answer(id: &str) -> String {
    short(format!("answer {id}"))
}

/// The subject of what was said in a conversation.
pub(super) fn talk(name: &str) -> String {
    short(format!("talk {name}"))
}

/// The conversation that a subject names.
pub(super) fn named_talk(subject: &str) -> Option<&str> {
    subject.strip_prefix("talk ")
}

fn short(mut subject: String) -> String {
    subject.truncate(subject.floor_char_boundary(LONGEST));
    subject
}
