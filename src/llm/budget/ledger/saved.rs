//! The book of budgets beyond this process: what was booked is taken away to be saved, and what others saved comes in.

use std::collections::HashMap;

use crate::id::Team;

use super::{Amount, Books, Ledger, Payers};

/// Whose account it is that is saved.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Owner {
    /// Everyone, on this day: days since 1970, UTC.
    Day(u64),
    /// A team.
    Team(Team),
    /// The teams that have no account of their own, together.
    OtherTeams,
    /// A session.
    Session(String),
}

/// An amount and whose it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Booking {
    /// Whose.
    pub owner: Owner,
    /// How much.
    pub amount: Amount,
}

/// What was booked and not saved yet; nothing is remembered unless somebody saves it.
pub(super) type Unsaved = Option<HashMap<Owner, Amount>>;

impl Ledger {
    /// From now on, what is booked is remembered until [`Ledger::take_unsaved`] takes it. Without a ceiling there is nothing
    /// to remember it for.
    pub fn remember(&self) {
        if self.is_bounded() {
            self.books().unsaved.get_or_insert_default();
        }
    }

    /// Whether sessions have a ceiling; else their accounts need not be saved.
    pub fn bounds_sessions(&self) -> bool {
        self.budgets.session != super::Ceiling::default()
    }

    /// What was booked since the last time, to be added to what is saved. When that fails, it goes back with
    /// [`Ledger::put_back`].
    pub fn take_unsaved(&self) -> Vec<Booking> {
        let mut books = self.books();
        let unsaved = books.unsaved.as_mut().map(std::mem::take).unwrap_or_default();
        unsaved.into_iter().map(|(owner, amount)| Booking { owner, amount }).collect()
    }

    /// Remembers again what could not be saved.
    pub fn put_back(&self, bookings: Vec<Booking>) {
        let mut books = self.books();
        for Booking { owner, amount } in bookings {
            books.remember(owner, amount);
        }
    }

    /// Takes over the sums that are saved: of an earlier run of the program, and of others that share the book. What was
    /// booked here since is added to them.
    pub fn adopt(&self, sums: Vec<Booking>) {
        let mut books = self.books();
        for Booking { owner, amount } in sums {
            let since = books.unsaved.as_ref().and_then(|unsaved| unsaved.get(&owner)).copied().unwrap_or_default();
            books.set_spent(&owner, amount.plus(since));
        }
    }
}

impl Books {
    /// Remembers that `payers` have spent `amount`.
    pub(super) fn note(&mut self, payers: Payers<'_>, amount: Amount, sessions: bool) {
        if self.unsaved.is_none() || amount == Amount::default() {
            return;
        }
        self.remember(Owner::Day(self.day), amount);
        let own = self.teams.contains_key(payers.team);
        self.remember(if own { Owner::Team(payers.team.clone()) } else { Owner::OtherTeams }, amount);
        if let Some(session) = payers.session.filter(|_| sessions) {
            self.remember(Owner::Session(session.to_owned()), amount);
        }
    }

    fn remember(&mut self, owner: Owner, amount: Amount) {
        if let Some(unsaved) = &mut self.unsaved {
            let sum = unsaved.entry(owner).or_default();
            *sum = sum.plus(amount);
        }
    }

    fn set_spent(&mut self, owner: &Owner, spent: Amount) {
        match owner {
            Owner::Day(day) if *day == self.day => self.today.spent = spent,
            Owner::Day(_) => {}
            Owner::OtherTeams => self.others.spent = spent,
            Owner::Team(team) if self.teams.contains_key(team) || self.teams.len() < super::MAX_TEAMS => {
                self.teams.entry(team.clone()).or_default().spent = spent;
            }
            Owner::Team(_) => {}
            Owner::Session(session) => self.session(session, |entry| entry.spent = spent),
        }
    }
}
