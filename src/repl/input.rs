//! Where the player's lines come from.

use std::io::{self, BufRead};
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::sync::mpsc;

use async_trait::async_trait;
use tokio::sync::oneshot;

use super::editor::LineEditor;

/// Lines, and the wish to stop.
#[async_trait]
pub(super) trait Input: Send {
    /// The next line. When the future is dropped, the next call returns the line that this one would have.
    async fn line(&mut self, prompt: &str) -> Line;

    /// Resolves when Ctrl-C is pressed while no line is being typed.
    async fn interrupted(&mut self);

    /// The columns of the terminal, when there is one.
    fn width(&self) -> Option<usize>;
}

/// What came instead of a line, or the line.
#[derive(Debug)]
pub(super) enum Line {
    /// A line, without its end.
    Text(String),
    /// Ctrl-C.
    Interrupted,
    /// Ctrl-D, or the end of the file.
    End,
    /// The line cannot be read.
    Failed(io::Error),
}

/// Reads on a thread of its own. It is not one of the runtime's, which would wait for it, and so for the player, when
/// the program ends.
pub(super) struct Reader {
    ask: mpsc::Sender<Ask>,
    pending: Option<oneshot::Receiver<Line>>,
    columns: Arc<AtomicU16>,
}

struct Ask {
    prompt: String,
    answer: oneshot::Sender<Line>,
}

impl Reader {
    /// Lets a person edit each line.
    ///
    /// # Errors
    /// When no thread can be started.
    pub(super) fn edited(mut editor: LineEditor) -> io::Result<Self> {
        let columns = Arc::new(AtomicU16::new(editor.columns()));
        let shared = Arc::clone(&columns);
        Self::start(columns, move |prompt| {
            let line = editor.read(prompt);
            shared.store(editor.columns(), Ordering::Relaxed);
            line
        })
    }

    /// Takes standard input as it comes.
    ///
    /// # Errors
    /// When no thread can be started.
    pub(super) fn piped() -> io::Result<Self> {
        Self::start(Arc::default(), |_| next_line(&mut io::stdin().lock()))
    }

    fn start(columns: Arc<AtomicU16>, mut read: impl FnMut(&str) -> Line + Send + 'static) -> io::Result<Self> {
        let (ask, asked) = mpsc::channel::<Ask>();
        std::thread::Builder::new().name("zeroth-repl-input".to_owned()).spawn(move || {
            for Ask { prompt, answer } in asked {
                // Nobody waits any more when the game is being left.
                let _ = answer.send(read(&prompt));
            }
        })?;
        Ok(Self { ask, pending: None, columns })
    }
}

#[async_trait]
impl Input for Reader {
    async fn line(&mut self, prompt: &str) -> Line {
        let Self { ask, pending, .. } = self;
        let pending = pending.get_or_insert_with(|| {
            let (answer, receiver) = oneshot::channel();
            // If the thread is gone, the receiver says so.
            let _ = ask.send(Ask { prompt: prompt.to_owned(), answer });
            receiver
        });
        let line = tokio::select! {
            line = pending => line.unwrap_or(Line::End),
            // An editor reads Ctrl-C itself; this one comes from elsewhere, or there is no editor.
            () = interrupt() => return Line::Interrupted,
        };
        self.pending = None;
        line
    }

    async fn interrupted(&mut self) {
        interrupt().await;
    }

    fn width(&self) -> Option<usize> {
        match self.columns.load(Ordering::Relaxed) {
            0 => None,
            columns => Some(usize::from(columns)),
        }
    }
}

async fn interrupt() {
    if tokio::signal::ctrl_c().await.is_err() {
        // Without a handler Ctrl-C ends the program, which is what is left to do.
        std::future::pending::<()>().await;
    }
}

fn next_line(input: &mut impl BufRead) -> Line {
    let mut bytes = Vec::new();
    match input.read_until(b'\n', &mut bytes) {
        Ok(0) => Line::End,
        Ok(_) => Line::Text(String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']).to_owned()),
        Err(error) => Line::Failed(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_whatever_ends_them_and_whatever_they_hold() {
        let mut input: &[u8] = b"one\r\n\ntw\xff\nthree";
        let mut lines = Vec::new();
        while let Line::Text(line) = next_line(&mut input) {
            lines.push(line);
        }
        assert_eq!(lines, ["one", "", "tw\u{fffd}", "three"]);
    }
}
