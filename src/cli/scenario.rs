//! `zeroth scenario`: list, check and begin packs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Arg, ArgMatches, Command};

use crate::content::Content;
use crate::game::Problem;
use crate::game::scenario::{Outcome, Pack, PackName, Way, scaffold};
use crate::prompt;

use super::{USAGE, complain, read_config};

/// The command and its own commands.
pub(super) fn command() -> Command {
    let name = Arg::new("name").value_name("NAME").required(true);
    let folder = || Arg::new("dir").value_name("DIR").value_parser(clap::value_parser!(PathBuf));
    Command::new("scenario")
        .about("List, check and begin scenarios")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(Command::new("list").about("List the scenarios that can be played"))
        .subcommand(
            Command::new("check")
                .about("Read the scenario in a folder and say everything that is wrong with it")
                .after_help("Exit code: 0 when it can be played, 1 when it cannot, 64 when there is no such folder.")
                .arg(folder().required(true)),
        )
        .subcommand(
            Command::new("new")
                .about("Begin a scenario of your own, small, commented and playable")
                .arg(name.value_parser(|name: &str| name.parse::<PackName>()))
                .arg(folder().long("dir").help("The new folder [default: ./scenarios/NAME]")),
        )
}

/// Does what the arguments say.
pub(super) fn execute(matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    match matches.subcommand() {
        Some(("check", matches)) => check(matches),
        Some(("new", matches)) => begin(matches),
        Some((_, matches)) => list(&content(matches)?),
        None => Ok(ExitCode::from(USAGE)),
    }
}

fn content(matches: &ArgMatches) -> anyhow::Result<Content> {
    let folder = read_config(matches)?.content_dir;
    Ok(folder.map_or_else(Content::default, Content::overridden_by))
}

fn list(content: &Content) -> anyhow::Result<ExitCode> {
    let mut out = io::stdout();
    for name in content.folders("scenarios") {
        match prompt::scenario(content, &name) {
            Ok(pack) => writeln!(out, "{name}: {}. {}", pack.title, pack.description)?,
            Err(problems) => {
                let count = problems.len();
                writeln!(out, "{name}: cannot be played, problems: {count}; `zeroth scenario check` tells them")?;
            }
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn check(matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    let Some(asked) = matches.get_one::<PathBuf>("dir") else { return Ok(ExitCode::from(USAGE)) };
    // `.` has no name of its own.
    let folder = match fs::canonicalize(asked) {
        Ok(folder) if folder.is_dir() => folder,
        _ => {
            complain(&format!("zeroth: there is no folder {}", asked.display()));
            return Ok(ExitCode::from(USAGE));
        }
    };
    match read(&folder, &content(matches)?) {
        Ok(pack) => {
            writeln!(io::stdout(), "{}", summary(&pack))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(problems) => {
            let count = problems.len();
            let lines: Vec<String> = problems.iter().map(|problem| format!("  - {problem}")).collect();
            let noun = if count == 1 { "problem" } else { "problems" };
            complain(&format!("{}: {count} {noun}\n{}", asked.display(), lines.join("\n")));
            Ok(ExitCode::FAILURE)
        }
    }
}

/// The pack in a folder anywhere, with the characters that all scenarios share.
fn read(folder: &Path, content: &Content) -> Result<Pack, Vec<Problem>> {
    let mut problems = Vec::new();
    let called = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name = called.parse::<PackName>();
    if let Err(error) = &name {
        problems.push(Problem { at: format!("the folder {called:?}"), what: format!("is {error}") });
    }
    let mut files = shared(folder, content);
    gather(folder, "", &mut files, &mut problems);
    gather(&folder.join("characters"), "characters/", &mut files, &mut problems);
    // What is wrong inside is told whatever the folder is called.
    let name = name.or_else(|_| "unnamed".parse()).map_err(|_| Vec::new())?;
    match Pack::read(&name, &files) {
        Ok(pack) if problems.is_empty() => Ok(pack),
        Ok(_) => Err(problems),
        Err(more) => {
            // A file that cannot be read is not missing.
            let known: Vec<String> = problems.iter().map(|problem| problem.at.clone()).collect();
            problems.extend(more.into_iter().filter(|problem| !known.contains(&problem.at)));
            Err(problems)
        }
    }
}

/// The characters that the pack will find when it is played from where it is.
fn shared(folder: &Path, content: &Content) -> BTreeMap<String, String> {
    let root = folder.parent().filter(|parent| parent.ends_with("scenarios")).and_then(Path::parent);
    let own = root.map(Content::overridden_by).and_then(|content| content.texts("characters", "toml").ok());
    let own = own.unwrap_or_default();
    let everyones = content.texts("characters", "toml").unwrap_or_default();
    everyones.into_iter().chain(own).map(|(path, text)| (format!("characters/{path}"), text)).collect()
}

fn gather(folder: &Path, path: &str, files: &mut BTreeMap<String, String>, problems: &mut Vec<Problem>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let at = format!("{path}{}", entry.file_name().to_string_lossy());
        if !at.ends_with(".toml") || !entry.path().is_file() {
            continue;
        }
        match fs::read_to_string(entry.path()) {
            Ok(text) => {
                files.insert(at, text);
            }
            Err(error) => problems.push(Problem { at, what: format!("cannot be read: {error}") }),
        }
    }
}

/// What a pack that can be played has, in a line.
fn summary(pack: &Pack) -> String {
    let count = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let endings: Vec<&str> = endings(pack).into_iter().map(Outcome::name).collect();
    format!(
        "{} can be played: {}, {}, {}, {}, endings: {}",
        pack.name,
        count(pack.scenes.len(), "scene"),
        count(pack.locations.len(), "place"),
        count(pack.clues.len(), "clue"),
        count(pack.adversaries.len(), "foe"),
        endings.join(", ")
    )
}

/// How it can end.
fn endings(pack: &Pack) -> BTreeSet<Outcome> {
    let mut found = BTreeSet::new();
    for scene in &pack.scenes {
        for approach in &scene.approaches {
            if let Way::Check { to, .. } = &approach.way {
                found.extend(to.outcome);
            }
        }
        if let Some(combat) = &scene.combat {
            let all_listen = |id: &String| pack.adversary(id).is_some_and(|foe| foe.talk.is_some());
            found.extend(combat.won.outcome);
            found.extend(combat.talked.filter(|_| combat.adversaries.iter().all(all_listen)));
        }
        if scene.combat.is_some() || scene.hazards.iter().any(|hazard| hazard.damage.is_some()) {
            found.insert(Outcome::Defeated);
        }
    }
    found
}

fn begin(matches: &ArgMatches) -> anyhow::Result<ExitCode> {
    let Some(name) = matches.get_one::<PackName>("name") else { return Ok(ExitCode::from(USAGE)) };
    let usual = || Path::new("scenarios").join(name.as_str());
    let folder = matches.get_one::<PathBuf>("dir").cloned().unwrap_or_else(usual);
    let shown = folder.display();
    if fs::symlink_metadata(&folder).is_ok() {
        complain(&format!("zeroth: {shown} exists already; choose another name, or another folder with --dir"));
        return Ok(ExitCode::FAILURE);
    }
    for (path, text) in scaffold(name) {
        let file = folder.join(path);
        let parent = file.parent().unwrap_or(&folder);
        fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        fs::write(&file, text).with_context(|| format!("cannot write {}", file.display()))?;
    }
    writeln!(io::stdout(), "{shown} is a scenario that can be played. Its files say what belongs where.\n")?;
    writeln!(io::stdout(), "  check it:  zeroth scenario check {shown}")?;
    writeln!(io::stdout(), "  play it:   {}", how_to_play(name, &folder))?;
    Ok(ExitCode::SUCCESS)
}

/// The command that plays the new scenario, or what has to be done before.
fn how_to_play(name: &PackName, folder: &Path) -> String {
    let parent = folder.parent().filter(|parent| parent.ends_with("scenarios"));
    let play = format!("zeroth play --scenario {name}");
    match parent.and_then(Path::parent).filter(|_| folder.ends_with(name.as_str())) {
        Some(root) if root.as_os_str().is_empty() => format!("ZEROTH_CONTENT_DIR=. {play}"),
        Some(root) => format!("ZEROTH_CONTENT_DIR={} {play}", root.display()),
        None => format!("put it into scenarios/{name}/ of a folder CONTENT, then ZEROTH_CONTENT_DIR=CONTENT {play}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_how_the_new_scenario_is_played() {
        let name: PackName = "drowned-bell".parse().unwrap();
        let told = |folder: &str| how_to_play(&name, Path::new(folder));
        assert_eq!(told("scenarios/drowned-bell"), "ZEROTH_CONTENT_DIR=. zeroth play --scenario drowned-bell");
        assert_eq!(
            told("/srv/games/scenarios/drowned-bell"),
            "ZEROTH_CONTENT_DIR=/srv/games zeroth play --scenario drowned-bell"
        );
        assert!(told("elsewhere").starts_with("put it into scenarios/drowned-bell/ of a folder CONTENT"));
        assert!(told("scenarios/bell").starts_with("put it into"));
    }
}
