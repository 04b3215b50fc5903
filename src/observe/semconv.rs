//! Every telemetry name in one place, without any SDK: the conventions still move, so names are values.
//!
//! `gen_ai.*`, `http.*`, `otel.*` follow the OpenTelemetry semantic conventions (GenAI: development status, autumn 2026);
//! `zeroth.*` is ours. `docs/telemetry.md` is generated from this file, `metric` and `spans`.

/// Attribute keys.
pub mod attr {
    /// What was done: `chat`, `invoke_agent`, `invoke_workflow`.
    pub const OPERATION_NAME: &str = "gen_ai.operation.name";
    /// Who provides the model.
    pub const PROVIDER_NAME: &str = "gen_ai.provider.name";
    /// The model that was asked for.
    pub const REQUEST_MODEL: &str = "gen_ai.request.model";
    /// Sampling temperature.
    pub const REQUEST_TEMPERATURE: &str = "gen_ai.request.temperature";
    /// The most tokens that the answer may have.
    pub const REQUEST_MAX_TOKENS: &str = "gen_ai.request.max_tokens";
    /// Sampling seed.
    pub const REQUEST_SEED: &str = "gen_ai.request.seed";
    /// Set, and true, when the answer is streamed.
    pub const REQUEST_STREAM: &str = "gen_ai.request.stream";
    /// `json`, when the answer is wanted in a form.
    pub const OUTPUT_TYPE: &str = "gen_ai.output.type";
    /// How hard the model is told to think, in the words that were sent.
    pub const REQUEST_REASONING_LEVEL: &str = "gen_ai.request.reasoning.level";
    /// `chat_completions`, where OpenAI's protocol is spoken.
    pub const OPENAI_API_TYPE: &str = "openai.api.type";
    /// The tier of OpenAI's service that answered.
    pub const OPENAI_RESPONSE_SERVICE_TIER: &str = "openai.response.service_tier";
    /// The configuration of OpenAI's servers that answered.
    pub const OPENAI_RESPONSE_SYSTEM_FINGERPRINT: &str = "openai.response.system_fingerprint";
    /// The encodings of vectors that were asked for.
    pub const REQUEST_ENCODING_FORMATS: &str = "gen_ai.request.encoding_formats";
    /// How many numbers each vector has.
    pub const EMBEDDINGS_DIMENSION_COUNT: &str = "gen_ai.embeddings.dimension.count";
    /// The provider's id of the answer.
    pub const RESPONSE_ID: &str = "gen_ai.response.id";
    /// The model that answered.
    pub const RESPONSE_MODEL: &str = "gen_ai.response.model";
    /// Why the model stopped.
    pub const RESPONSE_FINISH_REASONS: &str = "gen_ai.response.finish_reasons";
    /// Seconds until the first piece of the answer.
    pub const RESPONSE_TIME_TO_FIRST_CHUNK: &str = "gen_ai.response.time_to_first_chunk";
    /// Tokens in, cached ones included.
    pub const USAGE_INPUT_TOKENS: &str = "gen_ai.usage.input_tokens";
    /// Tokens out, reasoning included.
    pub const USAGE_OUTPUT_TOKENS: &str = "gen_ai.usage.output_tokens";
    /// The part of the input that came from the provider's cache.
    pub const USAGE_CACHE_READ: &str = "gen_ai.usage.cache_read.input_tokens";
    /// The part of the input that went into the provider's cache.
    pub const USAGE_CACHE_WRITE: &str = "gen_ai.usage.cache_write.input_tokens";
    /// The same, under the name of conventions up to 1.41.
    pub const LEGACY_USAGE_CACHE_CREATION: &str = "gen_ai.usage.cache_creation.input_tokens";
    /// The part of the output that was reasoning.
    pub const USAGE_REASONING: &str = "gen_ai.usage.reasoning.output_tokens";
    /// The game session.
    pub const CONVERSATION_ID: &str = "gen_ai.conversation.id";
    /// The prompt template's name.
    pub const PROMPT_NAME: &str = "gen_ai.prompt.name";
    /// The prompt template's version.
    pub const PROMPT_VERSION: &str = "gen_ai.prompt.version";
    /// The storyteller's name.
    pub const AGENT_NAME: &str = "gen_ai.agent.name";
    /// What is composed of several calls: `game_setup`.
    pub const WORKFLOW_NAME: &str = "gen_ai.workflow.name";
    /// `input` or `output`, on the older token metric.
    pub const TOKEN_TYPE: &str = "gen_ai.token.type";
    /// `text`, `image`, `audio` or `unknown`.
    pub const TOKEN_MODALITY: &str = "gen_ai.token.modality";
    /// What the model was told (opt-in).
    pub const SYSTEM_INSTRUCTIONS: &str = "gen_ai.system_instructions";
    /// What went in (opt-in).
    pub const INPUT_MESSAGES: &str = "gen_ai.input.messages";
    /// What came out (opt-in).
    pub const OUTPUT_MESSAGES: &str = "gen_ai.output.messages";

    /// What holds the words of players and models.
    pub const CONTENT: [&str; 3] = [SYSTEM_INSTRUCTIONS, INPUT_MESSAGES, OUTPUT_MESSAGES];

    /// Which of the SDK's ways telemetry went: `export` or `trace_store`.
    pub const COMPONENT_NAME: &str = "otel.component.name";

    /// The kind of failure; low cardinality.
    pub const ERROR_TYPE: &str = "error.type";
    /// Host of the other side, or of this server.
    pub const SERVER_ADDRESS: &str = "server.address";
    /// Port of the other side, or of this server.
    pub const SERVER_PORT: &str = "server.port";
    /// The game session, under its general name.
    pub const SESSION_ID: &str = "session.id";
    /// An exception's message.
    pub const EXCEPTION_MESSAGE: &str = "exception.message";
    /// An exception's type.
    pub const EXCEPTION_TYPE: &str = "exception.type";

    /// The HTTP method.
    pub const HTTP_REQUEST_METHOD: &str = "http.request.method";
    /// The method as it came, when it is none of the known ones.
    pub const HTTP_REQUEST_METHOD_ORIGINAL: &str = "http.request.method_original";
    /// Which resend this is; absent on the first attempt.
    pub const HTTP_REQUEST_RESEND_COUNT: &str = "http.request.resend_count";
    /// The status code.
    pub const HTTP_RESPONSE_STATUS_CODE: &str = "http.response.status_code";
    /// The route's template.
    pub const HTTP_ROUTE: &str = "http.route";
    /// `1.1` or `2`.
    pub const NETWORK_PROTOCOL_VERSION: &str = "network.protocol.version";
    /// The whole address, without credentials and query.
    pub const URL_FULL: &str = "url.full";
    /// The path.
    pub const URL_PATH: &str = "url.path";
    /// `http` or `https`.
    pub const URL_SCHEME: &str = "url.scheme";
    /// The client's name for itself.
    pub const USER_AGENT_ORIGINAL: &str = "user_agent.original";

    /// `sqlite` or `postgresql`.
    pub const DB_SYSTEM_NAME: &str = "db.system.name";
    /// The database: the file's name, or the server's name for it.
    pub const DB_NAMESPACE: &str = "db.namespace";
    /// What is done: `SELECT`, `INSERT`, `UPDATE`, `DELETE`.
    pub const DB_OPERATION_NAME: &str = "db.operation.name";
    /// The table.
    pub const DB_COLLECTION_NAME: &str = "db.collection.name";

    /// Which part of the game asked: `game_setup`, `dialogue`, …; `store` for its database; `http` where no part of the game
    /// was reached.
    pub const COMPONENT: &str = "zeroth.component";
    /// US dollars of one call.
    pub const COST_USD: &str = "zeroth.cost.usd";
    /// True when nobody will send a bill for it.
    pub const COST_SIMULATED: &str = "zeroth.cost.simulated";
    /// The turn's number in its game; of what was no turn, the number of the one before it.
    pub const TURN_NUMBER: &str = "zeroth.turn.number";
    /// Seconds from the player's message to the kept answer, on log events.
    pub const TURN_DURATION: &str = "zeroth.turn.duration";
    /// The campaign, scenario or solo game that is played.
    pub const CAMPAIGN: &str = "zeroth.campaign";
    /// Whose budget pays, unless it is everyone's.
    pub const TEAM: &str = "zeroth.team";
    /// `day` or `team`.
    pub const BUDGET_SCOPE: &str = "zeroth.budget.scope";
    /// Seconds until the next attempt.
    pub const RETRY_WAIT: &str = "zeroth.retry.wait";
    /// Tokens that a failed attempt used up, when the provider said so; in and out.
    pub const RETRY_TOKENS: &str = "zeroth.retry.tokens";
    /// The provider that is asked in place of another.
    pub const FALLBACK_PROVIDER: &str = "zeroth.fallback.provider";
    /// The model that is asked in place of another.
    pub const FALLBACK_MODEL: &str = "zeroth.fallback.model";
    /// The fault that was put in on purpose.
    pub const FAULT: &str = "zeroth.fault";

    /// The name of a model call, by which others say that they follow from it.
    pub const RUN_ID: &str = "zeroth.run.id";
    /// The calls whose answers led to this one.
    pub const RUN_PARENT_IDS: &str = "zeroth.run.parent_ids";
    /// The id of the scene; in scenarios.
    pub const SCENE: &str = "zeroth.scene";
    /// How the scenario ended: `peaceful`, `contained`, `force`, `defeated`.
    pub const OUTCOME: &str = "zeroth.outcome";
    /// What an order was: `turn`, `choice`, `prompt`, `ruling`, `question`.
    pub const TURN_NATURE: &str = "zeroth.turn.nature";
    /// Who worded what the player is told: `model`, `game`, or `stopgap`: the game, since the model failed.
    pub const TURN_TELLER: &str = "zeroth.turn.teller";
    /// Why an order was not obeyed; no error.
    pub const RULING: &str = "zeroth.ruling";
    /// What a player's words were taken for: `question` or `action`.
    pub const INTENT: &str = "zeroth.intent";
    /// What happened: a line of the mechanics log for each roll and each effect.
    pub const LOG: &str = "zeroth.log";
    /// The id of the check, or of the person who is won over by it.
    pub const CHECK_ID: &str = "zeroth.check.id";
    /// The id of the hazard.
    pub const HAZARD_ID: &str = "zeroth.hazard.id";
    /// The id of the approach.
    pub const APPROACH_ID: &str = "zeroth.approach.id";
    /// The clue that helped.
    pub const HELPED_BY: &str = "zeroth.helped_by";
    /// The skill of a check, the ability of a save, or `other`: what a storyteller made up.
    pub const SKILL: &str = "zeroth.skill";
    /// What was rolled for: `check`, `save`, `damage`, `healing`.
    pub const ROLL_PURPOSE: &str = "zeroth.roll.purpose";
    /// What was thrown: `1d20`, `2d8`.
    pub const ROLL_DICE: &str = "zeroth.roll.dice";
    /// Every die as it fell, also the one that did not count.
    pub const ROLL_NATURALS: &str = "zeroth.roll.naturals";
    /// Which of two d20 counts: `none`, `advantage`, `disadvantage`.
    pub const ROLL_ADVANTAGE: &str = "zeroth.roll.advantage";
    /// What was added, by name: `INT`, `proficiency`.
    pub const ROLL_MODIFIER_NAMES: &str = "zeroth.roll.modifier.names";
    /// What was added, in the same order.
    pub const ROLL_MODIFIER_VALUES: &str = "zeroth.roll.modifier.values";
    /// The sum.
    pub const ROLL_TOTAL: &str = "zeroth.roll.total";
    /// What the sum was held against.
    pub const ROLL_DC: &str = "zeroth.roll.dc";
    /// What came of it: `success`, `failure`, `hit`, `rolled`.
    pub const ROLL_OUTCOME: &str = "zeroth.roll.outcome";
    /// A natural 20.
    pub const ROLL_CRITICAL: &str = "zeroth.roll.critical";
    /// A natural 1.
    pub const ROLL_FUMBLE: &str = "zeroth.roll.fumble";
    /// The player's hit points at its end, where they changed.
    pub const PLAYER_HP: &str = "zeroth.player.hp";
    /// The player's hit points when unhurt.
    pub const PLAYER_MAX_HP: &str = "zeroth.player.max_hp";
    /// Whom the fight is against.
    pub const COMBAT_FOES: &str = "zeroth.combat.foes";
    /// How many rounds the fight has had so far.
    pub const COMBAT_ROUNDS: &str = "zeroth.combat.rounds";
    /// Which round it is.
    pub const COMBAT_ROUND: &str = "zeroth.combat.round";
    /// How the fight ended: `won`, `talked`, `withdrawn`, `lost`; absent when the next turn goes on with it.
    pub const COMBAT_END: &str = "zeroth.combat.end";
    /// Why a change of the state was refused, such as `protected` or `unknown_key`; on log events one for each key.
    pub const DELTA_REASON: &str = "zeroth.delta.reason";
    /// What could not be changed, on log events: keys without their values.
    pub const DELTA_KEYS: &str = "zeroth.delta.keys";
}

/// Names of the spans that are named after nothing else.
pub mod span {
    /// A check or a save.
    pub const SKILL_CHECK: &str = "skill_check";
    /// A hazard.
    pub const HAZARD: &str = "hazard";
    /// An approach.
    pub const APPROACH: &str = "approach";
    /// A fight, as far as a turn plays it.
    pub const COMBAT: &str = "combat";
    /// A round of a fight, as far as a turn plays it.
    pub const COMBAT_ROUND: &str = "combat.round";
    /// Any other roll outside of fights.
    pub const ROLL: &str = "roll";
    /// Whether the player asks or acts.
    pub const INPUT_CLASSIFY: &str = "input_classify";
    /// The answer to a question.
    pub const QUESTION: &str = "question";
}

/// Attribute keys of the resource.
pub mod resource {
    /// The program.
    pub const SERVICE_NAME: &str = "service.name";
    /// Its version.
    pub const SERVICE_VERSION: &str = "service.version";
    /// This run of it.
    pub const SERVICE_INSTANCE_ID: &str = "service.instance.id";
}

/// Values of `gen_ai.operation.name`.
pub mod operation {
    /// One model call.
    pub const CHAT: &str = "chat";
    /// One call for vectors.
    pub const EMBEDDINGS: &str = "embeddings";
    /// One turn of the storyteller.
    pub const INVOKE_AGENT: &str = "invoke_agent";
    /// The calls that word a game's setup.
    pub const INVOKE_WORKFLOW: &str = "invoke_workflow";
}

/// Values of `error.type` beside those of the model port and the game.
pub mod error_type {
    /// The caller went away before the call ended.
    pub const CANCELLED: &str = "cancelled";
    /// The program broke while it was at it.
    pub const PANIC: &str = "panic";
    /// Too slow on the wire.
    pub const TIMEOUT: &str = "timeout";
    /// The connection broke after it was made.
    pub const BROKEN: &str = "broken";
    /// No answer on the wire: name, address, TLS or proxy.
    pub const CONNECT: &str = "connect";
    /// The model has failed too often lately, and is left alone for a while.
    pub const CIRCUIT_OPEN: &str = "circuit_open";
    /// The telemetry queue had no room.
    pub const QUEUE_FULL: &str = "queue_full";
    /// The telemetry backend did not take it.
    pub const EXPORT_FAILED: &str = "export_failed";
}

/// Names of span events, on `chat` spans.
pub mod span_event {
    /// An attempt failed, and the model is asked again.
    pub const RETRY: &str = "zeroth.model.retry";
    /// Another model is asked.
    pub const FALLBACK: &str = "zeroth.model.fallback";
    /// A fault was put in on purpose.
    pub const FAULT: &str = "zeroth.model.fault";

    /// All of them, with what they mean.
    pub const ALL: [(&str, &str); 3] = [
        (RETRY, "An attempt failed (`error.type`), and after `zeroth.retry.wait` seconds the model is asked again."),
        (
            FALLBACK,
            "The model did not answer (`error.type`; `circuit_open`: it was not even asked), and \
            `zeroth.fallback.model` is asked in its place.",
        ),
        (FAULT, "`zeroth.fault` was put in on purpose."),
    ];
}

/// Names of log events.
pub mod event {
    /// A game was created.
    pub const SESSION_START: &str = "session_start";
    /// Someone ended a game, or left it.
    pub const SESSION_END: &str = "session_end";
    /// A turn was played and kept.
    pub const TURN_COMPLETE: &str = "turn_complete";
    /// A turn failed; its game is as it was before.
    pub const TURN_ERROR: &str = "turn_error";
    /// A storyteller wanted to change what it may not, or to roll what cannot be rolled.
    pub const DELTA_REJECTED: &str = "state_delta_rejected";
    /// A model call failed.
    pub const EXCEPTION: &str = "gen_ai.client.operation.exception";
    /// What went into a call and what came out (opt-in).
    pub const INFERENCE_DETAILS: &str = "gen_ai.client.inference.operation.details";

    /// All of them, with what they mean.
    pub const ALL: [(&str, &str); 7] = [
        (SESSION_START, "A game was created."),
        (SESSION_END, "Someone ended a game, or left it in the terminal."),
        (TURN_COMPLETE, "A turn was played and kept."),
        (TURN_ERROR, "A turn failed or was cancelled; its game is as it was before."),
        (
            DELTA_REJECTED,
            "The storyteller of a solo game wanted to change what it may not (keys and reasons, without values), or to \
            roll what cannot be rolled; the rest of its answer counted.",
        ),
        (EXCEPTION, "A model call failed."),
        (INFERENCE_DETAILS, "What went into a model call and what came out; only with content capture on events."),
    ];
}

pub mod metric;

pub use metric::{Instrument, Metric, Names};
