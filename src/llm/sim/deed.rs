//! A further deed in the same message: "I take the rope and open the hatch."

use super::brief::Brief;
use super::lexicon::{self, Act, Verb};
use super::words::{self, Object, Word};

/// What the player does besides.
#[derive(Debug)]
pub(super) struct Deed {
    pub(super) verb: &'static Verb,
    pub(super) object: Object,
}

impl Deed {
    /// The next deed after the verb at `first`; `last` is what "it" means by then.
    pub(super) fn after(brief: &Brief, words: &[Word<'_>], first: usize, last: Option<&str>) -> Option<Self> {
        words.iter().enumerate().skip(first + 1).find_map(|(at, word)| {
            let verb = lexicon::verb(&word.lower).filter(|_| is_led(&words[first..at]))?;
            let mut object = words::object(words, at + 1, verb.act, last);
            if verb.act == Act::Go {
                object.thing = object.thing.map(|thing| brief.place(&thing).unwrap_or(thing));
            }
            // "The lamp, light as it is" tells no deed, and what is said may be about anything.
            let alone = matches!(verb.act, Act::Listen | Act::Wait);
            (verb.act != Act::Speak && (alone || object.thing.is_some())).then_some(Self { verb, object })
        })
    }

    /// All that it is done to.
    pub(super) fn things(&self) -> impl Iterator<Item = &String> {
        self.object.thing.iter().chain(&self.object.more)
    }

    /// Told while it happens: "open the hatch".
    pub(super) fn doing(&self) -> String {
        self.phrase(self.verb.base)
    }

    /// Told afterwards: "opened the hatch".
    pub(super) fn told(&self) -> String {
        self.phrase(self.verb.past)
    }

    fn phrase(&self, verb: &str) -> String {
        let parts = [verb, &self.object.link, self.object.thing.as_deref().unwrap_or_default()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// Whether a verb behind `words` begins a deed of its own: after "and", "then" or punctuation.
fn is_led(words: &[Word<'_>]) -> bool {
    let passed = |word: &&Word<'_>| {
        !word.ends && (word.lower.ends_with("ly") || matches!(word.lower.as_str(), "i" | "we" | "also" | "try" | "to"))
    };
    let tries = words.iter().rev().take_while(passed).map(|word| word.lower.as_str()).collect::<Vec<_>>();
    // "I ask you to open it" orders somebody else to do it.
    if tries.contains(&"to") && !tries.contains(&"try") {
        return false;
    }
    let before = words.len().checked_sub(tries.len() + 1).map(|at| &words[at]);
    before.is_some_and(|word| word.ends || matches!(word.lower.as_str(), "and" | "then"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_further_deed_is_found_behind_the_first() {
        let told = |message: &str| {
            let words = words::split(message);
            let deed = Deed::after(&Brief::default(), &words, 1, Some("the rope"));
            deed.map(|deed| deed.told()).unwrap_or_default()
        };
        let cases = [
            ("I take the rope and open the hatch", "opened the hatch"),
            ("I take the rope, then climb down the well.", "climbed down the well"),
            ("I take the rope. I quietly look at the old map.", "looked at the old map"),
            ("I take the rope, cut it in half", "cut the rope"),
            ("I take the rope and try to open the hatch", "opened the hatch"),
            ("I take the rope and wait", "waited"),
            ("I take the rope and the light", ""),
            ("I take the rope, light as it is", ""),
            ("I take the rope and say thanks", ""),
            ("I beg the captain to open the hatch", ""),
            ("I take the rope", ""),
        ];
        for (message, expected) in cases {
            assert_eq!(told(message), expected, "{message}");
        }
    }
}
