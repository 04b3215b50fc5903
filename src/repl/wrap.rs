//! Word wrapping of text that arrives in pieces.

use rustyline::GraphemeClusterMode;

/// Breaks a text into lines at its spaces while it comes in. A word is held back until it ends, because only then is it
/// known whether it still fits; a word that is wider than a line goes out at once and is broken by the terminal.
#[derive(Debug)]
pub(super) struct Wrap {
    width: usize,
    column: usize,
    newlines: usize,
    spaces: usize,
    word: String,
    word_width: usize,
    place: Place,
}

/// Where in the text we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Before the first word: white space is dropped here.
    Start,
    /// Between words or inside one that may still fit.
    Within,
    /// Inside a word that is wider than a line.
    Overlong,
}

impl Wrap {
    /// Wraps at `width` columns, or not at all; `column` of them are taken on the first line.
    pub(super) fn new(width: Option<usize>, column: usize) -> Self {
        Self {
            width: width.unwrap_or(usize::MAX).max(1),
            column,
            newlines: 0,
            spaces: 0,
            word: String::new(),
            word_width: 0,
            place: Place::Start,
        }
    }

    /// Takes the next piece of the text and returns what can be shown of it by now. Control characters are dropped: a
    /// model must not be able to drive the terminal.
    pub(super) fn push(&mut self, piece: &str) -> String {
        let mut out = String::new();
        for c in piece.chars() {
            match c {
                '\n' => self.white_space(&mut out, c),
                ' ' | '\t' => self.white_space(&mut out, ' '),
                c if c.is_control() => {}
                c => self.letter(&mut out, c),
            }
        }
        out
    }

    /// Returns what was held back.
    pub(super) fn finish(&mut self) -> String {
        let mut out = String::new();
        self.end_word(&mut out);
        out
    }

    fn white_space(&mut self, out: &mut String, c: char) {
        self.end_word(out);
        match (self.place, c) {
            (Place::Start, _) => {}
            (_, '\n') => {
                // At most one blank line in a row.
                self.newlines = (self.newlines + 1).min(2);
                self.spaces = 0;
            }
            _ => self.spaces += 1,
        }
    }

    fn letter(&mut self, out: &mut String, c: char) {
        let width = columns(c);
        // Scripts with wide characters set no spaces: a line may break around each of them.
        if width > 1 {
            self.end_word(out);
        }
        if self.place == Place::Overlong {
            out.push(c);
            self.column = self.column.saturating_add(width);
            return;
        }
        self.word.push(c);
        self.word_width += width;
        if width > 1 {
            self.end_word(out);
        } else if self.word_width > self.width {
            self.end_word(out);
            self.place = Place::Overlong;
        }
    }

    fn end_word(&mut self, out: &mut String) {
        if self.place == Place::Overlong {
            self.place = Place::Within;
        }
        if self.word.is_empty() {
            return;
        }
        if self.newlines > 0 {
            self.break_line(out);
        }
        let end = self.column.saturating_add(self.spaces).saturating_add(self.word_width);
        if end <= self.width {
            out.extend(std::iter::repeat_n(' ', self.spaces));
            self.column = end;
        } else {
            if self.column > 0 {
                self.break_line(out);
            }
            self.column = self.word_width;
        }
        out.push_str(&self.word);
        self.word.clear();
        self.word_width = 0;
        self.spaces = 0;
        self.place = Place::Within;
    }

    fn break_line(&mut self, out: &mut String) {
        out.extend(std::iter::repeat_n('\n', self.newlines.max(1)));
        self.newlines = 0;
        self.column = 0;
    }
}

/// A whole text, wrapped.
pub(super) fn wrapped(text: &str, width: Option<usize>) -> String {
    let mut wrap = Wrap::new(width, 0);
    let mut out = wrap.push(text);
    out.push_str(&wrap.finish());
    out
}

/// How many columns a text takes on the terminal.
pub(super) fn text_width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

fn columns(c: char) -> usize {
    usize::from(GraphemeClusterMode::WcWidth.width(c.encode_utf8(&mut [0; 4])))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};

    use super::*;

    fn streamed(pieces: &[String], width: usize, column: usize) -> String {
        let mut wrap = Wrap::new(Some(width), column);
        let mut out: String = pieces.iter().map(|piece| wrap.push(piece)).collect();
        out.push_str(&wrap.finish());
        out
    }

    fn visible(text: &str) -> String {
        text.chars().filter(|c| !matches!(c, ' ' | '\n' | '\t') && !c.is_control()).collect()
    }

    fn pieces() -> impl Strategy<Value = Vec<String>> {
        proptest::collection::vec("[a-z \n]{0,12}|[äö世界🚀e\u{301} ]{0,6}|\\PC{0,5}|[\r\t\u{1b}]", 0..24)
    }

    proptest! {
        #[test]
        fn wrapping_loses_nothing_but_white_space(pieces in pieces(), width in 1usize..50, column in 0usize..12) {
            let out = streamed(&pieces, width, column);
            prop_assert_eq!(visible(&out), visible(&pieces.concat()));
        }

        #[test]
        fn a_line_is_too_wide_only_if_one_word_is(pieces in pieces(), width in 1usize..50) {
            for line in streamed(&pieces, width, 0).lines() {
                prop_assert!(text_width(line) <= width || !line.contains(' '), "{:?} at {}", line, width);
            }
        }

        #[test]
        fn how_the_text_is_cut_into_pieces_does_not_matter(pieces in pieces(), width in 1usize..50, one in any::<bool>()) {
            let whole = pieces.concat();
            let other = if one { vec![whole] } else { whole.chars().map(String::from).collect() };
            prop_assert_eq!(streamed(&pieces, width, 3), streamed(&other, width, 3));
        }
    }

    #[test]
    fn words_go_to_the_next_line_and_paragraphs_stay() {
        assert_eq!(
            wrapped("\nThe bridge is dark.\n\n\n\nA door  hums\n  - open it\n", Some(12)),
            "The bridge\nis dark.\n\nA door  hums\n  - open it"
        );
    }

    #[test]
    fn a_word_wider_than_a_line_is_not_held_back() {
        let mut wrap = Wrap::new(Some(5), 3);
        assert_eq!(wrap.push("abcdefg"), "\nabcdefg");
        assert_eq!(wrap.push("hi jk lmno"), "hi\njk");
        assert_eq!(wrap.finish(), "\nlmno");
    }

    #[test]
    fn wide_characters_need_no_spaces() {
        assert_eq!(wrapped("世界世界世", Some(5)), "世界\n世界\n世");
    }

    #[test]
    fn without_a_width_lines_are_kept() {
        assert_eq!(wrapped("a \u{1b}[31mb\r\nc\n", None), "a [31mb\nc");
    }
}
