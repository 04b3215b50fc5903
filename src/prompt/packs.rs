//! Scenarios and solo games, from their files.

use std::collections::BTreeMap;

use crate::content::{Content, ContentError};
use crate::game::Problem;
use crate::game::character::Player;
use crate::game::scenario::{Pack, PackName};
use crate::game::solo::Opening;

/// The scenario in `scenarios/<name>/`, with the characters that all share in `characters/`.
///
/// # Errors
/// Everything that is wrong with its files; when there is none of that name, which scenarios there are.
pub fn scenario(content: &Content, name: &str) -> Result<Pack, Vec<Problem>> {
    // A name becomes part of a path only if it is one of these.
    let names = content.folders("scenarios");
    let known = name.parse::<PackName>().ok().filter(|name| names.iter().any(|known| known == name.as_str()));
    let Some(name) = known else {
        return Err(unknown("scenario", name, &names));
    };
    let folder = format!("scenarios/{name}");
    let files =
        files(content, &folder).map_err(|error| vec![Problem { at: folder.clone(), what: error.to_string() }])?;
    Pack::read(&name, &files).map_err(|problems| {
        problems.into_iter().map(|problem| Problem { at: format!("{folder}/{}", problem.at), ..problem }).collect()
    })
}

/// The solo game `solo/<name>.toml` and its character.
///
/// # Errors
/// Everything that is wrong with the files; when there is none of that name, which games there are.
pub fn solo(content: &Content, name: &str) -> Result<(Opening, Player), Vec<Problem>> {
    let names = content.names("solo", "toml");
    if !names.iter().any(|known| known == name) {
        return Err(unknown("solo game", name, &names));
    }
    let path = format!("solo/{name}.toml");
    let opening = Opening::read(&path, &text(content, &path)?)?;
    let characters = content.names("characters", "toml");
    if !characters.contains(&opening.character) {
        let problems = unknown("character", &opening.character, &characters).into_iter();
        return Err(problems.map(|problem| Problem { at: format!("{path}: character"), ..problem }).collect());
    }
    let path = format!("characters/{}.toml", opening.character);
    let player = Player::read(&path, &text(content, &path)?)?;
    Ok((opening, player))
}

/// The pack's own files; its own characters win over those that all share.
fn files(content: &Content, folder: &str) -> Result<BTreeMap<String, String>, ContentError> {
    let shared = content.texts("characters", "toml")?;
    let shared = shared.into_iter().map(|(path, text)| (format!("characters/{path}"), text));
    Ok(shared.chain(content.texts(folder, "toml")?).collect())
}

fn text(content: &Content, path: &str) -> Result<String, Vec<Problem>> {
    content.text(path).map_err(|error| vec![Problem { at: path.to_owned(), what: error.to_string() }])
}

fn unknown(kind: &str, name: &str, names: &[String]) -> Vec<Problem> {
    let name: String = name.chars().take(64).collect();
    let what = format!("there is no {kind} {name:?}; choose one of: {}", names.join(", "));
    vec![Problem { at: kind.to_owned(), what }]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_shipped_can_be_played() {
        let content = Content::default();
        for name in content.folders("scenarios") {
            assert_eq!(scenario(&content, &name).err(), None, "{name}");
        }
        for name in content.names("solo", "toml") {
            assert_eq!(solo(&content, &name).err(), None, "{name}");
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones_and_never_becomes_a_path() {
        for name in ["atlantis", "../solo", "", "silent-relay/../night-mail", "Silent-Relay", "/etc"] {
            let problems = scenario(&Content::default(), name).unwrap_err();
            assert!(problems[0].what.contains("choose one of: night-mail, silent-relay"), "{}", problems[0]);
        }
        let problems = solo(&Content::default(), "../solo/enterprise").unwrap_err();
        assert!(problems[0].what.ends_with("choose one of: enterprise"), "{}", problems[0]);
    }

    #[test]
    fn a_problem_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("scenarios/mine")).unwrap();
        std::fs::write(folder.path().join("scenarios/mine/pack.toml"), "title = 3").unwrap();
        let problems = scenario(&Content::overridden_by(folder.path()), "mine").unwrap_err();
        let places: Vec<&str> = problems.iter().map(|problem| problem.at.as_str()).collect();
        assert!(places.contains(&"scenarios/mine/scenes.toml"), "{places:?}");
        assert!(places.contains(&"scenarios/mine/pack.toml: title"), "{places:?}");
    }
}
