//! An answer that is to be made: what the model is asked, how often, and what it is counted like. Both vendors' requests
//! become one of these.

use std::sync::Arc;

use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use futures::future::try_join_all;

use crate::llm::ChatRequest;
use crate::llm::fault::{self, Fault};
use crate::llm::mix;

use super::cache::{Found, Mark};
use super::call::{Call, Ending, Stop};
use super::disguise::{self, Breaks};
use super::events::{self, MIDDLE, Teller};
use super::gate::{self, Ticket};
use super::journal::Tally;
use super::refusal::{Reason, Refusal};
use super::server::Simulator;
use super::stops::Stops;

/// An answer to be made.
pub(super) struct Order {
    pub(super) request: ChatRequest,
    /// How many answers are wanted.
    pub(super) choices: usize,
    pub(super) stops: Stops,
    /// All tokens that go in.
    pub(super) input: u64,
    pub(super) marks: Vec<Mark>,
    /// The fewest tokens that are worth keeping.
    pub(super) least_cached: u64,
    /// What is said without asking the model.
    pub(super) instead: Option<Ending>,
}

/// What goes in, as it is counted.
#[derive(Debug, Clone, Default)]
pub(super) struct Intake {
    pub(super) input: u64,
    pub(super) found: Found,
}

/// Makes the answer; `teller` is made when it is known what goes in.
pub(super) async fn serve<T: Teller>(
    simulator: &Arc<Simulator>,
    ticket: &Arc<Ticket>,
    order: Order,
    teller: impl FnOnce(&Intake) -> T,
) -> Result<Response, Refusal> {
    let limit = gate::context(ticket.holder.vendor, ticket.model());
    if order.input > limit {
        return Err(gate::too_long(ticket.holder.vendor, order.input, limit));
    }
    let now = ticket.record.started();
    let found = simulator.cache.look_up(&order.marks, order.least_cached, now);
    // What is read from the cache is free.
    let (standing, admitted) = simulator.limits.take(&ticket.holder, order.input.saturating_sub(found.read), now);
    let mut response = match admitted {
        Ok(()) => {
            let intake = Intake { input: order.input, found };
            let teller = teller(&intake);
            answer(Arc::clone(simulator), Arc::clone(ticket), order, intake, teller).await?
        }
        Err(refusal) => refusal.into_response(),
    };
    response.extensions_mut().insert(standing);
    Ok(response)
}

async fn answer<T: Teller>(
    simulator: Arc<Simulator>,
    ticket: Arc<Ticket>,
    order: Order,
    intake: Intake,
    teller: T,
) -> Result<Response, Refusal> {
    let instead = instead(&ticket.faults).or_else(|| order.instead.clone());
    let mut requests = requests(&order, &ticket.faults);
    if instead.is_some() {
        requests.clear();
    }
    let preset: Vec<Ending> = instead.into_iter().collect();
    if order.request.stream {
        let model = &simulator.services.model;
        let calls = requests.into_iter().map(|request| Call::new(Arc::clone(model), request, order.stops.clone()));
        let calls = calls.collect();
        return events::answer(simulator, ticket, intake, teller, calls, preset).await;
    }
    let endings = match preset.is_empty() {
        false => preset,
        true => {
            let model = &simulator.services.model;
            let asked = requests.iter().map(async |request| model.chat(request, &mut |_| {}).await);
            try_join_all(asked).await?.into_iter().map(|reply| Ending::from(reply).cut(order.stops.clone())).collect()
        }
    };
    for fault in &ticket.faults {
        match fault {
            Fault::SlowFirstToken(time) | Fault::Stall(time) => tokio::time::sleep(*time).await,
            Fault::StreamError(_) => return Err(Refusal::new(Reason::Overloaded, "Overloaded")),
            _ => {}
        }
    }
    settle(&simulator, &ticket, &intake, &endings);
    Ok(whole(&teller.whole(&endings), &ticket.faults))
}

/// The requests to the model, one for each choice.
fn requests(order: &Order, faults: &[Fault]) -> Vec<ChatRequest> {
    let bent = fault::bend(&order.request, faults);
    (0..order.choices)
        .map(|choice| {
            let seed = match choice {
                0 => bent.seed,
                _ => Some(mix(bent.seed.unwrap_or(0), choice as u64)),
            };
            ChatRequest { seed, ..bent.as_ref().clone() }
        })
        .collect()
}

/// What a fault has the model say.
fn instead(faults: &[Fault]) -> Option<Ending> {
    faults.iter().find_map(|fault| match fault {
        // Real ones are charged for a token or two even then.
        Fault::Empty => Some(Ending { output: 2, ..Ending::default() }),
        Fault::Refusal => Some(Ending { stop: Stop::Refusal, output: 2, ..Ending::default() }),
        _ => None,
    })
}

/// Charges for an answer, and lets others read what it wrote into the cache.
pub(super) fn settle(simulator: &Simulator, ticket: &Ticket, intake: &Intake, endings: &[Ending]) {
    let now = ticket.record.started();
    let output = endings.iter().map(|ending| ending.output).sum();
    simulator.cache.publish(&intake.found, now);
    simulator.limits.charge(&ticket.holder, output, now);
    let (read, written) = (intake.found.read, intake.found.written());
    ticket.record.count(Tally { input: intake.input, read, written, output });
}

/// An answer in one piece, unless it is to break.
fn whole(text: &str, faults: &[Fault]) -> Response {
    let json = HeaderValue::from_static("application/json");
    for fault in faults {
        match fault {
            Fault::Cut(_) => return disguise::broken_off(text, Breaks::InOrder),
            Fault::Reset(_) => return disguise::broken_off(text, Breaks::Apart),
            Fault::Malformed => {
                let garbled = text.replacen("\":", "\"", usize::try_from(MIDDLE).unwrap_or(1));
                return ([(CONTENT_TYPE, json)], garbled).into_response();
            }
            _ => {}
        }
    }
    ([(CONTENT_TYPE, json)], text.to_owned()).into_response()
}
