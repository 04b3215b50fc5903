//! Someone's words, shown while they come.

use indicatif::ProgressBar;

use super::screen::Screen;
use super::wrap::{Wrap, text_width};

/// A reply in the making: a spinner until its first words, then the words.
pub(super) struct Speech<'s> {
    screen: &'s mut Screen,
    label: String,
    waiting: Option<ProgressBar>,
    wrap: Wrap,
    heard: String,
}

impl<'s> Speech<'s> {
    /// A speech under `label`.
    pub(super) fn begin(screen: &'s mut Screen, label: &str) -> Self {
        let wrap = Wrap::new(screen.width, text_width(label) + 1);
        Self { screen, label: label.to_owned(), waiting: None, wrap, heard: String::new() }
    }

    /// A speech that `speaker` has yet to begin.
    pub(super) fn expect(screen: &'s mut Screen, speaker: &str) -> Self {
        let waiting = screen.waiting(format!("{speaker} is thinking"));
        Self { waiting: Some(waiting), ..Self::begin(screen, &format!("{speaker}>")) }
    }

    /// The next words.
    pub(super) fn push(&mut self, words: &str) {
        let shown = self.wrap.push(words);
        if self.heard.is_empty() && !words.is_empty() {
            self.stop_waiting();
            let label = self.screen.colour.bold(&self.label);
            self.screen.raw(&format!("{label} "));
        }
        self.heard.push_str(words);
        if !shown.is_empty() {
            self.screen.raw(&shown);
        }
    }

    /// The speech is over, and `whole` is what was said: what did not come in pieces is shown now.
    pub(super) fn end_with(mut self, whole: &str) {
        if let Some(rest) = whole.trim_start().strip_prefix(self.heard.trim()) {
            let rest = rest.to_owned();
            self.push(&rest);
        }
        self.end();
    }

    /// The speech is over.
    pub(super) fn end(mut self) {
        self.stop_waiting();
        let rest = self.wrap.finish();
        if !self.heard.is_empty() {
            self.screen.raw(&format!("{rest}\n"));
        }
    }

    fn stop_waiting(&mut self) {
        if let Some(bar) = self.waiting.take() {
            bar.finish_and_clear();
        }
    }
}
