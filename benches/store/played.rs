//! Games as players leave them: `silent-relay` played to its end through the whole program, told by the simulator.

use std::sync::Arc;
use std::time::Duration;

use zeroth::app::{App, Seams};
use zeroth::config::{Config, Source};
use zeroth::game::scenario::Pace;
use zeroth::id::{SessionId, Team};
use zeroth::play::{Adventure, Beginning, Order};

use crate::process::resident;

const GAMES: u64 = 2_000;
const ON_DISK: u64 = 200;

/// What a finished game takes in memory.
pub(crate) async fn in_memory() -> App {
    let app = app(&[("ZEROTH_STORE", "memory")]);
    // What is made once is no part of a game.
    play(&app, 3).await;
    let begun = resident(std::process::id()).unwrap_or_default();
    let turns = play(&app, GAMES).await;
    let after = resident(std::process::id()).unwrap_or_default();
    let each = (after - begun) * 1e6 / GAMES as f64;
    let length = turns as f64 / GAMES as f64;
    println!("a finished scenario of {length:.1} turns: {each:.0} bytes in memory");
    app
}

/// What each turn of a finished game takes on disk.
pub(crate) async fn on_disk() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().display().to_string();
    let app = app(&[("ZEROTH_DATA_DIR", &place)]);
    app.prepare().await.unwrap();
    let turns = play(&app, ON_DISK).await;
    drop(app);
    let size = std::fs::metadata(folder.path().join("sessions.db")).map_or(0, |file| file.len());
    println!("a finished scenario on disk: {} bytes for each turn, the games themselves included", size / turns);
}

fn app(settings: &[(&str, &str)]) -> App {
    let base = [("ZEROTH_SIM_SPEED", "instant"), ("ZEROTH_LOG", "off"), ("OTEL_SDK_DISABLED", "true")];
    let config = Config::read(&Source::new(base.iter().chain(settings).copied())).unwrap();
    App::compose(&config, Seams::default()).unwrap()
}

/// Plays so many games to their ends; returns how many turns that took.
async fn play(app: &App, games: u64) -> u64 {
    let mut turns = 0;
    for game in 0..games {
        let scenario = Arc::clone(&app.games().scenario);
        let beginning = Beginning { name: Some("silent-relay".to_owned()), pace: Pace::Automatic };
        let session = scenario.start(beginning).await.unwrap().session;
        turns += to_its_end(&*scenario, session, ["diplomacy", "science", "force"][(game % 3) as usize]).await;
    }
    turns
}

async fn to_its_end(scenario: &dyn Adventure, session: SessionId, approach: &str) -> u64 {
    let mut turns = 0;
    loop {
        let suggestions = scenario.look(session).await.unwrap().world.suggestions();
        let Some(first) = suggestions.first() else { return turns };
        let text = suggestions.iter().find(|text| text.contains(approach)).unwrap_or(first).clone();
        let order = Order {
            session,
            text,
            approach: None,
            attempt: 0,
            replaces: None,
            heard: false,
            team: Team::default(),
            wait: Duration::ZERO,
        };
        scenario.play(order, &mut |_| {}).await.unwrap();
        turns += 1;
    }
}
