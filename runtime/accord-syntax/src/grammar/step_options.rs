//! The options of steps: which kind takes which, and what each may hold.

use super::context::{Context, Object, as_expression};
use super::{form, step};
use crate::definition::{
    Data, DataKind, FormCall, FormCallFields, Loop, LoopMode, Options, Out, Retry, Step, Text, WithItemsKey,
};
use crate::format::{Key, LOOP, RETRY, STEPS, Shape, find, names};
use crate::source::Span;

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
pub(super) fn take(context: &mut Context<'_>, kind: &Text, object: Object, known: &'static [Key], taken: &mut Taken) {
    for (key, value) in object.entries {
        let Some(known) = find(known, &key.value) else {
            unknown(context, kind, &key, &value, known);
            continue;
        };
        context.enter(&key);
        one(context, &key, value, known.shape, taken);
        context.leave();
    }
}

fn unknown(context: &mut Context<'_>, kind: &Text, key: &Text, value: &Data, known: &[Key]) {
    let is_second_kind = STEPS.iter().any(|step| step.kind.name == &*key.value);
    if is_second_kind {
        let message = format!("A step has one kind, and this one has '{}' besides '{}'", key.value, kind.value);
        let hint = format!("Begin a step of its own: '- {}: …'.", key.value);
        context.second_kind(key, value.span, message, hint);
    } else {
        context.unknown("option", key, value, &names(known));
    }
}

fn one(context: &mut Context<'_>, key: &Text, value: Data, shape: Shape, taken: &mut Taken) {
    match &*key.value {
        "name" => taken.name = context.text(value),
        "meta" => taken.meta = context.map(value),
        "body" => taken.body = context.text(value),
        "ignoreErrors" => taken.ignore_errors = context.boolean(&value).is_some_and(|flag| flag.value),
        "then" => taken.then = step::steps_of(context, value),
        "else" => taken.otherwise = step::steps_of(context, value),
        "in" => taken.shared().input = context.map_or_expression(value),
        "out" => taken.shared().out = out(context, value, shape),
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

fn out(context: &mut Context<'_>, data: Data, shape: Shape) -> Option<Out> {
    let span = data.span;
    let (takes_names, takes_map) = match shape {
        Shape::Out { names, map } => (names, map),
        _ => (true, true),
    };
    match data.kind {
        DataKind::Text(name) => Some(Out::Name(Text::new(name, span))),
        DataKind::List(_) if takes_names => context.texts(data).map(Out::Names),
        DataKind::Map(_) if takes_map => match context.map(data)?.kind {
            DataKind::Map(entries) => Some(Out::Map(entries)),
            _ => None,
        },
        _ => {
            let expected = match (takes_names, takes_map) {
                (false, _) => "a variable's name or a map",
                (true, false) => "a variable's name or a list of names",
                (true, true) => "a variable's name, a list of names or a map",
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
                context.unknown("option", &key, &value, &names(RETRY));
                continue;
            }
        }
        context.leave();
    }
    Some(it)
}

fn loop_(context: &mut Context<'_>, data: Data, span: Span) -> Option<Loop> {
    if let DataKind::List(_) = data.kind {
        let subject = "'loop'";
        context.wrong_kind("wrong-type", subject, "a map", &data, Some("Put the list below 'items'."));
        return None;
    }
    let object = context.object(data)?;
    context.require(&object, LOOP);
    let (mut items, mut mode, mut parallelism) = (None, LoopMode::Serial, None);
    for (key, value) in object.entries {
        context.enter(&key);
        match &*key.value {
            "items" => items = context.value(value),
            "mode" => mode = loop_mode(context, value).unwrap_or_default(),
            "parallelism" => parallelism = context.int_or_expression(value),
            _ => {
                context.leave();
                context.unknown("option", &key, &value, &names(LOOP));
                continue;
            }
        }
        context.leave();
    }
    Some(Loop { items: items?, mode, parallelism, span })
}

fn loop_mode(context: &mut Context<'_>, data: Data) -> Option<LoopMode> {
    let text = context.one_of(data, find(LOOP, "mode")?)?;
    Some(if text.value.eq_ignore_ascii_case("parallel") { LoopMode::Parallel } else { LoopMode::Serial })
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
