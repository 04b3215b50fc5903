//! What a deed asks of the dice, and what it changes in the world.

use serde_json::{Value, json};

use super::super::super::chance::mix;
use super::super::heard::{Hand, Heard, Intent};
use super::super::lexicon::Act;
use super::super::words;
use super::cards::pick;
use super::improvised::ARRIVALS;
use super::{capital, in_sentence, lower};

/// The rolls that a deed asks for: none, or one.
pub(super) fn rolls(heard: &Heard<'_>, said: &str, drawn: u64) -> Vec<Value> {
    let flat = words::flat(&words::split(said));
    let has = |words: &[&str]| words.iter().any(|word| flat.contains(word));
    // Out of so many deeds of a kind, one is uncertain.
    let one_in = |number: u64| mix(drawn, number).is_multiple_of(number);
    let Intent::Act(act) = heard.intent else { return Vec::new() };
    let roll = match act {
        Act::Strike => Some(("security", 13)),
        Act::Go if has(&[" sneak ", " hide ", " creep ", " quietly ", " silently "]) => Some(("stealth", 13)),
        Act::Go if has(&[" jump ", " climb ", " swim ", " crawl ", " leap "]) => Some(("athletics", 10)),
        Act::Handle | Act::Mild if has(&[" repair ", " fix ", " hack ", " reroute ", " connect ", " mend "]) => {
            Some(("engineering", 13))
        }
        Act::Handle if has(&[" force ", " lift ", " break ", " pry "]) => Some(("athletics", 13)),
        Act::Handle if one_in(4) => Some(("engineering", 10)),
        Act::Look if one_in(3) => Some(("investigation", 10)),
        Act::Listen if one_in(3) => Some(("insight", 10)),
        Act::Speak if has(&[" persuade ", " convince ", " order ", " command ", " beg "]) || one_in(5) => {
            Some(("command", 10))
        }
        _ => None,
    };
    roll.map(|(skill, dc)| json!({"roll": "d20", "skill": skill, "dc": dc, "modifier": null})).into_iter().collect()
}

/// What changes, as pairs. What the dice have yet to decide changes nothing.
pub(super) fn changes(heard: &Heard<'_>, view: &Value, (open, drawn): (bool, u64)) -> Vec<Value> {
    if open {
        return Vec::new();
    }
    let mut changes = Vec::new();
    if let Some(place) = destination(heard) {
        changes.extend(moved(&place, drawn));
    }
    let carried: Vec<&str> = view["inventory"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let known = |noun: &str| carried.iter().find(|item| item.to_lowercase().contains(noun)).copied();
    let (mut taken, mut given) = (Vec::new(), Vec::new());
    for (hand, thing) in heard.handed() {
        let thing = bare(thing);
        match (hand, known(&thing.to_lowercase())) {
            (Hand::Takes, None) if is_plain(&thing) && carried.len() + taken.len() < 20 => taken.push(thing),
            (Hand::Parts, Some(item)) => given.push(item.to_owned()),
            _ => {}
        }
    }
    let lists = [("player.inventory.add", taken), ("player.inventory.remove", given)];
    changes
        .extend(lists.into_iter().filter(|(_, items)| !items.is_empty()).map(|(key, items)| pair(key, json!(items))));
    changes
        .extend(won_over(heard, view, drawn).map(|name| pair(&format!("npcs.{name}.disposition"), json!("friendly"))));
    changes
}

/// One change.
pub(super) fn pair(key: &str, value: Value) -> Value {
    json!({"key": key, "value": value})
}

/// Whether the changes lead to another place.
pub(super) fn moves(changes: &[Value]) -> bool {
    changes.iter().any(|change| change["key"] == "location.name")
}

/// The changes that lead to a place.
pub(super) fn moved(place: &str, drawn: u64) -> Vec<Value> {
    let description = pick(ARRIVALS, drawn >> 24);
    vec![pair("location.name", json!(place)), pair("location.description", json!(description))]
}

/// The place to which a deed leads, as a name: "The bridge", but "Observation lounge".
pub(super) fn destination(heard: &Heard<'_>) -> Option<String> {
    let (verb, link, thing) = heard.way()?;
    let goes = |words: &[&str]| link.split(' ').any(|word| words.contains(&word));
    let climbs = ["climb", "jump", "leap"].contains(&verb);
    let place = match () {
        () if goes(&["to", "into", "onto", "in", "inside", "toward", "towards", "by"]) => thing.to_owned(),
        () if goes(&["through", "across", "over", "along"]) => format!("the far side of {thing}"),
        () if goes(&["up"]) => format!("the top of {thing}"),
        () if goes(&["down"]) => format!("the foot of {thing}"),
        () if goes(&["out", "from", "off"]) || ["leave", "exit"].contains(&verb) => format!("outside {thing}"),
        () if climbs && link.is_empty() => format!("the top of {thing}"),
        () if link.is_empty() || link == "back" => thing.to_owned(),
        () => return None,
    };
    let place = if bare(&place).contains(' ') { bare(&place) } else { place };
    is_plain(&place).then(|| capital(&place))
}

/// Whether the place is named after what the player left or passed.
pub(super) fn is_beyond(place: &str) -> bool {
    BEYOND.iter().any(|way| place.starts_with(way))
}

/// The names that [`destination`] makes.
const BEYOND: &[&str] = &["Far side of ", "Top of ", "Foot of ", "Outside "];

/// The place as it stands in a sentence: "the top of the ladder".
pub(super) fn reached(place: &str) -> String {
    match is_beyond(place) {
        true if place.starts_with("Outside") => lower(place),
        true => format!("the {}", lower(place)),
        false => in_sentence(place),
    }
}

/// Somebody neutral whom the player spoke to, and who thinks better of the player now.
fn won_over<'v>(heard: &Heard<'_>, view: &'v Value, drawn: u64) -> Option<&'v str> {
    let spoken = heard.thing.as_deref().filter(|_| heard.intent == Intent::Act(Act::Speak))?.to_lowercase();
    let people = view["npcs"].as_array().into_iter().flatten();
    let names = people.filter(|npc| npc["disposition"] == "neutral").filter_map(|npc| npc["name"].as_str());
    let met = |name: &&str| {
        let name = name.to_lowercase();
        !name.contains('.') && (spoken.contains(bare(&name).as_str()) || name.contains(&bare(&spoken)))
    };
    names.into_iter().find(met).filter(|_| mix(drawn, 11).is_multiple_of(2))
}

/// "maintenance hatch" for "the maintenance hatch".
fn bare(thing: &str) -> String {
    let lead = ["the ", "your ", "a ", "an ", "my "].iter().find_map(|article| thing.strip_prefix(article));
    lead.unwrap_or(thing).to_owned()
}

/// A short name without numbers: nobody picks up "50 hit points".
fn is_plain(name: &str) -> bool {
    (2..=40).contains(&name.len())
        && !name.chars().any(char::is_numeric)
        && !["hit point", "hp", "roll", "dice", "level"].iter().any(|word| name.to_lowercase().contains(word))
}
