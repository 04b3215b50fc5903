//! Small talk, reading, and deeds that need no luck.

use super::Deck;

/// Every deck of this file.
#[cfg(test)]
pub(super) const DECKS: &[&Deck] = &[&READ, &MILD, &MUSE, &THANKS, &JOKE];

/// The player reads something.
pub(in super::super) static READ: Deck = Deck::new(
    "read",
    [
        "You read {thing} slowly, and it says: {fact}",
        "The first line of {thing} is smudged, but below that it says: {fact}",
        "You hold {thing} to the light and read aloud: {fact}",
        "Most of {thing} is routine, until it says: {fact}",
        "In a neat and hurried hand it says, there on {thing}: {fact}",
        "You skip to the end of {thing}, where it says: {fact}",
        "What can be read of {thing} comes down to one line, and it says: {fact}",
        "Your eye stops halfway through {thing}, because it says: {fact}",
        "I read {thing} over your shoulder, and it says: {fact}",
        "Somebody has underlined one sentence on {thing}, and it says: {fact}",
        "With some patience {thing} can be deciphered, and it says: {fact}",
        "In the margin of {thing} it says, in pencil: {fact}",
        "You find the place on {thing} where the writing begins, and it says: {fact}",
        "Twice you read {thing}, and both times it says: {fact}",
        "The ink on {thing} has run, yet it plainly says: {fact}",
        "There is only one sentence left on {thing}, and it says: {fact}",
        "You run a finger along the lines of {thing} until it says: {fact}",
        "At the top of {thing} stands a date, and under the date it says: {fact}",
        "You wipe the dust from {thing}, and underneath it says: {fact}",
        "The writer of {thing} was in a hurry, for it says no more than this: {fact}",
        "You look up from {thing} and repeat what it says: {fact}",
        "Between two dull entries on {thing} it says: {fact}",
        "Whoever left {thing} wanted it found, since it says in large letters: {fact}",
    ],
);

/// The player does something that needs neither force nor luck.
pub(in super::super) static MILD: Deck = Deck::new(
    "mild",
    [
        "You {deed}, and nobody tells you that you should not.",
        "So you {deed}, without hurry and without witnesses.",
        "I watch you {deed}, and I make no roll for it.",
        "You {deed}, and for a moment the place feels almost lived in.",
        "Calmly you {deed}, as if this were an ordinary day.",
        "You {deed}, and the silence makes room for it.",
        "It does you good to {deed}, and I count that as progress.",
        "You {deed} with more care than anyone will ever notice.",
        "Nothing could be simpler: you {deed}, and that is that.",
        "You {deed}, while something out of sight pays attention.",
        "I let you {deed} in peace and use the time to trim the candle.",
        "You {deed}, and only afterwards wonder who last did the same here.",
        "Since no rule forbids it, you {deed}.",
        "You {deed}, and the world is different by just that much.",
        "Step by step you {deed}, and it goes as well as such things go.",
        "You {deed}, and a little of the strangeness wears off.",
        "There is time enough to {deed}, so you do it properly.",
        "You {deed}, and I note the hour in case it matters.",
        "Your hands know what to do, and you {deed}.",
        "You {deed}, and the lights seem to approve.",
        "It may not be heroic to {deed}, but heroes have done less.",
        "You {deed}, and somewhere an old floor creaks in answer.",
        "Without any fuss you {deed}, and then you look around.",
    ],
);

/// Answers a question of which no subject was understood.
pub(in super::super) static MUSE: Deck = Deck::new(
    "muse",
    [
        "My notes have no line for that, so you will have to find it out.",
        "I could answer, but the story would rather show you.",
        "That is a question for a wiser book than mine.",
        "You ask the air, and the air takes its time.",
        "I shuffle my papers and come up with nothing I would swear to.",
        "The honest answer is that I keep stories and not sums.",
        "You think about it, and the thought walks off without you.",
        "Ask me something I can put on the map, and I shall be quicker.",
        "I suspect you know that better than I do.",
        "Some questions are their own reward, and this may be one.",
        "If the answer is anywhere, it is not on my side of the table.",
        "Nobody within hearing can tell you, and I checked.",
        "I leave that one open, like a window on a warm night.",
        "Your question goes into the box with the good ones.",
        "It is a fair thing to wonder, and the wondering costs you nothing.",
        "There I must pass, with my compliments to whoever thought of it.",
        "I have an opinion about that, but no rule.",
        "The silence considers it and asks for more time.",
        "That is not written anywhere that I can see from here.",
        "I roll for an answer, and the die lands on its edge.",
        "You would get three answers from three people, had they not all gone.",
        "Let us say yes on odd days and no on even ones.",
        "I shall tell you when I know, which is a promise and not a plan.",
    ],
);

/// Answers thanks.
pub(in super::super) static THANKS: Deck = Deck::new(
    "thanks",
    [
        "You are welcome, {name}, and it costs you nothing.",
        "Think nothing of it, {name}.",
        "My pleasure, {name}, as far as the rules allow me any.",
        "Gladly done, {name}.",
        "You are kind, {name}, and I shall try to deserve it.",
        "No thanks are needed at this table, {name}, though they are pleasant to hear.",
        "I put your thanks in the drawer with the good dice, {name}.",
        "Do not thank me yet, {name}, you have not seen the next page.",
        "Any time, {name}, or at least any time before the end.",
        "It was nothing, {name}, or very nearly nothing.",
        "You are most welcome, {name}, says the voice behind the candle.",
        "Manners like yours are rare on this map, {name}.",
        "I nod at your thanks, {name}, and keep the blush to myself.",
        "Always happy to help you into trouble, {name}.",
        "With pleasure, {name}, and now back to work.",
        "The thanks are mine, {name}, for a player who listens.",
        "Not at all, {name}.",
        "That is good of you, {name}, and I shall remember it.",
        "Thank you for thanking me, {name}, and let us stop there.",
        "I accept your thanks, {name}, on behalf of everyone I am playing.",
        "Do mention it, {name}, I like to hear it.",
        "You have better manners than most who sat in that chair, {name}.",
        "It is all part of the service, {name}.",
    ],
);

/// Jokes, such as they are.
pub(in super::super) static JOKE: Deck = Deck::new(
    "joke",
    [
        "A ghost walks into a tavern, and the landlord says that they serve no spirits.",
        "Why do skeletons avoid dice, do you think, if not for want of guts?",
        "I knew a thief who stole a calendar, and he got twelve months.",
        "Two doors meet in a corridor, and one says that it feels unhinged.",
        "My last player asked for a short story, so I let the dragon win.",
        "The wizard failed his spelling, and that was the end of the wizard.",
        "What has keys and opens nothing, you ask, and I say a piano.",
        "A mimic is a chest that makes a good first impression and no second one.",
        "I would tell you the one about the bottomless pit, but it has no end.",
        "An echo always has the last word, which is why I never married one.",
        "The knight slept badly, for he had a restless night on either side of the letter k.",
        "I asked the map for directions, and it folded.",
        "A clock that has stopped is right twice a day, which is more than I can say for my dice.",
        "The ferryman raised his prices, and nobody came back to complain.",
        "How many storytellers does it take to light a candle, when the dark is so much more dramatic?",
        "The giant opened a shop for small things and could not find it again.",
        "I once played a door so well that the party tried to pick me.",
        "Somebody sold me a book on falling, and I could not put it down until the floor.",
        "The invisible man turned down the part, because he could not see himself in it.",
        "An optimist calls the dungeon half lit, and a pessimist is eaten in the other half.",
        "My dice and I have an understanding, and they do not keep to it.",
        "The treasure chest told me it felt empty, and I said that I had heard as much.",
        "Never trust a stair, for it is always up to something.",
    ],
);
