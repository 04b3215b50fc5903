//! A game as a Markdown file.

use std::io;
use std::path::Path;

use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt;

use crate::play::{Game, Nature, Transcript, World};

use super::command::Existing;

/// A game as Markdown.
pub(super) struct Page {
    pub(super) text: String,
    /// How many turns are in it.
    pub(super) turns: u64,
}

/// Writes a page to `file`.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] when there is such a file and it is to be kept; whatever the file system says.
pub(super) async fn write(text: &str, file: &Path, existing: Existing) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true);
    match existing {
        Existing::Keep => options.create_new(true),
        Existing::Replace => options.create(true).truncate(true),
    };
    let mut file = options.open(file).await?;
    file.write_all(text.as_bytes()).await?;
    file.flush().await
}

/// A dialogue. What people and models said is quoted line by line, so that it cannot pass for another's words.
pub(super) fn dialogue(game: &Game) -> Page {
    let mut text = format!("# {}\n\nSession `{}`\n", game.campaign, game.session);
    part(&mut text, "## The quest", &game.setup.quest);
    part(&mut text, &format!("## {}", game.protagonist), &game.setup.protagonist);
    part(&mut text, &format!("## {}", game.storyteller), &game.setup.storyteller);
    for turn in &game.turns {
        let heading = format!("## Turn {}\n\n**{}**", turn.number, game.protagonist);
        part(&mut text, &heading, turn.message.as_str());
        part(&mut text, &format!("**{}**", game.storyteller), &turn.response);
    }
    Page { text, turns: game.turns.len() as u64 }
}

/// A game by the rules, with its dice.
pub(super) fn adventure(world: &World, transcript: &Transcript) -> Page {
    let mut text = format!("# {}\n\nSession `{}`\n", world.title(), transcript.summary.id);
    part(&mut text, "## Prologue", world.prologue());
    let mut turns = 0;
    for line in &transcript.lines {
        let heading = match line.nature {
            Nature::Turn => {
                turns += 1;
                format!("## Turn {turns}")
            }
            Nature::Choice => "## Choice".to_owned(),
            Nature::Question => "## Question".to_owned(),
            Nature::Prompt | Nature::Ruling => "## Aside".to_owned(),
        };
        part(&mut text, &format!("{heading}\n\n**{}**", world.player().name), &line.input);
        part(&mut text, "**Story**", &line.narrative);
        if !line.log.is_empty() {
            part(&mut text, "**Dice**", &line.log.join("\n\n"));
        }
    }
    Page { text, turns }
}

fn part(out: &mut String, heading: &str, text: &str) {
    out.push_str(&format!("\n{heading}\n\n{}\n", quoted(text)));
}

fn quoted(text: &str) -> String {
    // Markdown also ends a line at a carriage return.
    let lines = text.trim().split(['\n', '\r']);
    let lines: Vec<String> = lines.map(|line| format!("> {line}").trim_end().to_owned()).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_escapes_its_quotation() {
        assert_eq!(quoted("I wave.\n\n## Turn 9\r**Computer**\n"), "> I wave.\n>\n> ## Turn 9\n> **Computer**");
    }
}
