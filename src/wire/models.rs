//! The list of models, for programs that ask before they call.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::{Extension, Json};
use serde_json::{Value, json};

use super::gate;
use super::server::Simulator;
use super::vendor::Vendor;

/// `GET /v1/models`: the one model there is.
pub(super) async fn list(State(simulator): State<Arc<Simulator>>, Extension(vendor): Extension<Vendor>) -> Json<Value> {
    let id = &simulator.services.model.descriptor().model;
    let data = [model(vendor, id)];
    Json(match vendor {
        Vendor::Anthropic => json!({ "data": data, "has_more": false, "first_id": id, "last_id": id }),
        Vendor::OpenAi => json!({ "object": "list", "data": data }),
    })
}

/// `GET /v1/models/{id}`: there is a model of any name, since all of them answer.
pub(super) async fn one(Extension(vendor): Extension<Vendor>, Path(id): Path<String>) -> Json<Value> {
    Json(model(vendor, &id))
}

/// All models were made at the beginning of November 2026.
fn model(vendor: Vendor, id: &str) -> Value {
    match vendor {
        Vendor::Anthropic => json!({
            "type": "model",
            "id": id,
            "display_name": id,
            "created_at": "2026-11-01T00:00:00Z",
            "lifecycle": "active",
            "line": null,
            "max_input_tokens": gate::context(vendor, id),
            "max_tokens": 128_000,
            "deprecated_at": null,
            "retires_at": null,
            "capabilities": null,
        }),
        Vendor::OpenAi => json!({ "id": id, "object": "model", "created": 1_793_491_200, "owned_by": "zeroth" }),
    }
}
