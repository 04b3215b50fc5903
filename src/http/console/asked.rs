//! Reads a query string: every parameter is taken by its name, and what nobody took or could read is told, all at once.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use utoipa::IntoParams;

use crate::traces::{Filter, Status};

use super::super::error::{Kind, Problem};

/// The most rows of a page.
const MOST: usize = 500;
/// How much of what was sent is said again.
const QUOTED: usize = 40;

/// What was asked, in parameters.
pub(in super::super) struct Asked {
    given: Vec<(String, String)>,
    known: Vec<&'static str>,
    problems: Vec<String>,
}

impl<S: Sync> FromRequestParts<S> for Asked {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Query(given) = Query::try_from_uri(&parts.uri)
            .map_err(|_| Problem::new(Kind::INVALID_QUERY, "the query is not made of name=value"))?;
        Ok(Self { given, known: Vec::new(), problems: Vec::new() })
    }
}

impl Asked {
    /// What `read` makes of the parameters.
    ///
    /// # Errors
    /// A [`Problem`] that names every parameter which `read` did not ask for or could not use.
    pub(super) fn read<T>(mut self, read: impl FnOnce(&mut Self) -> T) -> Result<T, Problem> {
        let value = read(&mut self);
        let known = self.known.join(", ");
        for (name, _) in &self.given {
            let name: String = name.chars().take(QUOTED).collect();
            self.problems.push(if known.is_empty() {
                format!("there is no parameter {name:?} here, nor any other")
            } else {
                format!("there is no parameter {name:?} here; there are {known}")
            });
        }
        if self.problems.is_empty() {
            return Ok(value);
        }
        Err(Problem::new(Kind::INVALID_QUERY, self.problems.join("; ")))
    }

    /// Refuses parameters of any name.
    pub(super) fn nothing(self) -> Result<(), Problem> {
        self.read(|_| ())
    }

    /// A text; an empty one is none.
    pub(super) fn text(&mut self, name: &'static str) -> Option<String> {
        self.known.push(name);
        let mut found = self.given.extract_if(.., |(given, _)| given == name).map(|(_, value)| value);
        let value = found.next()?;
        if found.count() > 0 {
            self.problems.push(format!("{name} is there twice: send it once"));
        }
        (!value.is_empty()).then_some(value)
    }

    /// A text that must be there.
    pub(super) fn required(&mut self, name: &'static str, example: &str) -> String {
        let text = self.text(name);
        if text.is_none() {
            self.problems.push(format!("{name} is missing: send for example {name}={example}"));
        }
        text.unwrap_or_default()
    }

    /// A point in time.
    pub(super) fn time(&mut self, name: &'static str) -> Option<i64> {
        self.parsed(name, "microseconds since 1970, such as 1795262400000000")
    }

    /// A whole number of at least 0.
    pub(super) fn count(&mut self, name: &'static str) -> Option<i64> {
        self.checked(name, "a whole number from 0 on", |count: &i64| *count >= 0)
    }

    /// A number.
    pub(super) fn number(&mut self, name: &'static str, unit: &str) -> Option<f64> {
        self.checked(name, &format!("a number of {unit}"), |number: &f64| number.is_finite())
    }

    /// How many rows; 0 when it is not said.
    pub(super) fn limit(&mut self) -> usize {
        let range = 1..=MOST;
        self.checked("limit", &format!("a whole number from 1 to {MOST}"), |limit| range.contains(limit))
            .unwrap_or_default()
    }

    /// One of several words.
    pub(super) fn choice<T: Copy>(&mut self, name: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let value = self.text(name)?;
        let found = choices.iter().find(|(word, _)| *word == value).map(|(_, choice)| *choice);
        if found.is_none() {
            let words: Vec<&str> = choices.iter().map(|(word, _)| *word).collect();
            self.malformed(name, &value, &format!("one of {}", words.join(", ")));
        }
        found
    }

    /// The parameters that choose calls.
    pub(super) fn filter(&mut self) -> Filter {
        Filter {
            from: self.time("from"),
            until: self.time("until"),
            run: self.count("run"),
            service: self.text("service"),
            operation: self.text("operation"),
            provider: self.text("provider"),
            model: self.text("model"),
            agent: self.text("agent"),
            component: self.text("component"),
            conversation: self.text("conversation"),
            team: self.text("team"),
            user: self.text("user"),
            status: self.choice("status", &[("ok", Status::Ok), ("error", Status::Error)]),
            error: self.text("error"),
            min_duration: self.number("min_duration", "seconds"),
            max_duration: self.number("max_duration", "seconds"),
            min_cost: self.number("min_cost", "US dollars"),
            text: self.text("text"),
        }
    }

    fn parsed<T: FromStr>(&mut self, name: &'static str, right: &str) -> Option<T> {
        self.checked(name, right, |_| true)
    }

    fn checked<T: FromStr>(&mut self, name: &'static str, right: &str, fits: impl Fn(&T) -> bool) -> Option<T> {
        let value = self.text(name)?;
        let read = value.parse().ok().filter(fits);
        if read.is_none() {
            self.malformed(name, &value, right);
        }
        read
    }

    fn malformed(&mut self, name: &str, value: &str, right: &str) {
        let value: String = value.chars().take(QUOTED).collect();
        self.problems.push(format!("{name} is {value:?}: send {right}"));
    }
}

/// The parameters that choose calls, for the documentation.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "it describes what `Asked::filter` reads")]
pub(super) struct FilterParams {
    /// Those that began then or later: microseconds since 1970, UTC.
    #[param(example = 1_795_262_400_000_000_i64)]
    from: Option<i64>,
    /// Those that began before.
    until: Option<i64>,
    /// Those of a run: its number.
    run: Option<i64>,
    /// Those of a service.
    #[param(example = "zeroth")]
    service: Option<String>,
    /// What was done; without it, all that asked a model.
    #[param(example = "chat")]
    operation: Option<String>,
    /// Those of a provider.
    #[param(example = "anthropic")]
    provider: Option<String>,
    /// Those of a model.
    #[param(example = "sim-1")]
    model: Option<String>,
    /// Those of an agent.
    agent: Option<String>,
    /// Those of a part of the program.
    component: Option<String>,
    /// Those of the conversations of this name; with `service`, of the one that it calls so.
    conversation: Option<String>,
    /// Those that a team pays.
    team: Option<String>,
    /// Those of a user.
    user: Option<String>,
    /// How they ended: ok or error.
    #[param(example = "error")]
    status: Option<String>,
    /// Those that failed in this way.
    #[param(example = "rate_limited")]
    error: Option<String>,
    /// Those that took at least so many seconds.
    min_duration: Option<f64>,
    /// Those that took at most so many seconds.
    max_duration: Option<f64>,
    /// Those that cost at least so many US dollars.
    min_cost: Option<f64>,
    /// Words that are in their messages, all of them; the last may be the beginning of one.
    text: Option<String>,
}
