//! Providers by the names of the GenAI conventions, which our price list uses too.

/// The name of the conventions for a provider, whatever a dialect calls it; a stranger keeps its own.
pub(super) fn plain(name: &str) -> String {
    // The AI SDK says which of a provider's interfaces it uses: `openai.responses`, `google.vertex.chat`.
    const KNOWN: [(&str, &str); 26] = [
        ("openai", "openai"),
        ("anthropic", "anthropic"),
        ("claude", "anthropic"),
        ("google.vertex", "gcp.vertex_ai"),
        ("google_vertexai", "gcp.vertex_ai"),
        ("vertex", "gcp.vertex_ai"),
        ("gcp.vertex_ai", "gcp.vertex_ai"),
        ("gcp.gen_ai", "gcp.gen_ai"),
        ("gcp.gemini", "gcp.gemini"),
        ("gemini", "gcp.gemini"),
        ("google", "gcp.gemini"),
        ("amazon-bedrock", "aws.bedrock"),
        ("bedrock", "aws.bedrock"),
        ("aws", "aws.bedrock"),
        ("azure-ai-inference", "azure.ai.inference"),
        ("azure.ai.inference", "azure.ai.inference"),
        ("az.ai.inference", "azure.ai.inference"),
        ("azure", "azure.ai.openai"),
        ("az.ai.openai", "azure.ai.openai"),
        ("mistral", "mistral_ai"),
        ("moonshot", "moonshot_ai"),
        ("xai", "x_ai"),
        ("x-ai", "x_ai"),
        ("together", "together_ai"),
        ("watsonx", "ibm.watsonx.ai"),
        ("groq", "groq"),
    ];
    let lower = name.to_ascii_lowercase();
    let is = |known: &str| lower.strip_prefix(known).is_some_and(ends_a_word);
    match KNOWN.iter().find(|(known, _)| is(known)) {
        Some((_, plain)) => (*plain).to_owned(),
        None => lower,
    }
}

/// Whether what follows a known name only says more about it: `openai.chat`, `mistralai`, `vertex_ai`, but not `openai_like`.
fn ends_a_word(rest: &str) -> bool {
    rest.is_empty()
        || rest.starts_with('.')
        || matches!(rest, "ai" | "_ai" | "-ai" | "_openai" | "-openai" | "_bedrock")
        || matches!(rest, "_genai" | "-genai" | "_generativeai" | "-openai.chat" | "-openai.responses" | "_ai.chat")
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn every_spelling_is_one_provider() {
        let cases = [
            ("OpenAI", "openai"),
            ("openai.responses", "openai"),
            ("anthropic.messages", "anthropic"),
            ("google.generative-ai", "gcp.gemini"),
            ("google.vertex.chat", "gcp.vertex_ai"),
            ("vertexai", "gcp.vertex_ai"),
            ("gcp.vertex_ai", "gcp.vertex_ai"),
            ("amazon-bedrock", "aws.bedrock"),
            ("AWS", "aws.bedrock"),
            ("azure", "azure.ai.openai"),
            ("azure-openai.chat", "azure.ai.openai"),
            ("azure.ai.openai", "azure.ai.openai"),
            ("azure.ai.inference", "azure.ai.inference"),
            ("mistralai", "mistral_ai"),
            ("moonshot_ai", "moonshot_ai"),
            ("x_ai", "x_ai"),
            ("openai_like", "openai_like"),
            ("ollama", "ollama"),
        ];
        for (name, expected) in cases {
            assert_eq!(plain(name), expected, "{name}");
        }
    }
}
