//! The games that are kept: found by the beginning of an id, listed, and taken up again.

use std::time::SystemTime;

use crate::id::SessionId;
use crate::play::{Archive, Games, PlayError};
use crate::store::{Kind, Page, Summary};

use super::complaint::complaint;
use super::seat::Seat;
use super::tally::counted;

/// How many games `/sessions` lists.
const LISTED: usize = 15;
/// How many are looked through at a time for an id that begins as was typed.
const LOOKED_THROUGH: usize = 500;
/// The fewest letters of an id that are shown: those that say when the game was created, to the millisecond. Fewer would
/// soon belong to other games, too.
const SHORTEST: usize = 13;

/// Why there is no game to go on with.
#[derive(Debug, thiserror::Error)]
pub(super) enum Unfound {
    #[error("There is no game to go on with yet.")]
    Nothing,
    #[error("There is no game whose id begins with {0:?}; /sessions lists those that were played last.")]
    Unknown(String),
    #[error("The ids of {games} begin with {prefix:?}; type more of it.", games = counted(*.count, "game"))]
    Several { prefix: String, count: u64 },
    #[error("{}", complaint(.0))]
    Play(#[from] PlayError),
}

/// The game whose id begins like this; the one that was played last when nothing is said. The shared table is nobody's own.
pub(super) async fn find(archive: &dyn Archive, prefix: Option<&str>) -> Result<SessionId, Unfound> {
    let Some(prefix) = prefix else {
        let last = archive.list(Page::first(2)).await?;
        return last.iter().find(|game| is_own(game)).map(|game| game.id).ok_or(Unfound::Nothing);
    };
    if let Ok(id) = prefix.parse() {
        return Ok(id);
    }
    let wanted = prefix.to_ascii_lowercase();
    let (mut found, mut page) = (Vec::new(), Page::first(LOOKED_THROUGH));
    loop {
        let games = archive.list(page).await?;
        found.extend(
            games.iter().filter(|game| is_own(game) && game.id.to_string().starts_with(&wanted)).map(|game| game.id),
        );
        match games.last() {
            Some(last) if games.len() == LOOKED_THROUGH => page = page.after(last),
            _ => break,
        }
    }
    match found[..] {
        [] => Err(Unfound::Unknown(prefix.to_owned())),
        [id] => Ok(id),
        _ => Err(Unfound::Several { prefix: prefix.to_owned(), count: found.len() as u64 }),
    }
}

/// A seat in a game that is kept, of whatever kind it is.
pub(super) async fn take(games: &Games, id: SessionId) -> Result<Seat, PlayError> {
    let adventure = match games.archive.kind(id).await? {
        Kind::Dialogue => {
            let game = games.play.game(id).await?;
            return Ok(Seat::Dialogue { play: games.play.clone(), game });
        }
        Kind::Solo => games.solo.clone(),
        Kind::Scenario => games.scenario.clone(),
    };
    let standing = adventure.look(id).await?;
    Ok(Seat::Adventure { adventure, standing })
}

/// The games that were played last, a line for each; `here` is the one that is played.
pub(super) async fn listing(archive: &dyn Archive, here: SessionId) -> Result<Vec<(String, String)>, PlayError> {
    let mut games = archive.list(Page::first(LISTED + 1)).await?;
    games.retain(is_own);
    games.truncate(LISTED);
    let ids: Vec<String> = games.iter().map(|game| game.id.to_string()).collect();
    let shown = shown_length(&ids);
    let line = |game: &Summary| {
        let (kind, campaign, turns) = (game.kind, &game.campaign, counted(game.turn_number, "turn"));
        let mark = if game.id == here { ", this one" } else { "" };
        format!("{campaign} ({kind}), {turns}, {}{mark}", moment(game.played))
    };
    Ok(ids.iter().zip(&games).map(|(id, game)| (id.chars().take(shown).collect(), line(game))).collect())
}

fn is_own(game: &Summary) -> bool {
    game.id != SessionId::SHARED
}

/// How much of the ids it takes to tell them apart.
fn shown_length(ids: &[String]) -> usize {
    let mut ids: Vec<&String> = ids.iter().collect();
    ids.sort();
    let alike = |one: &str, other: &str| one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b).count();
    let most = ids.windows(2).map(|pair| alike(pair[0], pair[1])).max().unwrap_or(0);
    SHORTEST.max(most + 1)
}

/// When something was, to the minute.
fn moment(at: SystemTime) -> String {
    let minutes = jiff::Timestamp::try_from(at).map(|at| at.strftime("%Y-%m-%d %H:%M UTC").to_string());
    minutes.unwrap_or_else(|_| "long ago".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_much_of_an_id_is_shown_as_tells_it_from_the_others() {
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<String>>();
        assert_eq!(shown_length(&ids(&["0190163d-8694-739b"])), 13);
        assert_eq!(shown_length(&ids(&["0190163d-8694-739b", "0190163d-8695-739b"])), 13);
        assert_eq!(shown_length(&ids(&["0190163d-8694-739b", "ffffffff", "0190163d-8694-7391"])), 18);
    }

    #[test]
    fn a_moment_is_shown_to_the_minute() {
        assert_eq!(moment(SystemTime::UNIX_EPOCH), "1970-01-01 00:00 UTC");
    }
}
