//! The texts with which a game opens.

use super::super::chance::{digest, mix};
use super::brief::{Brief, clip};

/// The most words that an opening text may have.
const LIMIT: usize = 50;

/// The text that `message` asks for, if it asks for one: its first line names the subject.
pub(super) fn setup(brief: &Brief, message: &str, seed: u64) -> Option<String> {
    let subject = message.lines().next()?.strip_prefix("Subject: ")?.trim();
    let drawn = digest(mix(seed, brief.key), subject);
    let pick = |cards: &[&'static str]| cards[usize::try_from(drawn % cards.len() as u64).unwrap_or(0)];
    let (base, more) = match subject {
        "protagonist" if !brief.protagonist.is_empty() => (brief.about_protagonist.clone(), pick(PROTAGONIST)),
        "storyteller" if !brief.storyteller.is_empty() => (brief.about_storyteller.clone(), pick(STORYTELLER)),
        "quest" if !brief.protagonist.is_empty() => {
            (format!("Your quest, {}: {}. You are {}.", brief.protagonist, brief.quest, brief.setting), pick(QUEST))
        }
        _ => return None,
    };
    let item = |items: &[String]| items[usize::try_from((drawn >> 8) % items.len() as u64).unwrap_or(0)].clone();
    let more = more
        .replace("{belonging}", &item(&brief.belongings))
        .replace("{place}", &item(&brief.places))
        .replace("{sound}", &item(&brief.sounds))
        .replace("{thing}", &item(&brief.things));
    let whole = format!("{base} {more}");
    Some(if whole.split_whitespace().count() <= LIMIT { whole } else { clip(&base, LIMIT) })
}

const PROTAGONIST: &[&str] = &[
    "Strong where patience helps and weak where tact does, with {belonging} always within reach.",
    "Best asked about facts, worst asked about feelings, and seldom seen without {belonging}.",
    "A locked door is an invitation here, an idle hour is a burden, and {belonging} is never far.",
    "First to notice what is out of place, last to notice when to stop, and fond of {belonging}.",
    "Trusts evidence more than luck, and {belonging} more than either.",
];

const STORYTELLER: &[&str] = &[
    "Plays fair, never hurries, and lets you hear {sound} before anything bad happens.",
    "Rewards a sharp question with a true answer, and a rash deed with its consequences.",
    "Knows what waits in {place}, says so to nobody, and keeps the dice in plain view.",
    "Speaks softly, forgets nothing, and has a weakness for players who look twice at {thing}.",
    "Describes little, but exactly, and means every word about {place}.",
];

const QUEST: &[&str] = &[
    "Begin where it is quietest.",
    "Trust what you can touch.",
    "Something here remembers what happened.",
    "You are not as alone as it seems.",
    "Time is short, and it is being counted.",
];
