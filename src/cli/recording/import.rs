//! `zeroth import`.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, bail};
use clap::{Arg, ArgMatches, Command, value_parser};
use indicatif::ProgressBar;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::app::{Destination, LINE};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::id::{Ids as _, RandomIds};
use crate::traces::{Batch, Extent, Malformed, Shift, read_line};

use super::super::{INTERRUPTED, complain};
use super::lines::{Line, Lines};
use super::pace::Pace;
use super::{count, progress, until_stopped};

/// How many problems are told one by one.
const TOLD: u64 = 10;

/// The command and its flags.
pub(in super::super) fn command() -> Command {
    let flag = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    Command::new("import")
        .about("Put lines of OTLP in JSON into the trace store")
        .after_help(
            "Reads what `zeroth export` and the Collector's file exporter write, packed with gzip or not. What is there \
             already counts once. While a server runs that keeps its traces in the same folder, it takes them in.",
        )
        .arg(
            Arg::new("files")
                .value_name("FILE")
                .required(true)
                .num_args(1..)
                .value_parser(value_parser!(PathBuf))
                .help("The recordings; `-` is standard input"),
        )
        .arg(flag("to", "URL").help(
            "Send them to this server instead, by OTLP over HTTP; on this machine ZEROTH_TOKEN is shown to it, elsewhere \
             ZEROTH_IMPORT_TOKEN",
        ))
        .arg(flag("shift", "TIME").value_parser(goal).help(
            "Move them in time, as a run of its own: the last span or log record is of `now`, or of 2026-11-21T12:00:00Z; points of metrics after it are left out",
        ))
        .arg(flag("speed", "FACTOR").conflicts_with("shift").value_parser(speed).help(
            "Tell them again from now on as a run of its own, at their own pace (1x) or so many times faster",
        ))
}

/// Where the end of a recording is moved.
fn goal(text: &str) -> Result<SystemTime, String> {
    if text == "now" {
        return Ok(SystemClock::start().now());
    }
    let at: jiff::Timestamp =
        text.parse().map_err(|_| "neither now nor a time such as 2026-11-21T12:00:00Z".to_owned())?;
    Ok(at.into())
}

fn speed(text: &str) -> Result<f64, String> {
    let factor = text.strip_suffix('x').unwrap_or(text).parse::<f64>().ok();
    factor
        .filter(|factor| (0.01..=10_000.0).contains(factor))
        .ok_or_else(|| "not a factor such as 1x or 10x".to_owned())
}

/// Puts the recordings in.
pub(in super::super) async fn import(config: Config, matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    let files: Vec<PathBuf> = matches.get_many("files").into_iter().flatten().cloned().collect();
    let stop = CancellationToken::new();
    let destination = Destination::find(&config, matches.get_one::<String>("to").map(String::as_str))?;
    let manner = manner(&files, matches, &stop).await?;
    let mut import = Import { destination, manner, bar: progress(), tally: Tally::default() };
    until_stopped(&stop, import.all(files, stop.clone())).await?;
    import.bar.finish_and_clear();
    complain(&import.tally.summary(&import.destination.place()));
    Ok(match import.tally {
        _ if stop.is_cancelled() => ExitCode::from(INTERRUPTED),
        Tally { unread: 0, .. } => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    })
}

/// How what is read is told.
enum Manner {
    AsItWas,
    Moved(Shift),
    Paced(Pace),
}

/// To move a recording it has to be known from when to when it goes: all of it is read once before.
async fn manner(files: &[PathBuf], matches: &ArgMatches, stop: &CancellationToken) -> anyhow::Result<Manner> {
    let (goal, speed) = (matches.get_one::<SystemTime>("shift").copied(), matches.get_one::<f64>("speed").copied());
    if goal.is_none() && speed.is_none() {
        return Ok(Manner::AsItWas);
    }
    if files.iter().any(|file| file == Path::new("-")) {
        bail!("a recording that is moved is read twice: save standard input to a file first");
    }
    let mut extent: Option<Extent> = None;
    let mut events: Option<Extent> = None;
    let mut pieces = read(files.to_vec(), stop.clone());
    while let Some(piece) = pieces.recv().await {
        // What cannot be read is told when it is put in.
        let Ok(batch) = piece.what else { continue };
        extent = Extent::of(&batch).map(|found| found.and(extent)).or(extent);
        events = Extent::of_events(&batch).map(|found| found.and(events)).or(events);
    }
    let Some(extent) = extent else { bail!("nothing with a time is in the recording") };
    let seed = RandomIds.span();
    if let Some(speed) = speed {
        return Ok(Manner::Paced(Pace::new(speed, extent.first, SystemClock::start().now(), seed)));
    }
    let goal = goal.map_or(Duration::ZERO, |goal| goal.duration_since(UNIX_EPOCH).unwrap_or_default());
    let goal = u64::try_from(goal.as_nanos()).unwrap_or(u64::MAX);
    let nanos = i64::try_from(goal).unwrap_or(i64::MAX).saturating_sub_unsigned(events.unwrap_or(extent).last);
    Ok(Manner::Moved(Shift { nanos, seed, until: Some(goal) }))
}

struct Import {
    destination: Destination,
    manner: Manner,
    bar: ProgressBar,
    tally: Tally,
}

impl Import {
    async fn all(&mut self, files: Vec<PathBuf>, stop: CancellationToken) -> anyhow::Result<()> {
        let mut pieces = read(files, stop.clone());
        while let Some(Piece { place, what }) = pieces.recv().await {
            match what {
                Ok(batch) => self.keep(batch, &stop).await.with_context(|| place)?,
                Err(problem) => self.tally.unread(&place, &problem, &self.bar),
            }
            if stop.is_cancelled() {
                break;
            }
            self.bar.set_message(format!("{} imported", count(self.tally.kept)));
        }
        Ok(())
    }

    async fn keep(&mut self, mut batch: Batch, stop: &CancellationToken) -> anyhow::Result<()> {
        match &mut self.manner {
            Manner::AsItWas => {}
            Manner::Moved(shift) => shift.apply(&mut batch),
            Manner::Paced(pace) => {
                for (due, part) in pace.steps(batch) {
                    if stop.run_until_cancelled(tokio::time::sleep_until(due)).await.is_none() {
                        break;
                    }
                    self.tally.add(self.destination.keep(part).await?);
                }
                return Ok(());
            }
        }
        self.tally.add(self.destination.keep(batch).await?);
        Ok(())
    }
}

/// A line that was read, or why it was not.
struct Piece {
    place: String,
    what: Result<Batch, String>,
}

/// Reads all lines of the files, a few ahead of whoever takes them.
fn read(files: Vec<PathBuf>, stop: CancellationToken) -> mpsc::Receiver<Piece> {
    let (sender, receiver) = mpsc::channel(2);
    // It ends when nobody takes them any more.
    drop(tokio::task::spawn_blocking(move || {
        for file in files {
            let name = file.display().to_string();
            let place = |number: u64| format!("{name}:{number}");
            let mut lines = match Lines::open(&file, LINE.max_bytes) {
                Ok(lines) => lines,
                Err(error) => {
                    let _ = sender.blocking_send(Piece { place: name, what: Err(error.to_string()) });
                    continue;
                }
            };
            loop {
                let (place, what) = match lines.next() {
                    Ok(None) => break,
                    Ok(Some((number, Line::Text(line)))) => (place(number), read_line(&line, &LINE)),
                    Ok(Some((number, Line::TooLong))) => {
                        (place(number), Err(Malformed::TooLarge { max_bytes: LINE.max_bytes }))
                    }
                    Err(error) => {
                        let what = Err(format!("the file breaks off: {error}"));
                        let _ = sender.blocking_send(Piece { place: place(lines.number()), what });
                        break;
                    }
                };
                let piece = Piece { place, what: what.map_err(|error| error.to_string()) };
                if stop.is_cancelled() || sender.blocking_send(piece).is_err() {
                    return;
                }
            }
        }
    }));
    receiver
}

/// What became of the recordings.
#[derive(Default)]
struct Tally {
    kept: u64,
    rejected: u64,
    why: String,
    unread: u64,
}

impl Tally {
    fn add(&mut self, receipt: crate::traces::Receipt) {
        self.kept += receipt.accepted;
        self.rejected += receipt.rejected;
        if self.why.is_empty() {
            self.why = receipt.message;
        }
    }

    fn unread(&mut self, place: &str, problem: &str, bar: &ProgressBar) {
        self.unread += 1;
        if self.unread <= TOLD {
            bar.suspend(|| complain(&format!("{place}: {problem}")));
        }
    }

    fn summary(&self, place: &str) -> String {
        let rejected = match self.rejected {
            0 => String::new(),
            some => format!("; {} were refused: {}", count(some), self.why),
        };
        let unread = match self.unread {
            0 => String::new(),
            1 => "; 1 line or file could not be read".to_owned(),
            some => format!("; {} lines or files could not be read", count(some)),
        };
        format!("zeroth: {} spans, log records and points are in {place}{rejected}{unread}", count(self.kept))
    }
}
