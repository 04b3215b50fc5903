//! `zeroth play` with lines piped in: games by the rules, left and resumed, with the real engines and the simulator.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use zeroth::app::{App, Seams};
use zeroth::config::{Config, Source};
use zeroth::game::scenario::Pace;
use zeroth::id::{CountingIds, Ids as _};
use zeroth::play::Beginning;

/// Plays `lines` in a folder, with nothing of this machine's environment but an instant simulator.
fn played(folder: &Path, arguments: &[&str], lines: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zeroth"));
    command.arg("play").args(arguments).current_dir(folder).env_clear().env("HOME", folder);
    command.env("ZEROTH_SIM_SPEED", "instant").env("ZEROTH_DATA_DIR", folder);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut player = command.spawn().unwrap();
    // A program that does not want to play reads nothing.
    let _ = player.stdin.take().unwrap().write_all(lines.as_bytes());
    let Output { status, stdout, stderr } = player.wait_with_output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn a_scenario_is_left_and_resumed() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, err) = played(folder.path(), &["--scenario", "silent-relay"], "/roll\n");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.starts_with("The Silent Relay\nFor forty years"), "{out}");
    assert!(out.contains("\n  Docking shear (engineering): d20 "), "{out}");
    assert!(out.contains("\nThe airlock: "), "what is waiting: {out}");

    let (code, out, err) = played(folder.path(), &["--resume"], "/sessions\n/undo\n/hint\n");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(!out.contains("For forty years"), "the prologue was told: {out}");
    let id = out.lines().find(|line| line.ends_with(", this one")).unwrap().split(' ').next().unwrap().to_owned();
    assert!(out.ends_with("Try: /roll engineering\n") && out.contains("\nDocking shear: "), "{out}");

    let (code, out, _) = played(folder.path(), &["--solo"], &format!("I wait.\n/load {id}\n/map\n"));
    assert_eq!(code, Some(0));
    assert!(out.starts_with("Eleven Minutes\n") && out.contains("\n1.  The docking ring (you are here)\n"), "{out}");
}

#[tokio::test]
async fn a_fight_is_played_in_rounds() {
    let folder = tempfile::tempdir().unwrap();
    begin(folder.path(), SEED).await;
    let lines = format!("{}/approach force\n/attack\n/defend\n/withdraw\n", "/roll\n".repeat(8));
    let (code, out, err) = played(folder.path(), &["--resume"], &lines);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let mechanics = out.lines().filter(|line| line.starts_with("  ")).map(str::trim);
    let mechanics: Vec<&str> = mechanics.skip_while(|line| !line.starts_with("A fight")).collect();
    insta::assert_snapshot!(mechanics.join("\n"), @"
    A fight against the security drone
    Initiative of the security drone: d20 9 + DEX 2 = 11
    Initiative of Data: d20 7 + DEX 1 = 8
    Alarm 4 (alert): the noise of a fight
    Round 1
    The security drone attacks Data with an arc lash: d20 12 + attack bonus 4 = 16 against 14: hit
    The security drone hurts: d6 3 + bonus 2 = 5; HP 7 of 12
    Data attacks the security drone with Positronic Strike: d20 19 + STR 2 + proficiency 2 = 23 against 13: hit; d8 2 + STR 2 = 4; the security drone 7 of 11
    Round 2
    The security drone attacks Data with an arc lash: d20 5 + attack bonus 4 = 9 against 14: miss
    Defends: attacks have disadvantage until the next turn
    Round 3
    The security drone attacks Data with an arc lash: d20 8 (disadvantage, [8, 8]) + attack bonus 4 = 12 against 14: miss
    Withdraws from the fight
    The security drone attacks Data with an arc lash: d20 5 + attack bonus 4 = 9 against 14: miss
    The fight is over after round 3: withdrawn
    Alarm 5 (alert): a fight that was left
    ");
}

/// With these dice Data comes to the core, and out of the fight again.
const SEED: u64 = 2;

/// Begins the relay in `folder`, with dice that are known.
async fn begin(folder: &Path, seed: u64) {
    let settings = [("ZEROTH_DATA_DIR", folder.to_str().unwrap()), ("ZEROTH_LOG", "off")];
    let config = Config::read(&Source::new(settings)).unwrap();
    let ids = CountingIds::default();
    for _ in 1..seed {
        ids.seed();
    }
    let app = App::compose(&config, Seams { ids: Some(Arc::new(ids)), ..Seams::default() }).unwrap();
    app.prepare().await.unwrap();
    let relay = Beginning { name: Some("silent-relay".to_owned()), pace: Pace::Rounds };
    app.games().scenario.start(relay).await.unwrap();
    app.shutdown(config.shutdown_timeout).await;
}

#[test]
fn a_scenario_of_ones_own_is_played() {
    let folder = tempfile::tempdir().unwrap();
    let new = Command::new(env!("CARGO_BIN_EXE_zeroth"))
        .args(["scenario", "new", "drowned-bell"])
        .current_dir(folder.path())
        .env_clear()
        .output();
    assert!(new.unwrap().status.success());
    let flags = ["--content-dir", ".", "--scenario", "drowned-bell"];
    let (code, out, err) = played(folder.path(), &flags, "/roll\n/look at the gatehouse\n");
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.starts_with("Drowned Bell\n") && out.contains("\n  Clue: A letter\n"), "{out}");
}

#[test]
fn what_is_not_there_cannot_be_played() {
    let folder = tempfile::tempdir().unwrap();
    for (flags, why) in [
        (
            ["--scenario", "atlantis"],
            "zeroth: There is no scenario \"atlantis\"; choose one of: night-mail, silent-relay.\n",
        ),
        (["--solo", "atlantis"], "zeroth: There is no solo game \"atlantis\"; choose one of: enterprise.\n"),
        (
            ["--resume", "ffff"],
            "zeroth: There is no game whose id begins with \"ffff\"; /sessions lists those that were played last.\n",
        ),
    ] {
        assert_eq!(played(folder.path(), &flags, "I wait.\n"), (Some(64), String::new(), why.to_owned()));
    }
    let (code, _, err) = played(folder.path(), &["--resume"], "");
    assert_eq!((code, err.as_str()), (Some(64), "zeroth: There is no game to go on with yet.\n"));
}
