//! `zeroth export` and `zeroth import`: what was observed, as a file that can be kept, sent and replayed.

mod export;
mod import;
mod lines;
mod pace;

use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};
use tokio_util::sync::CancellationToken;

use crate::lifecycle;

pub(super) use export::{command as export_command, export};
pub(super) use import::{command as import_command, import};

/// Does `work`, which looks at `stop` from time to time: it is cancelled when Ctrl-C is pressed.
async fn until_stopped<T>(stop: &CancellationToken, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    tokio::select! {
        done = &mut work => return done,
        () = lifecycle::signalled() => {}
    }
    stop.cancel();
    super::leave_at_second_signal();
    work.await
}

/// A line on standard error that says how far it is; nothing where that is no terminal.
fn progress() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}

/// `1,234,567`
fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
