//! The built-in model: a storyteller made of cards, with real latency shapes and real token counts.
//!
//! It knows nothing but the request: who plays and what is true in that world it reads from the instructions
//! (`brief`), what the player wants from the messages (`heard`), and how far the game has come from its own last reply
//! (`deck`). The same seed and the same request always give the same answer.

mod adventure;
mod brief;
mod deck;
mod deed;
mod embed;
mod flaw;
mod heard;
mod judge;
mod lexicon;
mod listener;
mod phrases;
mod plain;
mod player;
mod reply;
mod schema;
mod setup;
mod speed;
mod words;

pub use embed::SimEmbedder;
pub use speed::{NotASpeed, Speed, USUAL_LOAD};

use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use tokio::time::{Instant, sleep_until};

use super::chance::{digest, mix};
use super::fault::{Fault, unbend};
use super::{
    ChatReply, ChatRequest, Delta, Deltas, Descriptor, ErrorKind, FinishReason, Model, ModelError, Role, Usage, tokens,
};

use brief::Shelf;

/// How a simulator behaves.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct SimConfig {
    /// Another seed tells other stories.
    pub seed: u64,
    /// How fast it answers.
    pub speed: Speed,
}

impl SimConfig {
    /// The same, slowed down by other calls in this measure.
    #[must_use]
    pub const fn with_load(self, load: f64) -> Self {
        Self { speed: self.speed.with_load(load), ..self }
    }
}

/// The simulated model.
pub struct Sim {
    config: SimConfig,
    descriptor: Descriptor,
    shelf: Shelf,
    /// How many calls are under way.
    busy: AtomicUsize,
}

impl Sim {
    /// A simulator.
    pub fn new(config: SimConfig) -> Self {
        let descriptor = Descriptor { simulated: true, ..Descriptor::new("zeroth", "sim-1") };
        Self { config, descriptor, shelf: Shelf::default(), busy: AtomicUsize::new(0) }
    }

    /// The answer before time and limits apply, the tokens that went in, and the number that stands for the call.
    fn answer(&self, request: &ChatRequest) -> Result<(String, u64, u64), ModelError> {
        let Said { text: said, formed, input, call } = self.tell(request);
        let Some(schema) = request.schema.as_ref().filter(|_| formed) else { return Ok((said, input, call)) };
        let fitting = schema::answer(&schema.value, call, &said);
        let fitting = fitting.map_err(|error| ModelError::new(ErrorKind::InvalidRequest, error.to_string()))?;
        Ok((fitting, input + tokens::count_schema(request), call))
    }

    /// The answer in words.
    fn tell(&self, request: &ChatRequest) -> Said {
        // What a fault asks for is no part of the game: it draws nothing and is not kept on the shelf.
        let (system, faults) = unbend(&request.system);
        let brief = self.shelf.brief(system);
        let seed = mix(self.config.seed, request.seed.unwrap_or(0));
        let call = request.messages.iter().fold(mix(seed, brief.key), |sum, message| digest(sum, &message.text));
        let asked = request.messages.iter().rev().find(|message| message.role == Role::User);
        let asked = asked.map_or("", |message| message.text.as_str());
        let mut formed = true;
        let text = match setup::setup(&brief, asked, seed) {
            Some(text) => text,
            None if brief.tells_a_story() => reply::reply(&brief, request, self.config.seed, &faults),
            None => match adventure::answer(request, system, self.config.seed, call, &faults) {
                Some(answer) => {
                    formed = answer.formed;
                    answer.text
                }
                None => player::line(system, asked, call)
                    .or_else(|| judge::verdict(system, asked))
                    .unwrap_or_else(|| plainly(request, asked, call, &faults)),
            },
        };
        let told = match &request.system[system.len()..] {
            "" => brief.tokens,
            // White space at both sides of the border would be counted together.
            more if !system.ends_with(char::is_whitespace) => brief.tokens + tokens::count(more),
            _ => tokens::count(&request.system),
        };
        Said { text, formed, input: told + tokens::count_messages(request), call }
    }
}

/// An answer in words.
struct Said {
    text: String,
    /// Whether it may be put into the form that the request wants.
    formed: bool,
    /// The tokens that went in.
    input: u64,
    /// Stands for the call.
    call: u64,
}

/// One call under way.
struct Busy<'a>(&'a AtomicUsize);

impl<'a> Busy<'a> {
    fn new(calls: &'a AtomicUsize) -> Self {
        calls.fetch_add(1, Ordering::Relaxed);
        Self(calls)
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[async_trait]
impl Model for Sim {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn chat(&self, request: &ChatRequest, deltas: &mut Deltas<'_>) -> Result<ChatReply, ModelError> {
        let start = Instant::now();
        let (mut text, input, call) = self.answer(request)?;
        let _busy = Busy::new(&self.busy);
        let pace = self.config.speed.pace(call, input, self.busy.load(Ordering::Relaxed));
        let limit = usize::try_from(request.max_output_tokens.max(1)).unwrap_or(usize::MAX);
        let (mut end, mut output) = (0, 0);
        for piece in tokens::pieces(&text).take(limit) {
            if let Some(pace) = pace.filter(|_| request.stream) {
                sleep_until(start + pace.at(output)).await;
            }
            if request.stream {
                deltas(Delta::Text(piece));
            }
            end += piece.len();
            output += 1;
        }
        if let Some(pace) = pace.filter(|_| !request.stream) {
            sleep_until(start + pace.at(output)).await;
        }
        let finish = if end < text.len() { FinishReason::Length } else { FinishReason::Stop };
        text.truncate(end);
        Ok(ChatReply {
            finish,
            id: Some(format!("sim-{call:016x}")),
            usage: Some(Usage { input, output: output as u64, ..Usage::default() }),
            ..ChatReply::new(text, &self.descriptor)
        })
    }
}

/// An answer to a prompt that is no game.
fn plainly(request: &ChatRequest, asked: &str, call: u64, faults: &[Fault]) -> String {
    let answer = |step: u64| plain::answer(asked, call.wrapping_add(step));
    let times = faults.iter().map(|fault| if let Fault::Verbose(times) = fault { *times } else { 1 }).max();
    flaw::lengthen(answer(0), times.unwrap_or(1), request.max_output_tokens, answer)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::{Component, Message};
    use super::*;

    fn request(stream: bool) -> ChatRequest {
        let messages = vec![Message { role: Role::User, text: "Hello".to_owned() }];
        ChatRequest { stream, ..ChatRequest::new(Component::Dialogue, "", messages, 100) }
    }

    async fn timed(speed: Speed, stream: bool) -> (Vec<Duration>, Duration) {
        let start = Instant::now();
        let mut arrivals = Vec::new();
        let mut deltas = |_: Delta<'_>| arrivals.push(start.elapsed());
        Sim::new(SimConfig { seed: 1, speed }).chat(&request(stream), &mut deltas).await.unwrap();
        (arrivals, start.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn a_streamed_answer_comes_token_by_token() {
        let (arrivals, total) = timed(Speed::default(), true).await;
        assert!(arrivals[0] > Duration::from_millis(40), "{:?}", arrivals[0]);
        assert!(arrivals.windows(2).all(|pair| pair[0] <= pair[1]));
        assert!(total > arrivals[0] + Duration::from_millis(200), "{total:?}");
        let (again, _) = timed(Speed::default(), true).await;
        assert_eq!(arrivals, again, "the times belong to the request");
    }

    #[tokio::test(start_paused = true)]
    async fn an_answer_in_one_piece_takes_as_long() {
        let (arrivals, whole) = timed(Speed::default(), false).await;
        let (_, streamed) = timed(Speed::default(), true).await;
        assert!(arrivals.is_empty());
        assert!(whole.abs_diff(streamed) < Duration::from_millis(50), "{whole:?} {streamed:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn many_calls_at_once_slow_each_other_down() {
        let sim = Sim::new(SimConfig { seed: 1, speed: Speed::default().with_load(0.01) });
        let timed = async |calls: usize| {
            let start = Instant::now();
            let request = request(false);
            let answers = (0..calls).map(|_| async {
                sim.chat(&request, &mut |_: Delta<'_>| {}).await.unwrap();
                start.elapsed()
            });
            futures::future::join_all(answers).await
        };
        let alone = timed(1).await[0];
        let crowd = timed(100).await;
        let times = |one: Duration, other: Duration| one.as_secs_f64() / other.as_secs_f64();
        assert!(times(crowd[0], alone) < 1.01, "the first comes to an idle server");
        assert!((1.9..2.1).contains(&times(crowd[99], alone)), "{:?} {alone:?}", crowd[99]);
    }

    #[tokio::test(start_paused = true)]
    async fn an_instant_answer_takes_no_time() {
        let (arrivals, total) = timed(Speed::Instant, true).await;
        assert!(arrivals.len() > 10);
        assert_eq!(total, Duration::ZERO);
    }
}
