//! Every kind of span, and which of the names in `semconv` it may have.

use super::semconv::{attr, span};

/// What a span tells.
#[derive(Debug, Clone, Copy)]
pub struct SpanKindOf {
    /// How it is named.
    pub name: &'static str,
    /// What it covers.
    pub covers: &'static str,
    attributes: &'static [&'static [&'static str]],
}

impl SpanKindOf {
    /// Which attributes it may have.
    pub fn attributes(&self) -> impl Iterator<Item = &'static str> {
        self.attributes.iter().copied().flatten().copied()
    }

    /// Whether it may have this one.
    pub fn may_have(&self, attribute: &str) -> bool {
        self.attributes().any(|name| name == attribute)
    }
}

/// Every kind of span, from the outside in.
pub const SPANS: &[SpanKindOf] = &[
    SpanKindOf {
        name: "{method} {route}",
        covers: "One HTTP request (SERVER), from its head to the end of the answer's body.",
        attributes: &[&[
            attr::HTTP_REQUEST_METHOD,
            attr::HTTP_REQUEST_METHOD_ORIGINAL,
            attr::HTTP_ROUTE,
            attr::HTTP_RESPONSE_STATUS_CODE,
            attr::NETWORK_PROTOCOL_VERSION,
            attr::SERVER_ADDRESS,
            attr::SERVER_PORT,
            attr::URL_PATH,
            attr::URL_SCHEME,
            attr::USER_AGENT_ORIGINAL,
            attr::ERROR_TYPE,
            attr::COMPONENT,
        ]],
    },
    SpanKindOf {
        name: "invoke_agent {storyteller}",
        covers: "One turn (INTERNAL): everything between the player's message and the kept answer. In games for one player also an \
            order that came to no turn: a ruling, a question.",
        attributes: &[&[
            attr::OPERATION_NAME,
            attr::AGENT_NAME,
            attr::CONVERSATION_ID,
            attr::SESSION_ID,
            attr::COMPONENT,
            attr::CAMPAIGN,
            attr::TURN_NUMBER,
            attr::TURN_NATURE,
            attr::TURN_TELLER,
            attr::RULING,
            attr::SCENE,
            attr::OUTCOME,
            attr::USAGE_INPUT_TOKENS,
            attr::USAGE_OUTPUT_TOKENS,
            attr::RESPONSE_FINISH_REASONS,
            attr::COST_USD,
            attr::COST_SIMULATED,
            attr::ERROR_TYPE,
        ]],
    },
    SpanKindOf {
        name: span::INPUT_CLASSIFY,
        covers: "The question whether the player asks or acts (INTERNAL); when it failed, the words count as acting.",
        attributes: &[MASTER, &[attr::INTENT, attr::ERROR_TYPE]],
    },
    SpanKindOf {
        name: span::QUESTION,
        covers: "The answer to a question about the game (INTERNAL).",
        attributes: &[MASTER, &[attr::ERROR_TYPE]],
    },
    SpanKindOf {
        name: span::SKILL_CHECK,
        covers: "A check or a save (INTERNAL); in scenarios with what came of it. Drawn when the turn is over, like all steps of the rules.",
        attributes: &[STEP, &[attr::CHECK_ID], SKILLED, DICE, &[attr::ROLL_DC], RESULT, AFTER],
    },
    SpanKindOf {
        name: span::HAZARD,
        covers: "A hazard that was rolled, and what it did (INTERNAL).",
        attributes: &[STEP, &[attr::HAZARD_ID], SKILLED, DICE, &[attr::ROLL_DC], RESULT, AFTER],
    },
    SpanKindOf {
        name: span::APPROACH,
        covers: "An approach that was rolled (INTERNAL). A fight that comes of it stands beside it.",
        attributes: &[STEP, &[attr::APPROACH_ID], SKILLED, DICE, &[attr::ROLL_DC], RESULT, AFTER],
    },
    SpanKindOf {
        name: span::COMBAT,
        covers: "A fight (INTERNAL), as far as the turn plays it: from its beginning or the turn's, to its end or the turn's.",
        attributes: &[STEP, &[attr::COMBAT_FOES, attr::COMBAT_ROUNDS, attr::COMBAT_END], AFTER],
    },
    SpanKindOf {
        name: span::COMBAT_ROUND,
        covers: "A round of a fight (INTERNAL), as far as the turn plays it: one that two turns share is told by both.",
        attributes: &[STEP, &[attr::COMBAT_ROUND], AFTER],
    },
    SpanKindOf {
        name: span::ROLL,
        covers: "A roll outside of fights that is no check (INTERNAL): healing, damage that a storyteller asked for.",
        attributes: &[STEP, DICE, RESULT, AFTER],
    },
    SpanKindOf {
        name: "invoke_workflow game_setup",
        covers: "The three calls that word a game's setup (INTERNAL).",
        attributes: &[&[
            attr::OPERATION_NAME,
            attr::WORKFLOW_NAME,
            attr::CONVERSATION_ID,
            attr::SESSION_ID,
            attr::COMPONENT,
            attr::CAMPAIGN,
            attr::ERROR_TYPE,
        ]],
    },
    SpanKindOf {
        name: "chat {model}",
        covers: "One logical model call, retries included (CLIENT; INTERNAL when the model is in this process). Linked to the calls of \
            the same turn that it follows from.",
        attributes: &[&[
            attr::OPERATION_NAME,
            attr::PROVIDER_NAME,
            attr::REQUEST_MODEL,
            attr::REQUEST_TEMPERATURE,
            attr::REQUEST_MAX_TOKENS,
            attr::REQUEST_SEED,
            attr::REQUEST_STREAM,
            attr::REQUEST_REASONING_LEVEL,
            attr::OUTPUT_TYPE,
            attr::OPENAI_API_TYPE,
            attr::SERVER_ADDRESS,
            attr::SERVER_PORT,
            attr::CONVERSATION_ID,
            attr::SESSION_ID,
            attr::PROMPT_NAME,
            attr::PROMPT_VERSION,
            attr::COMPONENT,
            attr::TEAM,
            attr::RUN_ID,
            attr::RUN_PARENT_IDS,
            attr::SCENE,
            attr::OUTCOME,
            attr::RESPONSE_ID,
            attr::RESPONSE_MODEL,
            attr::RESPONSE_FINISH_REASONS,
            attr::RESPONSE_TIME_TO_FIRST_CHUNK,
            attr::OPENAI_RESPONSE_SERVICE_TIER,
            attr::OPENAI_RESPONSE_SYSTEM_FINGERPRINT,
            attr::USAGE_INPUT_TOKENS,
            attr::USAGE_OUTPUT_TOKENS,
            attr::USAGE_CACHE_READ,
            attr::USAGE_CACHE_WRITE,
            attr::LEGACY_USAGE_CACHE_CREATION,
            attr::USAGE_REASONING,
            attr::COST_USD,
            attr::COST_SIMULATED,
            attr::SYSTEM_INSTRUCTIONS,
            attr::INPUT_MESSAGES,
            attr::OUTPUT_MESSAGES,
            attr::ERROR_TYPE,
        ]],
    },
    SpanKindOf {
        name: "embeddings {model}",
        covers: "One logical call for vectors (CLIENT; INTERNAL when the model is in this process).",
        attributes: &[&[
            attr::OPERATION_NAME,
            attr::PROVIDER_NAME,
            attr::REQUEST_MODEL,
            attr::REQUEST_ENCODING_FORMATS,
            attr::EMBEDDINGS_DIMENSION_COUNT,
            attr::SERVER_ADDRESS,
            attr::SERVER_PORT,
            attr::RESPONSE_MODEL,
            attr::USAGE_INPUT_TOKENS,
            attr::COST_USD,
            attr::COST_SIMULATED,
            attr::ERROR_TYPE,
        ]],
    },
    SpanKindOf {
        name: "{method}",
        covers: "One HTTP attempt towards a provider (CLIENT), to the end of the answer's body.",
        attributes: &[&[
            attr::HTTP_REQUEST_METHOD,
            attr::HTTP_REQUEST_RESEND_COUNT,
            attr::HTTP_RESPONSE_STATUS_CODE,
            attr::SERVER_ADDRESS,
            attr::SERVER_PORT,
            attr::URL_FULL,
            attr::COMPONENT,
            attr::SCENE,
            attr::OUTCOME,
            attr::ERROR_TYPE,
        ]],
    },
    SpanKindOf {
        name: "{operation} {table}",
        covers: "One question to the database of games (CLIENT), in a trace: housekeeping leaves none, and games in memory neither.",
        attributes: &[&[
            attr::DB_SYSTEM_NAME,
            attr::DB_NAMESPACE,
            attr::DB_OPERATION_NAME,
            attr::DB_COLLECTION_NAME,
            attr::SERVER_ADDRESS,
            attr::SERVER_PORT,
            attr::COMPONENT,
            attr::SCENE,
            attr::OUTCOME,
            attr::ERROR_TYPE,
        ]],
    },
];

/// A step of the rules.
const STEP: &[&str] = &[attr::CONVERSATION_ID, attr::SESSION_ID, attr::COMPONENT, attr::SCENE, attr::OUTCOME];

/// A call of the game master's.
const MASTER: &[&str] =
    &[attr::CONVERSATION_ID, attr::SESSION_ID, attr::COMPONENT, attr::CAMPAIGN, attr::SCENE, attr::OUTCOME];

/// What a check is made with.
const SKILLED: &[&str] = &[attr::HELPED_BY, attr::SKILL];

/// A roll.
const DICE: &[&str] = &[
    attr::ROLL_PURPOSE,
    attr::ROLL_DICE,
    attr::ROLL_NATURALS,
    attr::ROLL_ADVANTAGE,
    attr::ROLL_MODIFIER_NAMES,
    attr::ROLL_MODIFIER_VALUES,
    attr::ROLL_TOTAL,
];

/// What became of a roll.
const RESULT: &[&str] = &[attr::ROLL_OUTCOME, attr::ROLL_CRITICAL, attr::ROLL_FUMBLE];

/// How the player fares after a step, in words too.
const AFTER: &[&str] = &[attr::PLAYER_HP, attr::PLAYER_MAX_HP, attr::LOG];
