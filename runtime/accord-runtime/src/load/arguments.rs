//! The arguments of a process: what the project says, and over it what the command line says.

use accord_syntax::{Data, DataKind, Project, Source, Span, Text};

/// The source that places of command-line variables point into.
const COMMAND_LINE: &str = "the command line";

/// Whether a source is the command line and no file.
pub(crate) fn is_command_line(source: &Source) -> bool {
    &**source.name() == COMMAND_LINE
}

/// The project's arguments with the variables of the command line laid over them. A name stands as it was written, dots
/// included: the machine lets it reach into a map when the process starts.
pub(crate) fn overlay(project: &mut Project, variables: &[(String, String)]) -> Option<Data> {
    let own = project.definition.configuration.as_ref().and_then(|configuration| configuration.arguments.clone());
    if variables.is_empty() {
        return own;
    }
    let text: String = variables.iter().map(|(key, value)| format!("{key}={value}\n")).collect();
    let source = project.sources.add(COMMAND_LINE, text);
    let (mut entries, span) = match own {
        Some(Data { kind: DataKind::Map(entries), span }) => (entries, span),
        _ => (Vec::new(), Span::new(source.id(), 0, 0)),
    };
    let mut at = 0;
    for (key, value) in variables {
        put(&mut entries, entry(&source, at, key, value));
        at += key.len() + value.len() + 2;
    }
    Some(Data::new(DataKind::Map(entries), span))
}

/// The arguments with two more at their end that no other may replace: what `--effective-yaml` shows.
pub(crate) fn with_fixed(arguments: Option<Data>, fixed: [(&str, &str); 2]) -> Data {
    let (mut entries, span) = match arguments {
        Some(Data { kind: DataKind::Map(entries), span }) => (entries, span),
        _ => (Vec::new(), Span::default()),
    };
    for (key, value) in fixed {
        let data = Data::new(DataKind::Text(value.into()), span);
        put(&mut entries, (Text::new(key.into(), span), data));
    }
    Data::new(DataKind::Map(entries), span)
}

fn put(entries: &mut Vec<(Text, Data)>, (name, data): (Text, Data)) {
    match entries.iter_mut().find(|(found, _)| found.value == name.value) {
        Some((_, old)) => *old = data,
        None => entries.push((name, data)),
    }
}

fn entry(source: &Source, at: usize, key: &str, value: &str) -> (Text, Data) {
    let span = |start: usize, length: usize| {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Span::new(source.id(), offset(start), offset(start + length))
    };
    let name = Text::new(key.into(), span(at, key.len()));
    (name, Data::new(DataKind::Text(value.into()), span(at + key.len() + 1, value.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_wins_and_fixed_ones_win_over_it() {
        let mut project = Project::default();
        let variables =
            [("a", "1"), ("txId", "mine"), ("a", "${b}"), ("x.y", "2")].map(|(k, v)| (k.to_owned(), v.to_owned()));
        let arguments = overlay(&mut project, &variables).unwrap();
        let (_, value) = &arguments.as_map().unwrap()[0];
        assert_eq!(project.sources.get(value.span.file).unwrap().slice(value.span), "${b}");
        let arguments = with_fixed(Some(arguments), [("txId", "id"), ("workDir", "/w")]);
        let found: Vec<_> =
            arguments.as_map().unwrap().iter().map(|(key, value)| (&*key.value, &**value.as_text().unwrap())).collect();
        assert_eq!(found, [("a", "${b}"), ("txId", "id"), ("x.y", "2"), ("workDir", "/w")]);
        assert_eq!(overlay(&mut Project::default(), &[]), None);
    }
}
