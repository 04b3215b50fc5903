//! The short sentences of a scenario. `{name}` is what it was about, `{text}` what it was done with, `{weapon}` the player's
//! own, `{times}` how often.

/// The card that the number draws.
pub(super) fn pick<'c>(deck: &[&'c str], drawn: u64) -> &'c str {
    usize::try_from(drawn % deck.len().max(1) as u64).ok().and_then(|at| deck.get(at)).copied().unwrap_or_default()
}

/// A card that no text shows, neither of those that were `told` nor any `here`; if need be one that was told. None when
/// all of them stand here.
pub(super) fn fresh<'c>(deck: &[&'c str], (told, here): (&[&str], &[String]), drawn: u64) -> Option<&'c str> {
    // The longest part without a slot tells which card it was.
    let mark = |card: &str| -> String {
        let parts = card.split('{').map(|part| part.split('}').next_back().unwrap_or(part));
        parts.max_by_key(|part| part.len()).unwrap_or_default().to_owned()
    };
    let from = usize::try_from(drawn % deck.len().max(1) as u64).unwrap_or(0);
    let turned: Vec<&str> = deck[from..].iter().chain(&deck[..from]).copied().collect();
    let new = |card: &&&str| !here.iter().any(|text| text.contains(&mark(card)));
    let untold = |card: &&&str| new(card) && !told.iter().any(|text| text.contains(&mark(card)));
    turned.iter().find(untold).or_else(|| turned.iter().find(new)).copied()
}

/// Something that may happen, and what is said of it.
pub(super) struct Event {
    what: &'static str,
    /// How much it matters: 0 is told before all else.
    pub(super) rank: u8,
    /// Whether the author has words for it. The cards only lead up to them then.
    pub(super) authored: bool,
    pub(super) cards: &'static [&'static str],
}

/// What is said of something that happened; `text` is how it did.
pub(super) fn of(what: &str, text: &str) -> &'static Event {
    // "You are hurt" badly or not, "You are stunned" or afraid: the cards stand under both.
    let closer = EVENTS.iter().find(|event| event.what.split_once(": ") == Some((what, text)));
    closer.or_else(|| EVENTS.iter().find(|event| event.what == what)).unwrap_or(&OTHER)
}

const fn own(what: &'static str, rank: u8, cards: &'static [&'static str]) -> Event {
    Event { what, rank, authored: false, cards }
}

const fn authored(what: &'static str, rank: u8, cards: &'static [&'static str]) -> Event {
    Event { what, rank, authored: true, cards }
}

static OTHER: Event = own("", 3, &[]);

#[rustfmt::skip]
static EVENTS: &[Event] = &[
    authored("Danger averted", 1, &["In time.", "You are quick enough.", "You saw it coming.", "You keep your head.", "Just in time."]),
    authored("Danger strikes", 1, &["Too late.", "You are a moment too slow.", "It catches you out.", "This one you do not stop.", "It goes wrong."]),
    authored("Attempt succeeds", 1, &["It works.", "There you have it.", "That was the right end of it.", "This goes your way.", "Done."]),
    authored("Attempt fails", 1, &["It does not go as you meant it to.", "Not this time.", "No.", "It was the wrong way round.", "So much for that."]),
    authored("Approach works", 1, &["It holds.", "You do it, and it is right.", "It falls your way.", "You were right to try."]),
    authored("Approach fails", 1, &["It does not hold.", "It was well meant.", "It falls the other way.", "One thing goes wrong, and that is enough."]),
    authored("Alarm rises", 2, &[]),
    authored("Place seen", 1, &["You take your time over it.", "You look closely.", "You go near.", "You look, and look again."]),
    authored("Somebody answers", 1, &["You wait for the answer.", "There is an answer.", "It takes a moment.", "You ask, and you are heard."]),
    authored("A fight begins", 1, &[]),
    authored("Talk in the fight", 1, &["You lower your hands and speak.", "You say what there is to say."]),
    own("Talk in the fight: it does not listen", 0, &["You speak to {name}, and nothing comes of it.", "{name} does not listen.", "You may as well not have said it: {name} comes on."]),
    own("Not possible", 0, &["You look for a way to do that, and here and now there is none.", "That cannot be done here."]),
    own("Choice", 1, &["You make up your mind.", "So that is how."]),
    own("A noise", 3, &["That was loud.", "Somebody may have heard that.", "It was not quiet.", "The sound of it goes further than you would like."]),
    own("Weapon found", 0, &["One thing you take with you: {name}.", "You pick up what may be of use: {name}.", "You do not leave it lying there: {name}."]),
    own("You are hurt: a wound that can be borne", 4, &["It hurts, and you can bear it.", "That will leave a mark.", "You feel it.", "It could have been worse.", "It costs you something, not much."]),
    own("You are hurt: a bad wound", 2, &["That one goes deep.", "For a moment there is nothing but the pain.", "It takes more out of you than it should.", "You feel something give."]),
    own("You are hurt: you can hardly go on", 2, &["You can hardly keep going.", "There is not much left in you.", "Another like that will be the last.", "You stay upright because you have decided to."]),
    own("You are hurt: it fells you", 0, &["Your knees give, and then the rest of you.", "That is one too many.", "You go down."]),
    own("You recover", 0, &["Bit by bit you put yourself right.", "You take the time to mend, and it helps.", "What was numb begins to answer."]),
    own("You recover: whole again", 0, &["You take the time to mend, and everything answers again.", "When you are done, nothing is left of it."]),
    own("A condition begins: you are stunned", 1, &["Nothing in you answers.", "Your limbs are a long way off.", "You are stunned."]),
    own("A condition begins: you are incapacitated", 1, &["You can do nothing.", "Your hands will not be told."]),
    own("A condition begins: you are prone", 1, &["You are on your back before you know it.", "It puts you on the floor.", "You lose your feet."]),
    own("A condition begins: you are poisoned", 1, &["It is in you now, and your hands are not quite yours.", "You are poisoned, and you can taste it.", "Something in you has begun to turn."]),
    own("A condition begins: you are frightened", 1, &["It leaves you afraid.", "You are frightened, and there is no arguing with it.", "The fear of it stays."]),
    own("A condition ends: you are no longer stunned", 1, &["You can move again.", "Your limbs come back to you."]),
    own("A condition ends: you are no longer prone", 1, &["You are on your feet again.", "You come up, one hand first."]),
    own("A condition ends: you are no longer poisoned", 1, &["Your head clears.", "The poison has run its course."]),
    own("A condition ends: you are no longer frightened", 1, &["The fear lets go of you.", "You find that you are not afraid any more."]),
    own("A condition ends", 1, &["What had hold of you lets go.", "It is gone."]),
    own("You withstand it", 2, &["You shake it off.", "It does not take hold of you.", "You set yourself against it, and it passes."]),
    own("You do not withstand it: frightened", 3, &["You are still afraid.", "The fear stays where it is."]),
    own("You do not withstand it: poisoned", 3, &["The poison keeps its hold.", "It has not left you yet."]),
    own("You do not withstand it", 3, &["You set yourself against it, and it comes through all the same.", "There is nothing in you, just then, that could stop it."]),
    own("You cannot act", 1, &["You cannot move.", "You can only watch.", "The moment passes without you.", "You want to, and you cannot."]),
    own("You stand up", 2, &["You get to your feet.", "You come up off the floor."]),
    own("You hit", 0, &["You hit {name} with {weapon}.", "You catch {name} with {weapon}.", "{name} feels {weapon}.", "There is an opening, and {weapon} finds {name}."]),
    own("You miss", 0, &["You miss {name} with {weapon}.", "{name} is not where you aim {weapon}.", "You try {weapon}, and {name} is quicker.", "With {weapon} you get nothing but air."]),
    own("You are struck", 2, &["{name} catches you with {text}.", "{name} gets through to you with {text}.", "{name} hits you with {text}.", "You do not see {text} coming, and {name} does not miss."]),
    own("You are missed", 3, &["{name} misses you with {text}.", "{name} tries {text} and finds air.", "You are not where {name} strikes.", "You turn aside, and {name} goes past."]),
    own("You hit: often", 0, &["You hit {name} {times} with {weapon}.", "{name} feels {weapon} {times}."]),
    own("You miss: often", 0, &["You miss {name} {times} with {weapon}.", "{name} slips past {weapon} {times}."]),
    own("You are struck: often", 2, &["{name} hits you {times} with {text}.", "{name} catches you {times} with {text}."]),
    own("You are missed: often", 3, &["{name} misses you {times}.", "{name} comes at you {times} and finds air."]),
    own("A power is used", 1, &["{name} has one thing more: {text}.", "Then {name} uses what it was keeping back: {text}.", "What comes next from {name} is no blow: {text}."]),
    own("You defend", 1, &["You keep your guard up.", "You take what cover there is.", "You make yourself hard to reach."]),
    own("A foe falls", 0, &["{name} goes down and stays down.", "That is the end of it for {name}.", "{name} falls."]),
    own("You withdraw", 0, &["You give ground, and then you run.", "You break away.", "You know when to go, and go."]),
    own("The fight ends: you have won", 2, &["Then it is quiet.", "The fight is over.", "After that, only your own breath."]),
    own("The fight ends: they stand down", 2, &["Nobody lifts a hand any more.", "That is the end of the fight."]),
    own("The fight ends: you got away", 3, &["You are out of it.", "You get clear."]),
    own("The fight ends", 3, &[]),
    own("Then the game shows: the arrival", 5, &["You go on.", "That is done, and you go on.", "There is nothing more to do here.", "On, then.", "This part is behind you."]),
    own("Then the game shows: the clue", 5, &["And there is more to it.", "One thing stays with you.", "Something in it will not let you go.", "You make a note of one thing."]),
    own("Then the game shows: the ending", 6, &["Then it is over.", "So it ends.", "That was the last of it."]),
];

/// A place that was seen not long ago.
pub(super) const AGAIN: &[&str] = &[
    "It is as it was.",
    "Nothing has changed.",
    "You know this already.",
    "You go through it once more.",
    "You find it as you left it.",
];

/// An answer that was heard not long ago.
pub(super) const SAME_ANSWER: &[&str] = &[
    "The answer is the same.",
    "You have heard this before.",
    "You are told it once more.",
    "It is no different the second time.",
];

/// When nothing happened that is worth a word.
pub(super) const NOTHING: &[&str] = &[
    "Nothing moves on that account.",
    "You say it, and the moment passes.",
    "It changes nothing, except that you have said it.",
    "Nobody takes you up on it.",
    "For the length of a breath everything waits; then it goes on as before.",
];

/// What is at stake: in a fight, against somebody who is not much hurt.
pub(super) const FACING: &[&str] = &[
    "{name} is far from done.",
    "{name} has you in view.",
    "{name} is still between you and the way on.",
    "{name} waits for your next move.",
    "There is still {name}.",
    "{name} shows no sign of tiring.",
];

/// Against somebody who is.
pub(super) const FALTERING: &[&str] = &[
    "{name} will not stand much more.",
    "{name} is slower than before.",
    "You can see where {name} is hurt.",
    "{name} holds on, just.",
];

/// Several ways lead on.
pub(super) const FORK: &[&str] = &[
    "There is more than one way to go about this.",
    "It is for you to say how.",
    "You could do this in more ways than one.",
    "Now it depends on what you want.",
    "You have your choice of mistakes.",
];

/// The player is badly hurt.
pub(super) const WEAK: &[&str] = &[
    "You are in no shape for more of this.",
    "You move with care now.",
    "You would do well to sit down, and there is no time.",
    "Every step has to be asked for.",
];

/// Anything else.
pub(super) const QUIET: &[&str] = &[
    "It is quiet, for now.",
    "You are not done yet.",
    "One thing at a time.",
    "The next thing is not far off.",
    "You look about for what comes next.",
    "Nothing stirs yet.",
    "You listen. Nothing, so far.",
    "There is work left here.",
    "You gather yourself.",
    "It is not over.",
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn cards_are_short_plain_sentences_without_numbers_and_with_known_slots() {
        let decks = [AGAIN, SAME_ANSWER, NOTHING, FACING, FALTERING, FORK, WEAK, QUIET];
        let cards: Vec<&str> =
            EVENTS.iter().map(|event| event.cards).chain(decks).flat_map(|deck| deck.iter().copied()).collect();
        assert_eq!(cards.iter().collect::<HashSet<_>>().len(), cards.len(), "none is there twice");
        for card in cards {
            assert!(card.ends_with('.') && !card.contains(['*', '"']), "{card}");
            assert!(!card.chars().any(char::is_numeric) && card.split(' ').count() <= 16, "{card}");
            for slot in card.split('{').skip(1).filter_map(|part| part.split('}').next()) {
                assert!(["name", "text", "weapon", "times"].contains(&slot), "{{{slot}}} in {card}");
            }
            for article in ["the {", "a {", "an {", "The {"] {
                assert!(!card.contains(article), "an article before a name: {card}");
            }
        }
    }
}
