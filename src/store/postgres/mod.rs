//! Sessions on a PostgreSQL server, which several of our servers may share.

mod fault;
mod rows;
mod server;

use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use deadpool_postgres::Transaction;
use secrecy::{ExposeSecret as _, SecretString};

use crate::id::SessionId;

use super::moment::{before, micros};
use super::{
    Database, Entry, Expected, KeptTurn, Limits, NewTurn, OpenError, Page, SWEEP, Session, Spending, Store, StoreError,
    Summary,
};
use rows::{count, limit};
use server::Server;

/// Sessions on a server. Connections that broke are made anew; what was under way when they broke may or may not have
/// happened, and was not acknowledged.
pub struct PostgresStore {
    limits: Limits,
    server: Server,
}

impl PostgresStore {
    /// The database at `url`, which is asked when [`Store::prepare`] is called, or else with the first question.
    ///
    /// # Errors
    /// [`OpenError`] when that is no address, or TLS cannot be set up.
    pub fn new(url: &SecretString, limits: Limits) -> Result<Self, OpenError> {
        Ok(Self { limits, server: Server::new(url.expose_secret())? })
    }

    /// Looks at the database without changing it; says where and what it is.
    ///
    /// # Errors
    /// [`OpenError`] when it cannot be reached, or belongs to a newer Zeroth.
    pub async fn examine(&self) -> Result<String, OpenError> {
        self.server.examine().await
    }
}

#[async_trait]
impl Store for PostgresStore {
    async fn prepare(&self) -> Result<(), OpenError> {
        self.server.prepare().await
    }

    async fn create(&self, session: Session) -> Result<Arc<Session>, StoreError> {
        let limits = self.limits;
        let work = async |client: &mut deadpool_postgres::Object| {
            let transaction = client.transaction().await?;
            insert(&transaction, &session).await?;
            if session.id != SessionId::SHARED {
                make_room(&transaction, &limits, session.created).await?;
            }
            Ok(transaction.commit().await?)
        };
        self.server.with(work).await?;
        Ok(Arc::new(session))
    }

    async fn room(&self, now: SystemTime) -> Result<(), StoreError> {
        let most = self.limits.max_sessions;
        let cutoff = before(now, self.limits.max_idle).unwrap_or(i64::MIN);
        let work = async |client: &mut deadpool_postgres::Object| {
            let sql = "SELECT (SELECT count(*) FROM sessions) < $1 \
                OR EXISTS (SELECT 1 FROM sessions WHERE played <= $2 AND id <> $3)";
            let statement = client.prepare_cached(sql).await?;
            let row = client.query_one(&statement, &[&limit(most), &cutoff, &SessionId::SHARED.to_string()]).await?;
            if row.try_get(0)? { Ok(()) } else { Err(StoreError::Full { limit: most }) }
        };
        self.server.with(work).await
    }

    async fn load(&self, id: SessionId, turns: usize) -> Result<Arc<Session>, StoreError> {
        let turns = turns.min(self.limits.max_turns);
        Ok(Arc::new(self.server.with(async |client| rows::load(client, id, turns).await).await?))
    }

    async fn append_turn(&self, id: SessionId, expected: Expected, turn: NewTurn) -> Result<Arc<KeptTurn>, StoreError> {
        turn.check()?;
        let work =
            async |client: &mut deadpool_postgres::Object| rows::append(client, id, expected, turn, &self.limits).await;
        Ok(Arc::new(self.server.with(work).await?))
    }

    async fn remove_turn(&self, id: SessionId, revision: u64) -> Result<Arc<KeptTurn>, StoreError> {
        let work =
            async |client: &mut deadpool_postgres::Object| rows::remove(client, id, revision, &self.limits).await;
        Ok(Arc::new(self.server.with(work).await?))
    }

    async fn list(&self, page: Page) -> Result<Vec<Summary>, StoreError> {
        self.server.with(async |client| rows::list(client, page).await).await
    }

    async fn transcript(&self, id: SessionId, limit: usize) -> Result<Vec<Entry>, StoreError> {
        self.server.with(async |client| rows::transcript(client, id, limit).await).await
    }

    async fn asides(&self, id: SessionId, limit: usize) -> Result<Vec<Arc<KeptTurn>>, StoreError> {
        self.server.with(async |client| rows::asides(client, id, limit).await).await
    }

    async fn delete(&self, id: SessionId) -> Result<(), StoreError> {
        const SQL: &str = "WITH gone AS (DELETE FROM sessions WHERE id = $1 RETURNING id), \
            unspent AS (DELETE FROM spendings USING gone WHERE scope = 'session' AND name = gone.id) \
            SELECT count(*) FROM gone";
        let work = async |client: &mut deadpool_postgres::Object| {
            let gone: i64 = client.query_one(SQL, &[&id.to_string()]).await?.try_get(0)?;
            if gone == 1 { Ok(()) } else { Err(StoreError::Unknown(id)) }
        };
        self.server.with(work).await
    }

    async fn rename(&self, id: SessionId, name: SessionId) -> Result<(), StoreError> {
        let work = async |client: &mut deadpool_postgres::Object| {
            let sql = "UPDATE sessions SET id = $2 WHERE id = $1";
            match client.execute(sql, &[&id.to_string(), &name.to_string()]).await {
                Ok(1) => Ok(()),
                Ok(_) => Err(StoreError::Unknown(id)),
                Err(error) if fault::is_taken(&error) => Err(StoreError::Exists(name)),
                Err(error) => Err(error.into()),
            }
        };
        self.server.with(work).await
    }

    async fn sweep(&self, now: SystemTime) -> Result<usize, StoreError> {
        let Some(cutoff) = before(now, self.limits.max_age) else { return Ok(0) };
        let work = async |client: &mut deadpool_postgres::Object| {
            let transaction = client.transaction().await?;
            transaction
                .execute(
                    "DELETE FROM spendings WHERE (scope, name) IN (SELECT scope, name FROM spendings \
                     WHERE scope IN ('session', 'day') AND booked <= $1 LIMIT $2)",
                    &[&cutoff, &limit(SWEEP)],
                )
                .await?;
            let gone = delete_resting(&transaction, cutoff).await?;
            transaction.commit().await?;
            Ok(gone)
        };
        self.server.with(work).await
    }

    async fn spent(&self, scope: &str, most: usize) -> Result<Vec<Spending>, StoreError> {
        let work = async |client: &mut deadpool_postgres::Object| {
            let sql = "SELECT name, usd, tokens FROM spendings WHERE scope = $1 ORDER BY booked DESC LIMIT $2";
            let rows = client.query(sql, &[&scope, &limit(most)]).await?;
            let spending = |row: &tokio_postgres::Row| {
                let (scope, tokens) = (scope.to_owned(), u64::try_from(row.try_get::<_, i64>(2)?).unwrap_or_default());
                Ok(Spending { scope, name: row.try_get(0)?, usd: row.try_get(1)?, tokens })
            };
            rows.iter().map(spending).collect()
        };
        self.server.with(work).await
    }

    async fn spend(&self, spendings: Vec<Spending>, at: SystemTime) -> Result<Vec<Spending>, StoreError> {
        const SQL: &str = "INSERT INTO spendings AS before (scope, name, usd, tokens, booked) VALUES ($1, $2, $3, $4, $5) \
            ON CONFLICT (scope, name) DO UPDATE SET usd = before.usd + excluded.usd, \
            tokens = before.tokens + excluded.tokens, booked = excluded.booked RETURNING usd, tokens";
        let mut sums = spendings;
        // Two servers take the same accounts in the same order, so that neither waits for the other.
        let mut order: Vec<usize> = (0..sums.len()).collect();
        order.sort_by_key(|&at| (sums[at].scope.clone(), sums[at].name.clone()));
        let work = async |client: &mut deadpool_postgres::Object| {
            let transaction = client.transaction().await?;
            let statement = transaction.prepare_cached(SQL).await?;
            for index in order {
                let sum = &mut sums[index];
                let tokens = count(sum.tokens);
                let row =
                    transaction.query_one(&statement, &[&sum.scope, &sum.name, &sum.usd, &tokens, &micros(at)]).await?;
                sum.usd = row.try_get(0)?;
                sum.tokens = u64::try_from(row.try_get::<_, i64>(1)?).unwrap_or_default();
            }
            transaction.commit().await?;
            Ok(sums)
        };
        self.server.with(work).await
    }

    async fn check(&self) -> Result<(), StoreError> {
        // Only writing shows whether there is room to write.
        const SQL: &str = "INSERT INTO spendings AS before VALUES ('check', '', 0, 0, 0) \
            ON CONFLICT (scope, name) DO UPDATE SET tokens = 1 - before.tokens";
        self.server.with(async |client| Ok(client.execute(SQL, &[]).await.map(drop)?)).await
    }

    fn database(&self) -> Option<Database> {
        let Server { address, database, .. } = &self.server;
        Some(Database { system: "postgresql", namespace: database.clone(), server: address.clone() })
    }
}

async fn insert(transaction: &Transaction<'_>, session: &Session) -> Result<(), StoreError> {
    let inserted = transaction
        .execute(
            "INSERT INTO sessions (id, kind, campaign, version, document, created, played, turn_number) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (id) DO NOTHING",
            &[
                &session.id.to_string(),
                &session.kind.as_str(),
                &session.campaign,
                &i64::from(session.document.version()),
                &session.document.text(),
                &micros(session.created),
                &micros(session.played),
                &count(session.turn_number),
            ],
        )
        .await?;
    if inserted == 1 { Ok(()) } else { Err(StoreError::Exists(session.id)) }
}

/// For the session that was just inserted. Servers that create sessions at the same moment may pass the limit by those.
async fn make_room(transaction: &Transaction<'_>, limits: &Limits, now: SystemTime) -> Result<(), StoreError> {
    const COUNT: &str = "SELECT count(*) FROM sessions";
    let most = limits.max_sessions;
    let fits = |count: i64| count <= limit(most);
    if fits(transaction.query_one(COUNT, &[]).await?.try_get(0)?) {
        return Ok(());
    }
    if let Some(cutoff) = before(now, limits.max_idle) {
        delete_resting(transaction, cutoff).await?;
    }
    let fits = fits(transaction.query_one(COUNT, &[]).await?.try_get(0)?);
    if fits { Ok(()) } else { Err(StoreError::Full { limit: most }) }
}

/// Lets go those that were played longest ago.
async fn delete_resting(transaction: &Transaction<'_>, cutoff: i64) -> Result<usize, StoreError> {
    const SQL: &str = "WITH gone AS (DELETE FROM sessions WHERE key IN (SELECT key FROM sessions \
        WHERE played <= $1 AND id <> $2 ORDER BY played LIMIT $3 FOR UPDATE SKIP LOCKED) RETURNING id), \
        unspent AS (DELETE FROM spendings USING gone WHERE scope = 'session' AND name = gone.id) \
        SELECT count(*) FROM gone";
    let row = transaction.query_one(SQL, &[&cutoff, &SessionId::SHARED.to_string(), &limit(SWEEP)]).await?;
    Ok(usize::try_from(row.try_get::<_, i64>(0)?).unwrap_or_default())
}
