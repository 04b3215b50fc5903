//! What can be played by name: packs and solo games, read when a game of them begins and remembered while it lasts.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::game::Problem;

use super::adventure::Offer;
use super::error::PlayError;

/// Content of one kind.
pub struct Catalogue<T> {
    names: Box<Names>,
    read: Box<Read<T>>,
    known: Mutex<HashMap<String, Arc<T>>>,
}

type Names = dyn Fn() -> Vec<String> + Send + Sync;
type Read<T> = dyn Fn(&str) -> Result<T, Vec<Problem>> + Send + Sync;

impl<T> Catalogue<T> {
    /// Content that is found by `names` and read by `read`.
    pub fn new(
        names: impl Fn() -> Vec<String> + Send + Sync + 'static,
        read: impl Fn(&str) -> Result<T, Vec<Problem>> + Send + Sync + 'static,
    ) -> Self {
        Self { names: Box::new(names), read: Box::new(read), known: Mutex::default() }
    }

    /// Reads it anew: whoever writes content sees a change in the next game.
    ///
    /// # Errors
    /// [`PlayError::UnknownContent`], [`PlayError::BrokenContent`].
    pub(super) fn fresh(&self, name: &str) -> Result<Arc<T>, PlayError> {
        let content = Arc::new((self.read)(name).map_err(|problems| self.refusal(name, &problems))?);
        self.known().insert(name.to_owned(), Arc::clone(&content));
        Ok(content)
    }

    /// As it was read last.
    ///
    /// # Errors
    /// Those of [`Catalogue::fresh`], when it has not been read yet.
    pub(super) fn get(&self, name: &str) -> Result<Arc<T>, PlayError> {
        let known = self.known().get(name).cloned();
        known.map_or_else(|| self.fresh(name), Ok)
    }

    /// Everything there is, described by `describe`: title and description.
    pub(super) fn offers(&self, describe: impl Fn(&T) -> (String, String)) -> Vec<Offer> {
        let offer = |name: String| match (self.read)(&name) {
            Ok(content) => {
                let (title, description) = describe(&content);
                Offer { name, title, description, playable: true }
            }
            Err(problems) => {
                Offer { title: name.clone(), name, description: told(&problems).join("; "), playable: false }
            }
        };
        (self.names)().into_iter().map(offer).collect()
    }

    fn refusal(&self, name: &str, problems: &[Problem]) -> PlayError {
        if (self.names)().iter().any(|known| known == name) {
            return PlayError::BrokenContent { name: name.to_owned(), problems: told(problems) };
        }
        PlayError::UnknownContent(problems.iter().map(|problem| problem.what.clone()).collect::<Vec<_>>().join("; "))
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Arc<T>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn told(problems: &[Problem]) -> Vec<String> {
    problems.iter().map(Problem::to_string).collect()
}
