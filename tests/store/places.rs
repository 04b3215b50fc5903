//! Where a story can take place: empty stores, and how to open them again.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use zeroth::store::{Limits, MemoryStore, SqliteStore, Store};

/// What a story allows unless it is about the limits.
pub(crate) const LIMITS: Limits =
    Limits { max_sessions: 5000, max_turns: 50, max_idle: Duration::from_secs(60), max_age: Duration::from_secs(3600) };

/// An empty store, and after it was opened the same one, if it lasts.
pub(crate) enum Place {
    Memory,
    Sqlite(tempfile::TempDir),
    Postgres(String),
}

impl Place {
    pub(crate) async fn memory() -> Option<Self> {
        Some(Self::Memory)
    }

    pub(crate) async fn sqlite() -> Option<Self> {
        Some(Self::Sqlite(tempfile::tempdir().unwrap()))
    }

    /// A schema of its own on the server that `ZEROTH_TEST_DATABASE_URL` names.
    pub(crate) async fn postgres() -> Option<Self> {
        static SCHEMAS: AtomicU64 = AtomicU64::new(0);
        let Some(url) = server() else {
            skipped();
            return None;
        };
        let schema = format!("test_{}_{}", std::process::id(), SCHEMAS.fetch_add(1, Ordering::Relaxed));
        let sql = format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}");
        crate::postgres::client(&url).await.batch_execute(&sql).await.unwrap();
        let sign = if url.contains('?') { '&' } else { '?' };
        Some(Self::Postgres(format!("{url}{sign}options=-c%20search_path%3D{schema}")))
    }

    pub(crate) async fn open(&self, limits: Limits) -> Arc<dyn Store> {
        match self {
            Self::Memory => Arc::new(MemoryStore::new(limits)),
            Self::Sqlite(folder) => {
                Arc::new(SqliteStore::open(&folder.path().join("deep/sessions.db"), None, limits).unwrap())
            }
            Self::Postgres(url) => Arc::new(crate::postgres::open(url, limits).await),
        }
    }

    /// Whether what was played is there when the store is opened again.
    pub(crate) const fn lasts(&self) -> bool {
        !matches!(self, Self::Memory)
    }
}

#[expect(clippy::disallowed_methods, reason = "a test has no configuration to read it from")]
pub(crate) fn server() -> Option<String> {
    std::env::var("ZEROTH_TEST_DATABASE_URL").ok()
}

/// Past the test runner, which shows nothing of a test that passes.
pub(crate) fn skipped() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let text =
            b"\nSKIPPED: the tests on PostgreSQL: ZEROTH_TEST_DATABASE_URL names no server; .ci/postgres starts one\n";
        std::io::stderr().write_all(text).unwrap();
    });
}
