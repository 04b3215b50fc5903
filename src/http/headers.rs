//! The headers that requests have in common, as the documentation describes them.

use utoipa::IntoParams;
use utoipa::openapi::Required;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};

/// Those of a turn: which session is meant, who pays, and how long to wait.
pub(super) struct TurnHeaders;

/// Which session is meant.
pub(super) struct SessionHeader;

/// Who pays.
pub(super) struct TeamHeader;

/// How long something that is no turn waits for one.
pub(super) struct PatienceHeader;

impl IntoParams for TurnHeaders {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let wait = "How long to wait while another turn of this session is played; without it, or when the time is up, the \
            answer is 409";
        vec![session(), team(), prefer(wait)]
    }
}

impl IntoParams for SessionHeader {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![session()]
    }
}

impl IntoParams for TeamHeader {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![team()]
    }
}

impl IntoParams for PatienceHeader {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![prefer("How long to wait while a turn of this session is played")]
    }
}

fn session() -> Parameter {
    header("X-Session-Id", "The session, if the body names none", "0190163d-8694-739b-aea5-966c26f8ad91")
}

fn team() -> Parameter {
    header("X-Zeroth-Team", "Whose budget pays; `default` if it is not there", "table-7")
}

fn prefer(meaning: &str) -> Parameter {
    header("Prefer", meaning, "wait=30")
}

fn header(name: &str, meaning: &str, example: &str) -> Parameter {
    let text = ObjectBuilder::new().schema_type(SchemaType::from_iter([Type::String, Type::Null]));
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(meaning))
        .schema(Some(text))
        .example(Some(example.into()))
        .build()
}
