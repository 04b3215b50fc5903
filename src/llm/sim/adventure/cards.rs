//! The sentences of the games for one player. `{name}` is what it was about, `{text}` what it was done with.

/// The card that the number draws.
pub(super) fn pick<'c>(deck: &'c [&'c str], drawn: u64) -> &'c str {
    usize::try_from(drawn % deck.len().max(1) as u64).ok().and_then(|at| deck.get(at)).copied().unwrap_or_default()
}

/// The cards for something that happened.
pub(super) fn of(what: &str) -> &'static [&'static str] {
    EVENTS.iter().find(|event| event.what == what).map_or(OTHER, |event| event.cards)
}

/// How much it matters: 0 is told before all else.
pub(super) fn rank(what: &str) -> u8 {
    EVENTS.iter().find(|event| event.what == what).map_or(2, |event| event.rank)
}

/// Whether it brings something to light that only its author can say.
pub(super) fn has_detail(what: &str) -> bool {
    [
        "Clue found",
        "Place seen",
        "Somebody answers",
        "New scene",
        "The story ends",
        "Attempt succeeds",
        "Approach works",
    ]
    .contains(&what)
}

struct Event {
    what: &'static str,
    rank: u8,
    cards: &'static [&'static str],
}

const fn event(what: &'static str, rank: u8, cards: &'static [&'static str]) -> Event {
    Event { what, rank, cards }
}

#[rustfmt::skip]
static EVENTS: &[Event] = &[
    event("Danger averted", 0, &[
        "For a heartbeat {name} might have had you, and then your hands are where they need to be, and it is over.",
        "You are a little quicker than {name}, and a little is enough.",
        "You see {name} coming the way one sees a step in the dark, and put your foot where it belongs.",
        "What was coming to you from {name} meets empty air.",
    ]),
    event("Danger strikes", 0, &[
        "You reach for the right thing a moment late, and there is no asking {name} to wait.",
        "Your answer to {name} is a good one, and comes after the question has been settled.",
        "It goes wrong quickly, as such things do: you have {name} upon you before you have turned round.",
        "You hold out against {name} for as long as it takes to draw a breath, and no longer.",
    ]),
    event("Attempt succeeds", 0, &[
        "You take your time over {name}, and find the way in by degrees.",
        "Under your hands the riddle of {name} becomes a piece of work, and then a finished one.",
        "You find the one loose end in {name} and pull, and the rest follows it.",
        "It takes patience, and a second try at the hard part, and then you have {name} behind you.",
    ]),
    event("Attempt fails", 0, &[
        "You try {name} from the left and from the right, and end up where you began.",
        "Something in {name} slips through your fingers, just when you thought that you had it.",
        "Of all the ways into {name} you choose the one that leads out again.",
        "You are nearly done with {name} when you notice where you went wrong, at the very start.",
    ]),
    event("Approach works", 0, &[
        "It was the right way to go about it, and you feel the room agree.",
        "You stake everything on one thing, quietly, and it holds.",
        "There is a moment in which it could fall either way, and you lean, and it falls yours.",
    ]),
    event("Approach fails", 0, &[
        "For a while it goes as you had meant it to, and then one small thing does not.",
        "You come within a word of it, and it is the wrong word.",
        "What you had in mind breaks off in the middle, and everyone has heard it break.",
    ]),
    event("Not possible", 0, &[
        "You look for a way to do that, and here and now there is none.",
        "The thought is a good one and finds nothing to take hold of.",
    ]),
    event("Choice", 1, &[
        "You make up your mind, and the air seems to notice.",
        "So that is how you will do it, then; from here on it is a matter of doing.",
    ]),
    event("Alarm rises", 1, &[
        "Somewhere, something has taken note. There is a word for how things stand now: {name}.",
        "The quiet changes its colour, and the new one is called {name}.",
        "You have been heard. From here on it says {name} wherever such things are written down.",
    ]),
    event("A noise", 2, &[
        "That was louder than it ought to have been.",
        "The sound of it travels, and you can hear it travelling.",
        "If anybody was listening, they have something to think about now.",
    ]),
    event("Place seen", 0, &[
        "You go over {name} from one end to the other, and nothing keeps you from looking.",
        "You give {name} your whole attention, and get something in return.",
        "Close up you can read {name} better than from the door.",
    ]),
    event("Clue found", 0, &[
        "There, and you nearly missed it: {name}.",
        "What you find is worth the looking: {name}.",
        "Your eye stops at {name}, and will not go on.",
    ]),
    event("Weapon found", 0, &[
        "Your hand closes round {name}, and it lies there as if it had been waiting.",
        "You take {name} with you; it is heavier than it looks, and that is a comfort.",
    ]),
    event("Somebody answers", 0, &[
        "You wait, and after a while {person} finds an answer.",
        "You speak, and {person} weighs what you have said before anything comes back.",
        "It is a moment before {person} makes up a mind.",
    ]),
    event("New scene", 0, &[
        "The way leads on, and you follow it to {name}.",
        "Then you are through, and you see before you {name}.",
        "What comes next has a name: {name}.",
    ]),
    event("Talk in the fight", 0, &[
        "Between two blows you say what there is to say to {name}.",
        "You lower your hands for as long as one sentence takes, and speak to {name}.",
    ]),
    event("The story ends", 0, &[
        "And so it ends.",
        "That is the last of it.",
        "Then it is over, and you have time to notice.",
    ]),
    event("You are hurt", 1, &[
        "It hurts, and you will know about it for the rest of the day.",
        "The pain comes a moment later, and comes to stay.",
        "You feel it before you see it, and then you see it.",
    ]),
    event("You recover", 0, &[
        "Bit by bit you put yourself together again; what was numb begins to answer.",
        "You take the time to mend what can be mended here, and it helps.",
    ]),
    event("A condition begins", 1, &[
        "Something of it stays with you, in the hands and behind the eyes: you are not as you were.",
        "It gets under your guard and settles there.",
    ]),
    event("A condition ends", 1, &[
        "What had hold of you lets go, all at once, and you stand a little straighter.",
        "You breathe out, and it is gone.",
    ]),
    event("You withstand it", 2, &[
        "It washes over you and finds nothing to hold on to.",
        "You set your teeth, and it passes.",
    ]),
    event("You do not withstand it", 2, &[
        "You set yourself against it, and it comes through all the same.",
        "There is nothing in you, just then, that could stop it.",
    ]),
    event("You cannot act", 1, &[
        "You want to move, and nothing in you does.",
        "The moment comes and goes without you.",
    ]),
    event("You stand up", 2, &["You get your feet under you again.", "You come up off the floor, one hand first."]),
    event("A fight begins", 0, &[
        "There is no more talking: you have {name} to face.",
        "The distance between you and {name} is suddenly very short.",
        "You know the moment for what it is, and turn to {name}.",
    ]),
    event("You hit", 2, &[
        "Your {text} finds {name}, and {name} gives ground.",
        "You strike with your {text}, and it tells on {name}.",
        "For once there is an opening, and your {text} is in it.",
    ]),
    event("You miss", 3, &[
        "Your {text} goes wide of {name} by the breadth of a hand.",
        "You strike where {name} was.",
    ]),
    event("You are struck", 2, &[
        "{name} does not miss.",
        "You see {name} a moment too late.",
        "{name} gets through your guard.",
    ]),
    event("You are missed", 3, &[
        "{name} tears at the air beside you.",
        "You turn your shoulder, and {name} goes by.",
    ]),
    event("A power is used", 1, &[
        "Then {name} does what it was made for: {text}.",
        "The air thickens around {name}, and there it is: {text}.",
    ]),
    event("You defend", 2, &["You make yourself small and hard to reach.", "You take what cover there is."]),
    event("A foe falls", 0, &[
        "At last {name} goes down, and stays down.",
        "Something in {name} gives way, and it is still.",
    ]),
    event("You withdraw", 0, &[
        "You give up the ground, step by step, and then at a run.",
        "You know when to go, and go.",
    ]),
    event("The fight ends", 1, &[
        "After that there is only the sound of your own breath.",
        "Then nothing moves any more, and the quiet is loud.",
    ]),
];

const OTHER: &[&str] = &["It happens quickly, and it cannot be taken back.", "You see it through to its end."];

/// When nothing happened that is worth a word.
pub(super) const NOTHING: &[&str] = &[
    "Your words go out into {place}, and nothing there moves on their account.",
    "You say it, and {place} keeps its own counsel.",
    "For a moment {place} seems to consider that, and then goes on as before.",
    "It changes nothing in {place}, except that you have said it.",
    "{place} takes no notice; you take a breath and look again at what is before you.",
];

/// What is at stake next. `{mood}` is what the alarm is called.
pub(super) const STAKES: &[&str] = &[
    "What comes next is already waiting, and it knows where you stand.",
    "Ahead of you lies the next thing that will not do itself.",
    "There is a word for the mood of this place, {mood}, and it is your move that it is waiting for.",
    "You have the length of a breath before the next thing is due.",
    "Behind you it has grown quiet. Ahead of you it has not.",
    "There is more to come, and it begins within arm's reach.",
    "Over all of it hangs one word, {mood}, and what you do next will change it or prove it.",
    "Nobody will tell you that this is the moment, and this is the moment.",
];

/// A solo game: what is done, and where. The dice decide how it ends.
pub(super) const LEADS: &[&str] = &[
    "In {place} you {doing}.",
    "There is nobody to stop you in {place}, and so you {doing}.",
    "You {doing}, and all of {place} holds still for it.",
    "You take a breath of the air in {place}, and you {doing}.",
    "Here in {place} you {doing}, without hurry.",
];

/// A solo game: where it happens.
pub(super) const PLACES: &[&str] = &[
    "Nothing in {place} speaks against it.",
    "There is nobody in {place} to tell you not to.",
    "For once {place} lets you have your way.",
    "The air in {place} stands still while you work.",
    "Whoever knows {place} would not hear you; whoever does not would be too late.",
    "In {place} one thing leads to another.",
    "You have come to know {place} well enough to begin without looking round.",
];

/// A solo game: something was said.
pub(super) const SAID: &[&str] = &[
    "In {place} every word carries.",
    "Your voice sounds smaller than it should in {place}.",
    "You say it to {place} at large, and {place} listens.",
    "For a moment {place} is all attention.",
    "There is an echo in {place}, and it takes its time.",
];

/// A solo game: what there is to see; `{text}` is what the place is like.
pub(super) const SEEN: &[&str] = &[
    "You are in {place}. {text}",
    "You let your eyes go once round {place}. {text}",
    "This is {place}, and you take it in piece by piece. {text}",
];

/// A deed whose end the dice decide.
pub(super) const RISKS: &[&str] = &[
    "It is harder than it looked, and you are already in the middle of it.",
    "Halfway through, you feel how much depends on the next instant.",
    "Everything about it says that it can be done, and nothing says that it will be.",
    "Your hands know what to do; the rest of you watches them.",
    "It could be easy. It has that look, and you have learned to mistrust it.",
];

/// The moment before it is known.
pub(super) const FALLING: &[&str] = &[
    "Something shifts, and hangs there, and has not yet decided which way to fall.",
    "For the length of a heartbeat it stands on its edge.",
    "You hold your breath, and so does everything else.",
    "Now it is in motion, and no longer in your hands.",
];

/// What went wrong before catches up.
pub(super) const HARM: &[&str] = &[
    "What went wrong before catches up with you now, sharply, in the ribs.",
    "Only now do you notice what the last attempt has cost you.",
    "The last attempt has left its mark, and it makes itself felt.",
];

/// What a place is like to which somebody has just come.
pub(super) const ARRIVALS: &[&str] = &[
    "You have only just come in; it is quiet, and the light is on.",
    "It looks as though somebody left a minute ago and meant to come back.",
    "The air is a little cooler here, and it smells faintly of metal.",
    "Everything is in its place, which is not the same as being in order.",
    "A sound stops as you come in, so softly that you may have imagined it.",
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn cards_are_plain_sentences_without_numbers_and_with_known_slots() {
        let decks = [OTHER, NOTHING, STAKES, LEADS, PLACES, SAID, SEEN, RISKS, FALLING, HARM, ARRIVALS];
        let cards: Vec<&str> =
            EVENTS.iter().map(|event| event.cards).chain(decks).flat_map(|deck| deck.iter().copied()).collect();
        assert_eq!(cards.iter().collect::<HashSet<_>>().len(), cards.len(), "none is there twice");
        for card in cards {
            assert!(card.ends_with(['.', '}']) && !card.contains(['*', '"']), "{card}");
            assert!(!card.chars().any(char::is_numeric) && card.split(' ').count() <= 26, "{card}");
            for slot in card.split('{').skip(1).filter_map(|part| part.split('}').next()) {
                assert!(["name", "text", "person", "place", "doing", "mood"].contains(&slot), "{{{slot}}} in {card}");
            }
        }
    }
}
