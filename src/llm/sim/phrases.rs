//! Fixed phrases that tell what a player wants.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::heard::Intent;
use super::lexicon::Act;

/// What a phrase shows.
#[derive(Debug, Clone, Copy)]
pub(super) enum Meaning {
    Plain(Intent),
    /// Only in a short message, where little else is said.
    Short(Intent),
    /// The player claims a role, if the storyteller's follows.
    Claim,
    /// The player gives a role away, if the protagonist's follows.
    Cast,
    /// The player asks, even without a question mark.
    Inquiry,
}

/// Every known phrase in `flat` (lower-case words with a space before and after each), and what follows it.
pub(super) fn found(flat: &str) -> impl Iterator<Item = (Meaning, &str)> {
    static BY_FIRST_WORD: LazyLock<HashMap<&str, Vec<(&str, Meaning)>>> = LazyLock::new(|| {
        let mut phrases: HashMap<&str, Vec<(&str, Meaning)>> = HashMap::new();
        for (meaning, list) in PHRASES {
            for phrase in *list {
                phrases.entry(phrase.split(' ').next().unwrap_or(phrase)).or_default().push((phrase, *meaning));
            }
        }
        phrases
    });
    flat.match_indices(' ').flat_map(|(at, _)| {
        let here = &flat[at + 1..];
        let known = BY_FIRST_WORD.get(here.split(' ').next().unwrap_or_default());
        known.into_iter().flatten().filter_map(move |(phrase, meaning)| {
            here.strip_prefix(phrase).filter(|rest| rest.starts_with(' ')).map(|rest| (*meaning, rest))
        })
    })
}

/// What the voice of a game is called.
pub(super) const TITLES: &[&str] = &["dungeon master", "game master", "storyteller", "narrator", "dm", "gm"];

#[rustfmt::skip]
const PHRASES: &[(Meaning, &[&str])] = &[
    (Meaning::Plain(Intent::SwitchRoles), &[
        "switch roles", "swap roles", "trade roles", "change roles", "reverse roles", "exchange roles", "switch role",
        "switch the roles", "swap the roles", "reverse the roles", "change the roles", "switch our roles", "swap our roles",
        "switch places", "swap places", "trade places", "change places", "role reversal", "i take your role",
        "ignore previous", "ignore all previous", "ignore all prior", "ignore all rules", "ignore all instructions",
        "ignore all your", "ignore all the rules", "ignore your", "ignore the rules", "ignore the above",
        "disregard previous", "disregard all", "disregard your", "disregard the rules", "disregard the above",
        "forget your instructions", "forget your rules", "forget your role", "forget all previous", "forget all rules",
        "forget all instructions", "forget the rules", "system prompt", "your instructions", "your prompt", "your rules",
        "new instructions", "pretend you are", "pretend that you", "you are now", "from now on you", "jailbreak",
        "break character", "developer mode", "you are the player", "you be the player", "be the storyteller",
        "be the dungeon master", "be the game master", "be the narrator", "be the dm", "tell the story instead",
    ]),
    (Meaning::Plain(Intent::Recall), &[
        "did i do", "did i just", "did i say", "did i ask", "have i done", "did we do", "have we done", "what happened before",
        "do you remember", "remember what", "recap", "so far", "summarize", "summarise", "last turn", "what was i doing",
        "remind me",
    ]),
    (Meaning::Plain(Intent::Belongings), &[
        "inventory", "do i have", "do i carry", "am i carrying", "have i got", "have i got with me", "my belongings",
        "my equipment", "my pockets", "my bag", "my gear", "do i own", "have with me",
    ]),
    (Meaning::Plain(Intent::Storyteller), &[
        "who are you", "who're you", "what are you", "your name", "are you a bot", "are you an ai", "are you real",
        "are you human",
    ]),
    (Meaning::Plain(Intent::Protagonist), &[
        "who am i", "what am i", "who i am", "what is my name", "what's my name", "about myself", "about me",
    ]),
    (Meaning::Plain(Intent::Place), &[
        "where am i", "where are we", "where i am", "do i see", "can i see", "around me", "my surroundings",
        "describe the room", "describe the place", "describe the scene", "what is here", "what's here",
        "what is this place", "what place is this",
    ]),
    (Meaning::Plain(Intent::Help), &[
        "help me", "need help", "some help", "hint", "hints", "should i do", "can i do", "what now", "what next", "i'm stuck",
        "i am stuck", "i give up", "how do i win", "how do i play", "what do i do", "where should i go", "where do i go",
    ]),
    (Meaning::Short(Intent::Help), &["help"]),
    (Meaning::Short(Intent::Thanks), &["thanks", "thank you", "thank you very much", "many thanks", "cheers", "much obliged"]),
    (Meaning::Plain(Intent::Joke), &["a joke", "another joke", "make me laugh", "something funny", "know any jokes"]),
    (Meaning::Plain(Intent::Greet), &["my name is", "my name's"]),
    (Meaning::Short(Intent::Greet), &["call me", "nice to meet you", "how are you"]),
    (Meaning::Plain(Intent::Act(Act::Read)), &[
        "is written", "does it say", "do they say", "what it says", "stands written", "was written",
    ]),
    (Meaning::Inquiry, &[
        "tell me", "tell us", "ask about", "ask you", "talk about", "think about", "know about", "know if", "know whether",
        "know why", "know what", "know where", "know who", "know how", "ask if", "ask why", "ask what", "ask where", "ask who",
    ]),
    (Meaning::Claim, &[
        "i am", "i'm", "i play", "let me be", "let me play", "i will be", "i'll be", "make me", "i become", "i want to be",
    ]),
    (Meaning::Cast, &[
        "you are", "you're", "you play", "you be", "be", "play", "speak as", "act as", "answer as",
    ]),
];
