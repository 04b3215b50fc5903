//! How the storyteller moves, and how a turn is handed back.

use super::Deck;

/// Every deck of this file.
#[cfg(test)]
pub(super) const DECKS: &[&Deck] = &[&GESTURE, &OTHER_GESTURE, &HOOK, &CHOICE];

/// A movement of the storyteller's body, shown between asterisks. Each reply has one, from here or from
/// [`OTHER_GESTURE`], which is how the simulator finds out where in its decks it is.
pub(in super::super) static GESTURE: Deck = Deck::new(
    "gesture",
    [
        "I lean forward.",
        "I turn a page without reading it.",
        "I raise one eyebrow.",
        "I draw a small circle on the table.",
        "I fold my hands.",
        "I tip my chair back.",
        "I move the candle out of your light.",
        "I nod slowly.",
        "I count something off on my fingers.",
        "I lower my voice.",
        "I cup a hand behind my ear.",
        "I slide the map half an inch towards you.",
        "I set down my cup.",
        "I rub the bridge of my nose.",
        "I look up from my notes.",
        "I tap the table twice.",
        "I hide a smile, badly.",
        "I trace a line in the air.",
        "I straighten a stack of papers.",
        "I glance over my shoulder.",
        "I hold up a finger.",
        "I roll a die and cover it.",
        "I push my sleeves up.",
    ],
);

/// As [`GESTURE`], for every second round and for answers that are tried again.
pub(in super::super) static OTHER_GESTURE: Deck = Deck::new(
    "other gesture",
    [
        "I weigh two invisible things in my hands.",
        "I close one eye.",
        "I strike out a line and write another above it.",
        "I rest my chin on my fist.",
        "I blow some dust off a page.",
        "I turn my palms up.",
        "I shift in my chair until it creaks.",
        "I tap the side of my nose.",
        "I spread my fingers flat on the table.",
        "I let a silence pass.",
        "I pour a little more tea.",
        "I scratch my chin.",
        "I lift the corner of the map.",
        "I tilt my head.",
        "I beckon you closer.",
        "I pinch the wick and light it again.",
        "I put a finger on the page to keep my place.",
        "I stretch my shoulders.",
        "I whistle two notes under my breath.",
        "I make a small mark in the margin.",
        "I turn my hourglass on its side.",
        "I wave a moth away.",
        "I point at the empty chair beside you.",
    ],
);

/// An open end, for the player to pick up.
pub(in super::super) static HOOK: Deck = Deck::new(
    "hook",
    [
        "You have time for one thing before this changes.",
        "Nothing stops you yet.",
        "What you do in the next minute will be hard to undo.",
        "There is more here than you have touched.",
        "I will be fair about it, and quick.",
        "Whatever you choose, I am writing in ink.",
        "It would be a good moment to be clever.",
        "The silence is waiting for you to break it.",
        "Someone should decide something, and you are the only one here.",
        "The next step is yours to invent.",
        "I have a rule for most things you might try now.",
        "You are closer than you were a minute ago.",
        "The dice are warm, if you need them.",
        "One of your choices is better than it looks.",
        "I would not sit down just yet.",
        "There are at least two ways on from here, and I have only hidden one.",
        "You still hold the better cards.",
        "Somewhere a clock disagrees with your patience.",
        "Say it plainly and I will make it happen, or something near it.",
        "This is where a careful person would look twice.",
        "The way back is open as well, for the record.",
        "I have prepared for three answers, so surprise me.",
        "A small thing done now may save a large one later.",
    ],
);

/// Two things to do next.
pub(in super::super) static CHOICE: Deck = Deck::new(
    "choice",
    [
        "You could go on to {place}, or stay and see about {find}.",
        "Two things pull at you: {place}, and {find}.",
        "From here you can reach {place}, and {find} lies nearer still.",
        "If you want advice, try {place}; if you want trouble, try {find}.",
        "I offer you {place} on the one hand and {find} on the other.",
        "Your eye falls on {find}, while your feet would rather go to {place}.",
        "Nobody has searched {place} yet, and nobody has explained {find}.",
        "A wise player would ask about {find}, and a brave one would walk to {place}.",
        "I put two cards face up before you: {find}, and {place}.",
        "The short way leads past {find} and the long one through {place}.",
        "You might take a closer look at {find} before {place} gets any darker.",
        "Something has been moved near {place}, and it may have been {find}.",
        "I keep coming back to {find}, though the map insists on {place}.",
        "Only {place} and {find} are left on the list you did not know you had.",
        "You can be at {place} in a minute, or back with {find} in two.",
        "It may be nothing, but {find} was not here before, and {place} was quieter.",
        "Ask yourself who left {find} here, and who went on to {place}.",
        "There is {place}, which is far, and {find}, which is odd.",
        "My map shows {place}, and my conscience adds {find}.",
        "Within reach you have {find}, and within earshot {place}.",
        "You owe yourself a look at {find}, and me a visit to {place}.",
        "Either {find} means something or {place} does, and I am not saying which.",
        "A trail of small oddities leads from {find} to {place}.",
    ],
);
