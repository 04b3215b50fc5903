//! The way to the server: its address, TLS, the pool of connections, and the schema.

use std::net::IpAddr;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod, Runtime};
use rustls::ClientConfig;
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::sync::OnceCell;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::super::error::{OpenError, Outage, StoreError};
use super::fault::{explain, outage};

/// How many connections there may be.
const CONNECTIONS: usize = 16;
/// The longest wait for a connection, for making one, and for one operation.
const PATIENCE: Duration = Duration::from_secs(5);
/// Held while the schema is changed: one server at a time.
const LOCK: i64 = 0x5a72_7468;

/// Every change of the schema, in order; the place is the version. They are only ever added to.
const MIGRATIONS: &[&str] = &[
    include_str!("../../../migrations/postgres/0001_sessions.sql"),
    include_str!("../../../migrations/postgres/0002_revision.sql"),
];

/// The server, and what is known of it.
pub(super) struct Server {
    pool: Pool,
    /// Host, port and database; for people, without user and password.
    pub(super) place: String,
    pub(super) address: Option<(String, u16)>,
    pub(super) database: String,
    ready: OnceCell<()>,
}

impl Server {
    /// Asks nobody yet.
    pub(super) fn new(url: &str) -> Result<Self, OpenError> {
        let config = read(url)?;
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let host = match config.get_hosts().first() {
            Some(Host::Tcp(host)) => Some(host.clone()),
            _ => None,
        };
        let database = config.get_dbname().or(config.get_user()).unwrap_or_default().to_owned();
        let place = format!("PostgreSQL at {}:{port}/{database}", host.as_deref().unwrap_or("a socket"));
        let manager = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = if config.get_ssl_mode() == SslMode::Disable {
            Manager::from_config(config, NoTls, manager)
        } else {
            Manager::from_config(config, MakeRustlsConnect::new(tls()?), manager)
        };
        let pool = Pool::builder(manager).max_size(CONNECTIONS).runtime(Runtime::Tokio1);
        let pool = pool.wait_timeout(Some(PATIENCE)).create_timeout(Some(PATIENCE)).recycle_timeout(Some(PATIENCE));
        let pool = pool.build().map_err(|error| OpenError(format!("{place}: {error}")))?;
        Ok(Self { pool, place, address: host.map(|host| (host, port)), database, ready: OnceCell::new() })
    }

    /// Connects, and brings the schema up to date.
    pub(super) async fn prepare(&self) -> Result<(), OpenError> {
        self.ready.get_or_try_init(|| self.migrate()).await.map(drop)
    }

    /// What `zeroth doctor` says: the server's version, and the schema's. Changes nothing.
    pub(super) async fn examine(&self) -> Result<String, OpenError> {
        let look = async {
            let client = self.pool.get().await.map_err(|error| self.refuse(explain(&error)))?;
            let said = async {
                let version: String = client.query_one("SHOW server_version", &[]).await?.get(0);
                Ok((version, schema(&client).await?))
            };
            said.await.map_err(|error: tokio_postgres::Error| self.refuse(explain(&error.into())))
        };
        let (version, schema) = self.patiently(look).await?;
        check(schema).map_err(|what| self.refuse(what))?;
        let known = MIGRATIONS.len();
        Ok(format!("{} (version {version}), schema {schema} of {known}", self.place))
    }

    /// A connection to a server whose schema is today's, and `work` on it, both within bounds.
    pub(super) async fn with<T>(
        &self,
        work: impl AsyncFnOnce(&mut Object) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.prepare().await.map_err(|_| StoreError::Unavailable(Outage::Unreachable))?;
        let mut client = self.pool.get().await.map_err(|error| StoreError::Unavailable(outage(&error)))?;
        if let Ok(result) = tokio::time::timeout(PATIENCE, work(&mut client)).await {
            return result;
        }
        // Something is still on its way there: nobody else may have this connection.
        drop(Object::take(client));
        Err(StoreError::Unavailable(Outage::Busy))
    }

    async fn migrate(&self) -> Result<(), OpenError> {
        let work = async {
            let mut client = self.pool.get().await.map_err(|error| self.refuse(explain(&error)))?;
            let transaction = client.transaction().await.map_err(|error| self.refuse(explain(&error.into())))?;
            let version = async {
                transaction.execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK]).await?;
                schema(transaction.client()).await
            };
            let version = version.await.map_err(|error| self.refuse(explain(&error.into())))?;
            check(version).map_err(|what| self.refuse(what))?;
            let run = async {
                if version == 0 {
                    transaction.batch_execute(LEDGER).await?;
                }
                for (number, migration) in (1_i64..).zip(MIGRATIONS).skip(version) {
                    transaction.batch_execute(migration).await?;
                    transaction.execute("INSERT INTO zeroth_migrations (version) VALUES ($1)", &[&number]).await?;
                }
                transaction.commit().await
            };
            run.await.map_err(|error| self.refuse(explain(&error.into())))
        };
        self.patiently(work).await
    }

    /// Whoever else changes the schema may take a while.
    async fn patiently<T>(&self, work: impl Future<Output = Result<T, OpenError>>) -> Result<T, OpenError> {
        let late = |_| Err(self.refuse("does not answer in time".to_owned()));
        tokio::time::timeout(PATIENCE * 4, work).await.unwrap_or_else(late)
    }

    fn refuse(&self, what: String) -> OpenError {
        OpenError(format!("{}: {what}", self.place))
    }
}

const LEDGER: &str =
    "CREATE TABLE zeroth_migrations (version BIGINT PRIMARY KEY, at TIMESTAMPTZ NOT NULL DEFAULT now())";

/// The version of the schema; 0 when there is none.
async fn schema(client: &tokio_postgres::Client) -> Result<usize, tokio_postgres::Error> {
    let there = client.query_one("SELECT to_regclass('zeroth_migrations') IS NOT NULL", &[]).await?;
    if !there.get::<_, bool>(0) {
        return Ok(0);
    }
    let version = client.query_one("SELECT coalesce(max(version), 0) FROM zeroth_migrations", &[]).await?;
    Ok(usize::try_from(version.get::<_, i64>(0)).unwrap_or(usize::MAX))
}

fn check(schema: usize) -> Result<(), String> {
    let known = MIGRATIONS.len();
    if schema <= known {
        return Ok(());
    }
    Err(format!("its schema {schema} was made by a newer Zeroth, and this one knows {known}: use that one"))
}

/// The address. Without `sslmode`, a server on this machine is spoken to in plain, and another in TLS if it offers that.
fn read(url: &str) -> Result<Config, OpenError> {
    // Certificates are always looked at.
    let text = url.replace("sslmode=verify-full", "sslmode=require").replace("sslmode=verify-ca", "sslmode=require");
    // The reason may quote a part of the address.
    let unreadable = |_| OpenError("DATABASE_URL is not the address of a PostgreSQL database".to_owned());
    let mut config: Config = text.parse().map_err(unreadable)?;
    if !text.contains("sslmode=") && config.get_hosts().iter().all(is_here) {
        config.ssl_mode(SslMode::Disable);
    }
    if config.get_application_name().is_none() {
        config.application_name("zeroth");
    }
    config.connect_timeout(PATIENCE).tcp_user_timeout(PATIENCE * 3);
    Ok(config)
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback()),
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

/// TLS that trusts whom the system trusts.
fn tls() -> Result<ClientConfig, OpenError> {
    let unusable = |error: rustls::Error| OpenError(format!("TLS cannot be set up: {error}; install ca-certificates"));
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(builder.map_err(unusable)?.with_platform_verifier().map_err(unusable)?.with_no_client_auth())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_as_the_address_says() {
        let mode = |url: &str| read(url).unwrap().get_ssl_mode();
        assert_eq!(mode("postgres://u:p@127.0.0.1/db"), SslMode::Disable);
        assert_eq!(mode("postgres://u:p@localhost/db?sslmode=prefer"), SslMode::Prefer);
        assert_eq!(mode("postgres://u:p@db.example/db"), SslMode::Prefer);
        assert_eq!(mode("postgres://u:p@db.example/db?sslmode=verify-full"), SslMode::Require);
    }

    #[test]
    fn no_sentence_holds_the_password() {
        let server = Server::new("postgres://me:hush@db.example:5433/games").unwrap();
        assert_eq!(server.place, "PostgreSQL at db.example:5433/games");
        let error = Server::new("postgres://me:hush@db.example/games?nonsense=hush").err().unwrap();
        assert!(!error.to_string().contains("hush"), "{error}");
    }
}
