//! A campaign: who plays, who tells the story, what the quest is, and the words that belong to that world.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A two-player story, read from `campaigns/<name>.toml`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Campaign {
    /// What a person sees in a list of campaigns.
    pub title: String,
    /// Where it plays, in a few words: "aboard the Starship Enterprise".
    pub setting: String,
    /// How the storyteller speaks, in a few words.
    pub tone: String,
    /// The quest as one short order, from which the model words its own: "Find the bell."
    pub quest: String,
    /// The player's character.
    pub protagonist: Character,
    /// The voice of the game.
    pub storyteller: Character,
    /// The sentence that ends each of the storyteller's turns.
    pub turn_sentence: String,
    /// What there is in that world besides the two players.
    #[serde(default)]
    pub scenery: Scenery,
    /// What the storyteller must know when the player asks.
    pub topics: Vec<Topic>,
}

/// One of the two players.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Character {
    /// The name that is spoken.
    pub name: String,
    /// Who that is, in one sentence, from which the model words its own description.
    pub persona: String,
}

/// What can be met in the world: noun phrases in the singular, as they stand in the middle of a
/// sentence: "a lamp that nobody lit".
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Scenery {
    /// Where one can go: "the empty bridge".
    pub places: Vec<String>,
    /// What one can touch.
    pub things: Vec<String>,
    /// What one can hear.
    pub sounds: Vec<String>,
    /// What points to the solution of the quest.
    pub clues: Vec<String>,
    /// What the protagonist carries.
    pub belongings: Vec<String>,
}

/// Something the player may ask about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Topic {
    /// What it is called: "positronic brain". Answers about it contain this name.
    pub name: String,
    /// Words in the player's message that mean it.
    pub words: Vec<String>,
    /// What is true about it, one sentence each.
    pub facts: Vec<String>,
}

/// Something wrong with a content file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Where: a key such as `topics[2].facts`.
    pub at: String,
    /// What is wrong and what would be right.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.at, self.what)
    }
}

impl Campaign {
    /// Reads a campaign file.
    ///
    /// # Errors
    /// What keeps the text from being TOML of the right shape, or else everything that [`Campaign::problems`] finds.
    pub fn read(text: &str) -> Result<Self, Vec<Problem>> {
        let campaign: Self = toml::from_str(text).map_err(|error| {
            let line =
                error.span().map_or(1, |span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
            vec![Problem { at: format!("line {line}"), what: error.message().to_owned() }]
        })?;
        let problems = campaign.problems();
        if problems.is_empty() { Ok(campaign) } else { Err(problems) }
    }

    /// Everything that keeps this campaign from being played; empty when it can be.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let texts = [
            ("title", &self.title),
            ("setting", &self.setting),
            ("tone", &self.tone),
            ("quest", &self.quest),
            ("turn_sentence", &self.turn_sentence),
            ("protagonist.name", &self.protagonist.name),
            ("protagonist.persona", &self.protagonist.persona),
            ("storyteller.name", &self.storyteller.name),
            ("storyteller.persona", &self.storyteller.persona),
        ];
        for (at, text) in texts {
            check_line(&mut problems, at, text);
        }
        self.scenery.check(&mut problems);
        for (index, topic) in self.topics.iter().enumerate() {
            topic.check(&mut problems, index);
        }
        problems
    }
}

impl Scenery {
    fn check(&self, problems: &mut Vec<Problem>) {
        let lists = [
            ("places", &self.places),
            ("things", &self.things),
            ("sounds", &self.sounds),
            ("clues", &self.clues),
            ("belongings", &self.belongings),
        ];
        for (list, items) in lists {
            for (index, item) in items.iter().enumerate() {
                let at = format!("scenery.{list}[{index}]");
                check_line(problems, &at, item);
                if item.contains(';') {
                    let what = "must not contain a semicolon, which separates the items in the prompt".to_owned();
                    problems.push(Problem { at, what });
                }
            }
        }
    }
}

impl Topic {
    fn check(&self, problems: &mut Vec<Problem>, index: usize) {
        check_line(problems, &format!("topics[{index}].name"), &self.name);
        if self.words.is_empty() || self.words.iter().any(|word| word.trim().is_empty()) {
            let what = "needs at least one word, none of them empty".to_owned();
            problems.push(Problem { at: format!("topics[{index}].words"), what });
        }
        if self.facts.is_empty() {
            problems.push(Problem { at: format!("topics[{index}].facts"), what: "needs at least one fact".to_owned() });
        }
        for (fact, text) in self.facts.iter().enumerate() {
            check_line(problems, &format!("topics[{index}].facts[{fact}]"), text);
        }
    }
}

fn check_line(problems: &mut Vec<Problem>, at: &str, text: &str) {
    if text.trim().is_empty() {
        problems.push(Problem { at: at.to_owned(), what: "must not be empty".to_owned() });
    } else if text.contains('\n') {
        problems.push(Problem { at: at.to_owned(), what: "must be one line".to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn character() -> Character {
        Character { name: "Ann".to_owned(), persona: "a diver".to_owned() }
    }

    #[test]
    fn every_problem_is_reported_at_once() {
        let campaign = Campaign {
            title: String::new(),
            setting: "at sea".to_owned(),
            tone: "calm\nand wet".to_owned(),
            quest: "Find the bell.".to_owned(),
            protagonist: character(),
            storyteller: character(),
            turn_sentence: "Your move.".to_owned(),
            scenery: Scenery { things: vec!["a rope; wet".to_owned()], ..Scenery::default() },
            topics: vec![Topic { name: "bell".to_owned(), words: vec![], facts: vec![] }],
        };
        let problems: Vec<String> = campaign.problems().iter().map(Problem::to_string).collect();
        assert_eq!(
            problems,
            [
                "title: must not be empty",
                "tone: must be one line",
                "scenery.things[0]: must not contain a semicolon, which separates the items in the prompt",
                "topics[0].words: needs at least one word, none of them empty",
                "topics[0].facts: needs at least one fact",
            ]
        );
    }

    #[test]
    fn an_unknown_key_is_a_problem_and_its_line_is_named() {
        let problems = Campaign::read("title = 'A'\ncolour = 'red'\n").unwrap_err();
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].at, "line 2");
        assert!(problems[0].what.contains("colour"), "{}", problems[0]);
    }
}
