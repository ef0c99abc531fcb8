//! The whole project as one file, as `--effective-yaml` prints it: files and profiles merged, defaults filled in.
//!
//! The form is Concord's, its losses included: names of `log` and `throw` steps and the loops of blocks go, `try`
//! becomes `block`, `throw` a task.

mod step;

use std::sync::Arc;

use super::{DEFAULT_ENTRY_POINT, DEFAULT_RESOURCES, Project};
use crate::definition::{Configuration, Data, DataKind, Form, FormField, Spanned, Text, Trigger};
use crate::source::Span;
use crate::yaml::print;

/// Prints a project as one YAML file. `arguments` are laid over those of the project; `cpus` is the number of
/// iterations that a parallel loop runs side by side where the project does not say.
#[must_use]
pub fn effective_yaml(project: &Project, arguments: Option<Data>, cpus: i32) -> String {
    let definition = &project.definition;
    let fallback = Configuration::default();
    let own = definition.configuration.as_ref().unwrap_or(&fallback);
    let mut root = Entries::default();
    root.put("configuration", configuration(own, arguments, cpus));
    let flows = definition.flows.iter().map(|(name, flow)| (text_key(name), step::steps(&flow.steps)));
    root.put_map("flows", flows.collect());
    root.put_texts("publicFlows", definition.public_flows.as_ref());
    root.put_map("forms", definition.forms.iter().map(|(name, it)| (text_key(name), form(it))).collect());
    root.put_list("triggers", definition.triggers.iter().map(trigger).collect());
    let mut resources = Entries::default();
    match &definition.resources {
        Some(own) => resources.put("concord", texts(&own.concord)),
        None => resources.put("concord", list(vec![text(DEFAULT_RESOURCES)])),
    }
    root.put("resources", resources.into_data());
    print::yaml(&root.into_data())
}

/// A map under construction.
#[derive(Default)]
struct Entries(Vec<(Text, Data)>);

impl Entries {
    fn put(&mut self, key: &str, value: Data) {
        self.0.push((text_key(key), value));
    }

    fn put_some(&mut self, key: &str, value: Option<Data>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    fn put_text(&mut self, key: &str, value: Option<&Text>) {
        self.put_some(key, value.map(|value| text(&value.value)));
    }

    fn put_texts(&mut self, key: &str, values: Option<&Vec<Text>>) {
        if let Some(values) = values.filter(|values| !values.is_empty()) {
            self.put(key, texts(values));
        }
    }

    fn put_list(&mut self, key: &str, items: Vec<Data>) {
        if !items.is_empty() {
            self.put(key, list(items));
        }
    }

    fn put_map(&mut self, key: &str, entries: Vec<(Text, Data)>) {
        if !entries.is_empty() {
            self.put(key, map(entries));
        }
    }

    fn into_data(self) -> Data {
        map(self.0)
    }
}

fn text_key(key: &str) -> Text {
    Spanned::new(key.into(), Span::default())
}

const fn data(kind: DataKind) -> Data {
    Data::new(kind, Span { file: crate::source::FileId(0), start: 0, end: 0 })
}

fn text(text: &str) -> Data {
    data(DataKind::Text(text.into()))
}

fn shared_text(text: &Arc<str>) -> Data {
    data(DataKind::Text(Arc::clone(text)))
}

const fn flag(value: bool) -> Data {
    data(DataKind::Bool(value))
}

const fn int(value: i32) -> Data {
    data(DataKind::Int(value))
}

const fn list(items: Vec<Data>) -> Data {
    data(DataKind::List(items))
}

const fn map(entries: Vec<(Text, Data)>) -> Data {
    data(DataKind::Map(entries))
}

fn texts(texts: &[Text]) -> Data {
    list(texts.iter().map(|text| shared_text(&text.value)).collect())
}

fn configuration(own: &Configuration, arguments: Option<Data>, cpus: i32) -> Data {
    let mut it = Entries::default();
    it.put("runtime", own.runtime.as_ref().map_or_else(|| text("concord-v2"), |runtime| shared_text(&runtime.value)));
    it.put("debug", flag(own.debug.as_ref().is_some_and(|debug| debug.value)));
    let entry_point = own.entry_point.as_ref().map_or(DEFAULT_ENTRY_POINT, |name| &name.value);
    it.put("entryPoint", text(entry_point));
    it.put_texts("activeProfiles", own.active_profiles.as_ref());
    it.put_texts("dependencies", own.dependencies.as_ref());
    it.put_texts("extraDependencies", own.extra_dependencies.as_ref());
    let mut all = own.arguments.clone().unwrap_or_else(|| map(Vec::new()));
    if let Some(arguments) = arguments {
        all.merge(arguments);
    }
    it.put("arguments", all);
    it.put_some("meta", own.meta.clone().filter(|meta| meta.as_map().is_some_and(|map| !map.is_empty())));
    it.put_some("requirements", own.requirements.clone());
    it.put_text("template", own.template.as_ref());
    it.put_text("processTimeout", own.process_timeout.as_ref());
    it.put_text("suspendTimeout", own.suspend_timeout.as_ref());
    if let Some(exclusive) = &own.exclusive {
        it.put("exclusive", exclusive_of(&exclusive.group, exclusive.mode.as_ref()));
    }
    it.put_texts("out", own.out.as_ref());
    it.put("events", with_defaults(events(), own.events.clone()));
    let parallelism = own.parallel_loop_parallelism.as_ref().map_or(cpus, |own| own.value);
    it.put("parallelLoopParallelism", int(parallelism));
    it.put("validation", with_defaults(validation(), own.validation.clone().map(upper_case)));
    it.into_data()
}

fn with_defaults(mut defaults: Data, own: Option<Data>) -> Data {
    if let Some(own) = own {
        defaults.merge(own);
    }
    if let DataKind::Map(entries) = &mut defaults.kind {
        entries.retain(|(_, value)| value.as_list().is_none_or(|list| !list.is_empty()));
    }
    defaults
}

/// What is recorded where `events` does not say.
fn events() -> Data {
    let mut it = Entries::default();
    it.put("recordEvents", flag(true));
    it.put("batchSize", int(1));
    it.put("batchFlushInterval", int(15));
    it.put("recordTaskInVars", flag(false));
    it.put("truncateInVars", flag(true));
    it.put("truncateMaxStringLength", int(1024));
    it.put("truncateMaxArrayLength", int(32));
    it.put("truncateMaxDepth", int(10));
    it.put("recordTaskOutVars", flag(false));
    it.put("truncateOutVars", flag(true));
    it.put("updateMetaOnAllEvents", flag(true));
    let hidden = ["apiKey", "apiToken", "password", "privateKey", "vaultPassword"];
    it.put("inVarsBlacklist", list(hidden.iter().map(|name| text(name)).collect()));
    it.put("recordTaskMeta", flag(false));
    it.put("truncateMeta", flag(true));
    it.into_data()
}

fn validation() -> Data {
    let mut calls = Entries::default();
    calls.put("in", text("DISABLED"));
    calls.put("out", text("DISABLED"));
    let mut it = Entries::default();
    it.put("taskCalls", calls.into_data());
    it.into_data()
}

fn upper_case(mut validation: Data) -> Data {
    if let DataKind::Map(entries) = &mut validation.kind {
        for value in entries.iter_mut().map(|(_, value)| value) {
            match &mut value.kind {
                DataKind::Text(mode) => *mode = mode.to_ascii_uppercase().into(),
                DataKind::Map(_) => {
                    *value = upper_case(std::mem::replace(value, data(DataKind::Null)));
                }
                _ => {}
            }
        }
    }
    validation
}

fn exclusive_of(group: &Text, mode: Option<&Text>) -> Data {
    let mut it = Entries::default();
    it.put_text("group", Some(group));
    it.put("mode", mode.map_or_else(|| text("cancel"), |mode| shared_text(&mode.value)));
    it.into_data()
}

fn form(form: &Form) -> Data {
    list(form.fields.iter().map(field).collect())
}

fn field(field: &FormField) -> Data {
    let mut it = Entries::default();
    it.put_text("label", field.label.as_ref());
    let (kind, _) = (field.field_type.value, field.cardinality);
    it.put("type", text(&format!("{}{}", kind.name(), field.cardinality.sign())));
    it.put_some("value", field.value.clone().filter(|value| value.kind != DataKind::Null));
    it.put_some("allow", field.allow.clone().filter(|value| value.kind != DataKind::Null));
    for (name, value) in &field.options {
        let value = match value.kind {
            DataKind::Int(n) if kind == crate::definition::FieldType::Decimal => data(DataKind::Float(f64::from(n))),
            _ => value.clone(),
        };
        it.put(&name.value, value);
    }
    map(vec![(text_key(&field.name.value), it.into_data())])
}

/// A trigger as written, but for the version, which most kinds put among the conditions, and what is empty.
fn trigger(trigger: &Trigger) -> Data {
    let kind = &*trigger.kind.value;
    let mut it = Entries::default();
    for (key, value) in trigger.options.as_map().unwrap_or_default() {
        match &*key.value {
            "version" if matches!(kind, "github" | "oneops") => {}
            "activeProfiles" if trigger.active_profiles.is_empty() => {}
            "conditions" if matches!(kind, "github" | "oneops") => {
                let mut conditions = Entries::default();
                conditions.put_some("version", trigger.options.get("version").cloned());
                conditions.0.extend(value.as_map().unwrap_or_default().iter().cloned());
                it.put("conditions", conditions.into_data());
            }
            "exclusive" => {
                let mut exclusive = Entries(value.as_map().unwrap_or_default().to_vec());
                if value.get("mode").is_none() {
                    exclusive.put("mode", text("cancel"));
                }
                it.put("exclusive", exclusive.into_data());
            }
            name => it.put(name, value.clone()),
        }
    }
    map(vec![(text_key(kind), it.into_data())])
}
