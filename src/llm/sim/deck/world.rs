//! What the world adds of its own accord: sounds, finds, clues, and what was left behind.

use super::Deck;

/// Every deck of this file.
#[cfg(test)]
pub(super) const DECKS: &[&Deck] = &[&SOUND, &FIND, &CLUE, &CALLBACK];

/// Something is heard.
pub(in super::super) static SOUND: Deck = Deck::new(
    "sound",
    [
        "Under it all you hear {sound}.",
        "Then it is quiet enough to make out {sound}.",
        "The only answer for now is {sound}.",
        "You hold your breath and catch {sound}.",
        "It might be {sound}, or something that has learned to sound like it.",
        "From somewhere on your left comes {sound}.",
        "I give you one sound to go with it: {sound}.",
        "You notice {sound}, and then you cannot stop noticing.",
        "For a moment there is nothing but {sound}.",
        "Between two heartbeats there is {sound}, closer than before.",
        "Every other noise steps aside for {sound}.",
        "Listen, and past the obvious there is {sound}.",
        "You could set your watch by {sound}, if you trusted your watch.",
        "Over there, if I may point, you can hear {sound}.",
        "What you took for silence turns out to be {sound}.",
        "There it is again, {sound}, and this time it stays.",
        "You turn your head because of {sound}.",
        "All the while, patient and regular, there is {sound}.",
        "I read you the next line of my notes, which says only: {sound}.",
        "As soon as you stand still, {sound} can be heard again.",
        "A draught carries {sound} past you and takes it away again.",
        "That leaves you with {sound} and a question.",
        "If you had to draw it, you would draw {sound}.",
    ],
);

/// Something is found.
pub(in super::super) static FIND: Deck = Deck::new(
    "find",
    [
        "An arm's length away you find {find}.",
        "Your sleeve brushes against {find}.",
        "Half hidden, where a hurried person would miss it, lies {find}.",
        "In passing you notice {find}, which does not belong there.",
        "The light from {place} falls on {find}.",
        "You nearly walk into {find}.",
        "In the open, as if on purpose: {find}.",
        "I place one more thing on the map, and it is {find}.",
        "Someone has left {find} exactly where you would look.",
        "Beside you, so plain that you overlooked it, is {find}.",
        "A cloth slides down and uncovers {find}, and with it the smell of somebody's ordinary day.",
        "Your eye is caught by {find}.",
        "There is also {find}, and I mention it for no reason at all.",
        "When you turn, you come face to face with {find}.",
        "Not far off you make out {find}, and beyond that the way to {place}.",
        "Somebody carried this here from {place}: {find}.",
        "Nobody has claimed {find}, although it must belong to someone.",
        "I let you discover {find} a moment before it would discover you.",
        "You count what is around you, and {find} makes one too many.",
        "Among all that is in order, {find} is not.",
        "The dust has settled on everything here except {find}.",
        "A second look pays off and shows you {find}.",
        "Whoever was here last put down {find} and meant to come back.",
    ],
);

/// Something that points to the solution of the quest.
pub(in super::super) static CLUE: Deck = Deck::new(
    "clue",
    [
        "One thing will not fit the picture: {clue}.",
        "You have found what you were not looking for, namely {clue}.",
        "Then you see it, {clue}, and the quest has a new first page.",
        "I underline this for you: {clue}.",
        "It is easy to overlook {clue}, and you do not.",
        "Remember {clue}, because I certainly shall.",
        "Sooner than I expected, you become aware of {clue}.",
        "If the quest had a thread, it would start at {clue}.",
        "You find {clue}, which somebody should have tidied away.",
        "The odd part is {clue}.",
        "On the way you come across {clue}, fresh and unexplained.",
        "I have been waiting for you to notice {clue}.",
        "Your luck turns up {clue}, and luck is only attention with better clothes.",
        "What it means I may not say, but there is {clue}.",
        "Unless I am mistaken, and I wrote this, there is {clue}.",
        "No accident leaves behind {clue}.",
        "You put two and two together and are left with {clue}.",
        "Write this down before it is gone: {clue}.",
        "A quieter player would have walked past {clue}.",
        "It takes you a breath to understand what you see: {clue}.",
        "Whoever did this forgot one detail: {clue}.",
        "You find {clue}, and for once I have nothing clever to add.",
        "The story bends a little here, around {clue}.",
    ],
);

/// Something that the player dealt with earlier comes back.
pub(in super::super) static CALLBACK: Deck = Deck::new(
    "callback",
    [
        "I have not forgotten {earlier}, and it will matter.",
        "This makes more sense once you think back to {earlier}.",
        "Your business with {earlier} has left a trace: a smudge on your sleeve, still fresh.",
        "All this has something to do with {earlier}, though I leave the rest to you.",
        "Since you dealt with {earlier}, somebody has been tidying up behind you.",
        "You left {earlier} behind, but not far enough to stop wondering.",
        "What you learned from {earlier} saves you a mistake here.",
        "I draw a pencil line from here back to {earlier}.",
        "There is an echo of {earlier} in this, down to the scratch along one edge.",
        "Without {earlier} you would not have seen this at all.",
        "Whoever watched you at {earlier} knows your habits by now.",
        "You compare it with {earlier} and find one difference you can use.",
        "In my notes there is still a question mark beside {earlier}.",
        "The time you spent on {earlier} was not wasted, as it turns out.",
        "Something about {earlier} has changed since you turned your back.",
        "Your thoughts wander back to {earlier} and return with an idea.",
        "Had you not bothered with {earlier}, this would be harder.",
        "The same hand was at work on {earlier}, I would bet a silver coin on it.",
        "One more word about {earlier}: you were right to be careful.",
        "What you see here fits together with {earlier} like two halves of a torn page.",
        "From {earlier} to this is one short step, if you dare to take it.",
        "I see you glance back in the direction of {earlier}.",
        "There is unfinished business between you and {earlier}.",
    ],
);
