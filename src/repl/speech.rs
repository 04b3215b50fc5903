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
    /// A speech under `label`, or under none.
    pub(super) fn begin(screen: &'s mut Screen, label: &str) -> Self {
        let label = if label.is_empty() { String::new() } else { format!("{label} ") };
        let wrap = Wrap::new(screen.width, text_width(&label));
        Self { screen, label, waiting: None, wrap, heard: String::new() }
    }

    /// A speech that `speaker` has yet to begin.
    pub(super) fn expect(screen: &'s mut Screen, speaker: &str) -> Self {
        let waiting = screen.waiting(format!("{speaker} is thinking"));
        Self { waiting: Some(waiting), ..Self::begin(screen, &format!("{speaker}>")) }
    }

    /// A story that somebody without a name has yet to tell.
    pub(super) fn expect_story(screen: &'s mut Screen) -> Self {
        let waiting = screen.waiting("The storyteller is thinking".to_owned());
        Self { waiting: Some(waiting), ..Self::begin(screen, "") }
    }

    /// The next words.
    pub(super) fn push(&mut self, words: &str) {
        let shown = self.wrap.push(words);
        if self.heard.is_empty() && !words.is_empty() {
            self.stop_waiting();
            // The space outside, or it would be bold, too.
            let gap = if self.label.is_empty() { "" } else { " " };
            let label = self.screen.colour.bold(self.label.trim_end());
            self.screen.raw(&format!("{label}{gap}"));
        }
        self.heard.push_str(words);
        if !shown.is_empty() {
            self.screen.raw(&shown);
        }
    }

    /// The speech is over, and `whole` is what was said: what did not come in pieces is shown now.
    pub(super) fn end_with(mut self, whole: &str) {
        match whole.trim_start().strip_prefix(self.heard.trim()) {
            Some(rest) => self.push(rest),
            // Somebody else had to say it.
            None if !self.heard.contains(whole.trim()) => self.push(&format!("\n\n{}", whole.trim())),
            None => {}
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
