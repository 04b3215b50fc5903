//! How a solo game begins, as content: `solo/<name>.toml`.

use super::super::campaign::Problem;
use super::super::reading::{Problems, Section};
use super::super::world::{Disposition, Location, Npc, Quest, QuestStatus};
use super::state::State;

/// What there is before the first turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// What a person reads in a list of games.
    pub title: String,
    /// What it is about, in a sentence or two.
    pub description: String,
    /// The name of a character file.
    pub character: String,
    /// Where the character stands.
    pub location: Location,
    /// What is to be done.
    pub quests: Vec<Quest>,
    /// Who is there.
    pub npcs: Vec<Npc>,
}

impl Opening {
    /// Reads the file; `path` stands in front of each problem.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(path: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let problems = Problems::default();
        let opening = Section::file(path, text, &problems).map(|mut file| Self::from_file(&mut file));
        let problems = problems.into_vec();
        opening.filter(|_| problems.is_empty()).ok_or(problems)
    }

    fn from_file(file: &mut Section<'_>) -> Self {
        let opening = Self {
            title: file.text("title"),
            description: file.text("description"),
            character: file.text("character"),
            location: file.section("location").map_or_else(
                || Location { name: String::new(), description: String::new() },
                |mut location| Location { name: location.text("name"), description: location.text("description") },
            ),
            quests: file.sections("quests").into_iter().map(quest).collect(),
            npcs: file.sections("npcs").into_iter().map(npc).collect(),
        };
        let room = [
            ("quests", opening.quests.len(), State::MOST_QUESTS),
            ("npcs", opening.npcs.len(), State::MOST_NPCS),
            ("location.name", opening.location.name.len(), State::NAME_BYTES),
            ("location.description", opening.location.description.len(), State::DESCRIPTION_BYTES),
        ];
        for (key, length, most) in room {
            if length > most {
                file.problem(key, format!("is too long: {length}, at most {most} fit into a game"));
            }
        }
        opening
    }
}

fn quest(mut section: Section<'_>) -> Quest {
    Quest {
        id: section.text("id"),
        title: section.text("title"),
        status: section.optional("status").unwrap_or(QuestStatus::Active),
        description: section.text("description"),
    }
}

fn npc(mut section: Section<'_>) -> Npc {
    Npc {
        name: section.text("name"),
        description: section.text("description"),
        disposition: section.optional("disposition").unwrap_or(Disposition::Neutral),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_opening_can_be_read() {
        let opening = Opening::read("solo/enterprise.toml", include_str!("../../../solo/enterprise.toml")).unwrap();
        assert_eq!(opening.character, "data");
        assert!(!opening.quests.is_empty());
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let text = "title = 'A'\ncharacter = ''\n[[quests]]\nid = 'q'\ntitle = 'Q'\nstatus = 'done'\n";
        let problems: Vec<String> = Opening::read("a.toml", text).unwrap_err().iter().map(Problem::to_string).collect();
        assert_eq!(
            problems,
            [
                "a.toml: description: is missing",
                "a.toml: character: must not be empty",
                "a.toml: location: is missing",
                "a.toml: quests[q].status: must be active, completed or failed",
                "a.toml: quests[q].description: is missing",
            ]
        );
    }
}
