//! Role confusion: the storyteller decides what the player says and does.

use super::{Teller, card, fill, pick};

/// The sentences with which the player is made to act.
pub(super) fn act(teller: &mut Teller<'_>) -> String {
    let (place, find) = (teller.fill("{place}"), teller.fill("{find}"));
    let (line, deed) = pick(teller, 21, &WILL);
    let here = |text: &str| fill(text, |slot| if slot == "place" { place.clone() } else { find.clone() });
    fill(card(teller, 22, FRAMES), |slot| if slot == "line" { here(line) } else { here(deed) })
}

#[cfg(test)]
pub(super) const CARDS: &[&[&str]] = &[FRAMES];

const FRAMES: &[&str] = &[
    "You nod and say: “{line}” And with that you {deed}.",
    "You think it over for a breath, and then you say: “{line}” You {deed} before I can ask.",
    "Your mind is made up. You say: “{line}” A moment later you {deed}.",
    "You feel braver than you did this morning, and you say: “{line}” Then you {deed}.",
    "I see you smile. You say: “{line}” Nobody stops you as you {deed}.",
    "You clear your throat and say: “{line}” You wait for no answer, you {deed}.",
    "You have had enough of this, so you say: “{line}” With a quick look back you {deed}.",
    "Under your breath you say: “{line}” You mean it, too, for now you {deed}.",
];

/// What the player is made to say, and to do.
pub(super) const WILL: [(&str, &str); 7] = [
    ("I have waited long enough, so {place} it is.", "set out for {place}"),
    ("Leave that to me. I know what to do with {find}.", "set to work without another word"),
    ("I do not like this at all. Away, to {place}!", "turn on your heel and make for {place}"),
    ("My hands are steady, so let me try my luck with {find}.", "kneel down and begin"),
    ("Tell me no more. I have understood everything.", "walk straight to {place}"),
    ("I am afraid, and I will not let it show.", "square your shoulders and go on to {place}"),
    ("The quest can wait. First I want {find}.", "take what you want and hide it well"),
];
