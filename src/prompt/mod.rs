//! Prompts: templates to requests, and replies back to values of the game.

mod dialogue;
mod ending;
mod event;
mod fence;
mod front_matter;
mod intent;
mod known;
mod means;
mod narrative;
mod packs;
mod rehearsal;
mod scenario;
mod setup;
mod situation;
mod solo;
mod solo_reply;
mod template;

pub use ending::missing_ending;
pub use fence::fenced;
pub use intent::{Intent, read_intent};
pub use narrative::Narrative;
pub use packs::{scenario, solo};
pub use scenario::Telling;
pub use setup::{Subject, opening, read_setup};
pub use situation::{Exchange, Situation};
pub use solo::repair;
pub use solo_reply::{Malformed, read_solo};
pub use template::{PromptError, Prompts};

use crate::content::Content;
use crate::game::{Campaign, Problem};

/// The campaign `campaigns/<name>.toml`.
///
/// # Errors
/// Everything that is wrong with the file; when there is none of that name, which campaigns there are.
pub fn campaign(content: &Content, name: &str) -> Result<Campaign, Vec<Problem>> {
    // A name becomes part of a path only if it is one of these.
    let names = content.names("campaigns", "toml");
    if !names.iter().any(|known| known == name) {
        let what = format!("there is no campaign {name:?}; choose one of: {}", names.join(", "));
        return Err(vec![Problem { at: "campaign".to_owned(), what }]);
    }
    let path = format!("campaigns/{name}.toml");
    let text = content.text(&path).map_err(|error| vec![Problem { at: path.clone(), what: error.to_string() }])?;
    Campaign::read(&text).map_err(|problems| {
        problems.into_iter().map(|problem| Problem { at: format!("{path}: {}", problem.at), ..problem }).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_campaign_that_is_shipped_can_be_played() {
        let content = Content::default();
        let names = content.names("campaigns", "toml");
        assert!(names.contains(&"enterprise".to_owned()), "{names:?}");
        for name in names {
            assert!(campaign(&content, &name).is_ok(), "{name}: {:?}", campaign(&content, &name));
        }
    }

    #[test]
    fn an_unknown_name_is_answered_with_the_known_ones_and_never_becomes_a_path() {
        for name in ["atlantis", "../Cargo", "", "enterprise.toml"] {
            let problems = campaign(&Content::default(), name).unwrap_err();
            assert!(problems[0].what.contains("enterprise, lighthouse"), "{}", problems[0]);
        }
    }

    #[test]
    fn a_problem_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("campaigns")).unwrap();
        std::fs::write(folder.path().join("campaigns/mine.toml"), "title = 3").unwrap();
        let problems = campaign(&Content::overridden_by(folder.path()), "mine").unwrap_err();
        assert_eq!(problems[0].at, "campaigns/mine.toml: line 1");
    }
}
