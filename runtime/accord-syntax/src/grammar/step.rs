//! Steps: which kind one is, and what that kind takes.
//! Source: <https://concord.walmartlabs.com/docs/processes-v2/flows.html>.

use super::context::{Context, Object, as_expression, describe};
use super::step_options::{self as options, Taken};
use super::suggest;
use crate::definition::{Data, DataKind, Options, Step, StepKind, SwitchCase, Text};
use crate::diagnostic::Diagnostic;
use crate::format::{Key, STEPS, StepFormat};
use crate::source::Span;

/// The kind of step that this key begins.
fn kind_of(key: &str) -> Option<&'static StepFormat> {
    STEPS.iter().find(|step| step.kind.name == key)
}

/// The keys that begin a step.
fn kinds() -> Vec<&'static str> {
    STEPS.iter().map(|step| step.kind.name).collect()
}

/// The steps of a list.
pub(super) fn steps(context: &mut Context<'_>, items: Vec<Data>) -> Vec<Step> {
    let mut steps = Vec::with_capacity(items.len());
    for item in items {
        if let Some(step) = step(context, item) {
            steps.push(step);
        }
    }
    steps
}

/// The steps of an option that is a list of at least one.
pub(super) fn steps_of(context: &mut Context<'_>, data: Data) -> Option<Vec<Step>> {
    let (items, _) = context.full_list(data, "steps")?;
    Some(steps(context, items))
}

fn step(context: &mut Context<'_>, data: Data) -> Option<Step> {
    match data.kind {
        DataKind::Map(entries) => mapped(context, Object { entries, span: data.span }),
        DataKind::Text(_) => short(context, data),
        _ => {
            context.wrong_kind("step", "A step", "a map such as 'log: …'", &data, None);
            None
        }
    }
}

/// `${…}`, `return` and `exit`.
fn short(context: &mut Context<'_>, data: Data) -> Option<Step> {
    let text = context.text(data)?;
    let kind = match &*text.value {
        "return" => StepKind::Return,
        "exit" => StepKind::Exit,
        value if as_expression(value).is_some() => {
            let options = Box::<Options>::default();
            return Some(plain(StepKind::Expr { expression: text.clone(), short: true, options }, text.span));
        }
        value => {
            let hint = short_hint(value);
            let data = Data::new(DataKind::Text(text.value.clone()), text.span);
            let found = describe(&data);
            let message =
                format!("A step must be a map such as 'log: …' or an expression '${{…}}', and this is {found}");
            context.report(text.span.start, Diagnostic::error("step", message, text.span).hint(hint));
            return None;
        }
    };
    Some(plain(kind, text.span))
}

fn short_hint(text: &str) -> String {
    let word = text.split([' ', '\t']).next().unwrap_or("");
    if text.eq_ignore_ascii_case("return") || text.eq_ignore_ascii_case("exit") {
        return format!("Write '{}'.", text.to_ascii_lowercase());
    }
    if text.starts_with("${") {
        return "An expression step is '${…}' alone; to log the text write 'log:' before it.".to_owned();
    }
    match kind_of(word) {
        Some(_) => format!("Write '{word}: …': the ':' is missing."),
        None => "Write '- log: …', '- task: …' or another kind of step.".to_owned(),
    }
}

const fn plain(kind: StepKind, span: Span) -> Step {
    Step { kind, span, name: None, meta: None }
}

fn mapped(context: &mut Context<'_>, mut object: Object) -> Option<Step> {
    let Some((first, _)) = object.entries.first() else {
        if object.span.end == u32::MAX {
            return None;
        }
        let hint = "Write '- log: …', '- task: …' or another kind of step, or remove the item.";
        let diagnostic = Diagnostic::error("step", "A step must not be empty", object.span).hint(hint);
        context.report(object.span.start, diagnostic);
        return None;
    };
    let leading_name = &*first.value == "name";
    let at = usize::from(leading_name);
    let kind = object.entries.get(at).and_then(|(key, _)| kind_of(&key.value));
    let Some(format) = kind.filter(|kind| kind.leading_name || !leading_name) else {
        no_kind(context, &object, leading_name);
        return None;
    };
    let name = if leading_name { Some(object.entries.remove(0)) } else { None };
    let (key, value) = object.entries.remove(0);
    let mut taken = Taken::default();
    if let Some((key, value)) = name {
        // Reported as an enclosing key of its own: the step's kind is not known yet.
        context.enter(&key);
        taken.name = context.text(value);
        context.leave();
    }
    context.enter(&key);
    let kind = by_kind(context, &key, value, object, format.options, &mut taken);
    context.leave();
    Some(Step { kind: kind?, span: key.span, name: taken.name, meta: taken.meta })
}

/// Says why a map is no step. Concord reports the map; the key to blame is shown.
fn no_kind(context: &mut Context<'_>, object: &Object, leading_name: bool) {
    let at = usize::from(leading_name);
    let Some((key, _)) = object.entries.get(at).or_else(|| object.entries.first()) else { return };
    if context.is_full() || object.span.end == u32::MAX && object.entries.len() <= at {
        return;
    }
    let word = &*key.value;
    let later = object.entries.iter().map(|(key, _)| &*key.value).find(|key| kind_of(key).is_some());
    let (message, hint) = match later {
        _ if leading_name && object.entries.len() == 1 => {
            ("A step needs more than a name".to_owned(), "Add its kind below, e.g. 'task: …'.".to_owned())
        }
        Some(kind) if leading_name && kind == word => {
            (format!("'name' is not allowed on '{kind}'"), format!("Remove it, or put '{kind}' into a named flow."))
        }
        Some(kind) if matches!(word, "return" | "exit") => {
            (format!("'{word}' takes nothing"), format!("Write '- {word}' as a step of its own, apart from '{kind}'."))
        }
        Some(kind) => (
            format!("'{word}' stands before '{kind}': a step begins with its kind"),
            format!("Move '{kind}' to the first line of the step, the options below it."),
        ),
        None if matches!(word, "return" | "exit") => {
            (format!("'{word}' takes nothing"), format!("Write '- {word}', without a colon."))
        }
        None => {
            let hint = match suggest::nearest(word, &kinds()) {
                _ if word.starts_with("${") => {
                    "Put quotes round the expression: without them, ': ' ends a key.".to_owned()
                }
                Some(kind) => format!("Did you mean '{kind}'?"),
                None => format!("A step begins with one of {}.", super::context::list(&kinds())),
            };
            (format!("'{word}' is no kind of step"), hint)
        }
    };
    let diagnostic = Diagnostic::error("step", message, object.span).focus(key.span).hint(hint);
    context.report(object.span.start, diagnostic);
}

fn by_kind(
    context: &mut Context<'_>,
    key: &Text,
    value: Data,
    object: Object,
    known: &'static [Key],
    taken: &mut Taken,
) -> Option<StepKind> {
    match &*key.value {
        "task" => {
            let task = context.text(value);
            options::take(context, key, object, known, taken);
            let ignore_errors = taken.ignore_errors;
            Some(StepKind::Task { task: task?, ignore_errors, options: taken.options() })
        }
        "call" => {
            let flow = context.text(value);
            options::take(context, key, object, known, taken);
            Some(StepKind::Call { flow: flow?, options: taken.options() })
        }
        "expr" => {
            let expression = context.expression(value);
            options::take(context, key, object, known, taken);
            Some(StepKind::Expr { expression: expression?, short: false, options: taken.options() })
        }
        "log" => {
            let message = context.without_nulls(value);
            options::take(context, key, object, known, taken);
            Some(StepKind::Log { message: message? })
        }
        "logYaml" => {
            let value = context.without_nulls(value);
            options::take(context, key, object, known, taken);
            Some(StepKind::LogYaml { value: value? })
        }
        "throw" => {
            let error = context.without_nulls(value);
            options::take(context, key, object, known, taken);
            Some(StepKind::Throw { error: error? })
        }
        "set" => {
            let values = context.map(value);
            options::take(context, key, object, known, taken);
            match values?.kind {
                DataKind::Map(values) => Some(StepKind::Set { values }),
                _ => None,
            }
        }
        "checkpoint" => {
            let checkpoint = context.text(value);
            options::take(context, key, object, known, taken);
            Some(StepKind::Checkpoint { checkpoint: checkpoint? })
        }
        "suspend" => {
            let event = context.text(value);
            options::take(context, key, object, known, taken);
            Some(StepKind::Suspend { event: event? })
        }
        "script" => {
            let language = context.text(value);
            options::take(context, key, object, known, taken);
            let body = taken.body.take();
            Some(StepKind::Script { language: language?, body, options: taken.options() })
        }
        "form" => {
            let form = context.text(value);
            options::take(context, key, object, known, taken);
            Some(StepKind::Form { form: form?, options: Box::new(std::mem::take(&mut taken.form)) })
        }
        "try" => {
            let steps = steps_of(context, value);
            options::take(context, key, object, known, taken);
            Some(StepKind::Try { steps: steps?, options: taken.options() })
        }
        "block" => {
            let steps = steps_of(context, value);
            options::take(context, key, object, known, taken);
            Some(StepKind::Block { steps: steps?, options: taken.options() })
        }
        "parallel" => {
            let steps = steps_of(context, value);
            options::take(context, key, object, known, taken);
            Some(StepKind::Parallel { steps: steps?, options: taken.options() })
        }
        "if" => condition(context, key, value, object, known, taken),
        _ => switch(context, key, value, object, taken),
    }
}

fn condition(
    context: &mut Context<'_>,
    key: &Text,
    value: Data,
    mut object: Object,
    known: &'static [Key],
    taken: &mut Taken,
) -> Option<StepKind> {
    // What is missing is met behind the condition.
    object.span.start = value.span.end;
    context.require(&object, known);
    let condition = context.expression(value);
    options::take(context, key, object, known, taken);
    let (then, otherwise) = (taken.then.take(), taken.otherwise.take());
    Some(StepKind::If { condition: condition?, then: then?, otherwise })
}

/// Every key of a `switch` is a label, except `default` and `meta`.
fn switch(context: &mut Context<'_>, key: &Text, value: Data, object: Object, taken: &mut Taken) -> Option<StepKind> {
    let subject = context.expression(value);
    let (mut cases, mut default) = (Vec::new(), None);
    let mut has_branch = object.span.end == u32::MAX;
    for (label, value) in object.entries {
        match &*label.value {
            "default" => {
                has_branch = true;
                context.enter(&label);
                default = steps_of(context, value);
                context.leave();
            }
            "meta" => {
                context.enter(&label);
                taken.meta = context.map(value);
                context.leave();
            }
            _ => {
                has_branch = true;
                if let Some(steps) = steps_of(context, value) {
                    cases.push(SwitchCase { label, steps });
                }
            }
        }
    }
    if !has_branch {
        let hint = "Add a branch: a value, or 'default', with a list of steps.";
        let diagnostic = Diagnostic::error("missing-option", "'switch' has no branch", key.span).hint(hint);
        context.report(key.span.start, diagnostic);
    }
    Some(StepKind::Switch { subject: subject?, cases, default })
}
