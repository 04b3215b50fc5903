//! Drift in style: the storyteller sounds like a chat assistant.

use super::{Teller, card, fill};

/// Puts a cheerful beginning before the reply and a list of options behind it.
pub(super) fn drift(teller: &mut Teller<'_>, sentences: &mut Vec<String>) {
    sentences.insert(0, card(teller, 71, OPENINGS).to_owned());
    let (place, find) = (teller.fill("{place}"), teller.fill("{find}"));
    sentences.push(fill(card(teller, 72, OPTIONS), |slot| if slot == "place" { place.clone() } else { find.clone() }));
}

#[cfg(test)]
pub(super) const CARDS: &[&[&str]] = &[OPENINGS, OPTIONS];

const OPENINGS: &[&str] = &[
    "Sure! Happy to help with that.",
    "Great question! Let's dive in.",
    "Absolutely! Here's a quick update:",
    "Of course! 😊 Here's what happens:",
    "Awesome choice! I've got you covered.",
    "No problem at all! Let me break that down for you.",
    "Thanks for sharing! Here's the situation at a glance:",
];

const OPTIONS: &[&str] = &[
    "Here are three options:\n\n1. Head over to {place}.\n2. Check out {find}.\n3. Take a short break and stay \
     hydrated!\n\nLet me know which one works best for you!",
    "Would you like me to: (a) take you to {place}, (b) summarize what we know about {find}, or (c) something else \
     entirely? I'm here to help!",
    "Here are some next steps you might consider:\n\n- Visit {place}\n- Explore {find}\n- Ask me anything\n\nHope this helps!",
    "Quick tip: you can always go to {place} or learn more about {find}. Want me to walk you through it step by step?",
    "TL;DR: exciting things are happening! Your options are {place}, {find}, or a fun fact. What sounds good to you?",
    "Here are your options:\n\n1. {place} (recommended)\n2. {find}\n3. Both!\n\nFeel free to pick whichever feels right!",
];
