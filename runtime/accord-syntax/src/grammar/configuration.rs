//! The section `configuration`, of a file or a profile.

use super::context::{Context, Object};
use crate::definition::{Configuration, Data, DataKind, Exclusive, Text};
use crate::format::{CONFIGURATION, EVENTS, EXCLUSIVE, Shape, TASK_CALLS, VALIDATION, find, names};

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
                context.unknown("option", &key, &value, &names(CONFIGURATION));
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
        let Some(known) = find(EVENTS, &key.value) else {
            context.unknown("option", &key, &value, &names(EVENTS));
            continue;
        };
        context.enter(&key);
        match known.shape {
            Shape::Boolean => {
                context.boolean(&value);
            }
            Shape::Integer => {
                context.int(&value);
            }
            _ => {
                context.texts(value);
            }
        }
        context.leave();
    }
    Some(copy)
}

fn validation(context: &mut Context<'_>, data: Data) -> Option<Data> {
    let copy = data.clone();
    for (key, value) in context.object(data)?.entries {
        if find(VALIDATION, &key.value).is_none() {
            context.unknown("option", &key, &value, &names(VALIDATION));
            continue;
        }
        context.enter(&key);
        for (key, value) in context.object(value).map(|object| object.entries).unwrap_or_default() {
            let Some(known) = find(TASK_CALLS, &key.value) else {
                context.unknown("option", &key, &value, &names(TASK_CALLS));
                continue;
            };
            context.enter(&key);
            context.one_of(value, known);
            context.leave();
        }
        context.leave();
    }
    Some(copy)
}

pub(super) fn exclusive(context: &mut Context<'_>, data: Data) -> Option<Exclusive> {
    let object = context.object(data)?;
    let is_whole = context.require(&object, EXCLUSIVE);
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
                mode = find(EXCLUSIVE, "mode").and_then(|known| context.one_of(value, known));
                context.leave();
            }
            _ => context.unknown("option", &key, &value, &names(EXCLUSIVE)),
        }
    }
    is_whole.then_some(())?;
    Some(Exclusive { group: group?, mode })
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
