//! A turn of a solo game: a narrative, what changes, and what is to be rolled, as one JSON object.

use serde_json::{Value, json};

use super::super::super::ChatRequest;
use super::super::super::chance::{digest, mix};
use super::super::super::fault::{Fault, Quality};
use super::super::brief::clip;
use super::super::heard::Intent;
use super::super::lexicon::{self, Act};
use super::super::reply::{Talk, Teller};
use super::super::{flaw, words};
use super::aftermath::{Aftermath, Consequence};
use super::cards::{fresh, pick};
use super::improvised::{ARRIVED, CALM, LEADS, RISKS, SEEN};
use super::page::Page;
use super::wager::{changes, destination, is_beyond, moves, reached, rolls};
use super::{Answer, brief, in_sentence, intent, question};

/// What is told, what changes and what is rolled.
#[derive(Default)]
struct Turn {
    sentences: Vec<String>,
    changes: Vec<Value>,
    rolls: Vec<Value>,
}

/// The answer to the player's last text.
pub(super) fn answer(
    page: &Page<'_>,
    view: &Value,
    request: &ChatRequest,
    game: (&str, u64),
    faults: &[Fault],
) -> Answer {
    let (system, seed) = game;
    let brief = brief(system, &lines(view));
    let texts = |name: &'static str| turns(view).filter_map(move |turn| turn[name].as_str());
    let talk = Talk {
        said: texts("input").chain([page.said.as_str()]).collect(),
        told: texts("narrative").collect(),
        position: usize::try_from(view["turn_number"].as_u64().unwrap_or(0)).unwrap_or(0),
    };
    let mut teller = Teller::new(&brief, request, seed, talk);
    let past = teller.past.len();
    // The same words ask for the same dice, however often they are tried.
    let drawn = mix(digest(mix(seed, brief.key), &page.said), view["turn_number"].as_u64().unwrap_or(0));
    let last = Aftermath::of(view).filter(|last| last.turn < past);
    let told = last.as_ref().filter(|last| !last.heard_of);
    let turned = drawn >> 8 ^ teller.attempt as u64;
    let mut sentences = told.map(|last| last.told(&teller.past[last.turn], turned)).unwrap_or_default();
    let ahead = last.as_ref().and_then(|last| last.location(&teller.past[last.turn], drawn));
    let mut view = view.clone();
    if let Some(location) = ahead {
        view["location"] = location;
    }
    let turn = if intent::word(&page.said) == "question" {
        // What happened was told just now.
        let answered = told.is_some() && page.said.to_lowercase().contains("happened");
        let known = if answered { Vec::new() } else { known(page, &view) };
        Turn { sentences: known, ..Turn::default() }
    } else {
        let consequence = last.as_ref().map(|last| last.consequence(&teller.past[last.turn], &view, drawn));
        deed(&mut teller, &view, consequence.unwrap_or_default(), drawn, told.is_some())
    };
    sentences.extend(turn.sentences.into_iter().filter(|sentence| !sentence.is_empty()));
    flaw::put_in(&mut teller, &mut sentences, faults);
    let narrative = sentences.join(" ");
    // Who falls out of the storyteller's voice falls out of its form, too.
    if faults.contains(&Fault::Quality(Quality::StyleDrift)) {
        return Answer { text: narrative, formed: false };
    }
    // Put together by hand, so that the narrative comes first and can be heard at once.
    let [narrative, delta, triggers] = [json!(narrative), json!(turn.changes), json!(turn.rolls)];
    let text = format!(r#"{{"narrative":{narrative},"state_delta":{delta},"dice_triggers":{triggers}}}"#);
    Answer { text, formed: true }
}

/// Something was done or said.
fn deed(teller: &mut Teller<'_>, view: &Value, before: Consequence, drawn: u64, told: bool) -> Turn {
    let said = teller.heard.message();
    let rolls = rolls(&teller.heard, said, drawn);
    let turn = teller.key.wrapping_add((teller.position + teller.attempt) as u64);
    let mut new = changes(&teller.heard, view, (!rolls.is_empty(), drawn));
    // Where somebody goes now counts for more than where they came to before.
    let mut changes = before.changes;
    if moves(&new) {
        changes.retain(|change| !change["key"].as_str().is_some_and(|key| key.starts_with("location.")));
    }
    changes.append(&mut new);
    let settled = rolls.is_empty();
    let rolls = rolls.into_iter().chain(before.rolls).collect();
    if !settled {
        // How it ends is not known before the dice have fallen.
        let past: Vec<&str> = turns(view).filter_map(|turn| turn["narrative"].as_str()).collect();
        let doing = teller.heard.doing();
        let doing = doing.strip_suffix(" what you can").filter(|verb| *verb != "see to").unwrap_or(&doing);
        let doing = doing.replacen("say to ", "speak to ", 1);
        let lead = fresh(LEADS, (&past, &[]), turn).map(|card| card.replace("{doing}", &doing));
        let risk = fresh(RISKS, (&past, &[]), drawn >> 8 ^ teller.attempt as u64).map(str::to_owned);
        return Turn { sentences: lead.into_iter().chain(risk).collect(), changes, rolls };
    }
    let (mut sentences, leading) = teller.sentences();
    // What the world adds is said now and then, and not when there is enough to tell.
    let more =
        !told && teller.heard.intent != Intent::Place && mix(drawn, 17 + teller.attempt as u64).is_multiple_of(2);
    sentences.truncate(leading + usize::from(more));
    match teller.heard.intent {
        Intent::Place => {
            let text = view["location"][1].as_str().unwrap_or_default();
            sentences.splice(..1.min(sentences.len()), [pick(SEEN, turn).to_owned(), clip(text, 40)]);
        }
        Intent::Act(Act::Handle | Act::Take | Act::Mild | Act::Read) if mix(drawn, 3).is_multiple_of(5) => {
            sentences.insert(0, pick(CALM, turn).to_owned());
        }
        _ => {}
    }
    // "I leave the bay" does not lead to the bay.
    if let Some(place) = destination(&teller.heard).filter(|place| is_beyond(place)) {
        sentences.splice(..leading.min(sentences.len()), [pick(ARRIVED, turn).replace("{place}", &reached(&place))]);
    }
    Turn { sentences, changes, rolls }
}

/// The answer to a question. It moves nothing.
fn known(page: &Page<'_>, view: &Value) -> Vec<String> {
    let said = words::split(&page.said);
    let flat = words::flat(&said);
    let may = [" can i ", " could i ", " may i ", " can we ", " could we "].iter().any(|lead| flat.starts_with(lead));
    let verb =
        said.get(2).and_then(|word| lexicon::verb(&word.lower)).filter(|verb| !["see", "use"].contains(&verb.base));
    if may && verb.is_some() {
        return vec!["Nothing speaks against trying: say that you do it.".to_owned()];
    }
    let notes = notes(view);
    let mut known = Page::of(&page.said, notes.lines().collect());
    let turns = view["turns"].as_array().into_iter().flatten();
    known.past =
        turns.filter_map(|turn| Some((turn["input"].as_str()?.to_owned(), turn["narrative"].as_str()?))).collect();
    question::known(&known)
}

/// The turns that can be seen, oldest first.
fn turns(view: &Value) -> impl Iterator<Item = &Value> {
    view["turns"].as_array().into_iter().flatten()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

fn items(view: &Value, name: &str) -> Vec<Value> {
    view[name].as_array().cloned().unwrap_or_default()
}

/// What the view says, as the notes that a game master answers from.
fn notes(view: &Value) -> String {
    let player = text(&view["player"]);
    // "Data, Operations Officer, level 1, HP 12 of 12, AC 14, trained: engineering +5"
    let (character, body) = player.split_once(", HP ").unwrap_or((&player, ""));
    let (points, rest) = body.split_once(", AC ").unwrap_or((body, ""));
    let (armor, skills) = rest.split_once(", trained: ").unwrap_or((rest, ""));
    let list = |name: &str, between: &str| items(view, name).iter().map(text).collect::<Vec<_>>().join(between);
    let mut notes = format!(
        "- Scene: {}\n- Surroundings: {}\n- Character: {character}\n- Hit points: {points}\n- Armor class: {armor}\n\
         - Skills: {skills}\n- Conditions: {}\n- Inventory: {}\n",
        text(&view["location"][0]),
        text(&view["location"][1]),
        list("conditions", ", "),
        list("inventory", "; "),
    );
    for quest in items(view, "quests").iter().filter(|quest| quest["status"] == "active") {
        notes.push_str(&format!("- Objective: {}: {}\n", text(&quest["title"]), text(&quest["description"])));
    }
    for npc in items(view, "npcs") {
        let [name, mood, about] = ["name", "disposition", "description"].map(|field| text(&npc[field]));
        notes.push_str(&format!("- Somebody here: {name} ({mood}): {about}\n"));
    }
    notes
}

/// What the view says, in the layout of the two-player game.
fn lines(view: &Value) -> String {
    let active = items(view, "quests").into_iter().find(|quest| quest["status"] == "active");
    let quest = active.map(|quest| text(&quest["title"])).unwrap_or_default();
    let nominal = ["The ", "A ", "An "].iter().any(|article| quest.starts_with(article));
    let quest = if nominal { format!("see to {}", in_sentence(&quest)) } else { quest };
    let name = text(&view["player"]).split(',').next().unwrap_or_default().to_owned();
    let carried: Vec<String> = items(view, "inventory").iter().map(text).collect();
    let mut lines = format!(
        "## Characters\n- Storyteller: the storyteller\n- Protagonist: {name}\n- About the storyteller: I tell, and the \
         dice are not mine.\n- About the protagonist: You are {name}.\n## Quest\n- In short: {quest}\n## World\n- Setting: \
         here\n- Places: the way on; the nearest door; the far wall; a passage that you have not tried\n"
    );
    if !carried.is_empty() {
        lines.push_str(&format!("- Belongings: {}\n", carried.join("; ")));
    }
    lines.push_str("## Topics\n");
    for npc in items(view, "npcs") {
        let name = in_sentence(&text(&npc["name"]));
        let last = name.rsplit(' ').next().unwrap_or_default();
        lines.push_str(&format!("### {name}\n- Words: {last}\n- Fact: {}\n", text(&npc["description"])));
    }
    lines
}
