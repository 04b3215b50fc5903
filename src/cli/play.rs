//! `zeroth play`: the game in the terminal.

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Arg, ArgMatches, Command};

use crate::app::{self, App, Seams};
use crate::config::Config;
use crate::lifecycle;
use crate::observe::Console;
use crate::repl::{self, ReplError, Start};
use crate::traces::Place;

use super::{INTERRUPTED, complain};

/// The command and its flags.
pub(super) fn command() -> Command {
    let flag = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    Command::new("play")
        .about("Play in the terminal, or play the lines of standard input")
        .after_help(
            "Without one of --scenario, --solo and --resume a new dialogue begins. `zeroth scenario list` names the \
             scenarios; /sessions in a game lists the games that can be resumed.",
        )
        .arg(
            flag("scenario", "NAME")
                .help("Play a scenario by the rules, such as silent-relay")
                .conflicts_with_all(["solo", "resume"]),
        )
        .arg(
            flag("solo", "NAME")
                .num_args(0..=1)
                .help("Play by the rules, anywhere; NAME is a file of `solo/`")
                .conflicts_with("resume"),
        )
        .arg(
            flag("resume", "ID")
                .num_args(0..=1)
                .help("Go on with a game: the one whose id begins like this, or the one that was played last"),
        )
}

/// What the flags say is to be played.
pub(super) fn start(matches: &ArgMatches) -> Start {
    let given = |name: &str| matches.contains_id(name);
    let value = |name: &str| matches.get_one::<String>(name).cloned();
    match value("scenario") {
        Some(name) => Start::Scenario(name),
        None if given("solo") => Start::Solo(value("solo")),
        None if given("resume") => Start::Resume(value("resume")),
        None => Start::Dialogue,
    }
}

/// Plays until the player leaves.
pub(super) async fn play(mut config: Config, start: Start) -> anyhow::Result<ExitCode> {
    let interactive = io::stdin().is_terminal() && io::stdout().is_terminal();
    // What the console exporters print waits until the screen is free.
    let console = if interactive { Console::held() } else { Console::default() };
    if let Some(observe) = &mut config.observe {
        observe.console = console.clone();
    }
    let shown_at = tell_elsewhere(&mut config).await;
    let app = App::compose(&config, Seams::default())?;
    complain(app.traces_notice().unwrap_or_default());
    // The game tells the player itself what goes wrong; log lines would tear its screen.
    app.start_logs(&config, "off")?;
    app.prepare().await?;
    let colour = repl::Colour::fitting(&io::stdout(), config.no_color.as_deref(), config.term.as_deref());
    let own = repl::Config {
        start,
        team: config.team.clone(),
        interactive,
        colour,
        width: None,
        history_file: config.data_dir.as_ref().map(|folder| folder.join("history.txt")),
        trace_url: shown_at.map(|url| format!("{url}/console/trace/{{trace_id}}")),
        notices: Some({
            let console = console.clone();
            Arc::new(move || console.take())
        }),
    };
    // Ctrl-C belongs to the game: it cancels a turn.
    let played = tokio::select! {
        played = repl::run(app.games().clone(), own) => played,
        () = lifecycle::terminated() => Ok(()),
    };
    app.shutdown(config.shutdown_timeout).await;
    complain(console.take().trim_end());
    match played {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(ReplError::Interrupted) => Ok(ExitCode::from(INTERRUPTED)),
        Err(error) => Err(error.into()),
    }
}

/// Where a server of this user keeps its traces in the same file, and shows them: it is told of this game. If it does not take
/// that, the traces are kept here.
async fn tell_elsewhere(config: &mut Config) -> Option<String> {
    let url = app::shown_at(config)?;
    let taken = match &config.observe {
        Some(_) => app::takes_telemetry(config, &url).await,
        None => Ok(()),
    };
    if let Err(refused) = taken {
        complain(&format!("zeroth: {refused}. The traces of this game are kept in memory, and end with it."));
        config.traces.iter_mut().for_each(|traces| traces.place = Place::Memory);
        return None;
    }
    if let Some(observe) = &mut config.observe {
        observe.send_to(&url, config.http.token.as_ref());
        config.traces = None;
    }
    Some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn started(arguments: &[&str]) -> Result<Start, String> {
        let arguments = ["play"].iter().chain(arguments);
        command().try_get_matches_from(arguments).map(|matches| start(&matches)).map_err(|error| error.to_string())
    }

    #[test]
    fn the_flags_say_what_is_played() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(started(&[]), Ok(Start::Dialogue));
        assert_eq!(started(&["--scenario", "night-mail"]), Ok(Start::Scenario("night-mail".to_owned())));
        assert_eq!(started(&["--solo"]), Ok(Start::Solo(None)));
        assert_eq!(started(&["--solo", "enterprise"]), Ok(Start::Solo(some("enterprise"))));
        assert_eq!(started(&["--resume"]), Ok(Start::Resume(None)));
        assert_eq!(started(&["--resume", "0190163d"]), Ok(Start::Resume(some("0190163d"))));
    }

    #[test]
    fn only_one_game_is_played_at_a_time() {
        for flags in [["--solo", "--resume"], ["--scenario=a", "--solo"], ["--resume", "--scenario=a"]] {
            assert!(started(&flags).unwrap_err().contains("cannot be used with"), "{flags:?}");
        }
        assert!(started(&["--scenario"]).is_err());
    }
}
