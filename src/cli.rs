//! The command line: what the user typed becomes a configuration, a command, and an exit code.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Arg, ArgMatches, Command};
use clap_complete::Shell;

use crate::app::{self, App, AppError, Seams};
use crate::config::{self, Config, ConfigError, Source};
use crate::http;
use crate::http::Listeners;
use crate::lifecycle;
use crate::observe::LogConfig;
use crate::repl::ReplError;
use crate::task::Tasks;

mod banner;
mod doctor;
mod misspelt;
mod play;
mod recording;
mod scenario;

/// The exit code for a command line or configuration that cannot be used (`EX_USAGE`).
const USAGE: u8 = 64;
/// The exit code after Ctrl-C.
const INTERRUPTED: u8 = 130;

/// Does what `arguments` say, and returns the exit code. The first of them is the program's name.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let matches = match command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(help) => {
            // Standard error may be closed; the exit code says it all the same.
            let _ = help.print();
            return if help.use_stderr() { ExitCode::from(USAGE) } else { ExitCode::SUCCESS };
        }
    };
    match execute(&matches) {
        Ok(code) => code,
        Err(error) => {
            let usage = error.is::<ConfigError>()
                || error.downcast_ref().is_some_and(AppError::is_usage)
                || error.downcast_ref().is_some_and(ReplError::is_usage);
            complain(&format!("zeroth: {error:#}"));
            if usage { ExitCode::from(USAGE) } else { ExitCode::FAILURE }
        }
    }
}

fn execute(matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    match matches.subcommand() {
        Some(("completions", matches)) => completions(matches),
        Some(("play", matches)) => in_runtime(play::play(read_config(matches)?, play::start(matches))),
        Some(("scenario", matches)) => scenario::execute(matches),
        Some(("doctor", matches)) => in_runtime(doctor::examine(read_config(matches)?)),
        Some(("export", matches)) => in_runtime(recording::export(read_config(matches)?, matches)),
        Some(("import", matches)) => in_runtime(recording::import(read_config(matches)?, matches)),
        Some(("sim", matches)) => in_runtime(simulate(read_config(matches)?)),
        Some((_, matches)) => in_runtime(serve(read_config(matches)?)),
        None => in_runtime(serve(read_config(matches)?)),
    }
}

/// The command line with a flag for every setting of ours.
pub fn command() -> Command {
    Command::new("zeroth")
        .version(version())
        .about("A Dungeons & Dragons game whose every thought you can watch")
        .after_help("Without a command, Zeroth serves the game on http://127.0.0.1:5050. See README.md to begin.")
        .args(flags())
        .subcommand(Command::new("serve").about("Serve the game over HTTP (what happens without a command)"))
        .subcommand(play::command())
        .subcommand(scenario::command())
        .subcommand(Command::new("sim").about("Serve the simulator over the protocols of Anthropic and OpenAI"))
        .subcommand(recording::export_command())
        .subcommand(recording::import_command())
        .subcommand(
            Command::new("doctor")
                .about("Check settings, providers, telemetry and stores, and say what to do")
                .after_help(
                    "Asks each provider for its list of models, which costs nothing. Exit code: 0 when Zeroth will \
                    run, 1 when something is broken, 64 when the settings cannot be read.",
                ),
        )
        .subcommand(
            Command::new("completions")
                .about("Print completions for a shell")
                .arg(Arg::new("shell").required(true).value_parser(clap::value_parser!(Shell))),
        )
}

/// The package's version and the commit it was built from.
fn version() -> String {
    let package = env!("CARGO_PKG_VERSION");
    option_env!("ZEROTH_GIT_SHA").map_or_else(|| package.to_owned(), |sha| format!("{package} (git-{sha})"))
}

fn flags() -> impl Iterator<Item = Arg> {
    config::GROUPS.iter().flat_map(|group| {
        let settings = group.settings.iter().filter_map(|setting| Some((setting, setting.flag()?)));
        settings.map(|(setting, flag)| {
            Arg::new(setting.variable)
                .long(flag)
                .value_name("VALUE")
                .global(true)
                .help_heading(group.title)
                .help(format!("{} [{}; default: {}]", setting.help, setting.variable, setting.default))
        })
    })
}

/// Reads `.env`, the environment and the flags, and reports everything that is wrong at once.
fn read_config(matches: &ArgMatches) -> Result<Config, ConfigError> {
    let mut source = Source::process().with_dotenv();
    // For the variables that libraries read themselves, such as proxies. What is wrong with the file is known already.
    let _ = dotenvy::dotenv();
    for warning in misspelt::warnings(&source) {
        complain(&warning);
    }
    for setting in config::all_settings().filter(|setting| setting.flag().is_some()) {
        if let Some(value) = matches.get_one::<String>(setting.variable) {
            source.set_flag(setting.variable, value);
        }
    }
    Config::read(&source)
}

fn in_runtime(work: impl Future<Output = anyhow::Result<ExitCode>>) -> anyhow::Result<ExitCode> {
    let runtime = tokio::runtime::Runtime::new().context("cannot start the runtime")?;
    let code = runtime.block_on(work);
    // A thread that waits for a line or for a dead backend must not keep the program.
    runtime.shutdown_background();
    code
}

async fn serve(config: Config) -> anyhow::Result<ExitCode> {
    let app = App::compose(&config, Seams::default())?;
    app.start_logs(&config, LogConfig::DEFAULT_FILTER)?;
    app.prepare().await?;
    let game = http::bind(&config.http).await.context("choose another port with --port")?;
    let listeners = Listeners::bind(game, &config.http).await.context("choose another port with its flag")?;
    let address = listeners.game.local_addr()?;
    if let Some(traces) = app.traces() {
        traces.announce(&format!("http://{address}"));
    }
    banner::print(&config, &app, &listeners)?;
    let signal = async {
        lifecycle::signalled().await;
        complain("zeroth: finishing the turns under way (Ctrl-C again: leave now)");
        leave_at_second_signal();
    };
    let ended = app.serve(&config, listeners, signal).await?;
    complain(&banner::farewell(&ended));
    Ok(ExitCode::SUCCESS)
}

async fn simulate(config: Config) -> anyhow::Result<ExitCode> {
    let place = http::Config { host: config.wire.host.clone(), port: config.wire.port, ..config.http.clone() };
    let listener = http::bind(&place).await.context("choose another port with --sim-port")?;
    banner::print_simulator(&config, listener.local_addr()?);
    let signal = async {
        lifecycle::signalled().await;
        complain("zeroth: finishing the answers under way (Ctrl-C again: leave now)");
        leave_at_second_signal();
    };
    let faces = [(listener, app::simulator(&config))];
    lifecycle::serve(faces, &Tasks::default(), config.shutdown_timeout, signal).await?;
    complain("zeroth: stopped");
    Ok(ExitCode::SUCCESS)
}

/// Leaves at once when the user insists.
#[expect(clippy::disallowed_methods, reason = "it must outlive every tracked task, and ends with the process")]
fn leave_at_second_signal() {
    tokio::spawn(async {
        lifecycle::signalled().await;
        std::process::exit(i32::from(INTERRUPTED));
    });
}

fn completions(matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    let shell = matches.get_one::<Shell>("shell").copied().context("name a shell")?;
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "zeroth", &mut script);
    io::stdout().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}

fn complain(text: &str) {
    if text.is_empty() {
        return;
    }
    // There is nobody left to tell when standard error is closed.
    let _ = writeln!(io::stderr(), "{text}");
}
