//! Which of several things a player's words mean.

/// The place of the candidate that the words mean: by a name that is the same, else by one that contains the words or is
/// contained in them. Each candidate has several names. None when nothing fits, or two fit equally.
pub(super) fn meant(words: &str, candidates: &[Vec<&str>]) -> Option<usize> {
    let words = plain(words);
    if words.is_empty() {
        return None;
    }
    let same = |name: &&str| plain(name) == words;
    if let Some(place) = candidates.iter().position(|names| names.iter().any(same)) {
        return Some(place);
    }
    let like = |name: &&str| {
        let name = plain(name);
        !name.is_empty() && (within(&words, &name) || within(&name, &words))
    };
    let mut fitting = candidates.iter().enumerate().filter(|(_, names)| names.iter().any(like));
    let (place, _) = fitting.next()?;
    fitting.next().is_none().then_some(place)
}

/// Whether the words stand in the text, as words.
fn within(words: &str, text: &str) -> bool {
    format!(" {text} ").contains(&format!(" {words} "))
}

/// Lower case, letters and digits, without articles.
fn plain(text: &str) -> String {
    let lower = text.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.filter(|word| !["the", "a", "an", "my", "this", "that"].contains(word)).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_mean_the_one_thing_that_they_fit() {
        let places = vec![vec!["loc_med_bay", "Med bay", "infirmary"], vec!["loc_core", "Core chamber"], vec!["Bay"]];
        let table = [
            ("the med bay", Some(0)),
            ("LOC_MED_BAY", Some(0)),
            ("infirmary", Some(0)),
            ("core", Some(1)),
            ("the core chamber with the light", Some(1)),
            ("bay", Some(2)),
            ("chamber pot", None),
            ("cor", None),
            ("", None),
            ("the", None),
        ];
        for (words, expected) in table {
            assert_eq!(meant(words, &places), expected, "{words:?}");
        }
        assert_eq!(meant("drone", &[vec!["security drone 1"], vec!["security drone 2"]]), None, "both fit");
    }
}
