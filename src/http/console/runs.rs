//! Runs: which there are, and what can be done with them.

use axum::Json;
use axum::extract::Path;
use axum::extract::rejection::PathRejection;
use axum::http::StatusCode;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::traces::{ReadError, RunItem};

use super::super::body::{Body, Fields};
use super::super::error::{Kind, Problem};
use super::super::problem::{ANY, BODY, TRACES, problems};
use super::Store;
use super::asked::Asked;

/// Which runs there are
///
/// Each start of a program is a run. The latest first.
#[utoipa::path(
    get,
    path = "/api/runs",
    tag = "telemetry",
    responses(
        (status = 200, description = "The latest runs", body = Object, example = json!({"runs": [
            {"id": 1, "service": "zeroth", "instance": "0190163d-8694-739b-aea5-966c26f8ad91", "label": "before the talk",
                "paused": false, "first": 1_795_262_400_000_000_i64, "last": 1_795_262_401_500_000_i64, "spans": 12,
                "calls": 4, "errors": 0, "logs": 3}]})),
        ListProblems
    )
)]
pub(super) async fn runs(Store(traces): Store, asked: Asked) -> Result<Json<RunsAnswer>, Problem> {
    asked.nothing()?;
    Ok(Json(RunsAnswer { runs: traces.runs().await? }))
}

/// Name a run, or pause it
///
/// What comes from a paused run is dropped.
#[utoipa::path(
    patch,
    path = "/api/runs/{id}",
    tag = "telemetry",
    params(("id" = i64, Path, description = "Its number", example = 1)),
    request_body(content = RunChange, description = "What is not there stays as it is"),
    responses((status = 204, description = "It is done"), ChangeProblems)
)]
pub(super) async fn change(
    Store(traces): Store,
    id: Id,
    asked: Asked,
    Body(change): Body<RunChange>,
) -> Result<StatusCode, Problem> {
    asked.nothing()?;
    let id = known(id)?;
    if change == RunChange::default() {
        let detail = format!("nothing is to be changed; send for example {}", RunChange::EXAMPLE);
        return Err(Problem::new(Kind::INVALID_BODY, detail));
    }
    if let Some(label) = change.label {
        traces.label_run(id, label.filter(|label| !label.trim().is_empty())).await?;
    }
    match change.paused {
        Some(true) => traces.pause_run(id).await?,
        Some(false) => traces.resume_run(id).await?,
        None => {}
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Delete a run
///
/// With all that it told. What comes from it afterwards is a new run.
#[utoipa::path(
    delete,
    path = "/api/runs/{id}",
    tag = "telemetry",
    params(("id" = i64, Path, description = "Its number", example = 1)),
    responses((status = 204, description = "It is gone"), DeleteProblems)
)]
pub(super) async fn delete(Store(traces): Store, id: Id, asked: Asked) -> Result<StatusCode, Problem> {
    asked.nothing()?;
    traces.delete_run(known(id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

type Id = Result<Path<i64>, PathRejection>;

fn known(id: Id) -> Result<i64, Problem> {
    id.map(|Path(id)| id).map_err(|_| ReadError::Unknown("run").into())
}

/// Runs.
#[derive(Debug, Serialize)]
pub(super) struct RunsAnswer {
    runs: Vec<RunItem>,
}

/// What is to be different about a run.
#[derive(Debug, Default, PartialEq, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RunChange {
    /// Its name, up to 200 characters; null takes it away.
    #[serde(deserialize_with = "said")]
    #[schema(value_type = Option<String>, example = "before the talk", max_length = 200)]
    label: Option<Option<String>>,
    /// Whether what comes from it is dropped.
    #[schema(example = false)]
    paused: Option<bool>,
}

/// Null is something that was said, too.
fn said<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

impl Fields for RunChange {
    const EXAMPLE: &'static str = r#"{"label": "before the talk", "paused": false}"#;
}

problems!(ListProblems: &[Kind::INVALID_QUERY], TRACES, ANY);
problems!(ChangeProblems: BODY, &[Kind::INVALID_QUERY, Kind::UNKNOWN_TELEMETRY], TRACES, ANY);
problems!(DeleteProblems: &[Kind::INVALID_QUERY, Kind::UNKNOWN_TELEMETRY, Kind::CROSS_SITE], TRACES, ANY);
