//! Words as people type them, to a query of FTS5.

/// Every word must be there, the last one at least in its beginning. None when there is no word in it.
///
/// Words are cut where FTS5 cuts them (`unicode61`), because an index without places finds words and no phrases.
pub(super) fn query(text: &str) -> Option<String> {
    /// More than anybody types.
    const MOST: usize = 32;
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).take(MOST);
    let words: Vec<String> = words.map(|word| format!("\"{word}\"")).collect();
    (!words.is_empty()).then(|| format!("{}*", words.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_but_words_is_taken_out() {
        assert_eq!(
            query("the \"hatch\" OR (NEAR* x:y"),
            Some("\"the\" \"hatch\" \"OR\" \"NEAR\" \"x\" \"y\"*".to_owned())
        );
        assert_eq!(query("Überlicht-Antrieb"), Some("\"Überlicht\" \"Antrieb\"*".to_owned()));
        assert_eq!(query(" \"*() "), None);
    }
}
