//! What the outer ring records of a solo game.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::{Value, json};
use zeroth::clock::Clock as _;
use zeroth::content::Content;
use zeroth::game::Message as Words;
use zeroth::game::rules::Scripted;
use zeroth::game::solo::{self, Opening};
use zeroth::id::{Ids as _, SessionId};
use zeroth::llm::{ChatRequest, Component, Lineage, Message, Model, Role};
use zeroth::observe::ObservedAdventure;
use zeroth::play::{
    Adventure, Again, Beginning, Call, Facts, Nature, Offer, Order, PlayError, Played, Standing, Teller,
    Words as Deltas, World,
};
use zeroth::store::Kind;

use crate::stage::{Manner, Speaker, Stage, order, told};
use crate::trace::attribute;

/// Plays one turn with the storyteller's answer as it is given here; its words are the model's.
struct ScriptedSolo {
    opening: Arc<Opening>,
    state: Mutex<solo::State>,
    reply: solo::Reply,
    dice: Mutex<Scripted>,
    model: Arc<dyn Model>,
    clock: Arc<zeroth::clock::SteppingClock>,
    ids: Arc<zeroth::id::CountingIds>,
}

impl ScriptedSolo {
    fn standing(&self) -> Arc<Standing> {
        let state = self.state.lock().unwrap().clone();
        let (session, number) = (state.session_id, state.turn_number);
        let world = World::Solo { state: Box::new(state), opening: self.opening.clone() };
        Arc::new(Standing {
            session,
            name: "enterprise".to_owned(),
            number,
            world,
            turns: Vec::new(),
            questions: Vec::new(),
        })
    }
}

#[async_trait]
impl Adventure for ScriptedSolo {
    fn kind(&self) -> Kind {
        Kind::Solo
    }

    fn offers(&self) -> Vec<Offer> {
        Vec::new()
    }

    async fn start(&self, _: Beginning) -> Result<Arc<Standing>, PlayError> {
        Ok(self.standing())
    }

    async fn look(&self, _: SessionId) -> Result<Arc<Standing>, PlayError> {
        Ok(self.standing())
    }

    async fn play(&self, order: Order, _: &mut Deltas<'_>) -> Result<Played, PlayError> {
        let run = self.ids.run();
        let said = vec![Message { role: Role::User, text: order.text.clone() }];
        let request = ChatRequest {
            lineage: Lineage { run: Some(run), parents: Vec::new() },
            ..ChatRequest::new(Component::StorytellerSingle, "", said, 100)
        };
        let reply = self.model.chat(&request, &mut |_| {}).await?;
        let before = self.state.lock().unwrap().clone();
        let from = self.clock.now();
        let step = solo::play(&before, &Words::new(&order.text, 500)?, &self.reply, &mut *self.dice.lock().unwrap());
        let settled = (from, self.clock.now());
        *self.state.lock().unwrap() = step.state;
        Ok(Played {
            standing: self.standing(),
            nature: Nature::Turn,
            narrative: reply.text.clone(),
            teller: Teller::Model,
            log: Vec::new(),
            rolls: step.entry.dice_rolls,
            facts: Facts::Solo(step.facts),
            settled,
            scene: None,
            calls: vec![Call { component: request.component, run, reply, error: None }],
            trace_id: None,
        })
    }

    async fn again(&self, _: SessionId) -> Result<Again, PlayError> {
        Err(PlayError::NothingToUndo)
    }

    async fn undo(&self, _: SessionId) -> Result<(Again, Arc<Standing>), PlayError> {
        Err(PlayError::NothingToUndo)
    }

    async fn end(&self, _: SessionId) -> Result<Arc<Standing>, PlayError> {
        Ok(self.standing())
    }

    async fn leave(&self, _: SessionId) {}
}

/// One turn whose storyteller answers like this, while the dice fall like that.
async fn turn(delta: Value, triggers: Value, falls: &[u8]) -> Stage {
    let (stage, speaker) = (Stage::new(), Speaker::new(Manner::Plain));
    let (opening, player) = zeroth::prompt::solo(&Content::default(), "enterprise").unwrap();
    let session = stage.ids.session();
    let game = ScriptedSolo {
        state: Mutex::new(solo::State::new(session, &opening, player)),
        opening: Arc::new(opening),
        reply: serde_json::from_value(json!({"narrative": "", "state_delta": delta, "dice_triggers": triggers}))
            .unwrap(),
        dice: Mutex::new(Scripted::new(falls.iter().copied())),
        model: stage.model(&speaker),
        clock: stage.clock.clone(),
        ids: stage.ids.clone(),
    };
    let game = ObservedAdventure::new(Arc::new(game), stage.pipeline.telemetry(), "Game Master");
    order(&game, session, "I open the hatch.").await;
    stage
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "every number of three rolls")]
async fn rolls_are_steps_without_the_storytellers_words() {
    let triggers = json!([
        {"roll": "d20", "skill": "investigation", "dc": 13},
        {"roll": "d20", "skill": "xyzzy", "dc": 12, "modifier": 3},
        {"roll": "d4", "skill": "xyzzy sparks"},
    ]);
    let stage = turn(json!({}), triggers, &[9, 8, 3]).await;
    insta::assert_snapshot!(stage.recorder.outline(), @"
    invoke_agent Game Master
      chat speaker-1
        POST
      skill_check
      skill_check
      roll
    ");
    insta::assert_snapshot!(told(&stage.span("invoke_agent Game Master")), @r#"
    gen_ai.agent.name = Game Master
    gen_ai.operation.name = invoke_agent
    gen_ai.response.finish_reasons = ["stop"]
    gen_ai.usage.input_tokens = 10
    gen_ai.usage.output_tokens = 4
    zeroth.campaign = enterprise
    zeroth.cost.simulated = false
    zeroth.cost.usd = 0.001
    zeroth.turn.nature = turn
    zeroth.turn.number = 1
    zeroth.turn.teller = model
    "#);
    let steps = stage.recorder.spans();
    let mut steps: Vec<_> = steps.iter().filter(|span| ["skill_check", "roll"].contains(&&*span.name)).collect();
    steps.sort_by_key(|step| step.start_time);
    let lines: Vec<String> = steps.iter().map(|step| told(step)).collect();
    insta::assert_snapshot!(lines.join("\n\n"), @r#"
    zeroth.roll.advantage = none
    zeroth.roll.critical = false
    zeroth.roll.dc = 13
    zeroth.roll.dice = 1d20
    zeroth.roll.fumble = false
    zeroth.roll.modifier.names = ["INT","proficiency"]
    zeroth.roll.modifier.values = [2,2]
    zeroth.roll.naturals = [9]
    zeroth.roll.outcome = success
    zeroth.roll.purpose = check
    zeroth.roll.total = 13
    zeroth.skill = investigation

    zeroth.roll.advantage = none
    zeroth.roll.critical = false
    zeroth.roll.dc = 12
    zeroth.roll.dice = 1d20
    zeroth.roll.fumble = false
    zeroth.roll.modifier.names = ["modifier"]
    zeroth.roll.modifier.values = [3]
    zeroth.roll.naturals = [8]
    zeroth.roll.outcome = failure
    zeroth.roll.purpose = check
    zeroth.roll.total = 11
    zeroth.skill = other

    zeroth.player.hp = 9
    zeroth.player.max_hp = 12
    zeroth.roll.advantage = none
    zeroth.roll.critical = false
    zeroth.roll.dice = 1d4
    zeroth.roll.fumble = false
    zeroth.roll.modifier.names = []
    zeroth.roll.modifier.values = []
    zeroth.roll.naturals = [3]
    zeroth.roll.outcome = hit
    zeroth.roll.purpose = damage
    zeroth.roll.total = 3
    "#);
    assert!(steps.iter().all(|step| attribute(step, "zeroth.component").as_deref() == Some("storyteller_single")));
    assert!(!format!("{:?}", stage.recorder.spans()).contains("xyzzy"), "a model's words are no attributes");
    insta::assert_snapshot!(stage.counted("zeroth_checks"), @r#"
    zeroth_component="storyteller_single" zeroth_roll_outcome="failure" zeroth_skill="other" 1
    zeroth_component="storyteller_single" zeroth_roll_outcome="success" zeroth_skill="investigation" 1
    "#);
}

#[tokio::test]
async fn a_refused_change_is_counted_and_logged_without_its_value() {
    let delta = json!({"player.hp": 4711, "xyzzy": "4711", "location.name": "The hatch"});
    let stage = turn(delta, json!([{"roll": "d7"}]), &[]).await;
    insta::assert_snapshot!(stage.counted("zeroth_deltas_rejected"), @r#"
    zeroth_component="storyteller_single" zeroth_delta_reason="protected" 1
    zeroth_component="storyteller_single" zeroth_delta_reason="unknown_key" 1
    "#);
    assert_eq!(stage.events(), ["state_delta_rejected", "turn_complete"]);
    let logs = stage.recorder.logs();
    let refused = logs.iter().find(|log| log.event_name() == Some("state_delta_rejected")).unwrap();
    let mut lines: Vec<String> = refused.attributes_iter().map(|(key, value)| format!("{key} = {value:?}")).collect();
    lines.sort();
    insta::assert_snapshot!(lines.join("\n"), @r#"
    session.id = String(Owned("00000000-0000-0000-0000-000000000002"))
    zeroth.component = String(Owned("storyteller_single"))
    zeroth.delta.keys = String(Owned("dice_triggers[0]; player.hp; xyzzy"))
    zeroth.delta.reason = String(Owned("roll is not one of d4, d6, d8, d10, d12, d20; protected; unknown_key"))
    "#);
    assert!(!format!("{refused:?}").contains("4711"), "{refused:?}");
    let turn = stage.span("invoke_agent Game Master");
    assert_eq!(refused.trace_context().unwrap().span_id, turn.span_context.span_id());
    assert_eq!(attribute(&turn, "error.type"), None);
}
