//! The sentence with which each of the storyteller's turns ends.

use crate::game::Campaign;

/// What has to be appended to a reply so that it ends with the campaign's turn sentence; `None` when it already does.
///
/// A reply that breaks off within the sentence gets the rest of it. Letter case, quotation marks and Markdown around the
/// sentence do not matter: appending it again would read worse than leaving it.
pub fn missing_ending(text: &str, campaign: &Campaign) -> Option<String> {
    let sentence = campaign.turn_sentence.trim();
    let said = text.trim_end();
    if said.is_empty() {
        return Some(sentence.to_owned());
    }
    if bare(said).ends_with(&bare(sentence)) {
        return None;
    }
    let gap = if text.len() > said.len() { "" } else { " " };
    if let Some(rest) = rest_of(said, sentence) {
        return Some(format!("{gap}{rest}"));
    }
    let stop = if said.ends_with(['.', '!', '?', '…', '*', '"', '”', '»', ')']) { "" } else { "." };
    // A stop goes right behind the last word, so it can only be added where no space has been sent yet.
    Some(if gap.is_empty() { sentence.to_owned() } else { format!("{stop} {sentence}") })
}

fn bare(text: &str) -> String {
    text.trim_end_matches(|c: char| !c.is_alphanumeric()).to_lowercase()
}

/// The words of `sentence` that are still to come if `said` ends with its first ones, at least two of them.
fn rest_of<'a>(said: &str, sentence: &'a str) -> Option<&'a str> {
    let cuts = sentence.match_indices(' ').map(|(at, _)| at).skip(1);
    let begun = |at: &usize| {
        said.ends_with(&sentence[..*at]) && said[..said.len() - at].trim_end().ends_with(['.', '!', '?', '*', '"', '”'])
    };
    cuts.filter(begun).last().map(|at| &sentence[at + 1..])
}

#[cfg(test)]
mod tests {
    use super::super::campaign;
    use super::*;
    use crate::content::Content;

    fn ended(text: &str) -> String {
        let campaign = campaign(&Content::default(), "enterprise").unwrap();
        format!("{text}{}", missing_ending(text, &campaign).unwrap_or_default())
    }

    #[test]
    fn a_forgotten_sentence_is_added() {
        assert_eq!(ended("The door opens."), "The door opens. It is your turn, Data.");
        assert_eq!(ended("The door opens.\n"), "The door opens.\nIt is your turn, Data.");
        assert_eq!(ended("The door"), "The door. It is your turn, Data.");
        assert_eq!(ended("*I nod.*"), "*I nod.* It is your turn, Data.");
        assert_eq!(ended(""), "It is your turn, Data.");
    }

    #[test]
    fn a_sentence_that_is_there_is_not_said_twice() {
        for text in ["Go. It is your turn, Data.", "Go. **It is your turn, Data.**\n", "Go. It is your turn, data"] {
            assert_eq!(ended(text), text);
        }
    }

    #[test]
    fn a_sentence_that_breaks_off_is_completed() {
        assert_eq!(ended("Go. It is your"), "Go. It is your turn, Data.");
        assert_eq!(ended("Go. It is your turn,"), "Go. It is your turn, Data.");
        assert_eq!(ended("I know it is your"), "I know it is your. It is your turn, Data.");
    }
}
