//! GenAI spans of about 2 KB, encoded once: between batches only ids, times and conversations change, in place.

use std::sync::OnceLock;
use std::time::SystemTime;

use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use prost::Message as _;

/// Spans of a batch, of a trace, and of a conversation.
pub(crate) const SIZE: u64 = 512;
pub(crate) const TRACE: u64 = 8;
pub(crate) const TALK: u64 = 32;

/// All spans lie in one day, which ends now.
const DAY: u64 = 24 * 3600 * 1_000_000_000;
const APART: u64 = DAY / 1_250_000;

pub(crate) struct Template {
    bytes: Vec<u8>,
    /// Where trace id, span id, start, end and conversation of each span are.
    places: Vec<[usize; 5]>,
    begin: u64,
}

impl Template {
    pub(crate) fn new() -> Self {
        let spans = (0..SIZE).map(span).collect();
        let scope_spans = vec![ScopeSpans { spans, ..ScopeSpans::default() }];
        let resource = Resource { attributes: vec![text("service.name", "bench")], ..Resource::default() };
        let resource_spans = vec![ResourceSpans { resource: Some(resource), scope_spans, ..ResourceSpans::default() }];
        let bytes = ExportTraceServiceRequest { resource_spans }.encode_to_vec();
        let mut from = 0;
        let mut find = |what: &[u8]| {
            from += bytes[from..].windows(what.len()).position(|window| window == what).unwrap();
            from
        };
        let places = (0..SIZE).map(|place| {
            let [start, end] = [b'S', b'E'].map(|mark| marked(mark, place).to_le_bytes());
            [
                find(&u128::from(marked(b'T', place)).to_be_bytes()),
                find(&marked(b'I', place).to_be_bytes()),
                find(&start),
                find(&end),
                find(talk(place).as_bytes()),
            ]
        });
        let places = places.collect();
        Self { bytes, places, begin: begin() }
    }

    pub(crate) fn bytes_each(&self) -> u64 {
        self.bytes.len() as u64 / SIZE
    }

    pub(crate) fn copy(&self) -> Vec<u8> {
        self.bytes.clone()
    }

    /// Makes `bytes` the batch that begins with span `first` of all.
    pub(crate) fn patch(&self, bytes: &mut [u8], first: u64) {
        for (number, [trace, span, start, end, conversation]) in (first..).zip(&self.places) {
            let begin = self.begin + number * APART;
            // From a tenth of a second to five seconds.
            let length = 100_000_000 + number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % 4_900_000_000;
            bytes[*trace..trace + 16].copy_from_slice(&trace_id(number / TRACE).to_be_bytes());
            bytes[*span..span + 8].copy_from_slice(&(number + 1).to_be_bytes());
            bytes[*start..start + 8].copy_from_slice(&begin.to_le_bytes());
            bytes[*end..end + 8].copy_from_slice(&(begin + length).to_le_bytes());
            bytes[*conversation..conversation + 13].copy_from_slice(talk(number / TALK).as_bytes());
        }
    }
}

/// When the first span began; nanoseconds.
fn begin() -> u64 {
    static BEGIN: OnceLock<u64> = OnceLock::new();
    let now = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos() as u64;
    *BEGIN.get_or_init(|| now() - DAY)
}

/// When span `number` began; microseconds.
pub(crate) fn began(number: u64) -> i64 {
    ((begin() + number * APART) / 1000) as i64
}

/// As if by chance.
pub(crate) fn trace_id(number: u64) -> u128 {
    u128::from(number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
}

pub(crate) fn talk(number: u64) -> String {
    format!("talk-{number:08}")
}

fn marked(mark: u8, place: u64) -> u64 {
    u64::from_be_bytes([mark, b'-', mark, b'-', 0, 0, 0, 0]) + place
}

fn span(place: u64) -> Span {
    const WORDS: [&str; 8] = ["hatch", "corridor", "signal", "tricorder", "shadow", "console", "relay", "captain"];
    let word = |at: u64| WORDS[(place.wrapping_mul(31) + at * 7) as usize % WORDS.len()];
    let line = |at: u64| {
        let say =
            |n: u64| format!("The {} is near the {} of deck {}. ", word(at + n), word(at + 2 * n + 1), place * at + n);
        format!(r#"{{"role":"user","parts":[{{"type":"text","content":"{}"}}]}}"#, (0..4).map(say).collect::<String>())
    };
    let input = format!("[{}]", (1..5).map(line).collect::<Vec<_>>().join(","));
    let (component, model) =
        (["narrator", "judge", "classifier", "author"], ["claude-haiku-4-5", "gpt-4o-mini", "sim-1"]);
    let (component, model) = (component[place as usize % 4], model[place as usize / 4 % 3]);
    let failed = place % 50 == 7;
    let mut attributes = vec![
        text("gen_ai.operation.name", "chat"),
        text("gen_ai.provider.name", ["anthropic", "openai", "zeroth"][place as usize / 4 % 3]),
        text("gen_ai.request.model", model),
        text("gen_ai.response.model", model),
        text("gen_ai.conversation.id", &talk(place)),
        text("zeroth.component", component),
        text("team", ["red", "blue", "green"][place as usize / 12 % 3]),
        text("gen_ai.response.id", &format!("msg_{place:020}")),
        text("server.address", "api.example.com"),
        text("gen_ai.input.messages", &input),
        text("gen_ai.output.messages", &format!("[{}]", line(9))),
    ];
    for (key, value) in [("input_tokens", 1200 + place), ("output_tokens", 150), ("cache_read.input_tokens", 800)] {
        attributes.push(of(&format!("gen_ai.usage.{key}"), Value::IntValue(value as i64)));
    }
    attributes.push(of("gen_ai.response.time_to_first_chunk", Value::DoubleValue(0.2 + place as f64 / 1000.0)));
    if failed {
        attributes.push(text("error.type", "overloaded"));
    }
    Span {
        trace_id: u128::from(marked(b'T', place)).to_be_bytes().to_vec(),
        span_id: marked(b'I', place).to_be_bytes().to_vec(),
        name: format!("chat {model}"),
        kind: 3,
        start_time_unix_nano: marked(b'S', place),
        end_time_unix_nano: marked(b'E', place),
        attributes,
        status: failed.then(|| Status { code: 2, message: "overloaded".to_owned() }),
        ..Span::default()
    }
}

fn text(key: &str, value: &str) -> KeyValue {
    of(key, Value::StringValue(value.to_owned()))
}

fn of(key: &str, value: Value) -> KeyValue {
    KeyValue { key: key.to_owned(), value: Some(AnyValue { value: Some(value) }), ..KeyValue::default() }
}
