//! What a player's message means, as far as the simulator can tell.

use super::brief::Brief;
use super::deed::Deed;
use super::lexicon::{self, Act, Verb};
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
    /// All of it, one by one.
    pub(super) things: Vec<String>,
    verb: Option<&'static Verb>,
    /// What stands between the verb and the thing: "at".
    link: String,
    /// What else the player does.
    pub(super) next: Option<Deed>,
    /// What the player says their name is.
    pub(super) name: Option<String>,
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
    Thanks,
    Joke,
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
        let mut verb = found.map(|(_, verb)| verb);
        let mut intent = Listener::new(brief, message, &words, &flat).intent(!topics.is_empty(), verb);
        let mut object = match (intent, found) {
            (Intent::Act(_), Some((at, verb))) => words::object(&words, at + 1, verb.act, last),
            (Intent::Ask | Intent::Topics | Intent::Act(Act::Read), _) => {
                words::Object { thing: words::subject(&words, last), ..words::Object::default() }
            }
            _ => words::Object::default(),
        };
        // What is said may be about anything.
        let acts = matches!(intent, Intent::Act(act) if act != Act::Speak);
        let mut next = found.filter(|_| acts).and_then(|(at, _)| {
            let it = object.more.last().or(object.thing.as_ref()).map(String::as_str);
            Deed::after(brief, &words, at, it.or(last))
        });
        // "I get up and open the hatch."
        if object.thing.is_none()
            && matches!(intent, Intent::Act(Act::Take | Act::Handle | Act::Go | Act::Mild))
            && let Some(deed) = next.take()
        {
            (intent, verb, object) = (Intent::Act(deed.verb.act), Some(deed.verb), deed.object);
        }
        let intent = refined(intent, verb, &mut object, &flat, &topics);
        if intent == Intent::Act(Act::Go)
            && let Some(place) = object.thing.as_deref().and_then(|thing| brief.place(thing))
        {
            object.thing = Some(place);
        }
        let mut things: Vec<String> = object.thing.iter().cloned().chain(object.more).collect();
        if !matches!(intent, Intent::Act(Act::Take | Act::Handle | Act::Mild)) {
            things.truncate(1);
        }
        let thing = match things.split_last() {
            Some((last, rest)) if !rest.is_empty() => Some(format!("{} and {last}", rest.join(", "))),
            _ => object.thing,
        };
        let name = (intent == Intent::Greet).then(|| words::own_name(&words)).flatten();
        Self { message, intent, topics, thing, things, verb, link: object.link, next, name }
    }

    /// What the player took, and what they got rid of, in order.
    pub(super) fn handed(&self) -> impl Iterator<Item = (Hand, &String)> {
        let act = if let Intent::Act(act) = self.intent { Some(act) } else { None };
        let first =
            act.and_then(|act| Hand::of(act, self.verb)).map(|hand| self.things.iter().map(move |it| (hand, it)));
        let next = self.next.as_ref().and_then(|deed| Some((Hand::of(deed.verb.act, Some(deed.verb))?, deed)));
        let next = next.map(|(hand, deed)| deed.things().map(move |it| (hand, it)));
        first.into_iter().flatten().chain(next.into_iter().flatten())
    }

    /// What was dealt with last: "it", from now on.
    pub(super) fn latest(&self) -> Option<&str> {
        let next = self.next.as_ref().and_then(|deed| deed.object.thing.as_deref());
        next.or(self.thing.as_deref())
    }

    /// What the player dealt with, other than by going there.
    pub(super) fn dealt(&self) -> impl Iterator<Item = &String> {
        let first = matches!(self.intent, Intent::Act(act) if act != Act::Go);
        let next = self.next.as_ref().filter(|deed| deed.verb.act != Act::Go);
        let next = next.and_then(|deed| deed.object.thing.as_ref());
        self.thing.as_ref().filter(|_| first).into_iter().chain(next)
    }

    /// Whether the player goes anywhere.
    pub(super) fn goes(&self) -> bool {
        self.intent == Intent::Act(Act::Go) || self.next.as_ref().is_some_and(|deed| deed.verb.act == Act::Go)
    }

    /// Where the player went, as far as they said.
    pub(super) fn went(&self) -> Option<&str> {
        let next = self.next.as_ref().filter(|deed| deed.verb.act == Act::Go);
        let first = (self.intent == Intent::Act(Act::Go)).then_some(self.thing.as_deref()).flatten();
        next.and_then(|deed| deed.object.thing.as_deref()).or(first)
    }

    /// The verb with which the player went somewhere, what stands behind it, and where: "climb", "up", "the ladder".
    pub(super) fn way(&self) -> Option<(&str, &str, &str)> {
        let next = self.next.as_ref().filter(|deed| deed.verb.act == Act::Go);
        let further = next.and_then(|deed| Some((deed.verb.base, &*deed.object.link, deed.object.thing.as_deref()?)));
        let first = || Some((self.verb?.base, &*self.link, self.thing.as_deref()?));
        further.or_else(|| first().filter(|_| self.intent == Intent::Act(Act::Go)))
    }

    /// What the player does, in the present: "play the violin".
    pub(super) fn doing(&self) -> String {
        let base = self.verb.map_or("see to", |verb| verb.base);
        let alone = ["sit", "stand", "lie", "kneel", "dance", "play", "eat", "drink", "cook", "write", "draw", "paint"];
        let thing = self.thing.as_deref().unwrap_or(if alone.contains(&base) { "" } else { "what you can" });
        let parts = [base, &self.link, thing];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
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
        match &self.next {
            Some(next) => format!("{} and {}", self.first(brief), next.told()),
            None => self.first(brief),
        }
    }

    fn first(&self, brief: &Brief) -> String {
        match (self.intent, self.verb) {
            (Intent::Act(_), Some(verb)) => {
                let parts = [verb.past, &self.link, self.thing.as_deref().unwrap_or_default()];
                parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
            }
            (Intent::Topics, _) => {
                let names: Vec<&str> = self.topics.iter().map(|topic| brief.topics[*topic].name.as_str()).collect();
                format!("asked about {}", names.join(" and "))
            }
            (Intent::Ask, _) => match &self.thing {
                Some(thing) => format!("asked about {thing}"),
                None => format!("asked me “{}”", self.quote(brief)),
            },
            (Intent::Thanks, _) => "thanked me".to_owned(),
            (Intent::Joke, _) => "asked for a joke".to_owned(),
            (Intent::Act(Act::Read), None) => {
                format!("read {}", self.thing.as_deref().unwrap_or("what was written there"))
            }
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

/// The intent in the light of what it is about.
fn refined(intent: Intent, verb: Option<&Verb>, object: &mut words::Object, flat: &str, topics: &[usize]) -> Intent {
    let thing = object.thing.as_deref();
    let intent = match (intent, verb) {
        // "What does the padd say?"
        (Intent::Ask | Intent::Topics, _) if inquires_writing(flat, thing) => Intent::Act(Act::Read),
        (Intent::Topics, _) => {
            object.thing = None;
            Intent::Topics
        }
        // "I row the boat" goes nowhere yet.
        (Intent::Act(Act::Go), Some(verb))
            if lexicon::VEHICULAR.contains(&verb.base) && object.link.is_empty() && thing.is_some() =>
        {
            Intent::Act(Act::Mild)
        }
        // "I look at the last page."
        (Intent::Act(Act::Look), _) if thing.is_some_and(is_page) => Intent::Act(Act::Read),
        // "And the last page?"
        (Intent::Say | Intent::Ask, _)
            if [" last page ", " first page ", " next page "].iter().any(|page| flat.contains(page)) =>
        {
            object.thing.get_or_insert_with(|| "the open page".to_owned());
            Intent::Act(Act::Read)
        }
        (intent, _) => intent,
    };
    match intent {
        // "I look around."
        Intent::Act(Act::Look) if object.thing.is_none() && topics.is_empty() => Intent::Place,
        // "Computer, lights!" and "I take it" when nothing was there to take.
        Intent::Act(Act::Take | Act::Handle) if object.thing.is_none() && topics.is_empty() => Intent::Say,
        Intent::Act(Act::Take | Act::Handle) if object.thing.is_none() => Intent::Topics,
        _ => intent,
    }
}

/// What becomes of a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hand {
    Takes,
    Parts,
}

impl Hand {
    fn of(act: Act, verb: Option<&Verb>) -> Option<Self> {
        if verb.is_some_and(|verb| lexicon::PARTINGS.contains(&verb.base)) {
            return Some(Self::Parts);
        }
        (act == Act::Take).then_some(Self::Takes)
    }
}

/// Whether a question wants to know what is written on `thing`.
fn inquires_writing(flat: &str, thing: Option<&str>) -> bool {
    let asks =
        [" say ", " says ", " written ", " contain ", " contains ", " read "].iter().any(|word| flat.contains(word));
    asks && thing.is_some_and(is_readable)
}

fn is_readable(thing: &str) -> bool {
    thing.split(' ').any(|word| lexicon::READABLE.contains(&word.to_lowercase().as_str()))
}

fn is_page(thing: &str) -> bool {
    thing.ends_with(" page") || thing.ends_with(" pages")
}
