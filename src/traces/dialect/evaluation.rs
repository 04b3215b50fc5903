//! Judgements of answers, as the GenAI conventions and OpenInference write them.

use serde_json::Value as Json;

use super::super::call::Evaluation;
use super::attributes::Attributes;
use super::json;
use super::limit::{ITEMS, REMARK_BYTES};

/// `gen_ai.evaluation.*`.
pub(super) fn genai(attributes: &Attributes) -> Option<Evaluation> {
    Some(Evaluation {
        name: attributes.name(&["gen_ai.evaluation.name"])?,
        score: attributes.number(&["gen_ai.evaluation.score.value", "gen_ai.evaluation.score"]),
        label: attributes.name(&["gen_ai.evaluation.score.label", "gen_ai.evaluation.label"]),
        explanation: attributes.text(&["gen_ai.evaluation.explanation"], REMARK_BYTES),
        annotator: attributes.name(&["gen_ai.evaluation.annotator"]).map(|name| name.to_ascii_lowercase()),
    })
}

/// `evaluations.N.evaluation.*`, `annotations.N.annotation.*`, and the same without a number for one alone.
pub(super) fn openinference(attributes: &Attributes) -> Vec<Evaluation> {
    let mut all = Vec::new();
    for (list, one) in [("evaluations.", "evaluation"), ("annotations.", "annotation")] {
        let items = attributes.list(list);
        let items = items.as_ref().and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        all.extend(items.iter().filter_map(|item| judgement(item.get(one)?)));
        let alone = attributes.tree(&format!("{one}."));
        all.extend(alone.as_ref().and_then(judgement));
    }
    all.truncate(ITEMS);
    all
}

fn judgement(fields: &Json) -> Option<Evaluation> {
    let field = |key: &str| json::first(fields, &[key]);
    Some(Evaluation {
        name: field("name").and_then(json::name)?,
        score: field("score").and_then(json::number),
        label: field("label").and_then(json::name),
        explanation: field("explanation").and_then(|text| json::text(text, REMARK_BYTES)),
        annotator: field("annotator_kind").and_then(json::name).map(|name| name.to_ascii_lowercase()),
    })
}
