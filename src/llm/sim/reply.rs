//! A storyteller's reply, put together from cards.

use super::super::{ChatRequest, Role};

use super::super::chance::{digest, mix};
use super::super::fault::Fault;
use super::brief::{Brief, clip};
use super::deck::{self, Deck};
use super::flaw;
use super::heard::{Hand, Heard, Intent};
use super::lexicon::Act;

/// Beyond this many words nothing more is added.
const ENOUGH: usize = 78;

/// The storyteller's answer to the last message of `request`, with `faults` in it.
pub(super) fn reply(brief: &Brief, request: &ChatRequest, seed: u64, faults: &[Fault]) -> String {
    let key = mix(seed, brief.key);
    // What comes before the storyteller's first line is the player sitting down.
    let opening = request.messages.iter().position(|message| message.role == Role::Assistant).unwrap_or(0);
    let said = request.messages[opening..].iter().filter(|message| message.role == Role::User);
    let told = request.messages.iter().filter(|message| message.role == Role::Assistant);
    let talk = Talk {
        said: said.map(|message| message.text.as_str()).collect(),
        told: told.map(|message| message.text.as_str()).collect(),
        position: position(key, request),
    };
    Teller::new(brief, request, seed, talk).tell(faults)
}

/// What was said in a game, as far as it can be seen.
pub(super) struct Talk<'a> {
    /// By the player; the last one is to be answered.
    pub(super) said: Vec<&'a str>,
    /// By the storyteller.
    pub(super) told: Vec<&'a str>,
    /// How far the game has come.
    pub(super) position: usize,
}

/// What the player's texts meant, the last one apart.
fn listen<'a>(brief: &Brief, said: &[&'a str]) -> (Vec<Heard<'a>>, Heard<'a>) {
    let mut past: Vec<Heard<'_>> = Vec::new();
    for message in said {
        let last = past.iter().rev().find_map(|heard| heard.latest().map(str::to_owned));
        past.push(Heard::new(brief, message, last.as_deref()));
    }
    let heard = past.pop().unwrap_or_else(|| Heard::new(brief, "", None));
    (past, heard)
}

/// Where in the decks this reply is: behind the newest reply whose gesture is known. A game that shows none begins.
fn position(key: u64, request: &ChatRequest) -> usize {
    let replies = || request.messages.iter().filter(|message| message.role == Role::Assistant);
    let known =
        |gesture: &str| [&deck::GESTURE, &deck::OTHER_GESTURE].iter().find_map(|deck| deck.position(key, gesture));
    let shown = |text: &str| text.split('*').skip(1).step_by(2).filter_map(known).last();
    let latest = replies().rev().enumerate().find_map(|(since, message)| shown(&message.text).map(|at| at + since + 1));
    latest.unwrap_or_else(|| replies().count())
}

/// The storyteller, about to speak.
pub(super) struct Teller<'a> {
    pub(super) brief: &'a Brief,
    pub(super) request: &'a ChatRequest,
    pub(super) key: u64,
    /// What the player's message draws.
    coins: u64,
    /// Where in the decks this reply is.
    pub(super) position: usize,
    pub(super) attempt: usize,
    pub(super) past: Vec<Heard<'a>>,
    pub(super) heard: Heard<'a>,
    /// The storyteller's visible messages.
    told: Vec<&'a str>,
    /// How many items of scenery this reply has shown.
    shown: usize,
}

impl<'a> Teller<'a> {
    pub(super) fn new(brief: &'a Brief, request: &'a ChatRequest, seed: u64, talk: Talk<'a>) -> Self {
        let key = mix(seed, brief.key);
        let Talk { said, told, position } = talk;
        let (past, heard) = listen(brief, &said);
        let attempt = usize::try_from(request.seed.unwrap_or(0) % 1_000_003).unwrap_or(0);
        // What is said now and what was said last: the same words at another time fall otherwise.
        let coins = digest(digest(key, heard.message()), told.last().copied().unwrap_or_default());
        Self { brief, request, key, coins, position, attempt, past, heard, told, shown: 0 }
    }
}

impl Teller<'_> {
    fn tell(mut self, faults: &[Fault]) -> String {
        let (mut sentences, leading) = self.sentences();
        let gestures = if self.turned(6) { &deck::OTHER_GESTURE } else { &deck::GESTURE };
        let gesture = format!("*{}*", gestures.card(self.key, self.position));
        let last = sentences.len().saturating_sub(1);
        let at = [0, leading, last][(self.below(7, 3) + self.attempt) % 3];
        sentences.insert(at.min(sentences.len()), gesture);
        flaw::put_in(&mut self, &mut sentences, faults);
        sentences.push(self.brief.turn_sentence.clone());
        sentences.join(" ")
    }

    /// The reply without gesture and turn sentence, and how many sentences of it are the answer itself.
    pub(super) fn sentences(&mut self) -> (Vec<String>, usize) {
        let mut sentences = self.answer();
        let leading = sentences.len();
        let words =
            |sentences: &[String]| sentences.iter().map(|sentence| sentence.split_whitespace().count()).sum::<usize>();
        let plan = self.plan();
        let finds = plan.iter().any(|deck| std::ptr::eq(*deck, &deck::FIND));
        for deck in plan {
            let sentence = self.fill(deck.card(self.key, self.position));
            if words(&sentences) + sentence.split_whitespace().count() <= ENOUGH {
                sentences.push(sentence);
            }
        }
        let hook = if self.wants_choice() && !finds { &deck::CHOICE } else { &deck::HOOK };
        let hook = self.fill(hook.card(self.key, self.position));
        if words(&sentences) + hook.split_whitespace().count() <= ENOUGH + 12 {
            sentences.push(hook);
        }
        (sentences, leading)
    }

    /// What the player's message asks for, in one to three sentences.
    fn answer(&mut self) -> Vec<String> {
        let mut sentences = self.first();
        if let (Some(next), Some(deck)) = (&self.heard.next, self.further()) {
            // One deed may bring in a topic; two have enough to tell.
            sentences.truncate(1);
            sentences.push(fill(deck.card(self.key, self.position), |slot| match slot {
                "deed" => next.doing(),
                _ => next.object.thing.clone().unwrap_or_default(),
            }));
        }
        sentences
    }

    fn first(&mut self) -> Vec<String> {
        let deck: &'static Deck = match self.heard.intent {
            Intent::Act(act) => return self.act(act),
            Intent::Topics => return self.topics(),
            Intent::Protagonist => return vec![self.about("you", &first_sentence(&self.brief.about_protagonist))],
            Intent::Storyteller => return vec![self.about("me", &first_sentence(&self.brief.about_storyteller))],
            Intent::Place => return vec![self.about("this place", &format!("You are {}.", self.where_now()))],
            Intent::Help => return vec![self.about("the quest", &format!("You are to {}.", self.brief.quest))],
            Intent::Ask if self.heard.thing.is_none() => &deck::MUSE,
            Intent::Ask => &deck::PUZZLE,
            Intent::Thanks => &deck::THANKS,
            Intent::Joke => &deck::JOKE,
            Intent::SwitchRoles => &deck::REFUSE,
            Intent::Recall => &deck::RECALL,
            Intent::Belongings => &deck::BELONGINGS,
            Intent::Greet => &deck::GREET,
            Intent::Foreign => &deck::FOREIGN,
            Intent::Nonsense => &deck::NONSENSE,
            Intent::Say => &deck::ECHO,
        };
        vec![self.fill(deck.card(self.key, self.position))]
    }

    fn act(&mut self, act: Act) -> Vec<String> {
        let deck = match act {
            Act::Look if self.turned(1) => &deck::INSPECT,
            Act::Look => &deck::LOOK,
            Act::Listen => &deck::SOUND,
            Act::Go if self.turned(1) => &deck::ARRIVE,
            Act::Go => &deck::GO,
            Act::Read => return vec![self.writing()],
            Act::Mild => &deck::MILD,
            Act::Handle if self.turned(2) => &deck::SNAG,
            Act::Take => &deck::TAKE,
            Act::Handle => &deck::HANDLE,
            Act::Strike => &deck::STRIKE,
            Act::Speak => &deck::SPEAK,
            Act::Wait => &deck::WAIT,
        };
        let mut sentences = vec![self.fill(deck.card(self.key, self.position))];
        sentences.extend(self.topics().into_iter().take(1));
        sentences
    }

    /// The deck that tells the player's further deed: never the one that told the first.
    fn further(&self) -> Option<&'static Deck> {
        let same = |act| self.heard.intent == Intent::Act(act);
        Some(match self.heard.next.as_ref()?.verb.act {
            Act::Look | Act::Read if self.turned(1) => &deck::LOOK,
            Act::Look | Act::Read => &deck::INSPECT,
            Act::Go if self.turned(1) => &deck::GO,
            Act::Go => &deck::ARRIVE,
            Act::Handle if self.turned(2) => &deck::HANDLE,
            Act::Handle => &deck::SNAG,
            Act::Take if !same(Act::Take) => &deck::TAKE,
            Act::Mild if !same(Act::Mild) => &deck::MILD,
            Act::Strike if !same(Act::Strike) => &deck::STRIKE,
            Act::Take | Act::Mild | Act::Strike => &deck::HANDLE,
            Act::Wait if !same(Act::Wait) => &deck::WAIT,
            // What is heard, the world adds of its own accord.
            Act::Wait | Act::Listen | Act::Speak => return None,
        })
    }

    fn topics(&mut self) -> Vec<String> {
        let brief = self.brief;
        let topics = self.heard.topics.clone();
        let mut decks = [&deck::TELL, &deck::EXPLAIN];
        if self.turned(0) {
            decks.reverse();
        }
        let tell = |(topic, deck): (usize, &&'static Deck)| {
            let topic = &brief.topics[topic];
            let fact = self.fresh(&topic.facts, self.position + self.attempt);
            fill(
                deck.card(self.key, self.position),
                |slot| if slot == "topic" { topic.name.clone() } else { fact.to_owned() },
            )
        };
        topics.into_iter().zip(&decks).map(tell).collect()
    }

    /// What stands on the thing that is read: something true.
    fn writing(&self) -> String {
        let brief = self.brief;
        let whole = |fact: &&String| !["It ", "This ", "They "].iter().any(|word| fact.starts_with(word));
        let meant = self.heard.topics.iter().map(|topic| &brief.topics[*topic]);
        let mut facts: Vec<String> = meant.flat_map(|topic| &topic.facts).filter(whole).cloned().collect();
        if facts.is_empty() {
            facts.extend(brief.topics.iter().flat_map(|topic| &topic.facts).filter(whole).cloned());
        }
        if facts.is_empty() {
            facts.push("nothing that you did not know.".to_owned());
        }
        let thing = self.heard.thing.as_deref().unwrap_or("the writing");
        let start = self.below(10, facts.len()) + self.attempt;
        let fact = self.fresh(&facts, start);
        fill(deck::READ.card(self.key, self.position), |slot| if slot == "thing" { thing } else { fact }.to_owned())
    }

    fn about(&self, topic: &str, fact: &str) -> String {
        let deck = if self.turned(0) { &deck::EXPLAIN } else { &deck::TELL };
        fill(deck.card(self.key, self.position), |slot| if slot == "topic" { topic } else { fact }.to_owned())
    }

    /// The decks from which the world adds a sentence or two, those that suit the deed first, and what was left behind.
    fn plan(&self) -> Vec<&'static Deck> {
        let mut decks: Vec<&'static Deck> = match self.heard.intent {
            Intent::Place => vec![&deck::FIND, &deck::SOUND],
            Intent::Help => vec![&deck::CLUE, &deck::SOUND],
            Intent::Act(Act::Look | Act::Listen) => vec![&deck::CLUE, &deck::FIND],
            Intent::Act(Act::Go | Act::Strike) | Intent::Greet => vec![&deck::SOUND, &deck::FIND],
            _ => vec![&deck::SOUND, &deck::CLUE],
        };
        if self.turned(3) {
            decks.reverse();
        }
        if self.below(8, 3) > 0 {
            decks.truncate(1);
        }
        if self.earlier().is_some() && self.turned(5) {
            decks.insert(self.below(9, decks.len() + 1), &deck::CALLBACK);
        }
        decks
    }

    fn wants_choice(&self) -> bool {
        self.heard.intent == Intent::Help || self.turned(4)
    }

    /// A coin; an answer that is tried again shows its other side.
    fn turned(&self, coin: u64) -> bool {
        (self.below(coin, 2) + self.attempt) % 2 == 1
    }

    /// A die that shows less than `limit`.
    pub(super) fn below(&self, die: u64, limit: usize) -> usize {
        usize::try_from((mix(self.coins, die) >> 16) % limit as u64).unwrap_or(0)
    }

    pub(super) fn fill(&mut self, card: &str) -> String {
        let brief = self.brief;
        fill(card, |slot| match slot {
            "thing" => self.thing().unwrap_or_else(|| self.scenery(&brief.places)),
            "quest" => brief.quest.clone(),
            "name" => match &self.heard.name {
                Some(name) if *name != brief.protagonist => format!("{}, or {name} if you like", brief.protagonist),
                _ => brief.protagonist.clone(),
            },
            "deed" => self.heard.doing(),
            "quote" => self.heard.quote(brief),
            "deeds" => self.deeds(),
            "belongings" => self.belongings(),
            "earlier" => self.earlier().unwrap_or_else(|| "where you began".to_owned()),
            "place" => self.scenery(&brief.places),
            "find" => self.scenery(&brief.things),
            "sound" => self.scenery(&brief.sounds),
            "clue" => self.scenery(&brief.clues),
            _ => String::new(),
        })
    }

    fn scenery(&mut self, items: &[String]) -> String {
        self.shown += 1;
        let start = usize::try_from(digest(self.key, &items[0]) % items.len() as u64).unwrap_or(0);
        self.fresh(items, start + self.position * 3 + self.shown + self.attempt * 5).to_owned()
    }

    /// One of `items`: the first from `start` on that no visible message tells.
    fn fresh<'i>(&self, items: &'i [String], start: usize) -> &'i str {
        let turn = |step: usize| items[(start + step) % items.len()].as_str();
        let untold = |item: &&str| !self.told.iter().any(|text| text.contains(item));
        (0..items.len()).map(turn).find(untold).unwrap_or_else(|| turn(0))
    }

    /// What the player deals with; nothing when they only want to get away.
    fn thing(&self) -> Option<String> {
        let unnamed = match self.heard.intent {
            Intent::Act(Act::Go) => None,
            Intent::Act(Act::Speak) => Some("whoever may be listening"),
            Intent::Act(Act::Look) => Some(self.location().unwrap_or("the place around you")),
            Intent::Act(_) => Some("what is in front of you"),
            _ => Some("that"),
        };
        self.heard.thing.clone().or_else(|| unnamed.map(str::to_owned))
    }

    /// Where the player went last, as far as can be seen.
    fn location(&self) -> Option<&str> {
        self.past.iter().rev().find(|heard| heard.goes()).and_then(Heard::went)
    }

    fn where_now(&self) -> String {
        match self.location() {
            Some(location) => format!("now at {location}, {}", self.brief.setting),
            None => self.brief.setting.clone(),
        }
    }

    /// Something else that the player dealt with before.
    fn earlier(&self) -> Option<String> {
        let noun = |thing: &str| thing.rsplit(' ').next().unwrap_or_default().to_owned();
        let now = self.heard.thing.as_deref().map(noun);
        let mut things: Vec<&String> = self.past.iter().flat_map(Heard::dealt).collect();
        things.retain(|thing| Some(noun(thing)) != now);
        things.dedup();
        let index = (self.position + self.attempt) % things.len().max(1);
        things.get(index).map(|thing| (*thing).clone())
    }

    fn deeds(&self) -> String {
        let told = self.past.iter().filter(|heard| heard.intent != Intent::Recall).map(|heard| heard.deed(self.brief));
        let mut deeds: Vec<String> = told.collect();
        deeds.dedup();
        let recent: Vec<String> =
            deeds.iter().skip(deeds.len().saturating_sub(3)).map(|deed| format!("you {deed}")).collect();
        match (recent.is_empty(), self.past.is_empty()) {
            (false, _) => recent.join(", then "),
            (true, true) => "you sat down at my table, and that was all".to_owned(),
            (true, false) => "you kept asking for your own story".to_owned(),
        }
    }

    fn belongings(&self) -> String {
        let word = |thing: &str| thing.rsplit(' ').next().unwrap_or_default().to_lowercase();
        let is = |item: &str, noun: &str| {
            item.split(|c: char| !c.is_alphanumeric() && c != '-').any(|part| part.to_lowercase() == noun)
        };
        let mut items: Vec<&str> = self.brief.belongings.iter().take(6).map(String::as_str).collect();
        for (hand, thing) in self.past.iter().flat_map(Heard::handed) {
            let noun = word(thing);
            if hand == Hand::Parts {
                items.retain(|item| !is(item, &noun));
            } else if !items.iter().any(|item| is(item, &noun)) {
                items.push(thing);
            }
        }
        match items.split_last() {
            Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
            Some((only, _)) => (*only).to_owned(),
            None => "nothing but your wits".to_owned(),
        }
    }
}

/// Puts `value` of each `{slot}` in its place.
pub(super) fn fill(card: &str, mut value: impl FnMut(&str) -> String) -> String {
    let mut parts = card.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (slot, rest) = part.split_once('}').unwrap_or((part, ""));
        text.push_str(&value(slot));
        text.push_str(rest);
    }
    text
}

fn first_sentence(text: &str) -> String {
    let end =
        text.match_indices(['.', '!', '?']).map(|(at, mark)| at + mark.len()).find(|end| text[*end..].starts_with(' '));
    clip(end.map_or(text, |end| &text[..end]), 32)
}
