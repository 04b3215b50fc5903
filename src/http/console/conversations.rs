//! Conversations, and one of them as a thread.

use axum::Json;
use serde::Serialize;

use crate::insight::{Said, Thread};
use crate::traces::{
    CallItem, ConversationDetail, ConversationItem, ConversationPage, ConversationQuery, ReadError, Traces,
};

use super::super::error::{Kind, Problem};
use super::super::problem::{ANY, TRACES, problems};
use super::Store;
use super::asked::Asked;

/// Conversations
///
/// The latest first. A conversation is what a service calls by one name. It is found by the run, component and team of any of
/// its calls, or of what stands around them; where several are asked for, each may be of another call. What is told of it is
/// told of all of it, whatever it was found by: tokens, cost and errors are those of all its calls to models. The run is that
/// which began it; component, team and user are those that were told first.
#[utoipa::path(
    get,
    path = "/api/conversations",
    tag = "telemetry",
    params(
        ("from" = Option<i64>, Query, description = "Those in which something happened then or later: microseconds since \
            1970, UTC", example = 1_795_262_400_000_000_i64),
        ("until" = Option<i64>, Query, description = "Those in which something happened before"),
        ("run" = Option<i64>, Query, description = "Those of which this run told something: its number"),
        ("service" = Option<String>, Query, description = "Those of a service", example = "zeroth"),
        ("component" = Option<String>, Query, description = "Those in which this part of the program had a part"),
        ("team" = Option<String>, Query, description = "Those in which this team had a part"),
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
///
/// Its calls and what stands around them, in order, each with what was new in it. The whole of a call is told with its span.
#[utoipa::path(
    get,
    path = "/api/conversation",
    tag = "telemetry",
    params(
        ("name" = String, Query, description = "The conversation", example = "0190163d-8694-739b-aea5-966c26f8ad91"),
        ("service" = Option<String>, Query, description = "Whose conversation it is; without it, the latest one of that name",
            example = "zeroth"),
        ("skip" = Option<i64>, Query, description = "How many calls to leave out: `next` of the answer before", example = 0),
    ),
    responses(
        (status = 200, description = "The conversation with at most 500 calls, each as in the list of calls and with what was \
            said; cut where there is more of it", body = Object, example = json!({
            "conversation": {"name": "0190163d-8694-739b-aea5-966c26f8ad91", "run": 1, "service": "zeroth",
                "component": "dialogue", "team": "default", "user": null, "first": 1_795_262_400_000_000_i64,
                "last": 1_795_262_400_800_000_i64, "calls": 1, "steps": 1, "errors": 0, "input": 412, "output": 96,
                "cost": 0.0015},
            "calls": [{"id": 4, "name": "chat sim-1", "operation": "chat", "model": "sim-1", "duration": 0.8,
                "said": {"input": "Where am I?", "output": "On the bridge.", "cut": false}}],
            "next": null})),
        OneProblems
    )
)]
pub(super) async fn conversation(Store(traces): Store, asked: Asked) -> Result<Json<ThreadAnswer>, Problem> {
    let (name, service, skip) =
        asked.read(|asked| (asked.required("name", "talk-1"), asked.text("service"), asked.count("skip")))?;
    let skip = skip.unwrap_or_default();
    let ConversationDetail { conversation, calls, next } = match service {
        Some(service) => traces.conversation_of(&service, &name, skip).await?,
        None => traces.conversation(&name, skip).await?,
    };
    let said = said(&traces, &calls).await?;
    let calls = calls.into_iter().zip(said).map(|(call, said)| ThreadCall { call, said }).collect();
    Ok(Json(ThreadAnswer { conversation, calls, next }))
}

/// What was new in each of the calls, as far as it is told in one answer.
async fn said(traces: &Traces, calls: &[CallItem]) -> Result<Vec<Said>, ReadError> {
    let ids: Vec<i64> = calls.iter().map(|call| call.id).collect();
    let (mut thread, mut said) = (Thread::default(), Vec::with_capacity(ids.len()));
    for _ in 0..READS {
        let rest = &ids[said.len()..];
        if rest.is_empty() || thread.is_full() {
            break;
        }
        for call in traces.words(rest.to_vec()).await? {
            said.push(call.map_or_else(Said::unknown, |call| thread.next(&call)));
        }
    }
    said.resize_with(ids.len(), Said::unknown);
    Ok(said)
}

/// How often the store is asked for words, some megabytes at a time.
const READS: usize = 8;

/// A conversation as a thread.
#[derive(Debug, Serialize)]
pub(super) struct ThreadAnswer {
    conversation: ConversationItem,
    calls: Vec<ThreadCall>,
    next: Option<i64>,
}

/// A call, and what was new in it.
#[derive(Debug, Serialize)]
pub(super) struct ThreadCall {
    #[serde(flatten)]
    call: CallItem,
    said: Said,
}

problems!(ListProblems: &[Kind::INVALID_QUERY], TRACES, ANY);
problems!(OneProblems: &[Kind::INVALID_QUERY, Kind::UNKNOWN_TELEMETRY], TRACES, ANY);
