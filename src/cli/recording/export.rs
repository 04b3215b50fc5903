//! `zeroth export`.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context as _;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use flate2::Compression;
use flate2::write::GzEncoder;
use tokio_util::sync::CancellationToken;

use crate::app;
use crate::clock::{Clock as _, SystemClock};
use crate::config::Config;
use crate::traces::{Export, ReadError, Selection};

use super::super::{INTERRUPTED, complain};
use super::{count, progress, until_stopped};

/// How often a question is asked again that a busy store did not answer.
const TRIES: u32 = 10;
const PAUSE: Duration = Duration::from_millis(200);

/// The command and its flags.
pub(in super::super) fn command() -> Command {
    let flag = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    Command::new("export")
        .about("Take traces out of the trace store, as lines of OTLP in JSON")
        .after_help(
            "Works beside a server that runs. The Collector's otlpjsonfile receiver reads the lines, and `zeroth import` puts \
             them into another store. They hold all that was kept, the words of players and models as well.",
        )
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .default_value("-")
                .value_parser(value_parser!(PathBuf))
                .help("Where to; `-` is standard output. What ends with .gz is packed"),
        )
        .arg(flag("run", "NUMBER").value_parser(value_parser!(i64)).help("Only what this run told"))
        .arg(flag("conversation", "NAME").help("Only the traces of this conversation"))
        .arg(flag("trace", "ID").conflicts_with("conversation").help("Only this trace"))
        .arg(
            flag("from", "TIME")
                .value_parser(time)
                .help("Only what began then or later: 2026-11-21T12:00:00Z, or 2h ago as 2h"),
        )
        .arg(flag("until", "TIME").value_parser(time).help("Only what began before"))
        .arg(Arg::new("gzip").long("gzip").action(ArgAction::SetTrue).help("Pack it, whatever the file is called"))
}

/// A point in time, or how long ago it was: microseconds since 1970.
fn time(text: &str) -> Result<i64, String> {
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Ok(at.as_microsecond());
    }
    let ago: jiff::SignedDuration =
        text.parse().map_err(|_| "neither a time such as 2026-11-21T12:00:00Z nor 2h".to_owned())?;
    let now = SystemClock::start().now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    Ok(i64::try_from(now.as_micros()).unwrap_or(i64::MAX).saturating_sub(i64::try_from(ago.as_micros()).unwrap_or(0)))
}

/// Takes out what the flags choose.
pub(in super::super) async fn export(config: Config, matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let number = |name: &str| matches.get_one::<i64>(name).copied();
    let (run, from, until) = (number("run"), number("from"), number("until"));
    let chosen = Selection { from, until, run, conversation: text("conversation"), trace: text("trace") };
    let export = app::export(&config, chosen)?;
    let file = matches.get_one::<PathBuf>("file").cloned().unwrap_or_else(|| "-".into());
    let packed = matches.get_flag("gzip") || file.extension().is_some_and(|ending| ending == "gz");
    let form = if packed { Form::Gzip } else { Form::Plain };
    let stop = CancellationToken::new();
    let (place, flag) = (file.clone(), stop.clone());
    let work = tokio::task::spawn_blocking(move || write(export, &place, form, &flag));
    let written = match until_stopped(&stop, work).await.context("the export broke off")? {
        // Who reads it has enough.
        Err(error) if is_closed(&error) => return Ok(ExitCode::SUCCESS),
        written => written?,
    };
    let Some(written) = written else {
        complain("zeroth: stopped, and nothing was kept of it");
        return Ok(ExitCode::from(INTERRUPTED));
    };
    complain(&format!("zeroth: exported {} spans, log records and metrics to {}", count(written), file.display()));
    Ok(ExitCode::SUCCESS)
}

fn is_closed(error: &anyhow::Error) -> bool {
    error.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
}

#[derive(Clone, Copy)]
enum Form {
    Plain,
    Gzip,
}

/// Writes everything; the number of items, or none when it was stopped.
fn write(export: Export, file: &Path, form: Form, stop: &CancellationToken) -> anyhow::Result<Option<u64>> {
    if file == Path::new("-") {
        return Ok(pack(export, io::stdout().lock(), form, stop)?.map(|(written, _)| written));
    }
    // Half of it is never taken for all of it.
    let part = PathBuf::from(format!("{}.part", file.display()));
    let named = || format!("cannot write {}", file.display());
    let written = create(&part).with_context(named).and_then(|open| {
        let Some((written, open)) = pack(export, open, form, stop)? else { return Ok(None) };
        open.sync_all()?;
        fs::rename(&part, file)?;
        Ok(Some(written))
    });
    if !matches!(written, Ok(Some(_))) {
        // It may not be there at all.
        let _ = fs::remove_file(&part);
    }
    written.with_context(named)
}

/// Makes a file that only this user may read: words of players and models are in it.
fn create(file: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file)
}

/// Writes everything and hands the writer back.
fn pack<W: Write>(export: Export, out: W, form: Form, stop: &CancellationToken) -> anyhow::Result<Option<(u64, W)>> {
    let unbuffered = |error: io::IntoInnerError<BufWriter<W>>| error.into_error();
    match form {
        Form::Plain => {
            let mut out = BufWriter::new(out);
            let Some(written) = pieces(export, &mut out, stop)? else { return Ok(None) };
            Ok(Some((written, out.into_inner().map_err(unbuffered)?)))
        }
        Form::Gzip => {
            let mut out = GzEncoder::new(BufWriter::new(out), Compression::default());
            let Some(written) = pieces(export, &mut out, stop)? else { return Ok(None) };
            Ok(Some((written, out.finish()?.into_inner().map_err(unbuffered)?)))
        }
    }
}

fn pieces(mut export: Export, out: &mut impl Write, stop: &CancellationToken) -> anyhow::Result<Option<u64>> {
    let bar = progress();
    let mut written = 0;
    while let Some(piece) = patiently(|| export.piece())? {
        if stop.is_cancelled() {
            return Ok(None);
        }
        written += piece.count() as u64;
        out.write_all(&piece.into_lines())?;
        bar.set_message(format!("{} exported", count(written)));
    }
    bar.finish_and_clear();
    Ok(Some(written))
}

/// Asks again when somebody else has the store to themselves for a moment.
fn patiently<T>(mut ask: impl FnMut() -> Result<T, ReadError>) -> Result<T, ReadError> {
    for _ in 1..TRIES {
        match ask() {
            Err(ReadError::Busy) => std::thread::sleep(PAUSE),
            answer => return answer,
        }
    }
    ask()
}
