//! How much of one call is read: whatever is sent, the work and the size stay bounded, and what was cut says so.

/// The longest name: a model, an id, a role. Longer ones are cut without a mark, since they are compared.
pub(super) const NAME_BYTES: usize = 512;

/// The longest text of a message, a document, a tool.
pub(super) const TEXT_BYTES: usize = 256 * 1024;

/// The longest message of a failure or explanation.
pub(super) const REMARK_BYTES: usize = 8 * 1024;

/// The longest JSON that is parsed; what is longer is text.
pub(super) const JSON_BYTES: usize = 8 * 1024 * 1024;

/// How deep values may lie in each other.
pub(super) const DEPTH: usize = 32;

/// How many attributes make up one flattened list.
pub(super) const FLAT_ATTRIBUTES: usize = 8192;

/// How many messages a call may have: so many of the first, and so many of the last.
pub(super) const FIRST_MESSAGES: usize = 16;
/// See [`FIRST_MESSAGES`].
pub(super) const LAST_MESSAGES: usize = 240;

/// How many parts, tools, documents or evaluations.
pub(super) const ITEMS: usize = 256;

/// How many parameters.
pub(super) const PARAMETERS: usize = 64;

/// `text` as far as `most` bytes, with a mark when that is not all.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let kept = start(text, most);
    format!("{kept} … [cut: {} bytes more]", text.len() - kept.len())
}

/// The longest start of `text` that has at most `most` bytes.
pub(super) fn start(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_text_says_so_and_stays_text() {
        assert_eq!(cut("äöü", 6), "äöü");
        assert_eq!(cut("äöü", 5), "äö … [cut: 2 bytes more]");
        assert_eq!(cut("äöü", 0), " … [cut: 6 bytes more]");
    }
}
