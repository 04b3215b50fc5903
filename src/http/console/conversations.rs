//! Conversations, and one of them as a thread.

use axum::Json;

use crate::traces::{ConversationDetail, ConversationPage, ConversationQuery};

use super::super::error::{Kind, Problem};
use super::super::problem::{ANY, TRACES, problems};
use super::Store;
use super::asked::Asked;

/// Conversations
///
/// The latest first. Tokens, cost and errors are those of their calls to models.
#[utoipa::path(
    get,
    path = "/api/conversations",
    tag = "telemetry",
    params(
        ("from" = Option<i64>, Query, description = "Those in which something happened then or later: microseconds since \
            1970, UTC", example = 1_795_262_400_000_000_i64),
        ("until" = Option<i64>, Query, description = "Those in which something happened before"),
        ("run" = Option<i64>, Query, description = "Those that began in this run: its number"),
        ("service" = Option<String>, Query, description = "Those of a service", example = "zeroth"),
        ("component" = Option<String>, Query, description = "Those that this part of the program began"),
        ("team" = Option<String>, Query, description = "Those that this team began"),
        ("failed" = Option<bool>, Query, description = "true for those in which a call failed", example = true),
        ("limit" = Option<usize>, Query, description = "How many at most: 1 to 500, usually 50", example = 50),
        ("after" = Option<String>, Query, description = "Where the last page ended: its `next`"),
    ),
    responses(
        (status = 200, description = "A page of conversations", body = Object, example = json!({
            "conversations": [{"name": "0190163d-8694-739b-aea5-966c26f8ad91", "run": 1, "service": "zeroth",
                "component": "dialogue", "team": "default", "user": null, "first": 1_795_262_400_000_000_i64,
                "last": 1_795_262_401_500_000_i64, "calls": 2, "steps": 4, "errors": 0, "input": 824, "output": 192,
                "cost": 0.003}],
            "total": 1, "next": null})),
        ListProblems
    )
)]
pub(super) async fn conversations(Store(traces): Store, asked: Asked) -> Result<Json<ConversationPage>, Problem> {
    let query = asked.read(|asked| ConversationQuery {
        from: asked.time("from"),
        until: asked.time("until"),
        run: asked.count("run"),
        service: asked.text("service"),
        component: asked.text("component"),
        team: asked.text("team"),
        failed: asked.choice("failed", &[("true", true), ("false", false)]).unwrap_or_default(),
        limit: asked.limit(),
        after: asked.text("after"),
    })?;
    Ok(Json(traces.conversations(query).await?))
}

/// One conversation
#[utoipa::path(
    get,
    path = "/api/conversation",
    tag = "telemetry",
    params(
        ("name" = String, Query, description = "The conversation", example = "0190163d-8694-739b-aea5-966c26f8ad91"),
        ("skip" = Option<i64>, Query, description = "How many calls to leave out: `next` of the answer before", example = 0),
    ),
    responses((status = 200, description = "The conversation", body = Object), OneProblems)
)]
pub(super) async fn conversation(Store(traces): Store, asked: Asked) -> Result<Json<ConversationDetail>, Problem> {
    let (name, skip) = asked.read(|asked| (asked.required("name", "talk-1"), asked.count("skip")))?;
    Ok(Json(traces.conversation(&name, skip.unwrap_or_default()).await?))
}

problems!(ListProblems: &[Kind::INVALID_QUERY], TRACES, ANY);
problems!(OneProblems: &[Kind::INVALID_QUERY, Kind::UNKNOWN_TELEMETRY], TRACES, ANY);
