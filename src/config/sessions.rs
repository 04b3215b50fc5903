//! Where sessions are kept, and how many.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use crate::store::{Config, Limits, Place, is_postgres_url};

use super::source::Reader;

/// A thousand thousand bytes, as disks are sold.
pub(super) const MEGABYTE: u64 = 1_000_000;

#[derive(Clone, Copy, PartialEq)]
enum Choice {
    ByUrl,
    Memory,
    Sqlite,
    Postgres,
}

pub(super) fn read(reader: &mut Reader<'_>) -> Config {
    let names = [("memory", Choice::Memory), ("sqlite", Choice::Sqlite), ("postgres", Choice::Postgres)];
    let choice = reader.choice("ZEROTH_STORE", Choice::ByUrl, &names);
    // Other programs use the variable too: whoever chooses a store of ours need not take it away.
    let url = if matches!(choice, Choice::ByUrl | Choice::Postgres) { database(reader) } else { None };
    if choice == Choice::Postgres && reader.text("DATABASE_URL").is_none() {
        reader.note(
            "ZEROTH_STORE: `postgres` needs DATABASE_URL; an example is DATABASE_URL=postgres://user@host/zeroth",
        );
    }
    let place = match (choice, url) {
        (_, Some(url)) => Place::Postgres(url),
        (Choice::Memory, None) => Place::Memory,
        _ => Place::Sqlite {
            file: data_dir(reader).map(|folder| folder.join("sessions.db")),
            max_bytes: reader
                .text("ZEROTH_STORE_MAX_MB")
                .is_some()
                .then(|| reader.number("ZEROTH_STORE_MAX_MB", 1, 1, 1_000_000) * MEGABYTE),
        },
    };
    let limits = Limits {
        max_sessions: reader.number("ZEROTH_MAX_SESSIONS", 10_000, 1, 10_000_000),
        max_turns: reader.number("ZEROTH_MAX_TURNS", 200, 1, 1_000_000),
        max_idle: reader.duration("ZEROTH_SESSION_IDLE", Duration::from_secs(24 * 3600)),
        max_age: reader.duration("ZEROTH_SESSION_MAX_AGE", Duration::from_secs(90 * 24 * 3600)),
    };
    Config { place, limits }
}

fn database(reader: &mut Reader<'_>) -> Option<SecretString> {
    reader.read("DATABASE_URL", None, |text| {
        if is_postgres_url(text) {
            Ok(Some(SecretString::from(text)))
        } else {
            Err("is not the address of a PostgreSQL database; ZEROTH_STORE=sqlite does without".to_owned())
        }
    })
}

/// The folder for what outlives a run.
pub(super) fn data_dir(reader: &Reader<'_>) -> Option<PathBuf> {
    let own = reader.text("ZEROTH_DATA_DIR").map(PathBuf::from);
    let shared = || reader.text("XDG_DATA_HOME").map(|home| PathBuf::from(home).join("zeroth"));
    let home = || reader.first(&["HOME", "USERPROFILE"]).map(|home| PathBuf::from(home).join(".local/share/zeroth"));
    own.or_else(shared).or_else(home)
}
