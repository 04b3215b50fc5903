//! Prices: what the tokens of a call cost.

use std::collections::BTreeMap;

use toml::{Table, Value};

use super::endpoint::ConfigError;
use super::usage::Usage;

const BUILT_IN: &str = include_str!("../../prices.toml");
const MILLION: f64 = 1_000_000.0;

/// What a call cost, in US dollars.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cost {
    /// US dollars.
    pub usd: f64,
    /// True when nobody will send a bill: the simulator answered.
    pub simulated: bool,
}

/// Prices by provider and model.
#[derive(Debug, Clone, PartialEq)]
pub struct PriceList {
    prices: BTreeMap<String, BTreeMap<String, Price>>,
}

/// The prices of one model, in US dollars for a million tokens. Where a cache price is missing, cached tokens cost what
/// other input costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Price {
    /// Input that no cache knows.
    pub input: f64,
    /// Output, reasoning included.
    pub output: f64,
    /// Input read from the cache.
    pub cache_read: Option<f64>,
    /// Input written to the cache for a short time, as our adapters ask for it.
    pub cache_write: Option<f64>,
    /// Input written to the cache for a long time; as for a short one where it is missing.
    pub cache_write_long: Option<f64>,
    /// Other prices for long inputs, by rising size.
    pub above: Vec<PriceStep>,
    /// True for the simulator's.
    pub simulated: bool,
}

/// What changes when the whole input is longer than some size; what is missing stays.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct PriceStep {
    /// The size that must be exceeded, in tokens.
    pub tokens: u64,
    /// See [`Price::input`].
    pub input: Option<f64>,
    /// See [`Price::output`].
    pub output: Option<f64>,
    /// See [`Price::cache_read`].
    pub cache_read: Option<f64>,
    /// See [`Price::cache_write`].
    pub cache_write: Option<f64>,
    /// See [`Price::cache_write_long`].
    pub cache_write_long: Option<f64>,
}

impl PriceList {
    /// The prices that come with the program.
    pub fn built_in() -> Self {
        let mut list = Self { prices: BTreeMap::new() };
        let problems = list.add(BUILT_IN);
        debug_assert!(problems.is_empty(), "prices.toml: {problems:?}");
        list
    }

    /// The built-in prices, with those of `text` (in the format of `prices.toml`) in place of or beside them.
    ///
    /// # Errors
    /// [`ConfigError`] with everything that is wrong in `text`.
    pub fn read(text: &str) -> Result<Self, ConfigError> {
        let mut list = Self::built_in();
        let problems = list.add(text);
        ConfigError::unless(problems, Some(list))
    }

    /// The prices of `model`, or of the model of which it is a dated version.
    pub fn get(&self, provider: &str, model: &str) -> Option<&Price> {
        // Azure sells OpenAI's models at OpenAI's prices.
        let azure = (provider == "azure.ai.openai").then_some("openai");
        let models = self.prices.get(provider).or_else(|| self.prices.get(azure?))?;
        // What stands after a plus is for `zeroth sim`: the faults that it shall put in.
        let plain = model.split('+').next().unwrap_or(model);
        models.get(model).or_else(|| models.get(plain)).or_else(|| models.get(undated(plain)?))
    }

    /// What `usage` costs; none when the model's prices are not known.
    pub fn cost(&self, provider: &str, model: &str, usage: &Usage) -> Option<Cost> {
        let price = self.get(provider, model)?;
        Some(Cost { usd: price.of(usage), simulated: price.simulated })
    }

    /// Takes over what can be read and tells the rest.
    fn add(&mut self, text: &str) -> Vec<String> {
        let mut reader = Reader { problems: Vec::new() };
        let providers = match text.parse::<Table>() {
            Ok(providers) => providers,
            // Not the lines themselves: it may be another file, and that may hold keys.
            Err(error) => {
                let before = &text[..error.span().map_or(0, |span| span.start.min(text.len()))];
                return vec![format!(
                    "this is not TOML: line {}: {}",
                    before.matches('\n').count() + 1,
                    error.message()
                )];
            }
        };
        for (provider, models) in &providers {
            for (model, price) in reader.table(provider, models) {
                if let Some(price) = reader.price(&format!("{provider}.{model:?}"), &price) {
                    self.prices.entry(provider.clone()).or_default().insert(model, price);
                }
            }
        }
        reader.problems
    }
}

impl Price {
    fn of(&self, usage: &Usage) -> f64 {
        let step = self.above.iter().rev().find(|step| usage.input > step.tokens).copied().unwrap_or_default();
        let input = step.input.unwrap_or(self.input);
        let output = step.output.unwrap_or(self.output);
        let cache_read = step.cache_read.or(self.cache_read).unwrap_or(input);
        let cache_write = step.cache_write.or(self.cache_write).unwrap_or(input);
        let cache_write_long = step.cache_write_long.or(self.cache_write_long).unwrap_or(cache_write);
        let fresh = usage.input.saturating_sub(usage.cache_read).saturating_sub(usage.cache_write);
        let parts = [
            (fresh, input),
            (usage.cache_read, cache_read),
            (usage.cache_write.saturating_sub(usage.cache_write_long), cache_write),
            (usage.cache_write_long, cache_write_long),
            (usage.output, output),
        ];
        parts.into_iter().map(|(tokens, price)| tokens as f64 * price).sum::<f64>() / MILLION
    }
}

/// `gpt-4o-mini` for `gpt-4o-mini-2024-07-18`, `claude-haiku-4-5` for `claude-haiku-4-5-20251001`.
fn undated(model: &str) -> Option<&str> {
    ["-dddd-dd-dd", "-dddddddd"].into_iter().find_map(|shape| {
        let (base, date) = model.split_at_checked(model.len().checked_sub(shape.len())?)?;
        let fits = |(byte, form): (u8, u8)| if form == b'd' { byte.is_ascii_digit() } else { byte == form };
        date.bytes().zip(shape.bytes()).all(fits).then_some(base)
    })
}

/// Reads values and remembers what is wrong with them.
struct Reader {
    problems: Vec<String>,
}

impl Reader {
    fn price(&mut self, at: &str, value: &Value) -> Option<Price> {
        const KEYS: [&str; 7] =
            ["input", "output", "cache_read", "cache_write", "cache_write_long", "above", "simulated"];
        let before = self.problems.len();
        let table = self.table(at, value);
        self.unknown_keys(at, &table, &KEYS);
        let (input, output) = (self.required(at, &table, "input"), self.required(at, &table, "output"));
        let [cache_read, cache_write, cache_write_long] =
            ["cache_read", "cache_write", "cache_write_long"].map(|key| self.dollars(at, &table, key));
        let simulated = table.get("simulated").map(Value::as_bool);
        if simulated == Some(None) {
            self.problems.push(format!("{at}.simulated: must be true or false"));
        }
        let above = self.steps(&format!("{at}.above"), table.get("above"));
        let simulated = simulated.flatten().unwrap_or(false);
        let price =
            Price { input: input?, output: output?, cache_read, cache_write, cache_write_long, above, simulated };
        (self.problems.len() == before).then_some(price)
    }

    fn steps(&mut self, at: &str, value: Option<&Value>) -> Vec<PriceStep> {
        const KEYS: [&str; 6] = ["tokens", "input", "output", "cache_read", "cache_write", "cache_write_long"];
        let Some(value) = value else { return Vec::new() };
        let Some(values) = value.as_array() else {
            self.problems.push(format!("{at}: must be a list of tables"));
            return Vec::new();
        };
        let mut steps: Vec<PriceStep> = Vec::new();
        for (index, value) in values.iter().enumerate() {
            let at = format!("{at}[{index}]");
            let table = self.table(&at, value);
            self.unknown_keys(&at, &table, &KEYS);
            let [input, output, cache_read, cache_write, cache_write_long] =
                ["input", "output", "cache_read", "cache_write", "cache_write_long"]
                    .map(|key| self.dollars(&at, &table, key));
            let tokens = table.get("tokens").and_then(Value::as_integer).and_then(|tokens| u64::try_from(tokens).ok());
            match tokens {
                Some(tokens) if steps.last().is_none_or(|last| last.tokens < tokens) => {
                    steps.push(PriceStep { tokens, input, output, cache_read, cache_write, cache_write_long });
                }
                Some(_) => self.problems.push(format!("{at}.tokens: must be more than in the step before")),
                None => self.problems.push(format!("{at}.tokens: must be a number of tokens")),
            }
        }
        steps
    }

    fn table(&mut self, at: &str, value: &Value) -> Table {
        value.as_table().cloned().unwrap_or_else(|| {
            self.problems.push(format!("{at}: must be a table"));
            Table::new()
        })
    }

    fn required(&mut self, at: &str, table: &Table, key: &str) -> Option<f64> {
        if !table.contains_key(key) {
            self.problems.push(format!("{at}.{key}: is missing"));
        }
        self.dollars(at, table, key)
    }

    fn dollars(&mut self, at: &str, table: &Table, key: &str) -> Option<f64> {
        let value = table.get(key)?;
        let number = value.as_float().or_else(|| value.as_integer().map(|whole| whole as f64));
        let price = number.filter(|number| number.is_finite() && *number >= 0.0);
        if price.is_none() {
            self.problems.push(format!("{at}.{key}: must be a price in US dollars, such as 2.50"));
        }
        price
    }

    fn unknown_keys(&mut self, at: &str, table: &Table, known: &[&str]) {
        for key in table.keys().filter(|key| !known.contains(&key.as_str())) {
            self.problems.push(format!("{at}.{key}: is not known; there are {}", known.join(", ")));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usd(provider: &str, model: &str, usage: Usage) -> Option<f64> {
        PriceList::built_in().cost(provider, model, &usage).map(|cost| cost.usd)
    }

    #[test]
    fn each_kind_of_token_has_its_own_price() {
        let usage = Usage {
            input: 1_000_000,
            output: 100_000,
            cache_read: 600_000,
            cache_write: 300_000,
            cache_write_long: 100_000,
            reasoning: 9,
        };
        // 100k fresh at 4, 600k read at 0.20, 200k written at 5 and 100k at 8, 100k out at 20.
        assert_eq!(usd("anthropic", "claude-opus-5-5", usage), Some(4.32));
        let written = Usage { input: 9, cache_write: 1_000_000, cache_write_long: 1_000_000, ..Usage::default() };
        assert_eq!(usd("dashscope", "qwen3.8-flash", written), Some(0.2), "no price for a long time: a short one's");
        let cached = Usage { input: 1_000_000, cache_read: 1_000_000, ..Usage::default() };
        assert_eq!(usd("cerebras", "gpt-oss-120b", cached), Some(0.35), "no cache price: the input's");
    }

    #[test]
    fn long_inputs_are_priced_by_their_step() {
        let usage = |input| Usage { input, output: 1_000_000, ..Usage::default() };
        assert_eq!(usd("anthropic", "claude-haiku-5-5", usage(100_000)), Some(0.51));
        assert_eq!(usd("anthropic", "claude-haiku-5-5", usage(200_000)), Some(2.6));
        let written = |cache_write_long| Usage { cache_write: 200_000, cache_write_long, ..usage(200_000) };
        assert_eq!(usd("anthropic", "claude-haiku-5-5", written(0)), Some(2.625));
        assert_eq!(usd("anthropic", "claude-haiku-5-5", written(200_000)), Some(2.7));
    }

    #[test]
    fn dated_models_are_their_base_and_strangers_are_nothing() {
        let usage = Usage { input: 1_000_000, ..Usage::default() };
        assert_eq!(usd("openai", "gpt-4o-mini-2024-07-18", usage), Some(0.15));
        assert_eq!(usd("anthropic", "claude-haiku-4-5-20251001", usage), Some(1.0));
        for model in ["gpt-4o-mini-tuned", "gpt-9", "", "2024-07-18", "\u{e9}-2024-07-18"] {
            assert_eq!(usd("openai", model, usage), None, "{model}");
        }
        assert_eq!(usd("ollama", "gpt-4o-mini", usage), None, "prices belong to a provider");
    }

    #[test]
    fn own_prices_lie_over_the_built_in_ones() {
        let own = "[openai]\ngpt-4o-mini = { input = 7, output = 8.5 }\n[ollama]\nqwen3 = { input = 0, output = 0 }";
        let list = PriceList::read(own).unwrap();
        let usage = Usage { input: 1_000_000, ..Usage::default() };
        let usd = |provider, model| list.cost(provider, model, &usage).map(|cost| cost.usd);
        assert_eq!(usd("openai", "gpt-4o-mini"), Some(7.0));
        assert_eq!(usd("ollama", "qwen3"), Some(0.0));
        assert_eq!(usd("openai", "gpt-4o"), Some(2.5), "what is not overridden stays");
    }

    #[test]
    fn every_problem_is_told_at_once() {
        let text = r#"
            loose = 1
            [p]
            a = { input = -1, cached = 2 }
            b = { input = 1, output = "2", simulated = "no", above = [{ tokens = 9 }, { tokens = 9 }, { input = 1 }] }
            c = { input = 1, output = 2, above = 3 }
        "#;
        insta::assert_snapshot!(PriceList::read(text).unwrap_err().problems.join("\n"), @r#"
        loose: must be a table
        p."a".cached: is not known; there are input, output, cache_read, cache_write, cache_write_long, above, simulated
        p."a".input: must be a price in US dollars, such as 2.50
        p."a".output: is missing
        p."b".output: must be a price in US dollars, such as 2.50
        p."b".simulated: must be true or false
        p."b".above[1].tokens: must be more than in the step before
        p."b".above[2].tokens: must be a number of tokens
        p."c".above: must be a list of tables
        "#);
        let broken = PriceList::read("[p").unwrap_err();
        assert!(broken.to_string().starts_with("this is not TOML"), "{broken}");
    }

    #[test]
    fn a_file_that_was_named_by_mistake_is_not_quoted() {
        for secret in ["sk-hush", "sk hush=1", "\"sk-hush", "[hush", "'hush' hush", "hush = \"", "\"hush\"", "{hush"] {
            let text = format!("# mine\nZEROTH_PORT=5050\nOPENAI_API_KEY={secret}\n");
            let problems = PriceList::read(&text).unwrap_err().problems.join("\n");
            assert!(!problems.contains("hush"), "{problems}");
        }
        let problems = PriceList::read("# mine\nOPENAI_API_KEY=sk-hush").unwrap_err().problems;
        assert!(problems[0].starts_with("this is not TOML: line 2: "), "{problems:?}");
    }

    #[test]
    fn the_built_in_list_has_no_problems_and_knows_the_simulator() {
        let mut list = PriceList { prices: BTreeMap::new() };
        assert_eq!(list.add(BUILT_IN), Vec::<String>::new());
        assert!(list.get("zeroth", "sim-1").unwrap().simulated);
        assert_eq!(list.prices.values().flat_map(BTreeMap::values).filter(|price| price.simulated).count(), 1);
    }
}
