//! The judge's part: whether an answer keeps named criteria, decided by rules and told as JSON.
//!
//! Which rule a criterion asks for is read from its wording. A criterion that no rule fits is left out of the verdict:
//! whoever asked can see that it was not judged.

use serde_json::{Map, Value};

use super::lexicon;

/// Words that a question and its answer may share by chance.
const COMMON: &[&str] = &[
    "about",
    "again",
    "been",
    "could",
    "does",
    "from",
    "have",
    "here",
    "into",
    "like",
    "more",
    "only",
    "should",
    "some",
    "something",
    "tell",
    "that",
    "their",
    "them",
    "there",
    "they",
    "this",
    "turn",
    "what",
    "when",
    "where",
    "which",
    "will",
    "with",
    "would",
    "your",
];

/// What forms of a word end with, behind what they share.
const ENDINGS: &[&str] = &["", "d", "e", "ed", "er", "es", "ied", "ies", "ing", "ly", "r", "s", "y"];

/// The verdict, if `system` asks for one in JSON by criteria such as "- polite: it greets", on what `material` has
/// between `<answer>` and `</answer>`.
pub(super) fn verdict(system: &str, material: &str) -> Option<String> {
    let answer = tagged(material, "answer")?;
    if !system.contains("JSON") {
        return None;
    }
    let criteria: Vec<(&str, Rule)> = system.lines().filter_map(criterion).collect();
    let turn = Turn::new(system, material, answer);
    let mut verdict = Map::new();
    let mut broken = Vec::new();
    for (name, rule) in &criteria {
        let kept = turn.keeps(rule);
        verdict.insert((*name).to_owned(), Value::Bool(kept));
        if !kept {
            broken.push(*name);
        }
    }
    let judged = verdict.len();
    if judged == 0 {
        return None;
    }
    let reason = if broken.is_empty() {
        "It keeps every criterion.".to_owned()
    } else {
        format!("Breaks {}.", broken.join(", "))
    };
    verdict.insert("score".to_owned(), Value::from(1 + 4 * (judged - broken.len()) / judged));
    verdict.insert("reason".to_owned(), Value::from(reason));
    Some(Value::Object(verdict).to_string())
}

/// What a criterion asks of an answer.
#[derive(Debug, PartialEq, Eq)]
enum Rule<'a> {
    /// To end with these words.
    Ends(&'a str),
    /// To say "I" and "you", not the names of the two.
    FirstPerson,
    /// To take up what the player said, or to recall the quest.
    TakesUp,
    /// To be the storyteller's, not the player's and not a language model's.
    StaysInRole,
}

/// The criterion of a line such as "- ends: its last words are: The end."
fn criterion(line: &str) -> Option<(&str, Rule<'_>)> {
    let (name, wording) = line.trim().strip_prefix("- ")?.split_once(": ")?;
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
        return None;
    }
    let all = format!("{} {}", name.replace('_', " "), wording.to_lowercase());
    let says = |phrases: &[&str]| phrases.iter().any(|phrase| all.contains(phrase));
    let rule = match wording.split_once("last words are:").or_else(|| wording.split_once("ends with:")) {
        Some((_, ending)) => Rule::Ends(ending.trim()),
        None if says(&["first person", "says \"i\""]) => Rule::FirstPerson,
        None if says(&["takes up", "answers the question", "what was asked"]) => Rule::TakesUp,
        None if says(&["in role", "in character", "who speaks"]) => Rule::StaysInRole,
        None => return None,
    };
    Some((name, rule))
}

/// One line of the player and the answer to it.
struct Turn<'a> {
    line: &'a str,
    answer: &'a str,
    /// The answer in lower case.
    lower: String,
    /// The player's name and the storyteller's, in lower case, as far as the instructions tell.
    player: String,
    storyteller: String,
}

impl<'a> Turn<'a> {
    fn new(system: &str, material: &'a str, answer: &'a str) -> Self {
        let flat = system.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        let name = |marker: &str| {
            let rest = flat.split_once(marker).map_or("", |(_, rest)| rest);
            let name = rest.split([',', '.', ';', ':']).next().unwrap_or_default();
            name.strip_prefix("the ").unwrap_or(name).to_owned()
        };
        let (player, storyteller) = (name("player is "), name("answer comes from "));
        let line = tagged(material, "player").unwrap_or_default();
        Self { line, answer, lower: answer.to_lowercase().replace('’', "'"), player, storyteller }
    }

    fn keeps(&self, rule: &Rule<'_>) -> bool {
        !self.answer.is_empty()
            && match rule {
                Rule::Ends(ending) => self.answer.trim_end_matches(['*', '"', '”']).trim_end().ends_with(ending),
                Rule::FirstPerson => ![&self.player, &self.storyteller].into_iter().any(|name| self.tells_of(name)),
                Rule::TakesUp => self.takes_up(),
                Rule::StaysInRole => !self.leaves_the_game() && !self.is_the_players(),
            }
    }

    /// Whether a sentence begins with `name` as with somebody else's: "Data opens", "The Dungeon Master's hand".
    fn tells_of(&self, name: &str) -> bool {
        let about = |sentence: &str| {
            let sentence = sentence.trim_start_matches(|c: char| !c.is_alphanumeric());
            let rest = sentence.strip_prefix("the ").unwrap_or(sentence).strip_prefix(name);
            let verb = rest.and_then(|rest| rest.strip_prefix(' ')).and_then(|rest| rest.split(' ').next());
            rest.is_some_and(|rest| rest.starts_with("'s "))
                || verb.is_some_and(|verb| verb.ends_with('s') || verb.ends_with("ed"))
        };
        !name.is_empty() && self.lower.split(['.', '!', '?', '*', '\n']).any(about)
    }

    fn leaves_the_game(&self) -> bool {
        const OUTSIDE: &[&str] = &["language model", "as an ai", "ai assistant", "chatbot", "simulated model"];
        OUTSIDE.iter().any(|phrase| self.lower.contains(phrase))
    }

    /// Whether it is the player who speaks.
    fn is_the_players(&self) -> bool {
        let (player, storyteller) = (&self.player, &self.storyteller);
        let claims = ["i am", "i'm", "i play"].iter().any(|claim| self.says(&format!("{claim} {player}")));
        let gives_away = ["you are", "you're"].iter().any(|claim| self.says(&format!("{claim} the {storyteller}")));
        let signed = self.lower.trim_start_matches(['*', '"', '“']).starts_with(&format!("{player}:"));
        (!player.is_empty() && (claims || signed)) || (!storyteller.is_empty() && gives_away)
    }

    /// Whether these words occur, the last of them whole.
    fn says(&self, words: &str) -> bool {
        let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '\'');
        self.lower.match_indices(words).any(|(at, _)| ends(&self.lower[at + words.len()..]))
    }

    fn takes_up(&self) -> bool {
        let said = self.words(self.line);
        let heard = self.words(self.answer);
        let line = self.line.to_lowercase();
        // An idle remark, or a wish to leave the role, may be sent back to the quest; a question may not.
        let asks = line.contains('?') || line.contains("tell me");
        let recalls = ["so far", "happened", "remember"].iter().any(|phrase| line.contains(phrase));
        said.is_empty()
            || said.iter().any(|word| heard.iter().any(|other| akin(word, other)))
            || (self.says("quest") && !asks)
            || (recalls && self.tells_deeds())
    }

    /// Whether it tells what the player did: "you opened".
    fn tells_deeds(&self) -> bool {
        let words: Vec<&str> = self.lower.split(|c: char| !c.is_alphanumeric()).collect();
        let past = |word: &str| {
            word.ends_with("ed") || word == "said" || lexicon::verb(word).is_some_and(|verb| verb.past == word)
        };
        words.windows(2).any(|pair| pair[0] == "you" && past(pair[1]))
    }

    /// The words that carry meaning, in lower case.
    fn words(&self, text: &str) -> Vec<String> {
        let text = text.to_lowercase();
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 4);
        let names =
            |word: &str| [&self.player, &self.storyteller].iter().any(|name| name.split(' ').any(|part| part == word));
        words.filter(|word| !COMMON.contains(word) && !names(word)).map(str::to_owned).collect()
    }
}

/// Whether two words are forms of one, or one is the end of the other, as in "starship".
fn akin(word: &str, other: &str) -> bool {
    let alike: usize = word.chars().zip(other.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum();
    let forms = alike >= 4 && [word, other].iter().all(|word| ENDINGS.contains(&&word[alike..]));
    // "Brain" is not made of "rain": what stands before the end must be a word too.
    let ends = |whole: &str, end: &str| whole.strip_suffix(end).is_some_and(|before| before.chars().count() >= 3);
    forms || ends(word, other) || ends(other, word)
}

/// What stands between `<tag>` and `</tag>`; the answer may hold anything, so the last end counts.
fn tagged<'a>(text: &'a str, tag: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(&format!("<{tag}>"))?;
    Some(rest.rsplit_once(&format!("</{tag}>"))?.0.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SYSTEM: &str = "Judge a turn. The player is Data, the answer comes from the Dungeon\nMaster.\n\
        - role: it is the Dungeon Master who speaks, never Data\n- takes: it takes up what the player said\n\
        - person: the Dungeon Master says \"I\" of himself\n- ends: its last words are: It is your turn, Data.\n\
        Answer with one JSON object.";

    /// The criteria that the answer to `line` breaks.
    fn broken(line: &str, answer: &str) -> Vec<String> {
        let material = format!("<player>{line}</player>\n<answer>{answer}</answer>");
        let verdict: Map<String, Value> = serde_json::from_str(&verdict(SYSTEM, &material).unwrap()).unwrap();
        verdict.into_iter().filter(|(_, value)| value == &Value::Bool(false)).map(|(name, _)| name).collect()
    }

    #[test]
    fn each_criterion_is_really_checked() {
        let line = "I open the hatch.";
        let good = "*I lean forward.* The hatch sticks, then gives. I wait for you. It is your turn, Data.";
        assert_eq!(broken(line, good), [""; 0]);
        assert_eq!(broken(line, "I say: the hatch opens."), ["ends"]);
        assert_eq!(broken(line, "The sea is calm. It is your turn, Data."), ["takes"]);
        assert_eq!(broken(line, "The sea is calm, and your quest waits. It is your turn, Data."), [""; 0]);
        let question = "What is behind the hatch?";
        assert_eq!(broken(question, "The sea is calm, and your quest waits. It is your turn, Data."), ["takes"]);
        assert_eq!(broken(line, "Data opens the hatch. It is your turn, Data."), ["person"]);
        assert_eq!(broken(line, "The Dungeon Master's hatch! It is your turn, Data."), ["person"]);
        assert_eq!(broken(line, "As an AI I know no hatch. It is your turn, Data."), ["role"]);
        assert_eq!(broken(line, "I am Data and open the hatch. It is your turn, Data."), ["role"]);
        assert_eq!(broken(line, "").len(), 4);
    }

    #[test]
    fn the_same_thing_may_have_another_form() {
        let answers = ["The ship sleeps.", "I know two starships.", "The starship-yard is far."];
        for answer in answers {
            assert!(!broken("What about the starship?", answer).contains(&"takes".to_owned()), "{answer}");
        }
        for (line, answer) in [("What about the starship?", "The stars are out."), ("My brain aches.", "Rain falls.")] {
            assert!(broken(line, answer).contains(&"takes".to_owned()), "{answer}");
        }
    }

    #[test]
    fn a_look_back_is_an_answer_to_who_asks_for_one() {
        let line = "Tell me what has happened so far.";
        assert_eq!(broken(line, "First you took the lamp. It is your turn, Data."), [""; 0]);
        assert_eq!(broken(line, "The lamp is cold. It is your turn, Data."), ["takes"]);
    }

    #[test]
    fn what_no_rule_fits_is_left_out() {
        let system = "JSON please.\n- funny: it makes me laugh\n- ends: its last words are: Bye.";
        let verdict: Value = serde_json::from_str(&verdict(system, "<answer>Bye.</answer>").unwrap()).unwrap();
        assert_eq!(verdict, serde_json::json!({ "ends": true, "score": 5, "reason": "It keeps every criterion." }));
    }

    #[test]
    fn other_requests_are_left_to_others() {
        assert_eq!(verdict("Write JSON.\n- a: b", "<answer>x</answer>"), None);
        assert_eq!(verdict(SYSTEM, "No tags."), None);
    }
}
