//! `zeroth scenario` as an author uses it: the real binary, its words and its exit codes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

/// What the program says in a folder, with nothing of this machine's environment.
fn zeroth(folder: &Path, arguments: &[&str]) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zeroth"));
    command.args(arguments).current_dir(folder).env_clear().env("HOME", folder);
    let Output { status, stdout, stderr } = command.output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn a_new_scenario_passes_the_check_and_is_listed() {
    let folder = tempfile::tempdir().unwrap();
    let (code, out, err) = zeroth(folder.path(), &["scenario", "new", "drowned-bell"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    insta::assert_snapshot!(out, @"
    scenarios/drowned-bell is a scenario that can be played. Its files say what belongs where.

      check it:  zeroth scenario check scenarios/drowned-bell
      play it:   ZEROTH_CONTENT_DIR=. zeroth play --scenario drowned-bell
    ");
    let (code, out, err) = zeroth(folder.path(), &["scenario", "check", "scenarios/drowned-bell"]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    insta::assert_snapshot!(out, @"drowned-bell can be played: 3 scenes, 1 place, 1 clue, 1 foe, endings: peaceful, force, defeated");
    let (code, out, _) = zeroth(folder.path(), &["scenario", "list", "--content-dir", "."]);
    assert_eq!(code, Some(0));
    insta::assert_snapshot!(out, @"
    drowned-bell: Drowned Bell. What it is about, in a sentence or two.
    night-mail: The Night Mail. January 1926. The night mail to Venice is stuck in the snow below the pass, somebody has opened the sealed van, and nobody can have left the train.
    silent-relay: The Silent Relay. A relay station that never slept has said nothing for thirty-one hours. Board it, find its crew of six, and find out who is still listening.
    ");
}

#[test]
fn a_scenario_is_checked_from_inside_its_folder() {
    let folder = tempfile::tempdir().unwrap();
    zeroth(folder.path(), &["scenario", "new", "drowned-bell", "--dir", "bell"]);
    let (code, out, _) = zeroth(&folder.path().join("bell"), &["scenario", "check", "."]);
    assert_eq!((code, out.starts_with("bell can be played: ")), (Some(0), true));
}

#[test]
fn every_problem_is_told_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    zeroth(folder.path(), &["scenario", "new", "drowned-bell", "--dir", "Drowned Bell"]);
    let pack = folder.path().join("Drowned Bell");
    let scenes = fs::read_to_string(pack.join("scenes.toml")).unwrap();
    let broken = scenes.replace("\"engineering\"", "\"baking\"").replace("\"1d4\"", "\"a lot\"");
    fs::write(pack.join("scenes.toml"), broken).unwrap();
    fs::write(pack.join("npcs.toml"), b"[[npcs]]\nid = \"\xff\"").unwrap();
    fs::write(pack.join("sceens.toml"), "").unwrap();
    let (code, out, err) = zeroth(folder.path(), &["scenario", "check", "Drowned Bell"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    insta::assert_snapshot!(err, @r#"
    Drowned Bell: 6 problems
      - the folder "Drowned Bell": is not a name of a scenario: expected 1 to 64 of a-z, 0-9 and '-'
      - npcs.toml: cannot be read: stream did not contain valid UTF-8
      - sceens.toml: is not a file of a scenario; there can be pack.toml, scenes.toml, adversaries.toml, weapons.toml, locations.toml, clues.toml, npcs.toml
      - scenes.toml: scenes[arrival].hazards[loose_stone].damage: "a lot" is not a dice expression; write it like 1d8, 2d6+3 or d4-1
      - scenes.toml: scenes[arrival].checks[lock].skill: no such skill; choose one of: command, science, engineering, medical, security, insight, athletics, stealth, investigation
      - scenes.toml: scenes[arrival].npcs[0]: there is no "porter" in npcs.toml
    "#);
}

#[test]
fn nothing_is_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("scenarios/mine")).unwrap();
    fs::write(folder.path().join("scenarios/mine/pack.toml"), "my work").unwrap();
    let (code, out, err) = zeroth(folder.path(), &["scenario", "new", "mine"]);
    assert_eq!((code, out.as_str()), (Some(1), ""));
    assert_eq!(err, "zeroth: scenarios/mine exists already; choose another name, or another folder with --dir\n");
    assert_eq!(fs::read_to_string(folder.path().join("scenarios/mine/pack.toml")).unwrap(), "my work");
}

#[test]
fn what_cannot_be_meant_is_wrong_usage() {
    let folder = tempfile::tempdir().unwrap();
    for (arguments, why) in [
        (&["scenario"][..], "Usage: zeroth scenario"),
        (&["scenario", "check"], "<DIR>"),
        (&["scenario", "check", "nowhere"], "zeroth: there is no folder nowhere"),
        (&["scenario", "new", "../mine"], "expected 1 to 64 of a-z, 0-9 and '-'"),
        (&["play", "--scenario", "night-mail", "--solo"], "cannot be used with"),
        (&["play", "--resume", "--solo"], "cannot be used with"),
    ] {
        let (code, out, err) = zeroth(folder.path(), arguments);
        assert_eq!((code, out.as_str()), (Some(64), ""), "{arguments:?}");
        assert!(err.contains(why), "{arguments:?}: {err}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
}

#[test]
fn the_scenarios_that_are_shipped_pass_the_check() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["silent-relay", "night-mail"] {
        let (code, out, err) = zeroth(root, &["scenario", "check", &format!("scenarios/{name}")]);
        assert_eq!((code, err.as_str()), (Some(0), ""));
        assert!(out.starts_with(&format!("{name} can be played: ")), "{out}");
    }
}
