//! OTLP JSON in, calls out.

use std::fmt::Write as _;
use std::path::Path;

use opentelemetry_proto::tonic::logs::v1::ResourceLogs;
use opentelemetry_proto::tonic::trace::v1::ResourceSpans;
use serde::Deserialize;
use zeroth::traces::{read_context, read_log, read_span};

/// What a file of vectors holds: an OTLP request of spans and one of records, in one object.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Vectors {
    #[serde(default)]
    pub(crate) resource_spans: Vec<ResourceSpans>,
    #[serde(default)]
    pub(crate) resource_logs: Vec<ResourceLogs>,
}

impl Vectors {
    pub(crate) fn of(dialect: &str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/traces/dialects");
        let text = std::fs::read_to_string(folder.join(format!("{dialect}.json"))).unwrap();
        serde_json::from_str(&text).unwrap()
    }
}

/// Everything of a dialect, a paragraph for each span and record.
fn told(dialect: &str) -> String {
    let vectors = Vectors::of(dialect);
    let mut told = String::new();
    for spans in &vectors.resource_spans {
        let resource = &spans.resource.as_ref().unwrap().attributes;
        for scoped in &spans.scope_spans {
            let scope = &scoped.scope.as_ref().unwrap().name;
            for span in &scoped.spans {
                let call = read_span(span, resource, scope);
                writeln!(told, "--- span {}\n{}", span.name, serde_json::to_string_pretty(&call).unwrap()).unwrap();
                if call.is_none() {
                    let context = read_context(&span.attributes, resource);
                    writeln!(told, "context {}", serde_json::to_string(&context).unwrap()).unwrap();
                }
            }
        }
    }
    for logs in &vectors.resource_logs {
        let resource = &logs.resource.as_ref().unwrap().attributes;
        for scoped in &logs.scope_logs {
            let scope = &scoped.scope.as_ref().unwrap().name;
            for (number, record) in scoped.log_records.iter().enumerate() {
                let call = read_log(record, resource, scope);
                let alone = call.as_ref().is_some_and(|call| call.stands_alone());
                let heading = if alone { "--- record (alone)" } else { "--- record" };
                writeln!(told, "{heading} {number}\n{}", serde_json::to_string_pretty(&call).unwrap()).unwrap();
            }
        }
    }
    told
}

#[test]
fn genai() {
    insta::assert_snapshot!(told("genai"));
}

#[test]
fn genai_old() {
    insta::assert_snapshot!(told("genai_old"));
}

#[test]
fn openinference() {
    insta::assert_snapshot!(told("openinference"));
}

#[test]
fn traceloop() {
    insta::assert_snapshot!(told("traceloop"));
}

#[test]
fn langfuse() {
    insta::assert_snapshot!(told("langfuse"));
}

#[test]
fn vercel_ai() {
    insta::assert_snapshot!(told("vercel_ai"));
}

#[test]
fn claude_code() {
    insta::assert_snapshot!(told("claude_code"));
}
