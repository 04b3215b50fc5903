//! What a player's message means, as far as the simulator can tell.

use super::brief::Brief;
use super::lexicon::{self, Act, Verb};
use super::words::{self, Word};

/// A message, understood.
#[derive(Debug, Clone)]
pub(super) struct Heard {
    pub(super) intent: Intent,
    /// The topics that it mentions, at most two, by their place in the brief.
    pub(super) topics: Vec<usize>,
    /// What it acts upon or asks about: "the maintenance hatch".
    pub(super) thing: Option<String>,
    /// Its first words, fit to be repeated.
    pub(super) quote: String,
    /// What the player did, to be told later: "opened the maintenance hatch".
    pub(super) deed: String,
}

/// What a player wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Intent {
    Act(Act),
    /// An answer about the topics.
    Topics,
    /// An answer about something else.
    Ask,
    /// To change the roles or the rules.
    SwitchRoles,
    /// To hear what happened so far.
    Recall,
    Belongings,
    Protagonist,
    Storyteller,
    Place,
    Help,
    Greet,
    Foreign,
    Nonsense,
    /// Anything else that was said.
    Say,
}

impl Heard {
    /// Understands `message` within the game of `brief`; `last` is what was dealt with before, for "it" and "them".
    pub(super) fn new(brief: &Brief, message: &str, last: Option<&str>) -> Self {
        let words = words::split(message);
        let flat = words::flat(&words);
        let topics = topics(brief, &flat);
        let found = deed(&words, &brief.protagonist);
        let intent = Listener { brief, words: &words, flat: &flat, asks: asks(message, &words, &flat) }
            .intent(!topics.is_empty(), found.map(|(_, verb)| verb));
        let object = match (intent, found) {
            (Intent::Act(_), Some((at, verb))) => words::object(&words, at + 1, verb.act, last),
            (Intent::Ask, _) => words::Object { thing: words::subject(&words, last), ..words::Object::default() },
            _ => words::Object::default(),
        };
        let quote = words::quote(message, &brief.turn_sentence);
        let mut heard = Self { intent, topics, thing: object.thing, quote, deed: String::new() };
        heard.deed = heard.told(brief, found.map(|(_, verb)| verb), &object.link);
        heard
    }

    fn told(&self, brief: &Brief, verb: Option<&Verb>, link: &str) -> String {
        match (self.intent, verb) {
            (Intent::Act(_), Some(verb)) => {
                let thing = self.thing.as_deref().unwrap_or_default();
                [verb.past, link, thing].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
            }
            (Intent::Topics, _) => {
                let names: Vec<&str> = self.topics.iter().map(|topic| brief.topics[*topic].name.as_str()).collect();
                format!("asked about {}", names.join(" and "))
            }
            (Intent::Ask, _) => format!("asked about {}", self.thing.as_deref().unwrap_or("what nobody knows")),
            (Intent::SwitchRoles, _) => "tried to trade places with me".to_owned(),
            (Intent::Belongings, _) => "went through your belongings".to_owned(),
            (Intent::Protagonist, _) => "asked who you are".to_owned(),
            (Intent::Storyteller, _) => "asked who I am".to_owned(),
            (Intent::Place, _) => "asked where you are".to_owned(),
            (Intent::Help, _) => "asked for advice".to_owned(),
            (Intent::Greet, _) => "greeted me".to_owned(),
            (Intent::Nonsense, _) => "made a curious sound".to_owned(),
            (Intent::Recall, _) => "asked for your own story".to_owned(),
            (Intent::Act(_) | Intent::Say | Intent::Foreign, _) => format!("said “{}”", self.quote),
        }
    }
}

struct Listener<'a> {
    brief: &'a Brief,
    words: &'a [Word<'a>],
    flat: &'a str,
    asks: bool,
}

impl Listener<'_> {
    fn intent(&self, has_topics: bool, verb: Option<&Verb>) -> Intent {
        if self.wants_other_roles() {
            return Intent::SwitchRoles;
        }
        if self.is_foreign() {
            return Intent::Foreign;
        }
        if let Some(intent) = self.phrase() {
            return intent;
        }
        match verb {
            Some(verb) if !self.asks => Intent::Act(verb.act),
            _ if has_topics => Intent::Topics,
            _ if self.asks => Intent::Ask,
            _ if self.is_nonsense() => Intent::Nonsense,
            _ => Intent::Say,
        }
    }

    fn has(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| self.flat.contains(phrase))
    }

    /// Intents that show in a fixed phrase.
    fn phrase(&self) -> Option<Intent> {
        let greets = self.words.first().is_some_and(|word| lexicon::GREETINGS.contains(&word.lower.as_str()));
        let calls = |name: &str| self.flat.trim() == name.to_lowercase();
        let table = [
            (Intent::Recall, RECALL),
            (Intent::Belongings, BELONGINGS),
            (Intent::Storyteller, STORYTELLER),
            (Intent::Protagonist, PROTAGONIST),
            (Intent::Place, PLACE),
            (Intent::Help, HELP),
            (Intent::Say, THANKS),
        ];
        let found = table.into_iter().find(|(_, phrases)| self.has(phrases)).map(|(intent, _)| intent);
        let greeting = (greets && self.words.len() <= 6 && !self.asks) || calls(&self.brief.storyteller);
        found.or(greeting.then_some(Intent::Greet))
    }

    fn wants_other_roles(&self) -> bool {
        if self.has(SWITCH) {
            return true;
        }
        let (me, you) = (self.brief.storyteller.to_lowercase(), self.brief.protagonist.to_lowercase());
        let claims = |name: &str| {
            let name = name.trim_start_matches("the ");
            [
                "i am",
                "i'm",
                "i play",
                "let me be",
                "let me play",
                "i will be",
                "i'll be",
                "make me",
                "i become",
                "i want to be",
            ]
            .iter()
            .any(|claim| {
                self.flat.contains(&format!(" {claim} {name} ")) || self.flat.contains(&format!(" {claim} the {name} "))
            })
        };
        let casts = ["you are", "you're", "you play", "you be", "be", "play", "speak as", "act as", "answer as"]
            .iter()
            .any(|cast| self.flat.contains(&format!(" {cast} {you} ")));
        let titles = [me.as_str(), "dungeon master", "game master", "storyteller", "narrator", "dm", "gm"];
        titles.into_iter().any(claims) || (casts && !self.flat.starts_with(" i "))
    }

    fn is_foreign(&self) -> bool {
        let letters = || self.words.iter().flat_map(|word| word.lower.chars()).filter(|c| c.is_alphabetic());
        let (all, other) = (letters().count(), letters().filter(|c| !c.is_ascii()).count());
        if all >= 2 && other * 5 > all * 2 {
            return true;
        }
        let known = |list: &[&str]| self.words.iter().filter(|word| list.contains(&word.lower.as_str())).count();
        let (foreign, english) = (known(lexicon::OTHER_LANGUAGES), known(lexicon::ENGLISH));
        foreign > english && (foreign >= 2 || self.words.len() <= 3)
    }

    fn is_nonsense(&self) -> bool {
        let sensible = |word: &Word<'_>| {
            let vowels = word.lower.chars().filter(|c| "aeiouy".contains(*c)).count();
            let length = word.lower.chars().filter(|c| c.is_alphabetic()).count();
            lexicon::ENGLISH.contains(&word.lower.as_str())
                || (vowels > 0 && length >= 2 && vowels * 5 >= length && tongue_can(&word.lower))
        };
        !self.words.iter().any(sensible)
    }
}

/// Whether a word has no more than four consonants in a row.
fn tongue_can(word: &str) -> bool {
    !word.split(|c: char| "aeiouy".contains(c)).any(|run| run.chars().count() > 4)
}

fn asks(message: &str, words: &[Word<'_>], flat: &str) -> bool {
    let first = words.first().map_or("", |word| word.lower.as_str());
    // "Can I open the hatch?" is a deed, asked politely.
    let polite = [" can i ", " could i ", " may i ", " can we ", " i want to ", " i would like to ", " i'd like to "];
    let deed = polite.iter().any(|lead| flat.starts_with(lead)) && !flat.contains(" ask ") && !flat.contains(" know ");
    let about = [" tell me ", " ask about ", " ask you ", " talk about ", " think about ", " know about ", " tell us "];
    !deed
        && (message.contains('?')
            || lexicon::QUESTIONS.contains(&first)
            || about.iter().any(|phrase| flat.contains(phrase)))
}

/// The first verb that tells a deed, and where it stands.
fn deed(words: &[Word<'_>], protagonist: &str) -> Option<(usize, &'static Verb)> {
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

/// The topics that a message mentions, in the order in which it does.
fn topics(brief: &Brief, flat: &str) -> Vec<usize> {
    let place = |word: &String| {
        let at = flat.find(word.as_str())?;
        let after = &flat[at + word.len()..];
        (after.starts_with(' ') || after.starts_with("s ")).then_some(at)
    };
    let mut found: Vec<(usize, usize)> = brief
        .topics
        .iter()
        .enumerate()
        .filter_map(|(index, topic)| topic.words.iter().filter_map(place).min().map(|at| (at, index)))
        .collect();
    found.sort_unstable();
    found.truncate(2);
    found.into_iter().map(|(_, index)| index).collect()
}

const SWITCH: &[&str] = &[
    " switch roles",
    " swap roles",
    " trade roles",
    " change roles",
    " reverse roles",
    " exchange roles",
    " switch the roles",
    " swap the roles",
    " reverse the roles",
    " change the roles",
    " switch our roles",
    " swap our roles",
    " switch places",
    " swap places",
    " trade places",
    " change places",
    " role reversal",
    " switch role ",
    " ignore previous",
    " ignore all",
    " ignore your",
    " ignore the rules",
    " ignore the above",
    " ignore any",
    " disregard",
    " forget your",
    " forget all",
    " forget the rules",
    " system prompt",
    " your instructions",
    " your prompt",
    " your rules",
    " new instructions",
    " pretend you are",
    " pretend that you",
    " pretend to be the",
    " you are now ",
    " from now on you",
    " jailbreak",
    " break character",
    " stop being ",
    " developer mode",
    " you are the player",
    " you be the player",
    " i take your role",
    " be the storyteller",
    " be the dungeon master",
    " be the narrator",
    " be the dm ",
    " tell the story instead",
];

const RECALL: &[&str] = &[
    " did i do",
    " did i just",
    " have i done",
    " did i say",
    " did we do",
    " have we done",
    " remember what",
    " do you remember",
    " recap ",
    " so far",
    " what happened before",
    " happened so far",
    " summarize",
    " summarise",
    " did i ask",
    " last turn",
    " what was i doing",
    " remind me",
];

const BELONGINGS: &[&str] = &[
    " inventory",
    " do i have",
    " do i carry",
    " am i carrying",
    " have i got",
    " my belongings",
    " my equipment",
    " my pockets",
    " my bag",
    " my gear",
    " do i own",
    " have with me",
];

const STORYTELLER: &[&str] = &[
    " who are you",
    " who're you",
    " what are you",
    " your name",
    " are you a bot",
    " are you an ai ",
    " are you real",
    " are you human",
];

const PROTAGONIST: &[&str] = &[" who am i", " what am i ", " my name", " who i am", " about myself", " about me "];

const PLACE: &[&str] = &[
    " where am i",
    " where are we",
    " look around",
    " looks around",
    " do i see",
    " can i see",
    " around me",
    " my surroundings",
    " describe the room",
    " describe the place",
    " describe the scene",
    " where i am",
    " what is here",
    " what's here",
    " what is this place",
    " what place is this",
];

const THANKS: &[&str] = &[" thanks ", " thank you"];

const HELP: &[&str] = &[
    " help ",
    " hint",
    " should i do",
    " can i do",
    " what now",
    " what next",
    " i'm stuck",
    " i am stuck",
    " do next",
    " i give up",
    " how do i win",
    " how do i play",
    " what do i do ",
    " where should i go",
    " where do i go",
];
