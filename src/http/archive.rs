//! What was played: the list of games, one of them, its transcript, and letting it go.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Json;
use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_TYPE, VARY};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::SessionId;
use crate::play::{ShownWorld, Standing};
use crate::store::{self, Page, Summary};

use super::accept::prefers;
use super::again::adventure;
use super::error::{Kind, Problem};
use super::games::SessionAnswer;
use super::headers::PatienceHeader;
use super::patience::Patience;
use super::problem::{ANY, MODEL, OPERATOR, SESSION, STORE, problems};
use super::server::Api;
use super::state::StateSchema;
use super::told::Next;
use super::transcript::{TranscriptAnswer, markdown};

/// How many games are on a page of the list, usually and at most.
const PAGE: (usize, usize) = (20, 100);
/// How many lines of a transcript are told, usually and at most.
const LINES: (usize, usize) = (1000, 10_000);

/// Which games there are
///
/// The last played first.
#[utoipa::path(
    get,
    path = "/sessions",
    tag = "sessions",
    params(
        ("limit" = Option<usize>, Query, description = "How many at most: 1 to 100, usually 20", example = 20),
        ("after" = Option<String>, Query, description = "Where the last page ended: its `next`"),
    ),
    responses((status = 200, description = "A page of the list", body = SessionsAnswer), ListProblems)
)]
pub(super) async fn list(
    State(api): State<Arc<Api>>,
    query: Result<Query<ListQuery>, QueryRejection>,
) -> Result<Json<SessionsAnswer>, Problem> {
    let query = read(query)?;
    let limit = within(query.limit, PAGE)?;
    let after = query.after.map(|cursor| Cursor::read(&cursor).ok_or_else(unreadable)).transpose()?;
    let archive = Arc::clone(&api.services.games.archive);
    // One more says whether there is another page.
    let page = Page { after: after.map(|Cursor(played, id)| (played, id)), limit: limit + 1 };
    let mut found = api.ask(async move { archive.list(page).await }).await?;
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(|last| Cursor(last.played, last.id).to_string());
    Ok(Json(SessionsAnswer { sessions: found.iter().map(SummaryAnswer::of).collect(), next }))
}

/// A game as it stands
#[utoipa::path(
    get,
    path = "/sessions/{id}",
    tag = "sessions",
    params(("id" = String, Path, description = "The session", example = "0190163d-8694-739b-aea5-966c26f8ad91")),
    responses((status = 200, description = "The game as it stands", body = GameAnswer), SessionProblems)
)]
pub(super) async fn session(State(api): State<Arc<Api>>, id: Id) -> Result<Response, Problem> {
    let id = known(id)?;
    // The shared table comes to be when it is first looked at.
    let kind =
        if id == SessionId::SHARED { store::Kind::Dialogue } else { api.services.games.archive.kind(id).await? };
    let Some(game) = adventure(&api, kind) else {
        let play = Arc::clone(&api.services.games.play);
        let game = api.ask(async move { play.game(id).await }).await?;
        return Ok(Json(GameAnswer::Dialogue(Box::new(SessionAnswer::of(&game)))).into_response());
    };
    let standing = api.ask(async move { game.look(id).await }).await?;
    Ok(Json(GameAnswer::Adventure(Box::new(AdventureAnswer::of(&standing, kind)))).into_response())
}

/// What was said and done in a game
///
/// Also what does not count any more: turns that were taken back, answers that were replaced, and questions, each marked as
/// what it is. Markdown unless `Accept` prefers JSON.
#[utoipa::path(
    get,
    path = "/sessions/{id}/transcript",
    tag = "sessions",
    params(
        ("id" = String, Path, description = "The session", example = "0190163d-8694-739b-aea5-966c26f8ad91"),
        ("limit" = Option<usize>, Query, description = "How many of the last lines: 1 to 10000, usually 1000",
            example = 1000),
    ),
    responses(
        (status = 200, description = "The transcript, oldest first",
            content(
                (String = "text/markdown", example = json!("# silent-relay\n\n## Turn 1\n\n> /roll\n\nThe clamps hold.\n")),
                (TranscriptAnswer = "application/json")
            )),
        TranscriptProblems
    )
)]
pub(super) async fn transcript(
    State(api): State<Arc<Api>>,
    id: Id,
    query: Result<Query<TranscriptQuery>, QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let id = known(id)?;
    let limit = within(read(query)?.limit, LINES)?;
    let archive = Arc::clone(&api.services.games.archive);
    let found = api.ask(async move { archive.transcript(id, limit).await }).await?;
    let vary = [(VARY, "accept")];
    if prefers(&headers, "application/json", "text/markdown") {
        return Ok((vary, Json(TranscriptAnswer::of(&found))).into_response());
    }
    Ok((vary, [(CONTENT_TYPE, "text/markdown; charset=utf-8")], markdown(&found)).into_response())
}

/// Let a game go
///
/// With everything that was played in it. The shared table stays.
#[utoipa::path(
    delete,
    path = "/sessions/{id}",
    tag = "sessions",
    params(
        ("id" = String, Path, description = "The session", example = "0190163d-8694-739b-aea5-966c26f8ad91"),
        PatienceHeader,
    ),
    responses((status = 204, description = "It is gone"), DeleteProblems)
)]
pub(super) async fn delete(State(api): State<Arc<Api>>, id: Id, patience: Patience) -> Result<Response, Problem> {
    let id = known(id)?;
    let archive = Arc::clone(&api.services.games.archive);
    let gone = async move { patience.until_free(|| archive.delete(id)).await };
    Ok(patience.applied(api.ask(gone).await.map(|()| StatusCode::NO_CONTENT)))
}

type Id = Result<Path<String>, PathRejection>;

/// A path that is no session id names no session.
fn known(id: Id) -> Result<SessionId, Problem> {
    id.ok().and_then(|Path(id)| id.parse().ok()).ok_or_else(Problem::no_such_session)
}

fn read<T>(query: Result<Query<T>, QueryRejection>) -> Result<T, Problem> {
    match query {
        Ok(Query(query)) => Ok(query),
        Err(rejection) => {
            let text = rejection.body_text();
            let reason = text.split_once(": ").map_or(text.as_str(), |(_, reason)| reason);
            Err(Problem::new(Kind::INVALID_QUERY, reason))
        }
    }
}

fn within(limit: Option<String>, (usual, most): (usize, usize)) -> Result<usize, Problem> {
    let Some(limit) = limit else { return Ok(usual) };
    let limit = limit.parse().ok().filter(|limit| (1..=most).contains(limit));
    limit.ok_or_else(|| Problem::new(Kind::INVALID_QUERY, format!("limit is not a whole number from 1 to {most}")))
}

fn unreadable() -> Problem {
    Problem::new(Kind::INVALID_QUERY, "after is not what another page ended with; send its next, or nothing")
}

/// Where a page of the list ended: opaque, so that nobody builds one.
struct Cursor(SystemTime, SessionId);

impl Cursor {
    fn read(text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (played, id) = text.split_once(' ')?;
        let played = SystemTime::UNIX_EPOCH.checked_add(Duration::from_nanos(played.parse().ok()?))?;
        Some(Self(played, id.parse().ok()?))
    }
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let played = self.0.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_nanos();
        f.write_str(&URL_SAFE_NO_PAD.encode(format!("{played} {}", self.1)))
    }
}

/// A time as RFC 3339 has it, in UTC.
pub(super) fn rfc3339(time: SystemTime) -> String {
    jiff::Timestamp::try_from(time).map_or_else(|_| String::new(), |time| format!("{time:.3}"))
}

#[derive(Debug, Deserialize)]
pub(super) struct ListQuery {
    limit: Option<String>,
    after: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct TranscriptQuery {
    limit: Option<String>,
}

/// A page of the list of games.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SessionsAnswer {
    sessions: Vec<SummaryAnswer>,
    /// Send it as `after` for the next page; null when there is none.
    #[schema(example = "MTc2NzIyNTYwMDAwMDAwMDAwMCAwMTkwMTYzZA", required)]
    next: Option<String>,
}

/// A game in the list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SummaryAnswer {
    #[schema(value_type = String, format = "uuid", example = "0190163d-8694-739b-aea5-966c26f8ad91")]
    session_id: SessionId,
    /// `dialogue`, `solo` or `scenario`.
    #[schema(example = "scenario")]
    kind: &'static str,
    /// The name of the campaign, solo game or scenario.
    #[schema(example = "silent-relay")]
    campaign: String,
    /// When it was created.
    #[schema(format = "date-time", example = "2026-01-01T12:00:00.000Z")]
    created: String,
    /// When it was last played.
    #[schema(format = "date-time", example = "2026-01-01T12:30:00.000Z")]
    played: String,
    /// How many turns were played.
    #[schema(example = 3)]
    turns: u64,
}

impl SummaryAnswer {
    pub(super) fn of(summary: &Summary) -> Self {
        Self {
            session_id: summary.id,
            kind: summary.kind.as_str(),
            campaign: summary.campaign.clone(),
            created: rfc3339(summary.created),
            played: rfc3339(summary.played),
            turns: summary.turn_number,
        }
    }
}

/// A game for one player as it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AdventureAnswer<'a> {
    #[schema(value_type = String, format = "uuid", example = "0190163d-8694-739b-aea5-966c26f8ad91")]
    session_id: SessionId,
    /// `solo` or `scenario`.
    #[schema(example = "scenario")]
    kind: &'static str,
    /// What the game is called.
    #[schema(example = "The Silent Relay")]
    title: &'a str,
    /// What is told before anything is played.
    #[schema(example = "Three days ago the relay stopped answering.")]
    prologue: &'a str,
    /// The number of the last turn that was kept.
    #[schema(example = 3)]
    turn: u64,
    #[schema(value_type = StateSchema)]
    state: ShownWorld<'a>,
    #[serde(flatten)]
    next: Next,
}

impl<'a> AdventureAnswer<'a> {
    fn of(standing: &'a Standing, kind: store::Kind) -> Self {
        Self {
            session_id: standing.session,
            kind: kind.as_str(),
            title: standing.world.title(),
            prologue: standing.world.prologue(),
            turn: standing.number,
            state: standing.shown(),
            next: Next::of(standing),
        }
    }
}

/// A game of any kind as it stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub(super) enum GameAnswer<'a> {
    /// For two.
    Dialogue(Box<SessionAnswer>),
    /// For one.
    Adventure(Box<AdventureAnswer<'a>>),
}

problems!(ListProblems: &[Kind::INVALID_QUERY], OPERATOR, STORE, ANY);
problems!(SessionProblems: SESSION, &[Kind::BROKEN_CONTENT], MODEL, STORE, ANY);
problems!(TranscriptProblems: &[Kind::INVALID_QUERY], SESSION, STORE, ANY);
problems!(DeleteProblems: &[Kind::CROSS_SITE], SESSION, &[Kind::BUSY, Kind::SHARED_TABLE], STORE, ANY);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_back_and_nothing_else_is() {
        let id = "0190163d-8694-739b-aea5-966c26f8ad91".parse().unwrap();
        let played = SystemTime::UNIX_EPOCH + Duration::from_nanos(1_767_225_600_123_456_000);
        let Cursor(time, name) = Cursor::read(&Cursor(played, id).to_string()).unwrap();
        assert_eq!((time, name), (played, id));
        for text in ["", "a", "%", "MTIz", &URL_SAFE_NO_PAD.encode("1 2"), &URL_SAFE_NO_PAD.encode(format!("-1 {id}"))]
        {
            assert!(Cursor::read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_time_is_in_utc() {
        let time = SystemTime::UNIX_EPOCH + Duration::from_millis(1_767_225_600_040);
        assert_eq!(rfc3339(time), "2026-01-01T00:00:00.040Z");
    }
}
