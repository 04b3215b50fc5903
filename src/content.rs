//! The prose and data files of the game: embedded in the binary, each one overridable from a folder.

use std::path::{Path, PathBuf};

use rust_embed::{EmbeddedFile, RustEmbed};

#[derive(RustEmbed)]
#[folder = "prompts/"]
struct Prompts;

#[derive(RustEmbed)]
#[folder = "campaigns/"]
struct Campaigns;

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

    fn overriding(&self, path: &str) -> Option<PathBuf> {
        let file = self.folder.as_ref()?.join(Path::new(path));
        file.is_file().then_some(file)
    }
}

fn embedded(path: &str) -> Option<EmbeddedFile> {
    match path.split_once('/')? {
        ("prompts", file) => Prompts::get(file),
        ("campaigns", file) => Campaigns::get(file),
        _ => None,
    }
}

fn embedded_paths() -> impl Iterator<Item = String> {
    let prompts = Prompts::iter().map(|file| format!("prompts/{file}"));
    prompts.chain(Campaigns::iter().map(|file| format!("campaigns/{file}")))
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
    fn a_missing_file_is_named() {
        let error = Content::default().text("campaigns/none.toml").unwrap_err();
        assert_eq!(error.to_string(), "there is no file campaigns/none.toml");
    }
}
