//! The models: from the names that the user typed to chains that retry, fall back, keep to their limits and are observed.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::clock::Clock;
use crate::config::{Config, ModelName};
use crate::id::Ids;
use crate::llm::fault::{Faulty, Switchboard};
use crate::llm::{
    Budgeted, ByComponent, Ceiling, Component, Descriptor, Door, Fallback, Ledger, Limited, Member, Metered, Model,
    PriceList, Priced, Retried, TimedOut, Transport,
};

use super::AppError;
use super::adapters::{self, Adapter};
use super::ring::Ring;

/// Builds each model once, however many chains it stands in.
pub(super) struct Models<'a> {
    config: &'a Config,
    ring: &'a Ring<'a>,
    ids: &'a dyn Ids,
    clock: &'a Arc<dyn Clock>,
    prices: Arc<PriceList>,
    ledger: &'a Arc<Ledger>,
    faults: Arc<Switchboard>,
    transport: Option<Arc<dyn Transport>>,
    doors: BTreeMap<String, Arc<Door>>,
    members: BTreeMap<ModelName, Link>,
}

/// A model that is ready to stand in a chain.
#[derive(Clone)]
struct Link {
    member: Arc<Member>,
    descriptor: Descriptor,
}

impl<'a> Models<'a> {
    pub(super) fn new(
        config: &'a Config,
        ring: &'a Ring<'a>,
        ids: &'a dyn Ids,
        clock: &'a Arc<dyn Clock>,
        prices: Arc<PriceList>,
        ledger: &'a Arc<Ledger>,
    ) -> Self {
        Self {
            config,
            ring,
            ids,
            clock,
            prices,
            ledger,
            faults: Arc::new(Switchboard::new(config.faults.rules.clone(), config.faults.seed)),
            transport: None,
            doors: BTreeMap::new(),
            members: BTreeMap::new(),
        }
    }

    /// The names of the models whose prices nobody knows.
    pub(super) fn unpriced(&self) -> Vec<String> {
        let models = self.members.values().map(|link| &link.descriptor);
        let unknown = models.filter(|model| self.prices.get(&model.provider, &model.model).is_none());
        unknown.map(|model| format!("{} of {}", model.model, model.provider)).collect()
    }

    /// The model of the game; `stand_in` takes the place of every model there would be.
    pub(super) fn compose(&mut self, stand_in: Option<Arc<dyn Model>>) -> Result<Arc<dyn Model>, AppError> {
        if let Some(model) = stand_in {
            let link = self.link(model);
            return self.whole(vec![link]);
        }
        let choice = &self.config.model;
        let usual = self.chain(&choice.chain)?;
        let mut own: BTreeMap<Component, Arc<dyn Model>> = BTreeMap::new();
        for (component, names) in &choice.own {
            own.insert(*component, self.chain(names)?);
        }
        Ok(if own.is_empty() { usual } else { Arc::new(ByComponent::new(usual, own)) })
    }

    fn chain(&mut self, names: &[ModelName]) -> Result<Arc<dyn Model>, AppError> {
        let links = names.iter().map(|name| self.named(name)).collect::<Result<_, _>>()?;
        self.whole(links)
    }

    /// A chain with everything around it that there is once for each call.
    fn whole(&self, links: Vec<Link>) -> Result<Arc<dyn Model>, AppError> {
        let descriptors: Vec<Descriptor> = links.iter().map(|link| link.descriptor.clone()).collect();
        check_prices(self.config, &self.prices, &descriptors)?;
        let mut members = links.into_iter().map(|link| link.member);
        let first = members.next().ok_or_else(|| AppError::Model("ZEROTH_MODEL names no model".to_owned()))?;
        let chain = Arc::new(Fallback::new(first, members.collect()));
        let budgeted = Budgeted::new(chain, Arc::clone(self.ledger), Arc::clone(&self.prices), descriptors);
        let metered = Metered::new(Arc::new(budgeted), Arc::clone(self.clock));
        Ok(self.ring.model(Arc::new(metered)))
    }

    fn named(&mut self, name: &ModelName) -> Result<Link, AppError> {
        if let Some(link) = self.members.get(name) {
            return Ok(link.clone());
        }
        let adapter = Adapter::new(name, self.config, || self.transport())?;
        let model = adapter.model();
        let link = self.link(model);
        self.members.insert(name.clone(), link.clone());
        Ok(link)
    }

    /// `model` with everything around it that there is once for each attempt.
    fn link(&mut self, model: Arc<dyn Model>) -> Link {
        let descriptor = model.descriptor().clone();
        let config = &self.config.resilience;
        let hit = &self.config.faults.components;
        let spared = Component::ALL.into_iter().filter(|component| !hit.contains(component));
        let faulty = Faulty::new(model, Arc::clone(&self.faults)).sparing(spared);
        let timed = TimedOut::new(Arc::new(faulty), self.config.timeouts);
        let mut attempt: Arc<dyn Model> = Arc::new(Priced::new(Arc::new(timed), Arc::clone(&self.prices)));
        if descriptor.server.is_some() {
            let door = self.doors.entry(descriptor.provider.clone());
            let door = Arc::clone(door.or_insert_with(|| Arc::new(Door::new(config.limits))));
            attempt = Arc::new(Limited::new(attempt, door));
        }
        let retried = Retried::new(attempt, config.retry, self.ids.span());
        Link { member: Arc::new(Member::new(Arc::new(retried), config.breaker)), descriptor }
    }

    /// One pool of connections for all providers.
    fn transport(&mut self) -> Result<Arc<dyn Transport>, AppError> {
        if let Some(transport) = &self.transport {
            return Ok(Arc::clone(transport));
        }
        let transport = self.ring.transport(adapters::transport(self.config)?);
        self.transport = Some(Arc::clone(&transport));
        Ok(transport)
    }
}

/// A ceiling in dollars means nothing for a model whose price nobody knows.
pub(super) fn check_prices(config: &Config, prices: &PriceList, models: &[Descriptor]) -> Result<(), AppError> {
    let budgets = config.resilience.budgets;
    let ceilings = [("SESSION", budgets.session), ("TEAM", budgets.team), ("DAY", budgets.day)];
    let Some((scope, _)) = ceilings.into_iter().find(|(_, Ceiling { usd, .. })| usd.is_some()) else {
        return Ok(());
    };
    let unknown = models.iter().find(|model| prices.get(&model.provider, &model.model).is_none());
    unknown.map_or(Ok(()), |Descriptor { provider, model, .. }| {
        Err(AppError::Model(format!(
            "ZEROTH_BUDGET_{scope}_USD cannot be kept, since the price of {model} of {provider} is not known: add it \
             to a file that ZEROTH_PRICES names, or set ZEROTH_BUDGET_{scope}_TOKENS in its place"
        )))
    })
}
