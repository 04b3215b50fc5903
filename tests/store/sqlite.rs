//! What the file promises: nobody else reads it, nothing foreign is overwritten, and a full disk loses nothing.

use std::fs;
use std::path::Path;
use std::time::{Duration, SystemTime};

use rusqlite::Connection;
use serde_json::json;
use zeroth::game::Message;
use zeroth::id::SessionId;
use zeroth::store::{Document, Expected, Kind, NewTurn, OpenError, Outage, Session, SqliteStore, Store, StoreError};

use crate::places::LIMITS;

fn open(file: &Path, max_bytes: Option<u64>) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(file, max_bytes, LIMITS)
}

/// Why the file cannot be opened.
fn refusal(file: &Path) -> String {
    open(file, None).err().unwrap().to_string()
}

fn session() -> Session {
    Session::new(SessionId::SHARED, Kind::Dialogue, "x", Document::of(1, &json!({})).unwrap(), SystemTime::UNIX_EPOCH)
}

fn turn(response: String) -> NewTurn {
    NewTurn::new(Message::new("On.", 9).unwrap(), response, SystemTime::UNIX_EPOCH)
}

#[cfg(unix)]
#[tokio::test]
async fn folder_and_file_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("data/zeroth/sessions.db");
    let store = open(&file, None).unwrap();
    store.create(session()).await.unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(file.parent().unwrap()), 0o700);
    for ending in ["", "-wal", "-shm"] {
        assert_eq!(mode(Path::new(&format!("{}{ending}", file.display()))), 0o600, "{ending}");
    }
}

#[test]
fn what_is_not_ours_is_explained_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text.db");
    fs::write(&text, "my shopping list, which is longer than the head of a database: ".repeat(20)).unwrap();
    let foreign = folder.path().join("foreign.db");
    Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE recipes (name TEXT)").unwrap();
    let newer = folder.path().join("newer.db");
    drop(open(&newer, None).unwrap());
    Connection::open(&newer).unwrap().pragma_update(None, "user_version", 99).unwrap();
    for (file, reason) in [(text, "is damaged"), (foreign, "another program"), (newer, "newer Zeroth (schema 99")] {
        let before = fs::read(&file).unwrap();
        for refusal in [refusal(&file), SqliteStore::examine(&file).err().unwrap().to_string()] {
            assert!(refusal.contains(reason) && refusal.contains(&file.display().to_string()), "{refusal}");
        }
        assert_eq!(fs::read(&file).unwrap(), before);
    }
}

#[tokio::test]
async fn a_damaged_page_is_an_outage_and_found_by_an_examination() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sessions.db");
    let store = open(&file, None).unwrap();
    store.create(session()).await.unwrap();
    for _ in 0..200 {
        store.append_turn(SessionId::SHARED, Expected::Any, turn("x".repeat(2000))).await.unwrap();
    }
    drop(store);
    SqliteStore::examine(&file).unwrap();
    let mut bytes = fs::read(&file).unwrap();
    // The head and the schema stay.
    bytes[40_000..].fill(0x5a);
    fs::write(&file, &bytes).unwrap();
    assert!(SqliteStore::examine(&file).err().unwrap().to_string().contains("is damaged"));
    let store = open(&file, None).unwrap();
    assert_eq!(store.transcript(SessionId::SHARED, 999).await, Err(StoreError::Unavailable(Outage::Damaged)));
}

#[test]
fn two_programs_may_make_the_file_at_once() {
    for _ in 0..10 {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("new/sessions.db");
        std::thread::scope(|threads| {
            let opened: Vec<_> = (0..4).map(|_| threads.spawn(|| open(&file, None).map(drop))).collect();
            opened.into_iter().for_each(|opened| opened.join().unwrap().unwrap());
        });
        let version: i64 =
            Connection::open(&file).unwrap().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
        assert_eq!(version, 2);
    }
}

#[tokio::test]
async fn two_programs_play_on_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sessions.db");
    let stores = [open(&file, None).unwrap(), open(&file, None).unwrap()];
    stores[0].create(session()).await.unwrap();
    for number in 0..20 {
        let store = &stores[usize::from(number % 2 == 0)];
        store.append_turn(SessionId::SHARED, Expected::After(number), turn("x".to_owned())).await.unwrap();
        let late = stores[usize::from(number % 2 == 1)]
            .append_turn(SessionId::SHARED, Expected::After(number), turn("y".to_owned()))
            .await;
        assert_eq!(late, Err(StoreError::Conflict));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_an_outage_and_loses_no_turn() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sessions.db");
    let store = open(&file, Some(200_000)).unwrap();
    store.create(session()).await.unwrap();
    let mut kept = 0;
    let outage = loop {
        let turns = (0..4).map(|_| store.append_turn(SessionId::SHARED, Expected::Any, turn("x".repeat(5000))));
        let results = futures::future::join_all(turns).await;
        kept += results.iter().filter(|result| result.is_ok()).count();
        if let Some(error) = results.into_iter().find_map(Result::err) {
            break error;
        }
        assert!(kept < 100, "the limit does not hold");
    };
    assert_eq!(outage, StoreError::Unavailable(Outage::DiskFull));
    assert_eq!(store.load(SessionId::SHARED, 999).await.unwrap().turns.len(), kept);
    drop(store);
    let store = open(&file, None).unwrap();
    let session = store.load(SessionId::SHARED, 999).await.unwrap();
    assert_eq!((session.turns.len(), session.turn_number), (kept, kept as u64));
    store.append_turn(SessionId::SHARED, Expected::After(kept as u64), turn("on".to_owned())).await.unwrap();
}

#[tokio::test]
async fn a_lock_is_waited_for_and_then_an_outage() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sessions.db");
    let store = open(&file, None).unwrap();
    store.create(session()).await.unwrap();
    let other = Connection::open(&file).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let refused = store.append_turn(SessionId::SHARED, Expected::Any, turn("x".to_owned()));
    let patience = Duration::from_secs(30);
    let refused = tokio::time::timeout(patience, refused).await.unwrap();
    assert_eq!(refused, Err(StoreError::Unavailable(Outage::Busy)));
    assert!(store.load(SessionId::SHARED, 1).await.is_ok(), "who reads does not wait");
    other.execute_batch("ROLLBACK").unwrap();
    store.append_turn(SessionId::SHARED, Expected::After(0), turn("x".to_owned())).await.unwrap();
}
