//! Steps in the form that `--effective-yaml` prints.

use super::{Entries, field, flag, int, list, map, shared_text, text, text_key, texts};
use crate::definition::{
    Data, DataKind, FormCall, FormCallFields, Loop, LoopMode, Options, Out, Retry, Step, StepKind, Text, WithItemsKey,
};

pub(super) fn steps(steps: &[Step]) -> Data {
    list(steps.iter().map(step).collect())
}

fn step(step: &Step) -> Data {
    let mut it = Entries::default();
    let name = step.name.as_ref();
    match &step.kind {
        StepKind::Return => return text("return"),
        StepKind::Exit => return text("exit"),
        StepKind::Task { task, ignore_errors, options } => {
            it.put_text("task", Some(task));
            common(&mut it, options, false);
            meta(&mut it, name, step.meta.as_ref());
            if *ignore_errors {
                it.put("ignoreErrors", flag(true));
            }
        }
        StepKind::Call { flow, options } => {
            it.put_text("call", Some(flow));
            common(&mut it, options, true);
            meta(&mut it, name, step.meta.as_ref());
        }
        StepKind::Expr { expression, options, .. } => {
            it.put_text("expr", Some(expression));
            common(&mut it, options, false);
            meta(&mut it, name, step.meta.as_ref());
        }
        StepKind::Script { language, body, options } => {
            it.put_text("script", Some(language));
            it.put_text("body", body.as_ref());
            common(&mut it, options, false);
            meta(&mut it, name, step.meta.as_ref());
        }
        StepKind::Log { message: value } | StepKind::LogYaml { value } => {
            it.put("log", value.clone());
            meta(&mut it, None, step.meta.as_ref());
        }
        StepKind::Throw { error } => {
            it.put("task", text("throw"));
            it.put("in", map(vec![(text_key("exception"), error.clone())]));
            meta(&mut it, None, step.meta.as_ref());
        }
        StepKind::Set { values } => {
            it.put("set", map(values.clone()));
            meta(&mut it, None, step.meta.as_ref());
        }
        StepKind::If { condition, then, otherwise } => {
            it.put_text("if", Some(condition));
            it.put("then", steps(then));
            it.put_some("else", otherwise.as_ref().map(|branch| steps(branch)));
            meta(&mut it, None, step.meta.as_ref());
        }
        StepKind::Switch { subject, cases, default } => {
            it.put_text("switch", Some(subject));
            for case in cases {
                it.put(&case.label.value, steps(&case.steps));
            }
            it.put_some("default", default.as_ref().map(|branch| steps(branch)));
            meta(&mut it, None, step.meta.as_ref());
        }
        StepKind::Try { steps: inner, options } | StepKind::Block { steps: inner, options } => {
            it.put("block", steps(inner));
            it.put_some("out", out(options.out.as_ref(), true));
            it.put_some("error", options.error.as_ref().map(|error| steps(error)));
            meta(&mut it, None, step.meta.as_ref());
        }
        StepKind::Parallel { steps: inner, options } => {
            it.put("parallel", steps(inner));
            it.put_some("out", out(options.out.as_ref(), true));
            meta(&mut it, None, step.meta.as_ref());
        }
        StepKind::Checkpoint { checkpoint } => {
            it.put_text("checkpoint", Some(checkpoint));
            meta(&mut it, None, step.meta.as_ref());
        }
        StepKind::Suspend { event } => {
            it.put_text("suspend", Some(event));
            meta(&mut it, None, step.meta.as_ref());
        }
        StepKind::Form { form, options } => form_call(&mut it, form, options),
    }
    it.into_data()
}

fn common(it: &mut Entries, options: &Options, names_as_list: bool) {
    it.put_some("in", options.input.clone());
    it.put_some("out", out(options.out.as_ref(), names_as_list));
    it.put_some("loop", options.loop_.as_ref().map(loop_));
    if let Some((key, with_items)) = &options.with_items {
        let key = match key {
            WithItemsKey::WithItems => "withItems",
            WithItemsKey::ParallelWithItems => "parallelWithItems",
        };
        it.put(key, with_items.items.clone());
    }
    it.put_some("retry", options.retry.as_ref().map(retry));
    it.put_some("error", options.error.as_ref().map(|error| steps(error)));
}

fn out(out: Option<&Out>, names_as_list: bool) -> Option<Data> {
    Some(match out? {
        Out::Name(name) if names_as_list => list(vec![shared_text(&name.value)]),
        Out::Name(name) => shared_text(&name.value),
        Out::Names(names) => texts(names),
        Out::Map(entries) => map(entries.clone()),
    })
}

fn loop_(it: &Loop) -> Data {
    let mut out = Entries::default();
    let mode = match it.mode {
        LoopMode::Serial => "serial",
        LoopMode::Parallel => "parallel",
    };
    out.put("mode", text(mode));
    out.put("items", it.items.clone());
    out.put_some("parallelism", it.parallelism.clone());
    out.into_data()
}

fn retry(it: &Retry) -> Data {
    let mut out = Entries::default();
    out.put("times", it.times.clone().unwrap_or_else(|| int(1)));
    out.put(
        "delay",
        match &it.delay {
            Some(Data { kind: DataKind::Int(seconds), .. }) => text(&format!("PT{seconds}S")),
            Some(other) => other.clone(),
            None => text("PT5S"),
        },
    );
    out.put_some("in", it.input.clone());
    out.into_data()
}

fn meta(it: &mut Entries, name: Option<&Text>, meta: Option<&Data>) {
    let mut out = Entries::default();
    out.put_text("segmentName", name);
    // The step's name wins over an entry that says the same.
    let entries = meta.and_then(Data::as_map).unwrap_or_default().iter();
    out.0.extend(entries.filter(|(key, _)| name.is_none() || &*key.value != "segmentName").cloned());
    it.put_map("meta", out.0);
}

fn form_call(it: &mut Entries, form: &Text, options: &FormCall) {
    it.put_text("form", Some(form));
    if options.is_yield {
        it.put("yield", flag(true));
    }
    if options.save_submitted_by {
        it.put("saveSubmittedBy", flag(true));
    }
    it.put_some("runAs", options.run_as.clone());
    it.put_some("values", options.values.clone());
    match &options.fields {
        Some(FormCallFields::Expression(expression)) => it.put_text("fields", Some(expression)),
        Some(FormCallFields::Fields(fields)) => it.put_list("fields", fields.iter().map(field).collect()),
        None => {}
    }
}
