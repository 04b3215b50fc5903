//! Bold, dim and coloured text, where the terminal can show it.

use std::io::IsTerminal;

/// Whether text is styled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// With ANSI escape sequences.
    On,
    /// Plain.
    Off,
}

impl Colour {
    /// What fits `out`, given the values of `NO_COLOR` and `TERM`.
    pub fn fitting(out: &impl IsTerminal, no_color: Option<&str>, term: Option<&str>) -> Self {
        let unwanted = no_color.is_some_and(|value| !value.is_empty());
        if unwanted || term == Some("dumb") || !out.is_terminal() { Self::Off } else { Self::On }
    }

    /// The text in bold.
    pub(super) fn bold(self, text: &str) -> String {
        self.wrap("\u{1b}[1m", text)
    }

    /// The text in a fainter colour.
    pub(super) fn dim(self, text: &str) -> String {
        self.wrap("\u{1b}[2m", text)
    }

    /// The text in the colour of what went well.
    pub(super) fn good(self, text: &str) -> String {
        self.wrap("\u{1b}[32m", text)
    }

    /// The text in the colour of what did not.
    pub(super) fn bad(self, text: &str) -> String {
        self.wrap("\u{1b}[31m", text)
    }

    fn wrap(self, start: &str, text: &str) -> String {
        match self {
            Self::On if !text.is_empty() => format!("{start}{text}\u{1b}[0m"),
            _ => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_gets_no_colours() {
        assert_eq!(Colour::fitting(&tempfile::tempfile().unwrap(), None, Some("xterm")), Colour::Off);
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        assert_eq!(Colour::Off.bold("Data"), "Data");
        assert_eq!(Colour::On.bold("Data"), "\u{1b}[1mData\u{1b}[0m");
        assert_eq!(Colour::On.dim(""), "");
    }
}
