//! The short sentences of a solo game. `{thing}` is what the player deals with, `{doing}` what the player does.

/// What is tried. The dice decide how it ends.
pub(super) const LEADS: &[&str] = &[
    "You {doing}.",
    "Carefully, you {doing}.",
    "You take a breath, and you {doing}.",
    "Without hurry you {doing}.",
    "So you {doing}.",
    "You look round once, and you {doing}.",
];

/// A deed whose end the dice decide.
pub(super) const RISKS: &[&str] = &[
    "It is harder than it looked.",
    "Halfway through, you feel it hang by a thread.",
    "It could go either way.",
    "For a heartbeat it stands on its edge.",
    "Your hands know what to do; the rest of you watches them.",
    "It looks easy, and you have learned to mistrust that.",
    "Now it is in motion.",
    "Something shifts, and has not decided which way to fall.",
    "One moment more, and you will know.",
];

/// Something is done, and it is quiet meanwhile.
pub(super) const CALM: &[&str] = &[
    "Nobody comes to stop you.",
    "Nothing stirs while you work.",
    "It is quiet enough to hear yourself.",
    "You listen first. Nothing.",
    "You are alone with it.",
];

/// What there is to see is the place's own text.
pub(super) const SEEN: &[&str] = &[
    "You look round.",
    "You take it in piece by piece.",
    "You let your eyes go once round.",
    "You stand still and look.",
    "You look again, slowly.",
];

/// Somebody has come where they were going, and it is `{place}`.
pub(super) const ARRIVED: &[&str] =
    &["You get there: {place}.", "And there you are: {place}.", "A few steps more, and you have reached it: {place}."];

/// What a place is like to which somebody has just come.
pub(super) const ARRIVALS: &[&str] = &[
    "You have only just come in; it is quiet, and the light is on.",
    "It looks as though somebody left a minute ago and meant to come back.",
    "The air is a little cooler here, and it smells faintly of metal.",
    "Everything is in its place, which is not the same as being in order.",
    "A sound stops as you come in, so softly that you may have imagined it.",
];

/// What comes of a roll: of which kind of deed, and what is said when it worked and when it did not.
pub(super) struct Result {
    pub(super) skill: &'static str,
    pub(super) worked: &'static [&'static str],
    pub(super) failed: &'static [&'static str],
}

/// By skill; the last one is for all others.
pub(super) const RESULTS: &[Result] = &[
    Result {
        skill: "engineering",
        worked: &[
            "It works: you get {thing} to do what you want.",
            "One last turn, and you are done with {thing}.",
            "You find the fault and bring {thing} round.",
            "Whatever was wrong with {thing}, you have put it right.",
        ],
        failed: &[
            "You get nowhere with {thing}, and something snaps.",
            "It does not work; when you let go of {thing}, a piece stays in your hand.",
            "You try {thing} once too often, and something breaks.",
        ],
    },
    Result {
        skill: "athletics",
        worked: &[
            "You make it, with nothing to spare.",
            "One more effort, and it is done.",
            "You put your weight into it, and that is enough.",
        ],
        failed: &[
            "You do not make it, and you come down hard.",
            "Your grip goes, and then you do.",
            "It is too much for you, and you pay for trying.",
        ],
    },
    Result {
        skill: "security",
        worked: &[
            "You hit {thing} where it counts.",
            "Your blow lands, and there is no more resistance from {thing}.",
            "It takes one blow: you have the better of {thing}.",
        ],
        failed: &[
            "Your blow goes past {thing}, and you pay for it.",
            "You misjudge {thing}, and it costs you.",
            "You strike at {thing} and hurt yourself.",
        ],
    },
    Result {
        skill: "stealth",
        worked: &[
            "Nobody has heard you.",
            "You get by without a sound.",
            "If anybody was watching, it was not you they saw.",
        ],
        failed: &[
            "One careless step, and you are heard.",
            "Something rattles under your foot, and it is not quiet any more.",
            "You are not as quiet as you thought.",
        ],
    },
    Result {
        skill: "command",
        worked: &[
            "You have found the right words for {thing}.",
            "It takes some talking, and then you have what you want from {thing}.",
            "You say it once, and it is enough for {thing}.",
        ],
        failed: &[
            "You get nothing from {thing}, and a little less than before.",
            "It was the wrong thing to say to {thing}.",
            "You have lost some ground with {thing}.",
        ],
    },
    Result {
        skill: "investigation",
        worked: &[
            "You find it: somebody was at {thing} before you, and not long ago.",
            "You look closer, and there is a mark on {thing} that somebody took pains to hide.",
            "It pays to look twice: you know more about {thing} than you were meant to.",
        ],
        failed: &[
            "The longer you look at {thing}, the less you see, and the time is gone.",
            "You find nothing about {thing} that helps, and you have lost time.",
            "You go over {thing} until your eyes swim. It has cost you minutes that you did not have.",
        ],
    },
    Result {
        skill: "insight",
        worked: &[
            "You hear it now, under everything else: somebody is breathing, not far off.",
            "You hold still long enough to understand: you are being listened to.",
        ],
        failed: &[
            "You hear your own pulse and nothing else, and the moment is lost.",
            "Whatever it was, it has stopped, and you have lost time over it.",
        ],
    },
    Result {
        skill: "",
        worked: &["It works.", "It goes as you meant it to.", "You have done it."],
        failed: &[
            "It does not work, and it has cost you time.",
            "It goes wrong, and not quietly.",
            "You have not done it, and it shows.",
        ],
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cards_are_short_plain_sentences_with_known_slots() {
        let results = RESULTS.iter().flat_map(|result| [result.worked, result.failed]);
        let decks = [LEADS, RISKS, CALM, SEEN, ARRIVED, ARRIVALS].into_iter().chain(results);
        let mut seen: Vec<&str> = Vec::new();
        for card in decks.flatten().copied() {
            assert!(!seen.contains(&card), "twice: {card}");
            seen.push(card);
            assert!(card.ends_with('.') && !card.contains(['*', '"']) && card.split(' ').count() <= 20, "{card}");
            assert!(!card.contains("the {") && !card.contains("a {"), "an article before a name: {card}");
            for slot in card.split('{').skip(1).filter_map(|part| part.split('}').next()) {
                assert!(["thing", "place", "doing"].contains(&slot), "{{{slot}}} in {card}");
            }
        }
    }
}
