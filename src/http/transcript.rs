//! A transcript: as JSON, and as Markdown that is pleasant to read and that nothing said in a game can break.

use std::fmt::Write as _;

use serde::Serialize;
use utoipa::ToSchema;

use crate::play::{Nature, Transcript, TranscriptLine};
use crate::store::Mark;

use super::archive::{SummaryAnswer, rfc3339};

/// The transcript as Markdown.
pub(super) fn markdown(transcript: &Transcript) -> String {
    let summary = &transcript.summary;
    let turns = if summary.turn_number == 1 { "1 turn".to_owned() } else { format!("{} turns", summary.turn_number) };
    let mut text = format!(
        "# {}\n\nA {} game of {turns}, begun {}, last played {}. Session `{}`.\n",
        literal(&summary.campaign),
        summary.kind,
        rfc3339(summary.created),
        rfc3339(summary.played),
        summary.id
    );
    if transcript.lines.is_empty() {
        text.push_str("\nNothing has been played yet.\n");
    }
    for line in &transcript.lines {
        write_line(&mut text, line);
    }
    text
}

fn write_line(text: &mut String, line: &TranscriptLine) {
    let (title, remark) = (title(line), remark(line.mark));
    let _ = writeln!(text, "\n## {title}\n");
    if let Some(remark) = remark {
        let _ = writeln!(text, "*{remark}*\n");
    }
    for spoken in lines(&line.input) {
        let _ = writeln!(text, "{}", format!("> {}", literal(&spoken)).trim_end());
    }
    let _ = writeln!(text);
    for told in lines(&line.narrative) {
        let _ = writeln!(text, "{}", prose(&told));
    }
    if !line.log.is_empty() {
        let _ = writeln!(text);
    }
    for entry in &line.log {
        let _ = writeln!(text, "- {}", literal(&lines(entry).join(" ")));
    }
}

fn title(line: &TranscriptLine) -> String {
    match (line.mark, line.nature) {
        (Mark::Aside, Nature::Question) => "A question".to_owned(),
        (Mark::Aside, _) => "Aside".to_owned(),
        (_, Nature::Choice) => format!("A choice ({})", line.number),
        _ => format!("Turn {}", line.number),
    }
}

const fn remark(mark: Mark) -> Option<&'static str> {
    match mark {
        Mark::Kept => None,
        Mark::Replaced => Some("Another answer took the place of this one."),
        Mark::Undone => Some("This was taken back."),
        Mark::Aside => Some("This cost no turn."),
    }
}

/// The lines of a text, trimmed, without control characters, and not begun or ended by empty ones.
fn lines(text: &str) -> Vec<String> {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let clean = |line: &str| line.chars().filter(|c| !c.is_control() || *c == '\t').collect::<String>();
    text.trim().split('\n').map(|line| clean(line).trim().to_owned()).collect()
}

/// A line that is shown as it is written.
fn literal(line: &str) -> String {
    block(&inline(line, |c| "\\`*_[]<>&~|$".contains(c)))
}

/// A line in which `*emphasis*` counts, as storytellers use it, and nothing else does.
fn prose(line: &str) -> String {
    block(&inline(line, |c| "\\`[]<>&~|$".contains(c)))
}

fn inline(line: &str, escaped: impl Fn(char) -> bool) -> String {
    let mut text = String::with_capacity(line.len());
    for c in line.chars() {
        if escaped(c) {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

/// Escapes what would make the line a heading, a list, a rule or the like.
fn block(line: &str) -> String {
    let rule = |c: char| c == '*' || c == '_' || c.is_whitespace();
    let first = line.chars().next().unwrap_or_default();
    let second = line.chars().nth(1);
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    match first {
        '#' | '-' | '+' | '=' | ':' => format!("\\{line}"),
        '*' | '_' if line.chars().all(rule) || second.is_none_or(char::is_whitespace) => format!("\\{line}"),
        _ if digits > 0 && line[digits..].starts_with(['.', ')']) => {
            format!("{}\\{}", &line[..digits], &line[digits..])
        }
        _ => line.to_owned(),
    }
}

/// What was played in a game, oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TranscriptAnswer<'a> {
    #[serde(flatten)]
    summary: SummaryAnswer,
    /// Also what does not count.
    lines: Vec<LineAnswer<'a>>,
}

/// One thing that was played.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct LineAnswer<'a> {
    /// The number of the turn; beside the turns, the number of the turn before.
    #[schema(example = 1)]
    turn: u64,
    /// What the player said.
    #[schema(example = "/roll engineering")]
    input: &'a str,
    /// What was told.
    #[schema(example = "The clamps groan, and hold.")]
    narrative: &'a str,
    /// The mechanics.
    #[schema(value_type = Vec<String>, example = json!(["Engineering: 14 + 2 (INT) = 16 against 13: success"]))]
    mechanic_log: &'a [String],
    /// When it was kept.
    #[schema(format = "date-time", example = "2026-01-01T12:30:00.000Z")]
    at: String,
    /// What became of it: `kept`, `replaced` by another answer, `undone`, or `aside`, which never counted.
    #[schema(example = "kept")]
    mark: &'static str,
    /// What it was: `turn`, `choice`, `prompt`, `ruling` or `question`.
    #[schema(value_type = String, example = "turn")]
    nature: Nature,
}

impl<'a> TranscriptAnswer<'a> {
    pub(super) fn of(transcript: &'a Transcript) -> Self {
        let line = |line: &'a TranscriptLine| LineAnswer {
            turn: line.number,
            input: &line.input,
            narrative: &line.narrative,
            mechanic_log: &line.log,
            at: rfc3339(line.at),
            mark: line.mark.as_str(),
            nature: line.nature,
        };
        Self { summary: SummaryAnswer::of(&transcript.summary), lines: transcript.lines.iter().map(line).collect() }
    }
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use proptest::prelude::*;

    use crate::id::SessionId;
    use crate::store::{Kind, Summary};

    use super::*;

    fn transcript(lines: Vec<TranscriptLine>) -> Transcript {
        let at = SystemTime::UNIX_EPOCH;
        let summary = Summary {
            id: SessionId::SHARED,
            kind: Kind::Scenario,
            campaign: "silent-relay".to_owned(),
            created: at,
            played: at,
            turn_number: 2,
        };
        Transcript { summary, lines }
    }

    fn line(input: &str, narrative: &str) -> TranscriptLine {
        TranscriptLine {
            number: 1,
            input: input.to_owned(),
            narrative: narrative.to_owned(),
            log: Vec::new(),
            at: SystemTime::UNIX_EPOCH,
            mark: Mark::Kept,
            nature: Nature::Turn,
        }
    }

    #[test]
    fn a_transcript_reads_well() {
        let told = "*I nod.* The clamps hold.\n\nIt is quiet - too quiet.";
        let lines = vec![
            TranscriptLine { mark: Mark::Replaced, ..line("/roll engineering", "The clamps shear.") },
            TranscriptLine {
                log: vec!["Engineering: 14 + 2 (INT) = 16 against 13: success".to_owned()],
                ..line("/roll engineering", told)
            },
            TranscriptLine { mark: Mark::Aside, nature: Nature::Question, ..line("Am I hurt?", "No.") },
            TranscriptLine { number: 2, nature: Nature::Choice, ..line("approach force", "So be it.") },
            TranscriptLine { number: 2, mark: Mark::Undone, ..line("I shoot.", "You miss.") },
        ];
        insta::assert_snapshot!(markdown(&transcript(lines)), @"
        # silent-relay

        A scenario game of 2 turns, begun 1970-01-01T00:00:00.000Z, last played 1970-01-01T00:00:00.000Z. Session `00000000-0000-0000-0000-000000000000`.

        ## Turn 1

        *Another answer took the place of this one.*

        > /roll engineering

        The clamps shear.

        ## Turn 1

        > /roll engineering

        *I nod.* The clamps hold.

        It is quiet - too quiet.

        - Engineering: 14 + 2 (INT) = 16 against 13: success

        ## A question

        *This cost no turn.*

        > Am I hurt?

        No.

        ## A choice (2)

        > approach force

        So be it.

        ## Turn 2

        *This was taken back.*

        > I shoot.

        You miss.
        ");
        insta::assert_snapshot!(markdown(&transcript(Vec::new())), @"
        # silent-relay

        A scenario game of 2 turns, begun 1970-01-01T00:00:00.000Z, last played 1970-01-01T00:00:00.000Z. Session `00000000-0000-0000-0000-000000000000`.

        Nothing has been played yet.
        ");
    }

    #[test]
    fn what_is_said_breaks_nothing() {
        let sly = "# Turn 9\n---\n```\n<script>alert(1)</script>\n![x](http://a/b) &lt; **bold** _it_\n1. one\n* * *\n    code\n> out";
        insta::assert_snapshot!(markdown(&transcript(vec![line(sly, sly)])), @r"
        # silent-relay

        A scenario game of 2 turns, begun 1970-01-01T00:00:00.000Z, last played 1970-01-01T00:00:00.000Z. Session `00000000-0000-0000-0000-000000000000`.

        ## Turn 1

        > \# Turn 9
        > \---
        > \`\`\`
        > \<script\>alert(1)\</script\>
        > !\[x\](http://a/b) \&lt; \*\*bold\*\* \_it\_
        > 1\. one
        > \* \* \*
        > code
        > \> out

        \# Turn 9
        \---
        \`\`\`
        \<script\>alert(1)\</script\>
        !\[x\](http://a/b) \&lt; **bold** _it_
        1\. one
        \* * *
        code
        \> out
        ");
    }

    proptest! {
        #[test]
        fn no_line_of_what_is_said_begins_a_block_of_its_own(input in "(?s).{0,80}", narrative in "(?s)[-#>*_=+:`~<\\[0-9.) \\t\\r\\na]{0,80}") {
            let text = markdown(&transcript(vec![line(&input, &narrative)]));
            let body = text.split_once("## Turn 1\n\n").unwrap().1;
            let count = lines(&input).len();
            prop_assert!(body.split('\n').take(count).all(|line| line.starts_with('>')));
            for told in body.split('\n').skip(count) {
                let list = told.trim_start_matches(|c: char| c.is_ascii_digit());
                prop_assert!(!told.starts_with(['#', '-', '+', '=', ':', '>', '`', '~', '<', '[', ' ', '\t', '\r']), "{told:?}");
                prop_assert!(!told.starts_with("* ") && told != "*", "{told:?}");
                prop_assert!(list.len() == told.len() || !list.starts_with(['.', ')']), "{told:?}");
            }
        }
    }
}
