//! The game master's answer to a question: what the notes say, and nothing else.

use super::super::super::ChatRequest;
use super::super::super::fault::Fault;
use super::super::brief::clip;
use super::super::flaw;
use super::super::reply::{Talk, Teller};
use super::super::words;
use super::page::Page;
use super::{brief, capital, in_sentence};

/// The longest answer, in words, before anything is put in.
const ENOUGH: usize = 70;

/// What the player may know of what was asked.
pub(super) fn answer(page: &Page<'_>, request: &ChatRequest, game: (&str, u64), faults: &[Fault]) -> String {
    let flat = words::flat(&words::split(&page.said));
    let mut sentences = known(page, &flat);
    if !faults.is_empty() {
        let (system, seed) = game;
        let lines = format!(
            "## Characters\n- Storyteller: the game master\n- Protagonist: {}\n## World\n- Places: {}\n- Belongings: {}\n",
            hero(page),
            in_sentence(page.one("Scene")),
            page.one("Inventory"),
        );
        let brief = brief(system, &lines);
        let talk = Talk { said: vec![&page.said], told: Vec::new(), position: page.past.len() };
        let mut teller = Teller::new(&brief, request, seed, talk);
        flaw::put_in(&mut teller, &mut sentences, faults);
    }
    sentences.join(" ")
}

/// Sentences from the notes that the question is about; at least one.
fn known(page: &Page<'_>, flat: &str) -> Vec<String> {
    let has = |words: &[&str]| words.iter().any(|word| flat.contains(word));
    if has(OUTSIDE) {
        return vec![
            "I can only talk about the game.".to_owned(),
            format!("In it, you are in {}.", in_sentence(page.one("Scene"))),
        ];
    }
    let mut told: Vec<String> = Vec::new();
    for subject in SUBJECTS.iter().filter(|subject| has(subject.words)) {
        told.extend((subject.tell)(page));
    }
    told.extend(named(page, flat));
    told.dedup();
    if told.is_empty() {
        let unknown = "I do not know that; nothing that you have seen or found so far tells it.";
        return std::iter::once(unknown.to_owned()).chain(possible(page)).collect();
    }
    let mut room = ENOUGH;
    let fits = |sentence: &String| {
        let words = sentence.split_whitespace().count();
        let fits = words <= room || room == ENOUGH;
        room = room.saturating_sub(words);
        fits
    };
    told.into_iter().take_while(fits).collect()
}

/// What is known of the things that the question calls by their names.
fn named(page: &Page<'_>, flat: &str) -> Vec<String> {
    let keys = ["Clue", "Somebody here", "Place", "Feature", "Weapon"];
    let notes = keys.iter().flat_map(|key| page.all(key));
    let called = |note: &&str| {
        let name = note.split([':', '(']).next().unwrap_or_default();
        let words = words::split(name);
        let mut words = words.iter().map(|word| word.lower.as_str());
        words.any(|word| word.len() > 2 && !COMMON.contains(&word) && flat.contains(&format!(" {word} ")))
    };
    notes.filter(called).take(2).map(sentence).collect()
}

/// Something that can be asked about: the words that mean it, and what is said of it.
struct Subject {
    words: &'static [&'static str],
    tell: fn(&Page<'_>) -> Vec<String>,
}

const SUBJECTS: &[Subject] = &[
    Subject {
        words: &[
            " hit point",
            " hp ",
            " health ",
            " hurt ",
            " wounded ",
            " how am i ",
            " do i feel ",
            " status ",
            " damaged ",
        ],
        tell: |page| {
            let conditions = page.one("Conditions");
            let under = (conditions != "none").then(|| format!("You are {conditions}."));
            std::iter::once(format!("You have {} hit points.", page.one("Hit points"))).chain(under).collect()
        },
    },
    Subject {
        words: &[" armor ", " armour ", " ac "],
        tell: |page| vec![format!("Your armor class is {}.", page.one("Armor class"))],
    },
    Subject {
        words: &[
            " inventory ",
            " carry",
            " do i have with ",
            " belongings ",
            " gear ",
            " pockets ",
            " equipment ",
            " what do i have ",
        ],
        tell: |page| vec![format!("You carry {}.", list(page.one("Inventory").split("; "))), weapons(page)],
    },
    Subject { words: &[" weapon", " armed "], tell: |page| vec![weapons(page)] },
    Subject {
        words: &[
            " clue",
            " found ",
            " find out ",
            " evidence ",
            " know so far ",
            " learned ",
            " learnt ",
            " discovered ",
        ],
        tell: |page| {
            let clues: Vec<String> = page.all("Clue").map(sentence).collect();
            if clues.is_empty() { vec!["You have found no clue yet.".to_owned()] } else { clues }
        },
    },
    Subject {
        words: &[
            " where am i ",
            " where are we ",
            " where is this ",
            " where i am ",
            " do i see ",
            " can i see ",
            " around ",
            " look like ",
            " room ",
            " surroundings ",
            " what is here ",
        ],
        tell: |page| {
            let places: Vec<String> =
                page.all("Place").filter_map(|place| place.split(':').next()).map(in_sentence).collect();
            let look =
                (!places.is_empty()).then(|| format!("You can look at {}.", list(places.iter().map(String::as_str))));
            let here = format!("You are in {}.", in_sentence(page.one("Scene")));
            [Some(here), Some(clip(page.one("Surroundings"), 45)), look].into_iter().flatten().collect()
        },
    },
    Subject {
        words: &[
            " objective",
            " goal",
            " quest ",
            " mission ",
            " task ",
            " supposed to ",
            " should i do ",
            " have to do ",
        ],
        tell: |page| page.all("Objective").map(sentence).collect(),
    },
    Subject {
        words: &[
            " can i do ",
            " options ",
            " what next ",
            " what now ",
            " hint",
            " help ",
            " stuck ",
            " possible ",
            " commands ",
            " choices ",
            " should i ",
        ],
        tell: |page| std::iter::once(sentence(page.one("The game waits for"))).chain(possible(page)).collect(),
    },
    Subject {
        words: &[" roll ", " check ", " difficulty ", " dc ", " waiting ", " pending "],
        tell: |page| vec![sentence(page.one("The game waits for"))],
    },
    Subject {
        words: &[" condition", " frightened ", " poisoned ", " stunned ", " prone "],
        tell: |page| match page.one("Conditions") {
            "none" => vec!["You are under no condition.".to_owned()],
            conditions => vec![format!("You are {conditions}.")],
        },
    },
    Subject {
        words: &[
            " who is here ",
            " who else ",
            " anybody ",
            " anyone ",
            " somebody ",
            " people ",
            " alone ",
            " talk to ",
        ],
        tell: |page| {
            let people: Vec<String> = page.all("Somebody here").map(sentence).collect();
            if people.is_empty() { vec!["There is nobody here to talk to.".to_owned()] } else { people }
        },
    },
    Subject {
        words: &[" alarm ", " noticed ", " noise ", " alert "],
        tell: |page| vec![format!("The alarm is on {}.", page.one("Alarm"))],
    },
    Subject {
        words: &[" skill", " good at ", " trained ", " bonus "],
        tell: |page| vec![format!("Your skills: {}.", page.one("Skills"))],
    },
    Subject {
        words: &[" feature", " heal", " repair myself ", " abilities ", " second wind "],
        tell: |page| page.all("Feature").map(sentence).collect(),
    },
    Subject {
        words: &[" foe", " enemy ", " enemies ", " fight", " adversar"],
        tell: |page| {
            let foes: Vec<&str> = page.all("Foe").collect();
            if foes.is_empty() {
                vec!["Nobody is fighting you.".to_owned()]
            } else {
                vec![format!("Against you stand {}.", list(foes.into_iter()))]
            }
        },
    },
    Subject {
        words: &[" who am i ", " my name ", " my character ", " my level ", " my class "],
        tell: |page| vec![format!("You are {}.", page.one("Character"))],
    },
];

/// What is no part of the game.
const OUTSIDE: &[&str] = &[
    " system prompt ",
    " your prompt ",
    " instructions ",
    " your rules ",
    " ignore ",
    " you are now ",
    " pretend ",
    " language model ",
    " switch roles ",
    " your role ",
];

/// Words of names that may stand in any question.
const COMMON: &[&str] = &[
    "the", "and", "for", "you", "can", "how", "what", "this", "that", "here", "with", "your", "from", "there", "have",
    "about", "voice",
];

/// What can be done, unless it is over.
fn possible(page: &Page<'_>) -> Option<String> {
    let options = page.one("Possible now");
    (!options.is_empty() && !options.starts_with("nothing")).then(|| format!("Possible now: {options}."))
}

fn weapons(page: &Page<'_>) -> String {
    let names: Vec<String> =
        page.all("Weapon").filter_map(|weapon| weapon.split(" (").next()).map(|name| name.to_lowercase()).collect();
    match names.is_empty() {
        true => "You have no weapon.".to_owned(),
        false => format!("You are armed with {}.", list(names.iter().map(String::as_str))),
    }
}

fn hero<'a>(page: &Page<'a>) -> &'a str {
    page.one("Character").split(',').next().unwrap_or_default()
}

fn sentence(text: &str) -> String {
    let text = text.trim();
    let ended = text.ends_with(['.', '!', '?', '"', '*', ')', '…']);
    capital(&if ended { text.to_owned() } else { format!("{text}.") })
}

/// "a, b and c".
fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let items: Vec<&str> = items.map(str::trim).collect();
    match items.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((only, _)) => (*only).to_owned(),
        None => "nothing".to_owned(),
    }
}
