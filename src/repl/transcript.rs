//! A game as a Markdown file.

use std::io;
use std::path::Path;

use tokio::fs::OpenOptions;
use tokio::io::AsyncWriteExt;

use crate::play::Game;

use super::command::Existing;

/// Writes what was played of `game` to `file`.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] when there is such a file and it is to be kept; whatever the file system says.
pub(super) async fn save(game: &Game, file: &Path, existing: Existing) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true);
    match existing {
        Existing::Keep => options.create_new(true),
        Existing::Replace => options.create(true).truncate(true),
    };
    let mut file = options.open(file).await?;
    file.write_all(markdown(game).as_bytes()).await?;
    file.flush().await
}

/// The game as Markdown. What people and models said is quoted line by line, so that it cannot pass for another's words.
fn markdown(game: &Game) -> String {
    let mut out = format!("# {}\n\nSession `{}`\n", game.campaign, game.session);
    let mut part = |heading: &str, text: &str| out.push_str(&format!("\n{heading}\n\n{}\n", quoted(text)));
    part("## The quest", &game.setup.quest);
    part(&format!("## {}", game.protagonist), &game.setup.protagonist);
    part(&format!("## {}", game.storyteller), &game.setup.storyteller);
    for turn in &game.turns {
        part(&format!("## Turn {}\n\n**{}**", turn.number, game.protagonist), turn.message.as_str());
        part(&format!("**{}**", game.storyteller), &turn.response);
    }
    out
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
