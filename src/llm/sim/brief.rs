//! What the simulator knows of a game: everything it can read from the instructions, by their regular layout.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::super::tokens;

use super::super::chance::digest;

/// The instructions of a prompt, understood.
#[derive(Debug, Default)]
pub(super) struct Brief {
    /// Stands for the whole text: another text, another number.
    pub(super) key: u64,
    pub(super) tokens: u64,
    pub(super) storyteller: String,
    pub(super) protagonist: String,
    pub(super) about_storyteller: String,
    pub(super) about_protagonist: String,
    pub(super) turn_sentence: String,
    /// As an order without its full stop, to stand within a sentence: "find the bell".
    pub(super) quest: String,
    pub(super) setting: String,
    pub(super) places: Vec<String>,
    pub(super) things: Vec<String>,
    pub(super) sounds: Vec<String>,
    pub(super) clues: Vec<String>,
    pub(super) belongings: Vec<String>,
    pub(super) topics: Vec<Topic>,
    /// The words that mean a topic, by the first of them.
    words: HashMap<String, Vec<(String, usize)>>,
}

/// Something the player may ask about.
#[derive(Debug)]
pub(super) struct Topic {
    /// As it stands in a sentence: "the ship".
    pub(super) name: String,
    pub(super) facts: Vec<String>,
}

impl Brief {
    pub(super) fn read(system: &str) -> Self {
        let mut brief = Self { key: digest(0, system), tokens: tokens::count(system), ..Self::default() };
        let mut section = "";
        for line in system.lines() {
            if let Some(name) = line.strip_prefix("### ") {
                if section == "Topics" {
                    brief.topics.push(Topic::named(name.trim()));
                    brief.learn(name);
                }
            } else if let Some(name) = line.strip_prefix("## ") {
                section = name.trim();
            } else if let Some((key, value)) = line.strip_prefix("- ").and_then(|entry| entry.split_once(": ")) {
                brief.note(section, key, value.trim());
            }
        }
        brief.invent();
        brief
    }

    /// Whether these are the instructions of a storyteller.
    pub(super) fn tells_a_story(&self) -> bool {
        !self.storyteller.is_empty() && !self.protagonist.is_empty() && !self.turn_sentence.is_empty()
    }

    fn note(&mut self, section: &str, key: &str, value: &str) {
        match (section, key) {
            ("Characters", "Storyteller") => self.storyteller = value.to_owned(),
            ("Characters", "Protagonist") => self.protagonist = value.to_owned(),
            ("Characters", "Turn sentence") => self.turn_sentence = value.to_owned(),
            ("Characters", "About the storyteller") => self.about_storyteller = value.to_owned(),
            ("Characters", "About the protagonist") => self.about_protagonist = value.to_owned(),
            ("Quest", "In short") => self.quest = lower_first(value.trim_end_matches('.')),
            ("World", "Setting") => self.setting = value.trim_end_matches('.').to_owned(),
            ("World", "Places") => self.places = list(value),
            ("World", "Things") => self.things = list(value),
            ("World", "Sounds") => self.sounds = list(value),
            ("World", "Clues") => self.clues = list(value),
            ("World", "Belongings") => self.belongings = list(value),
            ("Topics", "Words") => value.split(',').for_each(|word| self.learn(word)),
            ("Topics", "Fact") => {
                self.topics.last_mut().into_iter().for_each(|topic| topic.facts.push(clip(value, 32)))
            }
            _ => {}
        }
    }

    /// Notes that `word` means the last topic.
    fn learn(&mut self, word: &str) {
        let word = word.trim().to_lowercase();
        if let (Some(first), Some(topic)) = (word.split(' ').next(), self.topics.len().checked_sub(1)) {
            self.words.entry(first.to_owned()).or_default().push((word, topic));
        }
    }

    /// The topics that `flat` mentions, lower-case words with a space before and after each: at most two that have
    /// facts, in the order in which it does.
    pub(super) fn mentioned(&self, flat: &str) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        for (at, _) in flat.match_indices(' ') {
            let rest = &flat[at + 1..];
            let first = rest.split(' ').next().unwrap_or_default();
            let means = |(word, _): &&(String, usize)| {
                rest.strip_prefix(word.as_str()).is_some_and(|rest| rest.starts_with(' ') || rest.starts_with("s "))
            };
            let known =
                [Some(first), first.strip_suffix('s')].into_iter().flatten().filter_map(|first| self.words.get(first));
            if let Some((_, topic)) = known.flatten().find(means)
                && !found.contains(topic)
                && !self.topics[*topic].facts.is_empty()
            {
                found.push(*topic);
            }
        }
        found.truncate(2);
        found
    }

    /// The place that a player means by `thing`: "main engineering" for "Engineering".
    pub(super) fn place(&self, thing: &str) -> Option<String> {
        let noun = thing.strip_prefix("the ").unwrap_or(thing).to_lowercase();
        let head = |place: &str| {
            let place = place.to_lowercase();
            let bare = ["the ", "a ", "an "].iter().find_map(|article| place.strip_prefix(article)).unwrap_or(&place);
            let end = [" on ", " of ", " behind ", " with ", " that ", " outside "]
                .iter()
                .filter_map(|word| bare.find(word))
                .min();
            bare[..end.unwrap_or(bare.len())].to_owned()
        };
        let means = |place: &&String| {
            let head = head(place);
            let rest = head.strip_suffix(&noun).or_else(|| head.strip_prefix(&noun));
            rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(' ') || rest.starts_with(' '))
        };
        let vague = ["room", "door", "way", "place", "hut", "yard"].contains(&noun.as_str());
        self.places.iter().find(means).filter(|_| !vague && !noun.is_empty()).cloned()
    }

    /// Fills what a bare campaign leaves open.
    fn invent(&mut self) {
        let fill = |items: &mut Vec<String>, invented: &[&str]| {
            if items.is_empty() {
                items.extend(invented.iter().map(|item| (*item).to_owned()));
            }
        };
        fill(&mut self.places, &["the far door", "the stair", "the next room", "the dark corner", "the way out"]);
        fill(
            &mut self.things,
            &["a small locked box", "a torn ribbon", "a cold lamp", "a folded note", "a bent spoon"],
        );
        fill(
            &mut self.sounds,
            &["a slow drip", "a step that stops", "the wind", "a low hum", "a hinge in need of oil"],
        );
        fill(&mut self.clues, &["a print that is not yours", "a fresh scratch", "a date that cannot be right"]);
        fill(&mut self.belongings, &["the clothes you stand in", "your good name"]);
        if self.quest.is_empty() {
            "see the story through to its end".clone_into(&mut self.quest);
        }
        if self.setting.is_empty() {
            "where the story begins".clone_into(&mut self.setting);
        }
    }
}

impl Topic {
    fn named(name: &str) -> Self {
        let proper = name.starts_with(char::is_uppercase) || name.starts_with("the ");
        Self { name: if proper { name.to_owned() } else { format!("the {name}") }, facts: Vec::new() }
    }
}

/// Briefs that were read before, by the digest of their text: a game asks with the same instructions turn after turn.
#[derive(Default)]
pub(super) struct Shelf {
    briefs: Mutex<HashMap<u64, Arc<Brief>>>,
}

impl Shelf {
    const ROOM: usize = 256;

    pub(super) fn brief(&self, system: &str) -> Arc<Brief> {
        let key = digest(0, system);
        if let Some(brief) = self.briefs.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Arc::clone(brief);
        }
        let brief = Arc::new(Brief::read(system));
        let mut briefs = self.briefs.lock().unwrap_or_else(PoisonError::into_inner);
        if briefs.len() >= Self::ROOM {
            briefs.clear();
        }
        briefs.insert(key, Arc::clone(&brief));
        brief
    }
}

/// At most `words` words of `text`, with an ellipsis where it was cut.
pub(super) fn clip(text: &str, words: usize) -> String {
    let mut kept: Vec<&str> = text.split_whitespace().collect();
    if kept.len() <= words {
        return kept.join(" ");
    }
    kept.truncate(words);
    format!("{}…", kept.join(" ").trim_end_matches(|c: char| !c.is_alphanumeric()))
}

fn list(value: &str) -> Vec<String> {
    value.split(';').map(|item| clip(item, 20)).filter(|item| !item.is_empty()).collect()
}

fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYSTEM: &str = "# Rules\n\n- Be: kind.\n\n## Characters\n\n- Storyteller: Ann\n- Protagonist: Bob\n\
        - Turn sentence: Your move.\n\n## Quest\n\n- In short: Find the bell.\n\n## World\n\n- Places: a; b\n\n\
        ## Topics\n\n### bell\n\n- Words: bell, Big Ben\n- Fact: The bell: it rings.\n";

    #[test]
    fn a_brief_is_read_from_the_layout() {
        let brief = Brief::read(SYSTEM);
        assert!(brief.tells_a_story());
        assert_eq!((brief.storyteller.as_str(), brief.quest.as_str()), ("Ann", "find the bell"));
        assert_eq!(brief.places, ["a", "b"]);
        assert_eq!(brief.topics[0].name, "the bell");
        assert_eq!(brief.mentioned(" where are the bells "), [0]);
        assert_eq!(brief.mentioned(" is big ben a bell "), [0]);
        assert_eq!(brief.mentioned(" the bellows "), [0; 0]);
        assert_eq!(brief.place("the b").as_deref(), Some("b"));
        assert_eq!(brief.topics[0].facts, ["The bell: it rings."]);
        assert!(!brief.sounds.is_empty());
    }

    #[test]
    fn other_instructions_are_no_story() {
        assert!(!Brief::read("You are a helpful assistant.").tells_a_story());
    }

    #[test]
    fn the_shelf_forgets_before_it_overflows() {
        let shelf = Shelf::default();
        for number in 0..=Shelf::ROOM {
            shelf.brief(&number.to_string());
        }
        assert!(shelf.briefs.lock().unwrap().len() <= Shelf::ROOM);
    }
}
