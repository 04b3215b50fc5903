//! The games, of every kind, put together.

use std::sync::Arc;

use crate::clock::Clock;
use crate::config::Config;
use crate::content::Content;
use crate::game::Campaign;
use crate::id::Ids;
use crate::llm::Model;
use crate::play::{
    Catalogue, Chronicle, Engine, Games, Gate, ModelAuthor, ModelMaster, Parts, ScenarioEngine, Shelf, SoloEngine,
};
use crate::prompt::{self, Prompts};
use crate::store::Store;

use super::ring::Ring;

/// What all games are made of.
pub(super) struct Ingredients<'a> {
    pub(super) config: &'a Config,
    pub(super) ring: &'a Ring<'a>,
    pub(super) content: &'a Content,
    pub(super) campaign: &'a Arc<Campaign>,
    pub(super) prompts: Prompts,
    pub(super) model: Arc<dyn Model>,
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<dyn Ids>,
}

impl Ingredients<'_> {
    /// Puts them together.
    pub(super) fn compose(self) -> Games {
        let Ingredients { config, ring, content, campaign, prompts, model, store, clock, ids } = self;
        let prompts = Arc::new(prompts);
        let gate = Gate::default();
        let author = ModelAuthor::new(Arc::clone(&model), Arc::clone(&prompts), Arc::clone(campaign));
        let chronicle = Chronicle {
            store: Arc::clone(&store),
            clock: Arc::clone(&clock),
            ids: Arc::clone(&ids),
            gate: gate.clone(),
            shown: config.adventure.shown,
        };
        let campaigns = content.clone();
        let parts = Parts {
            model: Arc::clone(&model),
            store,
            author: ring.author(author),
            prompts: Arc::clone(&prompts),
            campaign_name: config.campaign.clone(),
            campaign: Arc::clone(campaign),
            campaigns: Arc::new(move |name| prompt::campaign(&campaigns, name).ok().map(Arc::new)),
            clock,
            ids: Arc::clone(&ids),
            gate,
        };
        let master = ModelMaster::new(Arc::clone(&model), Arc::clone(&prompts), ids, config.adventure.stream);
        let solo = SoloEngine {
            model: Arc::clone(&model),
            prompts: Arc::clone(&prompts),
            games: solo_games(content),
            chronicle: chronicle.clone(),
            config: config.adventure.clone(),
        };
        let scenario = ScenarioEngine {
            model,
            master: ring.master(master),
            prompts,
            packs: packs(content),
            chronicle: chronicle.clone(),
            config: config.adventure.clone(),
        };
        Games {
            play: ring.play(Engine::new(config.play, parts), campaign),
            solo: ring.adventure(Arc::new(solo), campaign),
            scenario: ring.adventure(Arc::new(scenario), campaign),
            archive: Arc::new(Shelf::new(chronicle)),
        }
    }
}

fn solo_games(content: &Content) -> SoloGames {
    let (names, texts) = (content.clone(), content.clone());
    let read = move |name: &str| prompt::solo(&texts, name).map(|(opening, player)| (Arc::new(opening), player));
    Catalogue::new(move || names.names("solo", "toml"), read)
}

type SoloGames = Catalogue<(Arc<crate::game::solo::Opening>, crate::game::character::Player)>;

fn packs(content: &Content) -> Catalogue<crate::game::scenario::Pack> {
    let (names, texts) = (content.clone(), content.clone());
    Catalogue::new(move || names.folders("scenarios"), move |name| prompt::scenario(&texts, name))
}
