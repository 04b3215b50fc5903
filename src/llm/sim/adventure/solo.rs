//! A turn of a solo game: a narrative, what changes, and what is to be rolled, as one JSON object.

use serde_json::{Value, json};

use super::super::super::ChatRequest;
use super::super::super::chance::{digest, mix};
use super::super::super::fault::{Fault, Quality};
use super::super::brief::clip;
use super::super::flaw;
use super::super::heard::Intent;
use super::super::lexicon::Act;
use super::super::reply::{Talk, Teller};
use super::cards::{self, pick};
use super::page::Page;
use super::wager::{changes, harm, rolls};
use super::{Answer, brief, in_sentence};

/// The answer to the player's last text.
pub(super) fn answer(
    page: &Page<'_>,
    view: &Value,
    request: &ChatRequest,
    game: (&str, u64),
    faults: &[Fault],
) -> Answer {
    let (system, seed) = game;
    let place = in_sentence(view["location"][0].as_str().unwrap_or("here"));
    let brief = brief(system, &lines(view, &place));
    let turns = || view["turns"].as_array().into_iter().flatten();
    let texts = |name: &'static str| turns().filter_map(move |turn| turn[name].as_str());
    let talk = Talk {
        said: texts("input").chain([page.said.as_str()]).collect(),
        told: texts("narrative").collect(),
        position: usize::try_from(view["turn_number"].as_u64().unwrap_or(0)).unwrap_or(0),
    };
    let mut teller = Teller::new(&brief, request, seed, talk);
    // The same words ask for the same dice, however often they are tried.
    let drawn = mix(digest(mix(seed, brief.key), &page.said), view["turn_number"].as_u64().unwrap_or(0));
    let triggers = rolls(&teller.heard, &page.said, drawn);
    let harm = if triggers.is_empty() { harm(view, &page.said, drawn) } else { None };
    let mut sentences = begin(&mut teller, view, &place, triggers.is_empty());
    if !triggers.is_empty() {
        // How it ends is not known before the dice have fallen.
        sentences.extend([pick(cards::RISKS, drawn >> 8), pick(cards::FALLING, drawn >> 16)].map(str::to_owned));
    }
    if harm.is_some() {
        sentences.push(pick(cards::HARM, drawn >> 8).to_owned());
    }
    let delta = changes(&teller.heard, view, (!triggers.is_empty(), drawn));
    flaw::put_in(&mut teller, &mut sentences, faults);
    let narrative = sentences.join(" ");
    // Who falls out of the storyteller's voice falls out of its form, too.
    if faults.contains(&Fault::Quality(Quality::StyleDrift)) {
        return Answer { text: narrative, formed: false };
    }
    let triggers: Vec<Value> = triggers.into_iter().chain(harm).collect();
    // Put together by hand, so that the narrative comes first and can be heard at once.
    let [narrative, delta, triggers] = [json!(narrative), json!(delta), json!(triggers)];
    let text = format!(r#"{{"narrative":{narrative},"state_delta":{delta},"dice_triggers":{triggers}}}"#);
    Answer { text, formed: true }
}

/// Where it happens, and what comes of it if that is `settled`.
fn begin(teller: &mut Teller<'_>, view: &Value, place: &str, settled: bool) -> Vec<String> {
    let turn = teller.key.wrapping_add((teller.position + teller.attempt) as u64);
    let deed = matches!(teller.heard.intent, Intent::Act(act) if act != Act::Speak);
    let lead = |deck| pick(deck, turn).replace("{place}", place);
    if !settled {
        return vec![lead(cards::LEADS).replace("{doing}", &teller.heard.doing())];
    }
    let mut told = teller.sentences().0;
    match teller.heard.intent {
        Intent::Place => {
            let text = view["location"][1].as_str().unwrap_or_default();
            told.splice(..1.min(told.len()), [lead(cards::SEEN).replace("{text}", &clip(text, 40))]);
        }
        _ => told.insert(0, lead(if deed { cards::PLACES } else { cards::SAID })),
    }
    told
}

/// What the view says, in the layout of the two-player game.
fn lines(view: &Value, place: &str) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().replace('\n', " ");
    let items = |name: &str| view[name].as_array().cloned().unwrap_or_default();
    let active = items("quests").into_iter().find(|quest| quest["status"] == "active");
    let quest = active.map(|quest| text(&quest["title"])).unwrap_or_default();
    let nominal = ["The ", "A ", "An "].iter().any(|article| quest.starts_with(article));
    let quest = if nominal { format!("see to {}", in_sentence(&quest)) } else { quest };
    let name = text(&view["player"]).split(',').next().unwrap_or_default().to_owned();
    let carried: Vec<String> = items("inventory").iter().map(text).collect();
    let mut lines = format!(
        "## Characters\n- Storyteller: the storyteller\n- Protagonist: {name}\n- About the storyteller: I tell, and the \
         dice are not mine.\n- About the protagonist: You are {name}.\n## Quest\n- In short: {quest}\n## World\n- Setting: \
         in {place}\n- Places: the way on; the nearest door; the far end of {place}; a passage that you have not tried\n"
    );
    if !carried.is_empty() {
        lines.push_str(&format!("- Belongings: {}\n", carried.join("; ")));
    }
    lines.push_str("## Topics\n");
    for npc in items("npcs") {
        let name = in_sentence(&text(&npc["name"]));
        let last = name.rsplit(' ').next().unwrap_or_default();
        lines.push_str(&format!("### {name}\n- Words: {last}\n- Fact: {}\n", text(&npc["description"])));
    }
    lines
}
