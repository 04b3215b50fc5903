//! A game whose lines, answers and accidents are written beforehand.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Notify;

use crate::game::{Message, Setup, Turn};
use crate::id::{SessionId, Team, TraceId};
use crate::llm::{ChatReply, Component, Cost, Descriptor, Timing, Usage};
use crate::play::{Again, Game, Games, Joined, Play, PlayError, TurnInput, TurnOutcome, Undone, Words};
use crate::repl::input::{Input, Line};
use crate::repl::screen::{Manner, Screen};
use crate::repl::style::Colour;
use crate::repl::vocabulary::Vocabulary;
use crate::repl::{ReplError, Start, Table, play_at};

use super::library::Library;
use super::solo::SoloTale;
use super::tale::{Tale, Telling};

/// What the storyteller does with a turn.
pub(super) enum Act {
    /// Says these words, one after the other.
    Answer(&'static [&'static str]),
    /// Begins to speak, then fails.
    Stumble(&'static [&'static str], PlayError),
    /// Begins to speak, then waits until the player presses Ctrl-C.
    Hang(&'static [&'static str]),
}

/// Everything that is needed for a game.
pub(super) struct Stage {
    lines: VecDeque<Line>,
    manner: Manner,
    width: Option<usize>,
    colour: Colour,
    start: Start,
    out: Page,
    err: Page,
    teller: Arc<Teller>,
    pub(super) tale: Arc<Tale>,
    pub(super) solo: Arc<SoloTale>,
    pub(super) library: Arc<Library>,
    hanging: Arc<Notify>,
}

/// What came of it.
pub(super) struct Played {
    pub(super) out: String,
    pub(super) err: String,
    pub(super) ended: Result<(), ReplError>,
    /// Each message with its attempt.
    pub(super) heard: Vec<(String, u32)>,
    /// How often the game was left.
    pub(super) left: u32,
}

impl Played {
    /// What was shown after the introduction.
    pub(super) fn story(&self) -> String {
        let intro = ["leaves the game.\n\n", "An old computer.\n"];
        let start = intro.iter().find_map(|end| self.out.find(end).map(|at| at + end.len()));
        self.out[start.unwrap_or(0)..].to_owned()
    }
}

impl Stage {
    pub(super) fn piped(text: &str) -> Self {
        Self::new(Manner::Program, None, text.lines())
    }

    /// A person who types `lines`; `^C` is what it says.
    pub(super) fn person(width: usize, lines: &[&str]) -> Self {
        Self::new(Manner::Person, Some(width), lines.iter().copied())
    }

    fn new<'l>(manner: Manner, width: Option<usize>, lines: impl Iterator<Item = &'l str>) -> Self {
        let line = |text: &str| if text == "^C" { Line::Interrupted } else { Line::Text(text.to_owned()) };
        let hanging = Arc::new(Notify::new());
        let teller = Arc::new(Teller { script: Mutex::default(), hanging: Arc::clone(&hanging) });
        let tale = Arc::new(Tale::new(Arc::clone(&hanging)));
        let solo = Arc::new(SoloTale::default());
        Self {
            lines: lines.map(line).collect(),
            manner,
            width,
            colour: Colour::Off,
            start: Start::Dialogue,
            out: Page::default(),
            err: Page::default(),
            teller,
            library: Arc::new(Library::new(Arc::clone(&tale), Arc::clone(&solo))),
            tale,
            solo,
            hanging,
        }
    }

    /// What is played first.
    pub(super) fn starting(mut self, start: Start) -> Self {
        self.start = start;
        self
    }

    /// The scenario `silent-relay`, in which the dice fall like this.
    pub(super) fn scenario(self, falls: impl IntoIterator<Item = u8>) -> Self {
        self.tale.dice(falls);
        self.starting(Start::Scenario("silent-relay".to_owned()))
    }

    pub(super) fn coloured(mut self) -> Self {
        self.colour = Colour::On;
        self
    }

    /// What the storyteller of the scenario does, turn by turn; when nothing is left it tells what happened.
    pub(super) fn tells(self, tellings: impl IntoIterator<Item = Telling>) -> Self {
        self.tale.tells(tellings);
        self
    }

    pub(super) fn acts(&mut self, acts: impl IntoIterator<Item = Act>) {
        self.teller.script().acts.extend(acts);
    }

    pub(super) fn refuse_to_start(&mut self, error: PlayError) {
        self.teller.script().refusal = Some(error);
    }

    pub(super) fn close_output(&mut self) {
        self.out.0.lock().unwrap().closed = true;
    }

    pub(super) async fn play(self) -> Played {
        let (page, manner) = (self.out.clone(), self.manner);
        let input = Typist { lines: self.lines, page, manner, hanging: self.hanging };
        let screen = Screen {
            out: Box::new(self.out.clone()),
            err: Box::new(self.err.clone()),
            colour: self.colour,
            width: self.width,
            manner: self.manner,
            failure: None,
        };
        let games = Games {
            play: Arc::clone(&self.teller) as Arc<dyn Play>,
            solo: self.solo,
            scenario: self.tale,
            archive: self.library,
        };
        let table = Table {
            games,
            team: Team::default(),
            input: Box::new(input),
            screen,
            vocabulary: Vocabulary::default(),
            fixed_width: self.width,
            trace_url: None,
            notices: None,
        };
        let ended = play_at(table, self.start).await;
        let script = self.teller.script();
        Played { out: self.out.text(), err: self.err.text(), ended, heard: script.heard.clone(), left: script.left }
    }
}

/// A player; what is typed at a prompt is seen on the page.
struct Typist {
    lines: VecDeque<Line>,
    page: Page,
    manner: Manner,
    hanging: Arc<Notify>,
}

#[async_trait]
impl Input for Typist {
    async fn line(&mut self, prompt: &str) -> Line {
        let line = self.lines.pop_front().unwrap_or(Line::End);
        if self.manner == Manner::Person {
            let typed = match &line {
                Line::Text(text) => text,
                Line::Interrupted => "^C",
                _ => "^D",
            };
            writeln!(self.page, "{prompt}{typed}").unwrap();
        }
        line
    }

    async fn interrupted(&mut self) {
        self.hanging.notified().await;
    }

    fn width(&self) -> Option<usize> {
        None
    }
}

/// What was written.
#[derive(Clone, Default)]
struct Page(Arc<Mutex<Written>>);

#[derive(Default)]
struct Written {
    bytes: Vec<u8>,
    closed: bool,
}

impl Page {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().bytes.clone()).unwrap()
    }
}

impl Write for Page {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut written = self.0.lock().unwrap();
        if written.closed {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        written.bytes.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A storyteller who follows a script.
struct Teller {
    script: Mutex<Script>,
    hanging: Arc<Notify>,
}

#[derive(Default)]
struct Script {
    acts: VecDeque<Act>,
    refusal: Option<PlayError>,
    turns: Vec<Arc<Turn>>,
    heard: Vec<(String, u32)>,
    left: u32,
}

impl Teller {
    fn script(&self) -> std::sync::MutexGuard<'_, Script> {
        self.script.lock().unwrap()
    }
}

#[async_trait]
impl Play for Teller {
    async fn shared(&self) -> Result<Arc<Game>, PlayError> {
        self.game(SessionId::SHARED).await
    }

    async fn create(&self, _team: &Team) -> Result<Arc<Game>, PlayError> {
        let refusal = self.script().refusal.take();
        match refusal {
            Some(error) => Err(error),
            None => self.game(SessionId::SHARED).await,
        }
    }

    async fn join(&self, _: SessionId) -> Result<Joined, PlayError> {
        Ok(Joined::Known)
    }

    async fn game(&self, session: SessionId) -> Result<Arc<Game>, PlayError> {
        Ok(Arc::new(Game {
            session,
            campaign: "bridge".to_owned(),
            protagonist: "Data".to_owned(),
            storyteller: "Computer".to_owned(),
            turn_sentence: "Your turn.".to_owned(),
            setup: Setup {
                protagonist: "An android who wants to know what a joke is.".to_owned(),
                storyteller: "An old computer.".to_owned(),
                quest: "Find out who switched off the lights.".to_owned(),
            },
            turns: self.script().turns.clone(),
        }))
    }

    async fn turn(&self, input: TurnInput, deltas: &mut Words<'_>) -> Result<TurnOutcome, PlayError> {
        let act = self.script().acts.pop_front().expect("an act for each turn");
        self.script().heard.push((input.text.clone(), input.attempt));
        let (Act::Answer(words) | Act::Stumble(words, _) | Act::Hang(words)) = &act;
        for piece in *words {
            deltas(piece);
            tokio::task::yield_now().await;
        }
        match act {
            Act::Answer(words) => Ok(self.answered(&input, words.concat())),
            Act::Stumble(_, error) => Err(error),
            Act::Hang(_) => {
                self.hanging.notify_one();
                std::future::pending().await
            }
        }
    }

    async fn again(&self, _: SessionId) -> Result<Again, PlayError> {
        let script = self.script();
        let last = script.turns.last().ok_or(PlayError::NothingToUndo)?;
        Ok(Again {
            text: last.message.to_string(),
            approach: None,
            number: last.number,
            revision: last.number,
            attempt: 1,
        })
    }

    async fn undo(&self, _: SessionId) -> Result<Undone, PlayError> {
        let turn = self.script().turns.pop().ok_or(PlayError::NothingToUndo)?;
        Ok(Undone { turn: Turn::clone(&turn) })
    }

    async fn leave(&self, _: SessionId) {
        self.script().left += 1;
    }
}

impl Teller {
    fn answered(&self, input: &TurnInput, response: String) -> TurnOutcome {
        let mut script = self.script();
        if let Some(number) = input.replaces {
            assert_eq!(script.turns.pop().map(|turn| turn.number), Some(number), "the last turn is replaced");
        }
        let number = script.turns.last().map_or(1, |turn| turn.number + 1);
        let turn = Turn { number, message: Message::new(&input.text, 1_000).unwrap(), response: response.clone() };
        script.turns.push(Arc::new(turn.clone()));
        let reply = ChatReply {
            simulated: true,
            usage: Some(Usage { input: 120, output: 30, ..Usage::default() }),
            cost: Some(Cost { usd: 0.000_25, simulated: true }),
            timing: Timing { first_token: Some(Duration::from_millis(380)), total: Duration::from_millis(1_900) },
            ..ChatReply::new(response, &Descriptor::new("sim", "sim-1"))
        };
        let trace_id = Some(TraceId(0xabc));
        TurnOutcome { speaker: "Computer".to_owned(), turn, component: Component::Dialogue, reply, trace_id }
    }
}
