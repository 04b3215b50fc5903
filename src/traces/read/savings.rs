//! What caches saved. Sums know tokens by kind, and our prices say what they would have cost without a cache.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension as _};

use crate::llm::PriceList;

use super::super::price::{CacheRates, cache_rates};

/// Works out savings, and remembers the rates of each provider's models.
pub(super) struct Savings<'a> {
    connection: &'a Connection,
    prices: &'a PriceList,
    known: HashMap<(i64, i64), CacheRates>,
}

impl<'a> Savings<'a> {
    pub(super) fn new(connection: &'a Connection, prices: &'a PriceList) -> Self {
        Self { connection, prices, known: HashMap::new() }
    }

    /// US dollars that so many tokens, read from and written to the cache, saved; 0 where nobody knows the prices. Provider
    /// and model are numbers of texts.
    pub(super) fn of(&mut self, provider: i64, model: i64, read: i64, written: i64) -> rusqlite::Result<f64> {
        if read == 0 && written == 0 {
            return Ok(0.0);
        }
        let rates = match self.known.get(&(provider, model)) {
            Some(rates) => *rates,
            None => {
                let rates = self.rates(provider, model)?;
                self.known.insert((provider, model), rates);
                rates
            }
        };
        Ok(read as f64 * rates.saved - written as f64 * rates.added)
    }

    fn rates(&self, provider: i64, model: i64) -> rusqlite::Result<CacheRates> {
        let text = |id: i64| {
            let mut statement = self.connection.prepare_cached("SELECT text FROM texts WHERE id = ?1")?;
            statement.query_row([id], |row| row.get::<_, String>(0)).optional()
        };
        let (provider, model) = (text(provider)?, text(model)?);
        Ok(model.and_then(|model| cache_rates(self.prices, provider.as_deref(), &model)).unwrap_or_default())
    }
}
