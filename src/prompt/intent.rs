//! Whether the player asks something or does something.

/// What a player's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intent {
    /// It wants to know something: it costs no turn.
    Question,
    /// It does something.
    Action,
}

/// What a classifier answered. One word counts as a question; whatever else it is, the player did something.
pub fn read_intent(text: &str) -> Intent {
    let word = text.trim();
    let word = word.strip_suffix('.').unwrap_or(word);
    if word.eq_ignore_ascii_case("question") { Intent::Question } else { Intent::Action }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_word_is_a_question_and_all_else_an_action() {
        for text in ["question", " Question.\n", "QUESTION"] {
            assert_eq!(read_intent(text), Intent::Question, "{text:?}");
        }
        for text in
            ["action", "", "question?", "question..", "a question", "question action", "`question`", "questions"]
        {
            assert_eq!(read_intent(text), Intent::Action, "{text:?}");
        }
    }
}
