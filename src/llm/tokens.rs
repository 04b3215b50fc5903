//! Counts tokens without knowing a provider's tokenizer: close enough for budgets and for the simulator.

use super::model::ChatRequest;

/// The longest piece of a word, in bytes. English text comes out at about 1.4 tokens per word.
const LONGEST: usize = 6;

/// What the role and the borders of a message cost.
const PER_MESSAGE: u64 = 4;

/// How many tokens `text` has.
pub fn count(text: &str) -> u64 {
    pieces(text).map(|_| 1).sum()
}

/// How many tokens a request sends: the instructions, every message, and the form of the answer.
pub fn count_request(request: &ChatRequest) -> u64 {
    count(&request.system) + count_messages(request) + count_schema(request)
}

/// How many tokens the form of the answer has, if one is wanted.
pub(super) fn count_schema(request: &ChatRequest) -> u64 {
    request.schema.as_ref().map_or(0, |schema| count(&schema.value.to_string()))
}

/// How many tokens the messages of a request have.
pub(super) fn count_messages(request: &ChatRequest) -> u64 {
    request.messages.iter().map(|message| count(&message.text) + PER_MESSAGE).sum()
}

/// `text` cut into tokens: words with the space before them, long words in parts, punctuation apart. Nothing is lost.
pub fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, after) = rest.split_at(first_piece(rest));
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}

fn first_piece(text: &str) -> usize {
    let Some(first) = char_at(text, 0) else { return 0 };
    let mut start = 0;
    if first.is_whitespace() {
        // A single space belongs to what follows it.
        if first != ' ' || char_at(text, 1).is_none_or(char::is_whitespace) {
            return text.find(|c: char| !c.is_whitespace() || c == ' ').map_or(text.len(), |end| end.max(1));
        }
        start = 1;
    }
    let mut end = word_end(text, start);
    if end == start {
        end += char_at(text, start).map_or(0, char::len_utf8);
    }
    end
}

/// Where the word that begins at `start` ends, or is cut.
fn word_end(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let limit = bytes.len().min(start + LONGEST);
    let mut end = start;
    while end < limit {
        // Nearly all text is ASCII, which needs no decoding.
        if bytes[end].is_ascii() {
            if !bytes[end].is_ascii_alphanumeric() {
                break;
            }
            end += 1;
        } else {
            match char_at(text, end).filter(|c| c.is_alphanumeric() && end + c.len_utf8() <= limit) {
                Some(c) => end += c.len_utf8(),
                None => break,
            }
        }
    }
    end
}

fn char_at(text: &str, at: usize) -> Option<char> {
    match text.as_bytes().get(at)? {
        byte if byte.is_ascii() => Some(char::from(*byte)),
        _ => text[at..].chars().next(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        pieces(text).collect()
    }

    #[test]
    fn words_keep_their_space_and_punctuation_stands_apart() {
        assert_eq!(cut("It is your turn, Data."), ["It", " is", " your", " turn", ",", " Data", "."]);
        assert_eq!(cut("positronic"), ["positr", "onic"]);
        assert_eq!(cut("a  b\n\nc"), ["a", " ", " b", "\n\n", "c"]);
        assert_eq!(cut("*I nod.*"), ["*", "I", " nod", ".", "*"]);
    }

    #[test]
    fn other_scripts_are_cut_between_characters() {
        assert_eq!(cut("星艦企業號"), ["星艦", "企業", "號"]);
        assert_eq!(cut("🖖🖖"), ["🖖", "🖖"]);
        assert_eq!(count(""), 0);
    }

    proptest! {
        #[test]
        fn the_pieces_are_the_text(text in any::<String>()) {
            prop_assert_eq!(pieces(&text).collect::<String>(), text.clone());
            prop_assert!(count(&text) <= text.chars().count() as u64);
        }
    }
}
