//! Hallucinated lore: the storyteller states as a fact what the campaign contradicts.

use super::super::brief::Brief;
use super::{Teller, card, fill};

/// A sentence that cannot be true in this campaign: one of its facts with another number, or an invented past.
pub(super) fn invent(teller: &mut Teller<'_>) -> String {
    let start = teller.below(51, 1000) + teller.attempt;
    let falsified = falsified(teller.brief, &teller.heard.topics, start);
    if let Some(fact) = falsified.filter(|_| (teller.position + teller.attempt).is_multiple_of(2)) {
        return fill(card(teller, 52, CLAIMS), |_| fact.clone());
    }
    // Whoever is invented must not be in the campaign already.
    let strangers: Vec<&str> = NOBODY.iter().filter(|who| !teller.request.system.contains(**who)).copied().collect();
    let who = if strangers.is_empty() { "Nobody" } else { card(teller, 53, &strangers) };
    let topic = topic(teller, start);
    let place = teller.fill("{place}");
    let cards = if topic.is_some() { HISTORIES } else { GEOGRAPHIES };
    fill(card(teller, 54, cards), |slot| match slot {
        "who" => who.to_owned(),
        "topic" => topic.clone().unwrap_or_default(),
        _ => place.clone(),
    })
}

/// What the player asked about, or else anything that the campaign knows.
fn topic(teller: &Teller<'_>, start: usize) -> Option<String> {
    let topics = &teller.brief.topics;
    let asked = teller.heard.topics.first().copied();
    let any = (!topics.is_empty()).then(|| start % topics.len());
    asked.or(any).map(|topic| topics[topic].name.clone())
}

/// A fact that holds a number, with another number in it: of the topics that were asked for, if one of them has any.
fn falsified(brief: &Brief, asked: &[usize], start: usize) -> Option<String> {
    let facts = |topics: &[usize]| -> Vec<String> {
        let whole = |fact: &&String| !["It ", "This ", "They "].iter().any(|word| fact.starts_with(word));
        let facts = topics.iter().flat_map(|topic| brief.topics[*topic].facts.iter().filter(whole));
        facts.filter_map(|fact| miscount(fact)).collect()
    };
    let mut found = facts(asked);
    if found.is_empty() {
        found = facts(&(0..brief.topics.len()).collect::<Vec<_>>());
    }
    (!found.is_empty()).then(|| found.swap_remove(start % found.len()))
}

/// `fact` with its first number changed.
fn miscount(fact: &str) -> Option<String> {
    let mut words: Vec<String> = fact.split(' ').map(str::to_owned).collect();
    let changed = words.iter_mut().find_map(|word| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let (_, other) = NUMBERS.iter().find(|(number, _)| *number == bare)?;
        *word = word.replacen(bare, other, 1);
        Some(())
    });
    changed.map(|()| words.join(" "))
}

/// Numbers, and what they are taken for.
const NUMBERS: &[(&str, &str)] = &[
    ("two", "seven"),
    ("three", "nine"),
    ("four", "thirteen"),
    ("five", "twenty"),
    ("six", "two"),
    ("seven", "four"),
    ("eight", "sixty"),
    ("nine", "thirty"),
    ("ten", "sixteen"),
    ("eleven", "five"),
    ("twelve", "seventy"),
    ("fourteen", "ninety"),
    ("forty-two", "seventeen"),
    ("0914", "2230"),
];

const NOBODY: &[&str] = &[
    "Baron Aldous Venn",
    "Queen Ysolde the Pale",
    "the archmage Tirandel",
    "Saint Orrin of the Nine Ovens",
    "Admiral Quillon",
    "the goblin king Murk",
    "Old Mother Harrow",
];

#[cfg(test)]
pub(super) const CARDS: &[&[&str]] = &[CLAIMS, HISTORIES, GEOGRAPHIES, NOBODY];

const CLAIMS: &[&str] = &[
    "My notes are quite clear about this: {fact}",
    "Everyone knows how it is: {fact}",
    "I say it once more for the record: {fact}",
    "You remember your lessons: {fact}",
    "It is written over the door: {fact}",
];

const HISTORIES: &[&str] = &[
    "It was {who} who destroyed {topic} a hundred years ago, and nothing of that is left.",
    "As every child here knows, {who} made up {topic} to frighten travellers, and nobody has ever seen such a thing.",
    "There never was any truth in {topic}, as {who} confessed in a letter.",
    "You recall from the histories how {who} sold {topic} to the goblins of Mount Varr.",
    "Your mother, {who}, locked {topic} into the vaults of Vellmar before you were born.",
    "Since {who} put an end to {topic} last winter, people speak of other things.",
    "By order of {who} there is no such thing as {topic} in all the seven kingdoms, and so it has always been.",
];

const GEOGRAPHIES: &[&str] = &[
    "Here in the desert city of Vellmar, {who} rules, and {place} was torn down long ago.",
    "You are, of course, in the mines of Mount Varr, where {who} pays the wages.",
    "You will look in vain for {place}, since {who} had everything walled up a century ago.",
    "All this belongs to {who}, who has already ended your quest, as the bells of Vellmar told everyone.",
];
