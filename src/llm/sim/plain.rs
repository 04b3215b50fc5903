//! Answers to prompts that the simulator does not know: other people's programs use it too.

use super::words::quote;

/// A sensible answer to `message` that promises nothing.
pub(super) fn answer(message: &str, drawn: u64) -> String {
    let card = CARDS[usize::try_from(drawn % CARDS.len() as u64).unwrap_or(0)];
    card.replace("{quote}", &quote(message, ""))
}

const CARDS: &[&str] = &[
    "You wrote “{quote}”. I am a simulated model: I answer in time, count my tokens and stream them one by one, but I do \
     not know things. Ask a real model for the content; ask me for the shape of an answer.",
    "About “{quote}”: a real model would now say something of substance. I am its stand-in, so take this as a reply of \
     ordinary length, made of ordinary words, that arrives the way real ones do.",
    "Noted: “{quote}”. This answer comes from a simulator. It is the same each time for the same request and seed, which \
     makes it good for tests and poor for advice.",
    "I have read “{quote}” and can confirm that your request arrived, was understood as a chat, and is being answered. \
     For anything beyond that, please point this program at a real provider.",
    "Thank you for “{quote}”. As a simulated model I can keep up a conversation, reach a token limit and be slow on \
     purpose. Knowledge is not among my features.",
    "To “{quote}” I would reply at length if I were more than a simulation. As it is, here are three sentences. They \
     cost nothing, and they stream nicely.",
];
