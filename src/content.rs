//! The prose and data files of the game: embedded in the binary, each one overridable from a folder.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "prompts/"]
struct Prompts;

#[derive(RustEmbed)]
#[folder = "campaigns/"]
struct Campaigns;

#[derive(RustEmbed)]
#[folder = "characters/"]
struct Characters;

#[derive(RustEmbed)]
#[folder = "solo/"]
struct Solo;

#[derive(RustEmbed)]
#[folder = "scenarios/"]
struct Scenarios;

/// Reads content files by their path in the repository, such as `prompts/dialogue.md`.
#[derive(Debug, Clone, Default)]
pub struct Content {
    folder: Option<PathBuf>,
}

/// A content file that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum ContentError {
    /// Neither the override folder nor the binary has it.
    #[error("there is no file {0}")]
    Missing(String),
    /// It is there, but cannot be read as UTF-8 text.
    #[error("cannot read {path}: {reason}")]
    Unreadable {
        /// The path that was asked for.
        path: String,
        /// What the operating system said.
        reason: String,
    },
}

impl Content {
    /// Content whose files are looked for in `folder` first.
    pub fn overridden_by(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()) }
    }

    /// The text at `path`, from the override folder or else from the binary.
    ///
    /// # Errors
    /// [`ContentError`] when there is no such file or it is not text.
    pub fn text(&self, path: &str) -> Result<String, ContentError> {
        if let Some(file) = self.overriding(path) {
            return std::fs::read_to_string(file)
                .map_err(|error| ContentError::Unreadable { path: path.to_owned(), reason: error.to_string() });
        }
        let file = embedded(path).ok_or_else(|| ContentError::Missing(path.to_owned()))?;
        String::from_utf8(file.data.into_owned())
            .map_err(|error| ContentError::Unreadable { path: path.to_owned(), reason: error.to_string() })
    }

    /// The names, without ending and in order, of the files in `folder` that end in `.ending`.
    pub fn names(&self, folder: &str, ending: &str) -> Vec<String> {
        let mut names: Vec<String> = embedded_paths().filter_map(|path| name(&path, folder, ending)).collect();
        if let Some(own) = &self.folder {
            let files = std::fs::read_dir(own.join(folder)).into_iter().flatten().flatten();
            names.extend(
                files.filter_map(|file| {
                    name(&format!("{folder}/{}", file.file_name().to_string_lossy()), folder, ending)
                }),
            );
        }
        names.sort();
        names.dedup();
        names
    }

    /// The texts of all files below `folder` that end in `.ending`, by path within it. An own file wins over an embedded one
    /// of the same path.
    ///
    /// # Errors
    /// [`ContentError`] when one of them is not text.
    pub fn texts(&self, folder: &str, ending: &str) -> Result<BTreeMap<String, String>, ContentError> {
        let inner = |path: String| {
            let path = path.strip_prefix(folder)?.strip_prefix('/')?;
            path.strip_suffix(ending)?.ends_with('.').then(|| path.to_owned())
        };
        let mut own = Vec::new();
        if let Some(root) = &self.folder {
            gather(&root.join(folder), folder, DEEPEST, &mut own);
        }
        let paths: BTreeSet<String> = embedded_paths().chain(own).filter_map(inner).collect();
        paths.into_iter().map(|path| Ok((path.clone(), self.text(&format!("{folder}/{path}"))?))).collect()
    }

    /// The names, in order, of the folders in `folder`, such as the packs in `scenarios`.
    pub fn folders(&self, folder: &str) -> Vec<String> {
        let inner = |path: String| {
            let (name, _) = path.strip_prefix(folder)?.strip_prefix('/')?.split_once('/')?;
            Some(name.to_owned())
        };
        let own = self.folder.as_ref().and_then(|own| std::fs::read_dir(own.join(folder)).ok());
        let own = own.into_iter().flatten().flatten().filter(|entry| entry.path().is_dir());
        let own = own.map(|entry| entry.file_name().to_string_lossy().into_owned());
        embedded_paths().filter_map(inner).chain(own).collect::<BTreeSet<String>>().into_iter().collect()
    }

    fn overriding(&self, path: &str) -> Option<PathBuf> {
        let file = self.folder.as_ref()?.join(Path::new(path));
        file.is_file().then_some(file)
    }
}

/// How many folders below one another are looked into.
const DEEPEST: usize = 3;

fn gather(folder: &Path, path: &str, depth: usize, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = format!("{path}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_file() {
            found.push(path);
        } else if depth > 1 {
            gather(&entry.path(), &path, depth - 1, found);
        }
    }
}

fn embedded(path: &str) -> Option<EmbeddedFile> {
    match path.split_once('/')? {
        ("prompts", file) => Prompts::get(file),
        ("campaigns", file) => Campaigns::get(file),
        ("characters", file) => Characters::get(file),
        ("solo", file) => Solo::get(file),
        ("scenarios", file) => Scenarios::get(file),
        _ => None,
    }
}

fn embedded_paths() -> impl Iterator<Item = String> {
    let under = |folder: &'static str| move |file: Cow<'static, str>| format!("{folder}/{file}");
    Prompts::iter()
        .map(under("prompts"))
        .chain(Campaigns::iter().map(under("campaigns")))
        .chain(Characters::iter().map(under("characters")))
        .chain(Solo::iter().map(under("solo")))
        .chain(Scenarios::iter().map(under("scenarios")))
}

fn name(path: &str, folder: &str, ending: &str) -> Option<String> {
    let name = path.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(ending)?.strip_suffix('.')?;
    (!name.contains('/')).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_own_file_wins_and_adds_to_the_names() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("campaigns")).unwrap();
        std::fs::write(folder.path().join("campaigns/mine.toml"), "title = 'Mine'").unwrap();
        let content = Content::overridden_by(folder.path());
        assert_eq!(content.text("campaigns/mine.toml").unwrap(), "title = 'Mine'");
        assert!(content.names("campaigns", "toml").contains(&"mine".to_owned()));
        assert!(content.text("prompts/dialogue.md").is_ok(), "embedded files are still there");
    }

    #[test]
    fn folders_are_those_of_the_binary_and_own_ones() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("scenarios/mine")).unwrap();
        std::fs::write(folder.path().join("scenarios/note.txt"), "no pack").unwrap();
        let content = Content::overridden_by(folder.path());
        assert_eq!(content.folders("scenarios"), ["mine", "night-mail", "silent-relay"]);
        assert_eq!(content.names("scenarios/silent-relay", "toml").len(), 7);
    }

    #[test]
    fn texts_are_gathered_from_inner_folders_and_own_ones_win() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("scenarios/night-mail")).unwrap();
        std::fs::write(folder.path().join("scenarios/night-mail/npcs.toml"), "mine").unwrap();
        let texts = Content::overridden_by(folder.path()).texts("scenarios/night-mail", "toml").unwrap();
        assert_eq!(texts["npcs.toml"], "mine");
        assert!(texts.contains_key("characters/ines.toml") && texts.contains_key("pack.toml"));
        assert_eq!(Content::default().texts("scenarios/night", "toml").unwrap().len(), 0);
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = Content::default().text("campaigns/none.toml").unwrap_err();
        assert_eq!(error.to_string(), "there is no file campaigns/none.toml");
    }
}
