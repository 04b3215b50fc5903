//! What the server promises: many programs start at once, and a connection that breaks is made anew.

use std::time::SystemTime;

use secrecy::SecretString;
use serde_json::json;
use tokio_postgres::NoTls;
use zeroth::game::Message;
use zeroth::id::SessionId;
use zeroth::store::{Document, Expected, Kind, Limits, NewTurn, PostgresStore, Session, Store};

use crate::places::{LIMITS, Place};

/// A connection of the test's own.
pub(crate) async fn client(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    #[expect(clippy::disallowed_methods, reason = "it ends with the client")]
    drop(tokio::spawn(connection));
    client
}

pub(crate) async fn open(url: &str, limits: Limits) -> PostgresStore {
    let store = PostgresStore::new(&SecretString::from(url), limits).unwrap();
    store.prepare().await.unwrap();
    store
}

async fn place() -> Option<String> {
    match Place::postgres().await? {
        Place::Postgres(url) => Some(url),
        Place::Memory | Place::Sqlite(_) => None,
    }
}

fn turn() -> NewTurn {
    NewTurn::new(Message::new("On.", 9).unwrap(), "You go on.", SystemTime::UNIX_EPOCH)
}

fn session() -> Session {
    Session::new(SessionId::SHARED, Kind::Dialogue, "x", Document::of(1, &json!({})).unwrap(), SystemTime::UNIX_EPOCH)
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_programs_start_at_once_and_play_one_game() {
    let Some(url) = place().await else { return };
    let stores = futures::future::join_all((0..8).map(|_| open(&url, LIMITS))).await;
    stores[0].create(session()).await.unwrap();
    for number in 0..16 {
        let store = &stores[usize::try_from(number).unwrap() % 8];
        let kept = store.append_turn(SessionId::SHARED, Expected::After(number), turn()).await.unwrap();
        assert_eq!(kept.turn.number, number + 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn broken_connections_are_made_anew() {
    let Some(url) = place().await else { return };
    // The name by which its connections are known.
    let store = open(&format!("{url}&application_name=breaking"), LIMITS).await;
    store.create(session()).await.unwrap();
    let other = client(&url).await;
    for number in 0..5 {
        store.append_turn(SessionId::SHARED, Expected::After(number), turn()).await.unwrap();
        // As a server that restarts: all of this store's connections are ended.
        let sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'breaking'";
        other.execute(sql, &[]).await.unwrap();
        // The first question may still meet the old connection; the store never acknowledges what did not happen.
        while store.load(SessionId::SHARED, 1).await.is_err() {}
    }
    assert_eq!(store.load(SessionId::SHARED, 9).await.unwrap().turns.len(), 5);
}

#[tokio::test]
async fn what_keeps_the_program_from_starting_is_explained() {
    let Some(url) = place().await else { return };
    let refusal = async |url: &str| {
        let store = PostgresStore::new(&SecretString::from(url), LIMITS).unwrap();
        store.prepare().await.unwrap_err().to_string()
    };
    let nobody = refusal("postgres://zeroth:hush@127.0.0.1:9/zeroth").await;
    assert!(nobody.contains("127.0.0.1:9") && nobody.contains("check host") && !nobody.contains("hush"), "{nobody}");
    let missing = refusal(&url.replacen("/postgres?", "/no_such_database?", 1)).await;
    assert!(missing.contains("no such database"), "{missing}");
    let store = open(&url, LIMITS).await;
    assert!(store.examine().await.unwrap().contains("schema 2 of 2"));
    client(&url).await.batch_execute("INSERT INTO zeroth_migrations (version) VALUES (99)").await.unwrap();
    assert!(refusal(&url).await.contains("newer Zeroth"));
}
