//! What was played: lists, games, transcripts, and letting go.

use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::http::Request;
use insta::assert_snapshot;

use zeroth::id::SessionId;
use zeroth::play::{Nature, PlayError, Transcript, TranscriptLine};
use zeroth::store::{Kind, Mark, Outage, StoreError, Summary};

use crate::app::App;

fn summary(number: u8) -> Summary {
    let at = SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600);
    let kinds = [Kind::Dialogue, Kind::Solo, Kind::Scenario];
    Summary {
        id: id(number),
        kind: kinds[usize::from(number) % 3],
        campaign: "silent-relay".to_owned(),
        created: at,
        // Some were played at the same moment.
        played: at + Duration::from_micros(u64::from(number / 2) * 1_000_001),
        turn_number: u64::from(number),
    }
}

fn id(number: u8) -> SessionId {
    format!("00000000-0000-0000-0000-0000000000{number:02x}").parse().unwrap()
}

fn app(count: u8) -> App {
    let app = App::new();
    app.archive.summaries.lock().unwrap().extend((0..count).map(summary));
    app
}

fn accept(path: &str, accept: &str) -> Request<Body> {
    Request::get(path).header("accept", accept).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn the_list_begins_with_the_last_played() {
    assert_snapshot!(app(2).get("/sessions").await.text(&["content-type"]), @r#"
    200 OK
    content-type: application/json

    {"sessions":[{"session_id":"00000000-0000-0000-0000-000000000001","kind":"solo","campaign":"silent-relay","created":"2026-01-01T00:00:00.000Z","played":"2026-01-01T00:00:00.000Z","turns":1},{"session_id":"00000000-0000-0000-0000-000000000000","kind":"dialogue","campaign":"silent-relay","created":"2026-01-01T00:00:00.000Z","played":"2026-01-01T00:00:00.000Z","turns":0}],"next":null}
    "#);
    assert_snapshot!(app(0).get("/sessions").await.body, @r#"{"sessions":[],"next":null}"#);
}

#[tokio::test]
async fn every_page_leads_to_the_next() {
    let app = app(45);
    for limit in [1, 7, 20, 45, 100] {
        let (mut seen, mut after) = (Vec::new(), String::new());
        loop {
            let page = app.get(&format!("/sessions?limit={limit}{after}")).await.json();
            let sessions = page["sessions"].as_array().unwrap();
            assert!((1..=limit).contains(&sessions.len()));
            seen.extend(sessions.iter().map(|session| session["turns"].as_u64().unwrap()));
            let Some(next) = page["next"].as_str() else { break };
            after = format!("&after={next}");
        }
        assert_eq!(seen, (0..45).rev().collect::<Vec<u64>>(), "{limit}");
    }
    assert_eq!(app.get("/sessions").await.json()["sessions"].as_array().unwrap().len(), 20);
}

#[tokio::test]
async fn a_query_that_does_not_fit_is_explained() {
    let app = app(1);
    let mut text = String::new();
    for query in ["limit=0", "limit=101", "limit=many", "limit=-1", "after=1", "after=", "limit=1&limit=2"] {
        let answer = app.get(&format!("/sessions?{query}")).await;
        text += &format!("{query}: {} {}\n", answer.status.as_u16(), answer.json()["detail"]);
    }
    assert_snapshot!(text, @r#"
    limit=0: 400 "limit is not a whole number from 1 to 100"
    limit=101: 400 "limit is not a whole number from 1 to 100"
    limit=many: 400 "limit is not a whole number from 1 to 100"
    limit=-1: 400 "limit is not a whole number from 1 to 100"
    after=1: 400 "after is not what another page ended with; send its next, or nothing"
    after=: 400 "after is not what another page ended with; send its next, or nothing"
    limit=1&limit=2: 400 "duplicate field `limit`"
    "#);
}

#[tokio::test]
async fn a_game_of_each_kind_is_shown() {
    let app = App::new();
    for (session, kind) in [(app.relay().await, "scenario"), (app.alone().await, "solo")] {
        let answer = app.get(&format!("/sessions/{session}")).await;
        let json = answer.json();
        assert_eq!((json["session_id"].as_str(), json["kind"].as_str()), (Some(session.as_str()), Some(kind)));
        assert_eq!((&json["turn"], &json["state"]["turn_number"]), (&0.into(), &0.into()));
        assert!(!json["prologue"].as_str().unwrap().is_empty());
        assert_eq!(json["pending"].is_object(), kind == "scenario");
    }
    let table = app.table().await;
    assert!(app.get(&format!("/sessions/{table}")).await.json()["protagonist"].is_object());
    assert_eq!(app.get("/sessions/5ce00000-0000-0000-0000-0000000000ff").await.status, 404);
}

pub(crate) fn transcript() -> Transcript {
    let line = |number, mark, nature, input: &str, narrative: &str| TranscriptLine {
        number,
        input: input.to_owned(),
        narrative: narrative.to_owned(),
        log: if nature == Nature::Turn { vec!["Engineering: 14 + 2 = 16".to_owned()] } else { Vec::new() },
        at: SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600),
        mark,
        nature,
    };
    let lines = vec![
        line(1, Mark::Replaced, Nature::Turn, "/roll", "The clamps shear."),
        line(1, Mark::Kept, Nature::Turn, "/roll", "*I nod.* The clamps hold."),
        line(1, Mark::Aside, Nature::Question, "# Am I <b>hurt</b>?", "No."),
        line(2, Mark::Undone, Nature::Choice, "approach force", "So be it."),
    ];
    Transcript { summary: summary(2), lines }
}

#[tokio::test]
async fn a_transcript_is_for_people_or_for_programs() {
    let app = App::new();
    *app.archive.transcript.lock().unwrap() = Some(transcript());
    let path = format!("/sessions/{}/transcript", id(2));
    assert_snapshot!(app.get(&path).await.text(&["content-type", "vary"]), @r"
    200 OK
    content-type: text/markdown; charset=utf-8
    vary: accept

    # silent-relay

    A scenario game of 2 turns, begun 2026-01-01T00:00:00.000Z, last played 2026-01-01T00:00:01.000Z. Session `00000000-0000-0000-0000-000000000002`.

    ## Turn 1

    *Another answer took the place of this one.*

    > /roll

    The clamps shear.

    - Engineering: 14 + 2 = 16

    ## Turn 1

    > /roll

    *I nod.* The clamps hold.

    - Engineering: 14 + 2 = 16

    ## A question

    *This cost no turn.*

    > \# Am I \<b\>hurt\</b\>?

    No.

    ## A choice (2)

    *This was taken back.*

    > approach force

    So be it.
    ");
    let limited = format!("{path}?limit=2");
    assert_snapshot!(app.send(accept(&limited, "application/json")).await.text(&["content-type"]), @r##"
    200 OK
    content-type: application/json

    {"session_id":"00000000-0000-0000-0000-000000000002","kind":"scenario","campaign":"silent-relay","created":"2026-01-01T00:00:00.000Z","played":"2026-01-01T00:00:01.000Z","turns":2,"lines":[{"turn":1,"input":"# Am I <b>hurt</b>?","narrative":"No.","mechanic_log":[],"at":"2026-01-01T00:00:00.000Z","mark":"aside","nature":"question"},{"turn":2,"input":"approach force","narrative":"So be it.","mechanic_log":[],"at":"2026-01-01T00:00:00.000Z","mark":"undone","nature":"choice"}]}
    "##);
    for (wanted, media_type) in [
        ("*/*", "text/markdown; charset=utf-8"),
        ("text/html,*/*;q=0.8", "text/markdown; charset=utf-8"),
        ("text/markdown, application/json", "text/markdown; charset=utf-8"),
        ("application/json, text/markdown;q=0.5", "application/json"),
    ] {
        assert_eq!(app.send(accept(&path, wanted)).await.header("content-type"), media_type, "{wanted}");
    }
    assert_eq!(app.get(&format!("{path}?limit=0")).await.status, 400);
}

#[tokio::test]
async fn a_game_is_let_go() {
    let app = app(2);
    let delete = |id: &str| Request::delete(format!("/sessions/{id}")).body(Body::empty()).unwrap();
    let name = id(1).to_string();
    let gone = app.send(delete(&name)).await;
    assert_eq!((gone.status.as_u16(), gone.body.as_str()), (204, ""));
    assert_eq!(app.send(delete(&name)).await.status, 404);
    assert_eq!(app.send(delete("1")).await.status, 404);
    assert_snapshot!(app.send(delete(&SessionId::SHARED.to_string())).await.body, @r#"{"type":"/docs#problem-shared-table","title":"Everyone plays at this table","status":409,"detail":"the shared table cannot be let go; everyone plays there who names no session","instance":"/sessions/00000000-0000-0000-0000-000000000000","trace_id":"00000000000000000000000000000abc"}"#);
    let elsewhere = Request::delete(format!("/sessions/{name}")).header("sec-fetch-site", "cross-site");
    assert_eq!(app.send(elsewhere.body(Body::empty()).unwrap()).await.status, 403);
}

#[tokio::test(start_paused = true)]
async fn who_lets_a_game_go_may_wait_for_its_turn() {
    let app = app(2);
    let busy = || (0..5).map(|_| PlayError::Busy { turn: Some(1) });
    app.archive.fail(busy());
    let delete = |prefer: &str| {
        Request::delete(format!("/sessions/{}", id(1))).header("prefer", prefer).body(Body::empty()).unwrap()
    };
    assert_eq!(app.send(delete("wait=30")).await.status, 204);
    app.archive.fail(busy());
    assert_eq!(app.send(delete("")).await.status, 409);
}

#[tokio::test]
async fn a_store_that_fails_is_named() {
    let app = app(2);
    for path in ["/sessions".to_owned(), format!("/sessions/{}/transcript", id(1))] {
        app.archive.fail([StoreError::Unavailable(Outage::Unreachable).into()]);
        let answer = app.get(&path).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "5"), "{path}");
    }
}
