//! What a player may ask about, and where the answer stands in the notes.

use super::super::brief::clip;
use super::page::Page;
use super::{capital, in_sentence, intent};

/// A question that is about one thing alone.
pub(super) struct Sole {
    /// The answer, if it is that question.
    pub(super) tell: fn(&Page<'_>, &str) -> Option<Vec<String>>,
}

/// Something that can be asked about among others: the words that mean it, and what is said of it.
pub(super) struct Subject {
    pub(super) words: &'static [&'static str],
    /// Whether it is the player's own; the same may be asked about somebody else.
    pub(super) own: bool,
    pub(super) tell: fn(&Page<'_>) -> Vec<String>,
}

/// Those that answer alone, the first that fits.
pub(super) const SOLE: &[Sole] = &[
    Sole { tell: who_speaks },
    Sole { tell: what_helps },
    Sole { tell: which_skill },
    Sole { tell: how_to },
    Sole { tell: where_to },
    Sole { tell: what_happened },
];

fn any(flat: &str, words: &[&str]) -> bool {
    words.iter().any(|word| flat.contains(word))
}

fn who_speaks(_: &Page<'_>, flat: &str) -> Option<Vec<String>> {
    any(flat, &[" who are you ", " what are you ", " your name ", " who is this speaking "]).then(|| {
        vec![
            "I am the game master.".to_owned(),
            "I know what you have seen and found; the dice know the rest.".to_owned(),
        ]
    })
}

fn what_helps(page: &Page<'_>, flat: &str) -> Option<Vec<String>> {
    let asks = any(flat, &[" helps ", " help me with ", " help with ", " help against ", " advantage ", " easier "]);
    asks.then(|| {
        let ways = |key: &'static str| page.all(key).filter_map(|note| note.split_once(": "));
        let about = |name: &str| flat.contains(&format!(" {} ", name.to_lowercase()));
        let asked: Option<&str> = ways("Roll now").map(|(name, _)| name).find(|name| about(name));
        let fits = |with: &str| asked.is_none_or(|name| with.eq_ignore_ascii_case(&format!("with {name}")));
        let helping: Vec<String> = ways("Helps now")
            .filter(|(_, with)| fits(with))
            .map(|(clue, with)| {
                format!("{} helps {with}: you may roll twice, and the better one counts.", capital(clue))
            })
            .collect();
        if !helping.is_empty() {
            return helping;
        }
        let nothing = "Nothing that you have found so far helps with it.".to_owned();
        std::iter::once(nothing).chain(to(page, "find clues").map(|way| format!("A clue may: {way}"))).collect()
    })
}

/// The skills that every game knows; a sheet may list more.
const SKILLS: &[&str] =
    &["command", "science", "engineering", "medical", "security", "insight", "athletics", "stealth", "investigation"];

/// "Can I use science here?"
fn which_skill(page: &Page<'_>, flat: &str) -> Option<Vec<String>> {
    let of_sheet = page.one("Skills").split(", ").filter_map(|skill| skill.rsplit_once(' ').map(|(name, _)| name));
    let skills = SKILLS.iter().copied().chain(of_sheet).map(str::to_lowercase);
    let skill = { skills }.find(|skill| flat.contains(&format!(" {skill} ")))?;
    if !any(flat, &[" use ", " can i ", " try ", " roll ", " could i ", " work ", " possible ", " which skill "]) {
        return None;
    }
    let ways: Vec<(&str, &str)> = page.all("Roll now").filter_map(|note| note.rsplit_once(": ")).collect();
    let serves = |skills: &str| skills.split(" or ").any(|name| name.eq_ignore_ascii_case(&skill));
    let serving: Vec<&str> = ways.iter().filter(|(_, skills)| serves(skills)).map(|(name, _)| *name).collect();
    Some(match (ways.is_empty(), serving.is_empty()) {
        (true, _) if page.one("The game waits for").is_empty() => vec!["You can try it: say how.".to_owned()],
        (true, _) => vec![format!("No: nothing is rolled with {skill} now."), possible(page).unwrap_or_default()],
        (_, false) => vec![format!("Yes, {skill} serves here: {}.", list(serving.into_iter()))],
        (_, true) => {
            let ways: Vec<String> = ways.iter().map(|(name, skills)| format!("{name} ({skills})")).collect();
            vec![format!("No, {skill} does not serve here; what is asked for: {}.", ways.join(", "))]
        }
    })
}

fn how_to(page: &Page<'_>, flat: &str) -> Option<Vec<String>> {
    let fight = any(flat, &[" fight", " combat ", " battle ", " foe", " here "]) || page.all("Foe").next().is_some();
    let wants = |words: &[&str]| any(flat, words);
    if wants(&[" stand up ", " get up ", " on my feet ", " off the floor ", " stop being prone "]) {
        let lying = page.one("Conditions").contains("prone");
        let way = to(page, "get up").map(|way| sentence(&way));
        return Some(vec![match way {
            Some(way) => way,
            None if lying => "Say that you get up.".to_owned(),
            None => "You are on your feet already.".to_owned(),
        }]);
    }
    let topic = match () {
        () if wants(&[" win ", " beat ", " defeat "]) => "win the fight",
        () if fight
            && wants(&[" leave ", " flee ", " escape ", " get out ", " withdraw ", " run away ", " end the "]) =>
        {
            "leave the fight"
        }
        () => return None,
    };
    if page.all("Foe").next().is_none() {
        return flat.contains(" fight").then(|| vec!["You are in no fight.".to_owned()]);
    }
    let foes = page.all("Foe").map(sentence);
    to(page, topic).map(|way| std::iter::once(sentence(&way)).chain(foes).collect())
}

fn where_to(page: &Page<'_>, flat: &str) -> Option<Vec<String>> {
    let wants =
        [" can i go ", " can we go ", " where to ", " go from here ", " way out ", " where do i go ", " should i go "];
    any(flat, &wants).then(|| {
        let waits = page.one("The game waits for");
        let on = (!waits.is_empty()).then(|| sentence(waits));
        let on = on.or_else(|| {
            (page.all("Place").next().is_none()).then(|| "Say where you go, and you are on your way.".to_owned())
        });
        places(page).into_iter().chain(people(page)).chain(on).collect()
    })
}

fn what_happened(page: &Page<'_>, flat: &str) -> Option<Vec<String>> {
    let wants = [" happened ", " just happen", " last turn ", " did i do ", " did i just ", " have i done ", " recap "];
    any(flat, &wants).then(|| {
        let told = page.past.iter().rev().find(|(said, _)| intent::word(said) == "action").map(|(_, told)| *told);
        let done = page.all("Behind the player").last().map(|task| format!("Behind you lies this: {task}."));
        let told = told.map(|told| clip(told, 60)).or(done);
        vec![told.unwrap_or_else(|| format!("Nothing yet. {}", clip(page.one("Surroundings"), 45)))]
    })
}

/// What the notes say about how that is done.
fn to(page: &Page<'_>, what: &str) -> Option<String> {
    page.all(&format!("How to {what}")).next().map(sentence)
}

const fn own(words: &'static [&'static str], tell: fn(&Page<'_>) -> Vec<String>) -> Subject {
    Subject { words, own: true, tell }
}

const fn all(words: &'static [&'static str], tell: fn(&Page<'_>) -> Vec<String>) -> Subject {
    Subject { words, own: false, tell }
}

#[rustfmt::skip]
pub(super) const SUBJECTS: &[Subject] = &[
    own(&[" hit point", " hp ", " health ", " hurt ", " wounded ", " how am i ", " do i feel ", " status ", " damaged "], |page| {
        let under = conditions(page).map(|conditions| format!("You are {conditions}."));
        std::iter::once(format!("You have {} hit points.", page.one("Hit points"))).chain(under).collect()
    }),
    own(&[" armor ", " armour ", " ac "], |page| vec![format!("Your armor class is {}.", page.one("Armor class"))]),
    own(&[" inventory ", " carry", " do i have with ", " have with me ", " belongings ", " gear ", " pockets ", " equipment ", " what do i have ", " what have i got "], |page| {
        vec![format!("You carry {}.", list(page.one("Inventory").split("; "))), weapons(page)]
    }),
    own(&[" weapon", " armed "], |page| vec![weapons(page)]),
    all(&[" clue", " found ", " find out ", " evidence ", " know so far ", " learned ", " learnt ", " discovered "], |page| {
        let clues: Vec<String> = page.all("Clue").map(sentence).collect();
        if clues.is_empty() { vec!["You have found no clue yet.".to_owned()] } else { clues }
    }),
    all(&[" where am i ", " where are we ", " where is this ", " where i am ", " do i see ", " can i see ", " around ", " look like ", " room ", " surroundings ", " what is here ", " what place "], |page| {
        let here = format!("You are here: {}.", in_sentence(page.one("Scene")));
        std::iter::once(here).chain([clip(page.one("Surroundings"), 45)]).chain(places(page)).collect()
    }),
    all(&[" objective", " goal", " quest", " mission ", " task ", " supposed to ", " should i do ", " have to do "], |page| {
        page.all("Objective").map(sentence).collect()
    }),
    all(&[" can i do ", " options ", " what next ", " what now ", " hint", " help ", " stuck ", " possible ", " commands ", " choices ", " should i "], |page| {
        let waits = page.one("The game waits for");
        let waits = (!waits.is_empty()).then(|| sentence(waits));
        let none = (page.one("Possible now").is_empty()).then(|| "Say what you do, in your own words.".to_owned());
        waits.into_iter().chain(possible(page)).chain(none).chain(places(page)).chain(people(page)).collect()
    }),
    all(&[" roll ", " check ", " difficulty ", " dc ", " waiting ", " pending "], |page| {
        Some(page.one("The game waits for")).filter(|waits| !waits.is_empty()).map(sentence).into_iter().collect()
    }),
    own(&[" condition", " frightened ", " poisoned ", " stunned ", " prone "], |page| {
        vec![conditions(page).map_or_else(|| "You are under no condition.".to_owned(), |conditions| format!("You are {conditions}."))]
    }),
    all(&[" who is here ", " who else ", " anybody ", " anyone ", " somebody ", " people ", " alone ", " talk to "], |page| {
        let people: Vec<String> = page.all("Somebody here").map(sentence).collect();
        if people.is_empty() { vec!["There is nobody here to talk to.".to_owned()] } else { people }
    }),
    all(&[" alarm ", " noticed ", " noise ", " alert "], |page| {
        Some(page.one("Alarm")).filter(|alarm| !alarm.is_empty()).map(|alarm| format!("The alarm is on {alarm}.")).into_iter().collect()
    }),
    own(&[" skill", " good at ", " trained ", " bonus "], |page| vec![format!("Your skills: {}.", page.one("Skills"))]),
    own(&[" feature", " heal", " repair myself ", " abilities ", " second wind "], |page| page.all("Feature").map(sentence).collect()),
    all(&[" foe", " enemy ", " enemies ", " fight", " adversar"], |page| {
        let foes: Vec<String> = page.all("Foe").map(sentence).collect();
        if foes.is_empty() { vec!["Nobody is fighting you.".to_owned()] } else { foes }
    }),
    own(&[" who am i ", " my name ", " my character ", " my level ", " my class "], |page| vec![format!("You are {}.", page.one("Character"))]),
];

/// What can be done, unless it is over.
pub(super) fn possible(page: &Page<'_>) -> Option<String> {
    let options = page.one("Possible now");
    (!options.is_empty() && !options.starts_with("nothing")).then(|| format!("Possible now: {options}."))
}

/// Where the player can look.
fn places(page: &Page<'_>) -> Option<String> {
    let places: Vec<String> = page.all("Place").filter_map(|place| place.split(':').next()).map(in_sentence).collect();
    (!places.is_empty()).then(|| format!("Places to look at: {}.", places.join(", ")))
}

/// Whom the player can talk to.
fn people(page: &Page<'_>) -> Option<String> {
    let people: Vec<String> =
        page.all("Somebody here").filter_map(|who| who.split([':', '(']).next()).map(in_sentence).collect();
    (!people.is_empty()).then(|| format!("You can talk to {}.", list(people.iter().map(String::as_str))))
}

fn conditions<'a>(page: &Page<'a>) -> Option<&'a str> {
    Some(page.one("Conditions")).filter(|conditions| !["", "none"].contains(conditions))
}

fn weapons(page: &Page<'_>) -> String {
    let names: Vec<String> =
        page.all("Weapon").filter_map(|weapon| weapon.split(" (").next()).map(|name| name.to_lowercase()).collect();
    match names.is_empty() {
        // A solo game knows no weapons.
        true if page.one("The game waits for").is_empty() => String::new(),
        true => "You have no weapon.".to_owned(),
        false => format!("You are armed with {}.", list(names.iter().map(String::as_str))),
    }
}

/// With a capital letter first, and ended.
pub(super) fn sentence(text: &str) -> String {
    let text = text.trim();
    let ended = text.ends_with(['.', '!', '?', '"', '*', ')', '…']);
    capital(&if ended { text.to_owned() } else { format!("{text}.") })
}

/// "a, b and c".
fn list<'a>(items: impl Iterator<Item = &'a str>) -> String {
    let items: Vec<&str> = items.map(str::trim).filter(|item| !item.is_empty()).collect();
    match items.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((only, _)) => (*only).to_owned(),
        None => "nothing".to_owned(),
    }
}
