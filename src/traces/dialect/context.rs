//! To what a span belongs, LLM span or not: a conversation, a user, a team, a part of a program.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use serde::{Deserialize, Serialize};

use super::super::call::Call;
use super::super::shift::REPLAY;
use super::attributes::Attributes;
use super::draft::fill;
use super::limit;

/// The longest name of a conversation that is told again: what is added to it must not be cut.
const REPLAYED_BYTES: usize = 160;

/// To what a span or record belongs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SpanContextInfo {
    /// The conversation or session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conversation: Option<String>,
    /// The user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// Who pays: a team or department.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The part of the program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub component: Option<String>,
    /// The program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
    /// The run of the program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
}

/// What `attributes` (of a span or record) and those of its `resource` tell about where it belongs.
pub fn read_context(attributes: &[KeyValue], resource: &[KeyValue]) -> SpanContextInfo {
    of(&Attributes::new(attributes), &Attributes::new(resource))
}

/// The conventions' names first, then each dialect's; within one, the narrower before the wider.
const CONVERSATION: [&str; 14] = [
    "gen_ai.conversation.id",
    "session.id",
    "langfuse.session.id",
    "langfuse.trace.session_id",
    "traceloop.association.properties.session_id",
    "traceloop.association.properties.conversation_id",
    "traceloop.association.properties.chat_id",
    "traceloop.association.properties.thread_id",
    "ai.telemetry.metadata.sessionId",
    "ai.telemetry.metadata.conversationId",
    "ai.telemetry.metadata.chatId",
    "ai.telemetry.metadata.threadId",
    "ai.telemetry.metadata.thread_id",
    "langsmith.metadata.session_id",
];
const USER: [&str; 9] = [
    "user.id",
    "enduser.id",
    "langfuse.user.id",
    "langfuse.trace.user_id",
    "traceloop.association.properties.user_id",
    "ai.telemetry.metadata.userId",
    "llm.user",
    "user.email",
    "user.account_uuid",
];
const TEAM: [&str; 8] = [
    "zeroth.team",
    "team.id",
    "team.name",
    "team",
    "traceloop.association.properties.team",
    "traceloop.association.properties.team_id",
    "ai.telemetry.metadata.team",
    "department",
];
const COMPONENT: [&str; 9] = [
    "zeroth.component",
    "gen_ai.workflow.name",
    "gen_ai.agent.name",
    "traceloop.entity.name",
    "traceloop.workflow.name",
    "agent.name",
    "ai.telemetry.functionId",
    "graph.node.id",
    "langfuse.trace.name",
];

pub(super) fn of(attributes: &Attributes, resource: &Attributes) -> SpanContextInfo {
    let either = |keys: &[&str]| attributes.name(keys).or_else(|| resource.name(keys));
    SpanContextInfo {
        conversation: either(&CONVERSATION).map(|name| match resource.name(&[REPLAY]) {
            Some(replay) => format!("{} (replay {replay})", limit::start(&name, REPLAYED_BYTES)),
            None => name,
        }),
        user: either(&USER),
        team: either(&TEAM),
        component: attributes.name(&COMPONENT),
        service: resource.name(&["service.name"]),
        instance: resource.name(&["service.instance.id"]),
    }
}

/// Gives a call what its span or record says about where it belongs.
pub(super) fn place(call: &mut Call, context: SpanContextInfo) {
    fill(&mut call.conversation, || context.conversation);
    fill(&mut call.user, || context.user);
    fill(&mut call.team, || context.team);
    fill(&mut call.component, || context.component);
}
