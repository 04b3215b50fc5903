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

/// How many tokens a request sends: the instructions and every message.
pub fn count_request(request: &ChatRequest) -> u64 {
    count(&request.system) + count_messages(request)
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
    let mut chars = text.char_indices().peekable();
    let Some((_, first)) = chars.next() else { return 0 };
    let mut end = first.len_utf8();
    let mut kind = first;
    if first.is_whitespace() {
        match chars.peek() {
            // A single space belongs to what follows it.
            Some((_, next)) if first == ' ' && !next.is_whitespace() => {
                kind = *next;
                end += next.len_utf8();
                chars.next();
            }
            _ => {
                return end
                    + chars
                        .take_while(|(_, c)| c.is_whitespace() && *c != ' ')
                        .map(|(_, c)| c.len_utf8())
                        .sum::<usize>();
            }
        }
    }
    if kind.is_alphanumeric() {
        let start = end - kind.len_utf8();
        for (at, c) in chars {
            if !c.is_alphanumeric() || at + c.len_utf8() - start > LONGEST {
                break;
            }
            end = at + c.len_utf8();
        }
    }
    end
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
