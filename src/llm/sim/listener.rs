//! Finds out what a player wants from the words of a message.

use super::brief::Brief;
use super::heard::Intent;
use super::lexicon::{self, Tongue, Verb};
use super::phrases::{self, Meaning};
use super::words::Word;

/// One message, being listened to.
pub(super) struct Listener<'a> {
    brief: &'a Brief,
    words: &'a [Word<'a>],
    /// The words with one space around each.
    flat: &'a str,
    /// The fixed phrases in it, and what follows each.
    phrases: Vec<(Meaning, &'a str)>,
    asks: bool,
}

impl<'a> Listener<'a> {
    pub(super) fn new(brief: &'a Brief, message: &str, words: &'a [Word<'a>], flat: &'a str) -> Self {
        let phrases: Vec<_> = phrases::found(flat).collect();
        let first = words.first().map_or("", |word| word.lower.as_str());
        let inquires = phrases.iter().any(|(meaning, _)| matches!(meaning, Meaning::Inquiry));
        let asks = message.contains('?') || lexicon::QUESTIONS.contains(&first) || inquires;
        // "Can I open the hatch?" is a deed, asked politely.
        let polite = POLITE.iter().any(|lead| flat.starts_with(lead)) && !inquires;
        Self { brief, words, flat, phrases, asks: asks && !polite && conveyed(words).is_none() }
    }

    /// What the player wants, given the verb of a deed if there is one.
    pub(super) fn intent(&self, has_topics: bool, verb: Option<&Verb>) -> Intent {
        if self.wants_other_roles() {
            return Intent::SwitchRoles;
        }
        if self.is_foreign() {
            return Intent::Foreign;
        }
        match self.phrase() {
            // "What kind of brain do I have?" is about the brain.
            Some(Intent::Belongings) if has_topics => {}
            Some(intent) => return intent,
            None => {}
        }
        match verb {
            Some(verb) if !self.asks => Intent::Act(verb.act),
            _ if has_topics => Intent::Topics,
            _ if self.asks => Intent::Ask,
            _ if self.is_nonsense() => Intent::Nonsense,
            _ => Intent::Say,
        }
    }

    /// Intents that show in a fixed phrase.
    fn phrase(&self) -> Option<Intent> {
        let found = self.phrases.iter().filter_map(|(meaning, _)| match meaning {
            Meaning::Short(intent) if self.words.len() <= 5 => Some(*intent),
            Meaning::Plain(intent) => Some(*intent),
            _ => None,
        });
        let greets = self.words.first().is_some_and(|word| lexicon::GREETINGS.contains(&word.lower.as_str()));
        let calls = |name: &str| self.flat.trim() == name.to_lowercase();
        let greeting = (greets && self.words.len() <= 6 && !self.asks) || calls(&self.brief.storyteller);
        found.min().or(greeting.then_some(Intent::Greet))
    }

    fn wants_other_roles(&self) -> bool {
        self.phrases.iter().any(|(meaning, rest)| {
            let rest = rest.strip_prefix(" the").unwrap_or(rest);
            let names = |name: &str| {
                let name = name.strip_prefix("the ").unwrap_or(name);
                rest.get(1..).and_then(|rest| rest.strip_prefix(name)).is_some_and(|rest| rest.starts_with(' '))
            };
            match meaning {
                Meaning::Plain(intent) => *intent == Intent::SwitchRoles,
                Meaning::Claim => {
                    phrases::TITLES.iter().any(|title| names(title)) || names(&self.brief.storyteller.to_lowercase())
                }
                Meaning::Cast => !self.flat.starts_with(" i ") && names(&self.brief.protagonist.to_lowercase()),
                Meaning::Short(_) | Meaning::Inquiry => false,
            }
        })
    }

    fn is_foreign(&self) -> bool {
        let letters = || self.words.iter().flat_map(|word| word.lower.chars()).filter(|c| c.is_alphabetic());
        let (all, other) = (letters().count(), letters().filter(|c| !c.is_ascii()).count());
        if all >= 2 && other * 5 > all * 2 {
            return true;
        }
        let known = |tongue| self.words.iter().filter(|word| lexicon::tongue(&word.lower) == Some(tongue)).count();
        let (foreign, english) = (known(Tongue::Other), known(Tongue::English));
        foreign > english && (foreign >= 2 || self.words.len() <= 3)
    }

    fn is_nonsense(&self) -> bool {
        let sensible = |word: &Word<'_>| {
            let vowels = word.lower.chars().filter(|c| "aeiouy".contains(*c)).count();
            let length = word.lower.chars().filter(|c| c.is_alphabetic()).count();
            lexicon::tongue(&word.lower).is_some()
                || (vowels > 0 && length >= 2 && vowels * 5 >= length && tongue_can(&word.lower))
        };
        !self.words.iter().any(sensible)
    }
}

/// Whether a word has no more than four consonants in a row.
fn tongue_can(word: &str) -> bool {
    !word.split(|c: char| "aeiouy".contains(c)).any(|run| run.chars().count() > 4)
}

const POLITE: &[&str] =
    &[" can i ", " could i ", " may i ", " can we ", " i want to ", " i would like to ", " i'd like to ", " shall we "];

/// A wish to be taken somewhere, "can you take me to the bridge": the place of the last word before the way.
fn conveyed(words: &[Word<'_>]) -> Option<(usize, &'static Verb)> {
    let carried = |at: &usize| match &words[*at..*at + 3] {
        [verb, who, way] => {
            let led = *at == 0
                || words[*at - 1].ends
                || lexicon::LEADS.contains(&words[*at - 1].lower.as_str())
                || matches!(words[*at - 1].lower.as_str(), "you" | "computer");
            led && lexicon::CARRIERS.contains(&verb.lower.as_str())
                && matches!(who.lower.as_str(), "me" | "us")
                && matches!(
                    way.lower.as_str(),
                    "to" | "into" | "onto" | "towards" | "toward" | "back" | "inside" | "up" | "down" | "home"
                )
        }
        _ => false,
    };
    let at = (0..words.len().saturating_sub(2).min(10)).find(carried)?;
    lexicon::verb("go").map(|verb| (at + 1, verb))
}

/// The first verb that tells a deed, and where it stands.
pub(super) fn deed(words: &[Word<'_>], protagonist: &str) -> Option<(usize, &'static Verb)> {
    if let Some(conveyed) = conveyed(words) {
        return Some(conveyed);
    }
    let own_name = protagonist.to_lowercase();
    words.iter().enumerate().take(10).find_map(|(at, word)| {
        let led = at == 0 || {
            let before = &words[at - 1];
            before.ends
                || before.lower == own_name
                || before.lower.ends_with("ly")
                || lexicon::LEADS.contains(&before.lower.as_str())
        };
        led.then(|| lexicon::verb(&word.lower)).flatten().map(|verb| (at, verb))
    })
}
