//! Embeddings without a model: words and parts of words are hashed into a vector, so that texts with like words lie near
//! each other.

use async_trait::async_trait;

use super::super::chance::{digest, mix};
use super::super::{Descriptor, EmbedReply, EmbedRequest, Embedder, ModelError, Usage, tokens};

/// How many numbers a vector has when nobody says.
const DIMENSIONS: u32 = 256;

/// How long the parts of words are, in characters, and what they weigh beside whole words.
const PART: usize = 3;
const PART_WEIGHT: f32 = 0.7;

/// The simulated embedding model. The same text always gives the same vector.
pub struct SimEmbedder {
    descriptor: Descriptor,
}

impl SimEmbedder {
    /// A model.
    pub fn new() -> Self {
        Self { descriptor: Descriptor { simulated: true, ..Descriptor::new("zeroth", "sim-embed-1") } }
    }
}

impl Default for SimEmbedder {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Embedder for SimEmbedder {
    fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    async fn embed(&self, request: &EmbedRequest) -> Result<EmbedReply, ModelError> {
        let dimensions = request.dimensions.unwrap_or(DIMENSIONS).max(1) as usize;
        let input = request.inputs.iter().map(|text| tokens::count(text)).sum();
        Ok(EmbedReply {
            vectors: request.inputs.iter().map(|text| vector(text, dimensions)).collect(),
            provider: self.descriptor.provider.clone(),
            model: self.descriptor.model.clone(),
            simulated: true,
            usage: Some(Usage { input, ..Usage::default() }),
            cost: None,
        })
    }
}

/// Of length one.
fn vector(text: &str, dimensions: usize) -> Vec<f32> {
    let mut vector = vec![0.0; dimensions];
    let mut add = |feature: &str, kind: u64, weight: f32| {
        let hash = digest(kind, feature);
        // Features that meet at one place cancel out as often as they add up.
        let sign = if mix(hash, 1).is_multiple_of(2) { 1.0 } else { -1.0 };
        vector[usize::try_from(hash % dimensions as u64).unwrap_or(0)] += sign * weight;
    };
    let text = text.to_lowercase();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        // Long words mean more than short ones.
        let weight = (word.chars().count() as f32).sqrt();
        add(word, 1, weight);
        let framed: Vec<char> = [' '].into_iter().chain(word.chars()).chain([' ']).collect();
        for part in framed.windows(PART) {
            add(&part.iter().collect::<String>(), 2, PART_WEIGHT);
        }
    }
    // A text without words is something, too.
    if vector.iter().all(|number| *number == 0.0) {
        vector[usize::try_from(digest(3, &text) % dimensions as u64).unwrap_or(0)] = 1.0;
    }
    let length = vector.iter().map(|number| number * number).sum::<f32>().sqrt();
    vector.iter().map(|number| number / length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(one: &str, other: &str) -> f32 {
        let [one, other] = [one, other].map(|text| vector(text, 256));
        one.iter().zip(&other).map(|(one, other)| one * other).sum()
    }

    #[test]
    fn like_texts_lie_near_each_other() {
        let lamp = "The keeper lights the lamp of the lighthouse.";
        let like = near(lamp, "A lighthouse keeper is lighting his lamps");
        let unlike = near(lamp, "Positronic brains compute quickly");
        assert!(like > 0.4 && unlike < 0.2, "{like} {unlike}");
        assert!(near(lamp, lamp) > 0.999);
    }

    #[test]
    fn every_text_has_a_vector_of_length_one() {
        for text in ["", " ", "?!", "a", "星艦", "🖖", &"word ".repeat(5000)] {
            let length: f32 = vector(text, 64).iter().map(|number| number * number).sum();
            assert!((length - 1.0).abs() < 1e-3, "{text:.10} {length}");
        }
        assert_eq!(vector("anything", 1).len(), 1);
    }

    #[tokio::test]
    async fn a_request_has_a_vector_for_each_input() {
        let request =
            EmbedRequest { inputs: vec!["one".to_owned(), "two words".to_owned()], ..EmbedRequest::default() };
        let reply = SimEmbedder::new().embed(&request).await.unwrap();
        assert_eq!(reply.vectors.iter().map(Vec::len).collect::<Vec<_>>(), [256, 256]);
        assert_eq!(reply.usage.map(|usage| usage.input), Some(3));
    }
}
