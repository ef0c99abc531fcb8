//! Runs `script` steps.

use accord_script::{ScriptEngine, ScriptStep};
use accord_sdk::{FlowView, Services, TaskContext, TaskError};
use accord_value::{Text, Value};
use accord_vm::Script;

/// Runs a step with the engine for its language; none where there is none.
pub(crate) fn run(
    script: &Script<'_>,
    flow: &dyn FlowView,
    services: &dyn Services,
) -> Option<Result<Value, TaskError>> {
    let body = script.body.map(|body| Text::plain(body.clone()));
    let step = ScriptStep { name: script.language, body: body.as_ref(), input: script.input };
    let cx = TaskContext::new("script", flow, services);
    let fetch = |address: &str| accord_tasks::fetch_text(address, &cx);
    let outcome = ScriptEngine::default().run_step(&step, &fetch, &cx)?;
    Some(outcome.map(Value::Map))
}

/// Help for the message of a step in a language that cannot be run.
pub(crate) fn hint_for(message: &str) -> Option<String> {
    let (language, _) = message.strip_prefix("Unknown language '")?.split_once('\'')?;
    Some(format!(
        "Scripts are written in JavaScript (`script: js`): rewrite this one from {language}, or use expressions and tasks"
    ))
}
