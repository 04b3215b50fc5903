//! What a player's message means, as far as the simulator can tell.

use super::brief::Brief;
use super::lexicon::{Act, Verb};
use super::listener::{Listener, deed};
use super::words;

/// A message, understood.
#[derive(Debug)]
pub(super) struct Heard<'a> {
    message: &'a str,
    pub(super) intent: Intent,
    /// The topics that it mentions, at most two, by their place in the brief.
    pub(super) topics: Vec<usize>,
    /// What it acts upon or asks about: "the maintenance hatch".
    pub(super) thing: Option<String>,
    verb: Option<&'static Verb>,
    /// What stands between the verb and the thing: "at".
    link: String,
}

/// What a player wants; where one message shows several, the first of them counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Intent {
    /// To change the roles or the rules.
    SwitchRoles,
    /// To hear what happened so far.
    Recall,
    Belongings,
    Storyteller,
    Protagonist,
    Place,
    Help,
    Greet,
    Act(Act),
    /// An answer about the topics.
    Topics,
    /// An answer about something else.
    Ask,
    Foreign,
    Nonsense,
    /// Anything else that was said.
    Say,
}

impl<'a> Heard<'a> {
    /// Understands `message` within the game of `brief`; `last` is what was dealt with before, for "it" and "them".
    pub(super) fn new(brief: &Brief, message: &'a str, last: Option<&str>) -> Self {
        let words = words::split(message);
        let flat = words::flat(&words);
        let topics = brief.mentioned(&flat);
        let found = deed(&words, &brief.protagonist);
        let verb = found.map(|(_, verb)| verb);
        let intent = Listener::new(brief, message, &words, &flat).intent(!topics.is_empty(), verb);
        let object = match (intent, found) {
            (Intent::Act(_), Some((at, verb))) => words::object(&words, at + 1, verb.act, last),
            (Intent::Ask, _) => words::Object { thing: words::subject(&words, last), ..words::Object::default() },
            _ => words::Object::default(),
        };
        let intent = match intent {
            // "I look around."
            Intent::Act(Act::Look) if object.thing.is_none() && topics.is_empty() => Intent::Place,
            // "Computer, lights!" and "I take it" when nothing was there to take.
            Intent::Act(Act::Take | Act::Handle) if object.thing.is_none() && topics.is_empty() => Intent::Say,
            Intent::Act(Act::Take | Act::Handle) if object.thing.is_none() => Intent::Topics,
            _ => intent,
        };
        Self { message, intent, topics, thing: object.thing, verb, link: object.link }
    }

    pub(super) fn message(&self) -> &'a str {
        self.message
    }

    /// The first words of the message, fit to be repeated.
    pub(super) fn quote(&self, brief: &Brief) -> String {
        words::quote(self.message, &brief.turn_sentence)
    }

    /// What the player did, told afterwards: "opened the maintenance hatch".
    pub(super) fn deed(&self, brief: &Brief) -> String {
        match (self.intent, self.verb) {
            (Intent::Act(_), Some(verb)) => {
                let parts = [verb.past, &self.link, self.thing.as_deref().unwrap_or_default()];
                parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
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
            (Intent::Place, _) => "took in your surroundings".to_owned(),
            (Intent::Help, _) => "asked for advice".to_owned(),
            (Intent::Greet, _) => "greeted me".to_owned(),
            (Intent::Nonsense, _) => "made a curious sound".to_owned(),
            (Intent::Recall, _) => "asked for your own story".to_owned(),
            (Intent::Act(_) | Intent::Say | Intent::Foreign, _) => format!("said “{}”", self.quote(brief)),
        }
    }
}
