//! The section `configuration`, of a file or a profile.

use super::context::{Context, Object};
use crate::definition::{Configuration, Data, DataKind, Exclusive, Text};

const OPTIONS: [&str; 17] = [
    "activeProfiles",
    "arguments",
    "debug",
    "dependencies",
    "entryPoint",
    "events",
    "exclusive",
    "extraDependencies",
    "meta",
    "out",
    "parallelLoopParallelism",
    "processTimeout",
    "requirements",
    "runtime",
    "suspendTimeout",
    "template",
    "validation",
];

const EVENT_FLAGS: [&str; 8] = [
    "recordEvents",
    "recordTaskInVars",
    "recordTaskMeta",
    "recordTaskOutVars",
    "truncateInVars",
    "truncateMeta",
    "truncateOutVars",
    "updateMetaOnAllEvents",
];
const EVENT_NUMBERS: [&str; 5] =
    ["batchFlushInterval", "batchSize", "truncateMaxArrayLength", "truncateMaxDepth", "truncateMaxStringLength"];
const EVENT_LISTS: [&str; 3] = ["inVarsBlacklist", "metaBlacklist", "outVarsBlacklist"];

/// How processes of one group exclude each other.
pub(super) const EXCLUSIVE_MODES: [&str; 3] = ["cancel", "cancelOld", "wait"];
const VALIDATION_MODES: [&str; 3] = ["DISABLED", "WARN", "FAIL"];

pub(super) fn configuration(context: &mut Context<'_>, data: Data) -> Option<Configuration> {
    let object = context.object(data)?;
    let mut it = Configuration { span: object.span, ..Configuration::default() };
    for (key, value) in object.entries {
        context.enter(&key);
        match &*key.value {
            "activeProfiles" => it.active_profiles = context.texts(value),
            "arguments" => it.arguments = context.map(value),
            "debug" => it.debug = context.boolean(&value),
            "dependencies" => it.dependencies = context.texts(value),
            "entryPoint" => it.entry_point = context.text(value),
            "events" => it.events = events(context, value),
            "exclusive" => it.exclusive = exclusive(context, value),
            "extraDependencies" => it.extra_dependencies = context.texts(value),
            "meta" => it.meta = context.map(value),
            "out" => it.out = context.texts(value),
            "parallelLoopParallelism" => it.parallel_loop_parallelism = context.int(&value),
            "processTimeout" => it.process_timeout = duration(context, value),
            "requirements" => it.requirements = context.map(value),
            "runtime" => it.runtime = context.text(value),
            "suspendTimeout" => it.suspend_timeout = duration(context, value),
            "template" => it.template = context.text(value),
            "validation" => it.validation = validation(context, value),
            _ => {
                context.leave();
                context.unknown("option", &key, &value, &OPTIONS);
                continue;
            }
        }
        context.leave();
    }
    Some(it)
}

fn events(context: &mut Context<'_>, data: Data) -> Option<Data> {
    let copy = data.clone();
    for (key, value) in context.object(data)?.entries {
        let name = &*key.value;
        context.enter(&key);
        if EVENT_FLAGS.contains(&name) {
            context.boolean(&value);
        } else if EVENT_NUMBERS.contains(&name) {
            context.int(&value);
        } else if EVENT_LISTS.contains(&name) {
            context.texts(value);
        } else {
            context.leave();
            let mut all = [EVENT_FLAGS.as_slice(), &EVENT_NUMBERS, &EVENT_LISTS].concat();
            all.sort_unstable();
            context.unknown("option", &key, &value, &all);
            continue;
        }
        context.leave();
    }
    Some(copy)
}

fn validation(context: &mut Context<'_>, data: Data) -> Option<Data> {
    let copy = data.clone();
    for (key, value) in context.object(data)?.entries {
        if &*key.value != "taskCalls" {
            context.unknown("option", &key, &value, &["taskCalls"]);
            continue;
        }
        context.enter(&key);
        for (key, value) in context.object(value).map(|object| object.entries).unwrap_or_default() {
            if !matches!(&*key.value, "in" | "out") {
                context.unknown("option", &key, &value, &["in", "out"]);
                continue;
            }
            context.enter(&key);
            if let Some(mode) = context.text(value)
                && !VALIDATION_MODES.iter().any(|known| known.eq_ignore_ascii_case(&mode.value))
            {
                context.not_one_of(&mode, &VALIDATION_MODES);
            }
            context.leave();
        }
        context.leave();
    }
    Some(copy)
}

pub(super) fn exclusive(context: &mut Context<'_>, data: Data) -> Option<Exclusive> {
    let object = context.object(data)?;
    let is_whole = context.require(&object, &["group"]);
    let Object { entries, .. } = object;
    let (mut group, mut mode) = (None, None);
    for (key, value) in entries {
        match &*key.value {
            "group" => {
                context.enter(&key);
                group = context.non_empty_text(value);
                context.leave();
            }
            "mode" => {
                context.enter(&key);
                mode = exclusive_mode(context, value);
                context.leave();
            }
            _ => context.unknown("option", &key, &value, &["group", "mode"]),
        }
    }
    is_whole.then_some(())?;
    Some(Exclusive { group: group?, mode })
}

pub(super) fn exclusive_mode(context: &mut Context<'_>, data: Data) -> Option<Text> {
    let mode = context.text(data)?;
    if !EXCLUSIVE_MODES.contains(&&*mode.value) {
        context.not_one_of(&mode, &EXCLUSIVE_MODES);
        return None;
    }
    Some(mode)
}

fn duration(context: &mut Context<'_>, data: Data) -> Option<Text> {
    if !matches!(data.kind, DataKind::Text(_)) {
        context.wrong("a duration, e.g. 'PT1H30M'", &data);
        return None;
    }
    let text = context.text(data)?;
    if is_duration(&text.value) {
        return Some(text);
    }
    let message = format!("'{}' is no ISO 8601 duration of days, hours, minutes and seconds", text.value);
    let hint = "Write e.g. 'PT1H' for an hour, 'PT90S' for 90 seconds, 'P2D' for two days.";
    context.bad_value(text.span, message, Some(hint.to_owned()));
    None
}

/// Durations as Java reads them: `PnDTnHnMn.nS`, any case, signs everywhere, no years and months.
fn is_duration(text: &str) -> bool {
    let upper = text.to_ascii_uppercase();
    let Some(rest) = upper.trim_start_matches(['+', '-']).strip_prefix('P') else { return false };
    if upper.len() - rest.len() > 2 {
        return false;
    }
    let (date, time) = match rest.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (rest, None),
    };
    let number = |text: &str| {
        let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
        !digits.is_empty() && digits.bytes().all(|c| c.is_ascii_digit())
    };
    let seconds = |text: &str| match text.split_once(['.', ',']) {
        Some((whole, part)) => number(whole) && part.len() <= 9 && part.bytes().all(|c| c.is_ascii_digit()),
        None => number(text),
    };
    if !date.is_empty() && !date.strip_suffix('D').is_some_and(number) {
        return false;
    }
    let Some(mut time) = time else { return !date.is_empty() };
    if time.is_empty() {
        return false;
    }
    for unit in ['H', 'M'] {
        if let Some((value, rest)) = time.split_once(unit) {
            if !number(value) {
                return false;
            }
            time = rest;
        }
    }
    time.is_empty() || time.strip_suffix('S').is_some_and(seconds)
}

#[cfg(test)]
mod tests {
    use super::is_duration;

    #[test]
    fn durations_are_those_that_java_reads() {
        for good in ["PT1H", "pt1h", "P2D", "P1DT2H3M4.5S", "-PT1S", "PT-1M", "PT0,5S", "PT90S"] {
            assert!(is_duration(good), "{good}");
        }
        for bad in ["", "P", "PT", "1h", "P1M", "P1Y", "PT1", "PT1S1M", "P1DT", "--PT1S", "PT1.5H", "P1H", "PTS"] {
            assert!(!is_duration(bad), "{bad}");
        }
    }
}
