//! What a call cost by our prices, when its telemetry does not say.

use crate::llm::{PriceList, Usage};

use super::call::{Call, Cost, CostSource};

/// Works out what `call` cost, from the tokens that it tells. What was reported stays; what is no model call, tells no
/// tokens or has no price stays without.
pub fn price(call: &mut Call, prices: &PriceList) {
    let tokens = call.tokens;
    if call.cost.is_some() || !call.operation.asks_a_model() || (tokens.input.is_none() && tokens.output.is_none()) {
        return;
    }
    let usage = Usage {
        input: tokens.input.unwrap_or(0),
        output: tokens.output.unwrap_or(0),
        cache_read: tokens.cache_read.unwrap_or(0),
        cache_write: tokens.cache_write.unwrap_or(0),
        cache_write_long: 0,
        reasoning: tokens.reasoning.unwrap_or(0),
    };
    let models = [call.model.as_deref(), call.request_model.as_deref()];
    let cost = models.into_iter().flatten().find_map(|model| {
        let provider = call.provider.as_deref().or_else(|| maker(model))?;
        prices.cost(provider, model, &usage)
    });
    call.cost = cost.map(|cost| {
        let source = if cost.simulated { CostSource::Simulated } else { CostSource::Computed };
        Cost { usd: cost.usd, source }
    });
}

/// What a cache does to the price of one token of input, in US dollars.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct CacheRates {
    /// How much less it costs to read it from the cache.
    pub(super) saved: f64,
    /// How much more it costs to write it to the cache.
    pub(super) added: f64,
}

/// By our prices; none where they are not known. Prices of long inputs are left out: sums do not know how long inputs were.
pub(super) fn cache_rates(prices: &PriceList, provider: Option<&str>, model: &str) -> Option<CacheRates> {
    const TOKENS: u64 = 1000;
    let provider = provider.or_else(|| maker(model))?;
    let each = |cache_read, cache_write| {
        let usage = Usage { input: TOKENS, cache_read, cache_write, ..Usage::default() };
        Some(prices.cost(provider, model, &usage)?.usd / TOKENS as f64)
    };
    let fresh = each(0, 0)?;
    Some(CacheRates { saved: fresh - each(TOKENS, 0)?, added: each(0, TOKENS)? - fresh })
}

/// Who makes a model, for dialects that name no provider.
fn maker(model: &str) -> Option<&'static str> {
    const MAKERS: [(&str, &str); 8] = [
        ("claude-", "anthropic"),
        ("gpt-", "openai"),
        ("o1", "openai"),
        ("o3", "openai"),
        ("o4", "openai"),
        ("text-embedding-", "openai"),
        ("gemini-", "gcp.gemini"),
        ("deepseek-", "deepseek"),
    ];
    MAKERS.iter().find(|(start, _)| model.starts_with(start)).map(|(_, maker)| *maker)
}

#[cfg(test)]
mod tests {
    use super::super::operation::Operation;
    use super::super::tokens::Tokens;
    use super::*;

    #[test]
    fn a_cache_makes_reading_cheaper_and_writing_dearer() {
        let prices = PriceList::built_in();
        // 4 dollars a million; 0.20 when read, 5 when written.
        let rates = cache_rates(&prices, Some("anthropic"), "claude-opus-5-5").unwrap();
        assert!((rates.saved - 3.80e-6).abs() < 1e-12 && (rates.added - 1.00e-6).abs() < 1e-12, "{rates:?}");
        assert_eq!(cache_rates(&prices, None, "claude-opus-5-5"), Some(rates), "its maker is known");
        assert_eq!(cache_rates(&prices, Some("ollama"), "llama-4"), None);
    }

    fn call(provider: Option<&str>, model: &str) -> Call {
        Call {
            operation: Operation::Chat,
            provider: provider.map(str::to_owned),
            request_model: Some(model.to_owned()),
            model: Some(model.to_owned()),
            tokens: Tokens {
                input: Some(1_000_000),
                output: Some(100_000),
                cache_read: Some(600_000),
                ..Tokens::default()
            },
            ..Call::default()
        }
    }

    fn priced(mut call: Call) -> Option<(f64, CostSource)> {
        price(&mut call, &PriceList::built_in());
        call.cost.map(|cost| (cost.usd, cost.source))
    }

    #[test]
    fn what_nobody_reported_is_computed_and_marked() {
        // 400k fresh at 4, 600k read at 0.20, 100k out at 20.
        let expected = Some((3.72, CostSource::Computed));
        assert_eq!(priced(call(Some("anthropic"), "claude-opus-5-5")), expected);
        assert_eq!(priced(call(None, "claude-opus-5-5")), expected, "a model's name tells who makes it");
        assert_eq!(priced(call(Some("zeroth"), "sim-1")).map(|cost| cost.1), Some(CostSource::Simulated));
    }

    #[test]
    fn what_was_reported_stays_and_what_cannot_be_known_is_not_guessed() {
        let reported = Cost { usd: 7.0, source: CostSource::Reported };
        let known = Call { cost: Some(reported), ..call(Some("anthropic"), "claude-opus-5-5") };
        assert_eq!(priced(known), Some((7.0, CostSource::Reported)));
        assert_eq!(priced(call(Some("ollama"), "claude-opus-5-5")), None, "prices belong to a provider");
        let agent = Call { operation: Operation::InvokeAgent, ..call(Some("anthropic"), "claude-opus-5-5") };
        assert_eq!(priced(agent), None, "its calls are priced");
        let silent = Call { tokens: Tokens::default(), ..call(Some("anthropic"), "claude-opus-5-5") };
        assert_eq!(priced(silent), None);
    }

    #[test]
    fn a_served_model_without_a_price_is_priced_as_the_one_asked_for() {
        let served = Call { model: Some("claude-opus-5-5@eu".to_owned()), ..call(None, "claude-opus-5-5") };
        assert_eq!(priced(served), Some((3.72, CostSource::Computed)));
    }
}
