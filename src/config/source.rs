//! Raw values as the user gave them, and the reader that turns them into typed ones and remembers every problem.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::str::FromStr;
use std::time::Duration;

use crate::clock::LONGEST_WAIT;

use super::settings;

/// Raw values by variable: flags win over the environment, and that over the file `.env`.
#[derive(Debug, Clone, Default)]
pub struct Source {
    flags: BTreeMap<String, String>,
    environment: BTreeMap<String, String>,
    dotenv: BTreeMap<String, String>,
    problems: Vec<String>,
}

impl Source {
    /// Values from these variables; a later setting of the same wins.
    pub fn new<K: Into<String>, V: Into<String>>(environment: impl IntoIterator<Item = (K, V)>) -> Self {
        let environment = environment.into_iter().map(|(variable, value)| (variable.into(), value.into()));
        Self { environment: environment.collect(), ..Self::default() }
    }

    /// Values from the process's environment.
    pub fn process() -> Self {
        // Variables that are not UTF-8 cannot be ours.
        let variables = std::env::vars_os();
        Self::new(variables.filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?))))
    }

    /// Adds what the file `.env` says that is in this folder or in the nearest one above. Its lines are never repeated:
    /// they may hold keys.
    #[must_use]
    pub fn with_dotenv(mut self) -> Self {
        let file = match dotenvy::dotenv_iter() {
            Ok(file) => file,
            Err(error) if error.not_found() => return self,
            Err(_) => {
                self.problems.push(".env: cannot be read; is it a text file that you may read?".to_owned());
                return self;
            }
        };
        for line in file {
            match line {
                Ok((variable, value)) => drop(self.dotenv.insert(variable, value)),
                Err(_) => self.problems.push(
                    ".env: a line cannot be read; it looks like ZEROTH_PORT=5050, with quotes around spaces".to_owned(),
                ),
            }
        }
        self
    }

    /// Sets `variable` by its flag.
    pub fn set_flag(&mut self, variable: &str, value: impl Into<String>) {
        self.flags.insert(variable.to_owned(), value.into());
    }

    /// Every variable that is set, ours or not, in the environment or in `.env`; each once.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        let all: BTreeSet<&str> = self.environment.keys().chain(self.dotenv.keys()).map(String::as_str).collect();
        all.into_iter()
    }

    /// The value and how it was given; an empty one counts as not set.
    fn get(&self, variable: &str) -> Option<Given<'_>> {
        let flag = self.flags.get(variable).map(|value| Given { value, by_flag: true });
        let set = || self.environment.get(variable).or_else(|| self.dotenv.get(variable));
        let given = flag.or_else(|| set().map(|value| Given { value, by_flag: false }));
        given.filter(|given| !given.value.trim().is_empty())
    }
}

struct Given<'a> {
    value: &'a str,
    by_flag: bool,
}

/// Reads typed values and collects what is wrong with them.
pub(super) struct Reader<'a> {
    source: &'a Source,
    problems: Vec<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(source: &'a Source) -> Self {
        Self { source, problems: source.problems.clone() }
    }

    /// All problems found, each once: some variables are read for several signals.
    pub(super) fn problems(self) -> Vec<String> {
        let mut problems: Vec<String> = Vec::new();
        for problem in self.problems {
            if !problems.contains(&problem) {
                problems.push(problem);
            }
        }
        problems
    }

    /// Notes a problem that is not about one value.
    pub(super) fn note(&mut self, problem: impl Into<String>) {
        self.problems.push(problem.into());
    }

    /// The text of `variable`, if it is set.
    pub(super) fn text(&self, variable: &str) -> Option<&'a str> {
        self.source.get(variable).map(|given| given.value.trim())
    }

    /// The text of the first of `variables` that is set.
    pub(super) fn first(&self, variables: &[&str]) -> Option<&'a str> {
        variables.iter().find_map(|variable| self.text(variable))
    }

    /// The value of `variable`, read by `read`; `default` when it is unset or wrong.
    pub(super) fn read<T>(&mut self, variable: &str, default: T, read: impl FnOnce(&str) -> Result<T, String>) -> T {
        match self.source.get(variable) {
            None => default,
            Some(given) => match read(given.value.trim()) {
                Ok(value) => value,
                Err(reason) => {
                    self.problems.push(problem(variable, &given, &reason));
                    default
                }
            },
        }
    }

    /// The value of `variable` as a number between `least` and `most`.
    pub(super) fn number<T>(&mut self, variable: &str, default: T, least: T, most: T) -> T
    where
        T: FromStr + PartialOrd + Display,
    {
        self.read(variable, default, |text| match text.parse::<T>() {
            Ok(number) if number >= least && number <= most => Ok(number),
            _ => Err(format!("is not a number from {least} to {most}")),
        })
    }

    /// The value of `variable` as a duration such as `10s`, of a year at most.
    pub(super) fn duration(&mut self, variable: &str, default: Duration) -> Duration {
        self.read(variable, default, |text| {
            let duration = text.parse::<jiff::SignedDuration>().ok().and_then(|read| Duration::try_from(read).ok());
            match duration.filter(|read| !read.is_zero()) {
                Some(read) if read > LONGEST_WAIT => Err("is longer than a year".to_owned()),
                read => read.ok_or_else(|| "is not a duration".to_owned()),
            }
        })
    }

    /// The value of `variable` in milliseconds, as OpenTelemetry's variables have it.
    pub(super) fn millis(&mut self, variable: &str, default: Duration) -> Duration {
        let millis = u64::try_from(default.as_millis()).unwrap_or(u64::MAX);
        Duration::from_millis(self.number(variable, millis, 1, u64::from(u32::MAX)))
    }

    /// The value of `variable`, which must be one of `names`, ignoring case.
    pub(super) fn choice<T: Copy>(&mut self, variable: &str, default: T, names: &[(&str, T)]) -> T {
        self.read(variable, default, |text| {
            let found = names.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
            found.map(|(_, value)| *value).ok_or_else(|| {
                let names: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
                format!("is none of {}", names.join(", "))
            })
        })
    }
}

/// One sentence: the variable, the value, what is wrong, and a value that works. Keys are never repeated.
fn problem(variable: &str, given: &Given<'_>, reason: &str) -> String {
    let setting = settings::find(variable);
    let name = match setting.and_then(settings::Setting::flag) {
        Some(flag) if given.by_flag => format!("--{flag}"),
        _ => variable.to_owned(),
    };
    let value = if may_be_secret(variable, given.value) { "[REDACTED]" } else { given.value };
    match setting {
        Some(setting) => format!("{name}: `{value}` {reason}; an example is {name}={}", setting.example),
        None => format!("{name}: `{value}` {reason}"),
    }
}

fn may_be_secret(variable: &str, value: &str) -> bool {
    let always = ["_KEY", "_TOKEN", "HEADERS", "RESOURCE_ATTRIBUTES", "DATABASE_URL"]
        .iter()
        .any(|ending| variable.ends_with(ending));
    let address = variable.ends_with("ENDPOINT") || variable.ends_with("URL");
    // A user and password stand before an at sign, a token in a query.
    always || (address && value.contains(['@', '?']))
}

#[cfg(test)]
mod tests {
    use super::super::Config;
    use super::*;

    fn problems(settings: &[(&str, &str)]) -> Vec<String> {
        Config::read(&Source::new(settings.iter().copied())).map_or_else(|error| error.0, |_| Vec::new())
    }

    #[test]
    fn a_duration_is_a_year_at_most() {
        assert_eq!(problems(&[("ZEROTH_BREAKER_COOLDOWN", "8760h"), ("ZEROTH_RETRY_AFTER_LIMIT", "1ms")]), [""; 0]);
        let endless = ("ZEROTH_BREAKER_COOLDOWN", "2562047788015215h");
        insta::assert_snapshot!(problems(&[endless, ("ZEROTH_FAULTS", "latency=8761h")]).join("\n"), @"
        ZEROTH_BREAKER_COOLDOWN: `2562047788015215h` is longer than a year; an example is ZEROTH_BREAKER_COOLDOWN=2m
        ZEROTH_FAULTS: `latency=8761h` has `latency=8761h`, which is longer than a year; an example is ZEROTH_FAULTS=503*2,stall=20s@0.1
        ");
    }
}
