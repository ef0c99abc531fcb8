//! The options of steps: which kind takes which, and what each may hold.

use super::context::{Context, Object, as_expression};
use super::{form, step};
use crate::definition::{
    Data, DataKind, FormCall, FormCallFields, Loop, LoopMode, Options, Out, Retry, Step, Text, WithItemsKey,
};
use crate::source::Span;

/// What `out` may be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outs {
    /// A name or a map.
    NameOrMap,
    /// A name or a list of names.
    NameOrNames,
    /// A name, a list of names or a map.
    Any,
}

/// The options of a kind of step.
pub(super) struct Takes {
    names: &'static [&'static str],
    out: Outs,
}

pub(super) const TASK: Takes = Takes {
    names: &["error", "ignoreErrors", "in", "loop", "meta", "name", "out", "parallelWithItems", "retry", "withItems"],
    out: Outs::NameOrMap,
};
pub(super) const CALL: Takes = Takes {
    names: &["error", "in", "loop", "meta", "name", "out", "parallelWithItems", "retry", "withItems"],
    out: Outs::Any,
};
pub(super) const SCRIPT: Takes = Takes {
    names: &["body", "error", "in", "loop", "meta", "name", "out", "parallelWithItems", "retry", "withItems"],
    out: Outs::NameOrMap,
};
pub(super) const EXPR: Takes = Takes { names: &["error", "meta", "name", "out"], out: Outs::NameOrMap };
pub(super) const GROUP: Takes =
    Takes { names: &["error", "loop", "meta", "out", "parallelWithItems", "withItems"], out: Outs::NameOrNames };
pub(super) const PARALLEL: Takes = Takes { names: &["meta", "out"], out: Outs::Any };
pub(super) const LOG: Takes = Takes { names: &["meta", "name"], out: Outs::Any };
pub(super) const META: Takes = Takes { names: &["meta"], out: Outs::Any };
pub(super) const IF: Takes = Takes { names: &["else", "meta", "then"], out: Outs::Any };
pub(super) const FORM: Takes =
    Takes { names: &["fields", "runAs", "saveSubmittedBy", "values", "yield"], out: Outs::Any };

/// What was written.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) name: Option<Text>,
    pub(super) meta: Option<Data>,
    pub(super) body: Option<Text>,
    pub(super) ignore_errors: bool,
    pub(super) then: Option<Vec<Step>>,
    pub(super) otherwise: Option<Vec<Step>>,
    pub(super) form: FormCall,
    options: Option<Box<Options>>,
}

impl Taken {
    /// The shared options; empty afterwards.
    pub(super) fn options(&mut self) -> Box<Options> {
        self.options.take().unwrap_or_default()
    }

    fn shared(&mut self) -> &mut Options {
        self.options.get_or_insert_default()
    }
}

/// Takes the options of a step whose kind's key is `kind`.
pub(super) fn take(context: &mut Context<'_>, kind: &Text, object: Object, takes: &Takes, taken: &mut Taken) {
    for (key, value) in object.entries {
        let name = &*key.value;
        if !takes.names.contains(&name) {
            unknown(context, kind, &key, &value, takes);
            continue;
        }
        context.enter(&key);
        one(context, &key, value, takes.out, taken);
        context.leave();
    }
}

fn unknown(context: &mut Context<'_>, kind: &Text, key: &Text, value: &Data, takes: &Takes) {
    let is_second_kind = matches!(
        &*key.value,
        "block"
            | "call"
            | "checkpoint"
            | "expr"
            | "form"
            | "if"
            | "log"
            | "logYaml"
            | "parallel"
            | "script"
            | "set"
            | "suspend"
            | "switch"
            | "task"
            | "throw"
            | "try"
    );
    if is_second_kind {
        let message = format!("A step has one kind, and this one has '{}' besides '{}'", key.value, kind.value);
        let hint = format!("Begin a step of its own: '- {}: …'.", key.value);
        context.second_kind(key, value.span, message, hint);
    } else {
        context.unknown("option", key, value, takes.names);
    }
}

fn one(context: &mut Context<'_>, key: &Text, value: Data, outs: Outs, taken: &mut Taken) {
    match &*key.value {
        "name" => taken.name = context.text(value),
        "meta" => taken.meta = context.map(value),
        "body" => taken.body = context.text(value),
        "ignoreErrors" => taken.ignore_errors = context.boolean(&value).is_some_and(|flag| flag.value),
        "then" => taken.then = step::steps_of(context, value),
        "else" => taken.otherwise = step::steps_of(context, value),
        "in" => taken.shared().input = context.map_or_expression(value),
        "out" => taken.shared().out = out(context, value, outs),
        "error" => taken.shared().error = step::steps_of(context, value),
        "retry" => taken.shared().retry = retry(context, value, key.span),
        "loop" => taken.shared().loop_ = loop_(context, value, key.span),
        "withItems" => taken.shared().with_items = with_items(context, value, key, LoopMode::Serial),
        "parallelWithItems" => taken.shared().with_items = with_items(context, value, key, LoopMode::Parallel),
        "yield" => taken.form.is_yield = context.boolean(&value).is_some_and(|flag| flag.value),
        "saveSubmittedBy" => taken.form.save_submitted_by = context.boolean(&value).is_some_and(|flag| flag.value),
        "runAs" => taken.form.run_as = context.map_or_expression(value),
        "values" => taken.form.values = context.map_or_expression(value),
        _ => taken.form.fields = form_fields(context, value),
    }
}

fn out(context: &mut Context<'_>, data: Data, outs: Outs) -> Option<Out> {
    let span = data.span;
    match data.kind {
        DataKind::Text(name) => Some(Out::Name(Text::new(name, span))),
        DataKind::List(_) if outs != Outs::NameOrMap => context.texts(data).map(Out::Names),
        DataKind::Map(_) if outs != Outs::NameOrNames => match context.map(data)?.kind {
            DataKind::Map(entries) => Some(Out::Map(entries)),
            _ => None,
        },
        _ => {
            let expected = match outs {
                Outs::NameOrMap => "a variable's name or a map",
                Outs::NameOrNames => "a variable's name or a list of names",
                Outs::Any => "a variable's name, a list of names or a map",
            };
            context.wrong(expected, &data);
            None
        }
    }
}

fn retry(context: &mut Context<'_>, data: Data, span: Span) -> Option<Retry> {
    let object = context.object(data)?;
    let mut it = Retry { times: None, delay: None, input: None, span };
    for (key, value) in object.entries {
        context.enter(&key);
        match &*key.value {
            "times" => it.times = context.int_or_expression(value),
            "delay" => it.delay = context.int_or_expression(value),
            "in" => it.input = context.map(value),
            _ => {
                context.leave();
                context.unknown("option", &key, &value, &["delay", "in", "times"]);
                continue;
            }
        }
        context.leave();
    }
    Some(it)
}

const LOOP_OPTIONS: [&str; 3] = ["items", "mode", "parallelism"];

fn loop_(context: &mut Context<'_>, data: Data, span: Span) -> Option<Loop> {
    if let DataKind::List(_) = data.kind {
        let subject = "'loop'";
        context.wrong_kind("wrong-type", subject, "a map", &data, Some("Put the list below 'items'."));
        return None;
    }
    let object = context.object(data)?;
    context.require(&object, &["items"]);
    let (mut items, mut mode, mut parallelism) = (None, LoopMode::Serial, None);
    for (key, value) in object.entries {
        context.enter(&key);
        match &*key.value {
            "items" => items = context.value(value),
            "mode" => mode = loop_mode(context, value).unwrap_or_default(),
            "parallelism" => parallelism = context.int_or_expression(value),
            _ => {
                context.leave();
                context.unknown("option", &key, &value, &LOOP_OPTIONS);
                continue;
            }
        }
        context.leave();
    }
    Some(Loop { items: items?, mode, parallelism, span })
}

fn loop_mode(context: &mut Context<'_>, data: Data) -> Option<LoopMode> {
    let text = context.text(data)?;
    match text.value.to_ascii_lowercase().as_str() {
        "serial" => Some(LoopMode::Serial),
        "parallel" => Some(LoopMode::Parallel),
        _ => {
            context.not_one_of(&text, &["serial", "parallel"]);
            None
        }
    }
}

fn with_items(context: &mut Context<'_>, data: Data, key: &Text, mode: LoopMode) -> Option<(WithItemsKey, Loop)> {
    let items = context.value(data)?;
    let written = match mode {
        LoopMode::Serial => WithItemsKey::WithItems,
        LoopMode::Parallel => WithItemsKey::ParallelWithItems,
    };
    Some((written, Loop { items, mode, parallelism: None, span: key.span }))
}

fn form_fields(context: &mut Context<'_>, data: Data) -> Option<FormCallFields> {
    if let DataKind::Text(text) = &data.kind
        && as_expression(text).is_some()
    {
        return Some(FormCallFields::Expression(Text::new(text.clone(), data.span)));
    }
    let (items, _) = context.full_list(data, "form fields")?;
    Some(FormCallFields::Fields(form::fields(context, items)))
}
