//! Calls for vectors: one span each, with their own metrics.

use std::sync::Arc;

use async_trait::async_trait;
use zeroth::clock::SystemClock;
use zeroth::id::CountingIds;
use zeroth::llm::sim::SimEmbedder;
use zeroth::llm::{Descriptor, EmbedReply, EmbedRequest, Embedder, ErrorKind, ModelError, PriceList, PricedEmbedder};
use zeroth::observe::{ObservedEmbedder, Pipeline, Viewers};

use crate::table;
use crate::trace::{Recorder, attribute};

struct Broken(Descriptor);

#[async_trait]
impl Embedder for Broken {
    fn descriptor(&self) -> &Descriptor {
        &self.0
    }

    async fn embed(&self, _: &EmbedRequest) -> Result<EmbedReply, ModelError> {
        Err(ModelError::new(ErrorKind::Unavailable, "it is down"))
    }
}

#[tokio::test]
async fn a_call_for_vectors_is_a_span_of_its_own_kind() {
    let (config, recorder) = (table::config(&[]).observe.unwrap(), Recorder::new());
    let (clock, ids) = (Arc::new(SystemClock::start()), Arc::new(CountingIds::default()));
    let pipeline =
        Pipeline::build(&config, clock, ids, Viewers { sink: Some(recorder.clone()), traces: None }).unwrap();
    let request = EmbedRequest { inputs: vec!["a ship".into(), "a lighthouse".into()], ..EmbedRequest::default() };
    let observed = |inner: Arc<dyn Embedder>| ObservedEmbedder::new(inner, pipeline.telemetry());

    let prices = PriceList::read("[zeroth]\nsim-embed-1 = { input = 2.0, output = 0.0, simulated = true }").unwrap();
    let priced = PricedEmbedder::new(Arc::new(SimEmbedder::new()), Arc::new(prices));
    let reply = observed(Arc::new(priced)).embed(&request).await.unwrap();
    observed(Arc::new(Broken(Descriptor::new("acme", "down-1")))).embed(&request).await.unwrap_err();

    let spans = recorder.spans();
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_ref()).collect();
    assert_eq!(names, [format!("embeddings {}", reply.model).as_str(), "embeddings down-1"]);
    let dimensions = reply.vectors[0].len().to_string();
    for (key, value) in [
        ("gen_ai.operation.name", "embeddings"),
        ("gen_ai.provider.name", "zeroth"),
        ("gen_ai.embeddings.dimension.count", &dimensions),
    ] {
        assert_eq!(attribute(&spans[0], key).as_deref(), Some(value), "{key}");
    }
    assert!(attribute(&spans[0], "gen_ai.usage.input_tokens").is_some());
    assert!(attribute(&spans[0], "zeroth.cost.usd").is_some(), "{reply:?}");
    assert_eq!(attribute(&spans[1], "error.type").as_deref(), Some("unavailable"));
    let metrics = pipeline.prometheus()();
    let durations = metrics.lines().filter(|line| line.starts_with("gen_ai_client_embeddings_duration_seconds_count"));
    assert_eq!(durations.count(), 2, "{metrics}");
}
