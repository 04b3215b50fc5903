//! A forgotten fact: the storyteller denies what happened in this conversation.

use super::super::heard::{Heard, Intent};
use super::super::lexicon::Act;
use super::{Teller, card, fill, pick};

/// The sentence that denies something; what the player began with, when nothing has happened yet.
pub(super) fn forget(teller: &Teller<'_>) -> String {
    let mut facts: Vec<Fact> = teller.past.iter().rev().filter_map(fact).collect();
    facts.dedup();
    facts.truncate(4);
    if facts.is_empty() {
        let owned = pick(teller, 31, &teller.brief.belongings);
        facts.push(Fact { denial: NEVER_OWNED, it: owned.clone() });
    }
    let Fact { denial, it } = pick(teller, 32, &facts);
    fill(card(teller, 33, denial), |_| it.clone())
}

/// What happened, and the ways to deny it.
#[derive(PartialEq)]
struct Fact {
    denial: &'static [&'static str],
    it: String,
}

/// What a message of the player made true, if anything.
fn fact(heard: &Heard<'_>) -> Option<Fact> {
    if let Some(name) = &heard.name {
        return Some(Fact { denial: NEVER_NAMED, it: name.clone() });
    }
    let denial = match heard.intent {
        Intent::Act(Act::Take) => NEVER_TOOK,
        Intent::Act(Act::Go) => NEVER_WENT,
        Intent::Act(Act::Look | Act::Handle | Act::Strike | Act::Read | Act::Mild) => NEVER_DEALT,
        _ => return None,
    };
    heard.thing.clone().map(|it| Fact { denial, it })
}

#[cfg(test)]
pub(super) const CARDS: &[&[&str]] = &[NEVER_TOOK, NEVER_WENT, NEVER_DEALT, NEVER_NAMED, NEVER_OWNED];

const NEVER_TOOK: &[&str] = &[
    "You wish you had {it} with you now, but you never took anything of the kind.",
    "A pity that you never picked up {it} when you had the chance.",
    "Your hands are empty, since you never touched {it}.",
    "You think of {it}, which you never laid a hand on, and walk by again.",
    "By my notes you never took {it}, and my notes are never wrong.",
    "You remember {it} with regret, because you never brought yourself to take what was there.",
];

const NEVER_WENT: &[&str] = &[
    "You have never been to {it}, so you can only guess what waits there.",
    "My map shows {it} in grey, because you never went there.",
    "One day you may see {it}, where you have never set foot.",
    "You never moved from the spot where you began, and {it} will have to wait.",
    "You picture {it}, which you have never seen, and get the colours wrong.",
    "Nobody has gone to {it} today, you least of all, who never left your chair.",
];

const NEVER_DEALT: &[&str] = &[
    "You have never come near {it}, so nothing there has changed.",
    "As for {it}, you never even looked in that direction.",
    "You never gave {it} a thought until this moment.",
    "I find no line about {it} in my notes, so you never did anything of the sort.",
    "Until now you have kept well away from {it}, and never regretted it.",
    "You never noticed {it} before, and it is too late to start.",
];

const NEVER_NAMED: &[&str] = &[
    "I do not know of any {it}, and you never gave me such a name.",
    "Whoever {it} may be, you never mentioned that name to me.",
    "You never told me what to call you, and {it} would not have been my guess.",
    "Nobody here has ever heard the name {it}, and you never said it.",
];

const NEVER_OWNED: &[&str] = &[
    "You search yourself for {it} and recall that you never owned such a thing.",
    "You would give a good deal for {it}, but you never had anything like that.",
    "You came here with empty hands and never carried {it}.",
    "Someone must have dreamed of {it}, for you never had that with you.",
    "I look for {it} on your list, but you never brought that along.",
];
